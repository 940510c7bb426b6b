"""Which reviewed images are kept back to test the model: fixed once chosen, growing with it."""

from __future__ import annotations

import random
from collections import Counter
from collections.abc import Collection, Mapping

SHARE = 0.2
FEWEST_TO_SPLIT = 5
ROUGH_BELOW = 30
ROUGH_COUNT = 2


def held_out_target(reviewed: int) -> int:
    """How many of so many reviewed images are kept back.

    A fifth; under 30 images only two, so that nearly all of a small set can teach (its numbers are
    then called rough); under five none.
    """
    if reviewed < FEWEST_TO_SPLIT:
        return 0
    return ROUGH_COUNT if reviewed < ROUGH_BELOW else round(SHARE * reviewed)


def choose_held_out(
    contents: Mapping[int, Counter[int]],
    *,
    held_out: Collection[int],
    free: Collection[int],
    seed: int = 0,
) -> frozenset[int]:
    """Held-out images, the former ones and as many new ones as the target asks for.

    Stratified greedily: each time the category that is furthest below its share is served, and no
    image is taken that would leave a category without any object to learn from.

    Args:
        contents: objects by category of each reviewed image.
        held_out: images kept back before; they stay.
        free: reviewed images that were in no training yet, from which new ones are taken.
        seed: of the order among equals.
    """
    chosen = set(held_out) & set(contents)
    target = held_out_target(len(contents))
    total = sum(contents.values(), Counter[int]())
    kept = sum((contents[i] for i in chosen), Counter[int]())
    order = sorted(set(free) & set(contents) - chosen)
    random.Random(seed).shuffle(order)
    while len(chosen) < target:
        safe = [i for i in order if all(total[c] - kept[c] > n for c, n in contents[i].items())]
        if not safe:
            break
        best = max(safe, key=lambda i: _use(contents[i], kept, total))
        order.remove(best)
        chosen.add(best)
        kept += contents[best]
    return frozenset(chosen)


def _use(image: Counter[int], kept: Counter[int], total: Counter[int]) -> float:
    """How much an image helps the categories that are below their share of the held-out objects."""
    return sum(max(0.0, SHARE - kept[c] / total[c]) for c in image)
