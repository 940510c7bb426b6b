"""A box with one of its eight handles dragged: freely, in its proportions, or around its centre."""

from __future__ import annotations

from dataclasses import dataclass

from annotator.domain.geometry import Point, box_between
from annotator.domain.model import Box

LEFT, RIGHT = frozenset({0, 6, 7}), frozenset({2, 3, 4})
"""Handles, clockwise from the top left, that move these sides."""
TOP, BOTTOM = frozenset({0, 1, 2}), frozenset({4, 5, 6})


def resized(
    box: Box,
    index: int,
    to: Point,
    *,
    keep_ratio: bool = False,
    from_centre: bool = False,
    size: tuple[float, float] | None = None,
) -> Box:
    """The box with a handle at another place; it may cross the opposite side.

    Args:
        box: as it is, pixels.
        index: handle 0..7, clockwise from the top left.
        to: where the handle goes, inside ``size`` if that is given.
        keep_ratio: keep width to height; of corners only, and of boxes that have both.
        from_centre: the centre stays, the opposite side moves as far the other way.
        size: width and height of the image the box shall not leave; None when it may.
    """
    across = _Axis.of(box.x, box.width, index, (LEFT, RIGHT), from_centre=from_centre)
    down = _Axis.of(box.y, box.height, index, (TOP, BOTTOM), from_centre=from_centre)
    limits = size if size is not None else (None, None)
    is_corner = across.moves and down.moves
    if keep_ratio and is_corner and box.width > 0 and box.height > 0:
        scale = max(across.scale_to(to.x), down.scale_to(to.y))
        scale = min(scale, across.largest(to.x, limits[0]), down.largest(to.y, limits[1]))
        left, right = across.span(to.x, across.side * scale)
        top, bottom = down.span(to.y, down.side * scale)
    else:
        left, right = across.free(to.x, limits[0])
        top, bottom = down.free(to.y, limits[1])
    return box_between((left, top), (right, bottom))


@dataclass(frozen=True, slots=True)
class _Axis:
    """One direction of a box.

    Attributes:
        anchor: the place that stays.
        side: pixels from there to the dragged side as it is.
        outward: 1 when the handle moves the upper side, -1 the lower one, 0 neither.
        ends: the lower and the upper side as they are.
        mirrors: the other side moves as far the other way.
    """

    anchor: float
    side: float
    outward: int
    ends: tuple[float, float]
    mirrors: bool

    @classmethod
    def of(
        cls,
        low: float,
        length: float,
        index: int,
        handles: tuple[frozenset[int], frozenset[int]],
        *,
        from_centre: bool,
    ) -> _Axis:
        """The direction from ``low`` on, and whether the handle moves its lower or upper side."""
        high = low + length
        outward = (index in handles[1]) - (index in handles[0])
        anchor = (low + high) / 2 if from_centre else (low if outward > 0 else high)
        side = length / 2 if from_centre else length
        return cls(anchor, side, outward, (low, high), from_centre)

    @property
    def moves(self) -> bool:
        """Whether the handle moves a side of this direction."""
        return self.outward != 0

    def scale_to(self, place: float) -> float:
        """How much larger the side would be that ends at a place."""
        return abs(place - self.anchor) / self.side

    def largest(self, place: float, limit: float | None) -> float:
        """The scale at which the box would meet the border of the image."""
        if limit is None:
            return float("inf")
        rooms = (self.anchor, limit - self.anchor)
        room = min(rooms) if self.mirrors else rooms[self._sign(place) > 0]
        return max(room, 0.0) / self.side

    def span(self, place: float, side: float) -> tuple[float, float]:
        """Both ends when the dragged side is so far from the anchor."""
        sign = self._sign(place)
        far = self.anchor + sign * side
        return (self.anchor - sign * side if self.mirrors else self.anchor), far

    def free(self, place: float, limit: float | None) -> tuple[float, float]:
        """Both ends when the dragged side is at a place."""
        if not self.moves:
            return self.ends
        if not self.mirrors:
            return self.anchor, place
        side = abs(place - self.anchor)
        if limit is not None:
            side = min(side, max(min(self.anchor, limit - self.anchor), 0.0))
        return self.span(place, side)

    def _sign(self, place: float) -> int:
        way = place - self.anchor
        return self.outward if way == 0 else (1 if way > 0 else -1)
