"""Several vertices of a mask at once."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from annotator.domain.corners import (
    Corner,
    box_of_corners,
    corner_put,
    corners_moved,
    corners_removed,
    corners_within,
    places_of,
)
from annotator.domain.geometry import points_of
from annotator.domain.model import Box, Part, Polygons, Ring
from annotator.domain.polygons import rings_of
from tests.domain.drawn import one, places, square, stars

MASK = Polygons((Part(square(10, 10, 60), (square(20, 20, 10),)), Part(square(100, 10, 30))))
shifts = st.floats(-40, 40)


@given(stars(), stars(), places, places, shifts, shifts)
def test_moved_vertices_come_back_and_the_others_never_leave(
    a: Ring, b: Ring, corner: tuple[float, float], end: tuple[float, float], dx: float, dy: float
) -> None:
    mask = Polygons((Part(a), Part(b)))
    box = Box(*corner, abs(end[0] - corner[0]), abs(end[1] - corner[1]))
    chosen = corners_within(mask, box)
    there = corners_moved(mask, chosen, dx, dy)
    back = corners_moved(there, chosen, -dx, -dy)
    for number, (old, new, again) in enumerate(
        zip(rings_of(mask), rings_of(there), rings_of(back), strict=True)
    ):
        assert again == pytest.approx(old, abs=1e-9)
        for vertex, (was, is_now) in enumerate(zip(points_of(old), points_of(new), strict=True)):
            is_chosen = Corner(number, 0, vertex) in chosen
            inside = box.x <= was[0] <= box.right and box.y <= was[1] <= box.bottom
            assert is_chosen == inside
            if not is_chosen:
                assert tuple(was) == tuple(is_now)


@given(stars(), st.sets(st.integers(0, 2)))
def test_removed_vertices_are_gone_and_the_others_keep_their_order(
    ring: Ring, chosen: set[int]
) -> None:
    after = corners_removed(one(ring), {Corner(0, 0, n) for n in chosen})
    points = points_of(ring).tolist()
    kept = [p for n, p in enumerate(points) if n not in chosen]
    if len(kept) < 3:
        assert after is None
    else:
        assert points_of(after.parts[0].outer).tolist() == kept


def test_vertices_are_found_in_parts_and_holes() -> None:
    found = corners_within(MASK, Box(0, 0, 25, 25))
    assert found == {Corner(0, 0, 0), Corner(0, 1, 0)}
    assert places_of(MASK, found).tolist() == [[10, 10], [20, 20]]
    assert box_of_corners(MASK, found) == Box(10, 10, 10, 10)
    assert corners_within(MASK, Box(300, 300, 5, 5)) == frozenset()
    assert box_of_corners(MASK, frozenset()) is None
    assert places_of(Polygons(()), frozenset()).shape == (0, 2)


def test_one_vertex_is_put_to_the_last_digit() -> None:
    after = corner_put(MASK, Corner(0, 1, 2), 0.1, 0.7)
    assert after.parts[0].holes[0][4:6] == (0.1, 0.7)
    assert after.parts[0].outer == MASK.parts[0].outer


def test_a_hole_or_part_that_loses_too_many_goes_as_a_whole() -> None:
    hole = {Corner(0, 1, n) for n in (0, 1)}
    assert corners_removed(MASK, hole) == Polygons((Part(square(10, 10, 60)), MASK.parts[1]))
    part = {Corner(0, 0, n) for n in (0, 1)}
    assert corners_removed(MASK, part) == Polygons((MASK.parts[1],))
    assert corners_removed(one(square(0, 0, 5)), part) is None
