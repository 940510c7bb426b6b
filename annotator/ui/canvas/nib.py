"""The round nib that brush and eraser share: its size, and how it looks on the canvas."""

from __future__ import annotations

from PySide6.QtCore import QPointF, Qt
from PySide6.QtGui import QPainter

from annotator.ui.canvas.draw import CASING, WHITE, accent, cosmetic, paint_chip

SIZES = (
    *(1, 2, 3, 4, 5, 6, 8, 10, 12, 16, 20, 24, 32, 40, 48, 64, 80, 96, 128, 160, 192, 256, 320),
    *(384, 512, 640, 768, 1024),
)
"""Diameters in pixels of the image, each a quarter or so larger than the one before."""
FIRST_LOOK = 32.0
"""Screen pixels of the brush when it is taken up for the first time."""
SMALLEST_RING = 8.0
"""Screen pixels of a ring below which a cross is easier to see."""
_MARK = 3.0
"""Screen pixels of each arm of the plus or minus in the ring."""
_FURTHEST = 80.0
"""Screen pixels beside the cursor at which a size is told, however large the ring."""


class Nib:
    """The size that brush and eraser share."""

    def __init__(self) -> None:
        self._size: int | None = None

    def size(self, scale: float) -> int:
        """Diameter in pixels of the image; at first what looks right.

        Args:
            scale: screen pixels an image pixel.
        """
        if self._size is None:
            self._size = min(SIZES, key=lambda size: abs(size * scale - FIRST_LOOK))
        return self._size

    def resize(self, step: int, scale: float) -> None:
        """Take the next larger (1) or smaller (-1) size."""
        row = SIZES.index(self.size(scale)) + step
        self._size = SIZES[min(max(row, 0), len(SIZES) - 1)]


def paint_ring(painter: QPainter, at: QPointF, diameter: float, *, erases: bool) -> None:
    """The brush as a ring around what it would paint, with a plus, or a minus for the eraser.

    Args:
        painter: antialiased, in screen coordinates.
        at: where the brush stands.
        diameter: screen pixels.
        erases: whether it takes pixels away.
    """
    painter.setBrush(Qt.BrushStyle.NoBrush)
    for colour, width in ((CASING, 3.5), (WHITE, 1.5)):
        painter.setPen(cosmetic(colour, width))
        painter.drawEllipse(at, diameter / 2, diameter / 2)
        if diameter < SMALLEST_RING:
            continue
        painter.drawLine(at - QPointF(_MARK, 0), at + QPointF(_MARK, 0))
        if not erases:
            painter.drawLine(at - QPointF(0, _MARK), at + QPointF(0, _MARK))


def paint_size(painter: QPainter, at: QPointF, diameter: float, size: int) -> None:
    """The size in pixels of the image beside the ring."""
    paint_chip(painter, at + QPointF(min(diameter / 2, _FURTHEST) + 8, -4), f"{size} px")


def paint_straight(painter: QPainter, start: QPointF, end: QPointF) -> None:
    """Where a straight stroke would go."""
    for colour, width in ((CASING, 4.0), (accent(), 2.0)):
        painter.setPen(cosmetic(colour, width))
        painter.drawLine(start, end)
