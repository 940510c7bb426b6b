"""How alike regions are to examples, by what trunk, pyramid and heads say of each."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, fields

import torch
from torch import Tensor
from torch.nn import functional
from torchvision.ops import roi_align

from models.mask_rcnn import Network
from models.parts import BOX_POOL
from models.seen import Seen

_FINE = 5  # cells a side at which the trunk's finest level is compared
_SIZE_FALLS = 0.5  # of the logarithm of the areas' ratio


@dataclass(frozen=True, slots=True)
class Looks:
    """What regions look like; rows are regions.

    Attributes:
        head: float32 [N, H], what the box head makes of each.
        grid: float32 [N, F], the pyramid's features cell by cell, less their mean over the image.
        fine: float32 [N, G], the same of the trunk's finest level.
        scores: float32 [N, K + 1], how likely each is which label; 0 is the background.
        extent: float32 [N], logarithm of the area, pixels of the batch.
    """

    head: Tensor
    grid: Tensor
    fine: Tensor
    scores: Tensor
    extent: Tensor

    def __len__(self) -> int:
        return len(self.extent)

    @property
    def objectness(self) -> Tensor:
        """float32 [N], how likely each is an object of whatever kind, 0..1."""
        return 1 - self.scores[:, 0]

    def only(self, rows: Tensor) -> Looks:
        """Some of the regions, in that order."""
        return Looks(*(getattr(self, one.name)[rows] for one in fields(self)))

    @staticmethod
    def joined(parts: Sequence[Looks]) -> Looks:
        """The regions of all parts, of which there is at least one."""
        names = [one.name for one in fields(Looks)]
        return Looks(*(torch.cat([getattr(part, name) for part in parts]) for name in names))


@torch.inference_mode()
def looks_of(network: Network, seen: Seen, boxes: Tensor) -> tuple[Looks, Tensor]:
    """What regions look like, and the box offsets [N, 4 * (K + 1)] that the head gives them.

    Args:
        network: in evaluation mode.
        seen: the image.
        boxes: [N, 4] xyxy, pixels of the batch.
    """
    heads = network.roi_heads
    pooled = seen.pool.pool([boxes], BOX_POOL)
    head = heads.box_head(pooled)
    logits, offsets = heads.box_predictor(head)
    means = torch.stack([level[0].mean((1, 2)) for level in seen.pyramid])
    middle = means[seen.pool.level_of(boxes)]
    grid = (pooled - middle[:, :, None, None]).flatten(1)
    trunk = seen.trunk - seen.trunk.mean((2, 3), keepdim=True)
    fine = roi_align(trunk, [boxes], (_FINE, _FINE), 1 / seen.stride(trunk), 2).flatten(1)
    extent = (boxes[:, 2:] - boxes[:, :2]).clamp(min=1e-3).prod(1).clamp(min=1.0).log()
    return Looks(head, grid, fine, logits.softmax(-1), extent), offsets


def known_likeness(found: Looks, examples: Looks) -> Tensor:
    """How alike objects are that the network has learned: float32 [N, M], 0..1.

    The geometric mean of how likely each is an object, how far the heads give both the same labels
    (Bhattacharyya's coefficient), and the cosine of what the box head makes of them.
    """
    same = found.scores.sqrt() @ examples.scores.sqrt().T
    head = _cosines(found.head, examples.head)
    return (found.objectness[:, None] * same * head).clamp(min=0) ** (1 / 3)


def plain_likeness(found: Looks, examples: Looks) -> Tensor:
    """How alike objects are that the network never learned: float32 [N, M], 0..1.

    The geometric mean of cosines of the pyramid's features, the trunk's and the box head's (less
    its mean over all that was found), of the likeness of areas, and, with half the weight, of how
    likely each is an object compared with the example.
    """
    middle = found.head.mean(0) if len(found) else found.head.new_zeros(found.head.shape[1])
    parts = [
        _cosines(found.grid, examples.grid),
        _cosines(found.fine, examples.fine),
        _cosines(found.head - middle, examples.head - middle),
        torch.exp(-((_SIZE_FALLS * (found.extent[:, None] - examples.extent[None])) ** 2)),
        _compared(found.objectness, examples.objectness).sqrt(),
    ]
    weights = len(parts) - 0.5
    product = torch.stack(parts).clamp(min=0).prod(0)
    likeness: Tensor = product ** (1 / weights)
    return likeness


def _compared(found: Tensor, examples: Tensor) -> Tensor:
    """Objectness in shares of the example's, at most 1: [N, M]."""
    return (found[:, None] / examples.clamp(min=0.05)[None]).clamp(max=1)


def _cosines(found: Tensor, examples: Tensor) -> Tensor:
    return functional.normalize(found, dim=1) @ functional.normalize(examples, dim=1).T
