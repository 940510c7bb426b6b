"""In which order images come: what is worth most, unlike each other, of all kinds, some by chance.

Only numpy. The rules are those of the project's notes on learning: log value plus Gumbel noise
(nnActive), the best four batches, of them a batch by greedy k-center (Core-set, Sener and Savarese,
2018) seeded with what is labelled; two thirds of it by quotas of categories, a fifth by chance.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

import numpy as np
from numpy.typing import NDArray

from models.valuation import Valued

Floats = NDArray[np.float64]
Rows = NDArray[np.float32]
Ints = NDArray[np.int64]

BATCH = 20
"""Images between two trainings, as in the project's benchmark of economy."""
CANDIDATES = 4
"""Of so many batches the next one is chosen."""
BY_CHANCE = 0.2
BY_CATEGORY = 2 / 3
BATCHES = 5
"""So many batches are chosen with care; what comes after is ordered by value alone, since the queue
is made anew before anybody gets there."""

NOISE = 0.5
"""Of the spread of the logarithms of values."""
NEAR = 0.2
"""Distance (of two at most) below which two images are near-duplicates and are kept apart."""


@dataclass(frozen=True, slots=True)
class Looks:
    """What images look like, float [N, F] each.

    Attributes:
        waiting: of the images to order, in their order.
        labelled: of those that are labelled already.
    """

    waiting: NDArray[np.floating]
    labelled: NDArray[np.floating]


@dataclass(frozen=True, slots=True)
class Wishes:
    """How to choose.

    Attributes:
        batch: images a batch.
        labelled: how many objects of each label there are; rarer ones get a larger quota.
        seed: of all that is left to chance.
    """

    batch: int = BATCH
    labelled: Mapping[int, int] = field(default_factory=dict)
    seed: int = 0


def order(
    images: Sequence[Valued], looks: Looks | None = None, wishes: Wishes | None = None
) -> list[int]:
    """Keys in the order worth working in.

    Args:
        images: to order.
        looks: what they look like; None where that is not known: nothing is kept apart then.
        wishes: the defaults where None.
    """
    chooser = _Chooser(images, looks, wishes or Wishes())
    found: list[int] = []
    for _ in range(BATCHES):
        batch = chooser.batch()
        if not batch:
            break
        found += batch
    return [images[n].key for n in (*found, *chooser.rest())]


def best(images: Sequence[Valued], wishes: Wishes | None = None) -> list[int]:
    """Keys of the images that the next batch is chosen from, the most worth first."""
    wishes = wishes or Wishes()
    ranks = np.argsort(-_noisy(images, wishes.seed), kind="stable")
    return [images[n].key for n in ranks[: CANDIDATES * wishes.batch]]


class _Chooser:
    """Takes batches out of the images, numbers for images."""

    def __init__(self, images: Sequence[Valued], looks: Looks | None, wishes: Wishes) -> None:
        self._wishes = wishes
        self._labels = np.array([one.label for one in images], np.int64)
        self._worth = _noisy(images, wishes.seed)
        self._ranked = list(np.argsort(-self._worth, kind="stable"))
        keys = np.array([one.key for one in images], np.int64)
        self._chance = _uniform(keys, wishes.seed + 1)
        self._looks, labelled = _compared(looks, len(images))
        self._away = _distance(self._looks, labelled)
        self._again: set[int] = set()  # like one that came before; last in their batch

    def rest(self) -> list[int]:
        """What was not taken, by worth."""
        return [int(n) for n in self._ranked]

    def batch(self) -> list[int]:
        """The next batch; fewer, or none, where nothing is left."""
        size = min(self._wishes.batch, len(self._ranked))
        lucky = round(BY_CHANCE * size)
        taken: list[int] = []
        self._fill(taken, self._quotas(size), size - lucky)
        chosen = sorted(taken, key=lambda n: (n in self._again, -self._worth[n]))
        drawn: list[int] = []
        for _ in range(size - len(taken)):
            left = np.array([n for n in self._ranked if n not in drawn and n not in taken])
            fresh = left[self._away[left] >= NEAR]
            among = fresh if len(fresh) else left
            self._take(drawn, int(among[self._chance[among].argmin()]))
        gone = {*chosen, *drawn}
        self._ranked = [n for n in self._ranked if n not in gone]
        return _mixed(chosen, drawn)

    def _quotas(self, size: int) -> dict[int, int]:
        """How many images of each label are wanted, rarer labels more."""
        near = self._ranked[: CANDIDATES * size]
        labels = sorted({int(self._labels[n]) for n in near} - {0})
        if not labels:
            return {}
        shares = np.array([(1 + self._wishes.labelled.get(x, 0)) ** -0.5 for x in labels])
        exact = shares / shares.sum() * round(BY_CATEGORY * size)
        counts = np.floor(exact).astype(int)
        order = np.argsort(counts - exact, kind="stable")
        counts[order[: round(exact.sum()) - counts.sum()]] += 1
        return dict(zip(labels, counts.tolist(), strict=True))

    def _fill(self, taken: list[int], quotas: dict[int, int], size: int) -> None:
        """Greedy k-center among the best: first within the quotas, then whatever is farthest."""
        near = np.array(self._ranked[: CANDIDATES * self._wishes.batch], np.int64)
        while len(taken) < size:
            left = near[~np.isin(near, taken)]
            if not len(left):
                return
            label = max(quotas, key=lambda x: quotas[x]) if any(quotas.values()) else 0
            own = left[self._labels[left] == label] if label else left
            if label:
                quotas[label] = quotas[label] - 1 if len(own) else 0
            fresh = own[self._away[own] >= NEAR]
            if label and not len(fresh):
                continue
            among = fresh if len(fresh) else left
            self._take(taken, int(among[self._away[among].argmax()]))

    def _take(self, into: list[int], number: int) -> None:
        if self._away[number] < NEAR:
            self._again.add(number)
        into.append(number)
        self._away = np.minimum(self._away, _distance(self._looks, self._looks[[number]]))


