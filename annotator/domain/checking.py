"""Labels compared with what a model says that never saw them: which of them may be wrong.

After ObjectLab (Tkachenko, Thyagarajan, Mueller, 2023), which scores objects that were overlooked,
badly placed or given the wrong category, from labels and predictions alone. Changed here: scores of
a network of few training images are low, so confidence weighs a finding instead of opening a gate
at 0.95; an outline is judged by its IoU against the IoU that the network expected of itself, and
joints by OKS against the expected OKS, both calibrated by what is usual in the project.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np

from annotator.domain.agreement import joint_similarity, overlap, pixels_of
from annotator.domain.matching import Match, Matched, Place, boxed, match_image
from annotator.domain.model import Annotation, Category, Prediction
from annotator.domain.poses import swapped
from annotator.domain.suspects import Fault, Suspect

LEAST = 0.1
"""Findings that are weaker are not worth a look."""

_HALF_Z = 3.0
"""So many spreads below what is usual, an outline is as likely wrong as right."""
_LEAST_SPREAD = 0.03
_FEW = 5
"""Fewer objects tell nothing about what is usual."""
_SIDES_GAIN = 0.1
"""OKS that must be gained by exchanging left and right before it is suspected."""


@dataclass(frozen=True, slots=True)
class Compared:
    """One image to compare: its objects, and what the model says with all scores it has."""

    image_id: int
    annotations: Sequence[Annotation]
    proposals: Sequence[Prediction]


@dataclass(frozen=True, slots=True)
class Known:
    """What is known of a project's categories, by their ids.

    Attributes:
        sigmas: COCO's allowance of each joint.
    """

    categories: Mapping[int, Category]
    sigmas: Mapping[int, Sequence[float]]

    def name(self, category_id: int) -> str:
        """What a category is called."""
        return self.categories[category_id].name


@dataclass(frozen=True, slots=True)
class _Usual:
    """How well annotations agree with the model where both are right.

    Attributes:
        share: the median of agreement over expected agreement. spread: of it, robust.
    """

    share: float = 1.0
    spread: float = 0.1

    @classmethod
    def of(cls, shares: Sequence[float]) -> _Usual:
        """From many objects, of which some may be wrong."""
        if len(shares) < _FEW:
            return cls()
        middle = float(np.median(shares))
        deviation = 1.4826 * float(np.median(np.abs(np.asarray(shares) - middle)))
        return cls(middle, max(_LEAST_SPREAD, deviation))

    def badness(self, share: float) -> float:
        """0 for the usual and better, towards 1 the further below."""
        z = max(0.0, (self.share - share) / self.spread)
        return z * z / (z * z + _HALF_Z * _HALF_Z)


@dataclass(frozen=True, slots=True)
class _Agreement:
    """How one annotation agrees with what the model says of it, and how it was expected to.

    Attributes:
        oks, expected_oks: None without joints to compare.
        exchanged_oks: with left and right exchanged; None where that changes nothing.
    """

    iou: float
    expected_iou: float
    oks: float | None = None
    expected_oks: float = 1.0
    exchanged_oks: float | None = None


def find_suspects(images: Sequence[Compared], known: Known) -> list[Suspect]:
    """What may be wrong, worst first; at most one finding for each object.

    Args:
        images: all that can be compared; what is usual is learned from them.
        known: objects of other categories are left out.
    """
    matched = [
        (i.image_id, match_image([boxed(a) for a in i.annotations], i.proposals, known.categories))
        for i in images
    ]
    pairs = [(m, _agreement(m, known)) for _, found in matched for m in found.matches]
    outline = _Usual.of([a.iou / a.expected_iou for m, a in pairs if _is_of_one_category(m)])
    joints = _Usual.of([a.oks / a.expected_oks for _, a in pairs if a.oks is not None])
    recall = _recall([found for _, found in matched])
    suspects = [_worst(m, a, outline, joints, known) for m, a in pairs]
    for image_id, found in matched:
        suspects += [_missed(image_id, place, iou, known) for place, iou in found.missed]
        suspects += [_extra(annotation, recall, support) for annotation, support in found.extra]
    worth = [s for s in suspects if s is not None and s.badness >= LEAST]
    return sorted(worth, key=lambda s: (-s.badness, s.image_id))


def _is_of_one_category(match: Match) -> bool:
    return match.annotation.category_id == match.proposal.category_id


def _recall(found: Sequence[Matched]) -> dict[int, float]:
    """The share of annotations the model finds, by category; half where nothing is known."""
    hits: dict[int, list[int]] = {}
    for one in found:
        for match in one.matches:
            hits.setdefault(match.annotation.category_id, []).append(1)
        for annotation, _ in one.extra:
            hits.setdefault(annotation.category_id, []).append(0)
    return {key: (sum(row) + 1) / (len(row) + 2) for key, row in hits.items()}


def _agreement(match: Match, known: Known) -> _Agreement:
    annotation, proposal = match.annotation, match.proposal
    iou, is_masks = overlap(annotation, proposal)
    mask_doubt = proposal.doubt.mask if is_masks else None
    hoped = max(0.05, 1 - (proposal.doubt.box if mask_doubt is None else mask_doubt))
    sigmas = known.sigmas.get(annotation.category_id, ())
    pixels = pixels_of(annotation)
    is_same = _is_of_one_category(match) and bool(annotation.keypoints)
    oks = (
        joint_similarity(annotation.keypoints, proposal, sigmas, pixels=pixels) if is_same else None
    )
    if oks is None:
        return _Agreement(iou, hoped)
    pairs = known.categories[annotation.category_id].pairs
    turned = joint_similarity(swapped(annotation.keypoints, pairs), proposal, sigmas, pixels=pixels)
    return _Agreement(iou, hoped, oks[0], max(0.05, oks[1]), turned[0] if turned else None)


def _worst(
    match: Match, found: _Agreement, outline: _Usual, joints: _Usual, known: Known
) -> Suspect | None:
    """The strongest of what may be wrong with an object that the model sees too."""
    options = [
        _category(match, known),
        _sides(match, found) or _joints(match, found, joints),
        _outline(match, found, outline),
    ]
    return max((one for one in options if one is not None), key=lambda s: s.badness, default=None)


def _category(match: Match, known: Known) -> Suspect | None:
    """The surest other category at this place against the annotation's own."""
    annotation, place = match.annotation, match.place
    others = [p for key, p in place.leads.items() if key != annotation.category_id]
    best = max(others, key=lambda p: p.score, default=None)
    own = place.score(annotation.category_id)
    if best is None or best.score <= own:
        return None
    words = (
        f"Looks like {known.name(best.category_id)} ({best.score:.2f}), "
        f"labelled {known.name(annotation.category_id)} ({own:.2f})"
    )
    return _suspect(Fault.CATEGORY, best.score - own, words, annotation, best)


