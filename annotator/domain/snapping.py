"""Where a place snaps to: vertices and edges of outlines nearby, and the border of the image.

A place is first drawn onto the nearest line within reach, then along it to a vertex within reach of
there. So a place that has snapped stays where it is, and a vertex wins over the edge it ends.
Frames as in ``geometry``.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from enum import Enum, auto

from annotator.domain.geometry import Line, Point, nearest_on_ring, nearest_vertex, points_of
from annotator.domain.model import Ring

BORDER = -1
"""The number of the image's border among the rings."""


class Kind(Enum):
    """What a place snapped to."""

    VERTEX = auto()
    EDGE = auto()
    BORDER = auto()


@dataclass(frozen=True, slots=True)
class Snap:
    """Where a place snapped to.

    Attributes:
        kind: a vertex or an edge of a ring, or the border of the image.
        at: the place, image pixels; a vertex is met to the last digit.
        ring: which of the rings given; ``BORDER`` for the image's.
    """

    kind: Kind
    at: Point
    ring: int


def snap(
    x: float,
    y: float,
    rings: Sequence[Line],
    *,
    reach: float,
    size: tuple[float, float] | None = None,
) -> Snap | None:
    """Where a place snaps to; None when nothing is near.

    Args:
        x: pixels.
        y: pixels.
        rings: outlines to snap to, each two points or more; of equally near ones, the first wins.
        reach: pixels to the line, and along it to a vertex; so nothing snaps farther than twice
            that.
        size: width and height of the image whose border counts; None when it does not.
    """
    lines: list[tuple[int, Line]] = list(enumerate(rings))
    if size is not None:
        lines.append((BORDER, border_of(size)))
    line = _nearest_line(x, y, lines, reach)
    if line is None:
        return None
    number, foot = line
    vertex = _nearest_vertex(foot, lines, reach)
    if vertex is not None:
        number, foot = vertex
        return Snap(Kind.BORDER if number == BORDER else Kind.VERTEX, foot, number)
    return Snap(Kind.BORDER if number == BORDER else Kind.EDGE, foot, number)


def border_of(size: tuple[float, float]) -> Ring:
    """The border of an image of a width and height as a ring."""
    width, height = size
    return (0.0, 0.0, width, 0.0, width, height, 0.0, height)


_Lines = Sequence[tuple[int, Line]]


def _nearest_line(x: float, y: float, lines: _Lines, reach: float) -> tuple[int, Point] | None:
    best: tuple[int, Point] | None = None
    for number, ring in lines:
        found = nearest_on_ring(ring, x, y)
        if found.distance < reach or (best is None and found.distance <= reach):
            reach, best = found.distance, (number, Point(found.x, found.y))
    return best


def _nearest_vertex(foot: Point, lines: _Lines, reach: float) -> tuple[int, Point] | None:
    best: tuple[int, Point] | None = None
    for number, ring in lines:
        distance, index = nearest_vertex(ring, *foot)
        if distance < reach or (best is None and distance <= reach):
            reach, best = distance, (number, Point(*points_of(ring)[index].tolist()))
    return best
