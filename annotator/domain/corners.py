"""Several vertices of a mask at once: which lie in a box, moved together, taken out."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Collection, Iterator
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from annotator.domain.geometry import box_of_points, points_of, ring_of
from annotator.domain.model import Box, Part, Polygons, Ring


class Corner(NamedTuple):
    """One vertex of a mask.

    Attributes:
        part: number of the part.
        ring: 0 for the part's outer ring, then its holes.
        vertex: its number there.
    """

    part: int
    ring: int
    vertex: int


def corners_within(mask: Polygons, box: Box) -> frozenset[Corner]:
    """The vertices inside a box or on its edge."""
    found: list[Corner] = []
    for part, ring, points in _numbered(mask):
        low, high = (box.x, box.y), (box.right, box.bottom)
        inside = ((points >= low) & (points <= high)).all(axis=1)
        found += [Corner(part, ring, index) for index in np.flatnonzero(inside).tolist()]
    return frozenset(found)


def places_of(mask: Polygons, corners: Collection[Corner]) -> NDArray[np.float64]:
    """Where vertices are, float64 [N, 2], in the order of their rings."""
    chosen = _by_ring(corners)
    places = [points[chosen[p, r]] for p, r, points in _numbered(mask) if (p, r) in chosen]
    return np.concatenate(places) if places else np.zeros((0, 2))


def box_of_corners(mask: Polygons, corners: Collection[Corner]) -> Box | None:
    """The smallest box around vertices; None without any."""
    return box_of_points(places_of(mask, corners))


def corners_moved(mask: Polygons, corners: Collection[Corner], dx: float, dy: float) -> Polygons:
    """The mask with some vertices shifted by (dx, dy) pixels; it may have to be mended."""

    def moved(ring: Ring, chosen: list[int]) -> Ring:
        points = points_of(ring).copy()
        points[chosen] += (dx, dy)
        return ring_of(points)

    return _changed(mask, corners, moved)


def corner_put(mask: Polygons, corner: Corner, x: float, y: float) -> Polygons:
    """The mask with one vertex at a place, to the last digit."""

    def put(ring: Ring, chosen: list[int]) -> Ring:
        points = points_of(ring).copy()
        points[chosen] = (x, y)
        return ring_of(points)

    return _changed(mask, [corner], put)


def corners_removed(mask: Polygons, corners: Collection[Corner]) -> Polygons | None:
    """The mask without some vertices; a hole or a part that keeps fewer than three goes as a whole.

    Returns:
        None when nothing would be left.
    """

    def kept(ring: Ring, chosen: list[int]) -> Ring:
        return ring_of(np.delete(points_of(ring), chosen, axis=0))

    after = _changed(mask, corners, kept)
    parts = [
        Part(part.outer, tuple(hole for hole in part.holes if len(hole) >= 6))
        for part in after.parts
        if len(part.outer) >= 6
    ]
    return Polygons(tuple(parts)) if parts else None


def _changed(
    mask: Polygons, corners: Collection[Corner], change: Callable[[Ring, list[int]], Ring]
) -> Polygons:
    """The mask with another form of each ring that some of the vertices are on."""
    chosen = _by_ring(corners)
    parts: list[Part] = []
    for number, part in enumerate(mask.parts):
        rings = [
            change(ring, chosen[number, n]) if (number, n) in chosen else ring
            for n, ring in enumerate((part.outer, *part.holes))
        ]
        parts.append(Part(rings[0], tuple(rings[1:])))
    return Polygons(tuple(parts))


def _by_ring(corners: Collection[Corner]) -> dict[tuple[int, int], list[int]]:
    """The numbers of the vertices in order, by part and ring."""
    found: dict[tuple[int, int], list[int]] = defaultdict(list)
    for part, ring, vertex in sorted(corners):
        found[part, ring].append(vertex)
    return found


def _numbered(mask: Polygons) -> Iterator[tuple[int, int, NDArray[np.float64]]]:
    for number, part in enumerate(mask.parts):
        for ring, flat in enumerate((part.outer, *part.holes)):
            yield number, ring, points_of(flat)
