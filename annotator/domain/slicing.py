"""Cutting a mask along a drawn line into pieces that are objects of their own.

Frames and masks as in ``polygons``.
"""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import shapely
from numpy.typing import NDArray

from annotator.domain.geometry import nearest_on_ring, points_of, ring_of
from annotator.domain.model import Keypoint, Part, Polygons, Ring
from annotator.domain.polygons import (
    mend,
    polygons_area,
    polygons_contain,
    rings_of,
    shape_of,
    split,
)

_BEYOND = 0.01
"""Pixels a cut goes over the outline it reaches, so that rounding cannot make it fall short."""


def sliced(mask: Polygons, line: Sequence[float]) -> tuple[Polygons, ...]:
    """The pieces a cut leaves, the largest first; the very same mask alone when it cuts nothing.

    A part that the line does not cut through stays with the nearest piece.

    Args:
        mask: what is cut; it need not be sound.
        line: flat x0, y0, x1, y1, ...; two points or more.
    """
    pieces: list[Polygons] = []
    whole: list[Part] = []
    for part in (mend(mask) or Polygons(())).parts:
        cut = split(Polygons((part,)), line)
        if len(cut) > 1:
            pieces += cut
        else:
            whole.append(part)
    if not pieces:
        return (mask,)
    pieces.sort(key=polygons_area, reverse=True)
    shapes = [shape_of(piece) for piece in pieces]
    for part in whole:
        distances = shapely.distance(shapes, shape_of(Polygons((part,))))
        nearest = int(np.argmin(distances))
        pieces[nearest] = Polygons((*pieces[nearest].parts, part))
    return tuple(sorted(pieces, key=polygons_area, reverse=True))


def reaching(line: Sequence[float], mask: Polygons, reach: float) -> Ring:
    """The line with its ends led over the outline where they stop short of it.

    Args:
        line: flat x0, y0, x1, y1, ...; two points or more.
        mask: what it shall cut.
        reach: pixels an end may be away from the outline.
    """
    points = points_of(line)
    head = _beyond(points[0], points[1], mask, reach)
    tail = _beyond(points[-1], points[-2], mask, reach)
    return ring_of(np.concatenate([head, points, tail]))


def holder(pieces: Sequence[Polygons], joints: Sequence[Keypoint]) -> int:
    """Which piece keeps the joints: the one that contains most of them, else the first."""
    placed = [joint for joint in joints if joint.visibility]
    counts = [sum(polygons_contain(piece, j.x, j.y) for j in placed) for piece in pieces]
    return int(np.argmax(counts))


def _beyond(
    end: NDArray[np.float64], before: NDArray[np.float64], mask: Polygons, reach: float
) -> NDArray[np.float64]:
    """A place just over the outline, float64 [1, 2]; none, [0, 2], where it is out of reach."""
    nearest = min((nearest_on_ring(ring, *end.tolist()) for ring in rings_of(mask)), default=None)
    if nearest is None or nearest.distance > reach:
        return np.zeros((0, 2))
    foot = np.array([nearest.x, nearest.y])
    way = foot - end if nearest.distance > 1e-9 else end - before
    length = float(np.hypot(*way))
    return (foot + way / length * _BEYOND).reshape(1, 2) if length else np.zeros((0, 2))
