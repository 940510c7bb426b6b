"""Groups, order, hiding and locking, from the menu and by keys, in the real window."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QLineEdit, QTreeWidget
from pytestqt.qtbot import QtBot

from annotator.domain.edits import Edit
from annotator.domain.model import Annotation, Box
from annotator.ui.main_window import MainWindow
from tests.ui import hands
from tests.ui.project_hand import BALL, Hand, Heard, prediction
from tests.ui.windows import close_dialogs, open_window


@pytest.fixture
def window(qtbot: QtBot, project: Path) -> Iterator[MainWindow]:
    yield open_window(qtbot, project)
    close_dialogs()


@pytest.fixture
def hand(window: MainWindow) -> Hand:
    return Hand(window.workspace)


@pytest.fixture
def heard(window: MainWindow) -> Heard:
    return Heard(window.workspace)


@pytest.fixture
def three(hand: Hand) -> list[Annotation]:
    """A person, a ball, a person; nothing selected."""
    made = [hand.draw(5), hand.draw(30, BALL), hand.draw(60)]
    hand.workspace.select()
    return made


def press(window: MainWindow, key: str) -> None:
    window.canvas.setFocus()
    QTest.keyClicks(window.canvas, key)


def order(window: MainWindow, objects: list[Annotation]) -> list[int]:
    """Which of the three stands where, from back to front."""
    ids = [a.id for a in objects]
    return [ids.index(a.id) for a in window.workspace.annotations]


def listed(window: MainWindow) -> list[str]:
    tree = window.findChild(QTreeWidget, "objects_tree")
    return [tree.topLevelItem(n).text(0) for n in range(tree.topLevelItemCount())]


# groups


def test_g_groups_and_u_takes_apart(
    window: MainWindow, hand: Hand, three: list[Annotation]
) -> None:
    workspace = window.workspace
    workspace.select([three[0].id, three[2].id])
    press(window, "g")
    assert [a.group_id for a in hand.stored()] == [1, None, 1]
    tree = window.findChild(QTreeWidget, "objects_tree")
    assert tree.topLevelItem(0).text(1) == "1 · box 2/2"
    assert tree.topLevelItem(1).text(1) == "box"
    press(window, "u")
    assert [a.group_id for a in hand.stored()] == [None, None, None]
    assert hand.steps()[:2] == ["Ungroup", "Group 2 objects"]
    workspace.undo()
    workspace.undo()
    assert list(hand.stored()) == three


def test_a_member_that_is_taken_out_leaves_nobody_alone(
    window: MainWindow, hand: Hand, three: list[Annotation]
) -> None:
    window.workspace.select(a.id for a in three)
    press(window, "g")
    window.workspace.select([three[0].id])
    press(window, "u")
    assert [a.group_id for a in hand.stored()] == [None, 1, 1]
    window.workspace.select([three[1].id])
    press(window, "u")
    assert [a.group_id for a in hand.stored()] == [None, None, None]


def test_groups_need_two_objects_and_say_so(
    window: MainWindow, hand: Hand, three: list[Annotation], heard: Heard
) -> None:
    window.workspace.select([three[0].id])
    press(window, "g")
    assert "needs two" in heard.last.text
    press(window, "u")
    assert "in no group" in heard.last.text
    window.workspace.select([three[0].id, three[1].id])
    press(window, "g")
    press(window, "g")
    assert "already" in heard.last.text
    assert hand.steps()[0] == "Group 2 objects"
    assert len(hand.steps()) == 4


def test_nothing_or_a_prediction_selected_is_no_group(
    window: MainWindow, hand: Hand, three: list[Annotation]
) -> None:
    for name in ("group", "ungroup", "raise", "lower", "to_front", "to_back", "hide_others"):
        assert not window.actions_.by_id[name].isEnabled()
    hand.predict(prediction(80))
    window.workspace.select(prediction_id=window.workspace.predictions[0].id)
    press(window, "g+")
    assert list(hand.stored()) == three


def test_a_copied_group_is_another_one(
    window: MainWindow, hand: Hand, three: list[Annotation]
) -> None:
    window.workspace.select([three[0].id, three[1].id])
    press(window, "g")
    actions = window.actions_.by_id
    actions["duplicate"].trigger()
    assert [a.group_id for a in hand.stored()] == [1, 1, None, 2, 2]
    window.workspace.select([three[0].id])
    actions["copy"].trigger()
    hand.show(1)
    actions["paste"].trigger()
    assert [a.group_id for a in hand.stored()] == [None]


# order


def test_plus_and_minus_move_one_place_and_undo_is_exact(
    window: MainWindow, hand: Hand, three: list[Annotation]
) -> None:
    window.workspace.select([three[0].id])
    press(window, "+")
    assert order(window, three) == [1, 0, 2]
    assert listed(window) == ["ball 1", "person 1", "person 2"]
    press(window, "+")
    assert order(window, three) == [1, 2, 0]
    press(window, "-")
    assert order(window, three) == [1, 0, 2]
    assert hand.steps()[:3] == ["Lower person 2", "Raise person 1", "Raise person 1"]
    for _ in range(3):
        window.workspace.undo()
    assert list(hand.stored()) == three


def test_the_keypad_moves_too(window: MainWindow, three: list[Annotation]) -> None:
    window.workspace.select([three[1].id])
    keypad = Qt.KeyboardModifier.KeypadModifier
    window.canvas.setFocus()
    QTest.keyClick(window.canvas, Qt.Key.Key_Plus, keypad)
    assert order(window, three) == [0, 2, 1]
    QTest.keyClick(window.canvas, Qt.Key.Key_Minus, keypad)
    assert order(window, three) == [0, 1, 2]


def test_to_front_and_to_back_keep_the_order_of_several(
    window: MainWindow, hand: Hand, three: list[Annotation]
) -> None:
    window.workspace.select([three[0].id, three[1].id])
    window.actions_.by_id["to_front"].trigger()
    assert order(window, three) == [2, 0, 1]
    window.workspace.select([three[1].id])
    window.actions_.by_id["to_back"].trigger()
    assert order(window, three) == [1, 2, 0]
    hand.reopen()
    assert order(window, three) == [1, 2, 0]


def test_at_the_end_it_says_so_and_makes_no_step(
    window: MainWindow, hand: Hand, three: list[Annotation], heard: Heard
) -> None:
    window.workspace.select([three[2].id])
    press(window, "+")
    assert heard.last.text == "person 2 is in front of all others already."
    window.workspace.select([three[0].id, three[1].id])
    press(window, "-")
    assert heard.last.text == "2 objects are behind all others already."
    assert len(hand.steps()) == 3


def test_order_does_not_count_as_editing(
    window: MainWindow, hand: Hand, three: list[Annotation]
) -> None:
    before = {a.id: (a.is_edited, a.origin) for a in three}
    window.workspace.settings.change(person="Bob")
    window.workspace.select([three[0].id])
    press(window, "+")
    assert {a.id: (a.is_edited, a.origin) for a in hand.stored()} == before


# hiding and locking


def test_hide_others_and_show_all(window: MainWindow, three: list[Annotation]) -> None:
    workspace, actions = window.workspace, window.actions_.by_id
    workspace.select([three[1].id])
    actions["hide_others"].trigger()
    assert workspace.hidden == {three[0].id, three[2].id}
    assert [a.id for a in workspace.selected] == [three[1].id]
    actions["show_all"].trigger()
    assert workspace.hidden == frozenset()


def test_lock_all_and_unlock_all_touch_this_image_only(
    window: MainWindow, hand: Hand, three: list[Annotation]
) -> None:
    workspace, actions = window.workspace, window.actions_.by_id
    hand.show(1)
    other = hand.draw()
    actions["lock_all"].trigger()
    hand.show(0)
    actions["lock_all"].trigger()
    assert workspace.locked == {other.id, *(a.id for a in three)}
    actions["unlock_all"].trigger()
    assert workspace.locked == {other.id}


@pytest.fixture
def locked(window: MainWindow, three: list[Annotation]) -> Annotation:
    """The first person, locked and selected."""
    window.workspace.select([three[0].id])
    press(window, "l")
    assert window.workspace.locked == {three[0].id}
    return three[0]


@pytest.mark.parametrize("key", ["2", "g", "u"])
def test_a_locked_object_is_not_changed_by_keys(
    window: MainWindow, hand: Hand, three: list[Annotation], locked: Annotation, key: str
) -> None:
    window.workspace.select([locked.id, three[1].id] if key == "g" else [locked.id])
    press(window, key)
    assert hand.stored()[0] == locked


def test_delete_nudge_and_crowd_leave_a_locked_object_and_say_so(
    window: MainWindow, hand: Hand, locked: Annotation, heard: Heard
) -> None:
    window.canvas.setFocus()
    QTest.keyClick(window.canvas, Qt.Key.Key_Right)
    assert hand.stored()[0] == locked
    QTest.keyClick(window.canvas, Qt.Key.Key_Delete)
    assert hand.stored()[0] == locked
    assert heard.last.text == "person 1 is locked. Press L to unlock it. Nothing was changed."
    window.actions_.by_id["crowd"].trigger()
    assert hand.stored()[0] == locked


def test_drags_of_a_locked_object_and_its_handles_change_nothing(
    window: MainWindow, hand: Hand, locked: Annotation
) -> None:
    canvas, box = window.canvas, locked.box
    assert box is not None
    hands.drag(canvas, (box.x + 10, box.y + 25), (box.x + 20, box.y + 30))
    hands.drag(canvas, (box.right, box.bottom), (box.right + 9, box.bottom + 9))
    joint = locked.keypoints[0]
    hands.drag(canvas, (joint.x, joint.y), (joint.x + 9, joint.y + 9))
    hands.click_image(canvas, joint.x, joint.y, button=hands.RIGHT)
    assert hand.stored()[0] == locked


def test_of_several_the_free_ones_are_changed_and_the_locked_ones_counted(
    window: MainWindow, hand: Hand, three: list[Annotation], locked: Annotation, heard: Heard
) -> None:
    window.workspace.select(a.id for a in three)
    press(window, "2")
    assert [a.category_id for a in hand.stored()] == [1, 2, 2]
    assert heard.last.text.startswith("1 locked object left alone")
    QTest.keyClick(window.canvas, Qt.Key.Key_Delete)
    assert hand.stored() == (locked,)
    window.workspace.undo()
    assert len(hand.stored()) == 3


def test_undo_and_order_reach_a_locked_object(
    window: MainWindow, hand: Hand, three: list[Annotation]
) -> None:
    hand.move(three[0], 40)
    window.workspace.set_locked([three[0].id], True)
    window.workspace.undo()
    assert hand.stored()[0].box == three[0].box
    window.workspace.select([three[0].id])
    press(window, "+")
    assert order(window, three) == [1, 0, 2]


def test_what_needs_a_locked_object_is_not_half_done(
    window: MainWindow, hand: Hand, three: list[Annotation], locked: Annotation
) -> None:
    """A step that changes one object for the sake of another is refused as a whole."""
    window.workspace._apply("Join", [Edit(locked, None), Edit(three[1], None)])
    assert list(hand.stored()) == three


# typing


def test_c_asks_for_the_category_and_types_nothing(
    window: MainWindow, hand: Hand, three: list[Annotation]
) -> None:
    window.workspace.select([three[0].id])
    press(window, "c")
    line = window.canvas.findChild(QLineEdit, "category_name")
    assert line.hasFocus()
    assert line.text() == ""
    hands.name_category(window.canvas, "ba")
    assert hand.stored()[0].category_id == BALL.id
    assert window.canvas.hasFocus()


def test_what_a_step_was_about_is_what_the_list_calls_it(
    window: MainWindow, hand: Hand, three: list[Annotation]
) -> None:
    names = dict(zip([a.id for a in window.workspace.annotations], listed(window), strict=True))
    assert names == {a.id: window.workspace.name_of(a) for a in three}
    history = hand.store.history.entries(window.workspace.image.id)
    assert [e.about for e in history] == ["person 2", "ball 1", "person 1"]
    for value in three:
        hand.move(value, 1)
        assert hand.store.history.entries(value.image_id, 1)[0].about == names[value.id]
    afters = [replace(a, box=Box(2, 2, 9, 9)) for a in window.workspace.annotations]
    window.workspace.change_many(afters, text="Move 3 objects")
    assert hand.store.history.entries(three[0].image_id, 1)[0].about == ""


def test_the_menu_says_what_would_be_undone_and_of_which_object(
    window: MainWindow, hand: Hand, three: list[Annotation]
) -> None:
    hand.move(three[1], 1)
    menu = next(a.menu() for a in window.menuBar().actions() if a.text() == "Edit")
    menu.aboutToShow.emit()
    assert window.actions_.by_id["undo"].text() == "Undo: Move box, ball 1"
    window.workspace.undo()
    menu.aboutToShow.emit()
    assert window.actions_.by_id["redo"].text() == "Redo: Move box, ball 1"
