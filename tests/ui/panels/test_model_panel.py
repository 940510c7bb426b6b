"""The model panel: the next step, a running job, the versions."""

import pytest
from PySide6.QtWidgets import QInputDialog, QLabel, QListWidget, QPushButton, QWidget

from annotator.domain.model import Box
from annotator.learning.protocol import Progress
from annotator.ui.course import Course
from annotator.ui.panels.model import ModelPanel
from annotator.ui.panels.versions import VersionList


@pytest.fixture
def panel(workspace, learner, qtbot) -> ModelPanel:
    made = ModelPanel(workspace, learner, Course(workspace, learner))
    qtbot.addWidget(made)
    made.resize(300, 700)
    made.show()
    return made


def text(panel, name: str) -> str:
    return panel.findChild(QLabel, name).text()


def press(panel, name: str) -> None:
    panel.findChild(QPushButton, name).click()


def label_images(workspace, category, *, review: bool) -> None:
    for image in list(workspace.images)[:3]:
        workspace.show_image(image.id)
        workspace.add_object(box=Box(1, 2, 3, 4), category_id=category.id, text="Draw box")
        if review:
            workspace.mark_reviewed()


def test_without_a_model_it_tells_the_next_step(panel):
    assert text(panel, "model_name") == "No model yet"
    advice = "Label about ten images, then Retrain: 10 images to go."
    assert text(panel, "model_advice") == advice
    assert not panel.findChild(QPushButton, "model_retrain").isEnabled()
    assert not panel.findChild(QPushButton, "model_prelabel_all").isEnabled()


def test_retrain_counts_reviewed_images(panel, workspace, person, qtbot):
    label_images(workspace, person, review=True)
    retrain = panel.findChild(QPushButton, "model_retrain")
    assert retrain.text() == "Retrain on 3 reviewed images"
    assert text(panel, "model_advice").startswith("7 more reviewed images")
    with qtbot.waitSignal(panel.retrain_requested):
        retrain.click()


def test_labelled_but_unreviewed_images_can_be_offered(panel, workspace, person):
    label_images(workspace, person, review=False)
    retrain = panel.findChild(QPushButton, "model_retrain")
    assert retrain.isEnabled()
    assert retrain.text() == "Retrain…"
    assert text(panel, "model_advice").startswith("Only reviewed images teach")


def test_the_card_says_how_good_the_model_is(panel, version):
    assert text(panel, "model_name") == "v1 is in use"
    words = "box AP50 0.94, mask AP50 0.97 on 6 held-out images"
    assert text(panel, "model_quality") == words
    assert text(panel, "model_made").startswith("Learned from 41 images")


def test_prelabelling_is_asked_for(panel, version, qtbot):
    with qtbot.waitSignals([panel.prelabel_image_requested, panel.prelabel_all_requested]):
        press(panel, "model_prelabel_image")
        press(panel, "model_prelabel_all")


def test_prelabelling_shows_its_progress(panel, learner, version):
    learner.pretend("predict")
    learner.progressed.emit(Progress("predict", 12, 41, 22.0, "Looking at images"))
    assert text(panel, "model_predict_words") == "Looking at images, 12 of 41 images, 22 s left"
    assert not panel.findChild(QPushButton, "model_prelabel_all").isEnabled()


def test_the_device_is_shown_once_known(panel, learner):
    assert not panel.findChild(QLabel, "model_device").isVisible()
    learner.device = "CPU, 2 threads"
    learner.device_changed.emit(learner.device)
    assert text(panel, "model_device") == "Runs on CPU, 2 threads"


def test_while_a_training_is_under_way_there_is_no_other(panel, learner):
    learner.pretend("train")
    assert not panel.findChild(QPushButton, "model_retrain").isVisible()
    assert panel.findChild(QWidget, "model_train_job").isVisible()
    learner.pretend()
    assert panel.findChild(QPushButton, "model_retrain").isVisible()
    assert not panel.findChild(QWidget, "model_train_job").isVisible()


def test_the_pages_are_asked_for(panel, version, qtbot):
    with qtbot.waitSignal(panel.versions_page_requested):
        press(panel, "model_versions_page")


def actions(panel, version_id: int) -> dict:
    menu = panel.findChild(VersionList).menu_for(version_id)
    return {a.text(): a for a in menu.actions() if a.text()}


def test_versions_are_used_noted_and_deleted_from_their_menu(panel, workspace, add_version, qtbot):
    store = workspace.store
    version, second = add_version("v1"), add_version("v2", 0.9)
    view = panel.findChild(QListWidget, "model_versions")
    assert [view.item(n).text() for n in range(2)] == ["v2", "v1"]
    actions(panel, version)["Use v1"].trigger()
    assert workspace.active_version.name == "v1"
    panel.findChild(VersionList).note_written.emit(second, "dark ones")
    assert store.versions.get(second).note == "dark ones"
    assert not actions(panel, version)["Delete v1…"].isEnabled()
    with qtbot.waitSignal(panel.delete_requested) as told:
        actions(panel, second)["Delete v2…"].trigger()
    assert told.args == [second]


def test_a_note_is_asked_for_without_waiting(panel, workspace, version, qtbot):
    actions(panel, version)["Write a note…"].trigger()
    dialog = panel.findChild(QInputDialog, "model_note_dialog")
    dialog.setTextValue("first try")
    dialog.accept()
    assert workspace.store.versions.get(version).note == "first try"
