"""The pieces around what is seen of a large image, laid together as they are looked at."""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np
from PySide6.QtCore import QRect, QRectF
from PySide6.QtGui import QImage

from annotator.ui.canvas.adjustment import Tone
from annotator.ui.canvas.pieces import SIDE, Pixels
from annotator.ui.canvas.viewport import turned_rect

Place = tuple[int, int]
"""Row and column of a piece on its level."""


class Mosaic:
    """One level of a large image, as far as it is seen.

    Frames: the level, in its pixels; and the mosaic's own image, a part of the level, turned.

    Attributes:
        image: what was laid; anything where nothing was.
        laid: the pieces that were.
    """

    def __init__(self, step: int, size: tuple[int, int], turn: int, tone: Tone | None) -> None:
        """An empty one.

        Args:
            step: pixels of the image that are one of the level.
            size: width and height of the level.
            turn: quarters, clockwise.
            tone: how colours are shown; None as they are.
        """
        self.key = (step, size, turn, tone)
        self.image = QImage()
        self.laid: set[Place] = set()
        self._step, self._size, self._turn, self._tone = step, size, turn, tone
        self._area = QRect()
        self._spare = QImage()

    def cover(self, part: QRect) -> None:
        """Have room for a part of the level; what was laid there stays."""
        area = _around(part) & QRect(0, 0, *self._size)
        if area == self._area:
            return
        size = area.size().transposed() if self._turn % 2 else area.size()
        fresh = self._spare if self._spare.size() == size else QImage(size, _FORMAT)
        kept = area & self._area
        if not kept.isEmpty() and self.laid:
            there = _where(QRectF(kept), area, self._turn).toRect()
            here = self.place(QRectF(kept)).toRect()
            _cut(_pixels(fresh), there)[:] = _cut(_pixels(self.image), here)
        self._spare, self.image, self._area = self.image, fresh, area
        places = set(self.places(area))
        self.laid &= places

    def places(self, part: QRect) -> Iterator[Place]:
        """The pieces that a part of the level lies on."""
        rows = range(part.top() // SIDE, part.bottom() // SIDE + 1)
        columns = range(part.left() // SIDE, part.right() // SIDE + 1)
        return ((row, column) for row in rows for column in columns)

    def lay(self, place: Place, pixels: Pixels) -> None:
        """Lay a piece where there is room for it."""
        row, column = place
        tile = QRect(column * SIDE, row * SIDE, pixels.shape[1], pixels.shape[0])
        shown = pixels if self._tone is None else self._tone.shown(pixels)
        target = self.place(QRectF(tile)).toRect()
        _cut(_pixels(self.image), target)[:] = np.rot90(shown, -self._turn)
        self.laid.add(place)

    def ready(self, part: QRect) -> list[QRect]:
        """What of a part of the level was laid: all of it, else piece by piece."""
        places = list(self.places(part))
        if all(place in self.laid for place in places):
            return [part]
        found = (p for p in places if p in self.laid)
        return [QRect(c * SIDE, r * SIDE, SIDE, SIDE) & part for r, c in found]

    def place(self, part: QRectF) -> QRectF:
        """Where a part of the level is on the image."""
        return _where(part, self._area, self._turn)


_FORMAT = QImage.Format.Format_RGB32


def _around(part: QRect) -> QRect:
    """The whole pieces that a part lies on."""
    left, top = part.left() // SIDE * SIDE, part.top() // SIDE * SIDE
    right, bottom = -(-(part.right() + 1) // SIDE) * SIDE, -(-(part.bottom() + 1) // SIDE) * SIDE
    return QRect(left, top, right - left, bottom - top)


def _where(part: QRectF, area: QRect, turn: int) -> QRectF:
    within = part.translated(-area.left(), -area.top())
    return turned_rect(within, area.width(), area.height(), turn)


def _pixels(image: QImage) -> Pixels:
    """The pixels of an RGB32 image where they lie; the image must live on."""
    return np.frombuffer(image.bits(), np.uint32).reshape(image.height(), image.width())


def _cut(pixels: Pixels, part: QRect) -> Pixels:
    return pixels[part.top() : part.bottom() + 1, part.left() : part.right() + 1]
