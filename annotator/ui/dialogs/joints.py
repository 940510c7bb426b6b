"""Sets of joints to start from, and joints and bones as lines of text."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from annotator.domain.errors import RefusedError

Bone = tuple[int, int]


@dataclass(frozen=True, slots=True)
class JointSet:
    """Joints with their bones (pairs of 0-based indices)."""

    title: str
    joints: tuple[str, ...]
    bones: tuple[Bone, ...]


def _sided(*names: str) -> tuple[str, ...]:
    return tuple(f"{side}_{name}" for name in names for side in ("left", "right"))


_FINGERS = ("thumb", "index", "middle", "ring", "little")

TEMPLATES = (
    JointSet(
        "Person, 17 joints (COCO)",
        ("nose", *_sided("eye", "ear", "shoulder", "elbow", "wrist", "hip", "knee", "ankle")),
        (
            *((15, 13), (13, 11), (16, 14), (14, 12), (11, 12), (5, 11), (6, 12), (5, 6), (5, 7)),
            *((6, 8), (7, 9), (8, 10), (1, 2), (0, 1), (0, 2), (1, 3), (2, 4), (3, 5), (4, 6)),
        ),
    ),
    JointSet(
        "Person, 14 joints",
        (
            *("right_ankle", "right_knee", "right_hip", "left_hip", "left_knee", "left_ankle"),
            *("right_wrist", "right_elbow", "right_shoulder"),
            *("left_shoulder", "left_elbow", "left_wrist", "neck", "head_top"),
        ),
        (
            *((0, 1), (1, 2), (2, 8), (2, 3), (3, 9), (3, 4), (4, 5)),
            *((6, 7), (7, 8), (8, 12), (12, 9), (9, 10), (10, 11), (12, 13)),
        ),
    ),
    JointSet(
        "Hand, 21 joints",
        ("wrist", *(f"{finger}_{n}" for finger in _FINGERS for n in range(1, 5))),
        tuple(
            (0 if n == 0 else 4 * finger + n, 4 * finger + n + 1)
            for finger in range(5)
            for n in range(4)
        ),
    ),
    JointSet(
        "Quadruped, 17 joints (AP-10K)",
        (
            *("left_eye", "right_eye", "nose", "neck", "root_of_tail"),
            *("left_shoulder", "left_elbow", "left_front_paw"),
            *("right_shoulder", "right_elbow", "right_front_paw"),
            *("left_hip", "left_knee", "left_back_paw"),
            *("right_hip", "right_knee", "right_back_paw"),
        ),
        (
            *((0, 1), (0, 2), (1, 2), (2, 3), (3, 4), (3, 5), (5, 6), (6, 7), (3, 8), (8, 9)),
            *((9, 10), (4, 11), (11, 12), (12, 13), (4, 14), (14, 15), (15, 16)),
        ),
    ),
)


def joints_to_text(joints: Sequence[str]) -> str:
    """One joint a line."""
    return "\n".join(joints)


def bones_to_text(joints: Sequence[str], bones: Sequence[Bone]) -> str:
    """One bone a line: "left_knee - left_ankle"."""
    return "\n".join(f"{joints[a]} - {joints[b]}" for a, b in bones)


def read_joints(text: str) -> tuple[str, ...]:
    """The joints of a text.

    Raises:
        RefusedError: a name stands there twice.
    """
    names = tuple(line.strip() for line in text.splitlines() if line.strip())
    twice = next((n for n in names if names.count(n) > 1), None)
    if twice is not None:
        raise RefusedError(f"The joint “{twice}” stands there twice.")
    return names


def read_bones(text: str, joints: Sequence[str]) -> tuple[Bone, ...]:
    """The bones of a text as pairs of 0-based indices.

    Raises:
        RefusedError: a line names no two joints.
    """
    bones = []
    for line in text.splitlines():
        if not line.strip():
            continue
        ends = _ends(line, joints)
        if ends is None:
            raise RefusedError(f"“{line.strip()}” is no bone: write “one joint - another joint”.")
        bones.append(ends)
    return tuple(bones)


def _ends(line: str, joints: Sequence[str]) -> Bone | None:
    """Try every dash as the one in the middle: names may hold dashes too."""
    for place, letter in enumerate(line):
        first, second = line[:place].strip(), line[place + 1 :].strip()
        if letter == "-" and first in joints and second in joints and first != second:
            return joints.index(first), joints.index(second)
    return None
