"""The orders in which the benchmark of economy labels images, and what assists there."""

from __future__ import annotations

import random
from collections.abc import Callable, Mapping, Sequence

from benchmarks.labelling import Assist
from models.mask_rcnn import Network
from models.selection import rank
from models.types import ImagePrediction, Sample

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
    network: Network, _pool: Pool, said: Said, labelled: Sequence[int], count: int, _seed: int
) -> list[int]:
    """As the window's queue has them."""
    done = set(labelled)
    waiting = [one for key, one in said.items() if key not in done]
    return [score.key for score in rank(waiting, network.categories)][:count]


ORDERS: dict[str, Order] = {"random": at_random, "queue": queued}
"""By name; the first two are those the bars are about."""


def assist_of(_network: Network) -> Assist | None:
    """Box to object by this network; None while the network cannot do it."""
    return None
