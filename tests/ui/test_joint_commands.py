"""The Object/Joints menu in the real window."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from pytestqt.qtbot import QtBot

from annotator.domain.model import Annotation, Box, Category, Keypoint, Prediction, ScoredJoint
from annotator.ui.main_window import MainWindow
from tests.ui.project_hand import BALL, PERSON, Hand, box_at
from tests.ui.windows import close_dialogs, open_window

ABSENT = Keypoint(0, 0, 0)
POSE = (Keypoint(40, 12, 2), Keypoint(50, 40, 2), Keypoint(30, 50, 1))


@pytest.fixture
def window(qtbot: QtBot, project: Path) -> Iterator[MainWindow]:
    yield open_window(qtbot, project)
    close_dialogs()


@pytest.fixture
def hand(window: MainWindow) -> Hand:
    return Hand(window.workspace)


@pytest.fixture
def body(window: MainWindow) -> Category:
    """A category with sides, whose joints are known by name."""
    made = window.workspace.add_category(
        "body",
        joints=("nose", "left_wrist", "right_wrist"),
        skeleton=((0, 1), (0, 2)),
        pairs=((1, 2),),
    )
    assert made is not None
    return made


def draw(window: MainWindow, category: Category, *joints: Keypoint, x: float = 20) -> Annotation:
    made = window.workspace.add_object(
        box=Box(x, 10, 40, 60), keypoints=joints, category_id=category.id, text="Draw"
    )
    assert made is not None
    return made


def choose(window: MainWindow, action: str) -> None:
    window.actions_.by_id[action].trigger()


def now(window: MainWindow, value: Annotation) -> Annotation:
    return next(a for a in window.workspace.annotations if a.id == value.id)


def undoes_to(window: MainWindow, before: Annotation) -> bool:
    window.workspace.undo()
    return now(window, before) == before


def said(window: MainWindow) -> str:
    return window.notices.text


# Swapping and mirroring


def test_swapping_sides_moves_no_joint(window: MainWindow, body: Category) -> None:
    made = draw(window, body, *POSE)
    choose(window, "swap_sides")
    assert now(window, made).keypoints == (POSE[0], POSE[2], POSE[1])
    assert now(window, made).box == made.box
    choose(window, "swap_sides")
    assert now(window, made).keypoints == POSE
    window.workspace.undo()
    assert undoes_to(window, made)


def test_mirroring_moves_the_joints_and_keeps_their_names(
    window: MainWindow, body: Category
) -> None:
    made = draw(window, body, *POSE)
    choose(window, "mirror_joints")
    after = now(window, made).keypoints
    assert after == (Keypoint(40, 12, 2), Keypoint(30, 40, 2), Keypoint(50, 50, 1))
    assert undoes_to(window, made)


def test_several_objects_are_swapped_in_one_step(
    window: MainWindow, body: Category, hand: Hand
) -> None:
    first, second = draw(window, body, *POSE), draw(window, body, *POSE, x=50)
    ball = hand.draw(category=BALL)
    window.workspace.select([first.id, second.id, ball.id])
    choose(window, "swap_sides")
    assert hand.steps()[0] == "Swap left and right joints, 2 objects"
    assert {now(window, a).keypoints[1] for a in (first, second)} == {POSE[2]}
    window.workspace.undo()
    assert [now(window, a) for a in (first, second, ball)] == [first, second, ball]


def test_a_category_without_sides_says_where_to_give_it_some(
    window: MainWindow, hand: Hand
) -> None:
    made = hand.draw()
    choose(window, "swap_sides")
    assert now(window, made) == made
    assert "person" in said(window)
    assert "Categories" in said(window)


@pytest.mark.parametrize("action", ["swap_sides", "mirror_joints", "place_joints"])
def test_an_object_without_joints_is_told_of(window: MainWindow, hand: Hand, action: str) -> None:
    hand.draw(category=BALL)
    choose(window, action)
    assert "Select an object with joints" in said(window)
    assert len(hand.steps()) == 1


@pytest.mark.parametrize("action", ["swap_sides", "mirror_joints", "transform_joints"])
def test_a_locked_object_is_left_alone(window: MainWindow, body: Category, action: str) -> None:
    made = draw(window, body, *POSE)
    window.workspace.set_locked([made.id], True)
    choose(window, action)
    assert now(window, made) == made
    assert "locked" in said(window)
    assert window.workspace.tool == "select"


def test_of_several_objects_only_the_free_ones_change(window: MainWindow, body: Category) -> None:
    locked, free = draw(window, body, *POSE), draw(window, body, *POSE, x=50)
    window.workspace.set_locked([locked.id], True)
    window.workspace.select([locked.id, free.id])
    choose(window, "mirror_joints")
    assert now(window, locked) == locked
    assert now(window, free) != free


def test_a_swapped_prediction_becomes_the_persons_own(
    window: MainWindow, body: Category, hand: Hand
) -> None:
    joints = tuple(ScoredJoint(k.x, k.y, 0.9) for k in POSE)
    hand.predict(Prediction(0, 0, body.id, 0, 0.9, box_at(20), joints=joints))
    window.workspace.select(prediction_id=window.workspace.predictions[0].id)
    choose(window, "swap_sides")
    (made,) = window.workspace.annotations
    assert made.keypoints[1][:2] == POSE[2][:2]
    assert made.origin.corrected_by == window.workspace.person
    assert window.workspace.predictions == ()


def test_a_read_only_project_changes_nothing(window: MainWindow, body: Category) -> None:
    made = draw(window, body, *POSE)
    window.workspace.is_read_only = True
    for action in ("swap_sides", "mirror_joints"):
        choose(window, action)
        assert now(window, made) == made
        assert "looking only" in said(window)
    bare = window.workspace.annotations
    choose(window, "place_joints")
    assert window.workspace.annotations == bare


# All joints at once


def test_all_joints_are_placed_in_the_box_of_the_selected_object(
    window: MainWindow, body: Category, hand: Hand
) -> None:
    made = draw(window, body)
    window.workspace.set_tool("box")
    choose(window, "place_joints")
    after = now(window, made)
    assert after.box == made.box
    assert [k.visibility for k in after.keypoints] == [2, 2, 2]
    for joint in after.keypoints:
        assert 20 <= joint.x <= 60
        assert 10 <= joint.y <= 70
    assert "Drag each joint to where it belongs" in said(window)
    assert window.workspace.tool == "select"
    assert hand.steps()[0] == "Place all joints"
    assert undoes_to(window, made)


def test_what_is_placed_already_stays(window: MainWindow, body: Category) -> None:
    made = draw(window, body, ABSENT, POSE[1], ABSENT)
    choose(window, "place_joints")
    assert now(window, made).keypoints[1] == POSE[1]
    assert all(k.visibility for k in now(window, made).keypoints)
    full = now(window, made)
    choose(window, "place_joints")
    assert now(window, made) == full
    assert "placed already" in said(window)


def test_many_objects_get_their_joints_in_one_step(
    window: MainWindow, body: Category, hand: Hand
) -> None:
    made = [draw(window, body, x=10 * n) for n in range(3)]
    choose(window, "select_all")
    choose(window, "place_joints")
    assert hand.steps()[0] == "Place all joints, 3 objects"
    assert all(len(now(window, a).keypoints) == 3 for a in made)
    window.workspace.undo()
    assert [now(window, a) for a in made] == made


def test_joints_nobody_knows_the_places_of_are_told_of_and_the_others_placed(
    window: MainWindow, body: Category
) -> None:
    unknown, known = draw(window, PERSON), draw(window, body)
    window.workspace.select([unknown.id, known.id])
    choose(window, "place_joints")
    assert now(window, unknown) == unknown
    assert len(now(window, known).keypoints) == 3
    assert "person" in said(window)


# The frame, and going on


def test_ctrl_t_puts_up_the_frame_and_takes_it_away(window: MainWindow, body: Category) -> None:
    draw(window, body, *POSE)
    window.canvas.setFocus()
    QTest.keyClick(window.canvas, Qt.Key.Key_T, Qt.KeyboardModifier.ControlModifier)
    assert window.workspace.tool == "transform"
    QTest.keyClick(window.canvas, Qt.Key.Key_T, Qt.KeyboardModifier.ControlModifier)
    assert window.workspace.tool == "select"


def test_a_frame_wants_two_joints(window: MainWindow, body: Category) -> None:
    draw(window, body, POSE[0], ABSENT, ABSENT)
    choose(window, "transform_joints")
    assert window.workspace.tool == "select"
    assert "two joints" in said(window)


def test_k_again_goes_on_with_the_object_that_was_ended_early(
    window: MainWindow, body: Category
) -> None:
    canvas = window.canvas
    canvas.setFocus()
    made = draw(window, body, POSE[0], ABSENT, ABSENT)
    QTest.keyClick(canvas, Qt.Key.Key_K)
    for place in (POSE[1], POSE[2]):
        at = canvas.to_screen(place.x, place.y).toPoint()
        QTest.mouseClick(canvas, Qt.MouseButton.LeftButton, Qt.KeyboardModifier.NoModifier, at)
        if place is POSE[1]:
            QTest.keyClick(canvas, Qt.Key.Key_Return)
            assert "left wrist" not in canvas.commands.tool.hint()
            QTest.keyClick(canvas, Qt.Key.Key_K)
            assert "right wrist" in canvas.commands.tool.hint()
    assert len(window.workspace.annotations) == 1
    assert [k.visibility for k in now(window, made).keypoints] == [2, 2, 2]
