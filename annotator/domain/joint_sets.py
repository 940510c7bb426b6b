"""Sets of joints people know, with their bones and where they usually are in an object's box.

People face the viewer, so that their left is at the right of the picture; the animal is seen from
its left side.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from annotator.domain.poses import Layout, Place

Bone = tuple[int, int]


@dataclass(frozen=True, slots=True)
class JointSet:
    """Joints with their bones (pairs of 0-based indices) and usual places."""

    title: str
    joints: tuple[str, ...]
    bones: tuple[Bone, ...]
    layout: Layout


def _sided(*names: str) -> tuple[str, ...]:
    return tuple(f"{side}_{name}" for name in names for side in ("left", "right"))


def _both(**places: Place) -> dict[str, Place]:
    """The place of each left joint, and the right one's on the other side."""
    found: dict[str, Place] = {}
    for name, (x, y) in places.items():
        found[f"left_{name}"], found[f"right_{name}"] = (x, y), (round(1 - x, 3), y)
    return found


_FINGERS = ("thumb", "index", "middle", "ring", "little")
_PERSON: Mapping[str, Place] = {
    "head_top": (0.5, 0.01),
    "head": (0.5, 0.07),
    "nose": (0.5, 0.085),
    "neck": (0.5, 0.165),
    **_both(eye=(0.545, 0.065), ear=(0.595, 0.08), shoulder=(0.69, 0.195), elbow=(0.79, 0.36)),
    "chest": (0.5, 0.26),
    "pelvis": (0.5, 0.52),
    **_both(wrist=(0.86, 0.51), hip=(0.61, 0.52), knee=(0.63, 0.74), ankle=(0.64, 0.96)),
    **_both(hand=(0.88, 0.55), foot=(0.66, 0.985)),
}
_HAND: Sequence[Place] = (
    *((0.5, 0.96), (0.32, 0.86), (0.2, 0.73), (0.11, 0.62), (0.04, 0.52)),
    *((0.33, 0.51), (0.29, 0.33), (0.27, 0.21), (0.26, 0.1)),
    *((0.48, 0.48), (0.48, 0.27), (0.48, 0.14), (0.48, 0.03)),
    *((0.63, 0.51), (0.66, 0.32), (0.68, 0.2), (0.69, 0.09)),
    *((0.77, 0.58), (0.84, 0.44), (0.88, 0.34), (0.92, 0.25)),
)
_ANIMAL: Sequence[Place] = (
    *((0.11, 0.14), (0.07, 0.13), (0.02, 0.25), (0.22, 0.28), (0.94, 0.3)),
    *((0.27, 0.45), (0.25, 0.66), (0.24, 0.96)),
    *((0.33, 0.44), (0.36, 0.65), (0.38, 0.93)),
    *((0.83, 0.44), (0.78, 0.67), (0.81, 0.96)),
    *((0.89, 0.43), (0.9, 0.66), (0.95, 0.93)),
)
_COCO = ("nose", *_sided("eye", "ear", "shoulder", "elbow", "wrist", "hip", "knee", "ankle"))
_FOURTEEN = (
    *("right_ankle", "right_knee", "right_hip", "left_hip", "left_knee", "left_ankle"),
    *("right_wrist", "right_elbow", "right_shoulder"),
    *("left_shoulder", "left_elbow", "left_wrist", "neck", "head_top"),
)

TEMPLATES = (
    JointSet(
        "Person, 17 joints (COCO)",
        _COCO,
        (
            *((15, 13), (13, 11), (16, 14), (14, 12), (11, 12), (5, 11), (6, 12), (5, 6), (5, 7)),
            *((6, 8), (7, 9), (8, 10), (1, 2), (0, 1), (0, 2), (1, 3), (2, 4), (3, 5), (4, 6)),
        ),
        Layout(tuple(_PERSON[name] for name in _COCO), 0.46),
    ),
    JointSet(
        "Person, 14 joints",
        _FOURTEEN,
        (
            *((0, 1), (1, 2), (2, 8), (2, 3), (3, 9), (3, 4), (4, 5)),
            *((6, 7), (7, 8), (8, 12), (12, 9), (9, 10), (10, 11), (12, 13)),
        ),
        Layout(tuple(_PERSON[name] for name in _FOURTEEN), 0.46),
    ),
    JointSet(
        "Hand, 21 joints",
        ("wrist", *(f"{finger}_{n}" for finger in _FINGERS for n in range(1, 5))),
        tuple(
            (0 if n == 0 else 4 * finger + n, 4 * finger + n + 1)
            for finger in range(5)
            for n in range(4)
        ),
        Layout(tuple(_HAND), 0.8),
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
        Layout(tuple(_ANIMAL), 1.3),
    ),
)


def known_layout(joints: Sequence[str]) -> Layout | None:
    """The usual places of joints that all belong to one set people know, by name.

    Returns:
        None for other joints, and for none.
    """
    wanted = [_plain(name) for name in joints]
    for known, aspect in _vocabularies():
        if wanted and all(name in known for name in wanted):
            return Layout(tuple(known[name] for name in wanted), aspect)
    return None


def _vocabularies() -> list[tuple[dict[str, Place], float]]:
    """Places by name: the two sets of people share one."""
    found = [({_plain(name): place for name, place in _PERSON.items()}, 0.46)]
    for one in TEMPLATES[2:]:
        places = zip(one.joints, one.layout.places, strict=True)
        found.append(({_plain(n): p for n, p in places if p is not None}, one.layout.aspect))
    return found


def _plain(name: str) -> str:
    return " ".join(name.casefold().replace("_", " ").replace("-", " ").split())
