"""The lines along which mask probabilities pass 0.5, of many masks at once."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import shapely
from contourpy import FillType, contour_generator
from numpy.typing import NDArray

Floats = NDArray[np.float64]
Ints = NDArray[np.int64]
Shapes = NDArray[np.object_]


@dataclass(frozen=True, slots=True)
class Rings:
    """Closed rings around where the probability is at least 0.5.

    Attributes:
        points: [P, 2] x, y in cells, ring after ring; a mask's first cell reaches from 0 to 1.
        lengths: [R] points of each ring, of which the last is the first again.
        is_outer: [R] whether a ring begins a new part; the rings after it are that part's holes.
        owner: [R] the number of the mask a ring is of.
    """

    points: Floats
    lengths: Ints
    is_outer: NDArray[np.bool_]
    owner: Ints

    @property
    def part(self) -> Ints:
        """The number [R] of the part each ring belongs to."""
        return np.cumsum(self.is_outer) - 1

    def areas(self) -> Floats:
        """Cells inside each ring [R]."""
        if not len(self.lengths):
            return np.zeros(0)
        (x, y), ends = self.points.T, np.cumsum(self.lengths)
        cross = np.append(x[:-1] * y[1:] - x[1:] * y[:-1], 0.0)
        cross[ends - 1] = 0.0  # the step from the end of one ring to the start of the next
        return np.abs(np.add.reduceat(cross, ends - self.lengths)) / 2

    def without_specks(self) -> Rings:
        """Without parts and holes below one cell, which is finer than a mask can say.

        The largest part of a mask always stays.
        """
        areas, outer = self.areas(), self.is_outer
        largest = np.zeros(1 + self.owner.max(initial=0))
        np.maximum.at(largest, self.owner[outer], areas[outer])
        keeps = (areas >= 1.0) | (outer & (areas == largest[self.owner]))
        keeps &= keeps[outer][self.part] & (areas > 0)  # a hole goes with its part
        return Rings(
            self.points[np.repeat(keeps, self.lengths)],
            self.lengths[keeps],
            outer[keeps],
            self.owner[keeps],
        )

    def polygons(self, boxes: Floats, side: int) -> Shapes:
        """The parts as polygons in the pixels of their boxes.

        Args:
            boxes: [N, 4] xyxy of each mask.
            side: cells of a mask.
        """
        if not len(self.lengths):
            return np.zeros(0, np.object_)
        own = np.repeat(self.owner, self.lengths)
        low, size = boxes[:, :2], (boxes[:, 2:] - boxes[:, :2]) / side
        placed = low[own] + self.points * size[own]
        ring = np.repeat(np.arange(len(self.lengths)), self.lengths)
        lines = shapely.linearrings(placed, indices=ring)
        return np.asarray(shapely.polygons(lines, indices=self.part))


def isolines(masks: NDArray[np.float32]) -> Rings:
    """Rings of masks [N, S, S], bilinear between the middles of cells.

    Beyond a mask the probability falls to 0 within one cell, as in torchvision's pasting.
    """
    if not len(masks):
        return Rings(np.zeros((0, 2)), *(np.zeros(0, kind) for kind in (np.int64, bool, np.int64)))
    heights = np.pad(masks.astype(np.float64), ((0, 0), (1, 1), (1, 1)))
    tall = heights.reshape(-1, heights.shape[-1])  # one below the other, their margins between them
    lines = contour_generator(z=tall, fill_type=FillType.ChunkCombinedOffsetOffset)
    (points,), (starts,), (outer,) = lines.filled(0.5, 2.0)
    if points is None:
        return isolines(masks[:0])
    starts = starts.astype(np.int64)
    lengths = np.diff(starts)
    is_outer = np.zeros(len(lengths), bool)
    is_outer[outer[:-1]] = True
    owner = (points[starts[:-1], 1] // heights.shape[1]).astype(np.int64)
    points[:, 1] -= np.repeat(owner, lengths) * heights.shape[1]
    return Rings(points - 0.5, lengths, is_outer, owner)
