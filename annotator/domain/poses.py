"""The joints of one object as a whole: moved, scaled, turned, mirrored, put into a box.

Joints are one ``Keypoint`` for each joint of the category; absent ones have no place, and every
function leaves them alone. Places are pixels of the upright image, those of a ``Layout`` shares of
a box. Functions are exact; ``rounded`` gives what is stored.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass

import numpy as np

from annotator.domain.geometry import Point, box_of_points, nearest_on_ring
from annotator.domain.model import Box, Keypoint, Visibility

Joints = tuple[Keypoint, ...]
Pair = tuple[int, int]
Place = tuple[float, float]

ABSENT = Keypoint(0.0, 0.0, int(Visibility.ABSENT))
ROUND = 2
"""Decimals that are kept: a hundredth of a pixel, as most COCO files have it."""


@dataclass(frozen=True, slots=True)
class Layout:
    """Where the joints of a category usually are.

    Attributes:
        places: one a joint, x and y as shares of the object's box, 0 to 1; None where nobody knows.
        aspect: width by height of such a box.
    """

    places: tuple[Place | None, ...]
    aspect: float = 1.0

    @property
    def is_known(self) -> bool:
        """Whether the place of any joint is known."""
        return any(place is not None for place in self.places)


def bounds_of(joints: Iterable[Keypoint]) -> Box | None:
    """The smallest box around the placed joints; None without any."""
    placed = [(joint.x, joint.y) for joint in joints if joint.visibility]
    return box_of_points(np.array(placed, dtype=np.float64).reshape(-1, 2))


def middle_of(box: Box) -> Point:
    """The centre of a box."""
    return Point(box.x + box.width / 2, box.y + box.height / 2)


def moved(joints: Iterable[Keypoint], dx: float, dy: float) -> Joints:
    """The joints shifted by (dx, dy) pixels."""
    return _each(joints, lambda x, y: (x + dx, y + dy))


def scaled(joints: Iterable[Keypoint], anchor: Point, fx: float, fy: float) -> Joints:
    """The joints drawn away from a fixed place by a factor across and one down."""
    return _each(
        joints, lambda x, y: (anchor.x + (x - anchor.x) * fx, anchor.y + (y - anchor.y) * fy)
    )


def rotated(joints: Iterable[Keypoint], centre: Point, degrees: float) -> Joints:
    """The joints turned about a place, clockwise as seen on the screen."""
    return _each(joints, lambda x, y: turned(Point(x, y), centre, degrees))


def turned(place: Point, centre: Point, degrees: float) -> Point:
    """One place turned about another, clockwise as seen on the screen."""
    cos, sin = math.cos(math.radians(degrees)), math.sin(math.radians(degrees))
    dx, dy = place.x - centre.x, place.y - centre.y
    return Point(centre.x + dx * cos - dy * sin, centre.y + dx * sin + dy * cos)


def mirrored(joints: Sequence[Keypoint]) -> Joints:
    """The joints mirrored left to right within their bounds; every joint keeps its name."""
    box = bounds_of(joints)
    if box is None:
        return tuple(joints)
    return _each(joints, lambda x, y: (box.x + box.right - x, y))


def swapped(joints: Sequence[Keypoint], pairs: Iterable[Pair]) -> Joints:
    """Left and right joints with each other's place; no place changes, only whose it is."""
    found = list(joints)
    for left, right in pairs:
        if max(left, right) < len(found):
            found[left], found[right] = found[right], found[left]
    return tuple(found)


def held(joints: Sequence[Keypoint], *, width: float, height: float) -> Joints | None:
    """The joints shifted as little as it takes to lie inside the image.

    Returns:
        None when they do not fit into it.
    """
    box = bounds_of(joints)
    if box is None:
        return tuple(joints)
    if box.width > width or box.height > height:
        return None
    return moved(joints, _back(box.x, box.right, width), _back(box.y, box.bottom, height))


def fitted(layout: Layout, box: Box) -> Joints:
    """All joints of a layout in a box, visible; those it does not know are absent."""
    return tuple(
        ABSENT
        if place is None
        else Keypoint(
            box.x + place[0] * box.width, box.y + place[1] * box.height, int(Visibility.VISIBLE)
        )
        for place in layout.places
    )


def completed(joints: Sequence[Keypoint], others: Sequence[Keypoint]) -> Joints:
    """The joints with absent ones taken from others of the same category."""
    given = tuple(joints) + (ABSENT,) * (len(others) - len(joints))
    return tuple(
        own if own.visibility else other for own, other in zip(given, others, strict=False)
    )


def mean_layout(poses: Iterable[tuple[Box, Sequence[Keypoint]]], count: int) -> Layout:
    """Where joints are on average, in their objects' boxes.

    Args:
        poses: boxes with the joints in them; boxes without any area say nothing.
        count: how many joints the category has; objects with another number say nothing.
    """
    found: list[list[Place]] = [[] for _ in range(count)]
    aspects = []
    for box, joints in poses:
        if box.width <= 0 or box.height <= 0 or len(joints) != count:
            continue
        aspects.append(box.width / box.height)
        for places, joint in zip(found, joints, strict=True):
            if joint.visibility:
                places.append(_share(joint, box))
    return Layout(tuple(map(_mean, found)), float(np.median(aspects)) if aspects else 1.0)


def nearest_bone(
    joints: Sequence[Keypoint], bones: Iterable[Pair], x: float, y: float
) -> tuple[float, Pair | None]:
    """Distance in pixels to the nearest bone between placed joints, and which it is."""
    best: tuple[float, Pair | None] = (math.inf, None)
    for start, end in bones:
        if max(start, end) >= len(joints):
            continue
        one, other = joints[start], joints[end]
        if one.visibility and other.visibility:
            line = (one.x, one.y, other.x, other.y)
            distance = nearest_on_ring(line, x, y, closed=False).distance
            best = min(best, (distance, (start, end)), key=lambda found: found[0])
    return best


def rounded(joints: Iterable[Keypoint]) -> Joints:
    """The joints as they are stored."""
    return _each(joints, lambda x, y: (round(x, ROUND), round(y, ROUND)))


def _each(
    joints: Iterable[Keypoint], change: Callable[[float, float], tuple[float, float]]
) -> Joints:
    return tuple(
        Keypoint(*change(joint.x, joint.y), joint.visibility) if joint.visibility else joint
        for joint in joints
    )


def _back(low: float, high: float, side: float) -> float:
    """The shift that brings an interval into 0 to ``side``."""
    return -low if low < 0 else min(side - high, 0.0)


def _share(joint: Keypoint, box: Box) -> Place:
    return (joint.x - box.x) / box.width, (joint.y - box.y) / box.height


def _mean(places: Sequence[Place]) -> Place | None:
    if not places:
        return None
    x, y = np.clip(np.mean(places, axis=0), 0.0, 1.0).tolist()
    return x, y
