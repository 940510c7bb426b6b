"""The Object > Mask menu in the real window: what it stores, in one step, and what it refuses."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QLabel, QPushButton, QSlider
from pytestqt.qtbot import QtBot

from annotator.domain import combining, masks
from annotator.domain.model import Annotation, Box, Keypoint, Mask, Part, Polygons, Rle
from annotator.domain.polygons import polygons_area
from annotator.domain.simplifying import vertices_of
from annotator.ui.canvas.tuning import TuningBar
from annotator.ui.main_window import MainWindow
from annotator.ui.panels.facts import area_of, mask_words
from tests.ui import hands
from tests.ui.project_hand import BALL, PERSON, POSE, SIDE, Hand, prediction, take_in
from tests.ui.windows import open_window

SIZE = (SIDE, SIDE)
Objects = tuple[Annotation, ...]


@pytest.fixture
def window(qtbot: QtBot, project: Path) -> MainWindow:
    made = open_window(qtbot, project)
    made.settings.change(person="Ada")
    made.canvas.setFocus()
    return made


@pytest.fixture
def hand(window: MainWindow) -> Hand:
    return Hand(window.workspace)


@pytest.fixture(autouse=True)
def nothing_left_open(window: MainWindow) -> Iterator[None]:
    yield
    for bar in bars(window):
        bar.drop()


def square(x: float, y: float, side: float) -> Polygons:
    return Polygons((Part((x, y, x + side, y, x + side, y + side, x, y + side)),))


def disc(x: float, y: float, radius: float) -> Rle:
    rows, columns = np.mgrid[:SIDE, :SIDE] + 0.5
    return masks.bitmap_to_rle((columns - x) ** 2 + (rows - y) ** 2 <= radius**2)


def pixels(mask: Mask | None) -> np.ndarray:
    return np.zeros(SIZE, bool) if mask is None else masks.to_bitmap(mask, SIZE)


RING = Polygons((Part(square(10, 10, 40).parts[0].outer, (square(20, 20, 10).parts[0].outer,)),))
TWO = Polygons((*square(5, 5, 10).parts, *square(40, 40, 30).parts))


def add(window: MainWindow, mask: Mask | None = None, **parts: object) -> Annotation:
    made = window.workspace.add_object(mask=mask, text="Add", **parts)  # type: ignore[arg-type]
    assert made is not None
    return made


def choose(window: MainWindow, *objects: Annotation) -> None:
    window.workspace.select([a.id for a in objects])


def do(window: MainWindow, action: str) -> None:
    assert window.actions_.by_id[action].isEnabled()
    window.actions_.by_id[action].trigger()


def now(window: MainWindow) -> Objects:
    return window.workspace.annotations


def said(window: MainWindow) -> str:
    return window.notices.text


def bars(window: MainWindow) -> Sequence[TuningBar]:
    return window.canvas.findChildren(TuningBar)


def slide(window: MainWindow, position: int) -> None:
    """Move the slider of the question that is open, and let its answer show."""
    slider = window.canvas.findChildren(QSlider, "tuning_slider")[-1]
    slider.setValue(position)
    QTest.qWait(1)


def facts(window: MainWindow) -> str:
    return window.canvas.findChildren(QLabel, "tuning_facts")[-1].text()


def undone(window: MainWindow, hand: Hand, before: Objects, text: str) -> None:
    """The last step was that one alone, and undo gives back what was, also in the store."""
    after = now(window)
    assert hand.steps()[0] == text
    window.workspace.undo()
    assert now(window) == before == hand.stored()
    window.workspace.redo()
    assert now(window) == after == hand.stored()


# Each mask for itself


@pytest.mark.parametrize("kind", ["outline", "pixels"])
@pytest.mark.parametrize(
    ("action", "text", "expected"),
    [
        ("fill_holes", "Fill holes", square(10, 10, 40)),
        ("grow_mask", "Grow mask", None),
        ("shrink_mask", "Shrink mask", None),
    ],
)
def test_a_mask_is_changed_in_the_form_it_is_stored_in(
    window: MainWindow, hand: Hand, kind: str, action: str, text: str, expected: Polygons | None
) -> None:
    mask = RING if kind == "outline" else masks.to_rle(RING, SIZE)
    add(window, mask, box=Box(10, 10, 40, 40))
    before = now(window)
    do(window, action)
    (after,) = now(window)
    assert isinstance(after.mask, Polygons if kind == "outline" else Rle)
    if expected is not None:
        assert (pixels(after.mask) == pixels(expected)).all()
    else:
        by = 1 if action == "grow_mask" else -1
        assert masks.area(after.mask) == (40 + 2 * by) ** 2 - (10 - 2 * by) ** 2
        assert after.box == Box(10 - by, 10 - by, 40 + 2 * by, 40 + 2 * by)
    undone(window, hand, before, text)


def test_several_masks_are_changed_in_one_step(window: MainWindow, hand: Hand) -> None:
    choose(window, add(window, RING), add(window, masks.to_rle(RING, SIZE)), add(window, TWO))
    before = now(window)
    do(window, "fill_holes")
    assert [masks.area(a.mask) for a in now(window) if a.mask] == [1600, 1600, 1000]
    undone(window, hand, before, "Fill holes")


def test_what_changes_nothing_is_no_step(window: MainWindow, hand: Hand) -> None:
    add(window, square(10, 10, 30), box=Box(10, 10, 30, 30))
    steps = hand.steps()
    for action, words in (
        ("fill_holes", "no holes"),
        ("to_polygon", "polygon already"),
        ("box_from_mask", "already"),
        ("split_parts", "one part only"),
        ("cut_out", "No other mask"),
        ("cut_neighbours", "No other mask"),
    ):
        do(window, action)
        assert words in said(window)
    assert hand.steps() == steps


def test_a_mask_is_not_shrunk_to_nothing(window: MainWindow, hand: Hand) -> None:
    add(window, square(10, 10, 2))
    before = now(window)
    do(window, "shrink_mask")
    assert now(window) == before
    assert "Nothing would be left" in said(window)


def test_pixels_become_an_outline_and_pixels_again_without_drift(
    window: MainWindow, hand: Hand
) -> None:
    add(window, disc(48, 48, 30), box=masks.bounds(disc(48, 48, 30)))
    before = now(window)
    do(window, "to_polygon")
    (drawn,) = now(window)
    assert isinstance(drawn.mask, Polygons)
    assert "exact to the pixel" in said(window)
    undone(window, hand, before, "Convert to polygon")
    do(window, "to_pixels")
    assert now(window)[0].mask == before[0].mask
    assert now(window)[0].box == before[0].box
    do(window, "to_pixels")
    assert "pixels already" in said(window)


def test_the_box_comes_from_the_mask_on_request_for_many(window: MainWindow, hand: Hand) -> None:
    first = add(window, square(10, 10, 30), box=Box(0, 0, 90, 90))
    second = add(window, disc(60, 60, 10))
    choose(window, first, second, add(window, box=Box(1, 1, 5, 5)))
    before = now(window)
    do(window, "box_from_mask")
    assert [a.box for a in now(window)] == [
        Box(10, 10, 30, 30),
        masks.bounds(disc(60, 60, 10)),
        Box(1, 1, 5, 5),
    ]
    undone(window, hand, before, "Box from mask")


def test_a_prediction_is_changed_into_ones_own(window: MainWindow, hand: Hand) -> None:
    hand.predict(replace(prediction(10), mask=RING))
    (proposed,) = window.workspace.predictions
    window.workspace.select(prediction_id=proposed.id)
    do(window, "fill_holes")
    (made,) = now(window)
    assert made.mask is not None
    assert masks.area(made.mask) == 1600
    assert made.origin.corrected_by == "Ada"
    window.workspace.undo()
    assert now(window) == ()
    assert window.workspace.predictions == (proposed,)


# By a slider


def test_a_prediction_is_simplified_into_ones_own(window: MainWindow, hand: Hand) -> None:
    hand.predict(replace(prediction(10), mask=combining.outline_of(disc(48, 48, 30), SIZE)))
    window.workspace.select(prediction_id=window.workspace.predictions[0].id)
    do(window, "simplify")
    QTest.keyClick(window.canvas, Qt.Key.Key_Return)
    (made,) = now(window)
    assert isinstance(made.mask, Polygons)
    assert vertices_of(made.mask) < 40
    assert made.origin.corrected_by == "Ada"
    assert window.workspace.predictions == ()


def test_simplify_shows_what_it_would_do_and_writes_one_step(
    window: MainWindow, hand: Hand
) -> None:
    add(window, disc(48, 48, 30))
    before = now(window)
    do(window, "simplify")
    count = vertices_of(combining.outline_of(disc(48, 48, 30), SIZE))
    assert facts(window).startswith(f"{count} → ")
    assert "IoU 0.99" in facts(window)
    assert now(window) == before
    gentle = facts(window)
    plain = window.canvas.grab().toImage()
    slide(window, 30)
    assert facts(window) != gentle
    assert window.canvas.grab().toImage() != plain
    slide(window, 10)
    QTest.keyClick(window.canvas, Qt.Key.Key_Return)
    (after,) = now(window)
    assert isinstance(after.mask, Polygons)
    assert vertices_of(after.mask) < count / 4
    undone(window, hand, before, "Simplify mask")
    assert not [bar for bar in bars(window) if bar.isVisible()]


def test_at_its_end_the_slider_converts_exactly(window: MainWindow) -> None:
    add(window, disc(48, 48, 30))
    do(window, "simplify")
    slide(window, 0)
    assert "IoU 1.000" in facts(window)
    QTest.keyClick(window.canvas, Qt.Key.Key_Return)
    assert combining.pixels_of(now(window)[0].mask, SIZE) == disc(48, 48, 30)


@pytest.mark.parametrize(
    ("action", "way"),
    [
        *(("simplify", way) for way in ("key", "canvas", "selection", "image", "tool", "edit")),
        *(("smooth", "button"), ("remove_specks", "key")),
    ],
)
def test_leaving_the_slider_leaves_everything_as_it_was(
    qtbot: QtBot, window: MainWindow, hand: Hand, action: str, way: str
) -> None:
    made = add(window, disc(48, 48, 30))
    before, steps = now(window), hand.steps()
    qtbot.waitUntil(lambda: bool(window.canvas.grab()) and window.canvas.is_sharp)
    plain = window.canvas.grab().toImage()
    do(window, action)
    slide(window, 8)
    slider = window.canvas.findChild(QSlider, "tuning_slider")
    if way == "key":
        QTest.keyClick(slider, Qt.Key.Key_Escape)
    elif way == "canvas":
        QTest.keyClick(window.canvas, Qt.Key.Key_Escape)
    elif way == "button":
        window.canvas.findChild(QPushButton, "tuning_cancel").click()
    elif way == "selection":
        window.workspace.select()
    elif way == "image":
        window.workspace.go(1)
        window.workspace.go(-1)
    elif way == "tool":
        window.workspace.set_tool("box")
    else:
        window.workspace.set_locked([made.id], True)
        window.workspace.set_locked([made.id], False)
    assert not [bar for bar in bars(window) if bar.isVisible()]
    assert now(window) == before
    assert hand.steps() == steps
    if way in {"key", "canvas", "button"}:
        qtbot.waitUntil(lambda: window.canvas.grab().toImage() == plain)
        assert window.canvas.hasFocus()


def test_smoothing_keeps_pixels_pixels_and_the_button_writes_it(
    window: MainWindow, hand: Hand
) -> None:
    bumpy = pixels(disc(48, 48, 30)).copy()
    bumpy[16:18, 40:60:3] = True
    add(window, masks.bitmap_to_rle(bumpy))
    before = now(window)
    do(window, "smooth")
    window.canvas.findChild(QPushButton, "tuning_accept").click()
    (after,) = now(window)
    assert isinstance(after.mask, Rle)
    assert (pixels(after.mask) != bumpy).any()
    assert (pixels(after.mask) & bumpy).sum() / (pixels(after.mask) | bumpy).sum() > 0.9
    undone(window, hand, before, "Smooth mask")


def test_specks_go_from_all_selected_masks_in_one_step(window: MainWindow, hand: Hand) -> None:
    drawn = pixels(square(40, 40, 30)).copy()
    drawn[5, 5] = drawn[80, 80] = True
    choose(window, add(window, masks.bitmap_to_rle(drawn)), add(window, TWO))
    before = now(window)
    do(window, "remove_specks")
    assert facts(window).startswith("5 → 3 parts · 0 holes · lowest IoU 0.9")
    slide(window, 6)
    assert facts(window).startswith("5 → 3 parts")
    slide(window, 7)
    QTest.keyClick(window.canvas, Qt.Key.Key_Return)
    first, second = now(window)
    assert (pixels(first.mask) == pixels(square(40, 40, 30))).all()
    assert second.mask == square(40, 40, 30)
    undone(window, hand, before, "Remove specks")


def test_a_slider_left_where_nothing_changes_writes_nothing(window: MainWindow, hand: Hand) -> None:
    add(window, square(10, 10, 40))
    steps = hand.steps()
    for action in ("simplify", "smooth", "remove_specks"):
        do(window, action)
        slide(window, 0)
        QTest.keyClick(window.canvas, Qt.Key.Key_Return)
    assert hand.steps() == steps


def test_the_question_lies_in_the_middle_of_the_canvas_and_within_it(window: MainWindow) -> None:
    add(window, disc(48, 48, 30))
    for width in (1280, 1000):
        window.resize(width, 720)
        do(window, "remove_specks")
        place, room = bars(window)[-1].geometry(), window.canvas.rect()
        assert room.contains(place)
        assert abs(place.center().x() - room.center().x()) <= 1
        facts_of, buttons = (
            window.canvas.findChildren(kind, name)[-1]
            for kind, name in ((QLabel, "tuning_facts"), (QPushButton, "tuning_cancel"))
        )
        assert facts_of.geometry().right() < buttons.geometry().left()


def test_a_second_question_takes_the_place_of_the_first(window: MainWindow) -> None:
    add(window, disc(48, 48, 30))
    do(window, "simplify")
    do(window, "smooth")
    assert len([bar for bar in bars(window) if bar.isVisible()]) == 1


# Several objects


def test_j_joins_outlines_pixels_boxes_and_joints_into_one_object(
    window: MainWindow, hand: Hand
) -> None:
    first = add(window, square(10, 10, 20), box=Box(10, 10, 20, 20), category_id=PERSON.id)
    second = add(window, disc(60, 60, 10), box=masks.bounds(disc(60, 60, 10)))
    third = add(window, box=Box(5, 5, 10, 10), keypoints=POSE, category_id=PERSON.id)
    choose(window, first, second, third)
    before = now(window)
    QTest.keyClick(window.canvas, Qt.Key.Key_J)
    (made,) = now(window)
    assert made.id == first.id
    assert (pixels(made.mask) == (pixels(first.mask) | pixels(second.mask))).all()
    assert made.box == Box(5, 5, 65, 65)
    assert made.keypoints == POSE
    assert window.workspace.selected == (made,)
    undone(window, hand, before, "Join 3 objects")
    window.workspace.undo()
    assert {a.id for a in window.workspace.selected} == {first.id, second.id, third.id}


def test_joined_outlines_stay_an_outline_of_several_parts(window: MainWindow) -> None:
    choose(window, add(window, square(10, 10, 20)), add(window, square(50, 50, 20)))
    do(window, "join")
    mask = now(window)[0].mask
    assert isinstance(mask, Polygons)
    assert len(mask.parts) == 2
    assert polygons_area(mask) == 800


def test_joints_that_are_left_out_are_told(window: MainWindow) -> None:
    choose(
        window,
        add(window, box=Box(1, 1, 9, 9), keypoints=POSE, category_id=PERSON.id),
        add(window, box=Box(9, 9, 9, 9), keypoints=POSE[::-1], category_id=PERSON.id),
    )
    do(window, "join")
    assert "The joints of 1 object were left out" in said(window)


def test_joining_what_a_model_or_a_file_made_is_noted(window: MainWindow, hand: Hand) -> None:
    hand.predict(replace(prediction(10), mask=RING))
    window.workspace.accept([window.workspace.predictions[0].id])
    (accepted,) = now(window)
    choose(window, accepted, add(window, square(60, 60, 10)))
    do(window, "join")
    assert now(window)[0].origin.corrected_by == "Ada"
    assert now(window)[0].origin.version_id == accepted.origin.version_id


@pytest.mark.parametrize("as_pixels", [(), (0,), (1,), (0, 1)])
def test_subtract_takes_the_upper_out_of_the_lowest_and_intersect_leaves_what_all_cover(
    window: MainWindow, hand: Hand, as_pixels: tuple[int, ...]
) -> None:
    low, high = square(10, 10, 40), square(30, 30, 40)
    drawn = [masks.to_rle(m, SIZE) if n in as_pixels else m for n, m in enumerate((low, high))]
    first = add(window, drawn[0], box=Box(10, 10, 40, 40), keypoints=POSE, category_id=PERSON.id)
    choose(window, first, add(window, drawn[1], category_id=BALL.id))
    before = now(window)
    for action, text, expected in (
        ("subtract", "Subtract 1 object", pixels(low) & ~pixels(high)),
        ("intersect", "Intersect 2 objects", pixels(low) & pixels(high)),
    ):
        do(window, action)
        (made,) = now(window)
        assert (made.id, made.category_id, made.keypoints) == (first.id, PERSON.id, POSE)
        assert (pixels(made.mask) == expected).all()
        assert made.box == masks.bounds(made.mask)
        assert isinstance(made.mask, Rle if as_pixels else Polygons)
        undone(window, hand, before, text)
        window.workspace.undo()
    choose(window, *now(window))
    do(window, "subtract")
    assert "out of person 1, the lowest one" in said(window)


def test_masks_that_do_not_overlap_are_not_subtracted_or_intersected(
    window: MainWindow, hand: Hand
) -> None:
    choose(window, add(window, square(0, 0, 20)), add(window, square(20, 0, 20)))
    before = now(window)
    for action in ("subtract", "intersect"):
        do(window, action)
        assert "do not overlap" in said(window)
    assert now(window) == before
    choose(window, add(window, square(0, 0, 5)), add(window, square(0, 0, 20)))
    do(window, "subtract")
    assert "Nothing would be left" in said(window)
    assert len(now(window)) == 4


def test_parts_become_objects_and_join_again(window: MainWindow, hand: Hand) -> None:
    whole = add(window, TWO, box=Box(5, 5, 65, 65), keypoints=POSE, category_id=PERSON.id)
    below = add(window, masks.to_rle(TWO, SIZE))
    choose(window, whole, below)
    before = now(window)
    do(window, "split_parts")
    large, pixels_large, small, pixels_small = now(window)
    assert (large.id, large.mask, large.box) == (whole.id, square(40, 40, 30), Box(40, 40, 30, 30))
    assert (small.mask, small.box) == (square(5, 5, 10), Box(5, 5, 10, 10))
    assert (large.keypoints, small.keypoints) == (POSE, ())
    assert small.category_id == PERSON.id
    assert isinstance(pixels_large.mask, Rle)
    assert masks.bounds(pixels_small.mask) == Box(5, 5, 10, 10)
    assert len(window.workspace.selected) == 4
    undone(window, hand, before, "Split into 4 objects")
    choose(window, large, small)
    do(window, "join")
    joined = next(a for a in now(window) if a.id == whole.id)
    assert (pixels(joined.mask) == pixels(TWO)).all()
    assert joined.box == whole.box


def test_a_mask_of_dust_is_not_split_into_hundreds_of_objects(
    window: MainWindow, hand: Hand
) -> None:
    dust = np.zeros(SIZE, bool)
    dust[::4, ::4] = True
    add(window, masks.bitmap_to_rle(dust))
    before = now(window)
    do(window, "split_parts")
    assert now(window) == before
    assert "576 objects" in said(window)


def test_cutting_out_of_neighbours_leaves_no_overlap(window: MainWindow, hand: Hand) -> None:
    outline = add(window, square(30, 30, 40), box=Box(30, 30, 40, 40))
    blob = add(window, disc(20, 20, 15))
    inside = add(window, square(22, 22, 4))
    locked = add(window, square(15, 35, 10))
    hidden = add(window, square(15, 35, 10))
    far = add(window, square(80, 80, 10))
    mine = add(window, square(20, 20, 20), category_id=BALL.id)
    window.workspace.set_locked([locked.id], True)
    window.workspace.set_hidden([hidden.id], True)
    choose(window, mine)
    before = now(window)
    do(window, "cut_out")
    after = {a.id: a for a in now(window)}
    for one in (outline, blob):
        cut = after[one.id].mask
        assert (pixels(cut) == (pixels(one.mask) & ~pixels(mine.mask))).all()
    assert isinstance(after[outline.id].mask, Polygons)
    assert isinstance(after[blob.id].mask, Rle)
    for one in (inside, locked, hidden, far, mine):
        assert after[one.id] == one
    assert said(window) == ("Cut out of 2 objects. Left alone: 1 wholly under it, 1 locked.")
    assert window.workspace.selected == (mine,)
    undone(window, hand, before, "Cut out of 2 neighbours")


def test_neighbours_are_cut_out_of_the_selected_one(window: MainWindow, hand: Hand) -> None:
    others = add(window, square(30, 30, 40)), add(window, disc(20, 20, 10))
    mine = add(window, square(20, 20, 20), box=Box(20, 20, 20, 20))
    before = now(window)
    do(window, "cut_neighbours")
    rest = pixels(mine.mask) & ~pixels(others[0].mask) & ~pixels(others[1].mask)
    assert (pixels(now(window)[2].mask) == rest).all()
    assert now(window)[:2] == others
    undone(window, hand, before, "Cut neighbours out")
    choose(window, add(window, square(35, 35, 4)))
    do(window, "cut_neighbours")
    assert "Nothing would be left" in said(window)


# What is refused

ONE = ("fill_holes", "grow_mask", "to_pixels", "simplify", "smooth", "remove_specks")
ALONE = (*ONE, "box_from_mask", "split_parts", "cut_out", "cut_neighbours")
SEVERAL = ("join", "subtract", "intersect")


def refused(window: MainWindow, actions: Sequence[str], words: str) -> None:
    """None of the actions does anything but say why."""
    before = now(window)
    for action in actions:
        window.workspace.say("-")
        do(window, action)
        assert words in said(window), action
    assert now(window) == before
    assert not bars(window)


def test_locked_and_read_only_are_refused_in_words(window: MainWindow, hand: Hand) -> None:
    both = add(window, TWO), add(window, RING)
    window.workspace.set_locked([both[1].id], True)
    choose(window, *both)
    refused(window, (*ALONE, *SEVERAL), "locked")
    window.workspace.set_locked([both[1].id], False)
    window.workspace.is_read_only = True
    refused(window, (*ALONE, *SEVERAL), "looking only")
    assert now(window) == hand.stored()


def test_an_object_without_a_mask_or_with_an_unreadable_one_is_told(window: MainWindow) -> None:
    add(window, box=Box(1, 1, 9, 9))
    refused(window, ALONE, "no mask")
    refused(window, SEVERAL, "two objects")
    choose(window, take_in(window.workspace, mask=Rle(SIZE, (1, 2))), add(window, RING))
    refused(window, (*ALONE, *SEVERAL), "cannot be read")


def test_a_prediction_is_accepted_before_it_is_put_together(window: MainWindow, hand: Hand) -> None:
    hand.predict(replace(prediction(10), mask=TWO))
    window.workspace.select(prediction_id=window.workspace.predictions[0].id)
    refused(window, ("split_parts", "cut_out", "cut_neighbours", *SEVERAL), "Accept the prediction")


def test_subtracting_needs_masks(window: MainWindow) -> None:
    choose(window, add(window, RING), add(window, box=Box(1, 1, 9, 9)))
    do(window, "subtract")
    assert "works on masks" in said(window)
    assert len(now(window)) == 2


def test_with_nothing_selected_the_menu_rests(window: MainWindow) -> None:
    for action in (*ALONE, *SEVERAL):
        assert not window.actions_.by_id[action].isEnabled()


def test_brackets_size_the_brush(window: MainWindow) -> None:
    QTest.keyClicks(window.canvas, "b")
    size = window.canvas.commands.tool.size
    QTest.keyClicks(window.canvas, "]]")
    assert window.canvas.commands.tool.size > size
    QTest.keyClicks(window.canvas, "[[")
    assert window.canvas.commands.tool.size == size
    hands.hover(window.canvas, 48, 48)
    QTest.keyClicks(window.canvas, "e]")
    assert window.workspace.tool == "eraser"
    assert window.canvas.commands.tool.size > size


def test_painted_masks_are_told_with_their_true_area() -> None:
    value = Annotation(1, 1, 1, box=Box(0, 0, 96, 96), mask=disc(48, 48, 10))
    assert area_of(value) == masks.area(disc(48, 48, 10))
    assert mask_words(value) == "pixels (run lengths)"
    joint = Keypoint(1, 1, 2)
    assert area_of(replace(value, mask=None, box=None, keypoints=(joint,))) is None
