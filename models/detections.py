"""From dense outputs to the few detections worth keeping."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import torch
from torch import Tensor
from torchvision.models.detection._utils import BoxCoder
from torchvision.ops import batched_nms, clip_boxes_to_image

from models.parts import NMS_IOU
from models.uncertainty import box_doubt, unsure_sides

_SMALLEST = 1e-2  # pixels of a side, as in torchvision


@dataclass(frozen=True, slots=True)
class Kept:
    """The boxes that are left of one image, best score first.

    Attributes:
        boxes: float32 [D, 4] xyxy, pixels of the image as fed in.
        labels: int64 [D], 1..K.
        scores: float32 [D].
        doubts: float32 [D], how far merged boxes disagree.
        sides: int64 [D], on which side most: 0 left, 1 top, 2 right, 3 bottom.
        rows: int64 [D], the proposal each came from.
    """

    boxes: Tensor
    labels: Tensor
    scores: Tensor
    doubts: Tensor
    sides: Tensor
    rows: Tensor


@dataclass(frozen=True, slots=True)
class RawDetections:
    """What the heads say of one image.

    Attributes:
        kept: the boxes.
        masks: float32 [D, 28, 28] probabilities over the boxes; zeros for a category without masks.
        joint_maps: float32 [D, J, 56, 56] logits of all joints, zeros for a category without
            joints; J = 0 without a keypoint head.
        traits: float32 [D, C], the mean of the pyramid's features where each was proposed.
        scene: float32 [F], the mean of the features of each level, level after level.
    """

    kept: Kept
    masks: Tensor
    joint_maps: Tensor
    traits: Tensor
    scene: Tensor


def suppress(
    coder: BoxCoder,
    proposals: Tensor,
    scores: Tensor,
    deltas: Tensor,
    size: tuple[int, int],
    *,
    floor: float,
    limit: int,
) -> Kept:
    """What is left after non-maximum suppression by category.

    Boxes are decoded for the candidates alone, not for every category of every proposal.

    Args:
        coder: turns offsets into boxes.
        proposals: [P, 4] xyxy.
        scores: [P, K + 1].
        deltas: [P, 4 * (K + 1)].
        size: (height, width).
        floor: lowest score.
        limit: how many at most.
    """
    rows, labels = torch.where(scores[:, 1:] >= floor)
    labels = labels + 1
    own = deltas.view(len(deltas), -1, 4)[rows, labels]
    found = clip_boxes_to_image(coder.decode_single(own, proposals[rows]), size)
    values = scores[rows, labels]
    solid = (found[:, 2:] - found[:, :2]).amin(1) > _SMALLEST
    found, labels, values, rows = found[solid], labels[solid], values[solid], rows[solid]
    keep = batched_nms(found, values, labels, NMS_IOU)[:limit]
    everything = found, labels, values
    doubts = box_doubt(found[keep], labels[keep], *everything)
    sides = unsure_sides(found[keep], labels[keep], *everything)
    return Kept(found[keep], labels[keep], values[keep], doubts, sides, rows[keep])


def chosen(found: Sequence[Kept], wanted: Tensor) -> tuple[Tensor, list[Tensor]]:
    """Of all detections the numbers of those wanted, and their boxes image by image."""
    own = torch.split(wanted, [len(one.labels) for one in found])
    boxes = [one.boxes[mine] for one, mine in zip(found, own, strict=True)]
    return torch.where(wanted)[0], boxes
