"""Stretches of a ring: lengths add up, and another course leaves the rest alone."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

from annotator.domain import stretches
from annotator.domain.geometry import points_of, ring_area
from annotator.domain.model import Ring
from annotator.domain.polygons import mend
from annotator.domain.stretches import Spot, between, length_of, retraced, spot_at_vertex, spot_on
from tests.domain.drawn import is_sound, one, places, square, stars

SQUARE = square(0, 0, 100)


def spot(ring: Ring, share: float) -> Spot:
    """The place a share of the way around, counted in edges."""
    points = points_of(ring)
    edge, part = divmod(share * len(points), 1)
    edge = int(edge) % len(points)
    x, y = points[edge] + part * (points[(edge + 1) % len(points)] - points[edge])
    return spot_on(ring, float(x), float(y))[1]


def perimeter(ring: Ring) -> float:
    points = points_of(ring)
    return length_of(np.concatenate([points, points[:1]]))


@given(stars(), places)
def test_the_nearest_spot_is_on_the_ring_at_its_distance(
    ring: Ring, place: tuple[float, float]
) -> None:
    distance, found = spot_on(ring, *place)
    assert np.hypot(found.x - place[0], found.y - place[1]) == pytest.approx(distance, abs=1e-6)
    again, same = spot_on(ring, *found.point)
    assert again == pytest.approx(0, abs=1e-9)
    assert same.point == pytest.approx(found.point, abs=1e-9)
    assert 0 <= found.share < 1


def test_a_spot_at_a_vertex_is_that_vertex_from_both_sides() -> None:
    for index in range(4):
        x, y = SQUARE[2 * index], SQUARE[2 * index + 1]
        assert spot_on(SQUARE, x, y) == (0, spot_at_vertex(SQUARE, index))


@given(stars(), st.floats(0, 1), st.floats(0, 1))
def test_both_stretches_make_the_whole_ring(ring: Ring, a: float, b: float) -> None:
    start, end = spot(ring, a), spot(ring, b)
    assume(start != end)
    forth = length_of(stretches.stretch(ring, start, end))
    back = length_of(stretches.stretch(ring, end, start))
    assert forth + back == pytest.approx(perimeter(ring), rel=1e-9, abs=1e-6)
    passed = len(between(ring, start, end)) + len(between(ring, end, start))
    assert passed == len(ring) // 2 - (start.share == 0) - (end.share == 0)


@given(stars(), st.floats(0, 1), st.floats(0, 1))
def test_the_shorter_way_is_shorter_and_goes_from_start_to_end(
    ring: Ring, a: float, b: float
) -> None:
    start, end = spot(ring, a), spot(ring, b)
    short, long = stretches.along(ring, start, end), stretches.along(ring, start, end, longer=True)
    assert length_of(short) <= length_of(long) + 1e-9
    for way in (short, long):
        assert tuple(way[0]) == start.point
        assert tuple(way[-1]) == end.point


@given(stars(), st.floats(0, 1), st.floats(0, 1), st.lists(places, max_size=6), st.booleans())
def test_a_retraced_ring_keeps_the_other_stretch_to_the_last_digit(
    ring: Ring, a: float, b: float, path: list[tuple[float, float]], longer: bool
) -> None:
    start, end = spot(ring, a), spot(ring, b)
    assume(np.hypot(start.x - end.x, start.y - end.y) > 1e-6)
    after = [tuple(p) for p in points_of(retraced(ring, start, end, path, longer=longer)).tolist()]
    gone = stretches.along(ring, start, end, longer=longer)[1:-1].tolist()
    kept = stretches.along(ring, end, start, longer=not longer)[1:-1].tolist()
    assert after == [start.point, *path, end.point, *map(tuple, kept)]
    vertices = {tuple(p) for p in points_of(ring).tolist()}
    ends = {start.point, end.point}
    assert {tuple(p) for p in kept} | {tuple(p) for p in gone} | ends >= vertices


@given(stars(), st.floats(0, 1), st.floats(0, 1), st.booleans())
def test_retracing_along_the_old_course_changes_nothing(
    ring: Ring, a: float, b: float, longer: bool
) -> None:
    start, end = spot(ring, a), spot(ring, b)
    assume(np.hypot(start.x - end.x, start.y - end.y) > 1e-6)
    path = stretches.along(ring, start, end, longer=longer)[1:-1].tolist()
    after = retraced(ring, start, end, map(tuple, path), longer=longer)
    assert ring_area(after) == pytest.approx(ring_area(ring), abs=1e-6)
    assert {tuple(p) for p in points_of(ring).tolist()} <= {
        tuple(p) for p in points_of(after).tolist()
    }


@given(stars(), st.floats(0, 1), st.floats(0, 1), st.lists(places, max_size=6), st.booleans())
def test_whatever_is_retraced_can_be_mended(
    ring: Ring, a: float, b: float, path: list[tuple[float, float]], longer: bool
) -> None:
    start, end = spot(ring, a), spot(ring, b)
    assume(start != end)
    mended = mend(one(retraced(ring, start, end, path, longer=longer)))
    assert mended is None or is_sound(mended)


def test_a_corner_cut_off_a_square_and_the_other_side_of_the_cut() -> None:
    start, end = spot_on(SQUARE, 60, 0)[1], spot_on(SQUARE, 100, 40)[1]
    short = retraced(SQUARE, start, end, [])
    assert ring_area(short) == 10000 - 800
    assert points_of(short).tolist() == [[60, 0], [100, 40], [100, 100], [0, 100], [0, 0]]
    long = retraced(SQUARE, start, end, [], longer=True)
    assert ring_area(long) == 800
    assert points_of(long).tolist() == [[60, 0], [100, 40], [100, 0]]


def test_two_places_on_one_edge() -> None:
    start, end = spot_on(SQUARE, 60, 0)[1], spot_on(SQUARE, 20, 0)[1]
    bitten = retraced(SQUARE, start, end, [(40, 30)])
    assert ring_area(bitten) == 10000 - 600
    assert len(points_of(bitten)) == 7
    assert between(SQUARE, end, start).tolist() == []
    assert len(between(SQUARE, start, end)) == 4
    assert between(SQUARE, start, start).tolist() == []
