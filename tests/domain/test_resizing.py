"""Box handles: what stays where it is, in proportion, around the centre, inside the image."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from annotator.domain.geometry import Point
from annotator.domain.model import Box
from annotator.domain.resizing import BOTTOM, LEFT, RIGHT, TOP, resized
from tests.domain.drawn import SIZE, places

BOX = Box(60, 80, 40, 20)
handles = st.integers(0, 7)
corners = st.sampled_from([0, 2, 4, 6])
boxes = st.builds(Box, st.floats(20, 90), st.floats(20, 90), st.floats(5, 80), st.floats(5, 80))


def sides(box: Box) -> tuple[float, float, float, float]:
    return box.x, box.y, box.right, box.bottom


@given(boxes, handles, places)
def test_a_free_handle_moves_its_own_sides_only(
    box: Box, index: int, place: tuple[float, float]
) -> None:
    after = resized(box, index, Point(*place))
    if index in LEFT or index in RIGHT:
        held = box.right if index in LEFT else box.x
        assert sorted((after.x, after.right)) == pytest.approx(sorted((held, place[0])))
    else:
        assert (after.x, after.right) == pytest.approx((box.x, box.right))
    if index in TOP or index in BOTTOM:
        held = box.bottom if index in TOP else box.y
        assert sorted((after.y, after.bottom)) == pytest.approx(sorted((held, place[1])))
    else:
        assert (after.y, after.bottom) == pytest.approx((box.y, box.bottom))


@given(boxes, corners, places, st.booleans())
def test_a_corner_can_keep_the_proportions_inside_the_image(
    box: Box, index: int, place: tuple[float, float], from_centre: bool
) -> None:
    after = resized(box, index, Point(*place), keep_ratio=True, from_centre=from_centre, size=SIZE)
    assert after.width * box.height == pytest.approx(after.height * box.width, abs=1e-6)
    assert min(after.x, after.y) >= -1e-9
    assert max(after.right, after.bottom) <= 200 + 1e-9


@given(boxes, corners, places)
def test_in_proportion_the_opposite_corner_stays(
    box: Box, index: int, place: tuple[float, float]
) -> None:
    after = resized(box, index, Point(*place), keep_ratio=True, size=SIZE)
    x = box.right if index in LEFT else box.x
    y = box.bottom if index in TOP else box.y
    assert min(abs(after.x - x), abs(after.right - x)) == pytest.approx(0, abs=1e-9)
    assert min(abs(after.y - y), abs(after.bottom - y)) == pytest.approx(0, abs=1e-9)


@given(boxes, handles, places, st.booleans())
def test_the_centre_can_stay(
    box: Box, index: int, place: tuple[float, float], keep_ratio: bool
) -> None:
    after = resized(box, index, Point(*place), keep_ratio=keep_ratio, from_centre=True, size=SIZE)
    before = (box.x + box.width / 2, box.y + box.height / 2)
    assert (after.x + after.width / 2, after.y + after.height / 2) == pytest.approx(before)
    assert min(after.x, after.y) >= -1e-9
    assert max(after.right, after.bottom) <= 200 + 1e-9


def test_a_corner_in_proportion_takes_the_longer_way() -> None:
    assert resized(BOX, 4, Point(120, 110), keep_ratio=True) == Box(60, 80, 60, 30)
    assert resized(BOX, 4, Point(140, 90), keep_ratio=True) == Box(60, 80, 80, 40)
    assert sides(resized(BOX, 0, Point(20, 95), keep_ratio=True)) == (20, 60, 100, 100)


def test_a_side_or_a_flat_box_has_no_proportions_to_keep() -> None:
    assert resized(BOX, 3, Point(120, 10), keep_ratio=True) == Box(60, 80, 60, 20)
    assert resized(Box(10, 10, 0, 20), 4, Point(30, 60), keep_ratio=True) == Box(10, 10, 20, 50)


def test_outside_is_as_good_as_inside_where_no_image_is_told() -> None:
    assert resized(BOX, 0, Point(-20, -10)) == Box(-20, -10, 120, 110)
    assert resized(BOX, 3, Point(300, 0), from_centre=True) == Box(-140, 80, 440, 20)
