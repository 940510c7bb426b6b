"""Areas of many polygons on a small grid at once: what an edit of an outline would change.

A change of an outline turns a polygon's worth of cells over: moving a vertex turns over the
quadrilateral between its old and its new place, whatever the rest of the outline does. So the gain
of a hundred possible edits is a hundred sums over small polygons, by even-odd crossings of rows.
"""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

Floats = NDArray[np.float64]
Bits = NDArray[np.bool_]


def padded(polygons: Sequence[Floats]) -> Floats:
    """Polygons [E_i, 2] as one array [C, E, 2], E even; the last vertex is repeated."""
    most = max(len(one) for one in polygons)
    most += most % 2
    result = np.empty((len(polygons), most, 2))
    for row, one in zip(result, polygons, strict=True):
        row[: len(one)], row[len(one) :] = one, one[-1]
    return result


def crossings(polygons: Floats, height: int, width: int) -> NDArray[np.int64]:
    """Where the outlines cross the middles of rows, from left to right.

    Args:
        polygons: [C, E, 2] x, y in cells, E even.
        height: of the grid.
        width: of the grid.

    Returns:
        [C, height, E], the number of cells whose middle is to the left of each crossing; crossings
        that do not exist stand at the width, in pairs.
    """
    ends = np.concatenate([polygons[:, 1:], polygons[:, :1]], axis=1)
    run, rise = np.moveaxis(ends - polygons, 2, 0)
    slope = run / np.where(rise == 0, 1.0, rise)
    middle = (np.arange(height) + 0.5)[:, None]
    above = polygons[:, None, :, 1] <= middle
    is_crossed = above != (ends[:, None, :, 1] <= middle)
    x = polygons[:, None, :, 0] + (middle - polygons[:, None, :, 1]) * slope[:, None]
    column = np.where(is_crossed, np.clip(np.ceil(x - 0.5), 0, width), width).astype(np.int64)
    column.sort(axis=2)
    return column


def sums(values: Floats, polygons: Sequence[Floats]) -> Floats:
    """Sums of values [H, W, V] over the cells inside each polygon [E_i, 2]: [C, V]."""
    height, width, count = values.shape
    before = np.zeros((height, width + 1, count))
    np.cumsum(values, axis=1, out=before[:, 1:])
    rows = np.arange(height)[None, :, None]
    result = np.zeros((len(polygons), count))
    sizes = np.array([-(-len(one) // 4) for one in polygons])
    for size in np.unique(sizes):  # like with like: padding to the longest would cost most of it
        chosen = np.flatnonzero(sizes == size)
        columns = crossings(padded([polygons[n] for n in chosen]), height, width)
        at = before[rows, columns]
        result[chosen] = (at[:, :, 1::2] - at[:, :, 0::2]).sum((1, 2))
    return result


def filled(rings: Sequence[Floats], height: int, width: int) -> Bits:
    """The cells, bool [H, W], inside an odd number of rings [E_i, 2]."""
    turns = np.zeros((height, width + 1), np.int64)
    for ring in rings:
        columns = crossings(padded([ring]), height, width)[0]
        rows = np.repeat(np.arange(height), columns.shape[1])
        np.add.at(turns, (rows, columns.ravel()), 1)
    return (np.cumsum(turns, axis=1)[:, :-1] % 2).astype(bool)
