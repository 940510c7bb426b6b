"""Several vertices at once: picked by a band or by clicks, moved, nudged, deleted."""

from __future__ import annotations

import pytest
from PySide6.QtCore import Qt

from annotator.domain import masks
from annotator.domain.model import Annotation, Box, Category, Part, Polygons, Prediction
from annotator.domain.polygons import polygons_area
from annotator.ui.canvas.view import Canvas
from annotator.ui.workspace import Workspace
from tests.ui import hands
from tests.ui.canvas.objects import add, mask, now, square, steps, vertices

SQUARE = mask(square(100, 100, 100))
TOP = ((80, 80), (220, 120))
"""A band around the two upper vertices."""


@pytest.fixture(autouse=True)
def ball(workspace: Workspace) -> Category:
    return workspace.add_category("ball")


@pytest.fixture
def made(workspace: Workspace) -> Annotation:
    return add(workspace, mask=SQUARE, box=Box(100, 100, 100, 100))


def picked(canvas: Canvas) -> int:
    return len(canvas.commands.tool.vertices.corners)


def test_a_band_with_ctrl_picks_vertices_which_move_together_as_one_step(
    canvas: Canvas, workspace: Workspace, made: Annotation
) -> None:
    hands.band_vertices(canvas, *TOP)
    assert picked(canvas) == 2
    assert "2 vertices" in hands.hint(canvas)
    hands.drag(canvas, (200, 100), (210, 60))
    found = vertices(now(workspace, made))
    assert found == [(110, 60), (210, 60), (200, 200), (100, 200)]
    assert now(workspace, made).box == pytest.approx(Box(100, 60, 110, 140), abs=0.6)
    assert picked(canvas) == 2
    assert steps(workspace)[:2] == ["Move 2 vertices", "Add"]
    workspace.undo()
    assert now(workspace, made) == made


def test_arrows_nudge_them_and_a_run_is_undone_together(
    canvas: Canvas, workspace: Workspace, made: Annotation
) -> None:
    hands.band_vertices(canvas, *TOP)
    for _ in range(3):
        hands.press_key(canvas, Qt.Key.Key_Up)
    hands.press_key(canvas, Qt.Key.Key_Left, keys=hands.SHIFT)
    assert vertices(now(workspace, made))[:2] == [(90, 97), (190, 97)]
    workspace.undo()
    assert now(workspace, made) == made


def test_nudges_of_other_vertices_are_undone_apart(
    canvas: Canvas, workspace: Workspace, made: Annotation
) -> None:
    hands.click_image(canvas, 100, 100)
    hands.press_key(canvas, Qt.Key.Key_Up)
    hands.click_image(canvas, 200, 200)
    hands.press_key(canvas, Qt.Key.Key_Down)
    workspace.undo()
    assert vertices(now(workspace, made))[0] == (100, 99)
    assert vertices(now(workspace, made))[2] == (200, 200)


@pytest.mark.parametrize("key", [Qt.Key.Key_Delete, Qt.Key.Key_Backspace])
def test_delete_and_backspace_delete_them_and_not_the_object(
    canvas: Canvas, workspace: Workspace, key: Qt.Key
) -> None:
    ring = (100.0, 100.0, 150.0, 90.0, 200.0, 100.0, 200.0, 200.0, 100.0, 200.0)
    made = add(workspace, mask=mask(ring))
    hands.band_vertices(canvas, (120, 80), (220, 120))
    hands.press_key(canvas, key)
    assert vertices(now(workspace, made)) == [(100, 100), (200, 200), (100, 200)]
    assert steps(workspace)[0] == "Delete 2 vertices"
    assert picked(canvas) == 0
    workspace.undo()
    assert now(workspace, made) == made


def test_the_last_three_are_not_deleted(
    canvas: Canvas, workspace: Workspace, made: Annotation, notices: list[str]
) -> None:
    hands.band_vertices(canvas, *TOP)
    hands.press_key(canvas, Qt.Key.Key_Delete)
    assert now(workspace, made) == made
    assert "three corners" in notices[-1]


def test_a_hole_goes_with_its_vertices(canvas: Canvas, workspace: Workspace) -> None:
    holed = Polygons((Part(square(100, 100, 100), (square(130, 130, 40),)),))
    made = add(workspace, mask=holed)
    hands.band_vertices(canvas, (120, 120), (180, 180))
    assert picked(canvas) == 4
    hands.press_key(canvas, Qt.Key.Key_Delete)
    assert now(workspace, made).mask == SQUARE


def test_esc_lets_them_go_and_then_the_object(
    canvas: Canvas, workspace: Workspace, made: Annotation
) -> None:
    hands.band_vertices(canvas, *TOP)
    hands.press_key(canvas, Qt.Key.Key_Escape)
    assert picked(canvas) == 0
    assert workspace.selected == (made,)
    hands.press_key(canvas, Qt.Key.Key_Escape)
    assert not workspace.selected


