"""Outlines out of mask probabilities, without ever painting a mask.

The 0.5 isoline of the 28 x 28 probabilities, scaled to the box, is the border that pasting the mask
into the image would show, at sub-pixel precision and with its holes. One hundred masks take
56 ms this way and 29.5 s pasted at 12 megapixels.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from itertools import pairwise

import numpy as np
import shapely
from contourpy import FillType, contour_generator
from numpy.typing import NDArray
from shapely.geometry import MultiPolygon, Polygon

from models.types import Region

SELF_IOU = 0.97
"""How much of itself an outline keeps when it is simplified; higher means more handles to drag."""

_FIRST_TOLERANCE = 0.08  # of the root of the area, halved until the outline keeps SELF_IOU
_LAST_TOLERANCE = 0.002


def outline(mask: NDArray[np.float32], box: Sequence[float]) -> tuple[Region, ...]:
    """The parts of one mask as simplified outlines with holes.

    Args:
        mask: [S, S] probabilities over the box.
        box: xyxy the mask covers.

    Returns:
        Regions inside the box, largest first; none where the mask stays below 0.5.
    """
    cell = (box[2] - box[0]) * (box[3] - box[1]) / mask.size
    polygons = [_simplified(polygon) for polygon in _without_specks(isoline(mask, box), cell)]
    kept = [part for polygon in polygons for part in _parts(polygon)]
    return tuple(_region(polygon) for polygon in sorted(kept, key=lambda item: -item.area))


def _without_specks(polygons: list[Polygon], cell: float) -> list[Polygon]:
    """Without parts and holes smaller than one cell, which is finer than the mask can say.

    The largest part always stays.
    """
    ordered = sorted(polygons, key=lambda polygon: -polygon.area)
    kept = ordered[:1] + [polygon for polygon in ordered[1:] if polygon.area >= cell]
    return [
        Polygon(part.exterior, [ring for ring in part.interiors if Polygon(ring).area >= cell])
        for part in kept
    ]


def isoline(mask: NDArray[np.float32], box: Sequence[float]) -> list[Polygon]:
    """The polygons in which the probability, bilinear between cell middles, is at least 0.5.

    Beyond the box it falls to 0 within one cell, as in torchvision's pasting.
    """
    side_y, side_x = mask.shape
    x = box[0] + (np.arange(-1, side_x + 1) + 0.5) / side_x * (box[2] - box[0])
    y = box[1] + (np.arange(-1, side_y + 1) + 0.5) / side_y * (box[3] - box[1])
    height = np.pad(mask.astype(np.float64), 1)
    lines = contour_generator(x, y, height, fill_type=FillType.OuterOffset)
    points, offsets = lines.filled(0.5, 2.0)
    polygons = []
    for ring, ends in zip(points, offsets, strict=True):
        rings = [ring[start:end] for start, end in pairwise(ends)]
        polygons.append(Polygon(rings[0], rings[1:]))
    return [polygon for polygon in polygons if polygon.area > 0]


def _simplified(polygon: Polygon) -> Polygon | MultiPolygon:
    """The coarsest Douglas-Peucker outline that still covers 97 % of itself."""
    whole = polygon if polygon.is_valid else polygon.buffer(0)
    root = whole.area**0.5
    share = _FIRST_TOLERANCE
    while share > _LAST_TOLERANCE:
        coarse = shapely.simplify(whole, share * root, preserve_topology=True)
        if coarse.is_valid and _iou(coarse, whole) >= SELF_IOU:
            return coarse
        share /= 1.5
    return whole


def _iou(one: Polygon | MultiPolygon, other: Polygon | MultiPolygon) -> float:
    shared = float(one.intersection(other).area)
    union = float(one.area) + float(other.area) - shared
    return shared / union if union else 1.0


def _parts(shape: Polygon | MultiPolygon) -> Iterable[Polygon]:
    return shape.geoms if isinstance(shape, MultiPolygon) else (shape,)


def _region(polygon: Polygon) -> Region:
    return Region(_flat(polygon.exterior), tuple(_flat(ring) for ring in polygon.interiors))


def _flat(ring: shapely.LinearRing) -> tuple[float, ...]:
    """x0, y0, x1, y1, ... without the repeated last point."""
    return tuple(float(value) for value in np.asarray(ring.coords)[:-1].ravel())


def regions_area(regions: Sequence[Region]) -> float:
    """Pixels inside all regions together."""
    return sum(
        _ring_area(region.outer) - sum(_ring_area(hole) for hole in region.holes)
        for region in regions
    )


def _ring_area(ring: Sequence[float]) -> float:
    x, y = np.asarray(ring, dtype=float).reshape(-1, 2).T
    return abs(float(np.dot(x, np.roll(y, -1)) - np.dot(y, np.roll(x, -1)))) / 2
