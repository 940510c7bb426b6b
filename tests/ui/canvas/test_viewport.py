"""The two frames: what is exact in every turn, at every zoom and pixel ratio."""

from __future__ import annotations

import pytest
from hypothesis import assume, given
from hypothesis import strategies as st
from PySide6.QtCore import QPointF, QRectF

from annotator.domain.model import Box
from annotator.ui.canvas.viewport import FIT_MARGIN, Viewport

COORDINATES = st.floats(-200, 5000)
ZOOMS = st.floats(0.02, 64)


@st.composite
def views(draw: st.DrawFn) -> Viewport:
    made = Viewport()
    made.resize(draw(st.integers(50, 2000)), draw(st.integers(50, 1200)), draw(RATIOS))
    made.set_image_size(draw(st.integers(1, 8000)), draw(st.integers(1, 8000)))
    made.set_turn(draw(st.integers(0, 3)))
    if draw(st.booleans()):
        made.look_at(draw(COORDINATES), draw(COORDINATES), draw(ZOOMS))
    return made


RATIOS = st.sampled_from([1.0, 1.25, 1.5, 2.0])


def close(at: QPointF, to: QPointF, *, within: float = 1e-6) -> bool:
    return (at - to).manhattanLength() <= within


@given(views(), COORDINATES, COORDINATES)
def test_to_the_screen_and_back_is_the_same_place(view: Viewport, x: float, y: float) -> None:
    back = view.to_image(view.to_screen(x, y))
    assert back == (pytest.approx(x, abs=1e-6), pytest.approx(y, abs=1e-6))


@given(views(), COORDINATES, COORDINATES)
def test_the_transform_says_the_same(view: Viewport, x: float, y: float) -> None:
    assert close(view.transform().map(QPointF(x, y)), view.to_screen(x, y))


@given(views(), COORDINATES, COORDINATES, st.floats(0, 500), st.floats(0, 500))
def test_a_box_stays_upright_and_comes_back(
    view: Viewport, x: float, y: float, width: float, height: float
) -> None:
    area = view.to_screen_box(Box(x, y, width, height))
    assert area.width() >= 0
    assert area.height() >= 0
    sides = (height, width) if view.turn % 2 else (width, height)
    assert (area.width(), area.height()) == pytest.approx([s * view.scale for s in sides], abs=1e-6)
    assert tuple(view.to_image_box(area)) == pytest.approx((x, y, width, height), abs=1e-6)


@given(views(), st.floats(-300, 300), st.floats(-300, 300))
def test_ways_keep_their_length_and_come_back(view: Viewport, dx: float, dy: float) -> None:
    there = view.direction_to_image(dx, dy)
    assert there[0] ** 2 + there[1] ** 2 == pytest.approx(dx**2 + dy**2)
    assert view.direction_to_screen(*there) == (dx, dy)


@given(views(), st.integers(-20, 20), st.integers(-20, 20))
def test_panning_moves_what_is_seen_as_the_hand_does(view: Viewport, dx: int, dy: int) -> None:
    width, height = view.image_size
    view.look_at(width / 2, height / 2, max(view.zoom, 50 * view.ratio / min(width, height)))
    assume(min(width, height) / 2 * view.scale >= 20)  # the middle may go as far
    before = view.to_screen(width / 2, height / 2)
    view.pan(dx, dy)
    moved = view.to_screen(width / 2, height / 2)
    assert close(moved, before + QPointF(dx, dy), within=2 / view.ratio + 1e-6)


@given(views(), ZOOMS, st.floats(0, 1), st.floats(0, 1))
def test_zooming_keeps_the_place_under_the_cursor(
    view: Viewport, zoom: float, across: float, down: float
) -> None:
    place = QPointF(view.image_size[0] * across, view.image_size[1] * down)
    view.look_at(place.x(), place.y(), view.zoom)
    at = view.to_screen(place.x(), place.y())
    view.set_zoom(zoom, at)
    assert close(view.to_screen(place.x(), place.y()), at, within=2 / view.ratio)


@given(views())
def test_a_fitted_image_is_seen_whole_in_every_turn(view: Viewport) -> None:
    view.fit()
    for _ in range(4):
        view.set_turn(view.turn + 1)
        frame = view.to_screen_box(Box(0, 0, *view.image_size))
        assert QRectF(-1, -1, view.size[0] + 2, view.size[1] + 2).contains(frame)
        assert view.shows_all
        room = min(view.size[0] - frame.width(), view.size[1] - frame.height())
        assert room == pytest.approx(2 * FIT_MARGIN, abs=2) or view.zoom == 64


@given(views())
def test_turning_keeps_the_middle_and_four_times_is_once_round(view: Viewport) -> None:
    before, centre, zoom = view.key, view.centre, view.zoom
    was_fit = view.is_fit
    view.set_turn(view.turn + 1)
    assert view.centre == centre
    assert was_fit or view.zoom == zoom
    view.set_turn(view.turn + 3)
    assert view.key == before


@given(views())
def test_the_image_stands_on_whole_device_pixels(view: Viewport) -> None:
    for value in view.origin:
        assert value * view.ratio == pytest.approx(round(value * view.ratio), abs=1e-6)


@given(views())
def test_views_that_differ_in_turn_differ_in_key(view: Viewport) -> None:
    keys = set()
    for _ in range(4):
        view.set_turn(view.turn + 1)
        keys.add(view.key)
    assert len(keys) == 4


@given(views(), views())
def test_a_view_that_follows_another_shows_its_middle_as_large(
    view: Viewport, other: Viewport
) -> None:
    size = view.size
    view.follow(other)
    assert (view.zoom, view.turn, view.centre) == (other.zoom, other.turn, other.centre)
    assert view.size == size


@given(views(), COORDINATES, COORDINATES, st.floats(0, 900), st.floats(0, 900))
def test_a_box_that_is_looked_at_fits(
    view: Viewport, x: float, y: float, width: float, height: float
) -> None:
    wide, high = view.image_size
    box = Box(x % wide, y % high, min(width, wide - x % wide), min(height, high - y % high))
    view.look_at_box(box)
    shown = view.to_screen_box(box)
    if view.zoom > 0.02:
        assert shown.width() <= view.size[0]
        assert shown.height() <= view.size[1]
