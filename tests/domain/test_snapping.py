"""Where places snap: never far, never twice, vertices before edges, the border too."""

from __future__ import annotations

from math import hypot

import pytest
from hypothesis import given
from hypothesis import strategies as st

from annotator.domain.geometry import nearest_on_ring, points_of
from annotator.domain.model import Ring
from annotator.domain.snapping import BORDER, Kind, Snap, border_of, snap
from tests.domain.drawn import SIZE, places, square, stars

REACH = 7.3
"""Pixels; no sum of the coordinates below is exactly as far, so that rounding decides nothing."""
SQUARE = square(50, 50, 100)
rings = st.lists(stars(), max_size=4)


@given(places, rings, st.booleans())
def test_snapping_goes_no_farther_than_its_reach_and_not_twice(
    place: tuple[float, float], outlines: list[Ring], has_border: bool
) -> None:
    size = SIZE if has_border else None
    found = snap(*place, outlines, reach=REACH, size=size)
    lines = [*outlines, *([border_of(SIZE)] if has_border else [])]
    nearest = min((nearest_on_ring(line, *place).distance for line in lines), default=1e9)
    if found is None:
        assert nearest > REACH
        return
    assert nearest <= REACH
    assert hypot(found.at.x - place[0], found.at.y - place[1]) <= 2 * REACH + 1e-9
    line = border_of(SIZE) if found.ring == BORDER else outlines[found.ring]
    assert nearest_on_ring(line, *found.at).distance == pytest.approx(0, abs=1e-9)
    if found.kind is Kind.VERTEX:
        assert found.at in {tuple(p) for p in points_of(line).tolist()}
    again = snap(*found.at, outlines, reach=REACH, size=size)
    assert again is not None
    assert again.at == pytest.approx(found.at, abs=1e-9)


def test_a_vertex_wins_over_its_edge_and_an_edge_over_nothing() -> None:
    assert snap(52, 47, [SQUARE], reach=5) == Snap(Kind.VERTEX, (50, 50), 0)
    assert snap(100, 46, [SQUARE], reach=5) == Snap(Kind.EDGE, (100, 50), 0)
    assert snap(100, 44, [SQUARE], reach=5) is None
    assert snap(100, 100, [], reach=5) is None


def test_of_two_outlines_the_nearer_one_is_met_and_of_equal_ones_the_first() -> None:
    other = square(50, -57, 103)
    assert snap(100, 48.5, [other, SQUARE], reach=9) == Snap(Kind.EDGE, (100, 50), 1)
    assert snap(100, 50, [SQUARE, SQUARE], reach=5).ring == 0


def test_the_border_counts_when_the_image_is_told() -> None:
    assert snap(100, 3, [], reach=5, size=SIZE) == Snap(Kind.BORDER, (100, 0), BORDER)
    assert snap(198, 197, [], reach=5, size=SIZE) == Snap(Kind.BORDER, (200, 200), BORDER)
    assert snap(-2, 100, [], reach=5, size=SIZE) == Snap(Kind.BORDER, (0, 100), BORDER)
    assert snap(100, 3, [], reach=5) is None


def test_an_outline_on_the_border_is_met_as_an_outline() -> None:
    found = snap(100, 2, [square(50, 0, 100)], reach=5, size=SIZE)
    assert found == Snap(Kind.EDGE, (100, 0), 0)
