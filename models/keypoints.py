"""Joints out of heat maps, for all detections at once."""

from __future__ import annotations

import torch
from torch import Tensor


def decode_peaks(maps: Tensor) -> Tensor:
    """Where each heat map is highest, finer than a cell.

    The highest cell, moved by the top of the parabola through it and its neighbours, at most half a
    cell each way. torchvision enlarges every map to the size of its box instead, one at a time.

    Args:
        maps: [N, J, S, S] logits.

    Returns:
        [N, J, 2] x, y in cells; the middle of the first cell is 0.5.
    """
    side = maps.shape[-1]
    flat = maps.flatten(2)
    best = flat.argmax(-1)
    y, x = best // side, best % side
    dx = _parabola(flat, best, x, side, 1)
    dy = _parabola(flat, best, y, side, side)
    return torch.stack([x + 0.5 + dx, y + 0.5 + dy], dim=-1)


def _parabola(flat: Tensor, best: Tensor, at: Tensor, side: int, stride: int) -> Tensor:
    """Offset of the top along one axis, 0 at the border of the map."""
    middle = (at > 0) & (at < side - 1)
    here = flat.gather(2, best[..., None])[..., 0]
    before = flat.gather(2, torch.where(middle, best - stride, best)[..., None])[..., 0]
    after = flat.gather(2, torch.where(middle, best + stride, best)[..., None])[..., 0]
    curve = before - 2 * here + after
    offset = 0.5 * (before - after) / torch.where(curve < 0, curve, curve.new_tensor(-1.0))
    return torch.where(middle & (curve < 0), offset, 0.0).clamp(-0.5, 0.5)


def place_peaks(peaks: Tensor, boxes: Tensor, side: int) -> Tensor:
    """Cells to pixels: [N, J, 2] within boxes [N, 4] xyxy cut into side x side cells."""
    origin, size = boxes[:, None, :2], (boxes[:, None, 2:] - boxes[:, None, :2])
    return origin + peaks / side * size
