"""COCO's allowances for joints, by name."""

from __future__ import annotations

from collections.abc import Sequence

from models.types import CategorySpec

DEFAULT_SIGMA = 0.05
"""For joints COCO does not know; a little under the mean of COCO's own (0.063)."""

COCO_SIGMAS = {
    "nose": 0.026,
    "left_eye": 0.025,
    "right_eye": 0.025,
    "left_ear": 0.035,
    "right_ear": 0.035,
    "left_shoulder": 0.079,
    "right_shoulder": 0.079,
    "left_elbow": 0.072,
    "right_elbow": 0.072,
    "left_wrist": 0.062,
    "right_wrist": 0.062,
    "left_hip": 0.107,
    "right_hip": 0.107,
    "left_knee": 0.087,
    "right_knee": 0.087,
    "left_ankle": 0.089,
    "right_ankle": 0.089,
}
"""Standard deviations of annotators by joint, from COCO's keypoint evaluation (pycocotools)."""


def sigmas_for(names: Sequence[str]) -> tuple[float, ...]:
    """One sigma a joint: COCO's where the name is COCO's (case, space, dash aside), else 0.05."""
    keys = (name.strip().lower().replace(" ", "_").replace("-", "_") for name in names)
    return tuple(COCO_SIGMAS.get(key, DEFAULT_SIGMA) for key in keys)


def sigmas_of(category: CategorySpec) -> tuple[float, ...]:
    """One sigma for each joint of a category: its own where the user set some."""
    return category.sigmas or sigmas_for(category.joints)
