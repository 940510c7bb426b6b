"""A grid over the image: lines one screen pixel wide that show on bright and on dark images."""

from __future__ import annotations

import math

from PySide6.QtCore import QPointF, QRectF, Qt
from PySide6.QtGui import QBrush, QColor, QPainter, QPixmap

from annotator.ui.canvas.draw import paint_chip
from annotator.ui.canvas.viewport import Viewport

APART = 48.0
"""Logical pixels between two lines at least, so that the grid measures and does not veil."""
PIXELS_FROM = 8.0
"""Zoom from which there is a line around every pixel too."""
_DASH = 4
_STRONG, _FAINT = 120, 64
"""Opacity, of 255, of the lines that count and of those around pixels."""


def grid_step(scale: float) -> int:
    """Image pixels between two lines: 1, 2 or 5 times a power of ten, the first that is enough.

    Args:
        scale: logical pixels an image pixel.
    """
    least = max(APART / scale, 1.0)
    power: int = 10 ** math.floor(math.log10(least))
    return next(n * power for n in (1, 2, 5, 10) if n * power >= least - 1e-9)


def paint_grid(painter: QPainter, view: Viewport) -> None:
    """Draw the lines that are seen; the painter is in screen coordinates."""
    step = grid_step(view.scale)
    if view.zoom >= PIXELS_FROM and step > 1:
        _paint_lines(painter, view, 1, _FAINT)
    _paint_lines(painter, view, step, _STRONG)


def paint_grid_note(painter: QPainter, view: Viewport) -> None:
    """Say at the bottom left how far the lines stand apart."""
    paint_chip(painter, QPointF(8, view.size[1] - 8), f"Grid {grid_step(view.scale):,} px")


def _paint_lines(painter: QPainter, view: Viewport, step: int, opacity: int) -> None:
    """A line every ``step`` pixels of the image, its edges too, in dashes of black and white."""
    seen, (width, height) = view.visible(), view.image_size
    thin = 1 / view.ratio
    painter.save()
    painter.setRenderHint(QPainter.RenderHint.Antialiasing, on=False)
    painter.setPen(Qt.PenStyle.NoPen)
    painter.setBrush(_dashes(opacity))
    painter.setBrushOrigin(QPointF(*view.origin))
    for x in _places(seen.x, seen.right, width, step):
        start, end = view.to_screen(x, max(seen.y, 0)), view.to_screen(x, min(seen.bottom, height))
        painter.drawRect(QRectF(start, end).normalized().adjusted(0, 0, thin, thin))
    for y in _places(seen.y, seen.bottom, height, step):
        start, end = view.to_screen(max(seen.x, 0), y), view.to_screen(min(seen.right, width), y)
        painter.drawRect(QRectF(start, end).normalized().adjusted(0, 0, thin, thin))
    painter.restore()


def _places(start: float, end: float, side: float, step: int) -> list[float]:
    """Where lines stand along one side of the image, as far as it is seen."""
    first, last = math.ceil(max(start, 0) / step), math.floor(min(end, side) / step)
    return [float(n * step) for n in range(first, last + 1)]


def _dashes(opacity: int) -> QBrush:
    """A pattern whose every row and column is as much black as white."""
    side = 2 * _DASH
    tile = QPixmap(side, side)
    tile.fill(QColor(0, 0, 0, opacity))
    painter = QPainter(tile)
    painter.setCompositionMode(QPainter.CompositionMode.CompositionMode_Source)
    white = QColor(255, 255, 255, opacity)
    painter.fillRect(0, 0, _DASH, _DASH, white)
    painter.fillRect(_DASH, _DASH, _DASH, _DASH, white)
    painter.end()
    return QBrush(tile)
