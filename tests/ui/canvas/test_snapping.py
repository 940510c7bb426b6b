"""Corners meet neighbours and borders, and follow a neighbour's outline, with mouse and keys."""

from __future__ import annotations

import pytest
from PySide6.QtCore import QEvent, Qt

from annotator.domain import masks
from annotator.domain.model import Box, Category, Prediction
from annotator.domain.polygons import intersect, polygons_area
from annotator.domain.snapping import Kind
from annotator.ui.canvas.view import Canvas
from annotator.ui.workspace import Workspace
from tests.ui import hands
from tests.ui.canvas.objects import add, mask, now, square, steps

SQUARE = mask(square(100.25, 100.125, 100))
"""Corners between hundredths, so that only a snapped vertex has them."""
CORNER = (200.25, 100.125)


@pytest.fixture(autouse=True)
def ball(workspace: Workspace) -> Category:
    return workspace.add_category("ball")


@pytest.fixture
def neighbour(workspace: Workspace):
    return add(workspace, mask=SQUARE, is_selected=False)


def corners(workspace: Workspace) -> list[tuple[float, float]]:
    """The corners of the newest object, to the last digit."""
    ring = workspace.annotations[-1].mask.parts[0].outer
    return list(zip(ring[::2], ring[1::2], strict=True))


def test_a_corner_drawn_near_a_vertex_is_that_vertex_to_the_last_digit(
    canvas: Canvas, workspace: Workspace, neighbour
) -> None:
    hands.draw_polygon(canvas, [(202, 99), (280, 60), (280, 140)])
    assert corners(workspace)[0] == CORNER


def test_a_corner_drawn_near_an_edge_lies_on_it(
    canvas: Canvas, workspace: Workspace, neighbour
) -> None:
    hands.draw_polygon(canvas, [(202, 150), (280, 60), (280, 140)])
    x, y = corners(workspace)[0]
    assert x == 200.25
    assert y == pytest.approx(150, abs=0.5)


def test_the_mark_tells_what_was_met(canvas: Canvas, workspace: Workspace, neighbour) -> None:
    workspace.set_tool("polygon")
    marks = []
    for place in ((202, 99), (202, 150), (300, 2), (300, 150)):
        hands.hover(canvas, *place)
        mark = canvas.board.snapping.mark
        marks.append(mark.kind if mark else None)
        canvas.grab()  # it can be painted
    assert marks == [Kind.VERTEX, Kind.EDGE, Kind.BORDER, None]


def test_the_border_of_the_image_is_met(canvas: Canvas, workspace: Workspace) -> None:
    hands.draw_polygon(canvas, [(2, 3), (398, 2), (200, 298)])
    assert corners(workspace) == [(0, 0), (400, 0), (pytest.approx(200, abs=0.5), 300)]


def test_ctrl_and_the_menu_switch_snapping_off(
    canvas: Canvas, workspace: Workspace, neighbour
) -> None:
    workspace.set_tool("polygon")
    hands.click_image(canvas, 202, 99, keys=hands.CTRL)
    hands.press_key(canvas, Qt.Key.Key_Escape)
    hands.hover(canvas, 202, 99)
    assert canvas.board.snapping.mark is not None
    hands.hold_key(canvas, Qt.Key.Key_Control)
    assert canvas.board.snapping.mark is None
    hands.release_key(canvas, Qt.Key.Key_Control)
    assert canvas.board.snapping.mark is not None
    workspace.settings.change(snaps=False)
    hands.draw_polygon(canvas, [(202, 99), (280, 60), (280, 140)])
    assert corners(workspace)[0] == pytest.approx((202, 99), abs=0.5)


def test_boxes_meet_boxes_with_their_corners(canvas: Canvas, workspace: Workspace) -> None:
    add(workspace, box=Box(50, 50, 100, 100), is_selected=False)
    hands.draw_box(canvas, 151, 52, 250, 148)
    box = workspace.annotations[-1].box
    assert (box.x, box.y) == (150, 50)
    assert box.bottom == pytest.approx(148, abs=0.5)


def test_a_dragged_vertex_meets_the_neighbour_but_not_its_own_object(
    canvas: Canvas, workspace: Workspace, neighbour
) -> None:
    made = add(workspace, mask=mask(square(250, 50, 60)))
    hands.drag(canvas, (250, 50), (202, 98))
    ring = now(workspace, made).mask.parts[0].outer
    assert ring[:2] == CORNER
    hands.drag(canvas, (310, 50), (309, 60))
    assert now(workspace, made).mask.parts[0].outer[2:4] == pytest.approx((309, 60), abs=0.5)
    assert steps(workspace)[0] == "Move vertex"


def test_a_dragged_box_corner_meets_the_neighbour(
    canvas: Canvas, workspace: Workspace, neighbour
) -> None:
    made = add(workspace, box=Box(250, 50, 60, 60))
    hands.drag(canvas, (250, 50), (202, 98))
    assert (now(workspace, made).box.x, now(workspace, made).box.y) == (200.25, 100.12)


def test_a_freehand_line_meets_neighbours_with_its_end_only(
    canvas: Canvas, workspace: Workspace, neighbour
) -> None:
    workspace.set_tool("polygon")
    hands.click_image(canvas, 300, 150)
    hands.drag(canvas, (300, 100), (230, 103), (202, 99))
    hands.click_image(canvas, 260, 200)
    hands.press_key(canvas, Qt.Key.Key_Return)
    found = corners(workspace)
    assert CORNER in found
    assert any(x == pytest.approx(230, abs=1) for x, _ in found)


