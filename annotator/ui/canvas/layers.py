"""How an object looks that is hovered, selected or being drawn: on top of all the idle ones.

Everything is in screen coordinates: widths never zoom.
"""

from __future__ import annotations

from functools import lru_cache

import numpy as np
from numpy.typing import NDArray
from PySide6.QtCore import QPointF, QRectF, Qt
from PySide6.QtGui import QColor, QPainter, QPainterPath

from annotator.domain.combining import outline_of
from annotator.domain.geometry import points_of
from annotator.domain.model import Box, Mask, Rle, Visibility
from annotator.domain.polygons import rings_of
from annotator.ui.canvas.authoring import Draft
from annotator.ui.canvas.draw import (
    HANDLE_SIDE,
    VERTEX_SIDE,
    WHITE,
    accent,
    cosmetic,
    ink,
    paint_chip,
    paint_dot,
    paint_square,
    with_alpha,
)
from annotator.ui.canvas.handles import Handle, Kind, box_points
from annotator.ui.canvas.idle import CHIP_GAP, FILL, OUTLINE
from annotator.ui.canvas.paths import path_of
from annotator.ui.canvas.shapes import Shape
from annotator.ui.canvas.skeleton import paint_halo, paint_joint_name, paint_skeleton, spoken
from annotator.ui.canvas.tops import top_of
from annotator.ui.canvas.viewport import Viewport

HOVER_FILL = 0.146
"""On top of ``FILL`` makes 30 %."""


def paint_hovered(painter: QPainter, shape: Shape, view: Viewport) -> None:
    """The object under the cursor: a stronger fill."""
    colour = ink(shape.category.colour)
    painter.fillPath(_outline(shape, view), with_alpha(colour, HOVER_FILL))


def paint_selected(
    painter: QPainter, shape: Shape, view: Viewport, *, handles: bool, dense: bool = True
) -> None:
    """The selected object: a light halo, its outline, and its handles when it is alone.

    Args:
        painter: antialiased, in screen coordinates.
        shape: as it is or as a hand is changing it.
        view: the image on the screen.
        handles: whether it can be edited.
        dense: fill and joints too; False when those are painted below already.
    """
    colour = ink(shape.category.colour)
    is_predicted = shape.prediction is not None
    outline = _outline(shape, view)
    painter.setBrush(Qt.BrushStyle.NoBrush)
    painter.setPen(cosmetic(with_alpha(WHITE, 0.75), OUTLINE + 4))
    painter.drawPath(outline)
    if dense:
        painter.fillPath(outline, with_alpha(colour, FILL))
        painter.setBrush(Qt.BrushStyle.NoBrush)
    painter.setPen(cosmetic(colour, OUTLINE, dashed=is_predicted))
    painter.drawPath(outline)
    if shape.value.box is not None and shape.outline is not None:
        painter.setPen(cosmetic(with_alpha(WHITE, 0.6), 3))
        painter.drawRect(view.to_screen_box(shape.value.box))
        painter.setPen(cosmetic(colour, 1, dashed=is_predicted))
        painter.drawRect(view.to_screen_box(shape.value.box))
    if len(shape.joints):
        paint_skeleton(painter, shape.value.keypoints, shape.category, view, is_faint=is_predicted)
    if handles:
        _paint_handles(painter, shape, view, colour)


def paint_grabbed(painter: QPainter, shape: Shape, handle: Handle, view: Viewport) -> None:
    """What a press would grab."""
    at = view.to_screen(*handle.at)
    colour = ink(shape.category.colour)
    match handle.kind:
        case Kind.JOINT:
            paint_halo(painter, at)
            paint_joint_name(painter, at, joint_name(shape, handle.index))
        case Kind.BOX:
            paint_square(painter, at, HANDLE_SIDE + 3, colour)
        case Kind.VERTEX:
            paint_square(painter, at, VERTEX_SIDE + 3, colour)
        case Kind.MIDDLE | Kind.EDGE:
            paint_dot(painter, at, 4.5, WHITE)


