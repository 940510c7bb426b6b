"""Outlines out of mask probabilities, without ever painting a mask.

The 0.5 isoline of the 28 x 28 probabilities, scaled to the box, is the border that pasting the mask
into the image would show, at sub-pixel precision and with its holes. Pasting a hundred masks at 12
megapixels takes half a minute and gigabytes; their outlines take some twenty milliseconds.
"""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import shapely
from numpy.typing import NDArray
from shapely.geometry import Polygon

from models.isolines import Floats, Ints, Shapes, isolines
from models.types import Region

SELF_IOU = 0.97
"""How much of itself an outline keeps when it is simplified; higher means more handles to drag."""

_FIRST_TOLERANCE = 0.08  # of the root of the area, made finer until the outline keeps SELF_IOU
_LAST_TOLERANCE = 0.002
_FINER = 1.5


def outline(mask: NDArray[np.float32], box: Sequence[float]) -> tuple[Region, ...]:
    """The parts of one mask [S, S] as simplified outlines with holes; see `outlines`."""
    return outlines(mask[None], np.asarray([box]))[0]


def outlines(masks: NDArray[np.float32], boxes: NDArray[np.floating]) -> list[tuple[Region, ...]]:
    """The parts of masks as simplified outlines with holes.

    All masks go through each step together: a call into the geometry library for all of them costs
    little more than one for a single mask.

    Args:
        masks: [N, S, S] probabilities over the boxes.
        boxes: [N, 4] xyxy the masks cover.

    Returns:
        Of each mask, regions inside its box, largest first; none where it stays below 0.5.
    """
    rings = isolines(masks).without_specks()
    shapes = _simplified(rings.polygons(np.asarray(boxes, np.float64), masks.shape[-1]))
    parts, origin = shapely.get_parts(shapes, return_index=True)
    return _regions(parts, rings.owner[rings.is_outer][origin], len(masks))


def isoline(mask: NDArray[np.float32], box: Sequence[float]) -> list[Polygon]:
    """The polygons in which the probability, bilinear between cell middles, is at least 0.5."""
    polygons = isolines(mask[None]).polygons(np.asarray([box], np.float64), mask.shape[-1])
    return [polygon for polygon in polygons if polygon.area > 0]


def _simplified(shapes: Shapes) -> Shapes:
    """The coarsest Douglas-Peucker outline of each that still covers 97 % of itself."""
    whole = shapes.copy()
    broken = ~shapely.is_valid(shapes)
    whole[broken] = shapely.buffer(shapes[broken], 0)
    areas = shapely.area(whole)
    result, waiting = whole.copy(), np.flatnonzero(areas > 0)
    share = _FIRST_TOLERANCE
    while len(waiting) and share > _LAST_TOLERANCE:
        tolerance = share * np.sqrt(areas[waiting])
        # Keeping the topology takes ten times as long; what breaks goes on to a finer outline.
        coarse = shapely.simplify(whole[waiting], tolerance, preserve_topology=False)
        fits = _keeps_itself(coarse, whole[waiting], areas[waiting])
        result[waiting[fits]] = coarse[fits]
        waiting = waiting[~fits]
        share /= _FINER
    return result


def _keeps_itself(coarse: Shapes, whole: Shapes, areas: Floats) -> NDArray[np.bool_]:
    """Whether shapes are still valid, in as many pieces, and of a high enough IoU.

    The IoU is at most the ratio of the areas, so that few shapes need to be intersected.
    """
    ratio = shapely.area(coarse) / areas
    fits: NDArray[np.bool_] = (ratio >= SELF_IOU) & (ratio <= 1 / SELF_IOU)
    fits[fits] = shapely.is_valid(coarse[fits]) & (_rings(coarse[fits]) == _rings(whole[fits]))
    shared = shapely.area(shapely.intersection(coarse[fits], whole[fits]))
    union = shapely.area(coarse[fits]) + areas[fits] - shared
    fits[fits] = shared >= SELF_IOU * union
    return fits


def _rings(shapes: Shapes) -> Ints:
    """How many parts and holes each shape has."""
    counts = shapely.get_num_geometries(shapes) + shapely.get_num_interior_rings(shapes)
    return np.asarray(counts, np.int64)


def _regions(parts: Shapes, owners: Ints, count: int) -> list[tuple[Region, ...]]:
    """Polygons as regions of the masks they are of, largest first."""
    areas = shapely.area(parts)
    order = np.lexsort((-areas, owners))
    order = order[areas[order] > 0]
    rings, polygon = shapely.get_rings(parts[order], return_index=True)
    points, ring = shapely.get_coordinates(rings, return_index=True)
    ends = np.searchsorted(ring, np.arange(1, len(rings)))
    pieces = np.split(points, ends) if len(rings) else []
    flat = [tuple(piece[:-1].ravel().tolist()) for piece in pieces]
    found: list[list[Region]] = [[] for _ in range(count)]
    first = np.searchsorted(polygon, np.arange(len(order) + 1))
    for number, owner in enumerate(owners[order].tolist()):
        outer, *holes = flat[first[number] : first[number + 1]]
        found[owner].append(Region(outer, tuple(holes)))
    return [tuple(one) for one in found]
