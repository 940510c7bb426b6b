"""All shapes in one cached pixmap: hovering and panning copy it, nothing is drawn twice.

Few shapes are drawn at once. With many, the stale pixmap is shown shifted and scaled while the
sharp one is drawn in slices on the GUI thread: QPainter holds the interpreter lock, so a thread
would stop the window for as long.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterable, Iterator
from time import perf_counter

from PySide6.QtCore import QObject, QPointF, QRectF, Qt, QTimer
from PySide6.QtGui import QPainter, QPixmap, QTransform

from annotator.domain.model import Box
from annotator.ui.canvas.board import Board
from annotator.ui.canvas.layers import paint_shape, screen_area
from annotator.ui.canvas.shapes import Key, Shape

AT_ONCE = 3_000
"""Vertices that are drawn within one event without being felt."""
SECONDS_AT_ONCE = 0.010
"""What the last drawing may have taken; large fills cost more than their vertices tell."""
SLICE_SECONDS = 0.008
"""Of drawing, then the window gets its turn."""
REST_MS = 40
"""A gesture still going on shows the scaled overlay; the sharp one starts when it rests."""


class Overlay(QObject):
    """The cached picture of all shapes but those a hand is changing."""

    def __init__(self, board: Board, repaint: Callable[[], None], parent: QObject) -> None:
        super().__init__(parent)
        self._board = board
        self._view = board.view
        self._repaint = repaint
        self._without: frozenset[Key] = frozenset()
        self._pixmap = QPixmap()
        self._drawn: tuple[float, ...] = ()
        self._drawn_transform = QTransform()
        self._next: QPixmap | None = None
        self._next_key: tuple[float, ...] = ()
        self._next_transform = QTransform()
        self._slices: Iterator[None] | None = None
        self._cost = 0.0
        self._timer = QTimer(self)
        self._timer.timeout.connect(self._on_timer_fired)

    @property
    def is_sharp(self) -> bool:
        """Whether what is shown was drawn for this very view."""
        return self._drawn == self._view.key

    def forget(self) -> None:
        """Everything is different: another image, another look."""
        self._drawn = ()
        self._pixmap = QPixmap()
        self._drop_next()

    def leave_out(self, keys: Collection[Key]) -> None:
        """Draw the overlay without the shapes a hand is changing now."""
        keys = frozenset(keys)
        changed = keys ^ self._without
        self._without = keys
        found = (self._board.shapes.get(key) for key in changed)
        self.redraw(shape.bounds for shape in found if shape is not None)

    def redraw(self, boxes: Iterable[Box]) -> None:
        """Draw anew what touches these parts of the image."""
        boxes = list(boxes)
        if not boxes:
            return
        self._drop_next()
        if not self.is_sharp:
            self._drawn = ()
            return
        areas = [self._area(box) for box in boxes]
        if len(boxes) > 32:
            whole = areas[0]
            for area in areas[1:]:
                whole = whole.united(area)
            areas = [whole]
        touched = [self._touching(area) for area in areas]
        if sum(s.vertex_count for shapes in touched for s in shapes) > AT_ONCE:
            self._drawn = ()
            return
        painter = self._painter(self._pixmap)
        for area, shapes in zip(areas, touched, strict=True):
            painter.setClipRect(area)
            painter.setCompositionMode(QPainter.CompositionMode.CompositionMode_Clear)
            painter.fillRect(area, Qt.GlobalColor.transparent)
            painter.setCompositionMode(QPainter.CompositionMode.CompositionMode_SourceOver)
            for shape in shapes:
                paint_shape(painter, shape, self._view)
        painter.end()

    def paint(self, painter: QPainter) -> None:
        """Show the overlay, sharp if that is cheap, else what there is for now."""
        self._board.refresh()
        self.redraw(self._board.take_changed())
        if not self.is_sharp:
            shapes = self._visible()
            is_cheap = self._cost <= SECONDS_AT_ONCE or self._pixmap.isNull()
            if is_cheap and sum(s.vertex_count for s in shapes) <= AT_ONCE:
                self._draw_at_once(shapes)
            else:
                self._draw_soon()
        if self._pixmap.isNull():
            return
        if self.is_sharp:
            painter.drawPixmap(QPointF(0, 0), self._pixmap)
            return
        painter.save()
        inverse, _ = self._drawn_transform.inverted()
        painter.setTransform(inverse * self._view.transform(), combine=True)
        painter.drawPixmap(QPointF(0, 0), self._pixmap)
        painter.restore()

    def _draw_at_once(self, shapes: Iterable[Shape]) -> None:
        self._drop_next()
        pixmap = self._blank()
        start = perf_counter()
        painter = self._painter(pixmap)
        for shape in shapes:
            paint_shape(painter, shape, self._view)
        painter.end()
        self._cost = perf_counter() - start
        self._show(pixmap, self._view.key, self._view.transform())

    def _draw_soon(self) -> None:
        if self._next is not None and self._next_key == self._view.key:
            return
        self._next = self._blank()
        self._next_key, self._next_transform = self._view.key, self._view.transform()
        self._slices = self._draw_in_slices(self._next, self._visible())
        self._timer.start(REST_MS)

    def _draw_in_slices(self, pixmap: QPixmap, shapes: list[Shape]) -> Iterator[None]:
        painter = self._painter(pixmap)
        try:
            cost, start = 0.0, perf_counter()
            for shape in shapes:
                paint_shape(painter, shape, self._view)
                spent = perf_counter() - start
                if spent > SLICE_SECONDS:
                    yield
                    cost, start = cost + spent, perf_counter()
            self._cost = cost + perf_counter() - start
        finally:
            painter.end()

    def _on_timer_fired(self) -> None:
        if self._slices is None or self._next is None:
            self._drop_next()
        elif self._next_key != self._view.key:
            self._drop_next()
            self._repaint()
        elif next(self._slices, self) is self:  # exhausted
            self._show(self._next, self._next_key, self._next_transform)
            self._drop_next()
            self._repaint()
        else:
            self._timer.start(0)

    def _drop_next(self) -> None:
        self._timer.stop()
        if self._slices is not None:
            self._slices.close()  # type: ignore[attr-defined]
        self._slices = self._next = None

    def _show(self, pixmap: QPixmap, key: tuple[float, ...], transform: QTransform) -> None:
        self._pixmap, self._drawn, self._drawn_transform = pixmap, key, transform

    def _blank(self) -> QPixmap:
        width, height = self._view.size
        ratio = self._view.ratio
        pixmap = QPixmap(round(width * ratio), round(height * ratio))
        pixmap.setDevicePixelRatio(ratio)
        pixmap.fill(Qt.GlobalColor.transparent)
        return pixmap

    @staticmethod
    def _painter(pixmap: QPixmap) -> QPainter:
        painter = QPainter(pixmap)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        return painter

    def _visible(self) -> list[Shape]:
        width, height = self._view.size
        return self._touching(QRectF(0, 0, width, height))

    def _touching(self, area: QRectF) -> list[Shape]:
        """Shapes that draw into an area of the screen, in drawing order."""
        reach = area.adjusted(-60, -12, 12, 28)  # the room of ``screen_area``, turned around
        box = self._view.to_image_box(reach)
        return [s for s in self._board.shapes.index.touching(box) if s.key not in self._without]

    def _area(self, box: Box) -> QRectF:
        """Whole screen pixels around what is drawn of a box of the image."""
        return QRectF(screen_area(box, self._view).toAlignedRect())
