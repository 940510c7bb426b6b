"""From what the heads say to what a person is shown: outlines, joints and doubts, in pixels."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, fields
from typing import TypeVar

import numpy as np
import torch
from numpy.typing import NDArray
from torch import Tensor

from models.certainty import certainty, distinct, oks
from models.contours import outlines
from models.detections import RawDetections
from models.joints import sigmas_of
from models.keypoints import decode_peaks, place_peaks
from models.mask_rcnn import Network
from models.traits import shortened
from models.types import SIDES, Detection, Doubt
from models.uncertainty import class_doubt, expected_oks, mask_doubt

_CLASS, _BOX, _MASK = range(3)
Joints = TypeVar("Joints", Tensor, NDArray[np.float32])


@dataclass(frozen=True, slots=True)
class Facts:
    """All that is known of one image's detections, in pixels of the original.

    Attributes:
        boxes: float32 [D, 4] xyxy, inside the image.
        labels: int64 [D], 1..K.
        scores: float32 [D], of all that is said of each: see ``certainty``; the best first.
        doubts: float32 [D, 3] of category, box and mask, 0 .. 1.
        has_mask: bool [D], whether outlines were ever learned for the category.
        masks: float32 [D, 28, 28] probabilities over the boxes.
        joints: float32 [D, J, 3] of x, y and expected OKS, of the joints of all categories.
        is_cut: bool [D], whether what was looked at ended in the middle of the object.
        sides: int64 [D], where the box is least sure: 0 left, 1 top, 2 right, 3 bottom.
        traits: float32 [D, C], what each looks like.
    """

    boxes: Tensor
    labels: Tensor
    scores: Tensor
    doubts: Tensor
    has_mask: Tensor
    masks: Tensor
    joints: Tensor
    is_cut: Tensor
    sides: Tensor
    traits: Tensor

    def on_cpu(self) -> Facts:
        """The same where numpy can see it."""
        return Facts(*(getattr(self, one.name).cpu() for one in fields(self)))

    def only(self, rows: Tensor) -> Facts:
        """Some of the detections, in that order."""
        return Facts(*(getattr(self, one.name)[rows] for one in fields(self)))

    @staticmethod
    def joined(parts: Sequence[Facts]) -> Facts:
        """All detections of all parts."""
        names = [one.name for one in fields(Facts)]
        return Facts(*(torch.cat([getattr(part, name) for part in parts]) for name in names))


@torch.inference_mode()
def weigh(
    network: Network, raw: RawDetections, size: tuple[int, int], is_cut: Tensor | None = None
) -> Facts:
    """Joints and doubts of one image's detections, worked out where the network is.

    Args:
        network: whose categories apply.
        raw: with boxes in pixels of the original.
        size: (width, height) of the original.
        is_cut: as in `Facts`; where None, nothing is cut.
    """
    kept = raw.kept
    limit = kept.boxes.new_tensor([*size, *size])
    boxes = kept.boxes.clamp(min=0).minimum(limit)
    doubts = [class_doubt(kept.scores), kept.doubts.clamp(0, 1), mask_doubt(raw.masks).clamp(0, 1)]
    areas = _areas(raw.masks, boxes)
    joints = _joints(network, raw, boxes, areas)
    joints[..., :2] = joints[..., :2].clamp(min=0).minimum(limit[:2])
    has_mask = network.mask_channel[kept.labels] >= 0
    cut = torch.zeros_like(has_mask) if is_cut is None else is_cut
    ious = torch.where(has_mask, 1 - doubts[_MASK], 1.0)
    own = [_own_joints(network, *one) for one in zip(joints, kept.labels.tolist(), strict=True)]
    scores = certainty(kept.scores, ious, [one[:, 2] for one in own])
    table = torch.stack(doubts, dim=1)
    seen = kept.sides, raw.traits
    facts = Facts(boxes, kept.labels, scores, table, has_mask, raw.masks, joints, cut, *seen)
    order = scores.argsort(descending=True, stable=True)
    return facts.only(_without_doubles(network, facts, areas, order))


def _areas(masks: Tensor, boxes: Tensor) -> Tensor:
    """Pixels [D] of each object: of its mask, else of its box."""
    share = (masks >= 0.5).float().mean((1, 2))
    return (boxes[:, 2:] - boxes[:, :2]).prod(1) * torch.where(share > 0, share, 1.0)


def _joints(network: Network, raw: RawDetections, boxes: Tensor, areas: Tensor) -> Tensor:
    """float32 [D, J, 3] of x, y and expected OKS, of the joints of all categories."""
    if not network.has_joints or not len(boxes):
        return boxes.new_zeros(len(boxes), network.joint_offsets[-1], 3)
    sigmas = [s for c in network.categories for s in sigmas_of(c)]
    peaks = decode_peaks(raw.joint_maps)
    sizes = boxes[:, 2:] - boxes[:, :2]
    sure = expected_oks(raw.joint_maps, peaks, sizes, boxes.new_tensor(sigmas), areas)
    places = place_peaks(peaks, boxes, raw.joint_maps.shape[-1])
    return torch.cat([places, sure[..., None]], dim=-1)


def _without_doubles(network: Network, facts: Facts, areas: Tensor, order: Tensor) -> Tensor:
    """Those of the rows ``order``, best first, whose pose no better one of their category has."""
    if not network.has_joints:
        return order
    rows, labels = order.cpu().numpy(), facts.labels.cpu().numpy()
    joints, sizes = facts.joints.cpu().numpy(), areas.cpu().numpy()
    stays = np.ones(len(rows), bool)
    for label, category in enumerate(network.categories, start=1):
        own = np.flatnonzero(labels[rows] == label)
        if category.joints and len(own) > 1:
            places = np.stack([_own_joints(network, joints[row], label) for row in rows[own]])
            sigmas = np.array(sigmas_of(category), np.float32)
            stays[own] = distinct(oks(places[..., :2], sigmas, sizes[rows[own]]))
    return order[torch.from_numpy(stays).to(order.device)]


def describe(network: Network, facts: Facts) -> tuple[Detection, ...]:
    """The detections with their outlines; from here on all is plain numbers.

    Args:
        network: whose categories apply.
        facts: on the CPU.
    """
    drawn = np.flatnonzero(facts.has_mask.numpy())
    found = outlines(facts.masks.numpy()[drawn], facts.boxes.numpy()[drawn])
    regions = dict(zip(drawn.tolist(), found, strict=True))
    doubts, joints = facts.doubts.tolist(), facts.joints.numpy()
    sides, traits = facts.sides.tolist(), shortened(facts.traits.numpy())
    rows = zip(facts.labels.tolist(), facts.scores.tolist(), facts.boxes.tolist(), strict=True)
    return tuple(
        Detection(
            label,
            score,
            (box[0], box[1], box[2], box[3]),
            regions.get(row, ()),
            own if len(own := _own_joints(network, joints[row], label).copy()) else None,
            Doubt(
                doubts[row][_CLASS],
                doubts[row][_BOX],
                doubts[row][_MASK] if row in regions else None,
                tuple((1 - own[:, 2]).tolist()),
                SIDES[sides[row]],
            ),
            traits[row],
        )
        for row, (label, score, box) in enumerate(rows)
    )


def _own_joints(network: Network, joints: Joints, label: int) -> Joints:
    """Those [J, 3] of one category."""
    start, end = network.joint_offsets[label - 1 : label + 1]
    return joints[start:end]
