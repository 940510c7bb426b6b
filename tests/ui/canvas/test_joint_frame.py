"""The whole skeleton: dragged, and scaled, turned and moved by the frame around its joints."""

from __future__ import annotations

import itertools
import math
from collections.abc import Sequence

import pytest
from hypothesis import given
from hypothesis import strategies as st
from PySide6.QtCore import Qt
from pytestqt.qtbot import QtBot

from annotator.domain.geometry import Point
from annotator.domain.model import Annotation, Box, Category, Keypoint, Part, Polygons, Rle
from annotator.domain.poses import ABSENT, bounds_of
from annotator.ui.canvas.tools.frame_drag import PAD, STALK, Grip, frame_of, grip_at
from annotator.ui.canvas.view import Canvas
from annotator.ui.workspace import Workspace
from tests.ui import hands

JOINTS = (
    Keypoint(150, 100, 2),
    Keypoint(130, 140, 2),
    Keypoint(190, 140, 1),
    ABSENT,
    Keypoint(160, 200, 2),
)
BOX = Box(100, 80, 120, 140)
MASK = Polygons((Part((110.0, 90.0, 210.0, 90.0, 210.0, 210.0, 110.0, 210.0)),))


@pytest.fixture
def person(workspace: Workspace) -> Category:
    made = workspace.add_category(
        "person", joints=("a", "b", "c", "d", "e"), skeleton=((0, 1), (0, 2), (0, 4))
    )
    assert made is not None
    return made


@pytest.fixture
def posed(workspace: Workspace, person: Category) -> Annotation:
    made = workspace.add_object(box=BOX, mask=MASK, keypoints=JOINTS, text="Draw")
    assert made is not None
    return made


def now(workspace: Workspace, value: Annotation) -> Annotation:
    return next(a for a in workspace.annotations if a.id == value.id)


def points(annotation: Annotation) -> list[tuple[float, float]]:
    return [(k.x, k.y) for k in annotation.keypoints if k.visibility]


def distances(places: Sequence[tuple[float, float]]) -> list[float]:
    return [math.dist(a, b) for a, b in itertools.combinations(places, 2)]


def handles(canvas: Canvas, value: Annotation) -> tuple[list[hands.Place], hands.Place]:
    """Corners of the frame clockwise from the top left, and the handle that turns it."""
    scale = (canvas.to_screen(1, 0) - canvas.to_screen(0, 0)).x()
    box, pad = bounds_of(value.keypoints), PAD / scale
    assert box is not None
    left, top, right, bottom = box.x - pad, box.y - pad, box.right + pad, box.bottom + pad
    corners = [(left, top), (right, top), (right, bottom), (left, bottom)]
    return corners, ((left + right) / 2, top - STALK / scale)


def undone_exactly(workspace: Workspace, before: Annotation) -> bool:
    workspace.undo()
    return now(workspace, before) == before


# Dragging the skeleton with Alt


@pytest.mark.parametrize("start", [(150, 100), (170, 120)], ids=["a joint", "a bone"])
def test_alt_drags_all_joints_and_leaves_box_and_mask(
    canvas: Canvas, workspace: Workspace, posed: Annotation, start: tuple[int, int]
) -> None:
    hands.drag(canvas, start, (start[0] + 20, start[1] + 10), keys=hands.ALT)
    after = now(workspace, posed)
    assert (after.box, after.mask) == (posed.box, posed.mask)
    for old, new in zip(points(posed), points(after), strict=True):
        assert new == pytest.approx((old[0] + 20, old[1] + 10), abs=0.6)
    assert after.keypoints[3] == ABSENT
    assert undone_exactly(workspace, posed)


def test_alt_drag_beside_the_skeleton_moves_the_object_as_ever(
    canvas: Canvas, workspace: Workspace, posed: Annotation
) -> None:
    hands.drag(canvas, (200, 180), (210, 180), keys=hands.ALT)
    assert now(workspace, posed).box == pytest.approx(BOX._replace(x=110), abs=0.6)


