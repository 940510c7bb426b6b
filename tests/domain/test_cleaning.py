"""Filling, tidying, smoothing and thinning outlines."""

from __future__ import annotations

import numpy as np
import pytest
import shapely
from hypothesis import given, settings

from annotator.domain import combining, masks
from annotator.domain.cleaning import fill_holes, remove_specks, smooth
from annotator.domain.geometry import points_of
from annotator.domain.model import Mask, Part, Polygons, Rle
from annotator.domain.patches import iou, patch_of
from annotator.domain.polygons import grow, polygons_area
from annotator.domain.simplifying import Simplifier, vertices_of
from tests.domain.blobs import SIZE, any_mask, blobs, noise, rle_of, stars, unhurried

LEVELS = (0.0, 0.3, 0.5, 0.8, 1.3, 2.1, 3.4, 5.5, 8.9, 14.4, 23.3)
OUTER = (10.0, 10.0, 60.0, 10.0, 60.0, 60.0, 10.0, 60.0)
HOLE = (20.0, 20.0, 50.0, 20.0, 50.0, 50.0, 20.0, 50.0)
ISLAND = (30.0, 30.0, 40.0, 30.0, 40.0, 40.0, 30.0, 40.0)


def outlined(bitmap: np.ndarray) -> Polygons:
    return combining.outline_of(masks.bitmap_to_rle(bitmap), bitmap.shape)


def pixels(mask: Mask, size: tuple[int, int] = SIZE) -> np.ndarray:
    return masks.to_bitmap(mask, size)


# Holes and specks


@unhurried
@given(noise)
def test_filling_holes_covers_all_that_was_covered_and_once_is_enough(bitmap: np.ndarray) -> None:
    before = outlined(bitmap)
    filled = fill_holes(before)
    drawn = pixels(filled, bitmap.shape)
    assert drawn[bitmap].all()
    assert not any(part.holes for part in filled.parts)
    assert fill_holes(filled) is filled
    rim = np.pad(~drawn, 1, constant_values=True)
    assert outlined(rim[1:-1, 1:-1]).parts == () or _reaches_the_rim(drawn)


def _reaches_the_rim(drawn: np.ndarray) -> bool:
    """Whether every empty pixel is connected to the outside, corners counting."""
    outside = np.pad(~drawn, 1, constant_values=True)
    seen = np.zeros_like(outside)
    seen[0, 0] = True
    while True:
        grown = seen.copy()
        for dy in (-1, 0, 1):
            for dx in (-1, 0, 1):
                grown |= np.roll(seen, (dy, dx), (0, 1))
        grown &= outside
        if (grown == seen).all():
            return bool((seen == outside).all())
        seen = grown


def test_an_island_in_a_filled_hole_is_part_of_it() -> None:
    filled = fill_holes(Polygons((Part(OUTER, (HOLE,)), Part(ISLAND))))
    assert len(filled.parts) == 1
    assert polygons_area(filled) == 2500


def test_a_mask_without_holes_is_filled_to_itself() -> None:
    mask = Polygons((Part(OUTER),))
    assert fill_holes(mask) is mask
    assert fill_holes(Polygons(())) == Polygons(())


@unhurried
@given(blobs())
def test_removing_specks_takes_what_is_small_and_leaves_the_largest(bitmap: np.ndarray) -> None:
    before = outlined(bitmap)
    tidy = remove_specks(before, 20)
    assert tidy.parts
    for part in before.parts:
        outer = Polygons((Part(part.outer, part.holes),))
        is_kept = any(one.outer == part.outer for one in tidy.parts)
        assert is_kept or polygons_area(outer) < 20
    assert remove_specks(tidy, 20) == tidy
    assert remove_specks(before, 1e9).parts


def test_specks_of_no_mask_are_none() -> None:
    assert remove_specks(Polygons(()), 5) == Polygons(())


def test_small_holes_go_with_the_specks() -> None:
    mask = Polygons((Part(OUTER, (ISLAND,)),))
    assert remove_specks(mask, 101).parts[0].holes == ()
    assert remove_specks(mask, 99) == mask


# Growing


@unhurried
@given(noise)
def test_pixels_grow_by_all_their_neighbours_and_shrink_back_inside(bitmap: np.ndarray) -> None:
    padded = np.pad(bitmap, 3)
    rle, size = masks.bitmap_to_rle(padded), padded.shape
    outline = combining.outline_of(rle, size)
    grown = grow(outline, 1)
    expected = np.logical_or.reduce(
        [np.roll(padded, (dy, dx), (0, 1)) for dy in (-1, 0, 1) for dx in (-1, 0, 1)]
    )
    assert (pixels(grown or Polygons(()), size) == expected).all()
    if grown is not None:
        back = grow(grown, -1)
        assert back is not None
        assert pixels(back, size)[padded].all()


