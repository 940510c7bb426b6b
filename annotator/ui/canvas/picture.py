"""The decoded image in mip levels, and how a part of it is painted."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

import numpy as np
from numpy.typing import NDArray
from PIL import Image as Pillow
from PySide6.QtCore import QRectF
from PySide6.QtGui import QImage, QPainter

from annotator.domain.model import Box
from annotator.services.pixels import read_frame_size, read_pixels, read_size
from annotator.ui.canvas.developing import Developer
from annotator.ui.canvas.viewport import Viewport

SMOOTH_UP_TO = 4.0
"""Device pixels an image pixel; beyond it a pixel is shown as the square it is."""
SMALLEST_LEVEL = 256
"""Pixels of the longer side at which halving stops."""


@dataclass(frozen=True, slots=True)
class Picture:
    """An image ready to paint.

    Attributes:
        width: of the whole image, pixels, also when only a reduced decode is here.
        height: likewise.
        levels: largest first, each half the one before.
        is_whole: the first level has every pixel.
    """

    width: int
    height: int
    levels: tuple[QImage, ...]
    is_whole: bool

    def paint(self, painter: QPainter, view: Viewport, developer: Developer) -> None:
        """Paint what the view shows; the painter is in screen coordinates."""
        number = self._level_for(view.zoom)
        level = self.levels[number]
        fx, fy = level.width() / self.width, level.height() / self.height
        seen = view.visible()
        area = QRectF(seen.x * fx, seen.y * fy, seen.width * fx, seen.height * fy)
        source = area.toAlignedRect().adjusted(-1, -1, 1, 1).intersected(level.rect())
        if source.isEmpty():
            return
        box = Box(source.x() / fx, source.y() / fy, source.width() / fx, source.height() / fy)
        sheet, part = developer.develop(self.levels, number, source, view.turn)
        is_smooth = view.zoom <= SMOOTH_UP_TO and view.zoom != 1.0
        painter.setRenderHint(QPainter.RenderHint.SmoothPixmapTransform, is_smooth)
        painter.drawImage(view.to_screen_box(box), sheet, part)

    def _level_for(self, zoom: float) -> int:
        """The smallest level that has a pixel for each device pixel."""
        fitting = [n for n, image in enumerate(self.levels) if image.width() >= zoom * self.width]
        return fitting[-1] if fitting else 0


def read_picture(path: Path, *, short_side: int | None, is_raw: bool) -> Picture:
    """Decode a file; may be called in any thread.

    Args:
        path: the file.
        short_side: pixels the short side must have at least; None for all of them.
        is_raw: the frame as it lies in the file, without EXIF rotation.

    Raises:
        UnreadableFileError: the file is none of an image.
    """
    pixels = read_pixels(path, short_side=short_side, is_raw=is_raw)
    height, width = pixels.shape[:2]
    if short_side is not None:
        width, height = (read_frame_size if is_raw else read_size)(path)
    return picture_of(pixels, width=width, height=height)


def picture_of(pixels: NDArray[np.uint8], *, width: int, height: int) -> Picture:
    """The mip levels of uint8 RGB [H, W, 3] that stand for an image of ``width`` x ``height``."""
    levels = []
    current = Pillow.fromarray(np.ascontiguousarray(pixels))
    while True:
        levels.append(_qimage(current))
        if max(current.size) <= SMALLEST_LEVEL or min(current.size) < 2:
            break
        current = current.reduce(2)
    is_whole = levels[0].width() == width and levels[0].height() == height
    return Picture(width, height, tuple(levels), is_whole)


def _qimage(image: Pillow.Image) -> QImage:
    data = image.tobytes()
    width, height = image.size
    view = QImage(data, width, height, 3 * width, QImage.Format.Format_RGB888)
    return view.convertToFormat(QImage.Format.Format_RGB32)  # owns its pixels
