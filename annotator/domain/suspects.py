"""Labels that may be wrong, as values: what is suspected, how strongly, and why in words."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum

from annotator.domain.geometry import are_close, box_iou
from annotator.domain.model import Annotation, Box, Prediction


class Fault(StrEnum):
    """What may be wrong."""

    MISSED = "missed"
    """An object is there that nobody labelled."""
    EXTRA = "extra"
    """A annotation stands where the model finds nothing."""
    OUTLINE = "outline"
    """The annotation lies beside the object, or its outline is poor."""
    CATEGORY = "category"
    """The object is of another category."""
    SIDES = "sides"
    """Left and right joints have each other's place."""
    JOINTS = "joints"
    """Joints lie elsewhere than the model says."""


@dataclass(frozen=True, slots=True)
class Suspect:
    """One annotation, or one missing annotation, that may be wrong.

    Attributes:
        id: 0 until it is stored.
        badness: how strongly it is suspected, 0 to 1.
        words: the reason, one sentence.
        annotation: the annotation as it was when it was compared; None where one is missing.
        proposal: what the model says instead; None where it finds nothing. Its own id is 0.
    """

    id: int
    image_id: int
    fault: Fault
    badness: float
    words: str
    annotation: Annotation | None = None
    proposal: Prediction | None = None

    @property
    def annotation_id(self) -> int | None:
        """The annotation's id."""
        return None if self.annotation is None else self.annotation.id

    @property
    def box(self) -> Box | None:
        """Where to look: around the annotation and what the model says."""
        boxes = [one.box for one in (self.annotation, self.proposal) if one is not None]
        known = [box for box in boxes if box is not None]
        if not known:
            return None
        left, top = min(b.x for b in known), min(b.y for b in known)
        right, bottom = max(b.right for b in known), max(b.bottom for b in known)
        return Box(left, top, right - left, bottom - top)


SAME_IOU = 0.5
"""A missing object is the one that was asked about before, or labelled since, from this overlap."""


def is_settled(suspect: Suspect, now: dict[int, Annotation]) -> bool:
    """Whether the labels of the image were changed so that the question is answered.

    Args:
        suspect: as it was found.
        now: the image's labels by their ids.
    """
    before, asked = suspect.annotation, suspect.proposal
    if before is None:
        boxes = [a.box for a in now.values() if a.box is not None]
        return asked is None or any(box_iou(asked.box, box) >= SAME_IOU for box in boxes)
    annotation = now.get(before.id)
    if annotation is None or annotation.category_id != before.category_id:
        return True
    is_moved = annotation.box is not None and not are_close(annotation.box, before.box)
    return is_moved or annotation.mask != before.mask or annotation.keypoints != before.keypoints


def is_same_question(a: Suspect, b: Suspect) -> bool:
    """Whether two findings, of different comparisons, ask the same of a person."""
    if a.image_id != b.image_id or a.fault != b.fault or a.annotation_id != b.annotation_id:
        return False
    if a.annotation_id is not None:
        return True
    if a.proposal is None or b.proposal is None:
        return False
    return box_iou(a.proposal.box, b.proposal.box) >= SAME_IOU
