"""Re-tracing: a stretch of an object's outline takes another course, drawn from it and back to it.

It begins on the outline, goes on by clicks or freehand, and ends on another place of the same ring.
The shorter of the two stretches between goes; X asks for the other one. What would come of it is
shown all the time.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from math import hypot

import numpy as np
from numpy.typing import NDArray
from PySide6.QtCore import QPointF, Qt
from PySide6.QtGui import QPainter, QPolygonF

from annotator.domain.geometry import Point, nearest_vertex
from annotator.domain.model import Annotation, Ring
from annotator.domain.parts import ring_at, with_ring
from annotator.domain.stretches import Spot, along, retraced, spot_at_vertex, spot_on
from annotator.ui.canvas import reshape
from annotator.ui.canvas.board import Board
from annotator.ui.canvas.draw import CASING, WHITE, cosmetic, paint_dot
from annotator.ui.canvas.handles import REACH, Handle, Kind
from annotator.ui.canvas.shapes import Shape
from annotator.ui.canvas.tools.base import DRAG_FROM, Pointer, Tool
from annotator.ui.canvas.tools.sketch import Sketch


@dataclass(frozen=True, slots=True)
class Course:
    """What is re-traced, and where it begins.

    Attributes:
        shape: the object as it was then.
        part: number of the part.
        ring: 0 for the part's outer ring, then its holes.
        start: where the new course leaves the old one.
        longer: whether the longer stretch goes.
    """

    shape: Shape
    part: int
    ring: int
    start: Spot
    longer: bool = False

    @property
    def points(self) -> Ring:
        """The ring as it is."""
        assert self.shape.outline is not None
        return ring_at(self.shape.outline, self.part, self.ring)

    def gone(self, end: Spot) -> NDArray[np.float64]:
        """The stretch that is replaced, float64 [N, 2]."""
        return along(self.points, self.start, end, longer=self.longer)

    def after(self, path: list[Point], end: Spot) -> Annotation:
        """The object with the new course; it may have to be mended."""
        assert self.shape.outline is not None
        ring = retraced(self.points, self.start, end, path, longer=self.longer)
        mask = with_ring(self.shape.outline, self.part, self.ring, ring)
        return reshape.with_mask(self.shape, mask)


class Retrace(Tool):
    """Idle, or a course under way; a gesture of the select and the polygon tool."""

    def __init__(self, board: Board) -> None:
        super().__init__(board)
        self._course: Course | None = None
        self._sketch = Sketch(board)
        self._end: Spot | None = None

    @property
    def is_drawing(self) -> bool:
        """Whether a course is under way."""
        return self._course is not None

    def start(self, shape: Shape, handle: Handle, pointer: Pointer) -> None:
        """Leave the outline.

        Args:
            shape: the object.
            handle: the vertex or edge of its outline under the mouse.
            pointer: the press.
        """
        assert shape.outline is not None
        ring = ring_at(shape.outline, handle.part, handle.ring)
        is_vertex = handle.kind is Kind.VERTEX
        spot = spot_at_vertex(ring, handle.index) if is_vertex else spot_on(ring, *pointer.place)[1]
        self._course = Course(shape, handle.part, handle.ring, spot)
        self._sketch.but = (shape.key,)
        self._sketch.start(spot.point, pointer)
        self._end = None
        self._show()

    def press(self, pointer: Pointer) -> None:
        """A corner, or the end on the outline."""
        if not pointer.is_left:
            return
        self._sketch.aim(pointer)
        self._look(pointer)
        if self._end is not None and not self._sketch.follows:
            self._complete(self._end)
        else:
            self._sketch.press(pointer)
            self._show()

    def move(self, pointer: Pointer) -> None:
        """The course follows the mouse."""
        self._sketch.move(pointer)
        self._look(pointer)
        self._show()

    def release(self, pointer: Pointer) -> None:
        """A freehand stretch ends; on the outline, the whole course does."""
        if not pointer.is_left:
            return
        end = self._end
        was_freehand = self._sketch.release(pointer, end=end.point if end is not None else None)
        if was_freehand and end is not None:
            self._complete(end, is_reached=True)

    def double_click(self, pointer: Pointer) -> None:
        """End where the outline is nearest; the first press set the last corner."""
        if pointer.is_left:
            self.finish()

    def finish(self) -> bool:
        """Enter: from the last corner straight to the nearest place of the outline."""
        if self._course is None:
            return False
        end = spot_on(self._course.points, *self._sketch.points[-1])[1]
        if self._is_at_start(end):
            self.board.author.say("Draw the new outline first, and end on another place.")
        else:
            self._complete(end)
        return True

    def cancel(self) -> bool:
        """Drop it; the outline stays as it was."""
        was_drawing = self.is_drawing
        self._course = self._end = None
        self._sketch.drop()
        self.board.settle()
        self.board.repaint()
        return was_drawing

    def step_back(self) -> bool:
        """Take the last corner back; with none left, drop it."""
        if self._course is None:
            return False
        if len(self._sketch.points) <= 1:
            return self.cancel()
        self._sketch.step_back()
        self._end = None
        self._show()
        return True

    def other_way(self) -> bool:
        """Replace the other stretch, or follow a neighbour the other way round."""
        if self._course is None:
            return False
        follows = self._end is None or self._sketch.follows
        if not (follows and self._sketch.other_way()):
            self._course = replace(self._course, longer=not self._course.longer)
        self._show()
        return True

    def hint(self) -> str:
        """What to do next."""
        if self._sketch.follows:
            return "Click takes the neighbour's outline · X goes the other way round"
        if self._end is not None:
            verb = "Let go" if self._sketch.is_freehand else "Click"
            return f"{verb} here to end · X replaces the other side · Esc drops it"
        if self._sketch.followed is not None:
            return "Alt+click, or X, follows the neighbour's outline · Esc drops it"
        return "Draw the new outline and end on the old one · Esc drops it"

    def cursor(self) -> Qt.CursorShape:
        """A cross."""
        return Qt.CursorShape.CrossCursor

    def paint(self, painter: QPainter) -> None:
        """Draw the new course over the stretch that goes."""
        if self._course is None:
            return
        view = self.board.view
        if self._end is not None:
            gone = [view.to_screen(*p) for p in self._course.gone(self._end).tolist()]
            _paint_gone(painter, gone)
        self._sketch.paint(painter, filled=False)
        paint_dot(painter, view.to_screen(*self._course.start.point), 5, WHITE)
        if self._end is not None:
            paint_dot(painter, view.to_screen(*self._end.point), 7, WHITE)

    def _look(self, pointer: Pointer) -> None:
        """Whether a click here would end it."""
        self._end = self._end_at(pointer)
        if self._end is not None and not self._sketch.follows:
            self.board.snapping.clear()
            if not self._sketch.is_freehand:
                self._sketch.ahead = [self._end.point]

    def _end_at(self, pointer: Pointer) -> Spot | None:
        """The place of the ring under the mouse, unless a neighbour's outline is nearer."""
        if self._course is None or self.board.modifiers & Qt.KeyboardModifier.ControlModifier:
            return None
        ring, scale = self._course.points, self.board.view.scale
        distance, spot = spot_on(ring, *pointer.place)
        mark = self.board.snapping.mark
        if mark is not None:
            other = hypot(mark.at.x - pointer.place.x, mark.at.y - pointer.place.y)
            distance = float("inf") if other < distance else distance
        if distance * scale > REACH:
            return None
        away, index = nearest_vertex(ring, *spot.point)
        spot = spot_at_vertex(ring, index) if away * scale <= DRAG_FROM else spot
        return None if self._is_at_start(spot) else spot

    def _is_at_start(self, spot: Spot) -> bool:
        assert self._course is not None
        start = self._course.start
        return hypot(spot.x - start.x, spot.y - start.y) * self.board.view.scale < DRAG_FROM

    def _show(self) -> None:
        """Show what would come of it."""
        if self._course is None:
            return
        shape = self._course.shape
        if self._end is not None:
            path = self._sketch.points[1:]
            shape = shape.with_value(self._course.after(path, self._end))
        self.board.show_live([shape])

    def _complete(self, end: Spot, *, is_reached: bool = False) -> None:
        """Write it.

        Args:
            end: where the course comes back.
            is_reached: the last corner stands there already.
        """
        course = self._course
        assert course is not None
        path = self._sketch.points[1:-1] if is_reached else self._sketch.points[1:]
        self.cancel()
        now = self.board.shapes.get(course.shape.key)
        if now is None or now.value != course.shape.value:
            self.board.author.say("The object changed meanwhile, so its outline stays.")
            return
        after = course.after(path, end)
        self.board.author.change(course.shape, after, self.board.size, text="Re-trace outline")


def _paint_gone(painter: QPainter, stretch: list[QPointF]) -> None:
    """The stretch that goes: a dashed line."""
    line = QPolygonF(stretch)
    painter.setBrush(Qt.BrushStyle.NoBrush)
    painter.setPen(cosmetic(CASING, 3))
    painter.drawPolyline(line)
    painter.setPen(cosmetic(WHITE, 1.5, dashed=True))
    painter.drawPolyline(line)
