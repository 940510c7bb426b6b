"""What may be stored: mended where it can be, refused in words where not, untouched otherwise."""

from __future__ import annotations

from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from annotator.domain import masks
from annotator.domain.errors import UnsoundError
from annotator.domain.geometry import ring_of
from annotator.domain.model import Annotation, Box, Keypoint, Part, Polygons, Ring, Rle
from annotator.domain.polygons import box_of_polygons, polygons_area
from annotator.domain.soundness import (
    NO_AREA,
    NO_PLACE,
    NO_RUNS,
    NO_SIDES,
    OUTSIDE,
    Frame,
    sound,
)
from tests.domain.drawn import is_sound, one, scribbles, square, stars

SIZE = (100.0, 80.0)
NAN = float("nan")
wild = st.floats(-300, 300) | st.sampled_from([NAN, float("inf"), 1e300])
wild_rings = st.lists(st.tuples(wild, wild), max_size=9).map(ring_of)
parts = st.builds(
    Part, wild_rings | scribbles | stars(), st.lists(scribbles, max_size=2).map(tuple)
)


def value(**parts: object) -> Annotation:
    return Annotation(1, 1, 1, **parts)  # type: ignore[arg-type]


@given(st.lists(parts, max_size=3).map(tuple), st.sampled_from([SIZE, None]))
def test_whatever_is_drawn_is_stored_sound_or_not_at_all(
    drawn: tuple[Part, ...], size: tuple[float, float] | None
) -> None:
    try:
        after = sound(value(mask=Polygons(drawn)), Frame(size))
    except UnsoundError:
        return
    assert isinstance(after.mask, Polygons)
    assert is_sound(after.mask)
    assert polygons_area(after.mask) > 0
    if size is not None:
        box = box_of_polygons(after.mask)
        assert min(box.x, box.y) >= 0
        assert box.right <= SIZE[0] + 1e-9
        assert box.bottom <= SIZE[1] + 1e-9
    assert sound(after, Frame(size)) is after


@given(st.tuples(wild, wild, wild, wild))
def test_a_box_is_stored_inside_the_image_or_not_at_all(numbers: tuple[float, ...]) -> None:
    try:
        box = sound(value(box=Box(*numbers)), Frame(SIZE)).box
    except UnsoundError:
        return
    assert box.width > 0
    assert box.height > 0
    assert min(box.x, box.y) >= 0
    assert box.right <= SIZE[0] + 1e-5
    assert box.bottom <= SIZE[1] + 1e-5


@given(stars())
def test_what_is_sound_stays_the_very_same_value(ring: Ring) -> None:
    made = value(mask=one(ring), box=Box(10, 10, 20, 20), keypoints=(Keypoint(5, 5, 2),))
    assert sound(made, Frame((300, 300))) is made


def test_a_derived_box_follows_what_was_mended_and_another_does_not() -> None:
    bow = (10.0, 10.0, 130.0, 60.0, 130.0, 10.0, 10.0, 60.0)
    derived = sound(value(mask=one(bow), box=Box(10, 10, 120, 50)), Frame(SIZE))
    assert len(derived.mask.parts) == 2
    assert derived.box == pytest.approx(Box(10, 10, 90, 50))
    own = sound(value(mask=one(bow), box=Box(5, 5, 80, 60)), Frame(SIZE))
    assert own.box == Box(5, 5, 80, 60)


@pytest.mark.parametrize(
    ("parts", "words"),
    [
        ({"mask": one((0.0, 0.0, 10.0, 0.0, 20.0, 0.0))}, NO_AREA),
        ({"mask": one((0.0, 0.0, NAN, 0.0, 20.0, 30.0))}, NO_AREA),
        ({"mask": Polygons(())}, NO_AREA),
        ({"mask": one(square(200, 10, 20))}, OUTSIDE),
        ({"mask": Rle((4, 4), (3, 3))}, NO_RUNS),
        ({"mask": Rle((4, 4), (16,))}, NO_AREA),
        ({"mask": Rle((100, 200), (150 * 100, 50 * 100))}, OUTSIDE),
        ({"box": Box(10, 10, 0, 5)}, NO_SIDES),
        ({"box": Box(10, 10, -4, 5)}, NO_SIDES),
        ({"box": Box(10, NAN, 4, 5)}, NO_PLACE),
        ({"box": Box(200, 10, 20, 20)}, OUTSIDE),
        ({"keypoints": (Keypoint(NAN, 3, 2),)}, NO_PLACE),
    ],
)
def test_nonsense_is_refused_in_words(parts: dict[str, object], words: str) -> None:
    with pytest.raises(UnsoundError) as refusal:
        sound(value(**parts), Frame(SIZE))
    assert str(refusal.value) == words


def test_joints_come_into_the_image_and_absent_ones_are_nowhere() -> None:
    joints = (Keypoint(-5, 90, 2), Keypoint(0, 0, 0), Keypoint(NAN, 0, 0))
    after = sound(value(keypoints=joints), Frame(SIZE)).keypoints
    assert after[:2] == (Keypoint(0, 80, 2), Keypoint(0, 0, 0))
    assert sound(value(keypoints=joints[:2]), Frame(None)).keypoints == joints[:2]


def test_what_a_file_said_is_left_alone_until_it_changes() -> None:
    dirty = value(
        box=Box(10, 10, 0, 0),
        mask=one((0.0, 0.0, 20.0, 20.0, 20.0, 0.0, 0.0, 20.0)),
        keypoints=(Keypoint(-5, 5, 2),),
    )
    assert sound(replace(dirty, category_id=7), Frame(SIZE), before=dirty).mask is dirty.mask
    moved = replace(dirty, box=Box(12, 10, 0, 0))
    assert sound(moved, Frame(SIZE), before=dirty) is moved
    with pytest.raises(UnsoundError):
        sound(replace(dirty, box=Box(12, 10, 5, 0)), Frame(SIZE), before=value(box=Box(1, 1, 5, 5)))


def test_run_lengths_of_their_image_stay_and_those_of_another_become_outlines() -> None:
    rle = masks.to_rle(one(square(10, 10, 30)), (80, 100))
    made = value(mask=rle, box=Box(10, 10, 30, 30))
    assert sound(made, Frame(SIZE)) is made
    assert isinstance(sound(made, Frame((30, 80), is_open=True)).mask, Polygons)
    smaller = sound(made, Frame((30, 80)))
    assert isinstance(smaller.mask, Polygons)
    assert polygons_area(smaller.mask) == 600
    assert smaller.box == Box(10, 10, 20, 30)
