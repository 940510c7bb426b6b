"""Painting pixels: round strokes into a bitmap that grows under the hand.

A pixel is painted when its centre lies within half the brush's diameter of the way the brush went.
Nothing is rounded on the way, so erasing where was painted gives back the same pixels.
"""

from __future__ import annotations

from math import ceil, floor

import numpy as np
from numpy.typing import NDArray

from annotator.domain.geometry import Point
from annotator.domain.masks import Size
from annotator.domain.model import Box
from annotator.domain.patches import EMPTY, Patch

_SLACK = 1e-9
"""Pixels; a centre at exactly the radius counts, whatever the digits."""
_ROOM = 0.5
"""Share of itself by which the window grows, so that a long stroke copies it rarely."""


def snapped(place: Point, diameter: int) -> Point:
    """Where a brush at a place stands: on a pixel's centre, with an even diameter on a corner."""
    if diameter % 2:
        return Point(floor(place.x) + 0.5, floor(place.y) + 0.5)
    return Point(float(floor(place.x + 0.5)), float(floor(place.y + 0.5)))


class Painting:
    """The pixels of one mask while a hand changes them."""

    def __init__(self, size: Size, patch: Patch = EMPTY) -> None:
        """Begin with what is there.

        Args:
            size: height and width of the image; nothing is painted outside.
            patch: the pixels of the mask; it stays as it is.
        """
        self._size = size
        self._left, self._top = patch.left, patch.top
        self._bitmap = patch.bitmap.copy()

    @property
    def patch(self) -> Patch:
        """The pixels as they are now; they change with the next stroke."""
        return Patch(self._left, self._top, self._bitmap)

    def stroke(self, start: Point, end: Point, diameter: int, *, erases: bool) -> Box | None:
        """Draw a straight piece of a stroke.

        Args:
            start: where the brush stood.
            end: where it stands now; both are snapped.
            diameter: of the brush, pixels.
            erases: take pixels away.

        Returns:
            The smallest box around the pixels that changed; None when none did.
        """
        start, end = snapped(start, diameter), snapped(end, diameter)
        top, starts, stops = rows_of(start, end, diameter / 2, height=self._size[0])
        starts, stops = starts.clip(0, self._size[1]), stops.clip(0, self._size[1])
        drawn = np.flatnonzero(stops > starts)
        if not len(drawn):
            return None
        left, right = int(starts[drawn].min()), int(stops[drawn].max())
        first, last = top + int(drawn[0]), top + int(drawn[-1]) + 1
        if not erases:
            self._reach(left, first, right, last)
        x, y = max(left, self._left), max(first, self._top)
        window = self._bitmap[
            y - self._top : max(last - self._top, 0), x - self._left : max(right - self._left, 0)
        ]
        before = window.copy()
        for row in drawn.tolist():
            if 0 <= top + row - y < window.shape[0]:
                run = slice(max(int(starts[row]) - x, 0), max(int(stops[row]) - x, 0))
                window[top + row - y, run] = not erases
        return Patch(x, y, window ^ before).box

    def _reach(self, left: int, top: int, right: int, bottom: int) -> None:
        """Let the window hold a stroke, with room for more of it."""
        patch = self.patch
        if not patch.bitmap.size:
            patch = Patch(left, top, np.zeros((0, 0), bool))
        elif (
            left >= patch.left
            and top >= patch.top
            and right <= patch.right
            and bottom <= patch.bottom
        ):
            return
        x0, x1 = _grown(patch.left, patch.right, left, right, self._size[1])
        y0, y1 = _grown(patch.top, patch.bottom, top, bottom, self._size[0])
        self._left, self._top, self._bitmap = x0, y0, patch.seen(x0, y0, x1, y1)


def _grown(low: int, high: int, wanted_low: int, wanted_high: int, limit: int) -> tuple[int, int]:
    """A side of the window with room where it had to grow, inside the image or where it was."""
    room = ceil(_ROOM * (max(high, wanted_high) - min(low, wanted_low)))
    if wanted_low < low or low == high:
        low = min(max(wanted_low - room, 0), low)
    if wanted_high > high:
        high = max(min(wanted_high + room, limit), high)
    return low, high


def rows_of(
    start: Point, end: Point, radius: float, *, height: int
) -> tuple[int, NDArray[np.int64], NDArray[np.int64]]:
    """The pixels within a radius of a straight way, row by row: one run a row, since it is convex.

    Args:
        start: of the way, pixels.
        end: of the way, pixels.
        radius: pixels.
        height: rows of the image; others are left out.

    Returns:
        The first row, and for it and each that follows the first column of its run and the one
        after its last; a run that is empty stops before it starts.
    """
    reach = radius + _SLACK
    first = max(ceil(min(start.y, end.y) - reach - 0.5), 0)
    last = min(floor(max(start.y, end.y) + reach - 0.5), height - 1)
    centres = np.arange(first, last + 1) + 0.5
    low = np.full(len(centres), np.inf)
    high = np.full(len(centres), -np.inf)
    for x, y in (start, end):
        half = np.sqrt(np.maximum(reach**2 - (centres - y) ** 2, 0))
        is_near = np.abs(centres - y) <= reach
        low = np.where(is_near, np.minimum(low, x - half), low)
        high = np.where(is_near, np.maximum(high, x + half), high)
    for (x0, y0), (x1, y1) in _sides(start, end, reach):
        if y0 == y1:
            continue  # its ends lie on the other sides
        is_near = (centres >= min(y0, y1)) & (centres <= max(y0, y1))
        at = x0 + (centres - y0) * (x1 - x0) / (y1 - y0)
        low = np.where(is_near, np.minimum(low, at), low)
        high = np.where(is_near, np.maximum(high, at), high)
    is_there = low <= high
    starts = np.where(is_there, np.ceil(low - 0.5), 0).astype(np.int64)
    stops = np.where(is_there, np.floor(high - 0.5) + 1, 0).astype(np.int64)
    return first, starts, stops


def _sides(start: Point, end: Point, reach: float) -> list[tuple[Point, Point]]:
    """The four sides of the rectangle between the two round ends."""
    dx, dy = end.x - start.x, end.y - start.y
    length = float(np.hypot(dx, dy))
    if not length:
        return []
    nx, ny = -dy / length * reach, dx / length * reach
    corners = [
        Point(start.x + nx, start.y + ny),
        Point(end.x + nx, end.y + ny),
        Point(end.x - nx, end.y - ny),
        Point(start.x - nx, start.y - ny),
    ]
    return list(zip(corners, corners[1:] + corners[:1], strict=True))
