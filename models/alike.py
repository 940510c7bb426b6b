"""Objects of an image that look like examples a person chose, on this image or another one."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import torch
from torch import Tensor
from torchvision.ops import box_iou, clip_boxes_to_image, nms

from models.likeness import Looks, known_likeness, looks_of, plain_likeness
from models.mask_rcnn import Network
from models.seen import Seen, proposals
from models.templates import Template, matches, template_of
from models.types import Box

MOST = 60
"""So many look-alikes of an image are enough to look through at a time."""

_KNOWN_SCORE = 0.5  # of its label at the example, from which the network knows such objects
_TAKEN = 0.4  # IoU with what is there already
_PART = 0.75  # share of a box within one that is there already, from which it is a part of it
_APART = 0.5  # IoU above which two look-alikes are one object
_SMALLEST = 2.0  # pixels of the batch, a side


@dataclass(frozen=True, slots=True)
class Line:
    """From which likeness on an object is proposed.

    Attributes:
        least: at all.
        share: of the likeness of the best one there, since likenesses of a crisp picture are higher
            than those of a blurred one.
    """

    least: float
    share: float

    def start(self, best: float) -> float:
        """Where the line is, if the best likeness is that."""
        return max(self.least, self.share * best)


KNOWN, PLAIN = Line(0.8, 0.92), Line(0.55, 0.88)
"""Of kinds the network learned, and of others."""


@dataclass(frozen=True, slots=True)
class Example:
    """One object that others are to look like; it can be shown to any image of the same network.

    Attributes:
        looks: of this one region.
        template: of it.
    """

    looks: Looks
    template: Template


@dataclass(frozen=True, slots=True)
class Alike:
    """One look-alike: its box (xyxy) and how alike it is, 0..1."""

    box: Box
    likeness: float


class Candidates:
    """Where objects may be on one image whatever is looked for: proposals, also as refined.

    Attributes:
        boxes: float32 [N, 4] xyxy, pixels of the batch.
        looks: of each.
    """

    def __init__(self, network: Network, seen: Seen) -> None:
        """Propose, and refine each box as the label it is most likely to be."""
        first = proposals(network, seen)
        looks, offsets = looks_of(network, seen, first)
        decoded = network.roi_heads.box_coder.decode(offsets, [first])
        likely = looks.scores[:, 1:].argmax(1) + 1
        refined = decoded[torch.arange(len(first), device=first.device), likely]
        refined = clip_boxes_to_image(refined, seen.size)
        self.boxes = torch.cat([first, refined])
        self.looks = Looks.joined([looks, looks_of(network, seen, refined)[0]])


def example_of(network: Network, seen: Seen, box: Tensor) -> Example:
    """The object in a box [4] xyxy, pixels of the batch."""
    return Example(looks_of(network, seen, box[None])[0], template_of(seen, box))


@torch.inference_mode()
def find_alike(
    network: Network,
    seen: Seen,
    candidates: Candidates,
    examples: Sequence[Example],
    *,
    label: int | None,
    taken: Tensor,
) -> list[tuple[Tensor, float]]:
    """Boxes [4] xyxy, pixels of the batch, that look like examples, with likeness, best first.

    Args:
        network: in evaluation mode.
        seen: the image.
        candidates: of that image.
        examples: at least one, of the same network.
        label: what they are, 1..K; None for what the network never learned.
        taken: [T, 4] xyxy, where something stands already.
    """
    wanted = Looks.joined([one.looks for one in examples])
    slid = matches(seen, [one.template for one in examples])
    boxes = torch.cat([candidates.boxes, slid])
    looks = Looks.joined([candidates.looks, looks_of(network, seen, slid)[0]])
    is_free = ((boxes[:, 2:] - boxes[:, :2]) >= _SMALLEST).all(1)
    if len(taken):
        is_free &= box_iou(boxes, taken).amax(1) < _TAKEN
        is_free &= _shares_within(boxes, taken).amax(1) < _PART
    rows = torch.where(is_free)[0]
    boxes, looks = boxes[rows], looks.only(rows)
    is_known = label is not None and float(wanted.scores[:, label].mean()) >= _KNOWN_SCORE
    measure, line = (known_likeness, KNOWN) if is_known else (plain_likeness, PLAIN)
    likeness = measure(looks, wanted).amax(1)
    best = float(likeness.amax()) if len(likeness) else 0.0
    rows = torch.where(likeness >= line.start(best))[0]
    keep = rows[nms(boxes[rows], likeness[rows], _APART)[:MOST]]
    return [(boxes[row], float(likeness[row])) for row in keep.tolist()]


def _shares_within(boxes: Tensor, taken: Tensor) -> Tensor:
    """How much of each of [N, 4] lies within each of [T, 4], 0..1, [N, T]; no box is empty."""
    corner = torch.maximum(boxes[:, None, :2], taken[None, :, :2])
    opposite = torch.minimum(boxes[:, None, 2:], taken[None, :, 2:])
    common = (opposite - corner).clamp(min=0).prod(2)
    whole = (boxes[:, 2:] - boxes[:, :2]).clamp(min=1e-6).prod(1)
    return common / whole[:, None]
