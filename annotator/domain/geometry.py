"""Points, rings and boxes: measuring, moving and clipping them.

Every coordinate is in pixels of the upright image, (0, 0) the outer corner of the first pixel.
Rings are flat (x0, y0, x1, y1, ...) and closed without repeating the first point; their direction
means nothing. Masks made of rings are in ``polygons``.
"""

from __future__ import annotations

import math
from collections.abc import Iterable, Sequence
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from annotator.domain.model import Box, Keypoint, Ring

Line = Sequence[float] | NDArray[np.float64]
"""Flat numbers, or an array [N, 2]."""


class Point(NamedTuple):
    """A place on the image."""

    x: float
    y: float


class Nearest(NamedTuple):
    """The place of a ring that is nearest to a point: on the edge ``edge`` -> ``edge + 1``."""

    distance: float
    edge: int
    x: float
    y: float


def points_of(ring: Line) -> NDArray[np.float64]:
    """The ring as float64 [N, 2], pixels."""
    return np.asarray(ring, dtype=np.float64).reshape(-1, 2)


def ring_of(points: NDArray[np.float64] | Iterable[tuple[float, float]]) -> Ring:
    """The flat ring of points [N, 2]."""
    return tuple(float(v) for point in points for v in point)


def ring_area(ring: Sequence[float]) -> float:
    """The enclosed area in square pixels, never negative (the shoelace formula)."""
    if len(ring) < 6:
        return 0.0
    points = points_of(ring)
    x, y = points[:, 0] - points[0, 0], points[:, 1] - points[0, 1]
    return abs(float(np.dot(x, np.roll(y, -1)) - np.dot(y, np.roll(x, -1)))) / 2


def ring_contains(ring: Sequence[float], x: float, y: float) -> bool:
    """Whether the point lies inside (odd-even rule)."""
    points = points_of(ring)
    if len(points) < 3:
        return False
    after = np.roll(points, -1, axis=0)
    crosses = (points[:, 1] > y) != (after[:, 1] > y)
    x0, y0, x1, y1 = points[crosses, 0], points[crosses, 1], after[crosses, 0], after[crosses, 1]
    return bool(np.count_nonzero(x < (x1 - x0) * (y - y0) / (y1 - y0) + x0) % 2)


def nearest_on_ring(ring: Line, x: float, y: float, *, closed: bool = True) -> Nearest:
    """The nearest place on the ring's edges.

    Args:
        ring: at least one point.
        x: pixels.
        y: pixels.
        closed: whether the edge from the last point to the first counts.
    """
    points = points_of(ring)
    if len(points) == 1:
        return Nearest(math.dist(points[0], (x, y)), 0, *points[0].tolist())
    ends = np.roll(points, -1, axis=0)
    if not closed:
        points, ends = points[:-1], ends[:-1]
    way = ends - points
    length = np.maximum(np.einsum("nd,nd->n", way, way), 1e-12)
    share = np.clip(np.einsum("nd,nd->n", np.array([x, y]) - points, way) / length, 0, 1)
    foot = points + share[:, None] * way
    distance = np.hypot(foot[:, 0] - x, foot[:, 1] - y)
    index = int(distance.argmin())
    return Nearest(float(distance[index]), index, float(foot[index, 0]), float(foot[index, 1]))


def nearest_vertex(ring: Line, x: float, y: float) -> tuple[float, int]:
    """Distance to the nearest vertex in pixels, and its index."""
    points = points_of(ring)
    distance = np.hypot(points[:, 0] - x, points[:, 1] - y)
    index = int(distance.argmin())
    return float(distance[index]), index


def move_ring(ring: Sequence[float], dx: float, dy: float) -> Ring:
    """The ring shifted by (dx, dy) pixels."""
    return ring_of(points_of(ring) + np.array([dx, dy]))


def box_between(a: tuple[float, float], b: tuple[float, float]) -> Box:
    """The box with two opposite corners, in any order."""
    left, top = min(a[0], b[0]), min(a[1], b[1])
    return Box(left, top, max(a[0], b[0]) - left, max(a[1], b[1]) - top)


