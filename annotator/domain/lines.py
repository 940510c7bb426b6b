"""From which score on a prediction counts: for a project, and for single categories."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

from annotator.domain.model import Prediction


@dataclass(frozen=True, slots=True)
class Line:
    """Scores from 0 to 1.

    Attributes:
        general: for every category that has none of its own.
        own: by category id.
    """

    general: float
    own: Mapping[int, float] = field(default_factory=dict)

    def at(self, category_id: int) -> float:
        """The score for a category."""
        return self.own.get(category_id, self.general)

    def admits(self, prediction: Prediction) -> bool:
        """Whether a prediction is sure enough."""
        return prediction.score >= self.at(prediction.category_id)