@unhurried
@given(stars())
def test_an_outline_grows_beyond_itself_and_shrinks_within(star: Polygons) -> None:
    grown, shrunk = grow(star, 1), grow(star, -1)
    assert grown is not None
    assert polygons_area(grown) > polygons_area(star)
    assert shrunk is None or polygons_area(shrunk) < polygons_area(star)


# Smoothing


@settings(unhurried, max_examples=40)
@given(any_mask)
def test_smoothing_a_little_changes_little(mask: Polygons | Rle) -> None:
    outline = remove_specks(combining.outline_of(mask, SIZE), 300)
    if polygons_area(outline) < 300:
        return
    calm = smooth(outline, 1.0, width=SIZE[1], height=SIZE[0])
    assert calm is not None
    assert iou(patch_of(outline, SIZE), patch_of(calm, SIZE)) >= 0.8
    points = np.concatenate([points_of(part.outer) for part in calm.parts])
    assert (points >= 0).all()
    assert (points <= (SIZE[1], SIZE[0])).all()


def test_a_disc_keeps_its_size_and_loses_its_stairs() -> None:
    y, x = np.mgrid[:200, :200] + 0.5
    disc = (x - 100) ** 2 + (y - 100) ** 2 <= 60**2
    calm = smooth(outlined(disc), 5, width=200, height=200)
    assert calm is not None
    assert polygons_area(calm) == pytest.approx(disc.sum(), rel=0.005)
    assert vertices_of(calm) < vertices_of(outlined(disc)) / 3
    radii = np.hypot(*(points_of(calm.parts[0].outer) - 100).T)
    assert np.ptp(radii) < 1


def test_a_limb_is_not_cut_off_by_smoothing() -> None:
    bitmap = np.zeros((100, 200), bool)
    bitmap[20:80, 20:80] = True
    bitmap[48:53, 80:180] = True
    calm = smooth(outlined(bitmap), 4, width=200, height=100)
    assert calm is not None
    assert len(calm.parts) == 1
    assert pixels(calm, (100, 200))[50, 90:170].all()


def test_what_lies_on_the_border_stays_on_it() -> None:
    strip = Polygons((Part((0.0, 20.0, 90.0, 20.0, 90.0, 50.0, 0.0, 50.0)),))
    calm = smooth(strip, 6, width=90, height=70)
    assert calm is not None
    x = points_of(calm.parts[0].outer)[:, 0]
    assert (x.min(), x.max()) == (0, 90)


# Thinning


@unhurried
@given(blobs())
def test_a_larger_tolerance_never_has_more_vertices(bitmap: np.ndarray) -> None:
    before = remove_specks(outlined(bitmap), 1e9)
    simplifier = Simplifier(before, LEVELS)
    counts = [vertices_of(simplifier.at(level)) for level in range(len(LEVELS))]
    assert simplifier.at(0) is before
    assert counts == sorted(counts, reverse=True)
    for level, tolerance in enumerate(LEVELS):
        mask = simplifier.at(level)
        for part in mask.parts:
            holes = [points_of(hole) for hole in part.holes]
            assert shapely.is_valid(shapely.Polygon(points_of(part.outer), holes))
        outline = shapely.LinearRing(points_of(mask.parts[0].outer))
        away = shapely.distance(outline, shapely.points(points_of(before.parts[0].outer)))
        assert away.max() <= tolerance + (1 if level else 0)  # a cut step gives way by less than 1


@unhurried
@given(blobs())
def test_thinning_many_parts_loses_none_and_adds_no_vertex(bitmap: np.ndarray) -> None:
    before = outlined(bitmap)
    thin = Simplifier(before, LEVELS).at(6)
    assert vertices_of(thin) <= vertices_of(before)
    assert 1 <= len(thin.parts) <= len(before.parts)


def test_a_thinned_disc_looks_like_the_disc() -> None:
    y, x = np.mgrid[:200, :200] + 0.5
    disc = outlined((x - 100) ** 2 + (y - 100) ** 2 <= 60**2)
    thin = Simplifier(disc, LEVELS).at(2)
    assert vertices_of(thin) < vertices_of(disc) / 6
    assert iou(patch_of(disc, (200, 200)), patch_of(thin, (200, 200))) > 0.99


def test_a_rectangle_of_pixels_keeps_its_corners() -> None:
    bitmap = np.zeros(SIZE, bool)
    bitmap[10:40, 20:70] = True
    assert Simplifier(outlined(bitmap), LEVELS).at(9) == outlined(bitmap)


def test_a_part_that_would_vanish_stays_as_it_was_before() -> None:
    speck = rle_of("#.", "..")
    outline = combining.outline_of(speck, (2, 2))
    assert Simplifier(outline, LEVELS).at(10).parts
