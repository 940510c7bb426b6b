"""Images in parts of like size, so that each part can be judged by what the others teach."""

from __future__ import annotations

import random
from collections.abc import Mapping


def folds_of(objects: Mapping[int, int], count: int, *, seed: int = 0) -> list[tuple[int, ...]]:
    """The images in ``count`` parts that have about as many images and objects each.

    Images with many objects are dealt out first, each to the part with the fewest images, then the
    fewest objects; equal ones in an order drawn by the seed.

    Args:
        objects: how many objects each image has, by image id.
        count: of parts, at least 2.
        seed: of the order.

    Returns:
        The image ids of each part, in rising order; parts may be empty where images are few.
    """
    order = sorted(objects)
    random.Random(seed).shuffle(order)
    order.sort(key=lambda key: -objects[key])
    parts: list[list[int]] = [[] for _ in range(count)]
    weight = [0] * count
    for key in order:
        least = min(range(count), key=lambda n: (len(parts[n]), weight[n]))
        parts[least].append(key)
        weight[least] += objects[key]
    return [tuple(sorted(part)) for part in parts]
