"""Slicing the selected object along a drawn line into several."""

from __future__ import annotations

import pytest
from PySide6.QtCore import Qt

from annotator.domain import masks
from annotator.domain.model import Annotation, Box, Category, Keypoint, Prediction
from annotator.domain.polygons import box_of_polygons, polygons_area
from annotator.ui.canvas.view import Canvas
from annotator.ui.workspace import Workspace
from tests.ui import hands
from tests.ui.canvas.objects import add, mask, now, square, steps

SQUARE = mask(square(100, 100, 100))
JOINTS = (Keypoint(180, 120, 2), Keypoint(190, 180, 1), Keypoint(110, 110, 2))


@pytest.fixture(autouse=True)
def person(workspace: Workspace) -> Category:
    return workspace.add_category("person", joints=("nose", "left hand", "right hand"))


@pytest.fixture
def made(workspace: Workspace) -> Annotation:
    return add(workspace, mask=SQUARE, box=Box(90, 90, 120, 120), keypoints=JOINTS)


def areas(workspace: Workspace) -> list[int]:
    return sorted(round(polygons_area(a.mask), -2) for a in workspace.annotations)


def test_two_clicks_across_make_two_objects_in_one_step(
    canvas: Canvas, workspace: Workspace, made: Annotation
) -> None:
    hands.slice_along(canvas, (160, 80), (160, 220))
    assert areas(workspace) == [4000, 6000]
    assert sum(polygons_area(a.mask) for a in workspace.annotations) == pytest.approx(10000)
    for piece in workspace.annotations:
        assert piece.box == box_of_polygons(piece.mask)
        assert piece.category_id == made.category_id
    assert workspace.selected == workspace.annotations
    assert workspace.tool == "select"
    assert steps(workspace)[:2] == ["Slice into 2 objects", "Add"]
    workspace.undo()
    assert workspace.annotations == (made,)
    workspace.redo()
    assert areas(workspace) == [4000, 6000]


def test_the_piece_with_most_joints_keeps_them_and_stays_the_object(
    canvas: Canvas, workspace: Workspace, made: Annotation
) -> None:
    hands.slice_along(canvas, (160, 80), (160, 220))
    keeper = now(workspace, made)
    (other,) = [a for a in workspace.annotations if a.id != made.id]
    assert keeper.keypoints == JOINTS
    assert polygons_area(keeper.mask) == pytest.approx(4000, rel=0.02)
    assert other.keypoints == ()


def test_a_drag_across_slices_when_it_is_let_go(
    canvas: Canvas, workspace: Workspace, made: Annotation
) -> None:
    workspace.set_tool("slice")
    hands.drag(canvas, (80, 150), (150, 150), (150, 220))
    assert areas(workspace) == [2500, 7500]


def test_ends_near_the_outline_are_enough(
    canvas: Canvas, workspace: Workspace, made: Annotation
) -> None:
    hands.slice_along(canvas, (160, 102), (160, 198))
    assert areas(workspace) == [4000, 6000]


def test_corners_inside_go_on_and_backspace_takes_them_back(
    canvas: Canvas, workspace: Workspace, made: Annotation
) -> None:
    hands.slice_along(canvas, (150, 80), (170, 150), (150, 150))
    assert canvas.is_drawing
    hands.press_key(canvas, Qt.Key.Key_Backspace)
    hands.press_key(canvas, Qt.Key.Key_Backspace)
    hands.click_image(canvas, 150, 150)
    hands.hover(canvas, 80, 150)
    assert "2 objects" in hands.hint(canvas)
    canvas.grab()  # the pieces can be painted
    hands.click_image(canvas, 80, 150)
    assert areas(workspace) == [2500, 7500]


def test_a_line_that_does_not_cut_through_is_said(
    canvas: Canvas, workspace: Workspace, made: Annotation, notices: list[str]
) -> None:
    hands.slice_along(canvas, (160, 80), (160, 150))
    hands.press_key(canvas, Qt.Key.Key_Return)
    assert "does not cut through" in notices[-1]
    assert canvas.is_drawing
    hands.press_key(canvas, Qt.Key.Key_Escape)
    assert not canvas.is_drawing
    assert workspace.tool == "slice"
    hands.press_key(canvas, Qt.Key.Key_Escape)
    assert workspace.tool == "select"
    assert workspace.annotations == (made,)


def test_an_arm_of_a_mask_in_several_parts_is_cut_off(canvas: Canvas, workspace: Workspace) -> None:
    add(workspace, mask=mask(square(100, 100, 60), square(200, 100, 60)))
    hands.slice_along(canvas, (130, 80), (130, 180))
    assert len(workspace.annotations) == 2
    assert areas(workspace) == [1800, 5400]


def test_nothing_a_box_or_several_selected_is_said(
    canvas: Canvas, workspace: Workspace, notices: list[str]
) -> None:
    hands.slice_along(canvas, (160, 80), (160, 220))
    assert "one object with a mask" in notices[-1]
    add(workspace, box=Box(100, 100, 50, 50))
    hands.slice_along(canvas, (120, 80), (120, 220))
    assert len(workspace.annotations) == 1
    assert not canvas.is_drawing


def test_locked_and_read_only_objects_are_not_sliced(
    canvas: Canvas, workspace: Workspace, made: Annotation, notices: list[str]
) -> None:
    workspace.set_locked([made.id], True)
    hands.slice_along(canvas, (160, 80), (160, 220))
    assert "locked" in notices[-1]
    workspace.set_locked([made.id], False)
    workspace.select([made.id])
    workspace.is_read_only = True
    hands.slice_along(canvas, (160, 80), (160, 220))
    assert workspace.annotations == (made,)
    assert "looking only" in notices[-1]


def test_run_lengths_fall_into_outlines_of_the_same_pixels(
    canvas: Canvas, workspace: Workspace
) -> None:
    made = add(workspace, mask=masks.to_rle(SQUARE, (300, 400)))
    hands.slice_along(canvas, (160, 80), (160, 220))
    assert sum(polygons_area(a.mask) for a in workspace.annotations) == pytest.approx(10000)
    workspace.undo()
    assert workspace.annotations == (made,)


def test_a_sliced_prediction_becomes_objects_and_undo_gives_it_back(
    canvas: Canvas, workspace: Workspace, person: Category, predict
) -> None:
    predict(Prediction(0, 0, person.id, 0, 0.8, Box(100, 100, 100, 100), SQUARE))
    workspace.select(prediction_id=workspace.predictions[0].id)
    hands.slice_along(canvas, (160, 80), (160, 220))
    assert areas(workspace) == [4000, 6000]
    assert {a.origin.corrected_by for a in workspace.annotations} == {workspace.person}
    assert not workspace.predictions
    workspace.undo()
    assert not workspace.annotations
    assert len(workspace.predictions) == 1


def test_another_tool_drops_the_line(
    canvas: Canvas, workspace: Workspace, made: Annotation
) -> None:
    hands.slice_along(canvas, (160, 80), (160, 150))
    workspace.set_tool("box")
    assert workspace.tool == "box"
    workspace.set_tool("slice")
    assert not canvas.is_drawing
