"""What the queue knows of an image: what it looks like to a model, and why it is worth a look."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field

import numpy as np
from numpy.typing import NDArray

FloatRows = NDArray[np.float16]


@dataclass(frozen=True, slots=True)
class Appearance:
    """What one image looks like to a model version.

    Attributes:
        image_id: which image. version_id: to which version.
        scene: float16 [F], the image as a whole.
        first_prediction: the id of the first prediction of its set; the others follow.
        traits: float16 [N, T], each of these predictions, by id; [0, 0] where nothing was found.
        unconfirmed: ids of predictions that the mirrored image does not show; None where that was
            not looked at.
    """

    image_id: int
    version_id: int
    scene: FloatRows
    first_prediction: int = 0
    traits: FloatRows = field(default_factory=lambda: np.zeros((0, 0), np.float16))
    unconfirmed: tuple[int, ...] | None = None

    def traits_of(self, prediction_id: int) -> FloatRows | None:
        """What one prediction looks like; None where that is not known."""
        row = prediction_id - self.first_prediction
        return self.traits[row] if 0 <= row < len(self.traits) else None


@dataclass(frozen=True, slots=True)
class Reason:
    """Why an image is worth a look, in words and on the picture.

    Attributes:
        text: in words.
        part: "category", "box", "mask", "joint", "unconfirmed", "empty", "sure" or "typical".
        prediction_id: the prediction it is about; None for the whole image.
        joint: the number of the joint it is about; None for none.
        side: the side of the box it is about: "left", "top", "right", "bottom", or "".
    """

    text: str
    part: str
    prediction_id: int | None = None
    joint: int | None = None
    side: str = ""


@dataclass(frozen=True, slots=True)
class Outlook:
    """What the next images of the queue will bring.

    Attributes:
        images: how many they are.
        seconds: of work they will take, by the prices of a simulated annotator; 0 unknown.
        iou: the median IoU to be expected of their predicted masks; None where nothing is.
        is_start: whether they were chosen before any model existed.
    """

    images: int
    seconds: float = 0.0
    iou: float | None = None
    is_start: bool = False

    @property
    def is_mostly_checking(self) -> bool:
        """Whether most of what is left needs no more than a look."""
        return self.iou is not None and self.iou >= STOP_IOU


STOP_IOU = 0.9
"""An outline of this IoU is right as it is."""

_WORDS: dict[str, Callable[[str, str], str]] = {
    "category": lambda _joint, _side: "may not be one",
    "box": lambda _joint, side: f"{side} edge unsure" if side else "box unsure",
    "mask": lambda _joint, _side: "outline unsure",
    "joint": lambda joint, _side: f"{joint.replace('_', ' ')} unsure",
    "unconfirmed": lambda _joint, _side: "not found in the mirrored image",
}
_WHOLE = {
    "empty": "the model found nothing here",
    "sure": "the model is fairly sure of all it found",
    "typical": "typical of the images that look like it",
}


def in_words(part: str, *, what: str = "", joint: str = "", side: str = "") -> str:
    """A reason as a person reads it: "person 0.31: left wrist unsure".

    Args:
        part: as in ``Reason``.
        what: the object: its category and score.
        joint: the joint's name.
        side: the side of the box.
    """
    if part in _WHOLE:
        return _WHOLE[part]
    return f"{what}: {_WORDS[part](joint or 'joints', side)}"
