"""What the network is taught with: the losses of Mask R-CNN, reading only what was labelled.

They are torchvision's formulas (smooth L1 with beta 1/9, cross entropy, binary cross entropy on
28 x 28 masks, cross entropy over the cells of a joint's heat map) with four rules for partial
labels: a mask is learned only where there is one, a box only where its edges are known, a joint
only where v > 0, and background inside an ignored region does not count.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence

import torch
from torch import Tensor
from torch.nn import functional
from torchvision.ops import box_iou, roi_align

from models.targets import Target, area

BACKGROUND, IGNORED = 0, -1
_BETA = 1 / 9
_COVER = 0.5  # share of a box inside an ignored region from which on it is no background
_CONFIDENT = 0.5  # score from which on an unmatched prediction may be an unlabelled object


def covered(boxes: Tensor, regions: Tensor) -> Tensor:
    """Which boxes lie at least half inside a region: bool [N] for xyxy [N, 4] and [M, 4]."""
    if not len(regions) or not len(boxes):
        return torch.zeros(len(boxes), dtype=torch.bool, device=boxes.device)
    low = torch.maximum(boxes[:, None, :2], regions[None, :, :2])
    high = torch.minimum(boxes[:, None, 2:], regions[None, :, 2:])
    inside = (high - low).clamp(min=0).prod(-1)
    return (inside.amax(1) >= _COVER * area(boxes)) & (area(boxes) > 0)


def unmatched(boxes: Tensor, scores: Tensor, truth: Tensor) -> Tensor:
    """Boxes [M, 4] of confident predictions (score >= 0.5) that no labelled object explains."""
    confident = boxes[scores >= _CONFIDENT]
    if not len(truth) or not len(confident):
        return confident
    return confident[box_iou(confident, truth).amax(1) < 0.5]


def balanced(
    labels: Tensor, *, count: int, share: float, generator: torch.Generator
) -> tuple[Tensor, Tensor]:
    """Draw at most `count` examples, at most `share` of them positive.

    Args:
        labels: [N]; above 0 positive, 0 background, below 0 never drawn.
        count: how many.
        share: of positives.
        generator: on the CPU, so that one seed draws the same on every device.

    Returns:
        Indices of positives and of background.
    """
    positive = torch.where(labels > 0)[0]
    negative = torch.where(labels == BACKGROUND)[0]
    wanted = min(len(positive), int(count * share))
    rest = min(len(negative), count - wanted)
    return _draw(positive, wanted, generator), _draw(negative, rest, generator)


def _draw(indices: Tensor, count: int, generator: torch.Generator) -> Tensor:
    order = torch.randperm(len(indices), generator=generator)[:count]
    return indices[order.to(indices.device)]


def proposal_losses(
    ask: Callable[[Tensor], tuple[Tensor, Tensor]],
    labels: Sequence[Tensor],
    wanted: Sequence[Tensor],
    edges: Sequence[Tensor],
    generator: torch.Generator,
) -> dict[str, Tensor]:
    """Losses of the proposal stage.

    Args:
        ask: logits [N] and predicted offsets [N, 4] of so many of all anchors of all images.
        labels: per image float [A_i]: 1 object, 0 background, -1 ignored.
        wanted: per image [A_i, 4] offsets to the matched object.
        edges: per image bool [A_i], whether the matched object's box is to be learned.
        generator: draws the 256 anchors an image.
    """
    positives, negatives, start = [], [], 0
    for one in labels:
        drawn = balanced(one, count=256, share=0.5, generator=generator)
        positives.append(drawn[0] + start)
        negatives.append(drawn[1] + start)
        start += len(one)
    positive, negative = torch.cat(positives), torch.cat(negatives)
    sampled = torch.cat([positive, negative])
    truth = torch.cat(list(labels))[sampled]
    count = max(1, len(sampled))
    logits, deltas = ask(sampled)
    learn = torch.where(torch.cat(list(edges))[positive])[0]
    return {
        "objectness": functional.binary_cross_entropy_with_logits(logits, truth, reduction="sum")
        / count,
        "proposals": functional.smooth_l1_loss(
            deltas[learn], torch.cat(list(wanted))[positive[learn]], beta=_BETA, reduction="sum"
        )
        / count,
    }


def box_losses(
    logits: Tensor, deltas: Tensor, labels: Tensor, wanted: Tensor, edges: Tensor
) -> dict[str, Tensor]:
    """Losses of the box head over the sampled regions.

    Args:
        logits: [R, K + 1].
        deltas: [R, 4 * (K + 1)].
        labels: int64 [R], 0 background.
        wanted: [R, 4] offsets to the matched object.
        edges: bool [R], whether the matched object's box is to be learned.
    """
    count = max(1, len(labels))
    rows = torch.where((labels > 0) & edges)[0]
    own = deltas.reshape(len(labels), -1, 4)[rows, labels[rows]]
    return {
        "category": functional.cross_entropy(logits, labels, reduction="sum") / count,
        "box": functional.smooth_l1_loss(own, wanted[rows], beta=_BETA, reduction="sum") / count,
    }


def mask_targets(target: Target, matched: Tensor, regions: Tensor, side: int) -> Tensor:
    """What the mask head should say inside regions: float32 [R, side, side], 0..1.

    Args:
        target: of the image.
        matched: int64 [R], the object each region belongs to.
        regions: [R, 4] xyxy.
        side: cells of the mask head.
    """
    frames = target.frames[matched]
    size = (frames[:, 2:] - frames[:, :2]).clamp(min=1e-6)
    crop = target.masks.shape[-1]
    origin = frames[:, :2].repeat(1, 2)
    placed = (regions - origin) / size.repeat(1, 2) * crop
    rois = torch.cat([matched[:, None].to(placed), placed], dim=1)
    masks = target.masks[:, None].to(placed) / 255
    cut: Tensor = roi_align(masks, rois, (side, side), 1.0, -1, aligned=True)
    return cut[:, 0]


def mask_loss(logits: Tensor, wanted: Tensor) -> Tensor:
    """Binary cross entropy of masks [..., 28, 28]; 0 (with a gradient) when there is none."""
    if not len(wanted):
        return logits.sum() * 0
    return functional.binary_cross_entropy_with_logits(logits, wanted)


def joint_cells(joints: Tensor, regions: Tensor, side: int) -> tuple[Tensor, Tensor]:
    """The heat-map cell each joint lies in, and whether it is one to learn.

    Args:
        joints: [R, J, 3] of x, y, v.
        regions: [R, 4] xyxy.
        side: cells of the heat map.

    Returns:
        int64 [R, J] row * side + column, and bool [R, J]: labelled and inside the region.
    """
    origin, size = regions[:, None, :2], (regions[:, None, 2:] - regions[:, None, :2])
    place = (joints[..., :2] - origin) / size.clamp(min=1e-6)
    edge = joints[..., :2] == regions[:, None, 2:]
    cell = torch.where(edge, place.new_tensor(side - 1.0), (place * side).floor())
    inside = ((cell >= 0) & (cell < side)).all(-1) & (joints[..., 2] > 0)
    cell = cell.clamp(0, side - 1).long()
    return cell[..., 1] * side + cell[..., 0], inside


def joint_loss(logits: Tensor, joints: Tensor, regions: Tensor) -> Tensor:
    """Cross entropy of each labelled joint over the cells of its heat map; 0 when there is none.

    Args:
        logits: [R, J, side, side].
        joints: [R, J, 3] of x, y, v.
        regions: [R, 4] xyxy.
    """
    cells, valid = joint_cells(joints, regions, logits.shape[-1])
    if not bool(valid.any()):
        return logits.sum() * 0
    return functional.cross_entropy(logits.flatten(2)[valid], cells[valid])
