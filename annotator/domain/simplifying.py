"""One outline with fewer and fewer vertices, for a slider to choose from.

Douglas and Peucker's way (1973): of a stretch between two vertices that stay, the one furthest away
stays too if it is further than the tolerance. What a tolerance keeps, a smaller one keeps as well,
so the number of vertices never grows along the slider. The stairs of pixels are first cut through
the middles of their steps, where the line lies that they stand for.
"""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import shapely
from numpy.typing import NDArray

from annotator.domain.geometry import points_of, ring_area, ring_of
from annotator.domain.model import Part, Polygons, Ring
from annotator.domain.polygons import mend

_STEP = 2.0
"""Pixels up to which an edge between right angles is a step of stairs and no side of a thing."""
_LEG = 4.0
"""Pixels of a long edge beside a step that give way at most."""
_NO_STAIRS = 16.0
"""Square pixels below which a ring is left with its corners: there is nothing else to it."""


def vertices_of(mask: Polygons) -> int:
    """How many vertices its rings have."""
    return sum(len(ring) // 2 for part in mask.parts for ring in (part.outer, *part.holes))


class Simplifier:
    """A mask at every level of a row of tolerances; each is worked out when it is asked for."""

    def __init__(self, mask: Polygons, tolerances: Sequence[float]) -> None:
        """Get ready.

        Args:
            mask: valid polygons.
            tolerances: pixels, growing; the first is 0: the mask as it is.
        """
        self._mask = mask
        self._tolerances = tolerances
        self._known: dict[tuple[int, int], Part | None] = {}

    def at(self, level: int) -> Polygons:
        """The mask at a level; a part that would cross itself is left as at the level before."""
        if level == 0:
            return self._mask
        parts = tuple(self._part(number, level) for number in range(len(self._mask.parts)))
        simple = Polygons(parts)
        return mend(simple) or simple  # parts may run into each other

    def _part(self, number: int, level: int) -> Part:
        for lower in range(level, 0, -1):
            key = number, lower
            if key not in self._known:
                self._known[key] = _simple(self._mask.parts[number], self._tolerances[lower])
            part = self._known[key]
            if part is not None:
                return part
        return self._mask.parts[number]


def _simple(part: Part, tolerance: float) -> Part | None:
    """The part at a tolerance, holes that shrank to a line left out; None when it is not valid."""
    outer = _thinned(part.outer, tolerance)
    holes = [_thinned(hole, tolerance) for hole in part.holes]
    holes = [hole for hole in holes if len(hole) >= 3]
    if len(outer) < 3 or not shapely.is_valid(shapely.Polygon(outer, holes)):
        return None
    simple = Part(ring_of(outer), tuple(ring_of(hole) for hole in holes))
    is_more = vertices_of(Polygons((simple,))) > vertices_of(Polygons((part,)))
    return None if is_more else simple


def _thinned(ring: Ring, tolerance: float) -> NDArray[np.float64]:
    """The ring's vertices that stay, float64 [N, 2]: two lines between its furthest vertices."""
    points = _without_stairs(ring)
    first = int(_distance(points, points.mean(0)).argmax())
    points = np.roll(points, -first, axis=0)
    second = int(_distance(points, points[0]).argmax())
    lines = [points[: second + 1], np.concatenate([points[second:], points[:1]])]
    lines = [line for line in lines if len(line) >= 2]
    thin = [_line(line, tolerance)[:-1] for line in lines]
    return np.concatenate(thin)


def _without_stairs(ring: Ring) -> NDArray[np.float64]:
    """The ring's vertices with each step of pixel stairs cut from middle to middle."""
    points = points_of(ring)
    onward = np.roll(points, -1, axis=0) - points
    came = np.roll(onward, 1, axis=0)
    after, before = np.abs(onward).sum(1), np.abs(came).sum(1)
    is_right = ((onward == 0) ^ (came == 0)).all(1) & (np.minimum(after, before) > 0)
    is_step = is_right & (np.minimum(after, before) <= _STEP)
    if not is_step.any() or ring_area(ring) < _NO_STAIRS:
        return points
    reach = np.where(is_step[:, None], _LEG, 0.0)
    back = np.minimum(reach, before[:, None] / 2) / np.maximum(before[:, None], 1e-12)
    ahead = np.minimum(reach, after[:, None] / 2) / np.maximum(after[:, None], 1e-12)
    cut = np.stack([points - came * back, points + onward * ahead], axis=1).reshape(-1, 2)
    is_new = (cut != np.roll(cut, 1, axis=0)).any(1)
    kept: NDArray[np.float64] = cut[is_new]
    return kept


def _line(points: NDArray[np.float64], tolerance: float) -> NDArray[np.float64]:
    kept = shapely.simplify(shapely.LineString(points), tolerance, preserve_topology=False)
    coordinates: NDArray[np.float64] = shapely.get_coordinates(kept)
    return coordinates


def _distance(points: NDArray[np.float64], place: NDArray[np.float64]) -> NDArray[np.float64]:
    distance: NDArray[np.float64] = np.hypot(*(points - place).T)
    return distance
