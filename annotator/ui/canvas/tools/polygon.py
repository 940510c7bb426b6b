"""The polygon tool: outlines of objects, their further parts and holes, and re-tracing them."""

from __future__ import annotations

from math import hypot

from PySide6.QtCore import Qt
from PySide6.QtGui import QPainter

from annotator.domain.geometry import Point, ring_of
from annotator.ui.canvas.board import Board
from annotator.ui.canvas.draw import WHITE, paint_dot
from annotator.ui.canvas.handles import outline_at
from annotator.ui.canvas.shapes import Key, Shape
from annotator.ui.canvas.tools.base import Pointer, Tool
from annotator.ui.canvas.tools.retrace import Retrace
from annotator.ui.canvas.tools.sketch import Sketch
from annotator.ui.canvas.tools.wishes import LOCKED, Wish, beginning, write_into, write_new


class PolygonTool(Tool):
    """Idle, or corners standing; a pressed mouse may become a freehand stretch.

    For the mask of the selected object, Shift at the first press adds a part or, on the outline,
    re-traces it, and Alt cuts a hole; ``arm`` does the same from a menu, for one outline.
    """

    def __init__(self, board: Board) -> None:
        super().__init__(board)
        self._sketch = Sketch(board)
        self._retrace = Retrace(board)
        self._wish = self._armed = Wish.NEW
        self._target: Key | None = None

    @property
    def active(self) -> Tool:
        """The re-tracing while it is under way."""
        return self._retrace if self._retrace.is_drawing else self

    @property
    def is_drawing(self) -> bool:
        """Whether a corner stands."""
        return bool(self._sketch.points)

    def begin(self) -> None:
        """Nothing is asked for beforehand."""
        self._armed = Wish.NEW

    def arm(self, wish: Wish) -> None:
        """The next outline, or the one that is being drawn, is for the selected object's mask."""
        if not self.is_drawing:
            self._armed = wish
        elif wish is Wish.COURSE:
            self.board.author.say("Finish or drop the outline first.")
        else:
            self._wish, self._target = wish, self._key_of_target()
        self.board.repaint()

    def press(self, pointer: Pointer) -> None:
        """A corner, or the end on the first one."""
        if not pointer.is_left:
            return
        if not self.is_drawing:
            self._begin(pointer)
        elif self._is_at_start(pointer):
            self._close()
        else:
            self._sketch.press(pointer)
        self.board.repaint()

    def move(self, pointer: Pointer) -> None:
        """The next edge follows the mouse; a pressed mouse draws freehand."""
        self._sketch.move(pointer)
        if self._is_at_start(pointer) and not self._sketch.is_freehand:
            self.board.snapping.clear()
            self._sketch.lead_to(self._sketch.points[0])
        self.board.repaint()

    def release(self, pointer: Pointer) -> None:
        """The end of a freehand stretch; back at the start it closes."""
        if pointer.is_left and self._sketch.release(pointer) and self._is_at_start(pointer):
            self._sketch.step_back()  # the end of the stretch stands for the first corner
            self.finish()

    def double_click(self, pointer: Pointer) -> None:
        """Close; the first press of the double click set the last corner."""
        if pointer.is_left and len(self._sketch.points) >= 3:
            self.finish()

    def finish(self) -> bool:
        """Write what was drawn as the object, the mask, the part or the hole it is meant to be."""
        points = self._sketch.points
        if not points:
            return False
        if len(points) < 3:
            self.board.author.say("A mask needs three corners. Go on clicking, or press Esc.")
            return True
        ring, wish, target = ring_of(points), self._wish, self._target
        self._sketch.drop()
        self._armed = Wish.NEW
        if wish is Wish.NEW:
            write_new(self.board, ring)
        else:
            write_into(self.board, self.board.shapes.get(target), ring, wish)
        self.board.repaint()
        return True

    def cancel(self) -> bool:
        """Drop what is drawn, else what is asked for."""
        did = self.is_drawing or self._armed is not Wish.NEW
        if not self.is_drawing:
            self._armed = Wish.NEW
        self._sketch.drop()
        self.board.repaint()
        return did

    def step_back(self) -> bool:
        """Take the last corner back."""
        did = self._sketch.step_back()
        self.board.repaint()
        return did

    def other_way(self) -> bool:
        """Follow a neighbour's outline the other way round."""
        did = self._sketch.other_way()
        self.board.repaint()
        return did

    def hint(self) -> str:
        """What the hand can do now."""
        count = len(self._sketch.points)
        if not count:
            return self._hint_to_begin()
        if self._sketch.follows:
            return "Click takes the neighbour's outline · X goes the other way round"
        if self._sketch.followed is not None:
            return "Alt+click, or X, follows the neighbour's outline · Ctrl does not snap"
        name = {Wish.PART: "Part: ", Wish.HOLE: "Hole: "}.get(self._wish, "")
        if count < 3:
            return f"{name}Click along the outline, or drag to draw it freehand · Esc drops it"
        return f"{name}Click the first corner or press Enter to close · Backspace takes one back"

    def cursor(self) -> Qt.CursorShape:
        """A cross."""
        return Qt.CursorShape.CrossCursor

    def paint(self, painter: QPainter) -> None:
        """Draw the outline so far, and the way to the mouse."""
        points, cursor = self._sketch.points, self.board.cursor
        if cursor is None:
            self._sketch.ahead = []
        self._sketch.paint(painter, filled=True)
        if points:
            closes = cursor is not None and self._can_close(cursor)
            paint_dot(painter, self.board.view.to_screen(*points[0]), 7 if closes else 5, WHITE)

    def _begin(self, pointer: Pointer) -> None:
        """The first press: what is meant, and for which object."""
        wish, target = self._wish_at(pointer.place, pointer.modifiers), self._only_masked()
        if wish is not Wish.NEW and target is not None and target.is_locked:
            self.board.author.say(LOCKED)
            return
        if wish is Wish.COURSE and target is not None:
            handle = outline_at(target, *pointer.place, self.board.reach)
            if handle is None:
                self.board.author.say("Begin on the outline of the selected object.")
                return
            self._armed = Wish.NEW
            self._retrace.start(target, handle, pointer)
            return
        self._wish, self._target = wish, self._key_of_target()
        self._sketch.start(self._sketch.aim(pointer), pointer)

    def _wish_at(self, place: Point | None, held: Qt.KeyboardModifier) -> Wish:
        """What a first press at a place means with some keys held."""
        target = self._only_masked()
        if target is None:
            return Wish.NEW
        if self._armed is not Wish.NEW:
            return self._armed
        if held & Qt.KeyboardModifier.ShiftModifier:
            handle = outline_at(target, *place, self.board.reach) if place is not None else None
            return Wish.PART if handle is None else Wish.COURSE
        return Wish.HOLE if held & Qt.KeyboardModifier.AltModifier else Wish.NEW

    def _close(self) -> None:
        """The end on the first corner, perhaps along a neighbour's outline."""
        self._sketch.lead_to(self._sketch.points[0])
        self._sketch.take_ahead(but_last=True)
        self.finish()

    def _hint_to_begin(self) -> str:
        target = self._only_masked()
        if target is None:
            return "Click along an outline, or drag to draw it freehand"
        wish = self._wish_at(self.board.cursor, self.board.modifiers)
        esc = " · Esc goes back" if self._armed is not Wish.NEW else ""
        return beginning(wish, target.category.name) + esc

    def _only_masked(self) -> Shape | None:
        shape = self.board.only_selected
        return shape if shape is not None and shape.outline is not None else None

    def _key_of_target(self) -> Key | None:
        target = self._only_masked()
        return target.key if target is not None else None

    def _is_at_start(self, pointer: Pointer) -> bool:
        return self._can_close(pointer.place)

    def _can_close(self, place: Point) -> bool:
        """Whether a click at a place closes the outline."""
        points = self._sketch.points
        if len(points) < (2 if self._sketch.follows else 3):
            return False
        return hypot(place.x - points[0].x, place.y - points[0].y) <= self.board.reach
