"""Which mask channel speaks for each category."""

from __future__ import annotations

from collections.abc import Sequence

import torch

from models.mask_rcnn import Network
from models.types import Sample

FEW_MASKS = 20
"""Below so many masks a category reads the channel that learns from all categories."""


def choose_mask_channels(network: Network, samples: Sequence[Sample]) -> None:
    """Decide which mask channel speaks for each category, by how many masks it has."""
    counts = [0] * (len(network.categories) + 1)
    for sample in samples:
        for item in sample.objects:
            if item.mask and not item.is_crowd and 1 <= item.label < len(counts):
                counts[item.label] += 1
    channels = [
        -1 if count == 0 else 0 if count < FEW_MASKS else label
        for label, count in enumerate(counts)
    ]
    channels[0] = 0
    network.mask_channel.copy_(torch.tensor(channels))
