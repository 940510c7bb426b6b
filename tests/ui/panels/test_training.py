"""A training in the window: what is told of it, and what can be done, running or left."""

import pytest
from PySide6.QtGui import QAction
from PySide6.QtWidgets import QLabel, QMenu, QMessageBox, QProgressBar, QPushButton, QWidget

from annotator.learning.protocol import (
    Began,
    Ending,
    Evaluated,
    Keep,
    Progress,
    Resume,
    Saved,
    TrainStep,
)
from annotator.learning.record import Record
from annotator.ui import look
from annotator.ui.course import Course
from annotator.ui.panels.training_card import TrainingCard
from tests.ui.panels.conftest import SCORES


@pytest.fixture
def card(course, qtbot) -> TrainingCard:
    made = TrainingCard(course)
    qtbot.addWidget(made)
    made.resize(300, 700)
    if course.is_left:
        made.show()
    return made


def text(card, name: str) -> str:
    return card.findChild(QLabel, f"model_train_{name}").text()


def button(card, name: str) -> QPushButton:
    return card.findChild(QPushButton, f"model_train_{name}")


def begin(workspace, learner, *, steps: int = 100) -> Record:
    """The learner is told to have begun a training, whose plan is on disk."""
    learner.pretend("train")
    plan = {"train": {"1": [1]}, "held_out": {"2": [2]}}
    checkpoints = workspace.store.checkpoints
    record = Record.begin(checkpoints, plan, steps=steps, learning_rate=0.005)
    learner.began.emit(Began(0, 0, steps))
    return record


# --- under way ------------------------------------------------------------------------------


def test_without_a_training_there_is_nothing_to_show(card, course):
    assert not card.isVisible()
    assert course.title == "No training is under way"
    assert (course.held_out, course.bytes, course.evaluations, course.is_rough) == (0, 0, [], False)


def test_a_training_tells_how_far_it_is(card, workspace, learner, course):
    learner.pretend("train")
    assert text(card, "title") == "Training v1"
    assert text(card, "words") == "Starting the learner"
    learner.progressed.emit(Progress("train", 0, 0, text="Loading weights"))
    assert text(card, "words") == "Loading weights"
    begin(workspace, learner)
    assert text(card, "words") == "Taking the first step"
    learner.trained_step.emit(TrainStep(30, 100, {"box": 1.0, "mask": 0.5}, 130.0, 0.004))
    assert text(card, "words") == "30 of 100 steps, 2 min left"
    assert card.findChild(QProgressBar, "model_train_progress").value() == 30
    assert course.learning_rate == 0.004
    learner.progressed.emit(Progress("train", 3, 40, text="Testing on held-out images"))
    assert text(card, "words") == "Testing on held-out images, 3 of 40"
    learner.progressed.emit(Progress("predict", 1, 2, text="Pre-labelling"))
    assert text(card, "words") == "Testing on held-out images, 3 of 40"


def test_its_curves_show_the_loss_and_what_was_measured(card, workspace, learner, qtbot):
    begin(workspace, learner)
    for step in range(1, 4):
        learner.trained_step.emit(TrainStep(step, 100, {"box": 1.0, "mask": 0.5}, 1.0))
    learner.evaluated.emit(Evaluated(3, SCORES))
    card.show()
    qtbot.waitUntil(card.findChild(QWidget, "model_curves").isVisible)
    assert card.findChild(QLabel, "model_loss").text() == "Loss 1.50"
    words = card.findChild(QLabel, "model_ap").text()
    assert "AP50 on 1 held-out image, rough" in words
    assert "box&nbsp;0.50" in words
    assert not card.grab().isNull()


def test_the_curves_follow_the_theme(card, workspace, learner, qapp):
    begin(workspace, learner)
    learner.trained_step.emit(TrainStep(1, 100, {"box": 1.0}))
    look.apply_look(qapp, "dark")
    assert not card.grab().isNull()
    look.apply_look(qapp, "light")


def test_without_held_out_images_it_says_why_there_are_no_numbers(card, workspace, learner):
    begin(workspace, learner).plan["held_out"] = {}
    plan = {"train": {"1": [1]}, "held_out": {}}
    Record.begin(workspace.store.checkpoints, plan, steps=9, learning_rate=0.1)
    learner.began.emit(Began(0, 0, 9))
    learner.trained_step.emit(TrainStep(1, 9, {"box": 1.0}))
    learner.evaluated.emit(Evaluated(1, {}))
    assert "stays unknown" in card.findChild(QLabel, "model_ap").text()


