"""What a look at an image is worth: the network's doubts, object by object, for seconds of work.

Only numpy, since the ranking also runs from stored doubts. The formulas are those of the project's
notes on learning; the expected gain over a random order is real but small (nnActive, TMLR 2025).
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from models.annotator_cost import predicted_seconds
from models.types import Detection, ImagePrediction

Floats = NDArray[np.float64]

HEAD_WEIGHTS = {"category": 1.0, "box": 0.5, "mask": 1.0, "joint": 1.0}
"""Share of each head in an object's doubt; boxes follow from masks, so they weigh half."""

EMPTY_PERCENTILE = 80.0
"""An image where nothing was found is not a sure one: it stands at this percentile of the pool."""

OCCURRING = 0.3
"""Score from which the flipped image is expected to confirm a detection."""

MAX_REASONS = 3
_NOTABLE = 0.6  # a doubt among the least sure 40 % of the pool is worth a reason
_LIKELY = 0.15  # below this score an object is not worth naming
_ALIKE = 0.5  # cosine from which two objects of a category tell the same (PPAL, CVPR 2024)
_STEEPNESS, _GAIN = 0.3, 0.2  # a and b of PPAL's difficulty


@dataclass(frozen=True, slots=True)
class Reason:
    """Why an image is worth a look.

    Attributes:
        part: "category", "box", "mask", "joint", "unconfirmed" (the flipped image does not show
            it), "empty" (nothing was found) or "sure" (nothing stands out).
        detection: the number of the object in the image's prediction; -1 for none.
        joint: the number of the joint; -1 for none.
    """

    part: str
    detection: int = -1
    joint: int = -1


@dataclass(frozen=True, slots=True)
class Valued:
    """What a look at an image is worth.

    Attributes:
        key: of the image.
        doubt: 0 (sure) .. 1, the mean over its objects by their scores.
        value: doubts for each second of work; only its order and its ratios mean anything.
        seconds: the work it will make.
        label: the category that most of its value comes from; 0 for none.
        reasons: at most three, the best first.
    """

    key: int
    doubt: float
    value: float
    seconds: float
    label: int
    reasons: tuple[Reason, ...]


def difficulty(quality: float) -> float:
    """By how much the doubt about a category weighs more, the worse the network is at it.

    `1 + a b ln(1 + (e^(1/a) - 1)(1 - q))` with q the held-out mean of p^0.6 IoU^0.4 (PPAL).
    """
    top = np.exp(1 / _STEEPNESS) - 1
    return 1 + _STEEPNESS * _GAIN * float(np.log1p(top * (1 - quality)))


def valued(
    pool: Sequence[ImagePrediction],
    *,
    quality: Mapping[int, float] | None = None,
    unconfirmed: Mapping[int, Sequence[int]] | None = None,
) -> list[Valued]:
    """Value each image of a pool.

    An object's doubt is the weighted mean of the percentile ranks its heads have in the pool. An
    image's value is their sum, each by its score, over objects that do not look like a more
    doubtful one of their category, plus the detections that the flipped image does not confirm,
    divided by the seconds of work. Without a detection both are at the pool's 80th percentile.

    Args:
        pool: one entry an image.
        quality: 0..1 by label, as for `difficulty`, where it is known.
        unconfirmed: by image, numbers of the detections the flipped image does not confirm, where
            that was looked at.

    Returns:
        One value an image, in their order.
    """
    ranks = _pool_ranks(pool, quality or {})
    middle = _middle(pool)
    flipped = unconfirmed or {}
    rows = [
        _image(one, table, middle, flipped.get(one.key, ())) if one.detections else None
        for one, table in zip(pool, ranks, strict=True)
    ]
    found = [row for row in rows if row is not None]
    doubt = _percentile([row.doubt for row in found])
    value = _percentile([row.value for row in found])
    return [
        Valued(one.key, doubt, value, predicted_seconds(one), 0, (Reason("empty"),))
        if row is None
        else row
        for one, row in zip(pool, rows, strict=True)
    ]


def _percentile(values: Sequence[float]) -> float:
    return float(np.percentile(values, EMPTY_PERCENTILE)) if values else EMPTY_PERCENTILE / 100


