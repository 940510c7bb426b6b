"""The weights that are served: a running mean of those being trained."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager

import torch
from torch import Tensor, nn

_DECAY = 0.999


class Average:
    """Exponential moving average of a network's floating-point state.

    The decay ramps up, `min(0.999, (1 + n) / (10 + n))` after n updates (as TensorFlow's moving
    average does), so that a short training is not held back by its first weights.
    """

    def __init__(self, network: nn.Module) -> None:
        """Start from the network as it is."""
        self._network = network
        self._updates = 0
        self._mean = {name: value.clone() for name, value in _floats(network).items()}
        self.live: dict[str, Tensor] | None = None
        """The weights being trained, while the mean stands in for them."""

    @property
    def updates(self) -> int:
        """How many were taken in."""
        return self._updates

    @property
    def mean(self) -> dict[str, Tensor]:
        """The mean itself; it changes with the next update."""
        return self._mean

    def resume(self, mean: dict[str, Tensor], updates: int) -> None:
        """Go on from a mean that took in so many updates.

        Raises:
            ValueError: it is not of this network.
        """
        if any(name not in mean or mean[name].shape != v.shape for name, v in self._mean.items()):
            raise ValueError("the averaged weights are of another network")
        for name, value in self._mean.items():
            value.copy_(mean[name])
        self._updates = updates

    @torch.no_grad()
    def update(self) -> None:
        """Take in the network's present weights."""
        self._updates += 1
        decay = min(_DECAY, (1 + self._updates) / (10 + self._updates))
        for name, value in _floats(self._network).items():
            self._mean[name].lerp_(value, 1 - decay)

    def snapshot(self) -> dict[str, Tensor]:
        """A copy of the mean."""
        return {name: value.clone() for name, value in self._mean.items()}

    def restore(self, snapshot: dict[str, Tensor]) -> None:
        """Go back to an earlier mean."""
        self._mean = snapshot

    def install(self) -> None:
        """Put the mean into the network for good."""
        _put(self._network, self._mean)

    @contextmanager
    def installed(self) -> Iterator[None]:
        """The network serves the mean inside the block and goes on training where it was after."""
        live = {name: value.clone() for name, value in _floats(self._network).items()}
        self.live = live
        self.install()
        try:
            yield
        finally:
            _put(self._network, live)
            self.live = None


def _floats(network: nn.Module) -> dict[str, Tensor]:
    state = network.state_dict()
    return {name: value for name, value in state.items() if value.is_floating_point()}


@torch.no_grad()
def _put(network: nn.Module, weights: dict[str, Tensor]) -> None:
    for name, value in _floats(network).items():
        value.copy_(weights[name])
