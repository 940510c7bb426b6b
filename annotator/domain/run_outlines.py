"""The outlines of run lengths, looked for inside their bounds instead of on the whole frame."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from annotator.domain import masks
from annotator.domain.model import Box, Part, Polygons, Ring, Rle
from annotator.domain.outlines import from_bitmap


@dataclass(frozen=True, slots=True)
class RunFacts:
    """What run lengths say without a bitmap.

    Attributes:
        bounds: the smallest box around them, pixels; None when no pixel is set.
        area: how many pixels are set.
    """

    bounds: Box | None
    area: float


def facts_of_runs(rle: Rle) -> RunFacts | None:
    """Bounds and area of run lengths; None when they cannot be read."""
    if not masks.is_sound(rle):
        return None
    return RunFacts(masks.bounds(rle), masks.area(rle))


def outlines_of_runs(rle: Rle) -> Polygons:
    """As ``from_bitmap`` of the whole bitmap, at the price of the part that is not empty.

    Raises:
        ValueError: the run lengths are not sound.
    """
    box = masks.bounds(rle)
    if box is None:
        return Polygons(())
    left, top = int(box.x), int(box.y)
    columns = _columns(rle, left, left + int(box.width))
    found = from_bitmap(columns[top : top + int(box.height)])
    return Polygons(
        tuple(
            Part(_shifted(p.outer, left, top), tuple(_shifted(h, left, top) for h in p.holes))
            for p in found.parts
        )
    )


def _shifted(ring: Ring, dx: int, dy: int) -> Ring:
    return tuple((np.reshape(ring, (-1, 2)) + np.array([dx, dy])).ravel().tolist())


def _columns(rle: Rle, left: int, right: int) -> NDArray[np.bool_]:
    """Columns ``left`` to ``right`` of the bitmap, bool [height, right - left]."""
    height = rle.size[0]
    ends = np.cumsum(masks.runs_of(rle)).clip(left * height, right * height)
    runs = np.diff(ends, prepend=left * height)
    flat = np.repeat(np.arange(len(runs)) % 2 == 1, runs)
    return flat.reshape(right - left, height).T
