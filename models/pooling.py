"""Features of regions: RoIAlign over all levels of the pyramid at once.

RoIAlign (He et al., 2017) with two samples a side of each cell is a weighted sum of sixteen feature
vectors. On a CPU that is what `embedding_bag` does fast, one contiguous row a vector and all levels
in one table: about a tenth of the time of torchvision's kernel, forward and back, to the same
numbers. Elsewhere torchvision's kernel does it.
"""

from __future__ import annotations

import math
from collections.abc import Sequence

import torch
from torch import Tensor
from torch.nn import functional
from torchvision.ops import roi_align

_SAMPLES = 2
_TAPS = 2 * _SAMPLES  # rows, or columns, that make up one cell
_USUAL_SIDE, _USUAL_STRIDE = 224.0, 16
"""A region of 224 pixels is pooled at stride 16 (Feature Pyramid Networks, Lin et al., 2017)."""


class FeaturePool:
    """The pyramid of a batch, to cut regions out of."""

    def __init__(self, levels: Sequence[Tensor], batch: Tensor) -> None:
        """Take levels [B, C, H, W], finest first, of a padded batch [B, 3, height, width].

        On a CPU all feature vectors are laid into one table, a row each.
        """
        self._levels = [level.float() for level in levels]
        self._strides = [batch.shape[-1] / level.shape[-1] for level in levels]
        flat = [level.permute(0, 2, 3, 1).flatten(0, 2) for level in self._levels]
        self._rows = torch.cat(flat) if batch.device.type == "cpu" else batch.new_zeros(0)

    def pool(self, boxes: Sequence[Tensor], side: int) -> Tensor:
        """Cut out regions.

        Args:
            boxes: [R_i, 4] xyxy of each image, in pixels of the batch.
            side: cells of the result.

        Returns:
            float32 [sum of R_i, C, side, side], in memory with channels last.
        """
        regions = torch.cat(list(boxes))
        counts = torch.tensor([len(one) for one in boxes], device=regions.device)
        image = torch.arange(len(boxes), device=regions.device).repeat_interleave(counts)
        level = self.level_of(regions)
        if regions.device.type == "cpu":
            return self._gathered(regions, image, level, side)
        return self._aligned(regions, image, level, side)

    def scenes(self, sizes: Sequence[tuple[int, int]]) -> Tensor:
        """What images look like as a whole: the mean features of each level, padding left out.

        Args:
            sizes: (height, width) of each image in pixels of the batch.

        Returns:
            float32 [B, F], level after level.
        """
        rows = []
        for number, size in enumerate(sizes):
            means = []
            for level, stride in zip(self._levels, self._strides, strict=True):
                height, width = (math.ceil(side / stride) for side in size)
                means.append(level[number, :, :height, :width].mean((1, 2)))
            rows.append(torch.cat(means))
        return torch.stack(rows)

    def level_of(self, regions: Tensor) -> Tensor:
        """int64 [R], the level each region is pooled at."""
        size = (regions[:, 2:] - regions[:, :2]).prod(1).sqrt()
        finest = math.log2(self._strides[0])
        usual = math.log2(_USUAL_STRIDE)
        level = torch.floor(usual + torch.log2(size / _USUAL_SIDE) + 1e-6) - finest
        return level.clamp(0, len(self._levels) - 1).long()

    def _aligned(self, regions: Tensor, image: Tensor, level: Tensor, side: int) -> Tensor:
        rois = torch.cat([image[:, None].to(regions), regions], dim=1)
        result = regions.new_zeros(len(rois), self._levels[0].shape[1], side, side)
        for number, (features, stride) in enumerate(zip(self._levels, self._strides, strict=True)):
            rows = torch.where(level == number)[0]
            result[rows] = roi_align(features, rois[rows], (side, side), 1 / stride, _SAMPLES)
        return result

    def _gathered(self, regions: Tensor, image: Tensor, level: Tensor, side: int) -> Tensor:
        shapes = torch.tensor([one.shape[-2:] for one in self._levels])
        height, width = shapes[level].unbind(1)
        start = torch.tensor([0, *(one[:, 0].numel() for one in self._levels)]).cumsum(0)[level]
        start = start + image * height * width
        placed = regions / regions.new_tensor(self._strides)[level, None]
        columns, beside = _taps(placed[:, 0], placed[:, 2], side, width)
        lines, above = _taps(placed[:, 1], placed[:, 3], side, height)
        lines = start[:, None, None] + lines * width[:, None, None]
        places = lines[:, :, None, :, None] + columns[:, None, :, None, :]
        weights = above[:, :, None, :, None] * beside[:, None, :, None, :]
        cells = functional.embedding_bag(
            places.reshape(-1, _TAPS**2),
            self._rows,
            mode="sum",
            per_sample_weights=weights.reshape(-1, _TAPS**2),
        )
        return cells.view(len(regions), side, side, cells.shape[1]).permute(0, 3, 1, 2)


def _taps(low: Tensor, high: Tensor, side: int, limit: Tensor) -> tuple[Tensor, Tensor]:
    """Where along one axis each cell looks, and with what weight.

    Args:
        low: [R] where regions begin, in places of their level.
        high: [R] where they end.
        side: cells.
        limit: int64 [R], places of the level along this axis.

    Returns:
        int64 and float32 [R, side, 4].
    """
    cell = (high - low).clamp(min=1.0) / side
    inner = (torch.arange(_SAMPLES) + 0.5) / _SAMPLES
    steps = (torch.arange(side)[:, None] + inner).to(low)
    at = low[:, None, None] + steps * cell[:, None, None]
    end = limit[:, None, None]
    is_outside = (at < -1) | (at > end)
    at = at.clamp(min=0)
    first = torch.minimum(at.floor().long(), end - 1)
    second = torch.minimum(first + 1, end - 1)
    share = torch.where(first == end - 1, 0.0, at - first)
    weights = torch.stack([1 - share, share], dim=-1) / _SAMPLES
    weights = weights * ~is_outside[..., None]
    return torch.stack([first, second], dim=-1).flatten(2), weights.flatten(2)
