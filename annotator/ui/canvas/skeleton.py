"""Joints, filled when visible and hollow when occluded; bones by side in three hues."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from PySide6.QtCore import QPointF, Qt
from PySide6.QtGui import QColor, QPainter, QPen

from annotator.domain.geometry import Point
from annotator.domain.model import Category, Keypoint, Visibility
from annotator.ui.canvas.draw import CASING, chip_size, cosmetic, paint_chip, with_alpha
from annotator.ui.canvas.viewport import Viewport

LEFT = QColor("#56b4e9")
RIGHT = QColor("#f07cc0")
MIDDLE = QColor("#c6e86a")
"""Three hues that stay apart for colour-blind eyes, and are none of amber, red or the accent."""
DISC = 4.5
NAME_OFFSET = (10.0, -8.0)
"""Screen pixels from a joint to the bottom left corner of its name."""
HOLE_INK = QColor(20, 20, 22, 150)


def sides_of(category: Category) -> Mapping[int, QColor]:
    """The hue of each joint, by its index."""
    hues = dict.fromkeys(range(len(category.joints)), MIDDLE)
    for left, right in category.pairs:
        hues[left], hues[right] = LEFT, RIGHT
    return hues


def spoken(joint: str) -> str:
    """A joint's name as people say it: files write left_ear."""
    return joint.replace("_", " ")


def bone_hue(hues: Mapping[int, QColor], start: int, end: int) -> QColor:
    """A bone has the side of its two joints; between left and right, or at the middle, none."""
    first, second = hues.get(start, MIDDLE), hues.get(end, MIDDLE)
    if first == second:
        return first
    if MIDDLE in (first, second):
        return second if first == MIDDLE else first
    return MIDDLE


def paint_skeleton(
    painter: QPainter,
    joints: Sequence[Keypoint],
    category: Category,
    view: Viewport,
    *,
    is_faint: bool = False,
) -> None:
    """Bones under discs, in screen coordinates.

    Args:
        painter: antialiased, in screen coordinates.
        joints: one a joint of the category, or fewer while they are placed.
        category: names, bones and sides.
        view: the image on the screen.
        is_faint: a prediction's: thinner and dashed.
    """
    hues = sides_of(category)
    at = {n: view.to_screen(joint.x, joint.y) for n, joint in enumerate(joints) if joint.visibility}
    bones = [(a, b) for a, b in category.skeleton if a in at and b in at]
    painter.setBrush(Qt.BrushStyle.NoBrush)
    if not is_faint:
        painter.setPen(cosmetic(CASING, 4))
        for start, end in bones:
            painter.drawLine(at[start], at[end])
    for start, end in bones:
        width = 1.5 if is_faint else 2.0
        painter.setPen(cosmetic(bone_hue(hues, start, end), width, dashed=is_faint))
        painter.drawLine(at[start], at[end])
    for number, place in at.items():
        is_visible = joints[number].visibility == Visibility.VISIBLE
        radius = DISC - 1 if is_faint else DISC
        paint_joint(painter, place, hues.get(number, MIDDLE), is_visible, radius)


def paint_joint(
    painter: QPainter, at: QPointF, hue: QColor, is_visible: bool, radius: float = DISC
) -> None:
    """One joint."""
    painter.setBrush(Qt.BrushStyle.NoBrush)
    painter.setPen(QPen(CASING, 1.5))
    painter.drawEllipse(at, radius + 1, radius + 1)
    painter.setPen(QPen(hue, 0 if is_visible else 2))
    painter.setBrush(hue if is_visible else HOLE_INK)
    painter.drawEllipse(
        at, radius if is_visible else radius - 0.5, radius if is_visible else radius - 0.5
    )


def paint_halo(painter: QPainter, at: QPointF) -> None:
    """The joint that would be grabbed."""
    painter.setPen(QPen(QColor("#ffffff"), 2))
    painter.setBrush(with_alpha(QColor("#ffffff"), 0.25))
    painter.drawEllipse(at, DISC + 4, DISC + 4)


def paint_joint_name(painter: QPainter, at: QPointF, text: str) -> None:
    """A name up right of a place."""
    paint_chip(painter, at + QPointF(*NAME_OFFSET), text)


def paint_coming_joint(
    painter: QPainter,
    joints: Sequence[Keypoint],
    category: Category,
    number: int,
    view: Viewport,
    cursor: Point,
    words: str,
) -> None:
    """The joint that a click would place: at the cursor, its bones dashed, its name beside it.

    Args:
        painter: antialiased, in screen coordinates.
        joints: those placed so far; where it stands already gets a halo.
        category: names, bones and sides.
        number: the joint's index.
        view: the image on the screen.
        cursor: where the mouse is, image pixels.
        words: the name, and what else is to be said.
    """
    hue = sides_of(category).get(number, MIDDLE)
    at = view.to_screen(*cursor)
    ends = [joints[a if b == number else b] for a, b in category.skeleton if number in (a, b)]
    for pen in (cosmetic(CASING, 4), cosmetic(hue, 1.5, dashed=True)):
        painter.setPen(pen)
        for end in ends:
            if end.visibility:
                painter.drawLine(view.to_screen(end.x, end.y), at)
    if joints[number].visibility:
        paint_halo(painter, view.to_screen(joints[number].x, joints[number].y))
    paint_joint(painter, at, hue, is_visible=True, radius=3)
    width = chip_size(words)[0] + 12
    is_room = at.x() + 14 + width <= view.size[0]
    beside = QPointF(14 if is_room else -14 - width, -10)
    paint_chip(painter, at + beside, words, swatch=hue)
