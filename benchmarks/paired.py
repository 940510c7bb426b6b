"""Areas under curves over a common range, and whether one way is better than another, by seed."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

Curve = Sequence[tuple[float, float]]
"""Points (what was spent, what was reached), what was spent rising."""

_T = (12.706, 4.303, 3.182, 2.776, 2.571, 2.447, 2.365, 2.306, 2.262, 2.228)
"""Student's t at 97.5 %, by degrees of freedom from 1."""
_NORMAL = 1.96


def mean_height(curve: Curve, end: float) -> float:
    """The area under straight lines between the points, up to ``end``, over its width.

    Beyond its last point a curve stays where it is.

    Raises:
        ValueError: nothing lies before the end.
    """
    spent, reached = (np.array(values, np.float64) for values in zip(*curve, strict=True))
    if end <= spent[0]:
        raise ValueError("a curve that begins at its end has no area")
    inside = spent < end
    x = np.append(spent[inside], end)
    y = np.append(reached[inside], np.interp(end, spent, reached))
    return float(np.trapezoid(y, x) / (end - spent[0]))


@dataclass(frozen=True, slots=True)
class Difference:
    """The mean of differences by seed, and its 95 % interval (Student's t)."""

    mean: float
    low: float
    high: float
    seeds: int


def difference(better: Sequence[float], worse: Sequence[float]) -> Difference:
    """Of paired values; with one pair there is no interval.

    Raises:
        ValueError: without a pair, or where one has no partner.
    """
    values = np.array([a - b for a, b in zip(better, worse, strict=True)])
    if not len(values):
        raise ValueError("there is nothing to compare")
    mean = float(values.mean())
    if len(values) == 1:
        return Difference(mean, -math.inf, math.inf, 1)
    degrees = len(values) - 1
    factor = _T[degrees - 1] if degrees <= len(_T) else _NORMAL
    reach = factor * float(values.std(ddof=1)) / math.sqrt(len(values))
    return Difference(mean, mean - reach, mean + reach, len(values))