def _outline(match: Match, found: _Agreement, usual: _Usual) -> Suspect:
    badness = match.proposal.score * usual.badness(found.iou / found.expected_iou)
    hoped = min(1.0, usual.share * found.expected_iou)
    words = f"Outline overlaps the model's by {found.iou:.2f}; usual is {hoped:.2f}"
    return _suspect(Fault.OUTLINE, badness, words, match.annotation, match.proposal)


def _sides(match: Match, found: _Agreement) -> Suspect | None:
    if found.oks is None or found.exchanged_oks is None:
        return None
    gain = found.exchanged_oks - found.oks
    if gain < _SIDES_GAIN:
        return None
    badness = match.proposal.score * min(1.0, gain / found.expected_oks)
    words = (
        f"Left and right exchanged: joints would agree by {found.exchanged_oks:.2f}, "
        f"now by {found.oks:.2f}"
    )
    return _suspect(Fault.SIDES, badness, words, match.annotation, match.proposal)


def _joints(match: Match, found: _Agreement, usual: _Usual) -> Suspect | None:
    if found.oks is None:
        return None
    badness = match.proposal.score * usual.badness(found.oks / found.expected_oks)
    hoped = min(1.0, usual.share * found.expected_oks)
    words = f"Joints agree with the model's by {found.oks:.2f}; usual is {hoped:.2f}"
    return _suspect(Fault.JOINTS, badness, words, match.annotation, match.proposal)


def _missed(image_id: int, place: Place, iou: float, known: Known) -> Suspect:
    best = place.best
    words = f"Missing: {known.name(best.category_id)} ({best.score:.2f})"
    return Suspect(0, image_id, Fault.MISSED, best.score * (1 - iou), words, None, best)


def _extra(annotation: Annotation, recall: Mapping[int, float], support: float) -> Suspect:
    """The more objects of this category the model finds, the more it says that it finds none."""
    share = recall[annotation.category_id]
    words = f"Nothing seen here; of such objects {round(100 * share)} % are found"
    return _suspect(Fault.EXTRA, share * (1 - support), words, annotation, None)


def _suspect(
    fault: Fault, badness: float, words: str, annotation: Annotation, proposal: Prediction | None
) -> Suspect:
    return Suspect(0, annotation.image_id, fault, badness, words, annotation, proposal)
