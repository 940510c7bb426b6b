"""Batches to train on, drawn and changed at random."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np
from torch import Tensor

from models.augment import Augmentation, augmented, swapped_joints
from models.images import Recall, as_input
from models.mask_rcnn import Network
from models.paste import pasted
from models.sampling import one_turn, repeat_factors
from models.targets import Target, make_target
from models.types import Sample

_CACHED_OBJECTS = 20_000  # 12.5 kB each


class Batches:
    """Goes through the samples again and again, each time in another order."""

    def __init__(
        self,
        network: Network,
        samples: Sequence[Sample],
        change: Augmentation,
        seed: int,
        *,
        repeat: float = 0.0,
    ) -> None:
        """Draw for a network.

        Args:
            network: it is for.
            samples: to draw from.
            change: how far images are changed.
            seed: decides everything.
            repeat: share of the images below which a category counts as rare, and images that
                show it come more often.
        """
        recall = Recall()
        self._network, self._change = network, change
        self._samples = [recall.of(number, sample) for number, sample in enumerate(samples)]
        self._random = np.random.default_rng(seed)
        self._swap = swapped_joints(network.categories)
        self._targets: dict[int, Target] = {}
        self._cached = 0
        self._order: list[int] = []
        self._factors = repeat_factors(samples, repeat)

    def draw(self, count: int) -> tuple[list[Tensor], list[Target]]:
        """So many images, float32 [3, H, W] 0..1, with labels, on the network's device."""
        device = self._network.device
        images, targets = [], []
        for _ in range(count):
            image, target = self._augmented(self._next())
            if self._change.paste and self._random.random() < self._change.paste:
                other = int(self._random.integers(len(self._samples)))
                image, target = pasted(image, target, *self._augmented(other), self._random)
            images.append(as_input(image, device))
            targets.append(target.to(device))
        return images, targets

    def _augmented(self, index: int) -> tuple[Tensor, Target]:
        preset = self._network.preset
        return augmented(
            self._samples[index],
            self._target(index),
            short=preset.short_side,
            long=preset.long_side,
            is_lit=preset.is_lit,
            swap=self._swap,
            change=self._change,
            random=self._random,
        )

    def state(self) -> dict[str, Any]:
        """Where it stands, as JSON: after `resume` the next batches come out the same."""
        return {
            "images": len(self._samples),
            "order": list(self._order),
            "random": self._random.bit_generator.state,
        }

    def resume(self, state: Mapping[str, Any]) -> None:
        """Go on from there; an order of another number of images is left out.

        Raises:
            KeyError, TypeError, ValueError: it is no such state.
        """
        self._random.bit_generator.state = state["random"]
        is_same = state["images"] == len(self._samples)
        self._order = [int(index) for index in state["order"]] if is_same else []
        if self._order and not 0 <= min(self._order) <= max(self._order) < len(self._samples):
            raise ValueError("the order names images that are not there")

    def _next(self) -> int:
        if not self._order:
            self._order = one_turn(self._factors, self._random)
        return self._order.pop()

    def _target(self, index: int) -> Target:
        known = self._targets.get(index)
        if known is not None:
            return known
        target = make_target(self._samples[index], self._network.categories)
        self._cached += len(target.labels)
        if self._cached <= _CACHED_OBJECTS:
            self._targets[index] = target
        return target
