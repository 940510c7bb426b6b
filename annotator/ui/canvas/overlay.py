"""All idle shapes as one cached picture: hovering and panning copy it, nothing is drawn twice.

A pan shifts the picture, which is larger than the canvas; a zoom shows it scaled. What is missing
then is drawn at once if that is cheap, else in slices on the GUI thread: QPainter holds the
interpreter lock, so a thread would stop the window for as long.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterable, Sequence
from math import inf
from time import perf_counter, thread_time

from PySide6.QtCore import QObject, QRect, QRectF
from PySide6.QtGui import QPainter, QRegion

from annotator.domain.model import Box
from annotator.ui.canvas.board import Board
from annotator.ui.canvas.layers import screen_area
from annotator.ui.canvas.shapes import Key, Shape
from annotator.ui.canvas.sheet import Drawing, Sheet, device_size, key_of, pieces_of
from annotator.ui.timers import once

AT_ONCE = 3_000
"""Vertices that may be drawn within one event."""
SECONDS_AT_ONCE = 0.005
"""What they may take by the pace of the last drawing; a large fill costs more than its vertices."""
FIRST_PACE = 1e-6
"""Seconds a vertex, until something was drawn."""
SLICE_SECONDS = 0.008
"""Of drawing what is seen, then the window gets its turn."""
MARGIN_SLICE_SECONDS = 0.004
"""Of drawing what a pan may bring into view."""
REST_MS = 40
"""A zoom still going on shows the scaled picture; the sharp one starts when it rests."""


class Overlay(QObject):
    """The cached picture of all shapes but those a hand is changing."""

    def __init__(self, board: Board, repaint: Callable[[], None], parent: QObject) -> None:
        super().__init__(parent)
        self._board = board
        self._view = board.view
        self._repaint = repaint
        self._without: frozenset[Key] = frozenset()
        self._sheet: Sheet | None = None
        self._stale: Sheet | None = None
        self._drawing: Drawing | None = None
        self._spent = 0.0
        self._pace = FIRST_PACE
        self._timer = once(self, self._on_timer_fired)

    @property
    def is_sharp(self) -> bool:
        """Whether what is shown was drawn for this very view and these very objects."""
        sheet = self._sheet
        if sheet is None or self._board.is_stale or sheet.key != key_of(self._view):
            return False
        return sheet.missing(sheet.seen(self._view)).isEmpty()

    def forget(self) -> None:
        """Everything is different: another image, another look."""
        self._timer.stop()
        self._sheet = self._stale = self._drawing = None

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
        sheet = self._sheet
        if not boxes:
            return
        self._drawing = None
        if sheet is None or sheet.key != key_of(self._view):
            self._sheet = None
            return
        screen = (screen_area(box, self._view) for box in boxes)
        areas = [sheet.area_of(area, self._view) for area in screen]
        if len(areas) > 32:
            areas = [QRegion(_united(areas)).boundingRect()]
        areas = [area for area in areas if not area.isEmpty()]
        if self._is_cheap(sheet, areas):
            for area in areas:
                self._draw_at_once(sheet, area)
        else:
            self._stale, self._sheet = sheet, None

    def paint(self, painter: QPainter) -> None:
        """Show the overlay, sharp if that is cheap, else what there is for now."""
        self._board.refresh()
        self.redraw(self._board.take_changed())
        self._follow_view()
        if not self.is_sharp:
            self._catch_up()
        sheet, view = self._sheet, self._view
        free = QRegion(QRect(QRect().topLeft(), device_size(view)))
        if sheet is not None:
            seen = sheet.seen(view)
            free = sheet.missing(seen).translated(-seen.topLeft())
        if self._stale is not None and not free.isEmpty():
            self._stale.show_scaled(painter, view, free)
        if sheet is not None:
            sheet.show(painter, view)

    def _follow_view(self) -> None:
        """Shift the picture, or begin another one for another zoom."""
        sheet = self._sheet
        if sheet is None:
            return
        if sheet.key != key_of(self._view):
            if self._stale is None or not self._timer.isActive():
                self._stale = sheet
            self._sheet = self._drawing = None
            self._timer.start(REST_MS)
        elif not sheet.rect.contains(sheet.seen(self._view)):
            self._sheet, self._drawing = sheet.moved(self._view), None

    def _catch_up(self) -> None:
        """Draw what is missing, now or soon."""
        sheet = self._sheet or Sheet(self._view)
        areas = pieces_of(sheet.missing(sheet.seen(self._view)))
        if self._is_cheap(sheet, areas):
            self._sheet, self._drawing = sheet, None
            for area in areas:
                self._draw_at_once(sheet, area)
            self._stale = None
        if not self._timer.isActive():
            self._timer.start(0)

    def _is_cheap(self, sheet: Sheet, areas: Sequence[QRect]) -> bool:
        """Whether areas can be drawn within one event."""
        most = AT_ONCE
        if self._sheet is not None or self._stale is not None:
            most = min(most, int(SECONDS_AT_ONCE / self._pace))
        for area in areas:
            for shape in self._find(sheet.screen_rect(area, self._view)):
                most -= shape.vertex_count
                if most < 0:
                    return False
        return True

    def _draw_at_once(self, sheet: Sheet, area: QRect) -> None:
        self._drawing = None
        self._go_on(Drawing(sheet, area, self._view, self._find), inf)

    def _go_on(self, drawing: Drawing, seconds: float) -> bool:
        """Draw for a while; whether it is finished."""
        start = thread_time()  # other programs may hold this one up
        is_done = drawing.advance(seconds)
        self._spent += thread_time() - start
        if is_done:
            if drawing.vertices:
                self._pace = max(self._spent / drawing.vertices, FIRST_PACE)
            self._spent = 0.0
        return is_done

    def _on_timer_fired(self) -> None:
        if self._board.is_stale or not self._board.size[0]:
            self._repaint()
            return
        sheet = self._sheet = self._sheet or Sheet(self._view)
        if sheet.key != key_of(self._view):
            self._repaint()
            return
        was_sharp = self.is_sharp
        stop = perf_counter() + (MARGIN_SLICE_SECONDS if was_sharp else SLICE_SECONDS)
        while self._has_more(sheet):
            if self._drawing is not None and self._go_on(self._drawing, stop - perf_counter()):
                self._drawing = None
            if perf_counter() >= stop:
                self._timer.start(0)
                break
        if not was_sharp and self.is_sharp:
            self._stale = None
            self._repaint()

    def _has_more(self, sheet: Sheet) -> bool:
        """Whether there is something to draw, which is in hand then."""
        if self._drawing is None:
            area = _first_of(sheet.missing(sheet.seen(self._view) & sheet.rect))
            area = area or _first_of(sheet.missing(sheet.rect))
            if area is not None:
                self._spent = 0.0
                self._drawing = Drawing(sheet, area, self._view, self._find)
        return self._drawing is not None

    def _find(self, area: QRectF) -> Sequence[Shape]:
        """Shapes that draw into an area of the screen, in drawing order."""
        reach = area.adjusted(-60, -12, 12, 28)  # the room of ``screen_area``, turned around
        box = self._view.to_image_box(reach)
        found = self._board.shapes.index.touching(box)
        return [s for s in found if s.key not in self._without] if self._without else found


def _united(areas: Iterable[QRect]) -> QRect:
    whole = QRect()
    for area in areas:
        whole = whole.united(area)
    return whole


def _first_of(region: QRegion) -> QRect | None:
    return next(iter(pieces_of(region)), None)
