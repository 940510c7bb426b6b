"""Further parts and holes of the selected object's mask, by keys and from the menu."""

from __future__ import annotations

import pytest
from PySide6.QtCore import Qt

from annotator.domain import masks
from annotator.domain.model import Annotation, Box, Category, Part, Polygons, Prediction
from annotator.domain.polygons import polygons_area
from annotator.ui.canvas.tools.wishes import Wish
from annotator.ui.canvas.view import Canvas
from annotator.ui.commands.outlines import OutlineCommands
from annotator.ui.workspace import Workspace
from tests.ui import hands
from tests.ui.canvas.objects import add, mask, now, square, steps

SQUARE = mask(square(100, 100, 100))
BESIDE = [(240, 100), (300, 100), (300, 160)]
INSIDE = [(130, 130), (170, 130), (170, 170), (130, 170)]
ACROSS = [(180, 130), (240, 130), (240, 170), (180, 170)]


@pytest.fixture(autouse=True)
def ball(workspace: Workspace) -> Category:
    return workspace.add_category("ball")


@pytest.fixture
def made(workspace: Workspace) -> Annotation:
    return add(workspace, mask=SQUARE, box=Box(100, 100, 100, 100))


@pytest.fixture
def outlines(canvas: Canvas, workspace: Workspace) -> OutlineCommands:
    return OutlineCommands(workspace, canvas)


def test_shift_adds_a_part_beside_and_the_derived_box_follows(
    canvas: Canvas, workspace: Workspace, made: Annotation
) -> None:
    hands.draw_into_mask(canvas, BESIDE, keys=hands.SHIFT)
    after = now(workspace, made)
    assert after.mask.parts[0] == SQUARE.parts[0]
    assert len(after.mask.parts) == 2
    assert after.box == pytest.approx(Box(100, 100, 200, 100), abs=0.5)
    assert steps(workspace)[:2] == ["Add part", "Add"]
    workspace.undo()
    assert now(workspace, made) == made


def test_a_part_across_the_outline_is_united_with_the_mask(
    canvas: Canvas, workspace: Workspace, made: Annotation
) -> None:
    hands.draw_into_mask(canvas, ACROSS, keys=hands.SHIFT)
    after = now(workspace, made).mask
    assert len(after.parts) == 1
    assert polygons_area(after) == pytest.approx(10000 + 1600, rel=0.01)


def test_alt_cuts_a_hole_and_a_bite(canvas: Canvas, workspace: Workspace, made: Annotation) -> None:
    hands.draw_into_mask(canvas, INSIDE, keys=hands.ALT)
    holed = now(workspace, made).mask
    assert holed.parts[0].outer == SQUARE.parts[0].outer
    assert len(holed.parts[0].holes) == 1
    assert steps(workspace)[:2] == ["Cut hole", "Add"]
    hands.draw_into_mask(canvas, ACROSS, keys=hands.ALT)
    bitten = now(workspace, made).mask
    assert polygons_area(bitten) == pytest.approx(10000 - 1600 - 800, rel=0.01)
    workspace.undo()
    assert now(workspace, made).mask == holed


def test_what_changes_nothing_or_leaves_nothing_is_said(
    canvas: Canvas, workspace: Workspace, made: Annotation, notices: list[str]
) -> None:
    hands.draw_into_mask(canvas, INSIDE, keys=hands.SHIFT)
    assert "inside the mask already" in notices[-1]
    hands.draw_into_mask(canvas, BESIDE, keys=hands.ALT)
    assert "beside the mask" in notices[-1]
    around = [(80, 80), (230, 80), (230, 230), (80, 230)]
    hands.draw_into_mask(canvas, around, keys=hands.ALT)
    assert "Delete removes" in notices[-1]
    hands.draw_into_mask(canvas, [(240, 50), (300, 50), (350, 50)], keys=hands.SHIFT)
    assert "encloses nothing" in notices[-1]
    assert now(workspace, made) == made
    assert steps(workspace)[0] == "Add"


def test_without_a_masked_object_selected_the_keys_mean_nothing(
    canvas: Canvas, workspace: Workspace, made: Annotation
) -> None:
    workspace.select()
    hands.draw_into_mask(canvas, BESIDE, keys=hands.SHIFT)
    assert len(workspace.annotations) == 2
    workspace.select([a.id for a in workspace.annotations])
    hands.draw_into_mask(canvas, INSIDE, keys=hands.ALT)
    assert len(workspace.annotations) == 3
    assert now(workspace, made) == made


def test_run_lengths_and_predictions_take_parts_and_holes(
    canvas: Canvas, workspace: Workspace, ball: Category, predict
) -> None:
    made = add(workspace, mask=masks.to_rle(SQUARE, (300, 400)))
    hands.draw_into_mask(canvas, INSIDE, keys=hands.ALT)
    assert isinstance(now(workspace, made).mask, Polygons)
    assert polygons_area(now(workspace, made).mask) == pytest.approx(8400, rel=0.01)
    workspace.delete([made.id])
    predict(Prediction(0, 0, ball.id, 0, 0.8, Box(100, 100, 100, 100), SQUARE))
    workspace.select(prediction_id=workspace.predictions[0].id)
    hands.draw_into_mask(canvas, BESIDE, keys=hands.SHIFT)
    (own,) = workspace.annotations
    assert len(own.mask.parts) == 2
    assert own.origin.corrected_by == workspace.person


