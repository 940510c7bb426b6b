"""Stretches of a ring between two places on it: their length, their corners, and another course.

Frames and rings as in ``geometry``. Forward means in the order of the ring's vertices, which is no
direction of the clock.
"""

from __future__ import annotations

from collections.abc import Iterable
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from annotator.domain.geometry import Line, Point, nearest_on_ring, points_of, ring_of
from annotator.domain.model import Ring

_SAME = 1e-9
"""Pixels within which a place is a vertex: what rounding makes of one."""


class Spot(NamedTuple):
    """A place on a ring: on the edge from vertex ``edge`` to the next one.

    Attributes:
        edge: index of the vertex before it, or of the vertex it is.
        share: how far along that edge, 0 (at the vertex) to below 1.
        x: pixels.
        y: pixels.
    """

    edge: int
    share: float
    x: float
    y: float

    @property
    def point(self) -> Point:
        """Where it is."""
        return Point(self.x, self.y)


def spot_on(ring: Line, x: float, y: float) -> tuple[float, Spot]:
    """Distance in pixels to the nearest place of a ring, and that place.

    Args:
        ring: two points or more.
        x: pixels.
        y: pixels.
    """
    points = points_of(ring)
    found = nearest_on_ring(ring, x, y)
    foot = np.array([found.x, found.y])
    ends = found.edge, (found.edge + 1) % len(points)
    for index in ends:
        if np.hypot(*(points[index] - foot)) < _SAME:
            return found.distance, spot_at_vertex(ring, index)
    way = points[ends[1]] - points[ends[0]]
    share = float(np.dot(foot - points[ends[0]], way) / np.dot(way, way))
    return found.distance, Spot(found.edge, share, found.x, found.y)


def spot_at_vertex(ring: Line, index: int) -> Spot:
    """The place of one vertex."""
    x, y = points_of(ring)[index].tolist()
    return Spot(index, 0.0, x, y)


def between(ring: Line, start: Spot, end: Spot) -> NDArray[np.float64]:
    """The vertices passed going forward from one place to another, both left out; [N, 2] pixels.

    From a place to itself no vertex is passed.
    """
    points = points_of(ring)
    count = len(points)
    here, there = start.edge + start.share, end.edge + end.share
    if here == there:
        return points[:0]
    first = start.edge + 1
    after = end.edge + (1 if end.share > 0 else 0) + (count if there < here else 0)
    return points[np.arange(first, after) % count]


def stretch(ring: Line, start: Spot, end: Spot) -> NDArray[np.float64]:
    """The way forward from one place to another, both included; [N, 2] pixels."""
    passed = between(ring, start, end)
    return np.concatenate([[start.point], passed, [end.point]])


def length_of(line: NDArray[np.float64]) -> float:
    """The length of an open line [N, 2], pixels."""
    return float(np.hypot(*np.diff(line, axis=0).T).sum())


def shorter_way(ring: Line, start: Spot, end: Spot) -> bool:
    """Whether going forward from one place to the other is no longer than going back."""
    forth = length_of(stretch(ring, start, end))
    return forth <= length_of(stretch(ring, end, start))


def along(ring: Line, start: Spot, end: Spot, *, longer: bool = False) -> NDArray[np.float64]:
    """The shorter (or longer) way along a ring from one place to another, both included.

    Returns:
        float64 [N, 2], pixels, from ``start`` to ``end``.
    """
    if shorter_way(ring, start, end) != longer:
        return stretch(ring, start, end)
    return stretch(ring, end, start)[::-1]


def retraced(
    ring: Line,
    start: Spot,
    end: Spot,
    path: Iterable[tuple[float, float]],
    *,
    longer: bool = False,
) -> Ring:
    """The ring with one of its two stretches between two places replaced by another course.

    The other stretch keeps every vertex exactly. The result may cross itself or what is left; it is
    for ``polygons.mend`` to make it sound.

    Args:
        ring: three points or more.
        start: where the new course leaves the ring.
        end: where it comes back; another place than ``start``.
        path: the corners between them, in order.
        longer: replace the longer stretch instead of the shorter one.
    """
    course = [start.point, *path, end.point]
    if shorter_way(ring, start, end) != longer:  # the way forward goes
        kept = between(ring, end, start)
    else:
        kept = between(ring, start, end)[::-1]
    return ring_of([*course, *map(tuple, kept.tolist())])
