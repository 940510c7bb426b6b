"""What is on screen, as numbers."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray
from PySide6.QtCore import QPoint
from PySide6.QtGui import QImage, QRegion
from PySide6.QtWidgets import QWidget


def pixels_of(seen: QWidget | QImage) -> NDArray[np.uint8]:
    """A grabbed widget or an image as RGB, uint8 [H, W, 3]."""
    shot = seen.grab().toImage() if isinstance(seen, QWidget) else seen
    rgb = shot.convertToFormat(QImage.Format.Format_RGB888)
    lines = np.frombuffer(rgb.constBits(), np.uint8).reshape(rgb.height(), rgb.bytesPerLine())
    return lines[:, : 3 * rgb.width()].reshape(rgb.height(), rgb.width(), 3).copy()


def bare_pixels_of(widget: QWidget) -> NDArray[np.uint8]:
    """What a widget itself paints, without the widgets that lie on it, RGB, uint8 [H, W, 3]."""
    sheet = QImage(widget.size(), QImage.Format.Format_RGB32)
    widget.render(sheet, QPoint(), QRegion(), QWidget.RenderFlag.DrawWindowBackground)
    return pixels_of(sheet)