def box_of_points(points: NDArray[np.float64]) -> Box | None:
    """The smallest box around points [N, 2]; None without points."""
    if len(points) == 0:
        return None
    left, top = points.min(axis=0).tolist()
    right, bottom = points.max(axis=0).tolist()
    return Box(left, top, right - left, bottom - top)


def box_of_ring(ring: Sequence[float]) -> Box | None:
    """The smallest box around a ring; None for an empty one."""
    return box_of_points(points_of(ring))


def box_of_joints(
    joints: Iterable[Keypoint], *, margin: float, width: float, height: float
) -> Box | None:
    """A box around the joints that were placed, inside the image; None without any.

    Args:
        joints: absent ones do not count.
        margin: share of the longer side added on each side, since joints lie inside a body and
            not on its outline.
        width: of the image, pixels.
        height: of the image, pixels.
    """
    placed = np.array([(k.x, k.y) for k in joints if k.visibility], dtype=np.float64)
    tight = box_of_points(placed.reshape(-1, 2))
    if tight is None:
        return None
    pad = max(margin * max(tight.width, tight.height), 2.0)
    grown = Box(tight.x - pad, tight.y - pad, tight.width + 2 * pad, tight.height + 2 * pad)
    return clip_box(grown, width=width, height=height)


def box_area(box: Box) -> float:
    """Square pixels."""
    return max(box.width, 0.0) * max(box.height, 0.0)


def box_iou(a: Box, b: Box) -> float:
    """Intersection over union, 0 to 1; 0 for empty boxes."""
    width = min(a.right, b.right) - max(a.x, b.x)
    height = min(a.bottom, b.bottom) - max(a.y, b.y)
    if width <= 0 or height <= 0:
        return 0.0
    shared = width * height
    return shared / (box_area(a) + box_area(b) - shared)


def box_ious(a: Sequence[Box], b: Sequence[Box]) -> NDArray[np.float64]:
    """Intersection over union of every box of one list with every box of another.

    Returns:
        float64 [len(a), len(b)], 0 to 1; 0 for empty boxes.
    """
    one = np.asarray(a, np.float64).reshape(-1, 1, 4)
    other = np.asarray(b, np.float64).reshape(1, -1, 4)
    low = np.maximum(one[..., :2], other[..., :2])
    high = np.minimum(one[..., :2] + one[..., 2:], other[..., :2] + other[..., 2:])
    shared = (high - low).clip(min=0).prod(axis=-1)
    areas = one[..., 2:].clip(min=0).prod(axis=-1) + other[..., 2:].clip(min=0).prod(axis=-1)
    ious: NDArray[np.float64] = np.zeros_like(shared)
    np.divide(shared, areas - shared, out=ious, where=shared > 0)
    return ious


def box_contains(box: Box, x: float, y: float) -> bool:
    """Whether the point lies inside or on the edge."""
    return box.x <= x <= box.right and box.y <= y <= box.bottom


def move_box(box: Box, dx: float, dy: float) -> Box:
    """The box shifted by (dx, dy) pixels."""
    return Box(box.x + dx, box.y + dy, box.width, box.height)


def clip_box(box: Box, *, width: float, height: float) -> Box:
    """The part of the box inside the image, itself when it is all; flat when it is nothing."""
    if min(box.x, box.y) >= 0 and box.right <= width and box.bottom <= height:
        return box
    corner = clip_point(box.x, box.y, width=width, height=height)
    return box_between(corner, clip_point(box.right, box.bottom, width=width, height=height))


def clip_point(x: float, y: float, *, width: float, height: float) -> Point:
    """The nearest place inside the image."""
    return Point(min(max(x, 0.0), width), min(max(y, 0.0), height))


def are_close(a: Box | None, b: Box | None, *, tolerance: float = 0.01) -> bool:
    """Whether two boxes are the same to a hundredth of a pixel, what files round to."""
    if a is None or b is None:
        return a is b
    return all(abs(p - q) <= tolerance for p, q in zip(a, b, strict=True))
