"""Images to begin with, before any model exists: one from each kind of picture there is. Numpy."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

_ROUNDS, _TRIES = 30, 8


def medoids(looks: NDArray[np.floating], count: int, seed: int = 0) -> list[int]:
    """The most typical image of each of so many groups of alike ones, the largest group first.

    k-means with k-means++ beginnings (Arthur and Vassilvitskii, 2007), on features each in units
    of its spread; of each group the image nearest to its middle.

    Args:
        looks: [N, F] what the images look like.
        count: of groups; fewer where there are fewer images.
        seed: of the beginnings.

    Returns:
        Numbers of images, each once.
    """
    rows = np.asarray(looks, np.float64)
    count = min(count, len(rows))
    if not count:
        return []
    rows = (rows - rows.mean(0)) / np.maximum(rows.std(0), 1e-9)
    rows /= np.maximum(np.linalg.norm(rows, axis=1, keepdims=True), 1e-9)
    draws = np.random.default_rng(seed)
    tries = [_grouped(rows, count, draws) for _ in range(_TRIES)]
    away = _away(rows, min(tries, key=lambda middles: float(_away(rows, middles).min(1).sum())))
    own = away.argmin(1)
    sizes = np.bincount(own, minlength=count)
    found = [np.flatnonzero(own == n)[away[own == n, n].argmin()] for n in range(count) if sizes[n]]
    return [int(n) for n in sorted(found, key=lambda n: -sizes[own[n]])]


def _grouped(
    rows: NDArray[np.float64], count: int, draws: np.random.Generator
) -> NDArray[np.float64]:
    """The middles [count, F] of groups of rows."""
    middles = rows[_beginnings(rows, count, draws)]
    for _ in range(_ROUNDS):
        own = _away(rows, middles).argmin(1)
        moved = [rows[own == n].mean(0) if (own == n).any() else middles[n] for n in range(count)]
        if np.allclose(moved, middles):
            break
        middles = np.stack(moved)
    return middles


def _beginnings(rows: NDArray[np.float64], count: int, draws: np.random.Generator) -> list[int]:
    chosen = [int(draws.integers(len(rows)))]
    while len(chosen) < count:
        away = _away(rows, rows[chosen]).min(1)
        away[chosen] = 0.0
        total = float(away.sum())
        if total <= 0:  # all that is left is the same picture again
            break
        chosen.append(int(draws.choice(len(rows), p=away / total)))
    return chosen + [chosen[-1]] * (count - len(chosen))


def _away(rows: NDArray[np.float64], others: NDArray[np.float64]) -> NDArray[np.float64]:
    squares = (rows**2).sum(1)[:, None] - 2 * rows @ others.T + (others**2).sum(1)[None]
    found: NDArray[np.float64] = np.maximum(squares, 0.0)
    return found
