"""The orders in which the benchmark of economy labels images, and what assists there."""

from __future__ import annotations

import random
from collections import Counter
from collections.abc import Callable, Mapping, Sequence

import numpy as np

from benchmarks.labelling import Assist
from models.assist import Gaze
from models.mask_rcnn import Network
from models.occurrence import unconfirmed
from models.selection import Looks, Wishes, best, order
from models.types import Box, ImagePrediction, Region, Sample
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


def _looks(waiting: Said, said: Said, labelled: Sequence[int]) -> Looks:
    rows = [np.zeros(0) if one.scene is None else one.scene for one in waiting.values()]
    known = [scene for key in labelled if (scene := said[key].scene) is not None]
    return Looks(np.stack(rows), np.stack(known or rows[:1])[: len(known)])


ORDERS: dict[str, Order] = {"random": at_random, "queue": queued, "worth": by_worth}
"""By name; the first two are those the bars are about."""


def assist_of(network: Network) -> Assist:
    """Box to object by this network."""

    def assist(
        sample: Sample, boxes: Sequence[Box], labels: Sequence[int]
    ) -> list[tuple[Region, ...]]:
        held = Gaze(network, sample)
        pairs = zip(boxes, labels, strict=True)
        return [held.object_in(box, label).regions for box, label in pairs]

    return assist
