"""Patches say what bitmaps say, and strokes paint the pixels they should."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from annotator.domain import masks, patches
from annotator.domain.geometry import Point
from annotator.domain.model import Box, Part, Polygons, Rle
from annotator.domain.painting import Painting, snapped
from annotator.domain.patches import EMPTY, Patch
from tests.domain.blobs import SIZE, any_mask, blobs, noise, unhurried

places = st.builds(Point, st.floats(-20, 110), st.floats(-20, 90))
diameters = st.integers(1, 40)


def whole(patch: Patch, size: tuple[int, int] = SIZE) -> np.ndarray:
    return patch.seen(0, 0, size[1], size[0])


# Patches


@unhurried
@given(noise)
def test_a_patch_of_run_lengths_is_the_bitmap_and_goes_back_to_the_same_text(
    bitmap: np.ndarray,
) -> None:
    rle = masks.bitmap_to_rle(bitmap)
    patch = patches.patch_of(rle, bitmap.shape)
    assert (whole(patch, bitmap.shape) == bitmap).all()
    assert patches.to_rle(patch, bitmap.shape) == rle
    assert patch.area == bitmap.sum()
    assert patch.box == masks.bounds(rle)


@unhurried
@given(st.lists(st.tuples(*[st.integers(-4, 16)] * 6), min_size=1, max_size=3))
def test_a_patch_of_polygons_with_holes_is_what_coco_draws(corners: list[tuple[int, ...]]) -> None:
    outer = (-2.0, 0.0, 9.5, 1.0, 12.0, 11.0, 3.3, 13.0)
    parts = [Part(tuple(map(float, ring)), ()) for ring in corners]
    mask = Polygons((Part(outer, (tuple(map(float, corners[0])),)), *parts))
    size = (12, 14)
    assert (whole(patches.patch_of(mask, size), size) == masks.to_bitmap(mask, size)).all()


@unhurried
@given(noise, noise, st.integers(-5, 5), st.integers(-5, 5))
def test_patches_unite_subtract_and_share_like_bitmaps(
    a: np.ndarray, b: np.ndarray, left: int, top: int
) -> None:
    p, q = Patch(0, 0, a), Patch(left, top, b)
    window = (-6, -6, 20, 20)
    one, other = p.seen(*window), q.seen(*window)
    assert (patches.united([p, q]).seen(*window) == (one | other)).all()
    assert (patches.without(p, q).seen(*window) == (one & ~other)).all()
    assert (patches.shared(p, q).seen(*window) == (one & other)).all()
    either = (one | other).sum()
    assert patches.iou(p, q) == pytest.approx((one & other).sum() / either if either else 1)
    assert (p.trimmed().seen(*window) == one).all()


def test_nothing_is_a_patch_too() -> None:
    assert patches.united([]) is EMPTY
    assert patches.united([EMPTY, EMPTY]) is EMPTY
    assert EMPTY.box is None
    assert EMPTY.area == 0
    assert patches.patch_of(Polygons(()), SIZE).area == 0
    assert masks.bounds(patches.to_rle(EMPTY, SIZE)) is None
    assert patches.iou(EMPTY, EMPTY) == 1


def test_what_lies_outside_the_image_is_not_written() -> None:
    patch = Patch(-2, -1, np.ones((4, 5), bool))
    assert masks.to_bitmap(patches.to_rle(patch, (2, 2)), (2, 2)).all()
    assert masks.area(patches.to_rle(Patch(90, 3, np.ones((2, 2), bool)), SIZE)) == 0


def test_run_lengths_of_another_size_keep_their_place() -> None:
    bitmap = np.zeros((5, 5), bool)
    bitmap[1:3, 2:4] = True
    assert patches.patch_of(masks.bitmap_to_rle(bitmap), SIZE).box == Box(2, 1, 2, 2)


def test_unsound_run_lengths_have_no_patch() -> None:
    with pytest.raises(ValueError, match="fill"):
        patches.patch_of(Rle((4, 5), (1, 2)), SIZE)


# Strokes


@unhurried
@given(places, places, diameters)
def test_a_stroke_paints_the_pixels_whose_centres_it_comes_near(
    start: Point, end: Point, diameter: int
) -> None:
    painting = Painting(SIZE)
    touched = painting.stroke(start, end, diameter, erases=False)
    a, b = snapped(start, diameter), snapped(end, diameter)
    y, x = np.mgrid[: SIZE[0], : SIZE[1]] + 0.5
    way = np.array([b.x - a.x, b.y - a.y])
    length = float(way @ way)
    share = np.clip(((x - a.x) * way[0] + (y - a.y) * way[1]) / length, 0, 1) if length else 0 * x
    distance = np.hypot(x - a.x - share * way[0], y - a.y - share * way[1])
    painted = whole(painting.patch)
    assert painted[distance <= diameter / 2 - 1e-6].all()
    assert not painted[distance > diameter / 2 + 1e-6].any()
    assert (touched is None) == (not painted.any())
    assert painting.patch.box == touched
    assert painting.stroke(start, end, diameter, erases=False) is None
    assert painting.stroke(start, end, diameter, erases=True) == touched


@unhurried
@given(any_mask, st.lists(places, min_size=1, max_size=5), diameters)
def test_painting_and_erasing_the_same_way_gives_back_the_same_pixels(
    mask: Polygons | Rle, way: list[Point], diameter: int
) -> None:
    before = patches.patch_of(mask, SIZE)
    stroke = Painting(SIZE)
    painting = Painting(SIZE, before)
    for start, end in zip(way, way[1:] or way, strict=False):
        stroke.stroke(start, end, diameter, erases=False)
        painting.stroke(start, end, diameter, erases=False)
    painted = whole(painting.patch)
    assert (painted == (whole(before) | whole(stroke.patch))).all()
    for start, end in zip(way, way[1:] or way, strict=False):
        painting.stroke(start, end, diameter, erases=True)
    assert (whole(painting.patch) == (whole(before) & ~whole(stroke.patch))).all()
    assert (whole(before) == whole(patches.patch_of(mask, SIZE))).all()


@unhurried
@given(blobs(), places, places, diameters)
def test_what_is_painted_survives_the_way_through_run_lengths(
    bitmap: np.ndarray, start: Point, end: Point, diameter: int
) -> None:
    painting = Painting(SIZE, patches.patch_of(masks.bitmap_to_rle(bitmap), SIZE))
    painting.stroke(start, end, diameter, erases=False)
    stored = patches.to_rle(painting.patch, SIZE)
    assert (masks.to_bitmap(stored, SIZE) == whole(painting.patch)).all()


def test_a_brush_of_one_pixel_paints_the_pixel_under_the_cursor() -> None:
    painting = Painting(SIZE)
    painting.stroke(Point(3.99, 7.01), Point(3.99, 7.01), 1, erases=False)
    assert painting.patch.box == Box(3, 7, 1, 1)
    painting.stroke(Point(0, 0), Point(0, 0), 2, erases=False)
    assert whole(painting.patch)[0, 0]
    assert painting.patch.area == 2


def test_the_window_of_a_small_stroke_stays_small() -> None:
    painting = Painting((4000, 6000))
    painting.stroke(Point(3000, 2000), Point(3050, 2000), 20, erases=False)
    assert painting.patch.bitmap.size < 20_000


def test_erasing_beside_the_mask_does_not_grow_its_window() -> None:
    painting = Painting(SIZE, Patch(10, 10, np.ones((4, 4), bool)))
    painting.stroke(Point(60, 60), Point(80, 20), 9, erases=True)
    assert painting.patch.bitmap.shape == (4, 4)
    assert painting.patch.area == 16
