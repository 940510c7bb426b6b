"""What labelling costs a person, in seconds: prices, and the work a prediction will make.

The prices are those of the project's notes on learning: a keystroke model (point 1.1 s, press
0.1 s, key 0.2 s, think 1.35 s) and published times of labelling. No torch: the ranking of the
queue, the simulated annotator and the estimate of the time left use the same ones.
"""

from __future__ import annotations

from models.types import Detection, ImagePrediction

LOOK_S = 7.8
"""Looking at an image before anything is done there (published)."""
CHECK_S = 1.6
"""Saying yes or no to one object (published)."""
REMOVE_S = 2.9
"""Taking away what is none: think, point, press, key."""
RENAME_S = 3.0
"""Giving an object another category."""
VERTEX_S, BEGIN_S = 1.3, 1.55
"""Each vertex of an outline drawn by hand, and what it takes once an outline."""
DRAG_S, INSERT_S, DELETE_S = 2.4, 2.4, 1.3
"""Moving a vertex, putting one in and moving it, taking one out."""
CORRECT_S = 2.4
"""What it takes to begin with a correction: to see what is wrong, and select the object."""
CLICK_S = 1.2
"""A click into what is wrong with a mask: point, press."""
KEYS_S = 0.4
"""The keys before and after all clicks on a mask."""
BOX_S = 3.7
"""A box drawn by somebody practised (published)."""
JOINT_S = 1.9
"""One joint placed by hand."""

GOOD_IOU = 0.9
"""An outline of this IoU is right as it is."""
SHOWN = 0.5
"""Score from which a prediction is on the picture, so that it can be corrected."""

_HOPELESS_IOU = 0.6  # below, a whole outline is quicker than its correction
_USUAL_VERTICES = 12  # of an outline that was drawn by hand to an IoU of 0.9


def outline_seconds(vertices: int) -> float:
    """To draw an outline by hand."""
    return VERTEX_S * vertices + BEGIN_S


OUTLINE_S = outline_seconds(_USUAL_VERTICES)
"""A usual outline drawn by hand."""


def expected_iou(detection: Detection) -> float:
    """The IoU to be expected of its mask, or of its box where it has none."""
    doubt = detection.doubt
    return 1 - (doubt.box if doubt.mask is None else doubt.mask)


def predicted_seconds(prediction: ImagePrediction) -> float:
    """The work an image will make by what the network says of it.

    A look; then for each object shown what its correction takes if it is one (nothing to correct
    from an expected IoU of 0.9, all of the outline below 0.6, in between in proportion) and its
    removal if it is none; for each too unsure to be shown the drawing, if it is one.
    """
    return LOOK_S + sum(map(_object_seconds, prediction.detections))


def _object_seconds(detection: Detection) -> float:
    whole = BOX_S if detection.doubt.mask is None else OUTLINE_S
    joints = detection.doubt.joints
    if detection.score < SHOWN:
        return detection.score * (whole + JOINT_S * len(joints))
    lost = (GOOD_IOU - expected_iou(detection)) / (GOOD_IOU - _HOPELESS_IOU)
    mended = CHECK_S + min(max(lost, 0.0), 1.0) * (whole - CHECK_S) + JOINT_S * sum(joints)
    return detection.score * mended + (1 - detection.score) * REMOVE_S
