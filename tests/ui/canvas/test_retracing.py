"""Re-tracing a stretch of an outline, with both tools, on every kind of mask."""

from __future__ import annotations

import pytest
import shapely
from PySide6.QtCore import Qt

from annotator.domain import masks
from annotator.domain.model import Annotation, Box, Category, Part, Polygons, Prediction
from annotator.domain.polygons import polygons_area, shape_of
from annotator.ui.canvas.view import Canvas
from annotator.ui.workspace import Workspace
from tests.ui import hands
from tests.ui.canvas.objects import add, mask, now, square, steps, vertices

SQUARE = mask(square(100, 100, 100))


@pytest.fixture(autouse=True)
def ball(workspace: Workspace) -> Category:
    return workspace.add_category("ball")


@pytest.fixture
def made(workspace: Workspace) -> Annotation:
    return add(workspace, mask=SQUARE, box=Box(100, 100, 100, 100))


def test_shift_on_the_outline_re_traces_it_and_the_shorter_stretch_goes(
    canvas: Canvas, workspace: Workspace, made: Annotation
) -> None:
    hands.retrace(canvas, (100, 100), (150, 60), (200, 100))
    course = [(100, 100), (150, 60), (200, 100)]
    assert vertices(now(workspace, made)) == [*course, (200, 200), (100, 200)]
    assert now(workspace, made).box == pytest.approx(Box(100, 60, 100, 140), abs=0.5)
    assert steps(workspace)[:2] == ["Re-trace outline", "Add"]
    assert not canvas.is_drawing
    workspace.undo()
    assert now(workspace, made) == made


def test_x_replaces_the_other_stretch(
    canvas: Canvas, workspace: Workspace, made: Annotation
) -> None:
    hands.retrace(canvas, (100, 100), (150, 60))
    hands.hover(canvas, 200, 100)
    assert "X" in hands.hint(canvas)
    hands.press_key(canvas, Qt.Key.Key_X)
    canvas.grab()  # it can be painted
    hands.click_image(canvas, 200, 100)
    assert polygons_area(now(workspace, made).mask) == pytest.approx(2000, rel=0.05)


def test_what_would_come_of_it_is_shown_before_it_is_written(
    canvas: Canvas, workspace: Workspace, made: Annotation
) -> None:
    hands.retrace(canvas, (100, 100), (150, 60))
    hands.hover(canvas, 200, 100)
    (live,) = canvas.board.live.values()
    assert len(live.value.mask.parts[0].outer) == 10
    assert now(workspace, made) == made
    hands.hover(canvas, 300, 100)
    (live,) = canvas.board.live.values()
    assert live.value == made


def test_a_freehand_drag_from_the_outline_to_the_outline_re_traces_it(
    canvas: Canvas, workspace: Workspace, made: Annotation
) -> None:
    hands.drag(canvas, (100, 130), (60, 130), (60, 170), (100, 170), keys=hands.SHIFT)
    area = polygons_area(now(workspace, made).mask)
    assert area == pytest.approx(10000 + 1600, rel=0.03)
    assert steps(workspace)[0] == "Re-trace outline"
    assert not canvas.is_drawing


def test_clicks_and_freehand_can_be_mixed(
    canvas: Canvas, workspace: Workspace, made: Annotation
) -> None:
    hands.drag(canvas, (100, 130), (60, 130), keys=hands.SHIFT)
    assert canvas.is_drawing
    hands.click_image(canvas, 60, 170)
    hands.click_image(canvas, 100, 170)
    assert polygons_area(now(workspace, made).mask) == pytest.approx(11600, rel=0.03)


def test_places_in_the_middle_of_edges_become_vertices_and_the_rest_stays(
    canvas: Canvas, workspace: Workspace, made: Annotation
) -> None:
    hands.retrace(canvas, (130, 100), (150, 130), (170, 100))
    rest = [(200, 100), (200, 200), (100, 200), (100, 100)]
    assert vertices(now(workspace, made)) == [(130, 100), (150, 130), (170, 100), *rest]