def paint_name(painter: QPainter, shape: Shape, view: Viewport) -> None:
    """The chip of the hovered or selected object: category, and a prediction's score."""
    width, height = view.size
    if view.to_screen_box(shape.bounds).intersects(QRectF(0, 0, width, height)):
        swatch = ink(shape.category.colour)
        paint_chip(painter, name_place(shape, view), name_text(shape), swatch=swatch)


def name_text(shape: Shape) -> str:
    """What the chip of an object says."""
    text = shape.category.name
    if shape.prediction is not None:
        text = f"{text} {shape.prediction.score:.2f}"
    if shape.value.group_id is not None:
        text = f"{text} · group {shape.value.group_id}"
    return f"{text} · locked" if shape.is_locked else text


def paint_joint_names(painter: QPainter, shape: Shape, view: Viewport, cursor: QPointF) -> None:
    """The name of the joint under the cursor."""
    number = joint_at(shape, view, cursor)
    if number is not None:
        joint = shape.value.keypoints[number]
        paint_joint_name(painter, view.to_screen(joint.x, joint.y), joint_name(shape, number))


def joint_at(shape: Shape, view: Viewport, cursor: QPointF) -> int | None:
    """The index of the joint under a place of the screen."""
    for number, joint in enumerate(shape.value.keypoints):
        way = view.to_screen(joint.x, joint.y) - cursor
        if joint.visibility and way.manhattanLength() <= 12:
            return number
    return None


def paint_draft(painter: QPainter, draft: Draft, view: Viewport) -> None:
    """A new object that waits for its category."""
    rings = _rings_of_draft(draft.mask) if draft.mask is not None else ()
    path = view.transform().map(path_of(rings))
    if not rings and draft.box is not None:
        path.addRect(view.to_screen_box(draft.box))
    painter.fillPath(path, with_alpha(accent(), FILL))
    painter.setBrush(Qt.BrushStyle.NoBrush)
    painter.setPen(cosmetic(accent(), OUTLINE))
    painter.drawPath(path)


@lru_cache(maxsize=1)
def _rings_of_draft(mask: Mask) -> tuple[NDArray[np.float64], ...]:
    outline = outline_of(mask, mask.size) if isinstance(mask, Rle) else mask
    return tuple(points_of(ring) for ring in rings_of(outline))


def joint_name(shape: Shape, index: int) -> str:
    """The joint's name, and that it is hidden when it is."""
    names = shape.category.joints
    name = spoken(names[index]) if index < len(names) else f"joint {index + 1}"
    is_occluded = shape.value.keypoints[index].visibility == Visibility.OCCLUDED
    return f"{name} · occluded" if is_occluded else name


def screen_area(bounds: Box, view: Viewport) -> QRectF:
    """Where a shape of these bounds is drawn, with room for its line, discs and chip."""
    return view.to_screen_box(bounds).adjusted(-12, -28, 60, 12)


def name_place(shape: Shape, view: Viewport) -> QPointF:
    """The bottom left corner of its chip."""
    return view.to_screen(*top_of(shape, view.turn)) + QPointF(0, -CHIP_GAP)


def _outline(shape: Shape, view: Viewport) -> QPainterPath:
    """The mask or, without one, the box, on the screen; empty for joints alone."""
    if shape.outline is not None:
        return view.transform().map(shape.path)
    path = QPainterPath()
    if shape.value.box is not None:
        path.addRect(view.to_screen_box(shape.value.box))
    return path


def _paint_handles(painter: QPainter, shape: Shape, view: Viewport, colour: QColor) -> None:
    for ring in shape.rings:
        last: QPointF | None = None
        for x, y in ring.tolist():
            at = view.to_screen(x, y)
            if last is None or (at - last).manhattanLength() >= VERTEX_SIDE + 2:
                paint_square(painter, at, VERTEX_SIDE, colour)
                last = at
    if shape.value.box is not None:
        for point in box_points(shape.value.box):
            paint_square(painter, view.to_screen(*point), HANDLE_SIDE, colour)
