"""Masks settled on the pixels: a random walker that starts from what is believed already.

Grady, "Random Walks for Image Segmentation" (PAMI 2006), with beliefs as in Grady, "Multilabel
Random Walker Image Segmentation Using Prior Models" (CVPR 2005): each cell draws its neighbours
towards its own value, the more alike the two look, and its belief holds it with a trust of its own.
The result is the minimum of a quadratic form: one sparse linear system, solved by conjugate
gradients.
"""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

Field = NDArray[np.float32]

_CONTRAST = 8.0  # how sharply a difference parts two cells; chosen on fruits, nuclei and animals
_FAINTEST = 1e-3  # how far unlike neighbours still draw each other
_ROUNDS = 60
_CLOSE_ENOUGH = 1e-6  # of the first residual, squared


def settle(belief: Field, trust: Field, looks: Field) -> Field:
    """The mask [S, S], 0 .. 1, that agrees with its neighbours wherever they look alike.

    Args:
        belief: [S, S], 0 .. 1, how likely each cell is inside.
        trust: [S, S], how firmly that is believed, in units of one neighbour that looks the same.
        looks: [S, S, C], what cells look like; only differences count.
    """
    drawn = _Neighbours(looks, trust)
    x = belief.astype(np.float32, copy=True)
    left = trust * belief - drawn.times(x)
    eased = left / drawn.weight
    way, gain = eased.copy(), float((left * eased).sum())
    enough = _CLOSE_ENOUGH * gain
    for _ in range(_ROUNDS):
        if gain <= enough:
            break
        forward = drawn.times(way)
        step = gain / float((way * forward).sum())
        x += step * way
        left -= step * forward
        eased = left / drawn.weight
        before, gain = gain, float((left * eased).sum())
        way = eased + (gain / before) * way
    return x.clip(0, 1)


class _Neighbours:
    """The system's matrix: how neighbours draw each other, and what holds each cell."""

    def __init__(self, looks: Field, trust: Field) -> None:
        self._across = _likeness(looks[:, 1:] - looks[:, :-1])
        self._down = _likeness(looks[1:] - looks[:-1])
        self.weight = trust.astype(np.float32, copy=True)
        self.weight[:, 1:] += self._across
        self.weight[:, :-1] += self._across
        self.weight[1:] += self._down
        self.weight[:-1] += self._down

    def times(self, x: Field) -> Field:
        """The matrix times a field."""
        y = self.weight * x
        y[:, 1:] -= self._across * x[:, :-1]
        y[:, :-1] -= self._across * x[:, 1:]
        y[1:] -= self._down * x[:-1]
        y[:-1] -= self._down * x[1:]
        return y


def _likeness(step: Field) -> Field:
    """How strongly neighbours draw each other, 1 where they look the same."""
    away = (step.astype(np.float32) ** 2).sum(-1)
    usual = float(away.mean()) + 1e-9
    return np.asarray(np.exp(-_CONTRAST * away / usual) + _FAINTEST, np.float32)
