"""What an expected IoU has proved to be worth: predictions compared with what people made of them.

The network's own expectation is fitted to the IoU that was found in the end by isotonic regression:
the non-decreasing curve of least squared error, by pooling adjacent violators (Ayer et al., 1955).
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace

import numpy as np
from numpy.typing import NDArray

from annotator.domain.agreement import mask_iou
from annotator.domain.model import Mask, Polygons, Prediction

FEWEST_PAIRS = 200
"""Fewer say too little: what the network expects stands as it is."""

GOOD_IOU = 0.9
"""A mask of this IoU is left as it is: what was accepted unchanged has it at least."""

_UNCHANGED = 0.995  # IoU from which on a mask is the predicted one, rounded perhaps

Floats = NDArray[np.float64]


@dataclass(frozen=True, slots=True)
class Outcome:
    """A prediction's mask, and the mask of the object it became.

    Attributes:
        category_id: of the prediction.
        expected: the IoU the network expected, 0 .. 1.
        predicted: the mask as it was predicted.
        mask: the object's mask as it is now.
    """

    category_id: int
    expected: float
    predicted: Polygons
    mask: Mask


@dataclass(frozen=True, slots=True)
class Pair:
    """The IoU that was expected of one mask, and the one it had."""

    category_id: int
    expected: float
    found: float


def pair_of(outcome: Outcome) -> Pair:
    """What one outcome says.

    A mask that was left as it is tells only that it was good enough, an IoU from 0.9 on. It counts
    as what was expected where that is more, and else as 0.9: the least that contradicts neither. As
    1 it would say that whoever accepts is never content with less than a perfect outline.
    """
    found = mask_iou(outcome.mask, outcome.predicted)
    if found >= _UNCHANGED:
        found = max(GOOD_IOU, outcome.expected)
    return Pair(outcome.category_id, outcome.expected, found)


def isotonic(values: Floats, weights: Floats) -> Floats:
    """The non-decreasing row that is nearest to a row of values.

    Args:
        values: float64 [N].
        weights: float64 [N], how much each counts, above 0.

    Returns:
        float64 [N], of least ``sum(weights * (result - values) ** 2)``.
    """
    means: list[float] = []
    masses: list[float] = []
    counts: list[int] = []
    for value, weight in zip(values.tolist(), weights.tolist(), strict=True):
        mean, mass, count = value, weight, 1
        while means and means[-1] >= mean:
            other, weighs = means.pop(), masses.pop()
            mean = (mean * mass + other * weighs) / (mass + weighs)
            mass, count = mass + weighs, count + counts.pop()
        means.append(mean)
        masses.append(mass)
        counts.append(count)
    return np.repeat(np.asarray(means, np.float64), counts)


@dataclass(frozen=True, slots=True)
class Curve:
    """What an expectation is worth: straight between its points, level beyond them.

    Attributes:
        pairs: how many it comes from.
        expected: rising, 0 .. 1.
        found: the IoU at each, never falling.
    """

    pairs: int
    expected: tuple[float, ...]
    found: tuple[float, ...]

    @classmethod
    def of(cls, pairs: Sequence[Pair]) -> Curve:
        """The curve of least squared error through pairs, of which there is at least one."""
        said = np.asarray([pair.expected for pair in pairs], np.float64)
        true = np.asarray([pair.found for pair in pairs], np.float64)
        places, where, counts = np.unique(said, return_inverse=True, return_counts=True)
        means = np.bincount(where.ravel(), true) / counts
        fitted = isotonic(means, counts.astype(np.float64))
        rises = np.r_[True, fitted[1:] != fitted[:-1], True]
        bends = rises[:-1] | rises[1:]  # where a level begins or ends: two thousand points are few
        return cls(len(pairs), tuple(places[bends].tolist()), tuple(fitted[bends].tolist()))

    def at(self, expected: float) -> float:
        """The IoU to expect where the network expects that one."""
        return float(np.interp(expected, self.expected, self.found))


@dataclass(frozen=True, slots=True)
class Calibration:
    """What a project's corrections say about the IoU that predictions expect.

    Attributes:
        pairs: how many there are, also while they are too few.
        whole: over all categories; None while there are too few.
        own: of each category that has enough of its own.
    """

    pairs: int = 0
    whole: Curve | None = None
    own: Mapping[int, Curve] = field(default_factory=dict)

    @classmethod
    def of(cls, pairs: Sequence[Pair]) -> Calibration:
        """From all pairs there are."""
        by_category: dict[int, list[Pair]] = {}
        for pair in pairs:
            by_category.setdefault(pair.category_id, []).append(pair)
        own = {
            key: Curve.of(mine) for key, mine in by_category.items() if len(mine) >= FEWEST_PAIRS
        }
        return cls(len(pairs), Curve.of(pairs) if len(pairs) >= FEWEST_PAIRS else None, own)

    def curve(self, category_id: int) -> Curve | None:
        """The one that counts for a category; None where the network's own word stands."""
        return self.own.get(category_id, self.whole)

    def applied(self, prediction: Prediction) -> Prediction:
        """A prediction whose doubt about its mask is what it has proved to be worth."""
        curve, doubt = self.curve(prediction.category_id), prediction.doubt
        if curve is None or doubt.mask is None:
            return prediction
        return replace(prediction, doubt=replace(doubt, mask=1 - curve.at(1 - doubt.mask)))