def test_predictions_hidden_objects_and_run_lengths(
    canvas: Canvas, workspace: Workspace, ball: Category, predict
) -> None:
    predict(Prediction(0, 0, ball.id, 0, 0.9, Box(300, 50, 60, 60), mask(square(300, 50, 60))))
    rle = masks.to_rle(mask(square(50, 50, 100)), (300, 400))
    made = add(workspace, mask=rle, is_selected=False)
    workspace.set_tool("polygon")
    hands.hover(canvas, 302, 52)
    assert canvas.board.snapping.mark is None
    hands.hover(canvas, 152, 51)
    assert canvas.board.snapping.mark.at == (150, 50)
    workspace.set_hidden([made.id], True)
    hands.hover(canvas, 151, 52)
    assert canvas.board.snapping.mark is None


# Following


def test_alt_takes_the_neighbours_outline_between_two_of_its_places(
    canvas: Canvas, workspace: Workspace, neighbour
) -> None:
    workspace.set_tool("polygon")
    hands.click_image(canvas, 200, 150)
    hands.hover(canvas, 150, 200)
    assert "Alt+click" in hands.hint(canvas)
    hands.click_image(canvas, 150, 200, keys=hands.ALT)
    hands.click_image(canvas, 260, 260)
    hands.press_key(canvas, Qt.Key.Key_Return)
    assert (200.25, 200.125) in corners(workspace)
    assert len(corners(workspace)) == 4
    drawn, other = workspace.annotations[-1].mask, workspace.annotations[0].mask
    shared = intersect(drawn, other)
    assert shared is None or polygons_area(shared) < 1
    assert other == SQUARE


def test_x_takes_the_outline_the_other_way_round_and_backspace_all_of_it_back(
    canvas: Canvas, workspace: Workspace, neighbour
) -> None:
    workspace.set_tool("polygon")
    hands.click_image(canvas, 200, 150)
    hands.hover(canvas, 150, 200)
    hands.hold_key(canvas, Qt.Key.Key_Alt)
    assert "X" in hands.hint(canvas)
    hands.tap_while_held(canvas, Qt.Key.Key_X, keys=hands.ALT)
    hands.click_image(canvas, 150, 200, keys=hands.ALT)
    hands.release_key(canvas, Qt.Key.Key_Alt)
    sketch = canvas.commands.tool._sketch
    assert len(sketch.points) == 5
    assert {(100.25, 100.125), (200.25, 100.125), (100.25, 200.125)} <= set(sketch.points)
    hands.press_key(canvas, Qt.Key.Key_Backspace)
    assert len(sketch.points) == 1


def test_x_alone_follows_the_neighbour_both_ways_and_then_not(
    canvas: Canvas, workspace: Workspace, neighbour
) -> None:
    workspace.set_tool("polygon")
    hands.click_image(canvas, 200, 150)
    hands.hover(canvas, 150, 200)
    sketch = canvas.commands.tool._sketch
    counts = []
    for _ in range(4):
        counts.append(len(sketch.ahead))
        hands.press_key(canvas, Qt.Key.Key_X)
    assert counts == [1, 2, 4, 1]
    hands.click_image(canvas, 150, 200)
    assert len(sketch.points) == 3


def test_nothing_is_marked_once_the_mouse_has_left(
    canvas: Canvas, workspace: Workspace, neighbour
) -> None:
    workspace.set_tool("polygon")
    hands.hover(canvas, 202, 99)
    hands.QApplication.sendEvent(canvas, QEvent(QEvent.Type.Leave))
    assert canvas.board.snapping.mark is None


def test_a_ring_is_closed_along_the_neighbour_so_that_they_share_the_border_exactly(
    canvas: Canvas, workspace: Workspace, neighbour
) -> None:
    workspace.set_tool("polygon")
    for place in ((200, 100), (280, 100), (280, 280), (150, 280), (150, 200)):
        hands.click_image(canvas, *place)
    hands.click_image(canvas, 200, 100, keys=hands.ALT)
    found = corners(workspace)
    assert found[0] == (200.25, 100.125)
    assert found[-1] == (200.25, 200.125)
    assert found[-2][0] == pytest.approx(150, abs=0.5)
    assert steps(workspace)[0] == "Draw mask"


def test_a_box_can_be_followed_too(canvas: Canvas, workspace: Workspace) -> None:
    add(workspace, box=Box(50, 50, 100, 100), is_selected=False)
    workspace.set_tool("polygon")
    hands.click_image(canvas, 150, 80)
    hands.click_image(canvas, 80, 150, keys=hands.ALT)
    assert canvas.commands.tool._sketch.points[1] == (150, 150)


def test_two_places_of_different_neighbours_are_not_followed(
    canvas: Canvas, workspace: Workspace, neighbour
) -> None:
    add(workspace, mask=mask(square(300, 200, 50)), is_selected=False)
    workspace.set_tool("polygon")
    hands.click_image(canvas, 200, 150)
    hands.hover(canvas, 300, 200)
    assert "Alt" not in hands.hint(canvas)
    hands.click_image(canvas, 300, 200, keys=hands.ALT)
    assert len(canvas.commands.tool._sketch.points) == 2


def test_zooming_in_the_middle_of_a_drawing_keeps_what_was_met(
    canvas: Canvas, workspace: Workspace, neighbour
) -> None:
    workspace.set_tool("polygon")
    hands.click_image(canvas, 202, 99)
    hands.wheel(canvas, 230, 100, notches=2, keys=hands.CTRL)
    hands.drag(canvas, (230, 100), (225, 100), button=hands.MIDDLE)
    hands.click_image(canvas, 235, 90)
    hands.click_image(canvas, 235, 110)
    hands.press_key(canvas, Qt.Key.Key_Return)
    assert corners(workspace)[0] == CORNER
