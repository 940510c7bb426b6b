"""The mask that brush and eraser have in hand, shown as the pixels it is painted in."""

from __future__ import annotations

from dataclasses import dataclass, replace

from PySide6.QtCore import QPointF, Qt
from PySide6.QtGui import QPainter

from annotator.domain.masks import Size
from annotator.domain.model import Mask
from annotator.domain.patches import Patch, patch_of
from annotator.ui.canvas.draw import WHITE, cosmetic, ink, paint_chip, with_alpha
from annotator.ui.canvas.glaze import Glaze
from annotator.ui.canvas.shapes import Shape
from annotator.ui.canvas.viewport import Viewport


@dataclass(slots=True)
class Held:
    """The selected object's mask, ready for a stroke to begin at once.

    Attributes:
        shape: the object.
        mask: what is shown, which a stroke may just have written.
        patch: its pixels.
        glaze: how they are shown.
    """

    shape: Shape
    mask: Mask
    patch: Patch
    glaze: Glaze


def taken_up(shape: Shape, mask: Mask, held: Held | None, size: Size) -> Held:
    """An object's mask in hand; what a stroke has left there is not read again.

    Args:
        shape: the object.
        mask: its mask, readable.
        held: what was in hand.
        size: height and width of the image.
    """
    if held is not None and held.mask == mask and held.shape.category == shape.category:
        return replace(held, shape=shape)
    return Held(shape, mask, patch_of(mask, size), Glaze(ink(shape.category.colour)))


def paint_frame(painter: QPainter, shape: Shape, view: Viewport, *, is_named: bool) -> None:
    """The object's box and name, which are hidden with its mask meanwhile."""
    colour = ink(shape.category.colour)
    box = shape.value.box or shape.mask_box
    if shape.value.box is not None:
        area = view.to_screen_box(shape.value.box)
        painter.setBrush(Qt.BrushStyle.NoBrush)
        for ink_of, width in ((with_alpha(WHITE, 0.6), 3), (colour, 1)):
            painter.setPen(cosmetic(ink_of, width))
            painter.drawRect(area)
    if box is not None and is_named:
        at = view.to_screen_box(box).topLeft() + QPointF(0, -4)
        paint_chip(painter, at, shape.category.name, swatch=colour)
