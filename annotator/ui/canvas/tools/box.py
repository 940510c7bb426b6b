"""The box tool: drag, or click two corners."""

from __future__ import annotations

from PySide6.QtCore import QPointF, QRectF, Qt
from PySide6.QtGui import QPainter

from annotator.domain.geometry import Point, box_between
from annotator.ui.canvas.authoring import Draft
from annotator.ui.canvas.board import Board
from annotator.ui.canvas.draw import (
    CASING,
    accent,
    cosmetic,
    paint_chip,
    paint_crosshair,
    with_alpha,
)
from annotator.ui.canvas.reshape import rounded_box
from annotator.ui.canvas.tools.base import Pointer, Tool
from annotator.ui.canvas.tools.wishes import LOCKED


class BoxTool(Tool):
    """Idle, first corner pressed, or first corner clicked and waiting for the second."""

    def __init__(self, board: Board) -> None:
        super().__init__(board)
        self._pressed: Pointer | None = None
        self._start: Point | None = None
        self._end: Point | None = None

    @property
    def is_drawing(self) -> bool:
        """Whether the first corner stands."""
        return self._start is not None

    def press(self, pointer: Pointer) -> None:
        """The first corner, or the second of two clicks."""
        if not pointer.is_left:
            return
        if self._start is None:
            self._pressed = pointer
            self._start = self._end = self.board.snapping.to(pointer.place)
        else:
            self._pressed = None
            self._end = self._corner(pointer)
            self.finish()

    def move(self, pointer: Pointer) -> None:
        """The corner follows the mouse."""
        end = self._corner(pointer)
        if self._start is not None:
            self._end = end
        self.board.repaint()

    def release(self, pointer: Pointer) -> None:
        """The end of a drag; after a click the second corner is still to come."""
        if self._pressed is None or not pointer.is_left:
            return
        was_dragged = pointer.is_far_from(self._pressed.screen)
        self._pressed = None
        if was_dragged:
            self._end = self._corner(pointer)
            self.finish()

    def finish(self) -> bool:
        """Write the box: onto the selected object if it has none, else as a new object."""
        if self._start is None or self._end is None:
            return False
        box = rounded_box(box_between(self._start, self._end))
        self.cancel()
        shape = self.board.only_selected
        author, size = self.board.author, self.board.size
        if shape is None or shape.prediction is not None or shape.value.box is not None:
            author.add(Draft("Draw box", box=box), size)
        elif shape.is_locked:
            author.say(LOCKED)
        elif author.is_box(box):
            author.give_box(shape, box, size)
        return True

    def cancel(self) -> bool:
        """Drop it."""
        was_drawing = self.is_drawing
        self._pressed = self._start = self._end = None
        self.board.snapping.clear()
        self.board.repaint()
        return was_drawing

    def hint(self) -> str:
        """What the hand can do now."""
        help_ = self.board.author.assistance
        if self._start is None and help_ is not None and help_.is_waiting:
            return "The model fills in the box; go on meanwhile"
        if self._start is None:
            return "Drag from corner to corner, or click two corners"
        if self._pressed is None:
            return "Click the opposite corner · Shift makes a square · Esc drops it"
        return "Let go at the opposite corner · Shift makes a square"

    def cursor(self) -> Qt.CursorShape:
        """A cross."""
        return Qt.CursorShape.CrossCursor

    def paint(self, painter: QPainter) -> None:
        """Draw the crosshair and the box so far with its size."""
        view = self.board.view
        if self.board.cursor is not None:
            paint_crosshair(painter, view.to_screen(*self.board.cursor), *view.size)
            self.board.snapping.paint(painter)
        if self._start is None or self._end is None:
            return
        area = QRectF(view.to_screen(*self._start), view.to_screen(*self._end)).normalized()
        painter.setBrush(with_alpha(accent(), 0.12))
        painter.setPen(cosmetic(CASING, 4))
        painter.drawRect(area)
        painter.setBrush(Qt.BrushStyle.NoBrush)
        painter.setPen(cosmetic(accent(), 2))
        painter.drawRect(area)
        box = box_between(self._start, self._end)
        text = f"{box.width:.0f} × {box.height:.0f}"
        paint_chip(painter, area.bottomRight() + QPointF(8, 24), text)

    def _corner(self, pointer: Pointer) -> Point:
        """The corner under the mouse, snapped; with Shift the one that makes a square."""
        if self._start is None or not pointer.has(Qt.KeyboardModifier.ShiftModifier):
            return self.board.snapping.to(pointer.place)
        self.board.snapping.clear()
        dx, dy = pointer.place.x - self._start.x, pointer.place.y - self._start.y
        side = max(abs(dx), abs(dy))
        if self.board.limits is not None:
            width, height = self.board.limits
            room_x = width - self._start.x if dx >= 0 else self._start.x
            room_y = height - self._start.y if dy >= 0 else self._start.y
            side = min(side, room_x, room_y)
        across, down = (side if dx >= 0 else -side), (side if dy >= 0 else -side)
        return Point(self._start.x + across, self._start.y + down)
