"""How the joints of a category look on their picture in the category's dialog."""

from __future__ import annotations

from typing import Protocol

from PySide6.QtCore import QPointF, QRectF, Qt
from PySide6.QtGui import QColor, QImage, QPainter

from annotator.domain.poses import Place
from annotator.ui.canvas.draw import CASING, WHITE, accent, cosmetic, paint_chip
from annotator.ui.canvas.skeleton import (
    MIDDLE,
    bone_hue,
    paint_halo,
    paint_joint,
    sides_of,
    spoken,
)
from annotator.ui.dialogs.joint_model import JointModel
from annotator.ui.look import colours

GROUND = QColor("#3a3c42")
"""Of an empty frame, in both themes: joints are painted for photographs."""
MOST_NAMES = 8
"""Joints up to which each wears its name."""


class Board(Protocol):
    """Where things are painted."""

    @property
    def frame(self) -> QRectF:
        """The picture's place."""

    def point(self, place: Place) -> QPointF:
        """Where a place of the picture is."""

    def rect(self) -> object:
        """The whole widget."""


def paint_board(
    painter: QPainter,
    board: Board,
    model: JointModel,
    picture: QImage | None,
    *,
    dragged: tuple[int, QPointF] | None,
    over: int | None,
) -> None:
    """Paint everything.

    Args:
        painter: antialiased, in pixels of the widget.
        board: where things are.
        model: the plan and what is chosen.
        picture: None for an empty frame.
        dragged: the joint that follows the mouse, and where that is.
        over: the joint under the mouse.
    """
    frame = board.frame
    painter.fillRect(board.rect(), QColor(colours().surround))  # type: ignore[call-overload]
    if picture is None:
        painter.fillRect(frame, GROUND)
        painter.setPen(cosmetic(QColor(255, 255, 255, 60), 1, dashed=True))
        painter.drawRect(frame.adjusted(0.5, 0.5, -0.5, -0.5))
    else:
        painter.setRenderHint(QPainter.RenderHint.SmoothPixmapTransform)
        painter.drawImage(frame, picture)
    joins = dragged is not None and over is not None
    at = {n: board.point(j.place) for n, j in enumerate(model.plan.joints) if j.place is not None}
    if dragged is not None and not joins:
        at[dragged[0]] = dragged[1]
    _paint_bones(painter, model, at)
    if dragged is not None and over is not None:
        painter.setPen(cosmetic(accent(), 3))
        painter.drawLine(at[dragged[0]], at[over])
    _paint_joints(painter, model, at)
    _paint_names(painter, model, at, over)


def _paint_bones(painter: QPainter, model: JointModel, at: dict[int, QPointF]) -> None:
    hues = sides_of(model.category)
    for number, (start, end) in enumerate(model.plan.bones):
        if start not in at or end not in at:
            continue
        is_chosen = number == model.bone
        painter.setPen(cosmetic(WHITE if is_chosen else CASING, 7 if is_chosen else 4))
        painter.drawLine(at[start], at[end])
        painter.setPen(cosmetic(bone_hue(hues, start, end), 2.5))
        painter.drawLine(at[start], at[end])


def _paint_joints(painter: QPainter, model: JointModel, at: dict[int, QPointF]) -> None:
    hues = sides_of(model.category)
    for number, place in at.items():
        if number == model.joint:
            paint_halo(painter, place)
        paint_joint(painter, place, hues.get(number, MIDDLE), is_visible=True, radius=5)


def _paint_names(
    painter: QPainter, model: JointModel, at: dict[int, QPointF], over: int | None
) -> None:
    """Of the joint under the mouse and the chosen one; of all where they are few."""
    painter.setPen(Qt.PenStyle.NoPen)
    names = model.plan.names
    shown = set(at) if len(names) <= MOST_NAMES else {over, model.joint} & set(at)
    hues = sides_of(model.category)
    for number in shown:
        if number is not None:
            words = spoken(names[number])
            hue = hues.get(number, MIDDLE)
            paint_chip(painter, at[number] + QPointF(10, -8), words, swatch=hue)
