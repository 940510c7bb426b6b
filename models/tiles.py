"""A closer look at an image: in overlapping tiles beside the whole, for objects of a few pixels.

The whole image shows the large objects as the network learned them; tiles show it up to three times
closer, but never closer than its own pixels, for the small ones.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import torch
from torch import Tensor
from torchvision.ops import box_area, box_iou

from models.describe import Facts
from models.parts import NMS_IOU

CLOSER = 3.0
"""How many times closer than the whole image a tile may show it."""

OVERLAP = 0.25
"""Share of a tile's side that it has at least in common with the next one."""

MOST = 1000
"""Detections an image, far more than a person will look at."""

_WORTH = 1.2  # a look that is hardly closer finds nothing more
_EDGE = 2.0  # pixels of a tile within which a box counts as cut off by the tile's edge
_INSIDE = (
    0.6  # share of a cut box within a whole one of its category, from which it is a piece of it
)


@dataclass(frozen=True, slots=True)
class Tile:
    """A window of an image.

    Attributes:
        left, top: of its first pixel.
        width, height: in pixels.
        cuts: whether the image goes on beyond its left, upper, right and lower edge.
    """

    left: int
    top: int
    width: int
    height: int
    cuts: tuple[bool, bool, bool, bool]


def closer_size(plain: tuple[int, int], original: tuple[int, int]) -> tuple[int, int] | None:
    """(width, height) of the image as the tiles show it; None where that would not be closer.

    Args:
        plain: (width, height) at which the whole image is seen.
        original: (width, height) of the image.
    """
    factor = min(CLOSER, original[0] / plain[0], original[1] / plain[1])
    if factor < _WORTH:
        return None
    return round(plain[0] * factor), round(plain[1] * factor)


def tiles_of(size: tuple[int, int], tile: tuple[int, int]) -> list[Tile]:
    """Tiles of one size, evenly laid over an image.

    Args:
        size: (width, height) of the image.
        tile: (width, height) of a tile, no larger than the image.
    """
    lefts, tops = (_starts(whole, part) for whole, part in zip(size, tile, strict=True))
    width, height = tile
    return [
        Tile(
            left,
            top,
            width,
            height,
            (left > 0, top > 0, left + width < size[0], top + height < size[1]),
        )
        for top in tops
        for left in lefts
    ]


def _starts(whole: int, part: int) -> list[int]:
    count = 1 + math.ceil((whole - part) / (part * (1 - OVERLAP)))
    return [round(at) for at in np.linspace(0, whole - part, count)]


def is_cut(boxes: Tensor, tile: Tile) -> Tensor:
    """Which boxes [N, 4], in pixels of a tile, touch an edge beyond which the image goes on."""
    ends = boxes.new_tensor([0, 0, tile.width, tile.height])
    touches: Tensor = (boxes - ends).abs() <= _EDGE
    return (touches & torch.tensor(tile.cuts, device=boxes.device)).any(1)


def merged(found: Sequence[Facts]) -> Facts:
    """One image's detections out of those of its tiles and of the whole, best score first.

    Non-maximum suppression among all of them by category; but what a tile's edge cut gives way to
    all that is whole, also where it is but a piece of it.
    """
    every = Facts.joined(found)
    rows = _survivors(every.boxes, every.labels, every.scores, every.is_cut)
    return every.only(rows[every.scores[rows].argsort(descending=True, stable=True)][:MOST])


def _survivors(boxes: Tensor, labels: Tensor, scores: Tensor, cut: Tensor) -> Tensor:
    order = torch.cat([_by_score(~cut, scores), _by_score(cut, scores)])
    boxes, labels, cut = boxes[order], labels[order], cut[order]
    overlap = box_iou(boxes, boxes)
    areas = box_area(boxes)
    shared = overlap / (1 + overlap) * (areas[:, None] + areas[None])
    is_piece = cut[None] & (shared >= _INSIDE * areas[None])
    same = labels[:, None] == labels[None]
    beats = (same & ((overlap > NMS_IOU) | is_piece)).cpu().numpy()
    is_left = np.ones(len(beats), bool)
    for row in range(len(beats)):
        if is_left[row]:
            is_left[row + 1 :] &= ~beats[row, row + 1 :]
    return order[torch.from_numpy(is_left).to(order.device)]


def _by_score(wanted: Tensor, scores: Tensor) -> Tensor:
    rows = torch.where(wanted)[0]
    return rows[scores[rows].argsort(descending=True, stable=True)]
