"""The model's help with one object, in the real window; the learner's words are given by hand."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
from PySide6.QtCore import Qt
from PySide6.QtWidgets import QApplication, QLabel, QPushButton
from pytestqt.qtbot import QtBot

from annotator.domain.model import (
    Annotation,
    Box,
    Doubt,
    Keypoint,
    ModelVersion,
    Part,
    Polygons,
    Prediction,
    Rle,
)
from annotator.learning.protocol import Assist, Assisted, Failed, Predict, Request
from annotator.ui.main_window import MainWindow
from tests.ui.hands import (
    RIGHT,
    click_image,
    draw_box,
    hint,
    paint,
    press_key,
    select_object,
)
from tests.ui.windows import close_dialogs, open_window

BOX = Box(20, 20, 40, 50)
RING = (22.0, 22.0, 58.0, 22.0, 58.0, 68.0, 22.0, 68.0)
SMALL = (30.0, 30.0, 50.0, 30.0, 50.0, 60.0, 30.0, 60.0)
JOINTS = ((30.0, 25.0, 0.9), (35.0, 60.0, 0.1))


@pytest.fixture
def window(qtbot: QtBot, project: Path, sent: list[Request]) -> Iterator[MainWindow]:
    """With a model version and a learner that says nothing of itself."""
    made = open_window(qtbot, project, assists=True)
    add_version(made)
    yield made
    close_dialogs()


def add_version(window: MainWindow) -> None:
    store = window.workspace.store
    assert store is not None
    store.versions.add(ModelVersion(0, "v1", "tiny", "v1.safetensors", is_active=True))
    window.workspace.versions_stored()


def questions(sent: list[Request]) -> list[Assist]:
    return [r for r in sent if isinstance(r, Assist) and r.box is not None]


def answer(
    window: MainWindow, number: int, ring: tuple[float, ...] = RING, **parts: object
) -> None:
    said = {"outlines": ((ring,),), "joints": JOINTS, "sure": 0.9, "version": "v1", **parts}
    window.learner._on_event_told(Assisted(number, **said))  # type: ignore[arg-type]


def draw(window: MainWindow) -> Annotation:
    draw_box(window.canvas, BOX.x, BOX.y, BOX.right, BOX.bottom)
    (made,) = window.workspace.annotations
    return made


def only(window: MainWindow) -> Annotation:
    (one,) = window.workspace.annotations
    return one


def outer(one: Annotation) -> tuple[float, ...]:
    assert isinstance(one.mask, Polygons)
    return one.mask.parts[0].outer


# --- a box is filled in --------------------------------------------------------------------------


def test_a_box_for_an_object_that_has_only_joints_is_filled_in_too(
    window: MainWindow, sent: list[Request]
) -> None:
    joints = (Keypoint(30, 30, 2), Keypoint(40, 60, 2))
    window.workspace.add_object(keypoints=joints, category_id=1, text="Place joints")
    draw(window)
    answer(window, questions(sent)[0].number)
    assert outer(only(window)) == RING
    assert only(window).keypoints == joints
    window.workspace.undo()
    assert (only(window).box, only(window).mask) == (None, None)


def test_a_drawn_box_is_there_at_once_and_its_shape_follows_as_one_undo_step(
    window: MainWindow, sent: list[Request]
) -> None:
    made = draw(window)
    assert (made.mask, made.has_keypoints) == (None, False)
    (asked,) = questions(sent)
    assert asked.image_id == made.image_id
    assert asked.box == pytest.approx((20, 20, 40, 50), abs=0.6)
    assert asked.category_id == made.category_id
    answer(window, asked.number)
    filled = only(window)
    assert outer(filled) == RING
    assert filled.box == made.box
    active = window.workspace.active_version
    assert active is not None
    assert (filled.origin.version_id, filled.origin.made_by) == (active.id, made.origin.made_by)
    assert filled.origin.corrected_by == window.workspace.person
    assert [k.visibility for k in filled.keypoints] == [2, 0]
    assert window.workspace.history_texts()[0].startswith("Fill in mask and joints by v1")
    window.workspace.undo()
    assert window.workspace.annotations == ()
    window.workspace.redo()
    assert outer(only(window)) == RING


def test_an_answer_after_an_undo_or_another_image_changes_nothing(
    window: MainWindow, sent: list[Request]
) -> None:
    draw(window)
    window.workspace.undo()
    answer(window, questions(sent)[0].number)
    assert window.workspace.annotations == ()
    draw(window)
    window.workspace.go(1)
    answer(window, questions(sent)[1].number)
    assert window.workspace.annotations == ()
    window.workspace.go(-1)
    assert only(window).mask is None


def test_a_box_that_was_moved_meanwhile_is_left_alone(
    window: MainWindow, sent: list[Request]
) -> None:
    made = draw(window)
    select_object(window.canvas, 40, 45)
    press_key(window.canvas, Qt.Key.Key_Right)
    answer(window, questions(sent)[0].number)
    assert only(window).mask is None
    assert only(window).box != made.box


def test_a_failure_leaves_the_box_and_says_so(window: MainWindow, sent: list[Request]) -> None:
    made = draw(window)
    answer(window, questions(sent)[0].number, outlines=(), text="This image cannot be read.")
    assert only(window) == made
    assert window.notices.text == "The box stands alone. This image cannot be read."


def test_a_learner_that_dies_leaves_the_box_and_says_so(
    window: MainWindow, sent: list[Request]
) -> None:
    made = draw(window)
    assert hint(window.canvas).startswith("The model fills in the box")
    window.learner._on_worker_ended("predict", "The learner ended unexpectedly.\n")
    assert only(window) == made
    assert window.notices.text == "The box stands alone. The learner ended unexpectedly."
    assert hint(window.canvas).startswith("Drag from corner to corner")


def test_a_bug_in_the_learner_ends_the_wait(window: MainWindow, sent: list[Request]) -> None:
    draw(window)
    window.learner._on_event_told(Failed("assist", "The learner met a bug: x"))
    help_ = window.canvas.board.author.assistance
    assert help_ is not None
    assert not help_.is_waiting


def test_a_mask_the_model_is_not_sure_of_is_left_out_unless_asked_for(
    window: MainWindow, sent: list[Request]
) -> None:
    draw(window)
    answer(window, questions(sent)[0].number, sure=0.74)
    assert only(window).mask is None
    assert only(window).has_keypoints
    assert "0.74" in window.notices.text
    window.actions_.by_id["fill_in"].trigger()
    answer(window, questions(sent)[1].number, sure=0.2)
    assert outer(only(window)) == RING


def test_how_sure_is_a_setting(window: MainWindow, sent: list[Request]) -> None:
    window.settings.change(mask_from=0.5)
    draw(window)
    answer(window, questions(sent)[0].number, sure=0.6)
    assert outer(only(window)) == RING


def test_switched_off_boxes_stay_as_they_are_drawn_and_it_is_remembered(
    window: MainWindow, sent: list[Request]
) -> None:
    action = window.actions_.by_id["assists"]
    assert action.isChecked()
    action.trigger()
    assert not window.settings.value.assists
    assert not action.isChecked()
    draw(window)
    assert questions(sent) == []


@pytest.fixture
def bare(qtbot: QtBot, project: Path, sent: list[Request]) -> Iterator[MainWindow]:
    """A window on a project that has no model version yet."""
    yield open_window(qtbot, project, assists=True)
    close_dialogs()


def test_before_there_is_a_model_the_starter_fills_in_boxes_and_is_remembered(
    bare: MainWindow, sent: list[Request]
) -> None:
    draw(bare)
    (asked,) = questions(sent)
    answer(bare, asked.number, version="the starter", joints=())
    filled = only(bare)
    assert outer(filled) == RING
    (starter,) = bare.workspace.versions_ever
    assert filled.origin.version_id == starter.id
    assert bare.workspace.active_version is None
    assert bare.workspace.versions == ()
    bare.workspace.select([filled.id])
    told = bare.findChild(QLabel, "inspector_origin")
    assert isinstance(told, QLabel)
    assert "the starter" in told.text()
    assert bare.workspace.history_texts()[0].startswith("Fill in mask by the starter")
    assert bare.notices.text.startswith("The starter that came with the program drew this outline")
    bare.workspace.say("Something else")
    draw_box(bare.canvas, 5, 5, 18, 18)
    answer(bare, questions(sent)[1].number, version="the starter", joints=())
    assert bare.workspace.versions_ever == (starter,)
    assert bare.notices.text == "Something else"


def test_who_wants_boxes_alone_says_so_at_the_first_outline(
    bare: MainWindow, sent: list[Request], qtbot: QtBot
) -> None:
    draw(bare)
    answer(bare, questions(sent)[0].number, version="the starter", joints=())
    button = bare.findChild(QPushButton, "notice_action")
    assert isinstance(button, QPushButton)
    assert button.text() == "Draw boxes alone"
    qtbot.mouseClick(button, Qt.MouseButton.LeftButton)
    assert not bare.actions_.by_id["assists"].isChecked()
    draw_box(bare.canvas, 5, 5, 18, 18)
    assert len(questions(sent)) == 1


def test_an_answer_of_the_starter_stays_its_own_when_a_model_came_meanwhile(
    bare: MainWindow, sent: list[Request]
) -> None:
    draw(bare)
    add_version(bare)
    answer(bare, questions(sent)[0].number, version="the starter", joints=())
    names = {v.id: v.name for v in bare.workspace.versions_ever}
    assert names[only(bare).origin.version_id or 0] == "the starter"


def test_where_an_object_is_from_has_room_when_the_words_grow(
    bare: MainWindow, sent: list[Request], qtbot: QtBot
) -> None:
    bare.resize(1440, 900)
    bare.settings.change(person="Ada")
    draw(bare)
    told = bare.findChild(QLabel, "inspector_origin")
    assert isinstance(told, QLabel)
    qtbot.waitUntil(lambda: told.height() > 0)
    line = told.height()
    answer(bare, questions(sent)[0].number, version="the starter", joints=())
    assert told.text() == "Predicted by the starter, corrected by Ada"
    for _ in range(5):  # until nothing moves any more
        QApplication.processEvents()
    assert told.height() >= told.heightForWidth(told.width()) > line


def test_the_starter_says_once_a_project_that_it_is_not_sure(
    bare: MainWindow, sent: list[Request]
) -> None:
    draw(bare)
    answer(bare, questions(sent)[0].number, sure=0.3, version="the starter")
    assert bare.notices.text.startswith("The starter that came with the program is not sure")
    assert only(bare).mask is None
    bare.workspace.say("Something else")
    draw_box(bare.canvas, 5, 5, 18, 18)
    answer(bare, questions(sent)[1].number, sure=0.3, version="the starter")
    assert bare.notices.text == "Something else"


def test_who_only_looks_is_helped_with_nothing(window: MainWindow, sent: list[Request]) -> None:
    made = draw(window)
    sent.clear()
    window.workspace.select([made.id])
    window.workspace.is_read_only = True
    window.actions_.by_id["fill_in"].trigger()
    assert questions(sent) == []
    assert window.notices.text.startswith("This project is open for looking only")


def test_several_boxes_drawn_before_are_filled_in_by_command_and_undone_as_one(
    window: MainWindow, sent: list[Request]
) -> None:
    window.settings.change(assists=False)
    for x in (5, 35, 65):
        draw_box(window.canvas, x, 10, x + 25, 60)
    window.workspace.select()
    paint(window.canvas, (40, 80))
    ids = [a.id for a in window.workspace.annotations]
    window.workspace.select(ids)
    window.actions_.by_id["fill_in"].trigger()
    asked = questions(sent)
    assert len(asked) == 3
    for n, one in enumerate(asked):
        x = 8.0 + 30 * n
        answer(window, one.number, (x, 12.0, x + 20, 12.0, x + 20, 50.0), joints=())
    assert all(a.mask is not None for a in window.workspace.annotations)
    window.workspace.undo()
    assert [a.mask is None for a in window.workspace.annotations] == [True, True, True, False]


def test_the_command_says_why_there_is_nothing_to_fill_in(window: MainWindow) -> None:
    paint(window.canvas, (40, 50))
    window.actions_.by_id["fill_in"].trigger()
    assert window.notices.text == "The 1 selected object has a mask or no box: nothing to fill in."


def test_the_image_is_looked_at_before_the_first_box(
    qtbot: QtBot, window: MainWindow, sent: list[Request]
) -> None:
    image = window.workspace.image
    assert image is not None
    window.workspace.set_tool("box")
    qtbot.waitUntil(lambda: Assist(0, image.id) in sent)
    sent.clear()
    for _ in range(3):
        window.workspace.go(1)
    here = window.workspace.image
    assert here is not None
    qtbot.waitUntil(lambda: bool(sent))
    assert sent == [Assist(0, here.id)]


def test_a_question_does_not_wait_for_pre_labelling(
    window: MainWindow, sent: list[Request]
) -> None:
    window.learner.predict(None)
    draw(window)
    kinds = [type(r) for r in sent if not (isinstance(r, Assist) and r.box is None)]
    assert kinds == [Predict, Assist]


# --- clicks correct a mask -----------------------------------------------------------------------


def filled(window: MainWindow, sent: list[Request]) -> Annotation:
    draw(window)
    answer(window, questions(sent)[-1].number)
    sent.clear()
    return only(window)


def test_clicks_correct_the_mask_of_the_selected_object_in_one_step(
    window: MainWindow, sent: list[Request]
) -> None:
    before = filled(window, sent)
    press_key(window.canvas, Qt.Key.Key_M)
    assert window.workspace.tool == "refine"
    click_image(window.canvas, 40, 40)
    click_image(window.canvas, 56, 66, button=RIGHT)
    first, second = questions(sent)
    assert first.outlines == ((RING,),)
    assert [c[2] for c in second.clicks] == [True, False]
    assert second.clicks[1][:2] == pytest.approx((56, 66), abs=0.6)
    answer(window, first.number, RING)  # late: another click was asked about since
    assert window.canvas.board.live == {}
    answer(window, second.number, SMALL)
    (live,) = window.canvas.board.live.values()
    assert outer(live.value) == SMALL
    assert only(window) == before
    assert hint(window.canvas).startswith("2 clicks · Enter takes the mask")
    press_key(window.canvas, Qt.Key.Key_Return)
    assert outer(only(window)) == SMALL
    assert only(window).box == before.box
    assert window.workspace.history_texts()[0].startswith("Correct mask by 2 clicks")
    window.workspace.undo()
    assert only(window) == before


def test_backspace_takes_the_last_click_back_and_esc_all_of_them(
    window: MainWindow, sent: list[Request]
) -> None:
    before = filled(window, sent)
    window.workspace.set_tool("refine")
    click_image(window.canvas, 40, 40)
    click_image(window.canvas, 30, 30)
    answer(window, questions(sent)[-1].number, SMALL)
    press_key(window.canvas, Qt.Key.Key_Backspace)
    assert [c[2] for c in questions(sent)[-1].clicks] == [True]
    answer(window, questions(sent)[-1].number, RING)
    press_key(window.canvas, Qt.Key.Key_Backspace)
    assert not window.canvas.is_drawing
    assert window.canvas.board.live == {}
    click_image(window.canvas, 40, 40)
    answer(window, questions(sent)[-1].number, SMALL)
    press_key(window.canvas, Qt.Key.Key_Escape)
    assert window.canvas.board.live == {}
    assert only(window) == before
    assert window.workspace.tool == "refine"
    press_key(window.canvas, Qt.Key.Key_Escape)
    assert window.workspace.tool == "select"


def test_enter_waits_for_the_answer_to_the_last_click(
    window: MainWindow, sent: list[Request]
) -> None:
    filled(window, sent)
    window.workspace.set_tool("refine")
    click_image(window.canvas, 40, 40)
    press_key(window.canvas, Qt.Key.Key_Return)
    assert outer(only(window)) == RING
    answer(window, questions(sent)[-1].number, SMALL)
    assert outer(only(window)) == SMALL
    assert not window.canvas.is_drawing


def test_a_box_without_a_mask_gets_one_by_a_click(window: MainWindow, sent: list[Request]) -> None:
    window.settings.change(assists=False)
    made = draw(window)
    window.workspace.set_tool("refine")
    click_image(window.canvas, 40, 40)
    (asked,) = questions(sent)
    assert asked.outlines == ()
    answer(window, asked.number, SMALL)
    press_key(window.canvas, Qt.Key.Key_Return)
    assert outer(only(window)) == SMALL
    assert only(window).box == made.box


def test_a_painted_mask_stays_one_of_pixels(window: MainWindow, sent: list[Request]) -> None:
    paint(window.canvas, (30, 40), (60, 40))
    window.workspace.set_tool("refine")
    click_image(window.canvas, 40, 40)
    answer(window, questions(sent)[-1].number, SMALL)
    press_key(window.canvas, Qt.Key.Key_Return)
    assert isinstance(only(window).mask, Rle)


def test_with_nothing_selected_a_click_selects(window: MainWindow, sent: list[Request]) -> None:
    filled(window, sent)
    window.workspace.select()
    window.workspace.set_tool("refine")
    assert hint(window.canvas).startswith("Select one object")
    click_image(window.canvas, 80, 80)
    assert questions(sent) == []
    click_image(window.canvas, 40, 40)
    assert [a.id for a in window.workspace.selected] == [only(window).id]
    assert questions(sent) == []


def test_another_selection_drops_the_clicks(window: MainWindow, sent: list[Request]) -> None:
    filled(window, sent)
    window.workspace.set_tool("refine")
    click_image(window.canvas, 40, 40)
    window.workspace.select()
    window.canvas.grab()
    assert not window.canvas.is_drawing
    answer(window, questions(sent)[-1].number, SMALL)
    assert outer(only(window)) == RING


def test_a_locked_object_and_a_failure_are_told(window: MainWindow, sent: list[Request]) -> None:
    one = filled(window, sent)
    window.workspace.set_locked([one.id], True)
    window.workspace.set_tool("refine")
    click_image(window.canvas, 40, 40)
    assert "locked" in window.notices.text
    window.workspace.set_locked([one.id], False)
    click_image(window.canvas, 40, 40)
    answer(window, questions(sent)[-1].number, text="The learner ended.")
    assert window.notices.text == "The learner ended."
    assert not window.canvas.is_drawing


def test_clicks_that_leave_nothing_write_nothing(window: MainWindow, sent: list[Request]) -> None:
    before = filled(window, sent)
    window.workspace.set_tool("refine")
    click_image(window.canvas, 40, 40, button=RIGHT)
    press_key(window.canvas, Qt.Key.Key_Return)
    answer(window, questions(sent)[-1].number, outlines=())
    assert only(window) == before
    assert "Nothing is left" in window.notices.text
    assert window.canvas.is_drawing


# --- masks of predictions ------------------------------------------------------------------------


def predict(window: MainWindow, *doubts: float | None) -> None:
    """Predictions with masks that are more or less doubtful, beside each other."""
    store, image = window.workspace.store, window.workspace.image
    assert store is not None
    assert image is not None
    (version,) = window.workspace.versions
    made = [
        Prediction(0, image.id, 2, version.id, 0.9 - 0.1 * n, Box(5 + 30 * n, 5, 20, 20),
                   mask=Polygons((Part((5 + 30 * n, 5, 25 + 30 * n, 5, 25 + 30 * n, 25)),)),
                   doubt=Doubt(mask=doubt))
        for n, doubt in enumerate(doubts)
    ]  # fmt: skip
    store.predictions.write(version.id, image.id, made)
    window.workspace.predictions_stored([image.id])


def masks(window: MainWindow) -> list[bool]:
    return [p.mask is not None for p in window.workspace.predictions]


def test_of_predictions_only_masks_that_are_sure_enough_are_drawn_and_accepted(
    window: MainWindow,
) -> None:
    predict(window, 0.1, 0.3, None)
    assert masks(window) == [True, False, True]
    window.settings.change(mask_from=0.65)
    assert masks(window) == [True, True, True]
    window.settings.change(mask_from=0.75)
    window.workspace.accept_above(0.0)
    assert [a.mask is not None for a in window.workspace.annotations] == [True, False, True]
    assert all(a.box is not None for a in window.workspace.annotations)


def test_accepting_everywhere_takes_no_mask_that_is_not_drawn(window: MainWindow) -> None:
    predict(window, 0.1, 0.3)
    window.workspace.accept_above(0.0, everywhere=True)
    assert [a.mask is not None for a in window.workspace.annotations] == [True, False]
