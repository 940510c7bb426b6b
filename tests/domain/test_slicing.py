"""Cutting a mask into objects: the pieces are the whole, and joints stay with most of them."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from annotator.domain.geometry import ring_of
from annotator.domain.model import Keypoint, Part, Polygons, Ring
from annotator.domain.polygons import intersect, polygons_area
from annotator.domain.slicing import holder, reaching, sliced
from tests.domain.drawn import is_sound, one, places, square, stars

SQUARE = square(50, 50, 60)


@given(stars(), st.lists(places, min_size=2, max_size=6, unique=True))
def test_the_pieces_of_any_cut_are_the_whole(ring: Ring, line: list[tuple[float, float]]) -> None:
    mask = Polygons((Part(ring), Part(square(300, 300, 20))))
    pieces = sliced(mask, ring_of(line))
    areas = [polygons_area(piece) for piece in pieces]
    assert sum(areas) == pytest.approx(polygons_area(mask), abs=1e-3)
    assert areas == sorted(areas, reverse=True)
    assert all(map(is_sound, pieces))
    for number, piece in enumerate(pieces):
        for other in pieces[number + 1 :]:
            shared = intersect(piece, other)
            assert shared is None or polygons_area(shared) < 1e-3
    if len(pieces) == 1:
        assert pieces[0] is mask


def test_a_cut_beside_or_not_through_leaves_the_very_same_mask() -> None:
    mask = one(SQUARE)
    assert sliced(mask, (0, 0, 20, 20)) == (mask,)
    assert sliced(mask, (80, 0, 80, 80)) == (mask,)


def test_a_line_crosses_several_arms_and_turns_inside() -> None:
    comb = Polygons(tuple(Part(square(x, 50, 20)) for x in (50, 90, 130)))
    pieces = sliced(comb, (40, 60, 160, 60))
    assert len(pieces) == 6
    corner = sliced(one(SQUARE), (70, 40, 70, 70, 40, 70))
    assert [polygons_area(p) for p in corner] == [3200, 400]


def test_a_part_that_is_not_cut_stays_with_the_nearest_piece() -> None:
    mask = Polygons((Part(SQUARE), Part(square(120, 90, 10))))
    left, right = sliced(mask, (75, 0, 75, 200))[1], sliced(mask, (75, 0, 75, 200))[0]
    assert polygons_area(left) == 1500
    assert polygons_area(right) == 2100 + 100


def test_a_hole_stays_a_hole_of_the_piece_it_is_in() -> None:
    pieces = sliced(one(SQUARE, square(55, 55, 10)), (90, 0, 90, 200))
    assert [len(p.parts[0].holes) for p in pieces] == [1, 0]


def test_ends_that_stop_short_are_led_over_the_outline() -> None:
    mask = one(SQUARE)
    short = (80.0, 52.0, 80.0, 107.0)
    assert sliced(mask, short) == (mask,)
    assert len(sliced(mask, reaching(short, mask, 4))) == 2
    assert reaching(short, mask, 1) == short
    on_it = (80.0, 50.0, 80.0, 110.0)
    assert len(sliced(mask, reaching(on_it, mask, 4))) == 2
    assert reaching((5.0, 5.0, 20.0, 20.0), Polygons(()), 4) == (5.0, 5.0, 20.0, 20.0)


@given(stars(least=5), st.floats(0, 1), st.floats(0, 1))
def test_a_chord_between_two_vertices_of_a_convex_ring_cuts_it(
    ring: Ring, a: float, b: float
) -> None:
    square_ring = square(60, 60, 80)
    x, y = 60 + 80 * (0.1 + 0.8 * a), 60 + 80 * (0.1 + 0.8 * b)
    chord = (x, 60.0, y, 140.0)
    assert len(sliced(one(square_ring), reaching(chord, one(square_ring), 1))) == 2


def test_joints_stay_with_the_piece_that_has_most_of_them() -> None:
    pieces = (one(square(0, 0, 50)), one(square(50, 0, 20)))
    joints = [Keypoint(60, 10, 2), Keypoint(55, 5, 1), Keypoint(10, 10, 2), Keypoint(0, 0, 0)]
    assert holder(pieces, joints) == 1
    assert holder(pieces, joints[2:]) == 0
    assert holder(pieces, ()) == 0
    assert holder(pieces, [Keypoint(60, 10, 2), Keypoint(10, 10, 2)]) == 0
