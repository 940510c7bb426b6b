"""The regions the heads are taught on: drawn from proposals, each with the object it belongs to."""

from __future__ import annotations

from dataclasses import dataclass

import torch
from torch import Tensor
from torchvision.models.detection.roi_heads import RoIHeads

from models import losses
from models.targets import Target

_POSITIVE_SHARE = 0.25


@dataclass(frozen=True, slots=True)
class Regions:
    """Regions of one image.

    Attributes:
        boxes: float32 [R, 4] xyxy.
        matched: int64 [R], the object of each; meaningless for background.
        labels: int64 [R], 0 for background.
        target: the image's labels.
    """

    boxes: Tensor
    matched: Tensor
    labels: Tensor
    target: Target

    def wanted(self, coder: object) -> tuple[Tensor, Tensor]:
        """Offsets [R, 4] to the matched objects, and bool [R] whether their boxes are known."""
        positive = self.labels > 0
        truth = self.boxes.clone()
        truth[positive] = self.target.boxes[self.matched[positive]]
        known = torch.zeros_like(positive)
        known[positive] = self.target.has_box[self.matched[positive]]
        offsets: Tensor = coder.encode([truth], [self.boxes])[0]  # type: ignore[attr-defined]
        return offsets, known

    def with_masks(self) -> Tensor:
        """Indices of the regions whose object has a mask."""
        rows = torch.where(self.labels > 0)[0]
        return rows[self.target.has_mask[self.matched[rows]]]

    def with_joints(self) -> Tensor:
        """Indices of the regions whose object has a labelled joint."""
        rows = torch.where(self.labels > 0)[0]
        return rows[(self.target.joints[self.matched[rows]][..., 2] > 0).any(-1)]


def draw_regions(
    heads: RoIHeads, proposals: Tensor, target: Target, *, count: int, generator: torch.Generator
) -> Regions:
    """Draw regions of one image for the heads' losses; the labelled boxes are among the proposals.

    Args:
        heads: whose matching rules apply.
        proposals: [P, 4] xyxy.
        target: the image's labels.
        count: how many at most.
        generator: on the CPU.
    """
    boxes = torch.cat([proposals, target.boxes])
    matched, labels = heads.assign_targets_to_proposals([boxes], [target.boxes], [target.labels])
    label = labels[0]
    label[(label == 0) & losses.covered(boxes, target.ignored)] = losses.IGNORED
    chosen = torch.cat(
        losses.balanced(label, count=count, share=_POSITIVE_SHARE, generator=generator)
    )
    return Regions(boxes[chosen], matched[0][chosen], label[chosen], target)