def _mixed(chosen: list[int], drawn: list[int]) -> list[int]:
    """Those drawn by chance spread among the others."""
    result, every = list(chosen), max(1, round(1 / BY_CHANCE))
    for turn, number in enumerate(drawn, start=1):
        result.insert(turn * every - 1, number)
    return result


def _noisy(images: Sequence[Valued], seed: int) -> Floats:
    """The logarithm of each value in units of their spread, plus Gumbel noise.

    The noise is that of the image, so an image that is labelled moves no other.
    """
    logs = np.log(np.maximum([one.value for one in images], 1e-9))
    spread = float(logs.std()) if len(logs) else 0.0
    keys = np.array([one.key for one in images], np.int64)
    noise: Floats = -np.log(-np.log(_uniform(keys, seed)))
    return logs / spread + NOISE * noise if spread > 0 else noise


def _uniform(keys: Ints, seed: int) -> Floats:
    """A number within 0..1 of each key, the same whenever it is asked for (SplitMix64)."""
    with np.errstate(over="ignore"):
        z = keys.astype(np.uint64) + np.uint64(seed % 2**32) * np.uint64(0x632BE59BD9B4E019)
        z = z * np.uint64(0x9E3779B97F4A7C15) + np.uint64(0x9E3779B97F4A7C15)
        z = (z ^ (z >> np.uint64(30))) * np.uint64(0xBF58476D1CE4E5B9)
        z = (z ^ (z >> np.uint64(27))) * np.uint64(0x94D049BB133111EB)
    z ^= z >> np.uint64(31)
    shares: Floats = ((z >> np.uint64(12)).astype(np.float64) + 0.5) * 2.0**-52
    return shares


def _compared(looks: Looks | None, count: int) -> tuple[Rows, Rows]:
    """Looks of length one, each number in units of its spread in the pool; empty without any."""
    if looks is None or not count or not looks.waiting.size:
        return np.zeros((count, 0), np.float32), np.zeros((0, 0), np.float32)
    waiting = looks.waiting.astype(np.float32)  # of 100,000 images these are 150 MB
    middle, spread = waiting.mean(0), np.maximum(waiting.std(0), 1e-9)
    labelled = looks.labelled.astype(np.float32).reshape(-1, waiting.shape[1])
    return _unit((waiting - middle) / spread), _unit((labelled - middle) / spread)


def _unit(rows: Rows) -> Rows:
    found: Rows = rows / np.maximum(np.linalg.norm(rows, axis=1, keepdims=True), 1e-9)
    return found


def _distance(rows: Rows, others: Rows) -> Floats:
    """From each row [N, F] to the nearest of others [M, F]; 2, the most there is, without any."""
    if not rows.shape[1] or not len(others):
        return np.full(len(rows), 2.0)
    nearest = np.full(len(rows), -1.0)
    for start in range(0, len(others), 256):
        nearest = np.maximum(nearest, (rows @ others[start : start + 256].T).max(1))
    away: Floats = np.sqrt(np.maximum(2 - 2 * nearest, 0.0))
    return away
