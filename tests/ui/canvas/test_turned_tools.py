"""Brush and joints' frame in a turned view: done on the image as the hand does on the screen."""

from __future__ import annotations

import math

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from PySide6.QtCore import QPointF, Qt

from annotator.domain.masks import to_bitmap
from annotator.domain.model import Box, Category, Keypoint, Part, Polygons
from annotator.ui.canvas.tools.frame_drag import PAD, STALK, Grip, frame_of, grip_at
from annotator.ui.canvas.view import Canvas
from annotator.ui.canvas.viewport import Viewport
from annotator.ui.workspace import Workspace
from tests.ui import hands
from tests.ui.canvas.conftest import SIZE
from tests.ui.shots import bare_pixels_of

JOINTS = (Keypoint(160, 110, 2), Keypoint(220, 150, 2), Keypoint(180, 190, 1))


@pytest.fixture(params=[0, 1, 2, 3], ids=lambda turn: f"turn{turn}")
def turned(request: pytest.FixtureRequest, canvas: Canvas) -> Canvas:
    """The canvas turned, its picture at 200 % and in the middle."""
    canvas.look(lambda view: view.set_turn(int(request.param)))
    canvas.look(lambda view: view.look_at(200, 150, 2))
    return canvas


@pytest.fixture(autouse=True)
def person(workspace: Workspace) -> Category:
    made = workspace.add_category(
        "person", colour="#ff00ff", joints=("head", "hand", "foot"), skeleton=((0, 1), (1, 2))
    )
    assert made is not None
    return made


def test_a_stroke_covers_the_pixels_it_was_seen_to_cover(
    turned: Canvas, workspace: Workspace
) -> None:
    hands.size_brush(turned, 20)
    hands.paint(turned, (120, 100), (220, 100), (220, 180))
    (made,) = workspace.annotations
    bitmap = to_bitmap(made.mask, SIZE[::-1])
    rows, columns = np.nonzero(bitmap)
    assert (columns.min(), columns.max()) == (pytest.approx(110, abs=2), pytest.approx(230, abs=2))
    assert (rows.min(), rows.max()) == (pytest.approx(90, abs=2), pytest.approx(190, abs=2))
    assert bitmap[100, 150]
    assert bitmap[160, 220]
    assert not bitmap[160, 150]


def test_what_is_being_painted_is_shown_under_the_brush(
    turned: Canvas, workspace: Workspace
) -> None:
    hands.size_brush(turned, 20)
    workspace.set_tool("brush")
    hands.hover(turned, 50, 50)
    bare = bare_pixels_of(turned)
    hands.drag(turned, (120, 100), (220, 100), drops=False)
    changed = (bare_pixels_of(turned) != bare).any(axis=2)

    def is_tinted(x: float, y: float) -> bool:
        at = turned.to_screen(x, y).toPoint()
        return bool(changed[at.y(), at.x()])

    assert is_tinted(150, 100)
    assert is_tinted(150, 94)
    assert not is_tinted(150, 120)
    assert not is_tinted(250, 100)
    hands.let_go(turned, 220, 100)


def test_the_handle_that_turns_joints_stands_above_them_on_the_screen(
    turned: Canvas, workspace: Workspace
) -> None:
    made = workspace.add_object(box=Box(140, 90, 100, 120), keypoints=JOINTS, text="Add")
    assert made is not None
    workspace.set_tool("transform")
    frame = turned.view.to_screen_box(Box(160, 110, 60, 80)).adjusted(-PAD, -PAD, PAD, PAD)
    turner = QPointF(frame.center().x(), frame.top() - STALK)
    hands.move_screen(turned, turner)
    assert turned.cursor().shape() == Qt.CursorShape.PointingHandCursor
    centre, start = (190.0, 150.0), turned.to_image(turner)
    reach = math.dist(start, centre)
    away = (start.x - centre[0]) / reach, (start.y - centre[1]) / reach
    to = centre[0] - away[1] * reach, centre[1] + away[0] * reach  # a quarter clockwise
    hands.drag(turned, (start.x, start.y), to)
    after = [(k.x, k.y) for k in workspace.annotations[0].keypoints]
    wanted = [(centre[0] - (k.y - centre[1]), centre[1] + (k.x - centre[0])) for k in JOINTS]
    for place, there in zip(after, wanted, strict=True):
        assert place == pytest.approx(there, abs=2)


def test_the_cursor_over_a_corner_of_the_frame_says_which_way_it_pulls(
    turned: Canvas, workspace: Workspace
) -> None:
    workspace.add_object(box=Box(140, 90, 100, 120), keypoints=JOINTS, text="Add")
    workspace.set_tool("transform")
    frame = turned.view.to_screen_box(Box(160, 110, 60, 80)).adjusted(-PAD, -PAD, PAD, PAD)
    down, up = Qt.CursorShape.SizeFDiagCursor, Qt.CursorShape.SizeBDiagCursor
    for corner, wanted in (
        (frame.topLeft(), down),
        (frame.topRight(), up),
        (frame.bottomRight(), down),
        (frame.bottomLeft(), up),
    ):
        hands.move_screen(turned, corner)
        assert turned.cursor().shape() == wanted


@given(turn=st.integers(0, 3), scale=st.floats(0.05, 64), x=st.floats(0, 300), y=st.floats(0, 300))
def test_the_frame_stands_alike_in_every_turn(turn: int, scale: float, x: float, y: float) -> None:
    view = Viewport()
    view.set_turn(turn)
    joints = (Keypoint(x, y, 2), Keypoint(x + 40, y + 25, 2))
    frame = frame_of(joints, scale, top=-1e9, turn=turn)
    assert frame is not None
    area = view.to_screen_box(frame.outer)
    turner, stalk = view.to_screen(*frame.turner), view.to_screen(*frame.stalk)
    assert turner.x() == pytest.approx(area.center().x(), abs=1e-6)
    assert stalk.y() == pytest.approx(area.top(), abs=1e-6)
    assert turner.y() == pytest.approx(area.top() - STALK / scale, abs=1e-6)
    below = frame_of(joints, scale, top=1e9, turn=turn)
    assert below is not None
    assert view.to_screen(*below.turner).y() > area.bottom()
    assert grip_at(below, below.turner, 8 / scale) == (Grip.TURN, 0)


def test_arrows_nudge_a_selected_vertex_as_they_point(turned: Canvas, workspace: Workspace) -> None:
    ring = (150.0, 100.0, 250.0, 100.0, 250.0, 180.0, 150.0, 180.0)
    workspace.add_object(mask=Polygons((Part(ring),)), text="Add")
    workspace.set_tool("select")
    before = turned.to_screen(250, 180)
    hands.click_image(turned, 250, 180)
    hands.press_key(turned, Qt.Key.Key_Right, keys=hands.SHIFT)
    (made,) = workspace.annotations
    outer = made.mask.parts[0].outer
    places = set(zip(outer[::2], outer[1::2], strict=True))
    kept = {(150.0, 100.0), (250.0, 100.0), (150.0, 180.0)}
    assert kept < places
    (moved,) = places - kept
    assert turned.to_screen(*moved) - before == QPointF(20, 0)


def test_a_corner_snaps_to_the_border_of_the_image(turned: Canvas, workspace: Workspace) -> None:
    turned.look(lambda view: view.look_at(60, 60, 2))
    hands.draw_polygon(turned, [(1.2, 30), (60, 30), (60, 90)])
    (made,) = workspace.annotations
    assert made.mask.parts[0].outer[0] == 0