def _image(
    one: ImagePrediction, ranks: Floats, middle: Floats | None, unconfirmed: Sequence[int]
) -> Valued:
    detections = one.detections
    weights = np.array(list(HEAD_WEIGHTS.values()))
    used = np.where(np.isnan(ranks), 0.0, weights)
    objects = (np.nan_to_num(ranks) * used).sum(1) / used.sum(1)
    scores = np.array([max(detection.score, 1e-3) for detection in detections])
    worth = scores * objects * _differs(detections, objects, middle)
    worth[[n for n in unconfirmed if n < len(worth)]] += 1.0
    labels = np.array([detection.label for detection in detections])
    seconds = predicted_seconds(one)
    return Valued(
        key=one.key,
        doubt=float((objects * scores).sum() / scores.sum()),
        value=float(worth.sum() / seconds),
        seconds=seconds,
        label=int(np.bincount(labels, worth).argmax()),
        reasons=_reasons(detections, ranks, unconfirmed),
    )


def _head_doubts(detection: Detection, quality: Mapping[int, float]) -> list[float]:
    """The four doubts in the order of `HEAD_WEIGHTS`, nan where a head is not in use."""
    doubt = detection.doubt
    joints = float(np.mean(doubt.joints)) if doubt.joints else np.nan
    known = quality.get(detection.label)
    category = doubt.classification * (1.0 if known is None else difficulty(known))
    return [min(category, 1.0), doubt.box, np.nan if doubt.mask is None else doubt.mask, joints]


def _pool_ranks(pool: Sequence[ImagePrediction], quality: Mapping[int, float]) -> list[Floats]:
    """For each image float64 [objects, 4]: each head's doubt as its percentile rank in the pool."""
    counts = [len(prediction.detections) for prediction in pool]
    rows = [_head_doubts(d, quality) for prediction in pool for d in prediction.detections]
    table = np.asarray(rows, dtype=np.float64).reshape(-1, len(HEAD_WEIGHTS))
    ranked = np.stack([_percentile_ranks(column) for column in table.T], axis=1)
    return np.split(ranked, np.cumsum(counts)[:-1]) if counts else []


def _percentile_ranks(values: Floats) -> Floats:
    """Mid-ranks scaled to 0..1 (ties share theirs, a lone value is at 0.5); nan stays nan."""
    ranks = np.full(len(values), np.nan)
    known = ~np.isnan(values)
    inside = values[known]
    if len(inside):
        ordered = np.sort(inside)
        below = np.searchsorted(ordered, inside, side="left")
        up_to = np.searchsorted(ordered, inside, side="right")
        ranks[known] = (below + up_to) / (2 * len(inside))
    return ranks


def _middle(pool: Sequence[ImagePrediction]) -> Floats | None:
    """What objects of the pool look like on average: angles are taken from there."""
    rows = [d.traits for one in pool for d in one.detections if d.traits is not None]
    return np.mean(rows, axis=0, dtype=np.float64) if rows else None


def _differs(
    detections: Sequence[Detection], objects: Floats, middle: Floats | None
) -> NDArray[np.bool_]:
    """Whether each object tells something that no more doubtful one of its category tells."""
    keeps = np.ones(len(detections), bool)
    if middle is None or any(detection.traits is None for detection in detections):
        return keeps
    own = np.stack([d.traits for d in detections if d.traits is not None]) - middle
    own /= np.maximum(np.linalg.norm(own, axis=1, keepdims=True), 1e-9)
    labels = np.array([detection.label for detection in detections])
    alike = (own @ own.T > _ALIKE) & (labels[:, None] == labels[None])
    for row in np.argsort(-objects, kind="stable"):
        if keeps[row]:
            others = alike[row].copy()
            others[row] = False
            keeps &= ~others
    return keeps


def _reasons(
    detections: Sequence[Detection], ranks: Floats, unconfirmed: Sequence[int]
) -> tuple[Reason, ...]:
    """What the flipped image does not show, then the most doubtful head of each likely object."""
    lost = [Reason("unconfirmed", n) for n in unconfirmed if n < len(detections)]
    heads = list(HEAD_WEIGHTS)
    candidates = []
    for number, (detection, row) in enumerate(zip(detections, ranks, strict=True)):
        head = int(np.nanargmax(row))
        if detection.score >= _LIKELY and row[head] >= _NOTABLE and number not in unconfirmed:
            joints = detection.doubt.joints
            joint = int(np.argmax(joints)) if heads[head] == "joint" else -1
            candidates.append((-float(row[head]), number, Reason(heads[head], number, joint)))
    candidates.sort(key=lambda item: item[:2])
    room = MAX_REASONS - 1 if candidates else MAX_REASONS
    chosen = lost[:room]
    chosen += [reason for *_, reason in candidates[: MAX_REASONS - len(chosen)]]
    return tuple(chosen) or (Reason("sure"),)
