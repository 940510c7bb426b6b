"""Where objects may be: the best of the proposal stage's boxes, decoded only where they count."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import torch
from torch import Tensor
from torch.nn import functional
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

    def of(self, rows: Tensor) -> tuple[Tensor, Tensor]:
        """Logits [N] and offsets [N, 4] of some anchors."""
        return self.logits[rows, 0], self.offsets[rows]


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


def ask_again(
    stage: RegionProposalNetwork, levels: Sequence[Tensor], rows: Tensor
) -> tuple[Tensor, Tensor]:
    """What the proposal stage says of a few anchors, with gradients.

    Training learns from 256 anchors of an image's many thousand. Convolving only the patches they
    look at, a second time, takes little, and spares the way back through all the others.

    Args:
        stage: with a single layer before its outputs.
        levels: the pyramid levels it looks at, [B, C, H, W].
        rows: int64 [N] of anchors, numbered as in `AnchorOutputs`.

    Returns:
        Logits [N] and offsets [N, 4].
    """
    head = stage.head
    each = stage.anchor_generator.num_anchors_per_location()
    counts = [one[0, 0].numel() * each[number] for number, one in enumerate(levels)]
    ends = torch.tensor(counts, device=rows.device).cumsum(0)
    image, within = rows // ends[-1], rows % ends[-1]
    number = torch.bucketize(within, ends, right=True)
    hidden, order = [], []
    for level, features in enumerate(levels):
        mine = torch.where(number == level)[0]
        place = (within[mine] - ends[level] + counts[level]) // each[level]
        patches = _patches(features, image[mine], place)
        hidden.append(functional.conv2d(patches, head.conv[0][0].weight, head.conv[0][0].bias))
        order.append(mine)
    found = torch.cat(hidden).relu()[torch.cat(order).argsort()]
    anchor = within % each[0]
    logits = head.cls_logits(found)[:, :, 0, 0].gather(1, anchor[:, None])[:, 0]
    offsets = head.bbox_pred(found).view(len(rows), each[0], 4)
    return logits, offsets[torch.arange(len(rows), device=rows.device), anchor]


def _patches(features: Tensor, image: Tensor, place: Tensor) -> Tensor:
    """The 3 x 3 patches [N, C, 3, 3] around places of a level, zero beyond its edges."""
    height, width = features.shape[-2:]
    step = torch.arange(-1, 2, device=place.device)
    y = (place // width)[:, None, None] + step[:, None]
    x = (place % width)[:, None, None] + step
    is_inside = (y >= 0) & (y < height) & (x >= 0) & (x < width)
    at = (image[:, None, None] * height + y.clamp(0, height - 1)) * width + x.clamp(0, width - 1)
    vectors = functional.embedding(at, features.permute(0, 2, 3, 1).flatten(0, 2))
    return (vectors * is_inside[..., None]).permute(0, 3, 1, 2)


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
