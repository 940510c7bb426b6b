"""Where objects may be: the best of the proposal stage's boxes, decoded only where they count."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import torch
from torch import Tensor
from torchvision.models.detection.image_list import ImageList
from torchvision.models.detection.rpn import RegionProposalNetwork
from torchvision.ops import batched_nms, clip_boxes_to_image

_SMALLEST = 1e-3  # pixels of a side, as in torchvision


@dataclass(frozen=True, slots=True)
class AnchorOutputs:
    """What the proposal stage says of every anchor of a batch.

    Attributes:
        anchors: float32 [A, 4] xyxy, the same for each image.
        logits: [B * A, 1] of there being an object.
        offsets: [B * A, 4] of its box.
        counts: anchors of each level.
    """

    anchors: Tensor
    logits: Tensor
    offsets: Tensor
    counts: tuple[int, ...]


def look(
    stage: RegionProposalNetwork,
    batch: Tensor,
    sizes: list[tuple[int, int]],
    levels: list[Tensor],
) -> AnchorOutputs:
    """Ask the proposal stage about every anchor on some levels of the pyramid."""
    objectness, deltas = stage.head(levels)
    anchors = stage.anchor_generator(ImageList(batch, sizes), levels)[0]
    counts = tuple(level[0].numel() for level in objectness)
    return AnchorOutputs(anchors, anchor_rows(objectness, 1), anchor_rows(deltas, 4), counts)


def anchor_rows(levels: Sequence[Tensor], width: int) -> Tensor:
    """Maps [B, A * width, H, W] of all levels as rows [B * anchors, width], image by image."""
    flat = []
    for level in levels:
        batch, _, height, wide = level.shape
        split = level.view(batch, -1, width, height, wide).permute(0, 3, 4, 1, 2)
        flat.append(split.reshape(batch, -1, width))
    return torch.cat(flat, dim=1).reshape(-1, width).float()


@torch.no_grad()
def propose(
    stage: RegionProposalNetwork, said: AnchorOutputs, sizes: Sequence[tuple[int, int]]
) -> list[Tensor]:
    """The boxes worth a closer look, best first: [P_i, 4] xyxy of each image.

    As torchvision's `filter_proposals`, but only the best anchors of each level are decoded.

    Args:
        stage: whose limits apply, those of training or of prediction by its mode.
        said: its outputs.
        sizes: (height, width) of each image.
    """
    logits = said.logits.view(len(sizes), -1)
    offsets = said.offsets.view(len(sizes), -1, 4)
    best, level = _best_of_each_level(logits, said.counts, stage.pre_nms_top_n())
    found = []
    for image, size in enumerate(sizes):
        rows = best[image]
        boxes = stage.box_coder.decode_single(offsets[image, rows], said.anchors[rows])
        boxes = clip_boxes_to_image(boxes, size)
        is_solid = ((boxes[:, 2:] - boxes[:, :2]) >= _SMALLEST).all(1)
        boxes, scores = boxes[is_solid], logits[image, rows][is_solid]
        keep = batched_nms(boxes, scores, level[is_solid], stage.nms_thresh)
        found.append(boxes[keep[: stage.post_nms_top_n()]])
    return found


def _best_of_each_level(logits: Tensor, counts: Sequence[int], limit: int) -> tuple[Tensor, Tensor]:
    """Anchors [B, N] with the highest logits of each level, and the level [N] of each column."""
    rows, levels, start = [], [], 0
    for number, own in enumerate(torch.split(logits, list(counts), dim=1)):
        best = own.topk(min(limit, own.shape[1]), dim=1).indices
        rows.append(best + start)
        levels.append(torch.full((best.shape[1],), number, device=logits.device))
        start += own.shape[1]
    return torch.cat(rows, dim=1), torch.cat(levels)
