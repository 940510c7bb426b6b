"""Look-alikes as predictions: proposed on request, shown, and stored by nobody."""

from __future__ import annotations

from collections.abc import Sequence

from annotator.domain.model import Prediction


def is_offer(prediction: Prediction) -> bool:
    """Whether it is a look-alike: those have ids below 0, which no row has."""
    return prediction.id < 0


def offers_among(predictions: Sequence[Prediction]) -> list[Prediction]:
    """The look-alikes among predictions."""
    return [one for one in predictions if is_offer(one)]
