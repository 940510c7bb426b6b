"""Whether objects may leave the image is the project's choice, and every tool keeps to it."""

from __future__ import annotations

import pytest
from PySide6.QtCore import Qt

from annotator.domain.model import Box, Category, Keypoint
from annotator.domain.polygons import box_of_polygons
from annotator.ui.canvas.view import Canvas
from annotator.ui.workspace import Workspace
from tests.ui import hands
from tests.ui.canvas.objects import add, mask, now, square


@pytest.fixture(autouse=True)
def person(workspace: Workspace) -> Category:
    return workspace.add_category("person", joints=("nose", "hand"))


@pytest.fixture(params=[False, True], ids=["inside", "anywhere"])
def may_leave(request: pytest.FixtureRequest, workspace: Workspace) -> bool:
    workspace.set_allows_outside(request.param)
    return request.param


@pytest.fixture(autouse=True)
def small_view(canvas: Canvas) -> None:
    canvas.fit()
    canvas.zoom_by(0.7)  # room around the image


def test_boxes(canvas: Canvas, workspace: Workspace, may_leave: bool) -> None:
    hands.draw_box(canvas, -20, -30, 100, 110)
    box = workspace.annotations[0].box
    expected = Box(-20, -30, 120, 140) if may_leave else Box(0, 0, 100, 110)
    assert box == pytest.approx(expected, abs=1)
    workspace.set_tool("select")
    hands.drag(canvas, (100, 110), (420, 110), keys=hands.CTRL)
    right = now(workspace, workspace.annotations[0]).box.right
    assert right == pytest.approx(420 if may_leave else 400, abs=1)


def test_squares(canvas: Canvas, workspace: Workspace, may_leave: bool) -> None:
    workspace.set_tool("box")
    hands.drag(canvas, (350, 100), (430, 120), keys=hands.SHIFT)
    box = workspace.annotations[0].box
    assert box.width == pytest.approx(box.height)
    assert box.width == pytest.approx(80 if may_leave else 50, abs=1)


def test_polygons(canvas: Canvas, workspace: Workspace, may_leave: bool) -> None:
    hands.draw_polygon(canvas, [(-30, 100), (100, 50), (100, 150)])
    box = box_of_polygons(workspace.annotations[0].mask)
    assert box.x == pytest.approx(-30 if may_leave else 0, abs=1)
    assert box == pytest.approx(workspace.annotations[0].box)


def test_vertices(canvas: Canvas, workspace: Workspace, may_leave: bool) -> None:
    made = add(workspace, mask=mask(square(300, 100, 50)))
    workspace.set_tool("select")
    hands.drag(canvas, (350, 150), (430, 150))
    right = box_of_polygons(now(workspace, made).mask).right
    assert right == pytest.approx(430 if may_leave else 400, abs=1)
    hands.click_image(canvas, 300, 100)
    for _ in range(32):
        hands.press_key(canvas, Qt.Key.Key_Left, keys=hands.SHIFT)
    left = box_of_polygons(now(workspace, made).mask).x
    assert left == pytest.approx(-20 if may_leave else 0, abs=1)


def test_moves_nudges_and_duplicates(canvas: Canvas, workspace: Workspace, may_leave: bool) -> None:
    made = add(workspace, box=Box(300, 100, 50, 50), keypoints=(Keypoint(320, 120, 2),) * 2)
    workspace.set_tool("select")
    hands.drag(canvas, (310, 110), (390, 110))
    right = now(workspace, made).box.right
    assert right == pytest.approx(430 if may_leave else 400, abs=1)
    hands.press_key(canvas, Qt.Key.Key_Right, keys=hands.SHIFT)
    assert now(workspace, made).box.right == (right + 10 if may_leave else 400)


def test_joints(canvas: Canvas, workspace: Workspace, may_leave: bool) -> None:
    hands.place_joints(canvas, [(-20, 100), (100, 100)])
    made = workspace.annotations[0]
    assert made.keypoints[0].x == pytest.approx(-20 if may_leave else 0, abs=1)
    workspace.set_tool("select")
    hands.drag(canvas, (100, 100), (100, -15))
    assert now(workspace, made).keypoints[1].y == pytest.approx(-15 if may_leave else 0, abs=1)


def test_the_project_remembers_it(canvas: Canvas, workspace: Workspace) -> None:
    assert workspace.limits == (400, 300)
    workspace.set_allows_outside(True)
    assert workspace.limits is None
    folder = workspace.store.folder
    workspace.close()
    assert not workspace.allows_outside
    workspace.open(folder)
    assert workspace.allows_outside


def test_vertices_are_easily_put_exactly_on_the_border(
    canvas: Canvas, workspace: Workspace
) -> None:
    hands.draw_polygon(canvas, [(-30, -20), (420, 4), (398, 330), (2, 298)])
    ring = workspace.annotations[0].mask.parts[0].outer
    assert ring == (0, 0, 400, 0, 400, 300, 0, 300)
