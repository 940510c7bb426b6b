"""Why an image is worth a look, on the picture itself: which object, which joint, which side.

Amber means *look here*; the words beside each mark say why, so that colour is not the only sign.
"""

from __future__ import annotations

from collections.abc import Sequence

from PySide6.QtCore import QPointF, QRectF, Qt
from PySide6.QtGui import QColor, QPainter, QPainterPath

from annotator.domain.geometry import points_of
from annotator.domain.model import Prediction
from annotator.domain.polygons import rings_of
from annotator.domain.queueing import Reason
from annotator.ui.canvas.draw import CASING, chip_size, cosmetic, paint_chip
from annotator.ui.canvas.paths import path_of
from annotator.ui.canvas.viewport import Viewport
from annotator.ui.colours import AMBER

_WIDTH = 3.0
_RING = 9.0
_CORNER = 12.0
_GAP = 6.0
_SIDES = {"left": (0, 3), "top": (0, 1), "right": (1, 2), "bottom": (3, 2)}
"""The corners each side lies between, clockwise from the top left."""


def paint_doubts(
    painter: QPainter, doubts: Sequence[tuple[Reason, Prediction]], view: Viewport
) -> None:
    """Mark what each reason is about, and say it beside.

    Args:
        painter: antialiased, in screen coordinates.
        doubts: reasons, and the predictions they are about.
        view: the image on the screen.
    """
    seen = QRectF(0, 0, *view.size)
    taken: list[QRectF] = []
    for reason, prediction in doubts:
        path = mark_of(reason, prediction, view)
        if not path.boundingRect().adjusted(-1, -1, 1, 1).intersects(seen):  # a side has no width
            continue
        painter.setBrush(Qt.BrushStyle.NoBrush)
        for colour, width in ((CASING, _WIDTH + 2), (QColor(AMBER), _WIDTH)):
            painter.setPen(cosmetic(colour, width))
            painter.drawPath(path)
        text = reason.text.rpartition(": ")[2]
        place = _place(path.boundingRect(), text, taken, seen)
        taken.append(paint_chip(painter, place, text, swatch=QColor(AMBER)))


def mark_of(reason: Reason, prediction: Prediction, view: Viewport) -> QPainterPath:
    """What is drawn on the picture, on the screen: a ring, a side, an outline, or four corners."""
    if reason.part == "joint" and reason.joint is not None:
        return _ring(prediction, reason.joint, view)
    if reason.part == "box" and reason.side:
        return _side(prediction, reason.side, view)
    if reason.part == "mask" and prediction.mask is not None:
        rings = [points_of(ring) for ring in rings_of(prediction.mask)]
        return view.transform().map(path_of(rings))
    return _corners(view.to_screen_box(prediction.box))


def _ring(prediction: Prediction, number: int, view: Viewport) -> QPainterPath:
    if number >= len(prediction.joints):
        return _corners(view.to_screen_box(prediction.box))
    joint, path = prediction.joints[number], QPainterPath()
    path.addEllipse(view.to_screen(joint.x, joint.y), _RING, _RING)
    return path


def _side(prediction: Prediction, side: str, view: Viewport) -> QPainterPath:
    """The side as it lies in the image, whichever way the view is turned."""
    box = prediction.box
    places = ((box.x, box.y), (box.right, box.y), (box.right, box.bottom), (box.x, box.bottom))
    start, end = (view.to_screen(*places[number]) for number in _SIDES[side])
    path = QPainterPath(start)
    path.lineTo(end)
    return path


def _corners(area: QRectF) -> QPainterPath:
    area = area.adjusted(-3, -3, 3, 3)
    arm = min(_CORNER, area.width() / 3, area.height() / 3)
    path = QPainterPath()
    for corner, across, down in (
        (area.topLeft(), arm, arm),
        (area.topRight(), -arm, arm),
        (area.bottomRight(), -arm, -arm),
        (area.bottomLeft(), arm, -arm),
    ):
        path.moveTo(corner + QPointF(0, down))
        path.lineTo(corner)
        path.lineTo(corner + QPointF(across, 0))
    return path


def _place(mark: QRectF, text: str, taken: Sequence[QRectF], seen: QRectF) -> QPointF:
    """The bottom left corner of the words: below the mark, and below words already there."""
    width, height = chip_size(text)
    width += 12  # the disc before the words
    left = min(max(mark.left(), 2.0), max(seen.width() - width - 2, 2.0))
    top = min(max(mark.bottom() + _GAP, 2.0), max(seen.height() - height - 2, 2.0))
    chip = QRectF(left, top, width, height)
    for other in sorted(taken, key=QRectF.top):
        if chip.intersects(other.adjusted(-2, -2, 2, 2)):
            chip.moveTop(other.bottom() + 3)
    return chip.bottomLeft()