def test_snapshots_are_told_with_the_room_they_take(card, workspace, learner, course):
    record = begin(workspace, learner)
    record.place(0, 1).write_bytes(b"x" * 3_000_000)
    record.place(0, 1).with_suffix(".json").write_text("{}")
    learner.saved.emit(Saved(0, 1, 3_000_002))
    assert text(card, "disk") == "1 snapshot, 3 MB on disk"
    assert course.bytes == 3_000_002


def test_pausing_and_stopping_are_asked_for_once(card, workspace, learner):
    begin(workspace, learner)
    assert not button(card, "pause").isEnabled(), "nothing is learned yet"
    learner.trained_step.emit(TrainStep(1, 100, {"box": 1.0}))
    button(card, "pause").click()
    assert learner.stopped == [("train", Ending.PAUSE)]
    assert text(card, "words") == "Pausing after this step…"
    assert not button(card, "pause").isEnabled()
    assert not button(card, "stop").isEnabled()
    learner.progressed.emit(Progress("train", 2, 9, text="Testing on held-out images"))
    words = "Pausing after this step… Testing on held-out images, 2 of 9"
    assert text(card, "words") == words


def test_a_stop_keeps_what_was_learned(card, workspace, learner):
    begin(workspace, learner)
    menu = card.findChild(QMenu, "model_train_stop_menu")
    menu.findChild(QAction, "stop_keep").trigger()
    assert learner.stopped == [("train", Ending.KEEP)]


def test_throwing_it_away_is_asked_about_first(card, workspace, learner):
    begin(workspace, learner)
    menu = card.findChild(QMenu, "model_train_stop_menu")
    menu.findChild(QAction, "stop_discard").trigger()
    box = card.findChild(QMessageBox, "discard_training")
    assert learner.stopped == []
    box.reject()
    assert learner.stopped == []
    menu.findChild(QAction, "stop_discard").trigger()
    box = card.findChildren(QMessageBox, "discard_training")[-1]
    next(b for b in box.buttons() if b.text() == "Throw it away").click()
    assert learner.stopped == [("train", Ending.DISCARD)]


# --- left -----------------------------------------------------------------------------------


def test_a_training_that_died_can_be_gone_on_with(left, card, course, learner):
    assert card.isVisible()
    assert text(card, "title") == "A training of v1 was interrupted"
    assert text(card, "words") == "At step 310 of 1,500. Resume goes on from there."
    assert text(card, "disk") == "3 snapshots, 3 MB on disk"
    assert not button(card, "pause").isVisible()
    button(card, "resume").click()
    button(card, "keep").click()
    assert learner.asked == [Resume(person="Ada"), Keep(person="Ada")]


def test_a_paused_one_says_so_and_a_failed_one_says_why(left, workspace, learner):
    left.note_end("pause", "")
    assert Course(workspace, learner).title == "Training of v1 is paused"
    left.note_end("failed", "The loss is no number. Try a lower learning rate.")
    course = Course(workspace, learner)
    assert course.title == "A training of v1 was interrupted"
    assert course.words == "The loss is no number. Try a lower learning rate."


def test_what_was_left_is_thrown_away_when_asked(left, card, course, qtbot):
    button(card, "discard").click()
    box = card.findChild(QMessageBox, "discard_training")
    assert "310 steps is lost" in box.text()
    next(b for b in box.buttons() if b.text() == "Throw it away").click()
    assert not course.is_left
    assert not card.isVisible()
    qtbot.waitUntil(lambda: not left.folder.exists())


def test_a_pause_is_read_from_disk(workspace, learner, course, qtbot):
    record = begin(workspace, learner)
    learner.trained_step.emit(TrainStep(1, 100, {"box": 1.0}))
    record.place(0, 1).write_bytes(b"")
    record.place(0, 1).with_suffix(".json").write_text("{}")
    record.note_end("pause", "")
    with qtbot.waitSignal(course.changed, timeout=0):
        learner.pretend()
    assert course.is_left
    assert (course.step, course.steps) == (1, 100)


def test_going_on_takes_its_curves_from_disk(left, workspace, learner, course):
    learner.pretend("train")
    left.branch(left.snapshots()[0], steps=900, learning_rate=0.001)
    left.save_curves()
    learner.began.emit(Began(1, 150, 900))
    learner.trained_step.emit(TrainStep(151, 900, {"box": 1.0}))
    assert course.record.attempt.start == 150
    assert (course.step, course.steps) == (151, 900)
    assert len(course.record.losses) == 311
    assert len(course.evaluations) == 2


def test_who_looks_only_sees_no_training_to_go_on_with(left, workspace, learner):
    workspace.is_read_only = True
    course = Course(workspace, learner)
    assert not course.is_left
    course.resume()
    assert learner.asked == []


def test_another_project_has_another_training(left, workspace, course):
    assert course.is_left
    workspace.close()
    assert not course.is_left
    assert course.name == ""
