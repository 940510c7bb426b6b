"""Copy-paste: objects cut out of one image and laid over another, with the labels that follow.

After Ghiasi et al., "Simple Copy-Paste is a Strong Data Augmentation Method for Instance
Segmentation" (CVPR 2021): masks cut out of one image, at a random place of another; what they cover
loses that part of its mask, and what they cover almost whole becomes an ignored region.
"""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import torch
from torch import Tensor
from torch.nn import functional
from torchvision.ops import roi_align

from models.targets import MARGIN_SHARE, Target

_TAKEN = 0.5  # share of the other image's objects that are taken along
_SEEN = 0.3  # an object of which less is seen than this share is no fair example
_INSIDE = 127


def pasted(
    image: Tensor, labels: Target, other: Tensor, others: Target, random: np.random.Generator
) -> tuple[Tensor, Target]:
    """An image with some masked objects of another one laid over it.

    Args:
        image: uint8 [3, H, W].
        labels: in its pixels.
        other: uint8 [3, H', W'].
        others: in its pixels.
        random: where all chance comes from.

    Returns:
        Both changed; the very same where there is nothing to paste.
    """
    height, width = other.shape[-2:]
    whole = others.has_mask & others.has_box & _is_inside(others.frames, width, height)
    chosen = [row for row in torch.where(whole)[0].tolist() if random.random() < _TAKEN]
    canvas = image.float()
    for row in chosen:
        pixels, alpha, left, top = _cut_out(other, others, row)
        place = _place(pixels, image, random)
        if place is not None:
            cover = _lay_over(canvas, pixels, alpha, place)
            labels = _hidden(labels, cover)
            labels = _joined(labels, others, row, place[0] - left, place[1] - top)
    return canvas.round().byte(), labels


def _is_inside(frames: Tensor, width: int, height: int) -> Tensor:
    """Which objects [N] the image shows whole; of others the rest could not be pasted.

    A frame has a margin around its object, which may stick out.
    """
    margin = (frames[:, 2:] - frames[:, :2]) * MARGIN_SHARE
    low, high = frames[:, :2] + margin, frames[:, 2:] - margin
    far = frames.new_tensor([width, height])
    return ((low > -1) & (high < far + 1)).all(1)


def _cut_out(other: Tensor, others: Target, row: int) -> tuple[Tensor, Tensor, int, int]:
    """Pixels [3, h, w] around an object, how far each is inside [h, w], and where they were."""
    x0, y0, x1, y1 = others.frames[row].tolist()
    left, top = max(0, int(x0)), max(0, int(y0))
    right, bottom = min(other.shape[-1], int(np.ceil(x1))), min(other.shape[-2], int(np.ceil(y1)))
    width, height = max(0, right - left), max(0, bottom - top)
    if not (width and height):
        return other[:, :0, :0].float(), torch.zeros(0, 0), left, top
    mask = others.masks[row][None, None].float() / 255
    x = ((torch.arange(width) + left + 0.5 - x0) / (x1 - x0)) * 2 - 1
    y = ((torch.arange(height) + top + 0.5 - y0) / (y1 - y0)) * 2 - 1
    grid = torch.stack(torch.meshgrid(x, y, indexing="xy"), dim=-1)[None]
    alpha = functional.grid_sample(mask, grid, align_corners=False)[0, 0]
    return other[:, top:bottom, left:right].float(), alpha, left, top


def _place(pixels: Tensor, image: Tensor, random: np.random.Generator) -> tuple[int, int] | None:
    """Left and top where a piece goes; None for one that does not fit."""
    room_x, room_y = image.shape[-1] - pixels.shape[-1], image.shape[-2] - pixels.shape[-2]
    if not pixels.numel() or room_x < 0 or room_y < 0:
        return None
    return int(random.integers(room_x + 1)), int(random.integers(room_y + 1))


def _lay_over(canvas: Tensor, pixels: Tensor, alpha: Tensor, place: tuple[int, int]) -> Tensor:
    """Paint a piece onto the canvas; how far each pixel [H, W] is covered by it."""
    across = slice(place[0], place[0] + pixels.shape[-1])
    down = slice(place[1], place[1] + pixels.shape[-2])
    canvas[:, down, across] += alpha * (pixels - canvas[:, down, across])
    cover = torch.zeros(canvas.shape[-2:])
    cover[down, across] = alpha
    return cover


def _hidden(labels: Target, cover: Tensor) -> Target:
    """The labels with what is covered taken off their masks and boxes."""
    if not len(labels.labels):
        return labels
    side = labels.masks.shape[-1]
    rois = torch.cat([torch.zeros(len(labels.frames), 1), _where(labels)], dim=1)
    seen = 1 - roi_align(cover[None, None], rois, (side, side), 1.0, 1, aligned=True)[:, 0]
    solid = torch.where(labels.has_mask[:, None, None], labels.masks, torch.full((), 255))
    before, masks = solid.float(), solid.float() * seen
    share = masks.sum((1, 2)) / before.sum((1, 2)).clamp(min=1)
    cut = labels.has_mask & (share < 1)
    boxes = labels.boxes.clone()
    for row in torch.where(cut & (share >= _SEEN))[0].tolist():
        boxes[row] = _bounds(masks[row], labels.frames[row], labels.boxes[row])
    keep = share >= _SEEN
    shown = torch.where(labels.has_mask[:, None, None], masks.round().byte(), labels.masks)
    return Target(
        boxes=boxes[keep],
        labels=labels.labels[keep],
        has_box=labels.has_box[keep],
        masks=shown[keep],
        frames=labels.frames[keep],
        has_mask=labels.has_mask[keep],
        joints=labels.joints[keep],
        ignored=torch.cat([labels.ignored, labels.boxes[~keep]]),
        is_complete=labels.is_complete,
    )


def _where(labels: Target) -> Tensor:
    """What each object covers: its crop's frame or, without a mask, its box."""
    return torch.where(labels.has_mask[:, None], labels.frames, labels.boxes)


def _bounds(mask: Tensor, frame: Tensor, box: Tensor) -> Tensor:
    """The box around what is left of a mask, never larger than it was."""
    inside = mask > _INSIDE
    columns, rows = torch.where(inside.any(0))[0], torch.where(inside.any(1))[0]
    if not len(columns):
        return box
    side = mask.shape[-1]
    cell = (frame[2:] - frame[:2]) / side
    low = frame[:2] + cell * torch.stack([columns[0], rows[0]])
    high = frame[:2] + cell * torch.stack([columns[-1] + 1, rows[-1] + 1])
    return torch.cat([torch.maximum(low, box[:2]), torch.minimum(high, box[2:])])


def _joined(labels: Target, others: Target, row: int, dx: float, dy: float) -> Target:
    """The labels with one object of another image, shifted, behind them."""
    one = slice(row, row + 1)
    four = labels.boxes.new_tensor([dx, dy, dx, dy])
    joints = others.joints[one] + others.joints.new_tensor([dx, dy, 0.0])
    return replace(
        labels,
        boxes=torch.cat([labels.boxes, others.boxes[one] + four]),
        labels=torch.cat([labels.labels, others.labels[one]]),
        has_box=torch.cat([labels.has_box, others.has_box[one]]),
        masks=torch.cat([labels.masks, others.masks[one]]),
        frames=torch.cat([labels.frames, others.frames[one] + four]),
        has_mask=torch.cat([labels.has_mask, others.has_mask[one]]),
        joints=torch.cat([labels.joints, joints]),
    )
