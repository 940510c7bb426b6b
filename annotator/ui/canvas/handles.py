"""The places of a selected object that can be grabbed: box handles, vertices, edges, joints."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from enum import Enum, auto

import numpy as np
from numpy.typing import NDArray

from annotator.domain.geometry import Point, nearest_on_ring
from annotator.domain.model import Annotation, Box
from annotator.ui.canvas.shapes import Shape

REACH = 8.0
"""Screen pixels from a handle at which it is grabbed."""


class Kind(Enum):
    """What a handle changes."""

    BOX = auto()
    VERTEX = auto()
    MIDDLE = auto()
    EDGE = auto()
    JOINT = auto()


@dataclass(frozen=True, slots=True)
class Handle:
    """One place to grab.

    Attributes:
        kind: what it changes.
        at: where it is, image pixels.
        index: box handle 0..7 clockwise from the top left; vertex; the edge's first vertex; joint.
        part: the part of the mask it belongs to.
        ring: 0 for the part's outer ring, then its holes.
    """

    kind: Kind
    at: Point
    index: int
    part: int = 0
    ring: int = 0


def box_points(box: Box) -> tuple[Point, ...]:
    """The eight handles of a box, clockwise from the top left."""
    middle_x, middle_y = box.x + box.width / 2, box.y + box.height / 2
    return (
        Point(box.x, box.y),
        Point(middle_x, box.y),
        Point(box.right, box.y),
        Point(box.right, middle_y),
        Point(box.right, box.bottom),
        Point(middle_x, box.bottom),
        Point(box.x, box.bottom),
        Point(box.x, middle_y),
    )


def handle_at(shape: Shape, x: float, y: float, reach: float) -> Handle | None:
    """The handle to grab at a place: joints before vertices, the box, middles of edges, edges.

    Args:
        shape: the selected object.
        x: image pixels.
        y: image pixels.
        reach: image pixels within which a handle is grabbed.
    """
    return (
        _nearest_joint(shape.value, x, y, reach)
        or _nearest_vertex(shape, x, y, reach)
        or _nearest_box_handle(shape.value.box, x, y, reach)
        or _nearest_edge(shape, x, y, reach)
    )


def outline_at(shape: Shape, x: float, y: float, reach: float) -> Handle | None:
    """The place of an object's outline within reach of another place: a vertex before an edge."""
    return _nearest_vertex(shape, x, y, reach) or _nearest_edge(shape, x, y, reach)


def _nearest_joint(value: Annotation, x: float, y: float, reach: float) -> Handle | None:
    placed = [n for n, joint in enumerate(value.keypoints) if joint.visibility]
    points = np.array([value.keypoints[n][:2] for n in placed], dtype=np.float64).reshape(-1, 2)
    row, distance = _closest(points, x, y)
    if distance > reach:
        return None
    return Handle(Kind.JOINT, Point(*points[row].tolist()), placed[row])


def _nearest_vertex(shape: Shape, x: float, y: float, reach: float) -> Handle | None:
    best: Handle | None = None
    for part, ring, points in _numbered(shape):
        row, distance = _closest(points, x, y)
        if distance <= reach:
            best, reach = (
                Handle(Kind.VERTEX, Point(*points[row].tolist()), row, part, ring),
                distance,
            )
    return best


def _nearest_box_handle(box: Box | None, x: float, y: float, reach: float) -> Handle | None:
    if box is None:
        return None
    points = box_points(box)
    row, distance = _closest(np.array(points), x, y)
    return Handle(Kind.BOX, points[row], row) if distance <= reach else None


def _nearest_edge(shape: Shape, x: float, y: float, reach: float) -> Handle | None:
    best: Handle | None = None
    for part, ring, points in _numbered(shape):
        nearest = nearest_on_ring(points, x, y)
        if nearest.distance > reach:
            continue
        reach = nearest.distance
        middle = (points[nearest.edge] + points[(nearest.edge + 1) % len(points)]) / 2
        is_middle = np.hypot(middle[0] - x, middle[1] - y) <= reach
        at = Point(*middle.tolist()) if is_middle else Point(nearest.x, nearest.y)
        best = Handle(Kind.MIDDLE if is_middle else Kind.EDGE, at, nearest.edge, part, ring)
    return best


def _numbered(shape: Shape) -> Iterator[tuple[int, int, NDArray[np.float64]]]:
    """Every ring with the number of its part and its number there, float64 [N, 2]."""
    rings = iter(shape.rings)
    for number, part in enumerate(shape.outline.parts if shape.outline else ()):
        for ring in range(1 + len(part.holes)):
            yield number, ring, next(rings)


def _closest(points: NDArray[np.float64], x: float, y: float) -> tuple[int, float]:
    if not len(points):
        return -1, float("inf")
    distance = np.hypot(points[:, 0] - x, points[:, 1] - y)
    row = int(distance.argmin())
    return row, float(distance[row])
