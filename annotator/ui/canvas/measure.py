"""Boxes and areas of thousands of polygon masks at once: one at a time they cost half a second."""

from __future__ import annotations

from collections.abc import Sequence
from itertools import chain
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from annotator.domain.model import Box, Polygons

BLOCK = 400
"""Masks measured together: beyond, only the memory in between grows."""


class Measured(NamedTuple):
    """What is asked of every mask.

    Attributes:
        box: the smallest around the outer rings.
        area: square pixels, holes taken off.
    """

    box: Box
    area: float


def measure(masks: Sequence[Polygons]) -> list[Measured]:
    """Measure masks, each of one part or more, none of whose rings is empty."""
    blocks = (masks[n : n + BLOCK] for n in range(0, len(masks), BLOCK))
    return [measured for block in blocks for measured in _measure(block)]


def _measure(masks: Sequence[Polygons]) -> list[Measured]:
    parts = [part for mask in masks for part in mask.parts]
    rings = [ring for part in parts for ring in (part.outer, *part.holes)]
    lengths = np.array([len(ring) // 2 for ring in rings])
    points = np.fromiter(chain.from_iterable(rings), np.float64, 2 * lengths.sum()).reshape(-1, 2)
    starts = np.cumsum(lengths) - lengths
    is_outer = np.concatenate([[True] + [False] * len(part.holes) for part in parts])
    signed = np.where(is_outer, 1.0, -1.0) * _areas(points, starts, lengths)
    counts = np.array([sum(1 + len(part.holes) for part in mask.parts) for mask in masks])
    firsts: NDArray[np.int64] = np.cumsum(counts) - counts
    areas = np.add.reduceat(signed, firsts).tolist()
    boxes = _boxes(points, starts, is_outer, firsts)
    return [Measured(box, area) for box, area in zip(boxes, areas, strict=True)]


def can_measure(mask: Polygons) -> bool:
    """Whether ``measure`` takes it: files hold odd ones."""
    return bool(mask.parts) and all(p.outer and all(p.holes) for p in mask.parts)


def _areas(
    points: NDArray[np.float64], starts: NDArray[np.int64], lengths: NDArray[np.int64]
) -> NDArray[np.float64]:
    """The area each ring encloses (the shoelace formula), about its own first point."""
    after = np.arange(len(points)) + 1
    after[starts + lengths - 1] = starts
    near = points - np.repeat(points[starts], lengths, axis=0)
    cross = near[:, 0] * near[after, 1] - near[after, 0] * near[:, 1]
    return np.abs(np.add.reduceat(cross, starts)) / 2


def _boxes(
    points: NDArray[np.float64],
    starts: NDArray[np.int64],
    is_outer: NDArray[np.bool_],
    firsts: NDArray[np.int64],
) -> list[Box]:
    """The box around each mask's outer rings; dirty files have holes that stick out."""
    low, high = (pick.reduceat(points, starts) for pick in (np.minimum, np.maximum))
    low[~is_outer], high[~is_outer] = np.inf, -np.inf
    low, high = np.minimum.reduceat(low, firsts), np.maximum.reduceat(high, firsts)
    sides = np.concatenate([low, high - low], axis=1)
    return [Box(*row) for row in sides.tolist()]
