"""What run lengths say without a bitmap."""

from __future__ import annotations

from dataclasses import dataclass

from annotator.domain import masks
from annotator.domain.model import Box, Rle


@dataclass(frozen=True, slots=True)
class RunFacts:
    """Bounds and area.

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
