"""From what the heads say to what a person is shown: outlines, joints and doubts, in pixels."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, fields

import numpy as np
import torch
from numpy.typing import NDArray
from torch import Tensor

from models.contours import outlines
from models.detections import RawDetections
from models.joints import sigmas_for
from models.keypoints import decode_peaks, place_peaks
from models.mask_rcnn import Network
from models.types import Detection, Doubt
from models.uncertainty import class_doubt, expected_oks, mask_doubt

_CLASS, _BOX, _MASK = range(3)


@dataclass(frozen=True, slots=True)
class Facts:
    """All that is known of one image's detections, in pixels of the original.

    Attributes:
        boxes: float32 [D, 4] xyxy, inside the image.
        labels: int64 [D], 1..K.
        scores: float32 [D].
        doubts: float32 [D, 3] of category, box and mask, 0 .. 1.
        has_mask: bool [D], whether outlines were ever learned for the category.
        masks: float32 [D, 28, 28] probabilities over the boxes.
        joints: float32 [D, J, 3] of x, y and expected OKS, of the joints of all categories.
        is_cut: bool [D], whether what was looked at ended in the middle of the object.
    """

    boxes: Tensor
    labels: Tensor
    scores: Tensor
    doubts: Tensor
    has_mask: Tensor
    masks: Tensor
    joints: Tensor
    is_cut: Tensor

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
    joints = _joints(network, raw, boxes)
    joints[..., :2] = joints[..., :2].clamp(min=0).minimum(limit[:2])
    has_mask = network.mask_channel[kept.labels] >= 0
    table = torch.stack(doubts, dim=1)
    cut = torch.zeros_like(has_mask) if is_cut is None else is_cut
    return Facts(boxes, kept.labels, kept.scores, table, has_mask, raw.masks, joints, cut)


def _joints(network: Network, raw: RawDetections, boxes: Tensor) -> Tensor:
    """float32 [D, J, 3] of x, y and expected OKS, of the joints of all categories."""
    if not network.has_joints or not len(boxes):
        return boxes.new_zeros(len(boxes), network.joint_offsets[-1], 3)
    sigmas = [s for c in network.categories for s in (c.sigmas or sigmas_for(c.joints))]
    sizes = boxes[:, 2:] - boxes[:, :2]
    share = (raw.masks >= 0.5).float().mean((1, 2))
    areas = sizes.prod(1) * torch.where(share > 0, share, 1.0)
    peaks = decode_peaks(raw.joint_maps)
    sure = expected_oks(raw.joint_maps, peaks, sizes, boxes.new_tensor(sigmas), areas)
    places = place_peaks(peaks, boxes, raw.joint_maps.shape[-1])
    return torch.cat([places, sure[..., None]], dim=-1)


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
    rows = zip(facts.labels.tolist(), facts.scores.tolist(), facts.boxes.tolist(), strict=True)
    return tuple(
        Detection(
            label,
            score,
            (box[0], box[1], box[2], box[3]),
            regions.get(row, ()),
            own if len(own := _own_joints(network, joints[row], label)) else None,
            Doubt(
                doubts[row][_CLASS],
                doubts[row][_BOX],
                doubts[row][_MASK] if row in regions else None,
                tuple((1 - own[:, 2]).tolist()),
            ),
        )
        for row, (label, score, box) in enumerate(rows)
    )


def _own_joints(network: Network, joints: NDArray[np.float32], label: int) -> NDArray[np.float32]:
    """Those [J, 3] of one category."""
    start, end = network.joint_offsets[label - 1 : label + 1]
    return joints[start:end].copy()
