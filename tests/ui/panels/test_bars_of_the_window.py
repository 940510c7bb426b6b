"""The category bar, the threshold and the status bar."""

import pytest
from PySide6.QtCore import Qt
from PySide6.QtWidgets import QComboBox, QLabel, QLineEdit, QPushButton, QSlider, QToolButton

from annotator.learning.protocol import TrainStep
from annotator.ui.learner import Learner
from annotator.ui.panels.categories import CategoryBar
from annotator.ui.panels.status import StatusBar
from annotator.ui.panels.threshold import ThresholdSlider


@pytest.fixture
def bar(workspace, qtbot) -> CategoryBar:
    made = CategoryBar(workspace)
    qtbot.addWidget(made)
    made.resize(900, 40)
    made.show()
    return made


def chip(bar, category) -> QToolButton:
    return bar.findChild(QToolButton, f"category_{category.id}")


def entries(menu) -> dict:
    return {a.text(): a for a in menu.actions() if a.text()}


def test_chips_have_number_name_and_show_the_current_one(bar, workspace, person, ball):
    assert chip(bar, person).text() == "1 person"
    assert chip(bar, person).isChecked()
    chip(bar, ball).click()
    assert workspace.current_category == ball
    assert chip(bar, ball).isChecked()
    assert not chip(bar, person).isChecked()


def test_a_click_relabels_the_selection(bar, workspace, draw, person, ball):
    draw(person)
    chip(bar, ball).click()
    assert workspace.annotations[0].category_id == ball.id


def test_a_category_is_added_in_place_by_typing(bar, workspace, qtbot):
    bar.findChild(QToolButton, "category_add").click()
    field = bar.findChild(QLineEdit, "category_name")
    qtbot.keyClicks(field, "crate")
    qtbot.keyClick(field, Qt.Key.Key_Return)
    assert [c.name for c in workspace.categories] == ["person", "ball", "crate"]
    assert workspace.current_category.name == "crate"
    assert not field.isVisible()


def test_escape_adds_nothing(bar, workspace, qtbot):
    bar.start_adding()
    field = bar.findChild(QLineEdit, "category_name")
    qtbot.keyClicks(field, "crate")
    qtbot.keyClick(field, Qt.Key.Key_Escape)
    assert len(workspace.categories) == 2
    assert not field.isVisible()


def test_a_category_is_renamed_in_place(bar, workspace, person, qtbot):
    entries(bar.menu_for(person.id))["Rename"].trigger()
    field = bar.findChild(QLineEdit, "category_name")
    assert field.text() == "person"
    field.setText("human")
    qtbot.keyClick(field, Qt.Key.Key_Return)
    assert workspace.categories[0].name == "human"


def test_the_menu_hides_moves_edits_and_deletes(bar, workspace, person, ball, qtbot):
    entries(bar.menu_for(person.id))["Hide objects"].trigger()
    assert workspace.hidden_categories == {person.id}
    entries(bar.menu_for(person.id))["Show objects"].trigger()
    assert workspace.hidden_categories == frozenset()
    assert not entries(bar.menu_for(person.id))["Move left"].isEnabled()
    entries(bar.menu_for(person.id))["Move right"].trigger()
    assert [c.name for c in workspace.categories] == ["ball", "person"]
    with qtbot.waitSignal(bar.edit_requested) as told:
        entries(bar.menu_for(ball.id))["Edit colour and joints…"].trigger()
    assert told.args == [ball.id]
    with qtbot.waitSignal(bar.delete_requested) as told:
        entries(bar.menu_for(ball.id))["Delete…"].trigger()
    assert told.args == [ball.id]


def test_chips_that_do_not_fit_stand_in_the_menu(bar, workspace):
    for n in range(60):
        workspace.add_category(f"a rather long name {n}")
    shown = [c for c in bar.findChildren(QToolButton) if c.property("role") == "chip"]
    visible = [c.text() for c in shown if c.isVisible()]
    assert 1 <= len(visible) < 12
    menu = bar.findChild(QToolButton, "category_more").menu()
    menu.aboutToShow.emit()
    assert len(entries(menu)) == 63
    entries(menu)["a rather long name 59"].trigger()
    assert workspace.current_category.name == "a rather long name 59"


def test_no_categories_say_the_next_step(bar, workspace, qtbot):
    for category in workspace.categories:
        workspace.delete_category(category.id)
    assert bar.findChild(QLabel, "category_words").isVisible()
    bar.findChild(QPushButton, "category_create").click()
    assert bar.findChild(QLineEdit, "category_name").isVisible()


# --- threshold ------------------------------------------------------------------------------


@pytest.fixture
def threshold(workspace, qtbot) -> ThresholdSlider:
    made = ThresholdSlider(workspace)
    qtbot.addWidget(made)
    made.show()
    return made


