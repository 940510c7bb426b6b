"""Masks drawn as outlines: measuring, cutting, uniting and mending them.

Frames as in ``geometry``; a mask is several parts, each an outer ring and the holes in it.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np
import shapely
from numpy.typing import NDArray

from annotator.domain.geometry import (
    box_of_points,
    move_ring,
    points_of,
    ring_area,
    ring_contains,
    ring_of,
)
from annotator.domain.model import Box, Part, Polygons, Ring

SMALLEST_AREA = 1e-6
"""Square pixels; pieces below are rounding residue of an overlay, never drawn by a hand."""

_SHARES = (1.0, 0.8, 0.6, 0.4, 0.2, 0.0)
"""Of a tolerance, tried one after the other."""

FARTHEST = 1e9
"""Pixels from the image's corner beyond which a coordinate is a mistake, as NaN is one."""


def shape_of(mask: Polygons) -> Any:
    """The mask as a shapely MultiPolygon, valid or not; its rings have three points or more."""
    return shapely.MultiPolygon(
        [
            shapely.Polygon(points_of(part.outer), [points_of(hole) for hole in part.holes])
            for part in mask.parts
        ]
    )


def box_of_polygons(mask: Polygons) -> Box | None:
    """The smallest box around all parts; None without parts."""
    outers = [points_of(part.outer) for part in mask.parts if part.outer]
    return box_of_points(np.concatenate(outers)) if outers else None


def rings_of(mask: Polygons) -> tuple[Ring, ...]:
    """Every ring, each part's outer one before its holes."""
    return tuple(ring for part in mask.parts for ring in (part.outer, *part.holes))


def polygons_area(mask: Polygons) -> float:
    """Square pixels, holes taken off; parts are expected not to overlap."""
    return sum(
        ring_area(part.outer) - sum(ring_area(hole) for hole in part.holes) for part in mask.parts
    )


def polygons_contain(mask: Polygons, x: float, y: float) -> bool:
    """Whether the point lies in any part and in none of that part's holes."""
    return any(
        ring_contains(part.outer, x, y) and not any(ring_contains(h, x, y) for h in part.holes)
        for part in mask.parts
    )


def move_polygons(mask: Polygons, dx: float, dy: float) -> Polygons:
    """All rings shifted by (dx, dy) pixels."""
    return Polygons(
        tuple(
            Part(move_ring(part.outer, dx, dy), tuple(move_ring(h, dx, dy) for h in part.holes))
            for part in mask.parts
        )
    )


def clip_polygons(mask: Polygons, *, width: float, height: float) -> Polygons | None:
    """What lies inside the image: the very same value if all of it does, None if nothing does."""
    box = box_of_polygons(mask)
    if box is not None and min(box.x, box.y) >= 0 and box.right <= width and box.bottom <= height:
        return mask
    return _polygons(shapely.intersection(_geometry(mask), shapely.box(0, 0, width, height)))


def simplify(mask: Polygons, tolerance: float) -> Polygons | None:
    """Fewer vertices; none that goes was further than ``tolerance`` pixels from the new outline.

    Douglas-Peucker. GEOS may take away the vertex a ring begins with last, when the lines beside it
    are coarse already, and so go too far; then it is asked for less.
    """
    simple = whole = _geometry(mask)
    vertices = shapely.points(shapely.get_coordinates(whole))
    for share in _SHARES:
        simple = shapely.simplify(whole, share * tolerance, preserve_topology=True)
        outline = shapely.boundary(simple)
        shapely.prepare(outline)  # else each vertex is measured against every line
        if shapely.dwithin(outline, vertices, tolerance).all():
            break
    return _polygons(simple)


def simplify_line(line: Sequence[float], tolerance: float) -> Ring:
    """An open line x0, y0, x1, y1, ... with fewer points and the same ends (Douglas-Peucker)."""
    points = points_of(line)
    if len(points) < 3:
        return tuple(float(v) for v in line)
    kept = shapely.simplify(shapely.LineString(points), tolerance, preserve_topology=False)
    return ring_of(shapely.get_coordinates(kept))


def union(a: Polygons, b: Polygons) -> Polygons | None:
    """What either covers."""
    return _polygons(shapely.union(_geometry(a), _geometry(b)))


def subtract(a: Polygons, b: Polygons) -> Polygons | None:
    """What ``a`` covers and ``b`` does not; None when nothing is left."""
    return _polygons(shapely.difference(_geometry(a), _geometry(b)))