def test_backspace_takes_a_corner_back_and_then_the_whole_of_it(
    canvas: Canvas, workspace: Workspace, made: Annotation
) -> None:
    hands.retrace(canvas, (100, 100), (150, 20))
    hands.press_key(canvas, Qt.Key.Key_Backspace)
    assert canvas.is_drawing
    hands.press_key(canvas, Qt.Key.Key_Backspace)
    assert not canvas.is_drawing
    assert not canvas.board.live
    assert now(workspace, made) == made


def test_esc_drops_it_and_another_tool_too(
    canvas: Canvas, workspace: Workspace, made: Annotation
) -> None:
    hands.retrace(canvas, (100, 100), (150, 20))
    hands.press_key(canvas, Qt.Key.Key_Escape)
    assert not canvas.is_drawing
    assert workspace.selected == (made,)
    hands.retrace(canvas, (100, 100), (150, 20))
    workspace.set_tool("box")
    assert not canvas.board.live
    assert now(workspace, made) == made


def test_enter_and_a_double_click_end_at_the_nearest_place(
    canvas: Canvas, workspace: Workspace, made: Annotation, notices: list[str]
) -> None:
    hands.retrace(canvas, (100, 100))
    hands.press_key(canvas, Qt.Key.Key_Return)
    assert "new outline first" in notices[-1]
    hands.click_image(canvas, 150, 60)
    hands.click_image(canvas, 190, 80)
    hands.press_key(canvas, Qt.Key.Key_Return)
    assert (190, 100) in vertices(now(workspace, made))
    workspace.undo()
    hands.retrace(canvas, (100, 100), (150, 60))
    hands.double_click_image(canvas, 190, 80)
    assert (190, 100) in vertices(now(workspace, made))
    assert not canvas.is_drawing


def test_a_double_click_on_the_end_does_not_insert_a_vertex_as_well(
    canvas: Canvas, workspace: Workspace, made: Annotation
) -> None:
    hands.retrace(canvas, (100, 100), (150, 60))
    hands.double_click_image(canvas, 180, 100)
    assert steps(workspace)[:2] == ["Re-trace outline", "Add"]
    assert len(vertices(now(workspace, made))) == 6


def test_a_hole_is_re_traced_as_any_ring(canvas: Canvas, workspace: Workspace) -> None:
    hole = square(130, 130, 40)
    made = add(workspace, mask=Polygons((Part(square(100, 100, 100), (hole,)),)))
    hands.retrace(canvas, (130, 130), (150, 110), (170, 130))
    after = now(workspace, made).mask
    assert after.parts[0].outer == square(100, 100, 100)
    assert polygons_area(after) == pytest.approx(8400 - 400, rel=0.02)


def test_a_place_of_another_ring_is_no_end(canvas: Canvas, workspace: Workspace) -> None:
    made = add(workspace, mask=mask(square(100, 100, 60), square(200, 100, 60)))
    hands.retrace(canvas, (160, 100), (200, 100))
    assert canvas.is_drawing
    hands.click_image(canvas, 160, 160)
    after = now(workspace, made).mask
    assert len(after.parts) == 2
    assert polygons_area(after) == pytest.approx(7200 + 1200, rel=0.02)


def test_run_lengths_become_outlines_where_they_are_re_traced(
    canvas: Canvas, workspace: Workspace
) -> None:
    made = add(workspace, mask=masks.to_rle(SQUARE, (300, 400)), box=Box(100, 100, 100, 100))
    hands.retrace(canvas, (100, 100), (150, 60), (200, 100))
    after = now(workspace, made)
    assert isinstance(after.mask, Polygons)
    assert polygons_area(after.mask) == pytest.approx(12000, rel=0.01)
    workspace.undo()
    assert now(workspace, made) == made


