"""From dense outputs to the few detections worth keeping."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import torch
from torch import Tensor
from torchvision.ops import batched_nms, clip_boxes_to_image

from models.parts import NMS_IOU
from models.uncertainty import box_doubt


@dataclass(frozen=True, slots=True)
class Kept:
    """The boxes that are left of one image, best score first.

    Attributes:
        boxes: float32 [D, 4] xyxy, pixels of the image as fed in.
        labels: int64 [D], 1..K.
        scores: float32 [D].
        doubts: float32 [D], how far merged boxes disagree.
    """

    boxes: Tensor
    labels: Tensor
    scores: Tensor
    doubts: Tensor


@dataclass(frozen=True, slots=True)
class RawDetections:
    """What the heads say of one image.

    Attributes:
        kept: the boxes.
        masks: float32 [D, 28, 28] probabilities over the boxes.
        joint_maps: float32 [D, J, 56, 56] logits of all joints; J = 0 without a keypoint head.
    """

    kept: Kept
    masks: Tensor
    joint_maps: Tensor


def anchor_rows(levels: Sequence[Tensor], width: int) -> Tensor:
    """Maps [B, A * width, H, W] of all levels as rows [B * anchors, width], image by image."""
    flat = []
    for level in levels:
        batch, _, height, wide = level.shape
        split = level.view(batch, -1, width, height, wide).permute(0, 3, 4, 1, 2)
        flat.append(split.reshape(batch, -1, width))
    return torch.cat(flat, dim=1).reshape(-1, width)


def suppress(
    boxes: Tensor, scores: Tensor, size: tuple[int, int], *, floor: float, limit: int
) -> Kept:
    """What is left after non-maximum suppression by category.

    Args:
        boxes: [P, K + 1, 4].
        scores: [P, K + 1].
        size: (height, width).
        floor: lowest score.
        limit: how many at most.
    """
    rows, labels = torch.where(scores[:, 1:] >= floor)
    labels = labels + 1
    found = clip_boxes_to_image(boxes[rows, labels], size)
    values = scores[rows, labels]
    solid = (found[:, 2:] - found[:, :2]).amin(1) > 1e-2
    found, labels, values = found[solid], labels[solid], values[solid]
    keep = batched_nms(found, values, labels, NMS_IOU)[:limit]
    doubts = box_doubt(found[keep], labels[keep], found, labels, values)
    return Kept(found[keep], labels[keep], values[keep], doubts)
