"""Masks and objects put together and taken apart, of outlines, of pixels and of both."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from annotator.domain import combining, masks
from annotator.domain.model import Annotation, Box, Keypoint, Mask, Origin, Part, Polygons, Rle
from annotator.domain.patches import iou, patch_of
from annotator.domain.polygons import polygons_area
from tests.domain.blobs import SIZE, any_mask, blobs, noise, rle_of, stars, unhurried


def pixels(mask: Mask | None) -> np.ndarray:
    return np.zeros(SIZE, bool) if mask is None else masks.to_bitmap(mask, SIZE)


def area(mask: Mask | None) -> float:
    return 0.0 if mask is None else masks.area(mask)


def square(x: float, y: float, side: float) -> Polygons:
    return Polygons((Part((x, y, x + side, y, x + side, y + side, x, y + side)),))


def thing(key: int = 1, **parts: object) -> Annotation:
    return Annotation(key, 1, 1, origin=Origin(made_by="Ada"), **parts)  # type: ignore[arg-type]


# Set operations


@unhurried
@given(blobs(), blobs())
def test_pixels_combine_exactly(a: np.ndarray, b: np.ndarray) -> None:
    p, q = masks.bitmap_to_rle(a), masks.bitmap_to_rle(b)
    assert (pixels(combining.united((p, q), SIZE)) == (a | b)).all()
    assert (pixels(combining.subtracted(p, [q], SIZE)) == (a & ~b)).all()
    assert (pixels(combining.shared((p, q), SIZE)) == (a & b)).all()


@unhurried
@given(st.one_of(st.tuples(stars(), stars()), st.tuples(*[blobs().map(masks.bitmap_to_rle)] * 2)))
def test_areas_of_masks_of_one_kind_add_up(pair: tuple[Mask, Mask]) -> None:
    a, b = pair
    both, either = combining.shared(pair, SIZE), combining.united(pair, SIZE)
    assert area(either) == pytest.approx(area(a) + area(b) - area(both), abs=1e-3)
    rest = combining.subtracted(a, [b], SIZE)
    assert area(rest) + area(both) == pytest.approx(area(a), abs=1e-3)
    assert rest is None or area(combining.shared((rest, b), SIZE)) < 1e-3


@unhurried
@given(stars(), blobs())
def test_an_outline_and_pixels_make_pixels_and_their_areas_add_up(
    star: Polygons, bitmap: np.ndarray
) -> None:
    rle = masks.bitmap_to_rle(bitmap)
    either = combining.united((star, rle), SIZE)
    assert isinstance(either, Rle)
    drawn = pixels(star)
    assert (pixels(either) == (drawn | bitmap)).all()
    assert (pixels(combining.subtracted(star, [rle], SIZE)) == (drawn & ~bitmap)).all()
    assert (pixels(combining.subtracted(rle, [star], SIZE)) == (bitmap & ~drawn)).all()
    assert (pixels(combining.shared((star, rle), SIZE)) == (bitmap & drawn)).all()


def test_outlines_stay_outlines_with_holes() -> None:
    ring = combining.subtracted(square(10, 10, 30), [square(20, 20, 10)], SIZE)
    assert isinstance(ring, Polygons)
    assert len(ring.parts[0].holes) == 1
    assert combining.subtracted(square(10, 10, 30), [square(0, 0, 60)], SIZE) is None
    assert combining.shared((square(0, 0, 10), square(30, 30, 10)), SIZE) is None


def test_a_cut_along_nearly_the_same_edge_leaves_no_sliver() -> None:
    cut = combining.subtracted(square(10, 10, 30), [square(10.01, 20, 30)], SIZE)
    assert isinstance(cut, Polygons)
    assert area(cut) > 300
    tidy = combining.without_slivers(cut)
    assert tidy is not None
    assert area(tidy) >= 300
    sliver = combining.subtracted(square(10, 10, 30), [square(9.99, 9.99, 30.0)], SIZE)
    assert combining.without_slivers(sliver) is None
    assert combining.without_slivers(rle_of("#")) == rle_of("#")
    assert combining.without_slivers(None) is None


def test_three_masks_combine_as_two_do() -> None:
    three = (square(0, 0, 30), square(10, 10, 30), square(20, 20, 30))
    assert area(combining.shared(three, SIZE)) == 100
    assert area(combining.united(three, SIZE)) == 900 + 500 + 500
    assert area(combining.subtracted(three[0], three[1:], SIZE)) == 500


def test_outlines_that_only_touch_do_not_overlap() -> None:
    assert not combining.overlaps(square(0, 0, 10), square(10, 0, 10), SIZE)
    assert not combining.overlaps(square(0, 0, 10.004), square(10, 0, 10), SIZE)
    assert not combining.overlaps(square(0, 0, 10), square(0, 30, 10), SIZE)
    assert combining.overlaps(square(0, 0, 12), square(10, 0, 10), SIZE)
    assert not combining.overlaps(Polygons(()), square(10, 0, 10), SIZE)


# One form and the other


@unhurried
@given(noise)
def test_pixels_to_an_outline_and_back_are_the_same_pixels(bitmap: np.ndarray) -> None:
    rle = masks.bitmap_to_rle(bitmap)
    outline = combining.outline_of(rle, bitmap.shape)
    back = combining.pixels_of(outline, bitmap.shape)
    assert back == (rle if bitmap.any() else None)


@settings(unhurried, max_examples=50)
@given(st.integers(0, 10**6))
def test_an_outline_to_pixels_and_back_stays_within_a_hundredth(seed: int) -> None:
    random = np.random.default_rng(seed)
    angles = np.arange(40) * 2 * np.pi / 40
    radii = random.uniform(110, 140, 40)
    ring = np.column_stack([200 + np.cos(angles) * radii, 150 + np.sin(angles) * radii]).round(2)
    drawn = Polygons((Part(tuple(ring.ravel().tolist())),))
    rle = combining.pixels_of(drawn, (300, 400))
    assert rle is not None
    outline = combining.outline_of(rle, (300, 400))
    both = combining.shared((drawn, outline), (300, 400))
    either = combining.united((drawn, outline), (300, 400))
    assert area(both) / area(either) >= 0.99
    assert combining.pixels_of(outline, (300, 400)) == rle
    assert iou(patch_of(drawn, (300, 400)), patch_of(outline, (300, 400))) == 1


def test_what_covers_no_pixel_has_no_pixels() -> None:
    assert combining.pixels_of(square(200, 200, 10), SIZE) is None
    assert combining.in_form_of(square(0, 0, 5), square(200, 200, 10), SIZE) is None
    assert combining.in_form_of(rle_of("#"), square(200, 200, 10), SIZE) is None


def test_unreadable_run_lengths_are_told() -> None:
    assert not combining.is_readable(Rle((4, 5), (1, 2)))
    assert not combining.is_readable(None)
    assert combining.is_readable(rle_of("#"))
    assert not combining.is_box_derived(thing(mask=Rle((4, 5), (1, 2)), box=Box(0, 0, 1, 1)))


# Parts


@unhurried
@given(any_mask)
def test_parts_add_up_to_the_mask_and_do_not_overlap(mask: Mask) -> None:
    parts = combining.parts_of(mask, SIZE)
    assert (sum(pixels(part).astype(int) for part in parts) == pixels(mask)).all()
    assert [area(p) for p in parts] == sorted((area(p) for p in parts), reverse=True)
    for part in parts:
        assert combining.parts_of(part, SIZE) == (part,)


def test_pixels_that_touch_at_a_corner_are_one_part() -> None:
    stairs = rle_of("#..#", ".#..", "#...")
    assert len(combining.parts_of(stairs, (3, 4))) == 2
    inside = rle_of("#####", "#...#", "#.#.#", "#..##", "#####")
    assert len(combining.parts_of(inside, (5, 5))) == 1


# Objects


def test_the_box_follows_the_mask_it_came_from_and_no_other() -> None:
    own = thing(mask=square(10, 10, 20), box=Box(10, 10, 20, 20))
    assert combining.with_mask(own, square(0, 0, 5)).box == Box(0, 0, 5, 5)
    wide = thing(mask=square(10, 10, 20), box=Box(0, 0, 50, 50))
    assert combining.with_mask(wide, square(0, 0, 5)).box == Box(0, 0, 50, 50)
    bare = thing(box=Box(0, 0, 50, 50))
    assert combining.with_mask(bare, square(0, 0, 5)).box == Box(0, 0, 50, 50)
    assert combining.with_mask(own, None).box == own.box


def test_joined_objects_are_the_first_with_everything_of_all() -> None:
    joints = (Keypoint(5, 5, 2),)
    first = thing(1, mask=square(10, 10, 10), box=Box(10, 10, 10, 10), file_id="7")
    second = thing(2, mask=square(40, 10, 10), box=Box(40, 10, 10, 10), keypoints=joints)
    made = combining.joined((first, second), SIZE)
    assert (made.id, made.file_id) == (1, "7")
    assert made.box == Box(10, 10, 40, 10)
    assert made.keypoints == joints
    assert isinstance(made.mask, Polygons)
    assert polygons_area(made.mask) == 200


@pytest.mark.parametrize(
    ("objects", "box"),
    [
        ([thing(box=Box(0, 0, 5, 5)), thing(box=Box(20, 20, 5, 5))], Box(0, 0, 25, 25)),
        ([thing(box=Box(0, 0, 5, 5)), thing(mask=square(30, 0, 10))], Box(0, 0, 40, 10)),
        ([thing(mask=square(0, 0, 10)), thing(mask=square(30, 0, 10))], None),
        (
            [thing(mask=square(5, 5, 5), box=Box(0, 0, 20, 20)), thing(mask=square(30, 0, 10))],
            Box(0, 0, 40, 20),
        ),
        ([thing(), thing()], None),
    ],
)
def test_the_box_of_joined_objects_goes_around_all_boxes(
    objects: Sequence[Annotation], box: Box | None
) -> None:
    assert combining.joined(objects, SIZE).box == box


def test_joints_of_another_category_are_not_taken() -> None:
    other = Annotation(2, 1, 2, keypoints=(Keypoint(5, 5, 2),))
    assert combining.joined((thing(), other), SIZE).keypoints == ()


def test_a_split_object_keeps_its_largest_part_and_its_joints() -> None:
    both = Polygons((*square(0, 0, 10).parts, *square(30, 10, 20).parts))
    value = thing(mask=both, box=Box(0, 0, 50, 30), keypoints=(Keypoint(5, 5, 2),))
    large, small = combining.split(value, SIZE)
    assert (large.box, small.box) == (Box(30, 10, 20, 20), Box(0, 0, 10, 10))
    assert (large.keypoints, small.keypoints) == (value.keypoints, ())
    assert combining.joined((large, small), SIZE).box == value.box
    assert combining.split(large, SIZE) == (large,)
    assert combining.split(thing(box=Box(0, 0, 5, 5)), SIZE) == (thing(box=Box(0, 0, 5, 5)),)
