"""Level of detail: outlines with no more vertices than can be told apart at a zoom."""

from __future__ import annotations

from collections.abc import Sequence
from math import floor, log2

import numpy as np
import shapely
from numpy.typing import NDArray

from annotator.ui.canvas.paths import Rings

TOLERANCE = 0.5
"""Device pixels that a drawn outline may be off; half of them at least, for levels halve."""
FEW = 8
"""Vertices of a ring below which nothing is gained."""


def level_of(zoom: float) -> int | None:
    """The level for a zoom: outlines may be off by 2 ** level image pixels; None for not at all.

    Levels go by whole powers of two, so that a step of the wheel mostly keeps what was worked out.
    """
    level = floor(log2(TOLERANCE / zoom))
    return level if level >= 0 else None


def simplified(shapes: Sequence[tuple[Rings, Sequence[bool]]], level: int) -> list[Rings]:
    """Each shape's rings with fewer vertices (Douglas-Peucker), thousands in one go.

    What would shrink to a line stays: an outer ring as the box around it. A hole does not: it could
    not be seen.

    Args:
        shapes: rings, each float64 [N, 2] in image pixels, and which of them are holes.
        level: as ``level_of`` gives it.
    """
    many = [ring for rings, _ in shapes for ring in rings if len(ring) >= FEW]
    fewer = iter(_simplified(many, 2.0**level))
    found: list[Rings] = []
    for rings, are_holes in shapes:
        kept = []
        for ring, is_hole in zip(rings, are_holes, strict=True):
            short = next(fewer) if len(ring) >= FEW else ring
            if len(short) >= 3:
                kept.append(short)
            elif not is_hole and len(ring):
                kept.append(_box_around(ring))
        found.append(kept)
    return found


def _simplified(
    rings: Sequence[NDArray[np.float64]], tolerance: float
) -> list[NDArray[np.float64]]:
    if not rings:
        return []
    lengths = np.array([len(ring) + 1 for ring in rings])
    closed = np.concatenate([part for ring in rings for part in (ring, ring[:1])])
    lines = shapely.linestrings(closed, indices=np.repeat(np.arange(len(rings)), lengths))
    short = shapely.simplify(lines, tolerance, preserve_topology=False)
    points, owner = shapely.get_coordinates(short, return_index=True)
    ends = np.searchsorted(owner, np.arange(len(rings)), side="right").tolist()
    return [points[a : b - 1] for a, b in zip([0, *ends[:-1]], ends, strict=True)]


def _box_around(ring: NDArray[np.float64]) -> NDArray[np.float64]:
    left, top = ring.min(axis=0)
    right, bottom = ring.max(axis=0)
    return np.array([(left, top), (right, top), (right, bottom), (left, bottom)])
