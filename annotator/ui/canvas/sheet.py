"""A picture of all idle shapes at one zoom, somewhat larger than the canvas and shifted under it.

Frames: the plane is the whole image at this zoom in device pixels, its origin where the image has
its own; the sheet covers a part of it, whole pixels. The view stands on whole device pixels too, so
that a shifted sheet shows the very pixels that a new drawing would.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from time import perf_counter
from typing import cast

from PySide6.QtCore import QPoint, QPointF, QRect, QRectF, QSize, Qt
from PySide6.QtGui import QPainter, QPixmap, QRegion, QTransform

from annotator.ui.canvas.idle import IdlePainter
from annotator.ui.canvas.shapes import Shape, work_out_paths
from annotator.ui.canvas.viewport import Viewport

MARGIN = 128
"""Device pixels drawn around what is seen, before a hand pans there."""
TOGETHER = 100
"""Shapes whose outlines are worked out together; a slice ends between two such batches, or two
shapes."""

Find = Callable[[QRectF], Sequence[Shape]]
"""The shapes that draw into an area of the screen, in drawing order."""


def key_of(view: Viewport) -> tuple[float, ...]:
    """Equal for two views that differ by a shift of whole device pixels only."""
    t = view.transform()
    return (t.m11(), t.m12(), t.m21(), t.m22(), view.ratio)


def plane_corner(view: Viewport) -> QPoint:
    """Where the corner of the canvas lies on the plane."""
    return -(view.transform().map(QPointF(0, 0)) * view.ratio).toPoint()


def device_size(view: Viewport) -> QSize:
    """Width and height of the canvas in device pixels."""
    return QSize(*(round(side * view.ratio) for side in view.size))


def pieces_of(region: QRegion) -> list[QRect]:
    """The rectangles that make up a region; none overlaps another."""
    return list(cast(Iterable[QRect], region))  # PySide iterates it, its types do not say so


class Sheet:
    """Pixels, where they lie, and which of them are drawn.

    Attributes:
        key: as ``key_of``.
        done: what is drawn, as it stands now; sheet pixels.
        transform: image to sheet pixels.
    """

    def __init__(self, view: Viewport, margin: int = MARGIN) -> None:
        self.key = key_of(view)
        self.done = QRegion()
        self._corner = plane_corner(view) - QPoint(margin, margin)
        self._pixels = QPixmap(device_size(view) + QSize(2 * margin, 2 * margin))
        self._pixels.fill(Qt.GlobalColor.transparent)
        t = view.transform()
        linear = QTransform(t.m11(), t.m12(), t.m21(), t.m22(), 0, 0)
        linear *= QTransform.fromScale(view.ratio, view.ratio)
        self.transform = linear * QTransform.fromTranslate(-self._corner.x(), -self._corner.y())

    @property
    def rect(self) -> QRect:
        """All of it, sheet pixels."""
        return self._pixels.rect()

    def seen(self, view: Viewport) -> QRect:
        """The part that the canvas shows, sheet pixels; it may stick out."""
        return QRect(plane_corner(view) - self._corner, device_size(view))

    def missing(self, area: QRect) -> QRegion:
        """What of an area is not drawn."""
        return QRegion(area) - self.done

    def moved(self, view: Viewport) -> Sheet:
        """A sheet in the middle of which the canvas stands, with the pixels that both share."""
        new = Sheet(view)
        way = self._corner - new._corner
        kept = self.done.translated(way) & QRegion(new.rect)
        painter = QPainter(new._pixels)
        painter.setCompositionMode(QPainter.CompositionMode.CompositionMode_Source)
        painter.drawPixmap(way, self._pixels)
        painter.end()
        new.done = kept
        return new

    def screen_rect(self, area: QRect, view: Viewport) -> QRectF:
        """Where an area of the sheet is on the screen, logical pixels."""
        corner = QPointF(area.topLeft() - self.seen(view).topLeft()) / view.ratio
        return QRectF(corner, area.size().toSizeF() / view.ratio)

    def area_of(self, area: QRectF, view: Viewport) -> QRect:
        """Whole sheet pixels around an area of the screen, as far as the sheet goes."""
        corner = QPointF(self.seen(view).topLeft())
        on_sheet = QRectF(area.topLeft() * view.ratio + corner, area.size() * view.ratio)
        return on_sheet.toAlignedRect() & self.rect

    def painter(self, area: QRect, view: Viewport) -> QPainter:
        """A painter in the coordinates that the screen has now, which draws into an area only."""
        painter = QPainter(self._pixels)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        painter.setClipRect(area)
        painter.scale(view.ratio, view.ratio)
        painter.translate(QPointF(self.seen(view).topLeft()) / view.ratio)
        return painter

    # Showing ------------------------------------------------------------------------------------

    def show(self, painter: QPainter, view: Viewport) -> None:
        """Show what is drawn, pixel by pixel; the painter is in screen coordinates."""
        seen = self.seen(view)
        painter.save()
        painter.scale(1 / view.ratio, 1 / view.ratio)
        if not self.missing(seen).isEmpty():
            part = (self.done & QRegion(seen)).translated(-seen.topLeft())
            painter.setClipRegion(part, Qt.ClipOperation.IntersectClip)
        painter.drawPixmap(-seen.topLeft(), self._pixels)
        painter.restore()

    def show_scaled(self, painter: QPainter, view: Viewport, free: QRegion) -> None:
        """Show what is drawn in a view it was not drawn for, where nothing better is there yet.

        Args:
            painter: in screen coordinates.
            view: the view.
            free: device pixels of the canvas.
        """
        inverse, _ = self.transform.inverted()
        painter.save()
        painter.scale(1 / view.ratio, 1 / view.ratio)
        painter.setClipRegion(free, Qt.ClipOperation.IntersectClip)
        to_device = view.transform() * QTransform.fromScale(view.ratio, view.ratio)
        painter.setTransform(inverse * to_device, combine=True)
        painter.setRenderHint(QPainter.RenderHint.SmoothPixmapTransform, on=False)
        for piece in pieces_of(self.done):
            painter.drawPixmap(piece, self._pixels, piece)
        painter.restore()


class Drawing:
    """Draws an area of a sheet anew, in as many goes as are asked for; done only at the end.

    Attributes:
        vertices: of what was drawn so far.
    """

    def __init__(self, sheet: Sheet, area: QRect, view: Viewport, find: Find) -> None:
        self._sheet = sheet
        self._area = area
        self._view = view
        self._shapes = find(sheet.screen_rect(area, view))
        self._next = 0
        self.vertices = 0
        sheet.done -= QRegion(area)

    def advance(self, seconds: float) -> bool:
        """Go on for about that long, one shape at least; whether all is drawn."""
        stop = perf_counter() + seconds
        painter = self._sheet.painter(self._area, self._view)
        if self._next == 0:
            mode = QPainter.CompositionMode
            painter.setCompositionMode(mode.CompositionMode_Clear)
            painter.fillRect(self._sheet.screen_rect(self._area, self._view), Qt.GlobalColor.black)
            painter.setCompositionMode(mode.CompositionMode_SourceOver)
        idle = IdlePainter(painter, self._view)
        while self._next < len(self._shapes):
            if self._next % TOGETHER == 0:
                batch = self._shapes[self._next : self._next + TOGETHER]
                work_out_paths([s for s in batch if not idle.is_speck(s)], idle.level)
            shape = self._shapes[self._next]
            idle.paint(shape)
            self.vertices += shape.vertex_count
            self._next += 1
            if perf_counter() >= stop:
                break
        painter.end()
        if self._next < len(self._shapes):
            return False
        self._sheet.done += QRegion(self._area)
        return True
