"""Rows of a large JPEG at full size, by Qt's decoder, which keeps no more than was asked for."""

from __future__ import annotations

from pathlib import Path

import numpy as np
from numpy.typing import NDArray
from PySide6.QtCore import QRect
from PySide6.QtGui import QImage, QImageReader

from annotator.domain.errors import UnreadableFileError
from annotator.services.layout import Area
from annotator.services.slices import Cut


def read_strip(path: Path, area: Area) -> Cut:
    """Decode a part of a JPEG's frame; may be called in any thread. All above it is decoded too.

    Args:
        path: the file, of RGB or grey pixels.
        area: pixels of the frame, less than Qt's limit of 256 MB.

    Returns:
        What gives parts of it: RGB, uint8 [H, W, 3].

    Raises:
        UnreadableFileError: the file cannot be read.
    """
    reader = QImageReader(str(path))
    reader.setAutoTransform(False)
    reader.setClipRect(QRect(*area))
    strip = reader.read()
    if strip.size() != QRect(*area).size():
        raise UnreadableFileError(f"{path}: {reader.errorString()}")

    def cut(part: Area) -> NDArray[np.uint8]:
        left, top, width, height = part
        piece = strip.copy(left - area[0], top - area[1], width, height)
        return _pixels(piece.convertToFormat(QImage.Format.Format_RGB32))

    return cut


def _pixels(image: QImage) -> NDArray[np.uint8]:
    """RGB, uint8 [H, W, 3], of an RGB32 image; a copy."""
    bits = np.frombuffer(image.constBits(), np.uint32).reshape(image.height(), image.width())
    return np.stack([(bits >> shift).astype(np.uint8) for shift in (16, 8, 0)], axis=2)
