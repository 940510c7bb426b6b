"""Marks of the canvas, all in screen pixels: chips, handles, bands, unfinished lines."""

from __future__ import annotations

from collections.abc import Sequence
from math import floor

from PySide6.QtCore import QPointF, QRectF, Qt
from PySide6.QtGui import (
    QBrush,
    QColor,
    QFont,
    QFontMetricsF,
    QGuiApplication,
    QPainter,
    QPen,
    QPolygonF,
)

from annotator.ui.colours import DARK

CHIP_GROUND = QColor(22, 23, 26, 224)
CHIP_TEXT = QColor("#f4f5f7")
CASING = QColor(0, 0, 0, 110)
EDGE = QColor(0, 0, 0, 80)
WHITE = QColor("#ffffff")
HANDLE_SIDE = 8.0
VERTEX_SIDE = 6.0


def accent() -> QColor:
    """The colour of what is being drawn: the light accent, since photographs are no light panel."""
    return QColor(DARK.accent)


def ink(colour: str) -> QColor:
    """A category's colour as a line on a photograph: light enough for dark ground.

    Its dark edge makes it stand out on bright ground.
    """
    made = QColor(colour)
    if made.lightnessF() >= 0.62:
        return made
    saturation = min(made.hslSaturationF() * 1.6, 1.0)
    return QColor.fromHslF(max(made.hslHueF(), 0.0), saturation, 0.62)


def small_font() -> QFont:
    """11 px with digits of one width."""
    font = QFont(QGuiApplication.font())
    font.setPixelSize(11)
    return font


def with_alpha(colour: QColor, share: float) -> QColor:
    """The colour, see-through to a share of 0 to 1."""
    made = QColor(colour)
    made.setAlphaF(share)
    return made


def cosmetic(colour: QColor, width: float, *, dashed: bool = False) -> QPen:
    """A pen with round joins; lengths of dashes count in widths."""
    pen = QPen(colour, width)
    pen.setJoinStyle(Qt.PenJoinStyle.RoundJoin)
    pen.setCapStyle(Qt.PenCapStyle.FlatCap if dashed else Qt.PenCapStyle.RoundCap)
    if dashed:
        pen.setDashPattern([4.0, 3.0])
    return pen


def chip_size(text: str) -> tuple[float, float]:
    """Width and height of a chip without a swatch."""
    metrics = QFontMetricsF(small_font())
    return metrics.horizontalAdvance(text) + 12, metrics.height() + 4


def chip_area(at: QPointF, text: str, inside: QRectF | None, *, has_swatch: bool = False) -> QRectF:
    """Where a chip is painted whose bottom left corner shall be at a place.

    Args:
        at: the bottom left corner.
        text: one line.
        inside: what it is kept inside of; None where it may stick out.
        has_swatch: a disc stands before the text.
    """
    width, height = chip_size(text)
    width += 12 if has_swatch else 0
    left, top = at.x(), at.y() - height
    if inside is not None:
        left = min(max(left, 2.0), max(inside.width() - width - 2, 2.0))
        top = min(max(top, 2.0), max(inside.height() - height - 2, 2.0))
    return QRectF(left, top, width, height)


def paint_chip(
    painter: QPainter,
    at: QPointF,
    text: str,
    *,
    swatch: QColor | None = None,
    is_held: bool = True,
) -> QRectF:
    """A dark label with its bottom left corner at a place.

    Args:
        painter: in screen coordinates.
        at: the bottom left corner.
        text: one line.
        swatch: the category's colour as a small disc before the text.
        is_held: kept inside the canvas, as what is looked at now; else it leaves with its object.

    Returns:
        Where it was painted.
    """
    inside = QRectF(painter.window()) if is_held else None
    chip = chip_area(at, text, inside, has_swatch=swatch is not None)
    # On whole device pixels, and the same ones wherever the view stands: halves may be a hair off.
    grain = painter.deviceTransform().m11()
    left, top = (floor(value * grain + 0.500001) / grain for value in (chip.left(), chip.top()))
    chip.moveTo(left, top)
    painter.setPen(Qt.PenStyle.NoPen)
    painter.setBrush(CHIP_GROUND)
    painter.drawRoundedRect(chip, 4, 4)
    words = chip.adjusted(6, 0, -6, 0)
    if swatch is not None:
        painter.setBrush(swatch)
        painter.drawEllipse(QPointF(chip.left() + 10, chip.center().y()), 4, 4)
        words.setLeft(words.left() + 12)
    painter.setFont(small_font())
    painter.setPen(CHIP_TEXT)
    painter.drawText(words, Qt.AlignmentFlag.AlignVCenter | Qt.AlignmentFlag.AlignLeft, text)
    return chip


def paint_hint(painter: QPainter, text: str, width: float, height: float) -> None:
    """One line at the bottom of the canvas: what the hand can do now."""
    chip_width, _ = chip_size(text)
    paint_chip(painter, QPointF((width - chip_width) / 2, height - 10), text)


def paint_square(
    painter: QPainter, at: QPointF, side: float, colour: QColor, *, filled: bool = False
) -> None:
    """A white handle with a rim in the object's colour, or filled with it and a white rim."""
    painter.setPen(QPen(WHITE if filled else colour.darker(150), 1.5))
    painter.setBrush(colour if filled else WHITE)
    painter.drawRect(QRectF(at.x() - side / 2, at.y() - side / 2, side, side))


def paint_dot(painter: QPainter, at: QPointF, radius: float, colour: QColor) -> None:
    """A disc with a dark rim, visible on any ground."""
    painter.setPen(QPen(CASING, 1.5))
    painter.setBrush(colour)
    painter.drawEllipse(at, radius, radius)


def paint_band(painter: QPainter, area: QRectF) -> None:
    """A rubber band."""
    painter.setPen(cosmetic(accent(), 1.0, dashed=True))
    painter.setBrush(with_alpha(accent(), 0.12))
    painter.drawRect(area)


def paint_crosshair(painter: QPainter, at: QPointF, width: float, height: float) -> None:
    """Hairlines through the cursor, light with a dark edge so that they show on any image."""
    x, y = round(at.x()) + 0.5, round(at.y()) + 0.5
    painter.setRenderHint(QPainter.RenderHint.Antialiasing, on=False)
    for offset, colour in ((1, QColor(0, 0, 0, 90)), (0, QColor(255, 255, 255, 170))):
        painter.setPen(QPen(colour, 1))
        painter.drawLine(QPointF(x + offset, 0), QPointF(x + offset, height))
        painter.drawLine(QPointF(0, y + offset), QPointF(width, y + offset))
    painter.setRenderHint(QPainter.RenderHint.Antialiasing)


def paint_line(painter: QPainter, points: Sequence[QPointF], *, filled: bool) -> None:
    """An unfinished outline: a bright line with a dark casing.

    Args:
        painter: in screen coordinates.
        points: two or more.
        filled: tint what it would enclose.
    """
    line = QPolygonF(points)
    if filled:
        painter.setPen(Qt.PenStyle.NoPen)
        painter.setBrush(with_alpha(accent(), 0.18))
        painter.drawPolygon(line)
    painter.setBrush(QBrush())
    painter.setPen(cosmetic(CASING, 4))
    painter.drawPolyline(line)
    painter.setPen(cosmetic(accent(), 2))
    painter.drawPolyline(line)
