"""True masks and found outlines as bitmaps, for the benchmarks of labelling."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import shapely
from contourpy import contour_generator
from numpy.typing import NDArray
from PIL import Image, ImageDraw
from pycocotools import mask as coco_mask

from models.types import Box, ObjectTarget, Region, Rle

Bitmap = NDArray[np.bool_]

SIDE = 256
"""Cells a side at which IoU is measured, over the object and a margin."""

_MARGIN = 0.3
_FINER = 1.15


def truth(one: ObjectTarget, size: tuple[int, int]) -> tuple[Box, Bitmap]:
    """A rectangle (xyxy) around a labelled object, and its mask there [SIDE, SIDE].

    Args:
        one: with box and mask.
        size: width and height of the image.
    """
    assert one.box is not None
    x0, y0, x1, y1 = one.box
    across, down = _MARGIN * (x1 - x0), _MARGIN * (y1 - y0)
    frame = (
        max(0.0, x0 - across),
        max(0.0, y0 - down),
        min(float(size[0]), x1 + across),
        min(float(size[1]), y1 + down),
    )
    if not isinstance(one.mask, Rle):
        return frame, painted(one.mask or (), frame)
    counts = one.mask.counts
    assert isinstance(counts, str)
    whole = coco_mask.decode({"size": list(one.mask.size), "counts": counts})
    cut = Image.fromarray(whole * 255).resize((SIDE, SIDE), Image.Resampling.NEAREST, box=frame)
    return frame, np.asarray(cut) > 0


def painted(regions: Sequence[Region], frame: Box) -> Bitmap:
    """Outlines in a rectangle (xyxy) of the image [SIDE, SIDE]."""
    canvas = Image.new("1", (SIDE, SIDE))
    brush = ImageDraw.Draw(canvas)
    low, size = np.asarray(frame[:2]), np.subtract(frame[2:], frame[:2])
    for region in regions:
        for ring, ink in ((region.outer, 1), *((hole, 0) for hole in region.holes)):
            points = (np.reshape(ring, (-1, 2)) - low) / size * SIDE - 0.5
            if len(points) > 2:
                brush.polygon([(x, y) for x, y in points.tolist()], fill=ink)
    return np.asarray(canvas)


def iou(first: Bitmap, second: Bitmap) -> float:
    """Of two bitmaps."""
    return float((first & second).sum() / max(1, (first | second).sum()))


def overlap(first: Box, second: Box) -> float:
    """IoU of two boxes."""
    across = min(first[2], second[2]) - max(first[0], second[0])
    down = min(first[3], second[3]) - max(first[1], second[1])
    shared = max(0.0, across) * max(0.0, down)
    areas = sum((box[2] - box[0]) * (box[3] - box[1]) for box in (first, second))
    return shared / (areas - shared)


def deepest(error: Bitmap) -> tuple[int, tuple[int, int]]:
    """How deep the deepest place of a bitmap lies, in cells from its edge, and its row and column.

    Found by taking the edge away until nothing is left; (0, (0, 0)) for an empty bitmap.
    """
    depth, left, last = 0, np.pad(error, 1), None
    while left.any():
        last, inner = left, left[1:-1, 1:-1]
        kept = inner & left[:-2, 1:-1] & left[2:, 1:-1] & left[1:-1, :-2] & left[1:-1, 2:]
        left, depth = np.pad(kept, 1), depth + 1
    if last is None:
        return 0, (0, 0)
    rows, columns = np.nonzero(last[1:-1, 1:-1])
    middle = len(rows) // 2
    return depth, (int(rows[middle]), int(columns[middle]))


def vertices_needed(wanted: Bitmap, floor: float) -> int:
    """Vertices of the coarsest Douglas-Peucker outline of a mask with an IoU of at least ``floor``.

    Holes are not drawn; an object in several parts needs an outline for each.
    """
    field = np.pad(wanted.astype(np.float64), 1)
    lines = contour_generator(z=field).lines(0.5)
    rings = [shapely.Polygon(line - 0.5) for line in lines if len(line) > 3]
    whole = shapely.unary_union([ring.buffer(0) for ring in rings])
    tolerance = float(SIDE)
    while tolerance > 0.05:
        coarse = shapely.simplify(whole, tolerance, preserve_topology=True)
        shared = coarse.intersection(whole).area
        if shared >= floor * coarse.union(whole).area:
            break
        tolerance /= _FINER
    parts = shapely.get_parts(coarse)
    return int(sum(len(part.exterior.coords) - 1 for part in parts))
