"""How good the model is at each category, from held-out images that were predicted."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from annotator.domain.geometry import box_ious
from annotator.domain.model import Prediction
from annotator.store.store import Store

_COUNTED = 0.3
"""Score from which a prediction counts; what is less sure is shown to nobody."""

_SHARE = 0.6
_FEWEST = 5
"""Of fewer predictions nothing can be said."""


def quality_of(
    store: Store,
    held_out: Sequence[int],
    predictions: Mapping[int, Sequence[Prediction]],
    labels: Mapping[int, int],
) -> dict[int, float]:
    """The mean of p^0.6 IoU^0.4 over a category's predictions on held-out images (PPAL, 2024).

    Args:
        store: where the labels are.
        held_out: reviewed images that the model never learned from.
        predictions: of each image.
        labels: of each category.

    Returns:
        0..1 by label, where there are at least five predictions.
    """
    objects = store.annotations.of_images(held_out) if held_out else {}
    found: dict[int, list[float]] = {}
    for key in held_out:
        for prediction in predictions.get(key, ()):
            if prediction.score < _COUNTED:
                continue
            own = [
                a.box
                for a in objects.get(key, ())
                if a.category_id == prediction.category_id and a.box is not None
            ]
            iou = float(box_ious([prediction.box], own).max()) if own else 0.0
            value = prediction.score**_SHARE * iou ** (1 - _SHARE)
            found.setdefault(labels[prediction.category_id], []).append(value)
    return {k: sum(own) / len(own) for k, own in found.items() if len(own) >= _FEWEST}
