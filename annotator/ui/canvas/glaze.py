"""Pixels under the brush as they will be stored, painted at the device's own resolution.

Only what a stroke touched is looked at again, so that a mouse move costs the same on every image.
"""

from __future__ import annotations

from math import ceil

import numpy as np
from PySide6.QtCore import QPointF, QRect, QRectF
from PySide6.QtGui import QColor, QImage, QPainter

from annotator.domain.masks import Bitmap
from annotator.domain.model import Box
from annotator.domain.patches import Patch
from annotator.ui.canvas.draw import with_alpha
from annotator.ui.canvas.viewport import Viewport

FILL = 0.28
"""Stronger than of an object at rest: this is what the hand looks at."""
LINE = 2.0
"""Logical pixels, as the outline of an object."""
_CASING = QColor(0, 0, 0, 110)


class Glaze:
    """A cached picture of a patch for one view; ``touch`` says where the patch changed."""

    def __init__(self, colour: QColor) -> None:
        """Begin with nothing drawn.

        Args:
            colour: of the line; the inside is tinted with it.
        """
        inks = (QColor(0, 0, 0, 0), with_alpha(colour, FILL), colour, _CASING)
        self._inks = np.array([_premultiplied(ink) for ink in inks], np.uint32)
        self._pixels = np.zeros((0, 0), np.uint32)
        self._key: tuple[float, ...] = ()
        self._stale: QRect | None = None
        self._touched: list[Box] = []

    def touch(self, box: Box) -> None:
        """Pixels in this part of the image changed."""
        self._touched.append(box)

    def paint(self, painter: QPainter, view: Viewport, patch: Patch) -> None:
        """Paint the patch; the painter is in screen coordinates."""
        width, height = (round(side * view.ratio) for side in view.size)
        screen = QRect(0, 0, width, height)
        if view.key != self._key:
            self._key = view.key
            self._pixels = np.zeros((height, width), np.uint32)
            box = Box(patch.left, patch.top, *patch.bitmap.shape[::-1])
            self._touched = [box] if patch.bitmap.size else []
        for box in self._touched:
            area = _device_area(box, view).intersected(screen)
            if not area.isEmpty():
                self._draw(area, view, patch)
        self._touched = []
        image = QImage(
            self._pixels.data, width, height, 4 * width, QImage.Format.Format_ARGB32_Premultiplied
        )
        image.setDevicePixelRatio(view.ratio)
        painter.drawImage(QPointF(0, 0), image)

    def _draw(self, area: QRect, view: Viewport, patch: Patch) -> None:
        line = max(round(LINE * view.ratio), 1)
        inside = sampled(area.adjusted(-line, -line, line, line), view, patch)
        height, width = area.height(), area.width()

        def shifted(dx: int, dy: int) -> Bitmap:
            return inside[line + dy : line + dy + height, line + dx : line + dx + width]

        within = shifted(0, 0).copy()
        around = within.copy()
        for dx, dy in ((-1, 0), (1, 0), (0, -1), (0, 1)):
            within &= shifted(dx * line, dy * line)
            around |= shifted(dx, dy)
        covered = shifted(0, 0)
        kinds = 3 * around.view(np.uint8)
        kinds -= covered.view(np.uint8)
        kinds -= within.view(np.uint8)  # 1 inside, 2 on the line, 3 around it
        rows = slice(area.top(), area.top() + height)
        self._pixels[rows, area.left() : area.left() + width] = self._inks[kinds]


def sampled(area: QRect, view: Viewport, patch: Patch) -> Bitmap:
    """Which device pixels have their middle on a pixel of the patch.

    Args:
        area: device pixels, perhaps beyond the screen.
        view: the image on the screen, turned by quarters at most.
        patch: the pixels.

    Returns:
        ``bool [height, width]`` of the area.
    """
    inverse, _ = view.transform().inverted()
    across = (area.left() + np.arange(area.width()) + 0.5) / view.ratio
    down = (area.top() + np.arange(area.height()) + 0.5) / view.ratio
    if not patch.bitmap.size:
        return np.zeros((area.height(), area.width()), bool)
    lies_across = inverse.m11() == 0  # turned by a quarter, or by three
    along_x, along_y = (down, across) if lies_across else (across, down)
    by_x, by_y = inverse.m11() + inverse.m21(), inverse.m22() + inverse.m12()  # one of two is 0
    columns = np.floor(by_x * along_x + inverse.dx()).astype(np.int64) - patch.left
    rows = np.floor(by_y * along_y + inverse.dy()).astype(np.int64) - patch.top
    height, width = patch.bitmap.shape
    is_column, is_row = (columns >= 0) & (columns < width), (rows >= 0) & (rows < height)
    found: Bitmap = patch.bitmap[np.ix_(rows.clip(0, height - 1), columns.clip(0, width - 1))]
    found &= is_row[:, None] & is_column[None, :]
    return found.T if lies_across else found


def _device_area(box: Box, view: Viewport) -> QRect:
    """The device pixels around a box of the image, with room for the line."""
    room = ceil(LINE) + 1
    seen = view.transform().mapRect(QRectF(*box)).adjusted(-room, -room, room, room)
    ratio = view.ratio
    return QRectF(
        seen.x() * ratio, seen.y() * ratio, seen.width() * ratio, seen.height() * ratio
    ).toAlignedRect()


def _premultiplied(colour: QColor) -> int:
    share = colour.alphaF()
    red, green, blue = (
        round(part * share) for part in (colour.red(), colour.green(), colour.blue())
    )
    return colour.alpha() << 24 | red << 16 | green << 8 | blue