def test_a_locked_object_is_left_alone(
    canvas: Canvas, workspace: Workspace, made: Annotation, notices: list[str]
) -> None:
    workspace.set_locked([made.id], True)
    hands.draw_into_mask(canvas, BESIDE[:1], keys=hands.SHIFT)
    assert "locked" in notices[-1]
    assert now(workspace, made) == made
    bare = add(workspace, box=Box(10, 10, 50, 50))
    workspace.set_locked([bare.id], True)
    hands.draw_polygon(canvas, [(300, 200), (350, 200), (350, 250)])
    assert "locked" in notices[-1]
    assert now(workspace, bare).mask is None


def test_an_object_deleted_meanwhile_takes_nothing(
    canvas: Canvas, workspace: Workspace, made: Annotation, notices: list[str]
) -> None:
    workspace.set_tool("polygon")
    hands.click_image(canvas, *BESIDE[0], keys=hands.SHIFT)
    workspace.delete([made.id])
    for place in (*BESIDE[1:], BESIDE[0]):
        hands.click_image(canvas, *place)
    assert not workspace.annotations
    assert "gone" in notices[-1]


# From the menu


def test_the_menu_asks_for_one_hole_and_no_key_must_be_known(
    canvas: Canvas, workspace: Workspace, outlines: OutlineCommands, made: Annotation
) -> None:
    outlines.cut_hole()
    assert "hole in ball" in hands.hint(canvas)
    for place in (*INSIDE, INSIDE[0]):
        hands.click_image(canvas, *place)
    assert len(now(workspace, made).mask.parts[0].holes) == 1
    assert "new outline" in hands.hint(canvas)


def test_the_menu_asks_for_a_part_and_esc_goes_back(
    canvas: Canvas, workspace: Workspace, outlines: OutlineCommands, made: Annotation
) -> None:
    outlines.add_part()
    hands.press_key(canvas, Qt.Key.Key_Escape)
    assert "new outline" in hands.hint(canvas)
    assert workspace.selected == (made,)
    outlines.add_part()
    for place in (*BESIDE, BESIDE[0]):
        hands.click_image(canvas, *place)
    assert len(now(workspace, made).mask.parts) == 2


def test_the_menu_asks_for_a_course_that_begins_on_the_outline(
    canvas: Canvas,
    workspace: Workspace,
    outlines: OutlineCommands,
    made: Annotation,
    notices: list[str],
) -> None:
    outlines.retrace()
    hands.click_image(canvas, 300, 50)
    assert "on the outline" in notices[-1]
    for place in ((100, 100), (150, 60), (200, 100)):
        hands.click_image(canvas, *place)
    assert polygons_area(now(workspace, made).mask) == pytest.approx(12000, rel=0.01)


def test_an_outline_begun_as_an_object_can_still_become_a_hole(
    canvas: Canvas,
    workspace: Workspace,
    outlines: OutlineCommands,
    made: Annotation,
    notices: list[str],
) -> None:
    workspace.set_tool("polygon")
    for place in INSIDE:
        hands.click_image(canvas, *place)
    outlines.retrace()
    assert "Finish or drop" in notices[-1]
    outlines.cut_hole()
    hands.press_key(canvas, Qt.Key.Key_Return)
    assert len(workspace.annotations) == 1
    assert len(now(workspace, made).mask.parts[0].holes) == 1


def test_another_tool_forgets_what_was_asked_for(
    canvas: Canvas, workspace: Workspace, outlines: OutlineCommands, made: Annotation
) -> None:
    outlines.cut_hole()
    workspace.set_tool("select")
    workspace.set_tool("polygon")
    assert canvas.commands.tool._armed is Wish.NEW


def test_a_part_or_a_hole_is_removed_by_one_of_its_vertices(
    canvas: Canvas, workspace: Workspace, outlines: OutlineCommands, notices: list[str]
) -> None:
    hole = square(120, 120, 40)
    whole = Polygons((Part(square(100, 100, 100), (hole,)), Part(square(250, 100, 50))))
    made = add(workspace, mask=whole)
    workspace.set_tool("select")
    outlines.remove_ring()
    assert "click a vertex" in notices[-1]
    hands.click_image(canvas, 160, 160)
    outlines.remove_ring()
    assert now(workspace, made).mask == mask(square(100, 100, 100), square(250, 100, 50))
    hands.click_image(canvas, 250, 150)
    outlines.remove_ring()
    assert now(workspace, made).mask == SQUARE
    hands.click_image(canvas, 100, 100)
    outlines.remove_ring()
    assert "whole mask" in notices[-1]
    assert steps(workspace)[:3] == ["Remove part", "Remove hole", "Add"]
    workspace.undo()
    workspace.undo()
    assert now(workspace, made).mask == whole
