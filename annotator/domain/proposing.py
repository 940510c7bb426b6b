"""Which predictions are worth a person's look: what they show, and what is known already."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import replace
from typing import NamedTuple

import numpy as np

from annotator.domain.geometry import box_ious
from annotator.domain.model import Annotation, Box, Prediction

CONFIRMED_IOU = 0.5
"""A prediction that overlaps a person's object of its category so much says nothing new."""


class Placed(NamedTuple):
    """What is asked of an object here."""

    category_id: int
    box: Box | None


def with_sure_mask(prediction: Prediction, mask_from: float) -> Prediction:
    """A prediction without its mask, where that expects less than an IoU of ``mask_from``.

    Correcting such a mask takes longer than drawing it anew.
    """
    doubt = prediction.doubt.mask
    if prediction.mask is None or doubt is None or 1 - doubt >= mask_from:
        return prediction
    return replace(prediction, mask=None)


def unconfirmed(
    waiting: Sequence[Prediction], annotations: Iterable[Annotation | Placed]
) -> tuple[Prediction, ...]:
    """Predictions of an image that no object of the person's own says already."""
    own = [(a.category_id, a.box) for a in annotations if a.box is not None]
    if not waiting or not own:
        return tuple(waiting)
    overlap = box_ious([p.box for p in waiting], [box for _, box in own])
    category = np.asarray([p.category_id for p in waiting])[:, None]
    same = category == np.asarray([c for c, _ in own])[None, :]
    confirmed = ((overlap >= CONFIRMED_IOU) & same).any(axis=1)
    return tuple(p for p, known in zip(waiting, confirmed, strict=True) if not known)