def test_a_click_picks_one_ctrl_adds_and_takes_out(
    canvas: Canvas, workspace: Workspace, made: Annotation
) -> None:
    workspace.set_tool("select")
    hands.click_image(canvas, 100, 100)
    assert picked(canvas) == 1
    hands.click_image(canvas, 200, 200, keys=hands.CTRL)
    assert picked(canvas) == 2
    hands.click_image(canvas, 100, 100, keys=hands.CTRL)
    assert picked(canvas) == 1
    hands.click_image(canvas, 150, 150)
    assert picked(canvas) == 0
    assert workspace.selected == (made,)


def test_a_band_adds_to_those_picked_and_esc_in_it_drops_it(
    canvas: Canvas, workspace: Workspace, made: Annotation
) -> None:
    hands.band_vertices(canvas, *TOP)
    hands.band_vertices(canvas, (80, 180), (120, 220))
    assert picked(canvas) == 3
    hands.drag(canvas, (180, 180), (220, 220), keys=hands.CTRL, drops=False)
    assert picked(canvas) == 4
    assert "4 vertices" in hands.hint(canvas)
    hands.press_key(canvas, Qt.Key.Key_Escape)
    assert picked(canvas) == 3


def test_ctrl_bands_with_no_or_several_objects_select_objects(
    canvas: Canvas, workspace: Workspace, made: Annotation
) -> None:
    other = add(workspace, mask=mask(square(250, 100, 40)), is_selected=False)
    hands.drag(canvas, (240, 90), (300, 150), keys=hands.CTRL)
    assert [a.id for a in workspace.selected] == [other.id]
    hands.select_object(canvas, 150, 150, keys=hands.CTRL)
    assert len(workspace.selected) == 2
    hands.drag(canvas, (90, 90), (220, 220), keys=hands.CTRL)
    assert len(workspace.selected) == 2
    assert picked(canvas) == 0


def test_shift_bands_still_add_objects(
    canvas: Canvas, workspace: Workspace, made: Annotation
) -> None:
    other = add(workspace, mask=mask(square(250, 100, 40)), is_selected=False)
    workspace.select([made.id])
    hands.drag(canvas, (240, 90), (300, 150), keys=hands.SHIFT)
    assert {a.id for a in workspace.selected} == {made.id, other.id}


def test_they_stay_inside_the_image_and_meet_neighbours(
    canvas: Canvas, workspace: Workspace, made: Annotation
) -> None:
    add(workspace, mask=mask(square(250.13, 60.17, 40)), is_selected=False)
    workspace.select([made.id])
    hands.band_vertices(canvas, (180, 80), (220, 220))
    hands.drag(canvas, (200, 100), (252, 62))
    ring = now(workspace, made).mask.parts[0].outer
    assert ring[2:4] == (250.13, 60.17)
    hands.band_vertices(canvas, (80, 80), (120, 220))
    hands.drag(canvas, (250, 60), (30, 100))
    ring = now(workspace, made).mask.parts[0].outer
    assert min(ring) == 0


def test_another_selection_or_another_tool_forgets_them(
    canvas: Canvas, workspace: Workspace, made: Annotation
) -> None:
    hands.band_vertices(canvas, *TOP)
    other = add(workspace, mask=mask(square(250, 100, 40)))
    assert picked(canvas) == 0
    workspace.select([made.id])
    hands.band_vertices(canvas, *TOP)
    workspace.set_tool("box")
    workspace.set_tool("select")
    assert picked(canvas) == 0
    assert now(workspace, other) == other


def test_run_lengths_and_predictions(
    canvas: Canvas, workspace: Workspace, ball: Category, predict
) -> None:
    made = add(workspace, mask=masks.to_rle(SQUARE, (300, 400)))
    hands.band_vertices(canvas, *TOP)
    hands.press_key(canvas, Qt.Key.Key_Up, keys=hands.SHIFT)
    assert polygons_area(now(workspace, made).mask) == pytest.approx(11000)
    assert picked(canvas) == 2
    workspace.delete([made.id])
    predict(Prediction(0, 0, ball.id, 0, 0.8, Box(100, 100, 100, 100), SQUARE))
    workspace.select(prediction_id=workspace.predictions[0].id)
    hands.band_vertices(canvas, *TOP)
    hands.drag(canvas, (200, 100), (200, 80))
    (own,) = workspace.annotations
    assert polygons_area(own.mask) == pytest.approx(12000, rel=0.01)
    assert picked(canvas) == 2


def test_a_locked_object_shows_no_vertices_to_pick(
    canvas: Canvas, workspace: Workspace, made: Annotation
) -> None:
    workspace.set_locked([made.id], True)
    hands.band_vertices(canvas, *TOP)
    assert picked(canvas) == 0
    assert now(workspace, made) == made


def test_vertices_that_cross_the_outline_are_mended_and_let_go(
    canvas: Canvas, workspace: Workspace, made: Annotation
) -> None:
    hands.click_image(canvas, 200, 200)
    hands.drag(canvas, (200, 200), (50, 150))
    assert len(now(workspace, made).mask.parts) == 2
    assert picked(canvas) == 0