def test_alt_click_still_removes_a_joint_and_leaves_a_bone(
    canvas: Canvas, workspace: Workspace, posed: Annotation
) -> None:
    hands.click_image(canvas, 170, 120, keys=hands.ALT)
    assert now(workspace, posed) == posed
    hands.click_image(canvas, 150, 100, keys=hands.ALT)
    assert now(workspace, posed).keypoints[0] == ABSENT
    assert now(workspace, posed).keypoints[1:] == JOINTS[1:]


def test_the_skeleton_is_not_dragged_out_of_the_image(
    canvas: Canvas, workspace: Workspace, posed: Annotation
) -> None:
    hands.drag(canvas, (150, 100), (0, 0), keys=hands.ALT)
    after = points(now(workspace, posed))
    assert min(x for x, _ in after) == pytest.approx(0, abs=0.01)
    assert min(y for _, y in after) == pytest.approx(0, abs=0.01)
    assert distances(after) == pytest.approx(distances(points(posed)), abs=0.05)


def test_esc_puts_the_skeleton_back(
    canvas: Canvas, workspace: Workspace, posed: Annotation
) -> None:
    hands.drag(canvas, (150, 100), (180, 120), keys=hands.ALT, drops=False)
    hands.press_key(canvas, Qt.Key.Key_Escape)
    hands.let_go(canvas, 180, 120, keys=hands.ALT)
    assert now(workspace, posed) == posed


def test_the_skeleton_of_a_locked_object_stays(
    canvas: Canvas, workspace: Workspace, posed: Annotation, notices: list[str]
) -> None:
    workspace.set_locked([posed.id], True)
    hands.drag(canvas, (150, 100), (180, 120), keys=hands.ALT)
    assert now(workspace, posed) == posed
    assert "locked" in notices[-1]


# The frame


@pytest.fixture
def framed(workspace: Workspace, canvas: Canvas, posed: Annotation) -> Annotation:
    workspace.set_tool("transform")
    return posed


def test_a_corner_scales_all_joints_away_from_the_opposite_one(
    canvas: Canvas, workspace: Workspace, framed: Annotation
) -> None:
    corners, _ = handles(canvas, framed)
    x, y = corners[2]
    hands.drag(canvas, (x, y), (x + 30, y + 50))
    after = now(workspace, framed)
    assert (after.box, after.mask) == (framed.box, framed.mask)
    assert bounds_of(after.keypoints) == pytest.approx(Box(130, 100, 90, 150), abs=1)
    assert [k.visibility for k in after.keypoints] == [2, 2, 1, 0, 2]
    assert workspace.tool == "transform"
    assert undone_exactly(workspace, framed)


def test_shift_keeps_the_proportions(
    canvas: Canvas, workspace: Workspace, framed: Annotation
) -> None:
    corners, _ = handles(canvas, framed)
    x, y = corners[0]
    hands.drag(canvas, (x, y), (x - 30, y - 5), keys=hands.SHIFT)
    box = bounds_of(now(workspace, framed).keypoints)
    assert box is not None
    assert box.width / box.height == pytest.approx(60 / 100, abs=0.01)
    assert box.width == pytest.approx(90, abs=1)
    assert (box.right, box.bottom) == pytest.approx((190, 200), abs=0.05)


def test_a_frame_is_never_turned_inside_out_nor_left_the_image(
    canvas: Canvas, workspace: Workspace, framed: Annotation
) -> None:
    corners, _ = handles(canvas, framed)
    hands.drag(canvas, corners[2], (20, 20))
    small = now(workspace, framed)
    box = bounds_of(small.keypoints)
    assert box == pytest.approx(Box(130, 100, 2, 2), abs=0.05)
    assert small.keypoints[1].x <= small.keypoints[0].x <= small.keypoints[2].x
    workspace.undo()
    hands.drag(canvas, corners[2], (390, 290))
    large = bounds_of(now(workspace, framed).keypoints)
    assert large is not None
    assert large.right <= 400
    assert large.bottom <= 300
    workspace.undo()
    hands.drag(canvas, corners[2], (395, 295), keys=hands.SHIFT)
    even = bounds_of(now(workspace, framed).keypoints)
    assert even is not None
    assert even.bottom == pytest.approx(300, abs=0.05)
    assert even.width / even.height == pytest.approx(60 / 100, abs=0.01)


