"""How often an image is drawn: more often where it shows what few others show."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

from models.types import Sample


def repeat_factors(samples: Sequence[Sample], threshold: float) -> NDArray[np.float64]:
    """Times an image is drawn in one turn through all of them.

    A category on a share f of the images asks for `max(1, sqrt(threshold / f))`, an image is drawn
    as often as the rarest category on it asks for (Gupta, Dollar and Girshick: LVIS, CVPR 2019).

    Args:
        samples: the images.
        threshold: share of the images from which on a category is not rare; 0 repeats nothing.

    Returns:
        float64 [N], 1 and more.
    """
    shown = [{o.label for o in sample.objects if not o.is_crowd} for sample in samples]
    counts = Counter(label for labels in shown for label in labels)
    wanted = {c: max(1.0, (threshold * len(samples) / n) ** 0.5) for c, n in counts.items()}
    factors = [max((wanted[label] for label in labels), default=1.0) for labels in shown]
    return np.array(factors, dtype=np.float64)


def one_turn(factors: NDArray[np.float64], random: np.random.Generator) -> list[int]:
    """Every image in random order, each as often as its factor says; a part of a time by chance."""
    times = np.floor(factors)
    rest = factors - times
    if rest.any():
        times += random.random(len(factors)) < rest
    every = np.repeat(np.arange(len(factors)), times.astype(np.int64))
    order: list[int] = random.permutation(every).tolist()
    return order
