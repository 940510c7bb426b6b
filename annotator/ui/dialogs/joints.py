"""Joints and bones as lines of text."""

from __future__ import annotations

from collections.abc import Sequence

from annotator.domain.errors import RefusedError
from annotator.domain.joint_sets import Bone


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
