"""Which images are worth a person's look first: the network's doubts, ranked over the whole pool.

Only numpy, since the ranking also runs from stored doubts. A first honest version: the expected
gain over a random order is real but small (nnActive, TMLR 2025), so reasons are given in words.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from models.types import CategorySpec, Detection, ImagePrediction

HEAD_WEIGHTS = {"classification": 1.0, "box": 0.5, "mask": 1.0, "joints": 1.0}
"""Share of each head in an object's doubt; boxes follow from masks, so they weigh half."""

EMPTY_PERCENTILE = 80.0
"""An image where nothing was found is not a sure one: it stands at this percentile of the pool."""

MAX_REASONS = 3
_NOTABLE = 0.6  # a doubt among the least sure 40 % of the pool is worth a reason
_LIKELY = 0.15  # below this score an object is not worth naming


@dataclass(frozen=True, slots=True)
class ImageScore:
    """How much an image is worth a look: 0 .. 1, and why, in words a person understands."""

    key: int
    score: float
    reasons: tuple[str, ...]


def rank(
    predictions: Sequence[ImagePrediction], categories: Sequence[CategorySpec]
) -> list[ImageScore]:
    """Order images by doubt, most doubtful first; equal scores keep the order they came in.

    An object's doubt is the weighted mean of the percentile ranks its heads have in the pool; an
    image's is the mean over its objects, weighted by their scores, so that the tail of barely seen
    objects does not drown the others. An image with no detection gets the pool's 80th percentile.

    Args:
        predictions: the pool, one entry an image.
        categories: in label order.

    Returns:
        One score an image.
    """
    ranks = _pool_ranks(predictions)
    found: list[float] = []
    scored: list[tuple[int, float | None, tuple[str, ...]]] = []
    for prediction, table in zip(predictions, ranks, strict=True):
        if not prediction.detections:
            scored.append((prediction.key, None, ("the model found nothing here",)))
            continue
        value = _image_value(prediction.detections, table)
        found.append(value)
        scored.append((prediction.key, value, _reasons(prediction.detections, table, categories)))
    empty = float(np.percentile(found, EMPTY_PERCENTILE)) if found else EMPTY_PERCENTILE / 100
    scores = [ImageScore(key, empty if value is None else value, why) for key, value, why in scored]
    return sorted(scores, key=lambda item: -item.score)


def _head_doubts(detection: Detection) -> list[float]:
    """The four doubts in the order of `HEAD_WEIGHTS`, nan where a head is not in use."""
    doubt = detection.doubt
    joints = float(np.mean(doubt.joints)) if doubt.joints else np.nan
    return [doubt.classification, doubt.box, np.nan if doubt.mask is None else doubt.mask, joints]


def _pool_ranks(predictions: Sequence[ImagePrediction]) -> list[NDArray[np.float64]]:
    """For each image float64 [objects, 4]: each head's doubt as its percentile rank in the pool."""
    counts = [len(prediction.detections) for prediction in predictions]
    rows = [_head_doubts(d) for prediction in predictions for d in prediction.detections]
    table = np.asarray(rows, dtype=np.float64).reshape(-1, len(HEAD_WEIGHTS))
    ranked = np.stack([_percentile_ranks(column) for column in table.T], axis=1)
    return np.split(ranked, np.cumsum(counts)[:-1]) if counts else []


def _percentile_ranks(values: NDArray[np.float64]) -> NDArray[np.float64]:
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


def _image_value(detections: Sequence[Detection], ranks: NDArray[np.float64]) -> float:
    weights = np.array(list(HEAD_WEIGHTS.values()))
    used = np.where(np.isnan(ranks), 0.0, weights)
    objects = (np.nan_to_num(ranks) * used).sum(1) / used.sum(1)
    scores = np.array([max(detection.score, 1e-3) for detection in detections])
    return float((objects * scores).sum() / scores.sum())


def _reasons(
    detections: Sequence[Detection],
    ranks: NDArray[np.float64],
    categories: Sequence[CategorySpec],
) -> tuple[str, ...]:
    """The most doubtful heads of the objects that are likely there, one reason an object."""
    candidates = []
    for detection, row in zip(detections, ranks, strict=True):
        head = int(np.nanargmax(row))
        if detection.score >= _LIKELY and row[head] >= _NOTABLE:
            candidates.append((float(row[head]), detection, head))
    candidates.sort(key=lambda item: -item[0])
    reasons = (_describe(detection, head, categories) for _, detection, head in candidates)
    unique = tuple(dict.fromkeys(reasons))[:MAX_REASONS]
    return unique or ("the model is fairly sure of all it found",)


def _describe(detection: Detection, head: int, categories: Sequence[CategorySpec]) -> str:
    category = categories[detection.label - 1]
    what = f"{category.name} {detection.score:.2f}"
    kind = list(HEAD_WEIGHTS)[head]
    if kind == "joints":
        worst = int(np.argmax(detection.doubt.joints))
        names = category.joints[worst : worst + 1] or ("joints",)  # the skeleton may have changed
        return f"{what}: {names[0].replace('_', ' ')} unsure"
    words = {"classification": "may not be one", "box": "box unsure", "mask": "outline unsure"}
    return f"{what}: {words[kind]}"
