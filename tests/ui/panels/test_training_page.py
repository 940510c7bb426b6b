"""The page of a training: large curves, its tests, and going back."""

import pytest
from PySide6.QtCore import QPointF
from PySide6.QtWidgets import (
    QLabel,
    QListWidget,
    QPushButton,
    QSlider,
    QSpinBox,
    QToolButton,
    QWidget,
)

from annotator.learning.protocol import Began, Evaluated, Keep, Resume, TrainStep
from annotator.learning.record import Record
from annotator.ui.panels.curves import Curves
from annotator.ui.panels.go_back import FACTORS, GoBack
from annotator.ui.panels.training_page import TrainingPage
from tests.ui.panels.conftest import SCORES


@pytest.fixture
def page(course, qtbot) -> TrainingPage:
    made = TrainingPage(course)
    qtbot.addWidget(made)
    made.resize(960, 660)
    made.show()
    qtbot.waitExposed(made)
    return made


def rows(page) -> list[str]:
    view = page.findChild(QListWidget, "training_tests")
    return [view.item(n).text() for n in range(view.count())]


def words(page) -> list[str]:
    view = page.findChild(QListWidget, "training_tests")
    return [view.item(n).toolTip().partition("\n")[2] for n in range(view.count())]


def choose(page, number: int) -> None:
    page.findChild(QListWidget, "training_tests").setCurrentRow(number)


def text(page, name: str) -> str:
    return page.findChild(QLabel, name).text()


def test_without_a_training_it_says_what_to_do(page, qtbot):
    assert page.findChild(QWidget, "training_empty").isVisible()
    assert "No training is under way" in text(page, "training_empty_words")
    with qtbot.waitSignal(page.retrain_requested):
        page.findChild(QPushButton, "training_empty_button").click()


def test_its_tests_are_listed_the_best_one_marked(left, page):
    assert rows(page) == ["Step 300", "Step 150"]
    assert words(page) == ["box 0.50, mask 0.75", "box 0.25, mask 0.38"]
    assert not page.findChild(QWidget, "training_empty").isVisible()
    assert "Choose a test" in text(page, "go_back_scores")
    assert not page.findChild(QPushButton, "go_back_go").isVisible()


def test_one_goes_back_with_another_learning_rate(left, page, learner, qtbot):
    choose(page, 1)
    assert text(page, "go_back_title") == "Step 150"
    assert text(page, "go_back_rate_words") == "0.005, as it was"
    page.findChild(QSlider, "go_back_rate").setValue(FACTORS.index(0.3))
    assert text(page, "go_back_rate_words") == "0.0015, × 0.3"
    page.findChild(QSpinBox, "go_back_steps").setValue(900)
    with qtbot.waitSignal(page.findChild(GoBack).done):
        page.findChild(QPushButton, "go_back_go").click()
    (asked,) = learner.asked
    assert asked == Resume(0, 150, learning_rate=asked.learning_rate, steps=900, person="Ada")
    assert asked.learning_rate == pytest.approx(0.0015)
    assert not page.findChild(QPushButton, "go_back_go").isVisible()


def test_one_uses_the_model_as_it_was_then(left, page, learner):
    choose(page, 1)
    page.findChild(QPushButton, "go_back_use").click()
    assert learner.asked == [Keep(0, 150, person="Ada")]


def test_a_test_whose_snapshot_is_gone_cannot_be_gone_back_to(left, page, course, workspace):
    left.forget(left.snapshots()[0])
    workspace.versions_stored()
    assert words(page)[1].endswith("no snapshot")
    choose(page, 1)
    assert not page.findChild(QPushButton, "go_back_go").isEnabled()
    assert "not kept any more" in text(page, "go_back_scores")


def test_a_click_on_the_curve_chooses_the_nearest_test(left, page, qtbot):
    curves = page.findChild(Curves)
    box = curves._ap_plot.getViewBox()

    class Click:
        def __init__(self, step: float) -> None:
            self._place = box.mapViewToScene(QPointF(step, 0.5))

        def scenePos(self) -> QPointF:
            return self._place

    qtbot.waitUntil(lambda: box.sceneBoundingRect().width() > 100)
    curves._ap_plot.scene().sigMouseClicked.emit(Click(170))
    assert text(page, "go_back_title") == "Step 150"
    curves._ap_plot.scene().sigMouseClicked.emit(Click(290))
    assert text(page, "go_back_title") == "Step 300"


def test_the_other_measure_can_be_drawn(left, page):
    page.findChild(QToolButton, "training_measure_AP").click()
    assert "AP on 1 held-out image" in text(page, "training_ap")
    assert "box&nbsp;0.25" in text(page, "training_ap")


def test_each_loss_has_its_own_line(left, page):
    legend = text(page, "training_loss")
    assert "Loss 1.50" in legend
    assert "box&nbsp;1.00" in legend
    assert "mask&nbsp;0.50" in legend


def test_what_was_left_behind_is_told_and_drawn_faintly(left, page, learner):
    origin = left.snapshots()[0]
    left.branch(origin, steps=900, learning_rate=0.001)
    left.add_losses(151, {"box": 0.1})
    left.add_evaluation(200, SCORES)
    left.save_curves()
    learner.pretend("train")
    learner.began.emit(Began(1, 150, 900))
    assert rows(page) == ["Step 200", "Step 300", "Step 150"]
    assert "left behind" in words(page)[1]
    assert "left behind" not in words(page)[2]
    lines = {key for key in page.findChild(Curves)._lines if key[0] == "ap"}
    assert lines == {("ap", kind, past) for kind in ("box", "mask") for past in (True, False)}
    choose(page, 0)
    assert text(page, "go_back_rate_words") == "0.001, as it was"
    assert not page.grab().isNull()


def test_a_running_training_fills_the_page_as_it_goes(page, workspace, learner):
    learner.pretend("train")
    plan = {"train": {"1": [1]}, "held_out": {"2": [2]}}
    Record.begin(workspace.store.checkpoints, plan, steps=100, learning_rate=0.005)
    learner.began.emit(Began(0, 0, 100))
    assert page.findChild(QLabel, "training_no_tests").isVisible()
    learner.trained_step.emit(TrainStep(1, 100, {"box": 1.0}, 5.0))
    learner.evaluated.emit(Evaluated(1, SCORES))
    assert rows(page) == ["Step 1"]
    choose(page, 0)
    learner.evaluated.emit(Evaluated(2, {"box": {"AP50": -1.0}}))
    assert rows(page) == ["Step 2", "Step 1"]
    assert text(page, "go_back_title") == "Step 1", "what was chosen stays chosen"
    assert words(page)[0].startswith("nothing to measure")


def test_without_held_out_images_it_says_why_there_are_no_tests(page, workspace, learner):
    learner.pretend("train")
    Record.begin(
        workspace.store.checkpoints, {"train": {"1": []}, "held_out": {}}, steps=9, learning_rate=1
    )
    learner.began.emit(Began(0, 0, 9))
    assert text(page, "training_no_tests").startswith("No image is held out")