def test_the_round_handle_turns_the_joints_about_their_middle(
    canvas: Canvas, workspace: Workspace, framed: Annotation
) -> None:
    _, turner = handles(canvas, framed)
    hands.drag(canvas, turner, (300, 150))
    after = now(workspace, framed)
    assert (after.box, after.mask) == (framed.box, framed.mask)
    assert distances(points(after)) == pytest.approx(distances(points(framed)), abs=0.05)
    assert after.keypoints[0][:2] == pytest.approx((210, 140), abs=1.5)
    assert undone_exactly(workspace, framed)


def test_shift_turns_in_steps_of_15_degrees(
    canvas: Canvas, workspace: Workspace, framed: Annotation
) -> None:
    _, turner = handles(canvas, framed)
    hands.drag(canvas, turner, (turner[0] + 40, turner[1] + 4), keys=hands.SHIFT)
    after = now(workspace, framed).keypoints
    before, end = framed.keypoints, after
    was = math.atan2(before[4].y - before[0].y, before[4].x - before[0].x)
    is_now = math.atan2(end[4].y - end[0].y, end[4].x - end[0].x)
    turned = math.degrees(is_now - was)
    assert turned % 15 == pytest.approx(0, abs=0.05) or turned % 15 == pytest.approx(15, abs=0.05)
    assert abs(turned) >= 14


def test_inside_the_frame_all_joints_are_moved_and_shift_keeps_to_one_axis(
    canvas: Canvas, workspace: Workspace, framed: Annotation
) -> None:
    hands.drag(canvas, (175, 170), (205, 176), keys=hands.SHIFT)
    after = now(workspace, framed)
    assert after.box == framed.box
    for old, new in zip(points(framed), points(after), strict=True):
        assert new == pytest.approx((old[0] + 30, old[1]), abs=0.6)


def test_each_drag_is_one_edit_in_words(
    canvas: Canvas, workspace: Workspace, framed: Annotation
) -> None:
    corners, turner = handles(canvas, framed)
    hands.drag(canvas, turner, (turner[0] + 20, turner[1]))
    corners, _ = handles(canvas, now(workspace, framed))
    hands.drag(canvas, corners[2], (corners[2][0] + 10, corners[2][1]))
    hands.drag(canvas, (160, 150), (165, 150))
    assert workspace.store is not None
    texts = [e.text for e in workspace.store.history.entries(framed.image_id)]
    assert texts[:4] == ["Move all joints", "Scale all joints", "Turn all joints", "Draw"]


def test_esc_cancels_the_drag_and_then_leaves(
    canvas: Canvas, workspace: Workspace, framed: Annotation
) -> None:
    corners, _ = handles(canvas, framed)
    hands.drag(canvas, corners[2], (220, 220), drops=False)
    hands.press_key(canvas, Qt.Key.Key_Escape)
    assert workspace.tool == "transform"
    hands.let_go(canvas, 220, 220)
    assert now(workspace, framed) == framed
    hands.press_key(canvas, Qt.Key.Key_Escape)
    assert workspace.tool == "select"
    assert workspace.selected == (framed,)


def test_enter_and_a_click_beside_it_leave_too(
    canvas: Canvas, workspace: Workspace, framed: Annotation
) -> None:
    hands.press_key(canvas, Qt.Key.Key_Return)
    assert workspace.tool == "select"
    workspace.set_tool("transform")
    hands.click_image(canvas, 350, 250)
    assert workspace.tool == "select"
    assert workspace.selected == (framed,)


def test_a_click_on_another_pose_frames_that_one_and_on_a_box_leaves(
    canvas: Canvas, workspace: Workspace, framed: Annotation
) -> None:
    two = (Keypoint(300, 50, 2), Keypoint(340, 90, 2), ABSENT, ABSENT, ABSENT)
    other = workspace.add_object(box=Box(290, 40, 60, 60), keypoints=two, text="Draw")
    plain = workspace.add_object(box=Box(290, 200, 60, 60), text="Draw")
    assert other is not None
    assert plain is not None
    workspace.select([framed.id])
    hands.click_image(canvas, 295, 95)
    assert [a.id for a in workspace.selected] == [other.id]
    assert workspace.tool == "transform"
    hands.click_image(canvas, 320, 230)
    assert [a.id for a in workspace.selected] == [plain.id]
    assert workspace.tool == "select"