def intersect(a: Polygons, b: Polygons) -> Polygons | None:
    """What both cover; None when that is nothing."""
    return _polygons(shapely.intersection(_geometry(a), _geometry(b)))


def grow(mask: Polygons, by: float) -> Polygons | None:
    """The outline shifted outwards by pixels, inwards if negative; corners stay corners."""
    return _polygons(shapely.buffer(_geometry(mask), by, join_style="mitre"))


def split(mask: Polygons, line: Sequence[float]) -> tuple[Polygons, ...]:
    """The pieces a cut leaves, largest first; the mask alone when the line does not cross it.

    Args:
        mask: what is cut.
        line: flat x0, y0, x1, y1, ...; it may cross several times.
    """
    whole = _geometry(mask)
    lines = shapely.union_all([shapely.boundary(whole), shapely.LineString(points_of(line))])
    faces = shapely.get_parts(shapely.polygonize([lines]))
    inside = [f for f in faces if shapely.contains_properly(whole, shapely.point_on_surface(f))]
    if len(inside) <= len(shapely.get_parts(whole)):
        return (mask,)
    pieces = [p for p in map(_polygons, inside) if p is not None]
    return tuple(sorted(pieces, key=polygons_area, reverse=True))


def mend(mask: Polygons) -> Polygons | None:
    """The mask as valid polygons: the very same value when it is valid, None when nothing is left.

    Repeated vertices go; an outline that crosses itself covers what it winds around (the non-zero
    rule), so a loop drawn over its own start is filled and a figure of eight becomes two parts.
    """
    is_clean = bool(mask.parts) and all(_is_clean(part) for part in mask.parts)
    if is_clean and shapely.is_valid(shape_of(mask)):
        return mask
    return _polygons(_geometry(mask))


def _is_clean(part: Part) -> bool:
    for ring in (part.outer, *part.holes):
        points = points_of(ring)
        repeats = (points == np.roll(points, -1, axis=0)).all(axis=1)
        if len(points) < 3 or bool(repeats.any()) or not _are_places(points):
            return False
    return True


def _are_places(points: NDArray[np.float64]) -> bool:
    return bool((np.abs(points) <= FARTHEST).all())


def _geometry(mask: Polygons) -> Any:
    """A valid shapely geometry of what the mask covers."""
    parts = [
        shapely.difference(_filled(part.outer), shapely.union_all([_filled(h) for h in part.holes]))
        for part in mask.parts
    ]
    return shapely.union_all(parts)


def _filled(ring: Sequence[float]) -> Any:
    points = points_of(ring)
    if len(points) < 3 or not _are_places(points):
        return shapely.Polygon()
    polygon = shapely.Polygon(points)
    if shapely.is_valid(polygon):
        return polygon
    nodes = shapely.node(shapely.LinearRing(points))
    faces = shapely.get_parts(shapely.polygonize(shapely.get_parts(nodes)))
    return shapely.union_all([f for f in faces if _winding(points, shapely.point_on_surface(f))])


def _winding(points: NDArray[np.float64], at: Any) -> int:
    """How often the ring [N, 2] winds around a point."""
    x, y = shapely.get_x(at), shapely.get_y(at)
    after = np.roll(points, -1, axis=0)
    side = (after[:, 0] - points[:, 0]) * (y - points[:, 1]) - (x - points[:, 0]) * (
        after[:, 1] - points[:, 1]
    )
    up = (points[:, 1] <= y) & (after[:, 1] > y) & (side > 0)
    down = (points[:, 1] > y) & (after[:, 1] <= y) & (side < 0)
    return int(up.sum()) - int(down.sum())


def _polygons(geometry: Any) -> Polygons | None:
    """The areas of a shapely geometry; lines, points and residue are dropped."""
    pieces = [g for g in _flatten(geometry) if shapely.area(g) > SMALLEST_AREA]
    parts = tuple(
        Part(_open_ring(piece.exterior), tuple(_open_ring(hole) for hole in piece.interiors))
        for piece in pieces
    )
    return Polygons(parts) if parts else None


def _flatten(geometry: Any) -> list[Any]:
    if geometry.geom_type in {"MultiPolygon", "GeometryCollection"}:
        return [piece for part in shapely.get_parts(geometry) for piece in _flatten(part)]
    return [geometry] if geometry.geom_type == "Polygon" and not geometry.is_empty else []


def _open_ring(ring: Any) -> Ring:
    return ring_of(shapely.get_coordinates(ring)[:-1])
