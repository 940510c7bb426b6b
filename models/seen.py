"""One image as trunk and pyramid see it: looked at once, to be asked about regions."""

from __future__ import annotations

from dataclasses import dataclass

import torch
from torch import Tensor

from models.images import batched
from models.mask_rcnn import Network
from models.pooling import FeaturePool
from models.proposals import look, propose


@dataclass(frozen=True, slots=True)
class Seen:
    """What the trunk says of one image.

    Attributes:
        size: (height, width) of the image as it was fed in.
        batch: float32 [1, 3, H, W], with its padding.
        trunk: float32 [1, C, h, w], the finest level of the trunk itself.
        levels: the pyramid by name, [1, F, h, w] each.
        pool: what regions are cut out of.
    """

    size: tuple[int, int]
    batch: Tensor
    trunk: Tensor
    levels: dict[str, Tensor]
    pool: FeaturePool

    @property
    def pyramid(self) -> list[Tensor]:
        """The levels that regions are cut out of, finest first: all but the coarsest."""
        return [level for name, level in self.levels.items() if name != "pool"]

    def stride(self, level: Tensor) -> float:
        """Pixels of the batch for each place of a level."""
        return float(self.batch.shape[-1] / level.shape[-1])


@torch.inference_mode()
def glance(network: Network, image: Tensor) -> Seen:
    """Look at one image [3, H, W], float32 0..1 or uint8, on the network's device."""
    batch, (size,) = batched([image], network.device)
    with network.lowered():
        trunk: dict[str, Tensor] = network.backbone.body(batch)
        levels: dict[str, Tensor] = network.backbone.fpn(trunk)
    finest = next(iter(trunk.values())).float()
    levels = {name: level.float() for name, level in levels.items()}
    pooled = [level for name, level in levels.items() if name != "pool"]
    return Seen(size, batch, finest, levels, FeaturePool(pooled, batch))


@torch.inference_mode()
def proposals(network: Network, seen: Seen) -> Tensor:
    """Where objects may be, float32 [P, 4] xyxy, pixels of the batch, the best first."""
    said = look(network.rpn, seen.batch, [seen.size], network.proposing(seen.levels))
    return propose(network.rpn, said, [seen.size])[0]
