"""How unsure the network is of a detection, from the numbers of one forward pass.

The formulas are numbers 1 to 4 of the project's notes on learning; each result is 0 (sure) .. 1.
"""

from __future__ import annotations

import math

import torch
from torch import Tensor
from torchvision.ops import box_iou

_STEEPNESS, _GAIN = 0.3, 0.2  # a and b of PPAL (Yang et al., CVPR 2024), difficulty-calibrated


def class_doubt(scores: Tensor, quality: Tensor | None = None) -> Tensor:
    """Binary entropy of the score, raised for categories the network is poor at.

    Args:
        scores: [N], 0..1.
        quality: [N], 0..1, held-out mean of p^0.6 IoU^0.4 of each detection's category; None when
            it is not known, which raises nothing.

    Returns:
        [N]; a raised value stops at 1.
    """
    p = scores.clamp(1e-6, 1 - 1e-6)
    entropy = -(p * p.log2() + (1 - p) * (1 - p).log2())
    if quality is None:
        return entropy
    top = math.exp(1 / _STEEPNESS) - 1
    weight = 1 + _STEEPNESS * _GAIN * torch.log1p(top * (1 - quality))
    return (entropy * weight).clamp(max=1.0)


def box_doubt(
    boxes: Tensor,
    labels: Tensor,
    all_boxes: Tensor,
    all_labels: Tensor,
    all_scores: Tensor,
    iou: float = 0.5,
) -> Tensor:
    """How far the boxes that were merged into one disagree with it.

    `1 - sum_j s_j IoU(b, b_j) / sum_j s_j` over the candidates of the same category with IoU of at
    least 0.5; a box without any is as sure as can be.

    Args:
        boxes: [D, 4] xyxy of the detections kept.
        labels: [D], theirs.
        all_boxes: [C, 4] of the candidates before suppression.
        all_labels: [C], theirs.
        all_scores: [C], theirs.
        iou: from which overlap on a candidate counts.

    Returns:
        [D].
    """
    if not len(boxes) or not len(all_boxes):
        return boxes.new_zeros(len(boxes))
    overlap = box_iou(boxes, all_boxes)
    same = (labels[:, None] == all_labels[None]) & (overlap >= iou)
    weight = all_scores[None] * same
    mass = weight.sum(1)
    return torch.where(mass > 0, 1 - (weight * overlap).sum(1) / mass.clamp(min=1e-9), 0.0)


def unsure_sides(
    boxes: Tensor, labels: Tensor, all_boxes: Tensor, all_labels: Tensor, all_scores: Tensor
) -> Tensor:
    """The side of each box on which the boxes that were merged into it disagree most.

    Args:
        boxes: [D, 4] xyxy of the detections kept.
        labels: [D], theirs.
        all_boxes: [C, 4] of the candidates before suppression.
        all_labels: [C], theirs.
        all_scores: [C], theirs.

    Returns:
        int64 [D]: 0 left, 1 top, 2 right, 3 bottom.
    """
    same = (labels[:, None] == all_labels[None]) & (box_iou(boxes, all_boxes) >= 0.5)
    weight = (all_scores[None] * same)[..., None]
    apart = (weight * (all_boxes[None] - boxes[:, None]).abs()).sum(1)
    sizes = (boxes[:, 2:] - boxes[:, :2]).clamp(min=1e-6).repeat(1, 2)
    sides: Tensor = (apart / sizes).argmax(1)
    return sides


def mask_doubt(masks: Tensor) -> Tensor:
    """One minus the IoU to be expected between the thresholded mask and the truth.

    With independent cells, `E[IoU]` is close to `sum_{m>=.5} m / (#{m>=.5} + sum_{m<.5} m)`
    (against simulation: .642 and .643). An empty mask is entirely unsure.

    Args:
        masks: [N, S, S] probabilities.

    Returns:
        [N].
    """
    inside = masks >= 0.5
    gained = (masks * inside).sum((1, 2))
    union = inside.sum((1, 2)) + (masks * ~inside).sum((1, 2))
    return 1 - gained / union.clamp(min=1e-9)


def expected_oks(
    maps: Tensor, peaks: Tensor, sizes: Tensor, sigmas: Tensor, areas: Tensor
) -> Tensor:
    """The object keypoint similarity each joint can expect: `sum q exp(-d^2 / (2 A (2 sigma)^2))`.

    q is the softmax of the heat map, d the distance of its cells from the peak. torchvision's own
    keypoint score is a raw logit and no probability.

    Args:
        maps: [N, J, S, S] logits.
        peaks: [N, J, 2] x, y of the peaks in cells (the middle of the first cell is 0.5).
        sizes: [N, 2] width and height of the boxes in pixels.
        sigmas: [J] COCO's sigma of each joint.
        areas: [N] pixels of each object.

    Returns:
        [N, J], 0..1.
    """
    side = maps.shape[-1]
    q = maps.flatten(2).softmax(-1).reshape(maps.shape)
    middle = torch.arange(side, device=maps.device) + 0.5
    step = (sizes / side)[:, None, :, None]
    away = ((middle - peaks[..., None]) * step) ** 2
    spread = 2 * areas.clamp(min=1.0)[:, None] * (2 * sigmas[None]) ** 2
    near = torch.exp(-away / spread[..., None, None])
    return torch.einsum("njyx,njx,njy->nj", q, near[:, :, 0], near[:, :, 1]).clamp(0, 1)
