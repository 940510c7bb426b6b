"""Painting and erasing masks with mouse and keys."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace

import numpy as np
import pytest
from PySide6.QtCore import QPointF, QRect, Qt
from PySide6.QtTest import QTest
from pytestqt.qtbot import QtBot

from annotator.domain import masks
from annotator.domain.geometry import Point
from annotator.domain.model import (
    Annotation,
    Box,
    Category,
    Keypoint,
    Mask,
    Part,
    Polygons,
    Prediction,
    Rle,
    Verdict,
)
from annotator.domain.painting import Painting
from annotator.domain.patches import Patch, patch_of
from annotator.ui.canvas.glaze import sampled
from annotator.ui.canvas.view import Canvas
from annotator.ui.canvas.viewport import Viewport
from annotator.ui.workspace import Workspace
from tests.ui import hands
from tests.ui.project_hand import take_in

SIZE = (300, 400)
"""Height and width of the picture."""
SQUARE = Polygons((Part((100.0, 100.0, 200.0, 100.0, 200.0, 200.0, 100.0, 200.0)),))
LEAF = Polygons((Part((101.3, 100.7, 203.9, 99.1, 180.5, 205.2, 120.1, 160.9)),))
BRUSH = 20


@pytest.fixture(autouse=True)
def person(workspace: Workspace, canvas: Canvas) -> Category:
    made = workspace.add_category("person", joints=("nose", "foot"))
    hands.size_brush(canvas, BRUSH)
    return made


def only(workspace: Workspace) -> Annotation:
    (annotation,) = workspace.annotations
    return annotation


def add(workspace: Workspace, **parts: object) -> Annotation:
    made = workspace.add_object(text="Add", **parts)
    assert made is not None
    return made


def pixels(mask: Mask | None) -> np.ndarray:
    return np.zeros(SIZE, bool) if mask is None else masks.to_bitmap(mask, SIZE)


def stroke(*places: tuple[float, float], size: int = BRUSH) -> np.ndarray:
    """The pixels of a stroke straight from place to place."""
    painting = Painting(SIZE)
    for start, end in zip(places, places[1:] or places, strict=False):
        painting.stroke(Point(*start), Point(*end), size, erases=False)
    return painting.patch.seen(0, 0, SIZE[1], SIZE[0])


def steps(workspace: Workspace) -> list[str]:
    assert workspace.store is not None
    assert workspace.image is not None
    return [e.text for e in workspace.store.history.entries(workspace.image.id)]


# Painting


def test_a_stroke_is_a_new_object_of_exactly_its_pixels(
    canvas: Canvas, workspace: Workspace, person: Category
) -> None:
    hands.paint(canvas, (60, 80), (140, 80))
    made = only(workspace)
    assert isinstance(made.mask, Rle)
    assert made.mask.size == SIZE
    assert (pixels(made.mask) == stroke((60, 80), (140, 80))).all()
    assert made.box == masks.bounds(made.mask) == Box(50, 70, 100, 20)
    assert made.category_id == person.id
    assert workspace.selected == (made,)
    assert steps(workspace) == ["Paint mask"]


def test_the_next_stroke_goes_on_with_the_object_and_each_is_undone_alone(
    canvas: Canvas, workspace: Workspace
) -> None:
    hands.paint(canvas, (60, 80), (140, 80))
    first = only(workspace)
    hands.paint(canvas, (100, 60), (100, 160))
    second = only(workspace)
    assert second.id == first.id
    both = stroke((60, 80), (140, 80)) | stroke((100, 60), (100, 160))
    assert (pixels(second.mask) == both).all()
    assert second.box == masks.bounds(second.mask)
    workspace.undo()
    assert only(workspace) == first
    assert workspace.selected == (first,)
    workspace.redo()
    assert only(workspace) == second
    workspace.undo()
    workspace.undo()
    assert not workspace.annotations


def test_a_crooked_stroke_is_one_step(canvas: Canvas, workspace: Workspace) -> None:
    hands.paint(canvas, (60, 80), (140, 90), (120, 200), (60, 82))
    assert len(steps(workspace)) == 1
    assert pixels(only(workspace).mask)[85, 100]
    assert not pixels(only(workspace).mask)[123, 106]


def test_esc_and_another_stroke_make_another_object(canvas: Canvas, workspace: Workspace) -> None:
    hands.paint(canvas, (60, 80), (140, 80))
    assert "Esc for a new one" in canvas.commands.tool.hint()
    hands.press_key(canvas, Qt.Key.Key_Escape)
    assert "new object" in canvas.commands.tool.hint()
    hands.paint(canvas, (60, 180), (140, 180))
    assert len(workspace.annotations) == 2


def test_a_dab_paints_a_disc_and_a_brush_of_one_pixel_that_pixel(
    canvas: Canvas, workspace: Workspace
) -> None:
    hands.size_brush(canvas, 1)
    workspace.set_tool("brush")
    hands.click_image(canvas, 60.5, 80.5)
    assert only(workspace).box == Box(60, 80, 1, 1)
    assert masks.area(only(workspace).mask) == 1
    hands.size_brush(canvas, 40)
    hands.click_image(canvas, 60.5, 80.5)
    assert masks.area(only(workspace).mask) == pytest.approx(np.pi * 20**2, rel=0.02)


def test_nothing_is_painted_outside_the_image(canvas: Canvas, workspace: Workspace) -> None:
    hands.paint(canvas, (390, 290), (410, 310))
    box = only(workspace).box
    assert box is not None
    assert (box.right, box.bottom) == (400, 300)


def test_painting_on_an_outline_leaves_its_other_pixels_as_coco_draws_them(
    canvas: Canvas, workspace: Workspace
) -> None:
    before = add(workspace, mask=LEAF, box=masks.bounds(LEAF))
    hands.paint(canvas, (60, 150), (140, 150))
    painted = only(workspace)
    assert painted.id == before.id
    assert (pixels(painted.mask) == (pixels(LEAF) | stroke((60, 150), (140, 150)))).all()
    assert painted.box == masks.bounds(painted.mask)
    workspace.undo()
    assert only(workspace) == before


def test_painting_then_erasing_the_same_way_gives_back_the_same_pixels(
    canvas: Canvas, workspace: Workspace
) -> None:
    add(workspace, mask=LEAF)
    hands.paint(canvas, (20, 30), (80, 90))
    hands.erase(canvas, (20, 30), (80, 90))
    assert (pixels(only(workspace).mask) == pixels(LEAF)).all()
    hands.paint(canvas, (20, 30), (80, 90))
    hands.erase(canvas, (20, 30), (80, 90))
    assert (pixels(only(workspace).mask) == pixels(LEAF)).all()


def test_a_boxed_and_jointed_object_gets_its_mask_in_one_gesture(
    canvas: Canvas, workspace: Workspace
) -> None:
    joints = (Keypoint(60, 60, 2), Keypoint(0, 0, 0))
    before = add(workspace, box=Box(40, 40, 200, 200), keypoints=joints)
    hands.paint(canvas, (100, 100), (160, 100))
    after = only(workspace)
    assert (after.id, after.box, after.keypoints) == (before.id, before.box, joints)
    assert (pixels(after.mask) == stroke((100, 100), (160, 100))).all()
    workspace.undo()
    assert only(workspace) == before


def test_a_box_of_its_own_does_not_follow_the_brush(canvas: Canvas, workspace: Workspace) -> None:
    add(workspace, mask=SQUARE, box=Box(50, 50, 300, 200))
    hands.paint(canvas, (20, 20), (30, 20))
    assert only(workspace).box == Box(50, 50, 300, 200)


def test_a_stroke_over_what_is_covered_changes_nothing(
    canvas: Canvas, workspace: Workspace
) -> None:
    before = add(workspace, mask=SQUARE)
    hands.paint(canvas, (130, 130), (170, 170))
    hands.erase(canvas, (20, 30), (80, 30))
    assert only(workspace) == before
    assert steps(workspace) == ["Add"]


def test_run_lengths_of_another_size_are_painted_where_they_lie(
    canvas: Canvas, workspace: Workspace
) -> None:
    small = np.zeros((100, 120), bool)
    small[50:60, 70:90] = True
    add(workspace, mask=masks.bitmap_to_rle(small))
    hands.paint(canvas, (200, 200), (220, 200))
    drawn = stroke((200, 200), (220, 200))
    drawn[50:60, 70:90] = True
    mask = only(workspace).mask
    assert isinstance(mask, Rle)
    assert mask.size == SIZE
    assert (pixels(mask) == drawn).all()


def test_shift_and_a_click_draw_straight_from_the_last_place(
    canvas: Canvas, workspace: Workspace
) -> None:
    workspace.set_tool("brush")
    hands.click_image(canvas, 60, 80)
    hands.click_image(canvas, 200, 80, keys=hands.SHIFT)
    hands.click_image(canvas, 200, 180, keys=hands.SHIFT)
    assert (pixels(only(workspace).mask) == stroke((60, 80), (200, 80), (200, 180))).all()
    assert steps(workspace) == ["Paint mask"] * 3
    workspace.undo()
    assert (pixels(only(workspace).mask) == stroke((60, 80), (200, 80))).all()


def test_shift_without_a_last_place_paints_here(canvas: Canvas, workspace: Workspace) -> None:
    workspace.set_tool("brush")
    hands.click_image(canvas, 60, 80, keys=hands.SHIFT)
    assert (pixels(only(workspace).mask) == stroke((60, 80))).all()


def test_the_first_object_asks_for_its_category_and_is_gone_on_with(
    canvas: Canvas, workspace: Workspace, person: Category
) -> None:
    workspace.delete_category(person.id)
    hands.paint(canvas, (60, 80), (140, 80))
    assert not workspace.annotations
    assert canvas.is_drawing
    canvas.grab()
    hands.name_category(canvas, "moss")
    assert (pixels(only(workspace).mask) == stroke((60, 80), (140, 80))).all()
    hands.paint(canvas, (60, 180), (140, 180))
    assert len(workspace.annotations) == 1


# Erasing


def test_the_eraser_takes_pixels_of_the_selected_object_as_one_step(
    canvas: Canvas, workspace: Workspace
) -> None:
    before = add(workspace, mask=SQUARE, box=Box(100, 100, 100, 100))
    hands.erase(canvas, (80, 105), (220, 105))
    after = only(workspace)
    assert (pixels(after.mask) == (pixels(SQUARE) & ~stroke((80, 105), (220, 105)))).all()
    assert after.box == Box(100, 115, 100, 85)
    assert steps(workspace)[0] == "Erase from mask"
    workspace.undo()
    assert only(workspace) == before


def test_the_eraser_punches_a_hole(canvas: Canvas, workspace: Workspace) -> None:
    add(workspace, mask=SQUARE)
    hands.erase(canvas, (150, 150), (151, 150))
    mask = pixels(only(workspace).mask)
    assert not mask[150, 150]
    assert mask[150, 110]


def test_with_nothing_selected_the_eraser_takes_the_object_under_it(
    canvas: Canvas, workspace: Workspace
) -> None:
    made = add(workspace, mask=SQUARE)
    workspace.select()
    hands.erase(canvas, (110, 110), (250, 110))
    assert workspace.selected == (only(workspace),)
    assert only(workspace).id == made.id
    assert not pixels(only(workspace).mask)[110, 150]


def test_the_eraser_says_where_there_is_nothing_to_erase(
    canvas: Canvas, workspace: Workspace, notices: list[str]
) -> None:
    hands.erase(canvas, (30, 30), (60, 30))
    assert "no mask to erase here" in notices[-1]
    add(workspace, box=Box(100, 100, 50, 50))
    hands.erase(canvas, (120, 120), (130, 120))
    assert "no mask to erase" in notices[-1]
    assert only(workspace).mask is None
    assert not canvas.is_drawing


def test_an_object_of_nothing_but_its_mask_goes_with_it(
    canvas: Canvas, workspace: Workspace, notices: list[str]
) -> None:
    hands.paint(canvas, (60, 80), (140, 80))
    before = only(workspace)
    hands.size_brush(canvas, 64)
    hands.erase(canvas, (50, 80), (150, 80))
    assert not workspace.annotations
    assert "Nothing is left of person 1" in notices[-1]
    workspace.undo()
    assert only(workspace) == before


def test_a_box_of_its_own_or_joints_stay_when_the_mask_is_erased(
    canvas: Canvas, workspace: Workspace, notices: list[str]
) -> None:
    hands.paint(canvas, (60, 80), (140, 80))
    joints = (Keypoint(60, 60, 2), Keypoint(0, 0, 0))
    for kept in (
        replace(only(workspace), box=Box(10, 10, 300, 200)),
        replace(only(workspace), keypoints=joints),
    ):
        workspace.change(kept, text="Change")
        hands.size_brush(canvas, 64)
        hands.erase(canvas, (50, 80), (150, 80))
        assert only(workspace) == replace(kept, mask=None, origin=only(workspace).origin)
        assert "The object keeps its box" in notices[-1]
        workspace.undo()
        assert only(workspace).mask == kept.mask
    assert notices[-1].endswith("box and joints.")


# What cannot be painted on


def test_a_locked_object_is_not_painted_on(
    canvas: Canvas, workspace: Workspace, notices: list[str]
) -> None:
    before = add(workspace, mask=SQUARE)
    workspace.set_locked([before.id], True)
    hands.paint(canvas, (60, 80), (140, 80))
    assert only(workspace) == before
    assert "locked" in notices[-1]
    workspace.select()
    hands.erase(canvas, (110, 110), (150, 110))
    assert only(workspace) == before
    assert "locked" in notices[-1]


def test_with_several_objects_selected_nothing_is_painted(
    canvas: Canvas, workspace: Workspace, notices: list[str]
) -> None:
    both = add(workspace, mask=SQUARE), add(workspace, box=Box(10, 10, 50, 50))
    workspace.select([a.id for a in both])
    hands.paint(canvas, (60, 80), (140, 80))
    assert workspace.annotations == both
    assert "Several objects" in notices[-1]
    assert "Several objects" in canvas.commands.tool.hint()


def test_a_mask_that_cannot_be_read_is_not_painted_on(
    canvas: Canvas, workspace: Workspace, notices: list[str]
) -> None:
    before = take_in(workspace, mask=Rle((300, 400), (3, 4)), box=Box(10, 10, 50, 50))
    workspace.select([before.id])
    hands.paint(canvas, (60, 80), (140, 80))
    assert only(workspace) == before
    assert "cannot be read" in notices[-1]


def test_a_read_only_project_takes_no_paint(
    canvas: Canvas, workspace: Workspace, notices: list[str]
) -> None:
    workspace.is_read_only = True
    hands.paint(canvas, (60, 80), (140, 80))
    assert not workspace.annotations
    assert "looking only" in notices[-1]


def test_a_painted_prediction_becomes_the_persons_own(
    canvas: Canvas, workspace: Workspace, person: Category, predict: Callable[..., None]
) -> None:
    predict(Prediction(0, 0, person.id, 0, 0.9, Box(100, 100, 100, 100), mask=SQUARE))
    (proposed,) = workspace.predictions
    workspace.select(prediction_id=proposed.id)
    hands.paint(canvas, (60, 150), (140, 150))
    made = only(workspace)
    assert (pixels(made.mask) == (pixels(SQUARE) | stroke((60, 150), (140, 150)))).all()
    assert made.origin.version_id == proposed.version_id
    assert made.origin.corrected_by == workspace.person
    assert not workspace.predictions
    workspace.undo()
    assert not workspace.annotations
    assert workspace.predictions == (proposed,)


def test_a_prediction_that_is_erased_wholly_is_rejected(
    canvas: Canvas, workspace: Workspace, person: Category, predict: Callable[..., None]
) -> None:
    predict(Prediction(0, 0, person.id, 0, 0.9, Box(100, 100, 100, 100), mask=SQUARE))
    (proposed,) = workspace.predictions
    workspace.select(prediction_id=proposed.id)
    hands.size_brush(canvas, 320)
    hands.erase(canvas, (150, 150), (151, 150))
    assert not workspace.annotations
    assert workspace.store is not None
    (decision,) = workspace.store.predictions.decisions_of(proposed.image_id).values()
    assert decision.verdict is Verdict.REJECTED


# Dropping a stroke


def test_esc_drops_a_stroke_and_another_tool_too(
    qtbot: QtBot, canvas: Canvas, workspace: Workspace
) -> None:
    before = add(workspace, mask=SQUARE)
    qtbot.waitUntil(lambda: bool(canvas.grab()) and canvas.is_sharp)
    bare = canvas.grab().toImage()
    workspace.set_tool("brush")
    hands.drag(canvas, (60, 80), (140, 80), drops=False)
    assert canvas.is_drawing
    hands.press_key(canvas, Qt.Key.Key_Escape)
    assert not canvas.is_drawing
    hands.drag(canvas, (60, 80), (140, 80), drops=False)
    workspace.set_tool("select")
    assert not canvas.is_drawing
    QTest.mouseRelease(canvas, hands.LEFT, hands.NONE, hands.point(canvas, 140, 80))
    assert only(workspace) == before
    workspace.set_tool("brush")
    canvas._mouse.leave()
    qtbot.waitUntil(lambda: canvas.grab().toImage() == bare)


def test_enter_ends_a_stroke(canvas: Canvas, workspace: Workspace) -> None:
    workspace.set_tool("brush")
    hands.drag(canvas, (60, 80), (140, 80), drops=False)
    hands.press_key(canvas, Qt.Key.Key_Return)
    assert (pixels(only(workspace).mask) == stroke((60, 80), (140, 80))).all()


def test_an_object_that_changed_under_the_stroke_is_left_alone(
    canvas: Canvas, workspace: Workspace, notices: list[str]
) -> None:
    hands.paint(canvas, (60, 80), (140, 80))
    first = only(workspace)
    hands.paint(canvas, (60, 180), (140, 180))
    hands.drag(canvas, (60, 280), (140, 280), drops=False)
    workspace.undo()
    QTest.mouseRelease(canvas, hands.LEFT, hands.NONE, hands.point(canvas, 140, 280))
    assert only(workspace) == first
    assert "changed meanwhile" in notices[-1]


# Sizes and looks


def test_keys_and_alt_wheel_size_brush_and_eraser_alike(
    canvas: Canvas, workspace: Workspace
) -> None:
    workspace.set_tool("brush")
    assert canvas.commands.resize_brush(1)
    assert canvas.commands.tool.size == 24
    hands.wheel(canvas, 100, 100, notches=2, keys=hands.ALT)
    assert canvas.commands.tool.size == 40
    assert "40 px" in canvas.commands.tool.hint()
    workspace.set_tool("eraser")
    assert canvas.commands.tool.size == 40
    hands.wheel(canvas, 100, 100, notches=-40, keys=hands.ALT)
    assert canvas.commands.tool.size == 1
    hands.wheel(canvas, 100, 100, notches=40, keys=hands.ALT)
    assert canvas.commands.tool.size == 1024


def test_alt_wheel_over_another_tool_scrolls_nothing(canvas: Canvas, workspace: Workspace) -> None:
    workspace.set_tool("select")
    before = canvas.view_state()
    hands.wheel(canvas, 100, 100, notches=2, keys=hands.ALT)
    assert canvas.view_state() == before
    assert not canvas.commands.resize_brush(1)


def test_the_brush_is_a_ring_in_its_size(canvas: Canvas, workspace: Workspace) -> None:
    hands.size_brush(canvas, 40)
    bare = canvas.grab().toImage()
    hands.hover(canvas, 100, 100)
    assert canvas.cursor().shape() is Qt.CursorShape.BlankCursor
    ring = canvas.grab().toImage()
    rim = canvas.to_screen(120, 100).toPoint()
    assert ring.pixelColor(rim).lightness() > max(200, bare.pixelColor(rim).lightness())
    inner = canvas.to_screen(112, 108).toPoint()
    assert ring.pixelColor(inner) == bare.pixelColor(inner)
    hands.size_brush(canvas, 2)
    hands.hover(canvas, 101, 100)
    assert canvas.cursor().shape() is Qt.CursorShape.CrossCursor


@pytest.mark.parametrize("zoom", [0.3, 1.0, 16.0])
def test_a_stroke_shows_its_pixels_at_once_at_every_zoom(
    canvas: Canvas, workspace: Workspace, zoom: float
) -> None:
    add(workspace, mask=SQUARE)
    workspace.set_tool("brush")
    canvas.zoom_by(zoom / canvas.zoom, canvas.to_screen(200, 150))
    bare = canvas.grab().toImage()
    size = canvas.commands.tool.size
    x, y = min(205 + 2 * size, 218), 150
    hands.drag(canvas, (205, 150), (x, y), drops=False)
    live = canvas.grab().toImage()
    for place in ((206, 150), (x - 2, y)):
        at = canvas.to_screen(*place).toPoint()
        assert live.pixelColor(at) != bare.pixelColor(at)
    beside = canvas.to_screen(x, y + 18 / zoom + size / 2).toPoint()
    assert live.pixelColor(beside) == bare.pixelColor(beside)
    hands.press_key(canvas, Qt.Key.Key_Escape)


def test_erased_pixels_show_the_image_at_once(canvas: Canvas, workspace: Workspace) -> None:
    at = canvas.to_screen(150, 150).toPoint()
    bare = canvas.grab().toImage().pixelColor(at)
    add(workspace, mask=SQUARE)
    workspace.set_tool("eraser")
    hands.size_brush(canvas, 40)
    hands.drag(canvas, (150, 145), (150, 155), (190, 155), drops=False)
    assert canvas.grab().toImage().pixelColor(at) == bare


def test_the_view_may_move_within_a_stroke(canvas: Canvas, workspace: Workspace) -> None:
    workspace.set_tool("brush")
    hands.drag(canvas, (60, 80), (140, 80), drops=False)
    canvas.zoom_by(2, canvas.to_screen(140, 80))
    canvas.grab()
    QTest.mouseRelease(canvas, hands.LEFT, hands.NONE, hands.point(canvas, 140, 80))
    assert (pixels(only(workspace).mask) == stroke((60, 80), (140, 80))).all()


@pytest.mark.parametrize("turn", range(4))
@pytest.mark.parametrize("ratio", [1.0, 2.0])
def test_each_device_pixel_shows_the_pixel_under_its_middle(turn: int, ratio: float) -> None:
    patch = Patch(3, 5, np.random.default_rng(0).random((20, 30)) < 0.5)
    view = Viewport()
    view.resize(60, 50, ratio)
    view.set_image_size(40, 30)
    view.set_zoom(2.6)
    view.set_turn(turn)
    area = QRect(-3, 4, 80, 60)
    whole = patch.seen(-200, -200, 200, 200)
    for y, row in enumerate(sampled(area, view, patch)):
        for x, is_set in enumerate(row):
            middle = QPointF(area.left() + x + 0.5, area.top() + y + 0.5) / ratio
            place = view.to_image(middle)
            assert is_set == whole[int(place.y // 1) + 200, int(place.x // 1) + 200]


@pytest.mark.parametrize("turn", [1, 2, 3])
def test_painting_in_a_turned_view_paints_what_is_under_the_brush(
    canvas: Canvas, workspace: Workspace, turn: int
) -> None:
    canvas.look(lambda view: view.set_turn(turn))
    hands.paint(canvas, (100, 80), (180, 80))
    assert (pixels(only(workspace).mask) == stroke((100, 80), (180, 80))).all()
    at = canvas.to_screen(150, 150).toPoint()
    bare = canvas.grab().toImage().pixelColor(at)
    hands.drag(canvas, (140, 150), (160, 150), (190, 150), drops=False)
    assert canvas.grab().toImage().pixelColor(at) != bare
    hands.press_key(canvas, Qt.Key.Key_Escape)
    canvas.look(lambda view: view.set_turn(0))


def test_the_pixels_of_a_large_image_are_not_all_looked_at() -> None:
    mask = Polygons((Part((5000.0, 3000.0, 5010.0, 3000.0, 5010.0, 3010.0)),))
    assert patch_of(mask, (4000, 6000)).bitmap.size <= 144
