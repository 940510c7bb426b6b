"""A person's pose in three dimensions and its 14 joints on the image."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from annotator.services.drawing.render import Point

JOINTS = (
    "right_ankle", "right_knee", "right_hip", "left_hip", "left_knee", "left_ankle",
    "right_wrist", "right_elbow", "right_shoulder", "left_shoulder", "left_elbow", "left_wrist",
    "neck", "head_top",
)  # fmt: skip
"""The joints in their order; right and left are the person's own."""

SKELETON = (
    (0, 1), (1, 2), (2, 8), (2, 3), (3, 9), (3, 4), (4, 5),
    (6, 7), (7, 8), (8, 12), (12, 9), (9, 10), (10, 11), (12, 13),
)  # fmt: skip
"""Bones as pairs of 0-based indices into ``JOINTS``."""

Vector = NDArray[np.float64]


@dataclass(frozen=True, slots=True)
class Limb:
    """Angles of an arm or a leg, degrees.

    Attributes:
        swing: forwards, 0 hanging down.
        spread: sideways, away from the body.
        bend: of the elbow forwards, of the knee backwards.
        turn: of the forearm towards the body.
    """

    swing: float = 0.0
    spread: float = 0.0
    bend: float = 0.0
    turn: float = 0.0


@dataclass(frozen=True, slots=True)
class Pose:
    """How a person stands: right and left arm, right and left leg, the trunk's lean (degrees)."""

    arms: tuple[Limb, Limb]
    legs: tuple[Limb, Limb]
    lean: float = 0.0


_HANG = Limb(4, 9, 12)
_STAND = Limb(0, 4, 3)
POSES = (
    Pose((_HANG, _HANG), (_STAND, _STAND)),
    Pose((Limb(-24, 7, 18), Limb(26, 7, 24)), (Limb(26, 2, 10), Limb(-20, 2, 22))),
    Pose((Limb(-48, 10, 85), Limb(44, 8, 88)), (Limb(52, 3, 55), Limb(-24, 3, 62)), 12),
    Pose((Limb(10, 148, 20), _HANG), (_STAND, Limb(0, 7, 3))),
    Pose((Limb(8, 140, 8), Limb(8, 146, 12)), (Limb(0, 9, 4), Limb(0, 9, 4))),
    Pose((Limb(0, 42, 0, 95), Limb(0, 42, 0, 95)), (Limb(0, 7, 2), Limb(0, 9, 2))),
    Pose((Limb(88, 12, 14), Limb(-12, 22, 30)), (Limb(10, 6, 6), Limb(-12, 6, 12)), 6),
    Pose((Limb(-28, 34, 26), Limb(30, 40, 30)), (Limb(62, 6, 14), Limb(-6, 3, 12)), -7),
    Pose((Limb(52, 12, 46), Limb(52, 12, 46)), (Limb(68, 12, 104), Limb(66, 12, 104)), 20),
    Pose((Limb(34, 14, 92), Limb(34, 14, 92)), (_STAND, Limb(4, 5, 6))),
)
"""Stand, walk, run, wave, cheer, hands on hips, reach, kick, crouch, hold."""


class Body:
    """The joints of one person on the image.

    Attributes:
        points: by name, x and y in pixels.
        depth: by name, pixels towards the viewer.
        height: pixels from sole to crown when standing upright.
    """

    def __init__(self, pose: Pose, *, base: Point, height: float, yaw: float) -> None:
        """A body on the ground at ``base``; ``yaw`` in radians, 0 faces the viewer."""
        solid = _solid(pose)
        lowest = min(solid[n][1] for n in ("right_ankle", "left_ankle", "right_toe", "left_toe"))
        self.height = height
        self.yaw = yaw
        self.points: dict[str, Point] = {}
        self.depth: dict[str, float] = {}
        for name, (side, up, forward) in solid.items():
            across = side * np.cos(yaw) + forward * np.sin(yaw)
            depth = forward * np.cos(yaw) - side * np.sin(yaw)
            # Seen slightly from above, what is nearer lies lower.
            drop = -(up - lowest + 0.028) + 0.16 * depth
            self.points[name] = (base[0] + height * across, base[1] + height * drop)
            self.depth[name] = height * depth

    def joint_points(self) -> list[Point]:
        """Where ``JOINTS`` lie, pixels."""
        return [self.points[name] for name in JOINTS]


def _direction(*, swing: float, spread: float) -> Vector:
    """Unit vector (side, up, forward) of a limb that hangs down at zero angles (degrees)."""
    s, p = np.radians(swing), np.radians(spread)
    return np.array([np.sin(p), -np.cos(p) * np.cos(s), np.cos(p) * np.sin(s)])


def _solid(pose: Pose) -> dict[str, Vector]:
    """Joints in shares of the body's height: to the person's left, up, forward; hips at 0."""
    lean = np.radians(pose.lean)
    up = np.array([0.0, np.cos(lean), np.sin(lean)])
    at = {"neck": up * 0.315, "head_top": up * 0.315 + np.array([0, 0.195, 0.02])}
    for sign, side, arm, leg in (
        (-1.0, "right", pose.arms[0], pose.legs[0]),
        (1.0, "left", pose.arms[1], pose.legs[1]),
    ):
        mirror = np.array([sign, 1.0, 1.0])
        shoulder = up * 0.27 + np.array([sign * 0.088, 0, 0])
        upper = _direction(swing=arm.swing, spread=arm.spread)
        lower = _direction(swing=arm.swing + arm.bend, spread=arm.spread - arm.turn)
        at[f"{side}_shoulder"] = shoulder
        at[f"{side}_elbow"] = shoulder + upper * mirror * 0.155
        at[f"{side}_wrist"] = at[f"{side}_elbow"] + lower * mirror * 0.135
        at[f"{side}_hand"] = at[f"{side}_wrist"] + lower * mirror * 0.03
        thigh = _direction(swing=leg.swing, spread=leg.spread)
        shin = _direction(swing=leg.swing - leg.bend, spread=leg.spread)
        toe = np.array([sign * 0.3, -0.12, 1.0]) * 0.062
        at[f"{side}_hip"] = np.array([sign * 0.052, 0, 0])
        at[f"{side}_knee"] = at[f"{side}_hip"] + thigh * mirror * 0.235
        at[f"{side}_ankle"] = at[f"{side}_knee"] + shin * mirror * 0.225
        at[f"{side}_toe"] = at[f"{side}_ankle"] + toe
    return at
