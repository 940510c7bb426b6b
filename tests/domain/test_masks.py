"""Bitmaps, run lengths and polygons say the same."""

from __future__ import annotations

import numpy as np
import pytest
import shapely
from hypothesis import given, settings
from hypothesis import strategies as st
from hypothesis.extra.numpy import arrays
from pycocotools import mask as coco_mask

from annotator.domain import masks
from annotator.domain.model import Box, Part, Polygons, Rle
from annotator.domain.outlines import from_bitmap

BITMAPS = arrays(bool, st.tuples(st.integers(1, 12), st.integers(1, 12)))


@given(BITMAPS)
def test_outlines_of_a_bitmap_draw_the_bitmap(bitmap: np.ndarray) -> None:
    outlined = from_bitmap(bitmap)
    assert (masks.to_bitmap(outlined, bitmap.shape) == bitmap).all()
    assert masks.area(outlined) == pytest.approx(bitmap.sum())


@given(BITMAPS)
def test_outlines_are_valid_polygons(bitmap: np.ndarray) -> None:
    for part in from_bitmap(bitmap).parts:
        rings = [np.reshape(ring, (-1, 2)) for ring in (part.outer, *part.holes)]
        assert shapely.Polygon(rings[0], rings[1:]).is_valid


@given(BITMAPS)
def test_run_lengths_are_those_of_pycocotools(bitmap: np.ndarray) -> None:
    rle = masks.bitmap_to_rle(bitmap)
    assert (masks.to_bitmap(rle, rle.size) == bitmap).all()
    assert masks.area(rle) == bitmap.sum()
    whole = Rle(rle.size, tuple(masks.runs_of(rle).tolist()))
    assert masks.to_rle(whole, whole.size) == rle
    packed = {"size": list(rle.size), "counts": rle.counts}
    around = tuple(coco_mask.toBbox(packed))
    assert masks.bounds(rle) == (Box(*around) if bitmap.any() else None)
    assert masks.bounds(from_bitmap(bitmap)) == (Box(*around) if bitmap.any() else None)


@settings(max_examples=30)
@given(st.integers(0, 10**6), st.integers(20, 90), st.integers(20, 90))
def test_blobs_survive_the_way_to_polygons_and_back(seed: int, height: int, width: int) -> None:
    random = np.random.default_rng(seed)
    y, x = np.mgrid[:height, :width]
    blobs = [
        (x - random.uniform(0, width)) ** 2 + (y - random.uniform(0, height)) ** 2
        < random.uniform(4, 300)
        for _ in range(4)
    ]
    bitmap = np.logical_or.reduce(blobs)
    once = masks.to_bitmap(from_bitmap(bitmap), bitmap.shape)
    assert (once == bitmap).all()
    assert from_bitmap(once) == from_bitmap(bitmap)


def test_an_empty_bitmap_has_no_outline() -> None:
    assert from_bitmap(np.zeros((4, 5), bool)) == Polygons(())
    assert masks.bounds(Polygons(())) is None
    assert masks.area(Polygons(())) == 0
    assert not masks.to_bitmap(Polygons(()), (4, 5)).any()
    assert masks.area(masks.to_rle(Polygons(()), (4, 5))) == 0


def test_a_hole_is_no_part_of_the_mask() -> None:
    ring = Part((0.0, 0, 8, 0, 8, 8, 0, 8), ((2.0, 2, 6, 2, 6, 6, 2, 6),))
    bitmap = masks.to_bitmap(Polygons((ring,)), (8, 8))
    assert bitmap.sum() == masks.area(Polygons((ring,))) == 64 - 16
    assert not bitmap[3, 3]


def test_parts_that_overlap_count_once() -> None:
    one, two = Part((0.0, 0, 4, 0, 4, 4, 0, 4)), Part((2.0, 0, 6, 0, 6, 4, 2, 4))
    both = Polygons((one, two))
    assert masks.area(both) == 24
    assert masks.area(masks.to_rle(both, (8, 8))) == 24


def test_a_crossing_outline_still_has_an_area() -> None:
    assert masks.area(Polygons((Part((0.0, 0, 4, 4, 4, 0, 0, 4)),))) == pytest.approx(8)


def test_a_polygon_far_outside_is_cut_to_the_image() -> None:
    far = Polygons((Part((-1e9, -1e9, 1e9, -1e9, 1e9, 1e9, -1e9, 1e9)),))
    assert masks.to_bitmap(far, (6, 7)).all()


@pytest.mark.parametrize(
    "counts", ["~~", "P", "oooooooooo1", "\x00", (1, 2), (-3, 23), "9" * 30, "ü", (2**70,)]
)
def test_run_lengths_that_do_not_fill_their_size_are_told(counts: str | tuple[int, ...]) -> None:
    assert not masks.is_sound(Rle((4, 5), counts))


@given(st.text(max_size=20))
def test_any_text_is_sound_or_told(text: str) -> None:
    rle = Rle((3, 3), text)
    if masks.is_sound(rle):
        assert masks.to_bitmap(rle, (3, 3)).shape == (3, 3)


PAIRS = arrays(bool, st.tuples(st.just(2), st.integers(1, 12), st.integers(1, 12)))


@given(PAIRS)
def test_overlap_on_runs_is_that_of_the_pixels(both: np.ndarray) -> None:
    one, other = (masks.bitmap_to_rle(bitmap) for bitmap in both)
    either = int((both[0] | both[1]).sum())
    wanted = int((both[0] & both[1]).sum()) / either if either else 0.0
    assert masks.rle_iou(one, other) == pytest.approx(wanted)
    plain = Rle(one.size, tuple(masks.runs_of(one).tolist()))
    assert masks.rle_iou(plain, other) == pytest.approx(wanted)


def test_overlap_of_runs_that_are_not_sound_is_refused() -> None:
    whole = masks.bitmap_to_rle(np.ones((4, 4), bool))
    with pytest.raises(ValueError):  # noqa: PT011 - whatever is wrong with them
        masks.rle_iou(Rle((4, 4), (3,)), whole)
