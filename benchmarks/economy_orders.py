"""The orders in which the benchmark of economy labels images."""

from __future__ import annotations

import random
from collections import Counter
from collections.abc import Callable, Mapping, Sequence

import numpy as np

from models.mask_rcnn import Network
from models.medoids import medoids
from models.occurrence import unconfirmed
from models.selection import Looks, Wishes, best, order
from models.types import ImagePrediction, Sample
from models.valuation import valued

Pool = Mapping[int, Sample]
Said = Mapping[int, ImagePrediction]
Order = Callable[[Network, Pool, Said, Sequence[int], int, int], list[int]]
"""From network, pool, its predictions, what is labelled, a number and a seed: what comes next."""


def at_random(
    _network: Network, pool: Pool, _said: Said, labelled: Sequence[int], count: int, seed: int
) -> list[int]:
    """The same order whatever the network says."""
    keys = list(pool)
    random.Random(seed).shuffle(keys)
    done = set(labelled)
    return [key for key in keys if key not in done][:count]


def queued(
    network: Network, pool: Pool, said: Said, labelled: Sequence[int], count: int, seed: int
) -> list[int]:
    """As the window's queue has them, with the mirrored look at the most promising.

    The quality of categories is not known here, since no image is held out.
    """
    done = set(labelled)
    waiting = {key: one for key, one in said.items() if key not in done}
    objects = Counter(t.label for key in labelled for t in pool[key].objects)
    wishes = Wishes(count, objects, seed)
    chosen = best(valued(list(waiting.values())), wishes)
    looked = {key: waiting[key].detections for key in chosen}
    lost = dict(unconfirmed(network, [pool[key] for key in chosen], looked))
    values = valued(list(waiting.values()), unconfirmed=lost)
    return order(values, _looks(waiting, said, labelled), wishes)[:count]


def by_worth(
    _network: Network, _pool: Pool, said: Said, labelled: Sequence[int], count: int, _seed: int
) -> list[int]:
    """By worth for seconds alone: nothing by chance, nothing kept apart; for comparison."""
    done = set(labelled)
    values = valued([one for key, one in said.items() if key not in done])
    return [one.key for one in sorted(values, key=lambda one: -one.value)][:count]


def of_each_kind(
    _network: Network, _pool: Pool, said: Said, labelled: Sequence[int], count: int, seed: int
) -> list[int]:
    """The most typical image of each group of alike ones, whatever it is worth; for comparison.

    With few labels what is typical teaches most (Hacohen, Dekel and Weinshall, 2022).
    """
    keys, groups = _kinds(said, labelled, count, seed)
    return [keys[group[0]] for group in groups]


def best_of_each_kind(
    _network: Network, _pool: Pool, said: Said, labelled: Sequence[int], count: int, seed: int
) -> list[int]:
    """Of each group of alike images the one of most worth for seconds; for comparison."""
    keys, groups = _kinds(said, labelled, count, seed)
    worth = {one.key: one.value for one in valued([said[key] for key in keys])}
    return [max((keys[n] for n in group), key=lambda key: worth[key]) for group in groups]


def _kinds(
    said: Said, labelled: Sequence[int], count: int, seed: int
) -> tuple[list[int], list[list[int]]]:
    """Waiting keys, and groups of alike ones: their numbers, the most typical one first."""
    done = set(labelled)
    keys = [key for key, one in said.items() if key not in done and one.scene is not None]
    if not keys:
        return [], []
    rows = np.array([said[key].scene for key in keys], np.float64)
    rows = (rows - rows.mean(0)) / np.maximum(rows.std(0), 1e-9)
    rows /= np.maximum(np.linalg.norm(rows, axis=1, keepdims=True), 1e-9)
    middles = medoids(rows, count, seed)
    own = (rows @ rows[middles].T).argmax(1)
    own[middles] = np.arange(len(middles))
    others = [np.flatnonzero(own == n).tolist() for n in range(len(middles))]
    return keys, [
        [middle, *(n for n in group if n != middle)]
        for middle, group in zip(middles, others, strict=True)
    ]


def _looks(waiting: Said, said: Said, labelled: Sequence[int]) -> Looks:
    rows = [np.zeros(0) if one.scene is None else one.scene for one in waiting.values()]
    known = [scene for key in labelled if (scene := said[key].scene) is not None]
    return Looks(np.stack(rows), np.stack(known or rows[:1])[: len(known)])


ORDERS: dict[str, Order] = {
    "random": at_random,
    "queue": queued,
    "worth": by_worth,
    "kinds": of_each_kind,
    "best of kinds": best_of_each_kind,
}
"""By name; the first two are those the bars are about."""
