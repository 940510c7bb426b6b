"""The polygon tool: click corners or draw freehand, close on the first corner."""

from __future__ import annotations

from dataclasses import replace
from math import hypot

from PySide6.QtCore import QPointF, Qt
from PySide6.QtGui import QPainter

from annotator.domain.geometry import Point, ring_of
from annotator.domain.model import Part, Polygons
from annotator.domain.polygons import simplify_line
from annotator.ui.canvas.authoring import Draft
from annotator.ui.canvas.board import Board
from annotator.ui.canvas.draw import WHITE, accent, paint_dot, paint_line
from annotator.ui.canvas.handles import REACH
from annotator.ui.canvas.tools.base import Pointer, Tool

FREEHAND_STEP = 3.0
"""Screen pixels between two points of a freehand line."""
FREEHAND_SLACK = 0.75
"""Screen pixels a freehand line may differ from the hand's, to save vertices."""


class PolygonTool(Tool):
    """Idle, or corners standing; a pressed mouse may become a freehand stretch."""

    def __init__(self, board: Board) -> None:
        super().__init__(board)
        self._points: list[Point] = []
        self._pressed: Pointer | None = None
        self._stretch_from: int | None = None

    @property
    def is_drawing(self) -> bool:
        """Whether a corner stands."""
        return bool(self._points)

    def press(self, pointer: Pointer) -> None:
        """A corner, or the end on the first one."""
        if not pointer.is_left:
            return
        if self._is_at_start(pointer):
            self.finish()
            return
        self._pressed = pointer
        self._points.append(pointer.place)
        self.board.repaint()

    def move(self, pointer: Pointer) -> None:
        """The next edge follows the mouse; a pressed mouse draws freehand."""
        is_click = self._pressed is None or not pointer.is_far_from(self._pressed.screen)
        if self._stretch_from is None and not is_click:
            self._stretch_from = len(self._points) - 1
        if self._stretch_from is not None and self._is_step(pointer):
            self._points.append(pointer.place)
        if self._points or self._pressed:
            self.board.repaint()

    def release(self, pointer: Pointer) -> None:
        """The end of a freehand stretch; back at the start it closes."""
        if not pointer.is_left:
            return
        self._pressed = None
        if self._stretch_from is None:
            return
        stretch = self._points[self._stretch_from :]
        line = simplify_line(ring_of(stretch), FREEHAND_SLACK / self.board.view.scale)
        self._points[self._stretch_from :] = [
            Point(x, y) for x, y in zip(line[::2], line[1::2], strict=True)
        ]
        self._stretch_from = None
        if self._is_at_start(pointer):
            if self._is_near(self._points[-1], pointer.screen):
                self._points.pop()
            self.finish()

    def double_click(self, pointer: Pointer) -> None:
        """Close; the first press of the double click set the last corner."""
        if pointer.is_left and len(self._points) >= 3:
            self.finish()
        else:
            self.press(pointer)

    def finish(self) -> bool:
        """Write the mask: onto the selected object if it has none, else as a new object."""
        if not self._points:
            return False
        if len(self._points) < 3:
            self.board.author.say("A mask needs three corners. Go on clicking, or press Esc.")
            return True
        ring = ring_of((round(p.x, 2), round(p.y, 2)) for p in self._points)
        self.cancel()
        mask = Polygons((Part(ring),))
        shape = self.board.only_selected
        author, size = self.board.author, self.board.size
        if shape is None or shape.prediction is not None or shape.value.mask is not None:
            author.add(Draft("Draw mask", mask=mask), size)
        else:
            author.change(shape, replace(shape.value, mask=mask), size, text="Draw mask")
        return True

    def cancel(self) -> bool:
        """Drop it."""
        was_drawing = self.is_drawing
        self._points.clear()
        self._pressed = self._stretch_from = None
        self.board.repaint()
        return was_drawing

    def step_back(self) -> bool:
        """Take the last corner back."""
        if not self._points:
            return False
        self._points.pop()
        self.board.repaint()
        return True

    def hint(self) -> str:
        """What to do next."""
        if not self._points:
            return ""
        if len(self._points) < 3:
            return "Click along the outline, or drag to draw it freehand · Esc drops it"
        return "Click the first corner or press Enter to close · Backspace takes one back"

    def cursor(self) -> Qt.CursorShape:
        """A cross."""
        return Qt.CursorShape.CrossCursor

    def paint(self, painter: QPainter) -> None:
        """Draw the outline so far, and the edge to the mouse."""
        if not self._points:
            return
        view, cursor = self.board.view, self.board.cursor
        corners = [view.to_screen(*p) for p in self._points]
        ahead = [view.to_screen(*cursor)] if cursor is not None else []
        if len(corners) + len(ahead) > 1:
            paint_line(painter, corners + ahead, filled=True)
        if self._stretch_from is None:
            for corner in corners[1:]:
                paint_dot(painter, corner, 3, accent())
        closes = bool(ahead) and len(corners) >= 3 and self._is_near(self._points[0], ahead[0])
        paint_dot(painter, corners[0], 7 if closes else 5, WHITE)

    def _is_step(self, pointer: Pointer) -> bool:
        way = pointer.screen - self.board.view.to_screen(*self._points[-1])
        return hypot(way.x(), way.y()) >= FREEHAND_STEP

    def _is_at_start(self, pointer: Pointer) -> bool:
        return len(self._points) >= 3 and self._is_near(self._points[0], pointer.screen)

    def _is_near(self, place: Point, screen: QPointF) -> bool:
        way = screen - self.board.view.to_screen(*place)
        return hypot(way.x(), way.y()) <= REACH