def test_a_re_traced_prediction_is_the_persons_own(
    canvas: Canvas, workspace: Workspace, ball: Category, predict
) -> None:
    predict(Prediction(0, 0, ball.id, 0, 0.8, Box(100, 100, 100, 100), SQUARE))
    workspace.select(prediction_id=workspace.predictions[0].id)
    hands.retrace(canvas, (100, 100), (150, 60), (200, 100))
    (own,) = workspace.annotations
    assert own.origin.corrected_by == workspace.person
    assert polygons_area(own.mask) == pytest.approx(12000, rel=0.01)
    assert not workspace.predictions
    workspace.undo()
    assert len(workspace.predictions) == 1


def test_the_new_course_meets_and_follows_neighbours(canvas: Canvas, workspace: Workspace) -> None:
    add(workspace, mask=mask(square(220.25, 80, 100)), is_selected=False)
    made = add(workspace, mask=SQUARE)
    hands.retrace(canvas, (200, 100), (220, 100))
    hands.click_image(canvas, 220, 180, keys=hands.ALT)
    hands.click_image(canvas, 200, 200)
    ring = now(workspace, made).mask.parts[0].outer
    assert ring.count(220.25) == 2
    assert polygons_area(now(workspace, made).mask) > 10000


def test_a_course_that_crosses_the_outline_is_mended(
    canvas: Canvas, workspace: Workspace, made: Annotation
) -> None:
    hands.retrace(canvas, (100, 100), (150, 250), (200, 100))
    after = now(workspace, made).mask
    assert shapely.is_valid(shape_of(after))
    assert len(after.parts) == 3


def test_a_locked_object_and_a_read_only_project_are_not_re_traced(
    canvas: Canvas, workspace: Workspace, made: Annotation, notices: list[str]
) -> None:
    workspace.set_locked([made.id], True)
    hands.retrace(canvas, (100, 100), (150, 60), (200, 100))
    assert now(workspace, made).mask == SQUARE
    workspace.set_locked([made.id], False)
    workspace.select([made.id])
    workspace.is_read_only = True
    hands.retrace(canvas, (100, 100), (150, 60), (200, 100))
    assert now(workspace, made).mask == SQUARE
    assert "looking only" in notices[-1]


def test_an_object_changed_meanwhile_is_left_alone(
    canvas: Canvas, workspace: Workspace, made: Annotation, notices: list[str]
) -> None:
    hands.drag(canvas, (150, 150), (170, 150))
    hands.retrace(canvas, (120, 100), (170, 60))
    workspace.undo()
    hands.click_image(canvas, 220, 100)
    assert now(workspace, made) == made
    assert "changed meanwhile" in notices[-1]


def test_panning_and_zooming_go_on_in_the_middle(
    canvas: Canvas, workspace: Workspace, made: Annotation
) -> None:
    hands.retrace(canvas, (100, 100), (150, 60))
    hands.wheel(canvas, 150, 100, notches=1, keys=hands.CTRL)
    hands.drag(canvas, (150, 100), (150, 110), button=hands.MIDDLE)
    hands.click_image(canvas, 200, 100)
    assert vertices(now(workspace, made))[:3] == [(100, 100), (150, 60), (200, 100)]


# With the polygon tool


def test_the_polygon_tool_re_traces_with_shift_on_the_outline(
    canvas: Canvas, workspace: Workspace, made: Annotation
) -> None:
    workspace.set_tool("polygon")
    hands.hover(canvas, 100, 100)
    hands.hold_key(canvas, Qt.Key.Key_Shift)
    assert "re-trace" in hands.hint(canvas)
    hands.release_key(canvas, Qt.Key.Key_Shift)
    hands.click_image(canvas, 100, 100, keys=hands.SHIFT)
    hands.click_image(canvas, 150, 60)
    hands.click_image(canvas, 200, 100)
    assert polygons_area(now(workspace, made).mask) == pytest.approx(12000, rel=0.01)
    assert len(workspace.annotations) == 1


def test_without_shift_a_new_object_may_begin_on_the_outline_of_the_selected_one(
    canvas: Canvas, workspace: Workspace, made: Annotation
) -> None:
    hands.draw_polygon(canvas, [(200, 100), (260, 60), (260, 140), (200, 140)])
    assert len(workspace.annotations) == 2
    assert now(workspace, made) == made
