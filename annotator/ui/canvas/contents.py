"""What of the image in view stands on a canvas: objects, predictions, or both."""

from __future__ import annotations

from collections.abc import Sequence
from enum import Enum, auto

from annotator.domain.model import Annotation, Prediction
from annotator.ui.workspace import Workspace


class Contents(Enum):
    """What stands on a canvas."""

    ALL = auto()
    """Objects, and predictions that none of them confirms."""
    OBJECTS = auto()
    PREDICTIONS = auto()
    """All predictions that are sure enough, confirmed or not."""

    def annotations(self, workspace: Workspace) -> Sequence[Annotation]:
        """The objects that stand there, hidden ones too, in drawing order."""
        return () if self is Contents.PREDICTIONS else workspace.annotations

    def predictions(self, workspace: Workspace) -> Sequence[Prediction]:
        """The predictions that stand there, the surest first."""
        if self is Contents.PREDICTIONS:
            return workspace.sure_predictions
        return () if self is Contents.OBJECTS else workspace.predictions