def test_the_slider_acts_on_stored_predictions_at_once(threshold, workspace, predict, ball, person):
    predict(workspace.image.id, (ball, 0.9), (person, 0.6), (ball, 0.3))
    count = threshold.findChild(QLabel, "threshold_count")
    assert count.text() == "2 of 3 shown"
    threshold.findChild(QSlider, "threshold_slider").setValue(25)
    assert workspace.threshold == pytest.approx(0.25)
    assert count.text() == "3 of 3 shown"
    assert threshold.findChild(QLabel, "threshold_value").text() == "0.25"


def test_a_category_may_have_a_score_of_its_own(threshold, workspace, predict, ball, person):
    predict(workspace.image.id, (ball, 0.9), (ball, 0.6), (person, 0.6))
    scope = threshold.findChild(QComboBox, "threshold_scope")
    slider = threshold.findChild(QSlider, "threshold_slider")
    same = threshold.findChild(QToolButton, "threshold_same")
    assert not same.isVisible()
    row = scope.findData(ball.id)
    scope.setCurrentIndex(row)
    scope.activated.emit(row)
    slider.setValue(80)
    assert [(p.category_id, p.score) for p in workspace.predictions] == [
        (ball.id, 0.9),
        (person.id, 0.6),
    ]
    assert scope.itemText(row) == "ball ≥ 0.80"
    scope.setCurrentIndex(0)
    scope.activated.emit(0)
    assert slider.value() == 50
    slider.setValue(70)
    assert [p.score for p in workspace.predictions] == [0.9]
    scope.setCurrentIndex(row)
    scope.activated.emit(row)
    assert slider.value() == 80
    assert same.isVisible()
    same.click()
    assert slider.value() == 70
    assert scope.itemText(row) == "ball"


def test_all_shown_are_accepted_in_one_step(threshold, workspace, predict, ball, person):
    predict(workspace.image.id, (ball, 0.9), (person, 0.6), (ball, 0.3))
    threshold.findChild(QPushButton, "threshold_accept").click()
    assert len(workspace.annotations) == 2
    workspace.undo()
    assert workspace.annotations == ()
    threshold.findChild(QPushButton, "threshold_reject").click()
    assert workspace.predictions == ()
    assert not threshold.findChild(QPushButton, "threshold_accept").isEnabled()


# --- status ---------------------------------------------------------------------------------


@pytest.fixture
def status(workspace, qtbot) -> StatusBar:
    made = StatusBar(workspace, Learner())
    qtbot.addWidget(made)
    made.resize(1200, 30)
    made.show()
    return made


def text(status, name: str) -> str:
    return status.findChild(QLabel, name).text()


def test_the_status_tells_what_is_so(status, workspace, draw, person):
    assert text(status, "status_saved") == "Saved"
    assert text(status, "status_model") == "No model yet"
    assert text(status, "status_person") == "Ada"
    assert text(status, "status_reviewed") == "0 of 4 reviewed"
    assert text(status, "status_subject") == "0 objects"
    draw(person)
    assert text(status, "status_subject") == "person, box 10 × 20 at 10, 5"
    workspace.mark_reviewed()
    assert text(status, "status_reviewed") == "1 of 4 reviewed"
    workspace.undo()
    assert text(status, "status_reviewed") == "0 of 4 reviewed"


def test_the_status_tells_model_prediction_zoom_and_pointer(status, workspace, predict, ball):
    predict(workspace.image.id, (ball, 0.9))
    workspace.select(prediction_id=workspace.predictions[0].id)
    assert text(status, "status_subject").startswith("ball, predicted with score 0.90")
    assert text(status, "status_model") == "v1, 41 images"
    status.set_zoom(0.64)
    assert text(status, "status_zoom") == "64 %"
    status.set_cursor((812.4, 33.2))
    assert text(status, "status_cursor") == "812, 33"
    status.set_cursor(None)
    assert text(status, "status_cursor") == ""


def test_a_closed_project_leaves_nothing_behind(status, workspace):
    workspace.close()
    names = ("saved", "subject", "reviewed", "model", "person")
    assert [text(status, f"status_{name}") for name in names] == [""] * 5


def test_a_training_is_followed_in_the_status_bar(workspace, qtbot):
    learner = Learner()
    bar = StatusBar(workspace, learner)
    qtbot.addWidget(bar)
    learner.trained_step.emit(TrainStep(30, 120, {"mask": 1.0}, 200.0))
    assert bar.findChild(QLabel, "status_model").text() == "Training, 25%, 3 min left"
    learner.busy_changed.emit()
    assert bar.findChild(QLabel, "status_model").text() == "No model yet"