def test_box_handles_are_away_while_the_frame_is_there(
    canvas: Canvas, workspace: Workspace, framed: Annotation
) -> None:
    hands.drag(canvas, (BOX.x, BOX.y), (80, 60))
    assert now(workspace, framed) == framed


def test_another_tool_or_image_takes_the_frame_away(
    canvas: Canvas, workspace: Workspace, framed: Annotation
) -> None:
    workspace.set_tool("box")
    assert workspace.tool == "box"
    workspace.set_tool("transform")
    workspace.go(1)
    assert workspace.tool == "select"


def test_without_joints_selected_the_frame_says_what_it_wants(
    canvas: Canvas, workspace: Workspace, framed: Annotation
) -> None:
    workspace.select()
    assert "Select one object with joints" in hands.hint(canvas)
    hands.click_image(canvas, 160, 150)
    assert "Corners scale" in hands.hint(canvas)
    workspace.select()
    hands.drag(canvas, (350, 250), (360, 260))
    assert workspace.tool == "select"
    assert now(workspace, framed) == framed


def test_a_locked_object_has_no_frame(
    canvas: Canvas, workspace: Workspace, framed: Annotation
) -> None:
    workspace.set_locked([framed.id], True)
    hands.drag(canvas, (175, 170), (205, 176))
    assert now(workspace, framed) == framed


def test_the_joints_of_an_object_with_run_lengths_are_transformed_too(
    canvas: Canvas, workspace: Workspace, person: Category
) -> None:
    mask = Rle((300, 400), (12_000, 60, 108_000 - 60))
    made = workspace.add_object(mask=mask, keypoints=JOINTS, text="Draw")
    assert made is not None
    workspace.set_tool("transform")
    hands.drag(canvas, (175, 170), (195, 170))
    after = now(workspace, made)
    assert after.mask == mask
    assert after.keypoints[0][:2] == pytest.approx((170, 100), abs=0.6)


def test_what_the_frame_does_is_seen_at_once(
    qtbot: QtBot, canvas: Canvas, workspace: Workspace, framed: Annotation
) -> None:
    qtbot.waitUntil(lambda: bool(canvas.grab()) and canvas.is_sharp)
    before = canvas.grab().toImage()
    hands.drag(canvas, (175, 170), (205, 176), drops=False)
    assert canvas.grab().toImage() != before
    assert now(workspace, framed) == framed
    hands.press_key(canvas, Qt.Key.Key_Escape)
    hands.let_go(canvas, 205, 176)
    hands.hover(canvas, 175, 170)
    qtbot.waitUntil(lambda: canvas.grab().toImage() == before)


# Its geometry


def test_one_joint_or_two_at_one_place_have_no_frame() -> None:
    same = Keypoint(5, 5, 2)
    for joints in ((), (ABSENT,), (same,), (same, same, ABSENT)):
        assert frame_of(joints, 1.0, top=0) is None
    assert frame_of((same, Keypoint(5, 9, 1)), 1.0, top=0) is not None


@given(scale=st.floats(0.05, 64), y=st.floats(0, 300))
def test_every_handle_is_grabbed_where_it_stands(scale: float, y: float) -> None:
    joints = (Keypoint(50, y, 2), Keypoint(90, y + 40, 2))
    frame = frame_of(joints, scale, top=20)
    assert frame is not None
    assert frame.turner.y >= 20
    reach = 8 / scale
    assert grip_at(frame, frame.turner, reach) == (Grip.TURN, 0)
    for number, corner in enumerate(frame.corners):
        assert grip_at(frame, corner, reach) == (Grip.CORNER, number)
    assert grip_at(frame, Point(70, y + 20), 0) == (Grip.MOVE, 0)
    assert grip_at(frame, Point(-1e6, 0), reach) is None
