"""The slice tool: a line across the mask of the selected object, which falls into several."""

from __future__ import annotations

from dataclasses import replace

from PySide6.QtCore import Qt
from PySide6.QtGui import QPainter

from annotator.domain.geometry import Point, points_of, ring_of
from annotator.domain.model import Annotation, Polygons
from annotator.domain.polygons import box_of_polygons, polygons_contain, rings_of
from annotator.domain.slicing import holder, reaching, sliced
from annotator.ui.canvas.board import Board
from annotator.ui.canvas.draw import accent, with_alpha
from annotator.ui.canvas.paths import path_of
from annotator.ui.canvas.shapes import Shape
from annotator.ui.canvas.tools.base import Pointer, Tool
from annotator.ui.canvas.tools.sketch import Sketch
from annotator.ui.canvas.tools.wishes import LOCKED
from annotator.ui.words import counted

PREVIEWED = 3_000
"""Vertices up to which the pieces are shown while the line is drawn; more take too long a frame."""
_NONE = "Select one object with a mask, then slice it."


class SliceTool(Tool):
    """Idle, or a line standing; it cuts by itself once it is through, and goes back to select."""

    def __init__(self, board: Board) -> None:
        super().__init__(board)
        self._sketch = Sketch(board)
        self._pieces: tuple[Polygons, ...] = ()

    @property
    def is_drawing(self) -> bool:
        """Whether the line is begun."""
        return bool(self._sketch.points)

    def press(self, pointer: Pointer) -> None:
        """A corner of the line; beyond the mask, the cut."""
        shape = self._target()
        if not pointer.is_left:
            return
        if shape is None or shape.is_locked:
            self.board.author.say(_NONE if shape is None else LOCKED)
        elif not self.is_drawing:
            self._sketch.start(self._sketch.aim(pointer), pointer)
        else:
            self._sketch.press(pointer)
            self._cut_if_through(shape)
        self.board.repaint()

    def move(self, pointer: Pointer) -> None:
        """The line follows the mouse."""
        shape = self._target()
        self._sketch.but = (shape.key,) if shape is not None else ()
        self._sketch.move(pointer)
        self._pieces = ()
        if self.is_drawing and shape is not None and shape.vertex_count <= PREVIEWED:
            ahead = [pointer.place] if self._sketch.is_freehand else self._sketch.ahead
            self._pieces = self._cut(shape, [*self._sketch.points, *ahead])
        self.board.repaint()

    def release(self, pointer: Pointer) -> None:
        """The end of a drag, and the cut if it went through."""
        shape = self._target()
        if pointer.is_left and self._sketch.release(pointer) and shape is not None:
            self._cut_if_through(shape)
            self.board.repaint()

    def double_click(self, pointer: Pointer) -> None:
        """Cut; the first press set the last corner."""
        if pointer.is_left and self.is_drawing:
            self.finish()

    def finish(self) -> bool:
        """Enter: cut along the line as it is."""
        shape = self._target()
        if not self.is_drawing or shape is None:
            return False
        pieces = self._cut(shape, self._sketch.points)
        if len(pieces) > 1:
            self._write(shape, pieces)
        else:
            self.board.author.say("The line does not cut through. Draw it from side to side.")
        return True

    def cancel(self) -> bool:
        """Drop the line; without one, go back to selecting."""
        was_drawing = self.is_drawing
        self._sketch.drop()
        self._pieces = ()
        self.board.repaint()
        if not was_drawing and self.board.workspace.tool == "slice":
            self.board.workspace.set_tool("select")
            return True
        return was_drawing

    def step_back(self) -> bool:
        """Take the last corner back."""
        did = self._sketch.step_back()
        self._pieces = ()
        self.board.repaint()
        return did

    def other_way(self) -> bool:
        """Follow an outline the other way round."""
        did = self._sketch.other_way()
        self.board.repaint()
        return did

    def hint(self) -> str:
        """What the hand can do now."""
        shape = self._target()
        if shape is None:
            return f"{_NONE} · Esc goes back"
        if not self.is_drawing:
            return f"Drag or click a line across {shape.category.name} · Esc goes back"
        if len(self._pieces) > 1:
            verb = "Let go" if self._sketch.is_freehand else "Click"
            return f"{verb} outside to slice into {len(self._pieces)} objects · Esc drops it"
        return "Go on to the other side · Enter slices · Esc drops it"

    def cursor(self) -> Qt.CursorShape:
        """A cross."""
        return Qt.CursorShape.CrossCursor

    def paint(self, painter: QPainter) -> None:
        """Draw the line and tint the pieces it would cut off."""
        view = self.board.view
        for piece in self._pieces[1:]:
            rings = [points_of(ring) for ring in rings_of(piece)]
            painter.fillPath(view.transform().map(path_of(rings)), with_alpha(accent(), 0.4))
        self._sketch.paint(painter, filled=False)

    def _target(self) -> Shape | None:
        shape = self.board.only_selected
        return shape if shape is not None and shape.outline is not None else None

    def _cut(self, shape: Shape, line: list[Point]) -> tuple[Polygons, ...]:
        """The pieces along a line; the mask alone when it does not go through."""
        assert shape.outline is not None
        if len(line) < 2:
            return (shape.outline,)
        return sliced(shape.outline, reaching(ring_of(line), shape.outline, self.board.reach))

    def _cut_if_through(self, shape: Shape) -> None:
        """Cut once the line has left the mask; inside, it may go on."""
        assert shape.outline is not None
        line = self._sketch.points
        last = Point(*reaching(ring_of(line), shape.outline, self.board.reach)[-2:])
        if not polygons_contain(shape.outline, *last):
            pieces = self._cut(shape, line)
            if len(pieces) > 1:
                self._write(shape, pieces)

    def _write(self, shape: Shape, pieces: tuple[Polygons, ...]) -> None:
        """Write the pieces as objects; the one with most of the joints keeps them and the id."""
        kept = holder(pieces, shape.value.keypoints)
        order = [pieces[kept], *pieces[:kept], *pieces[kept + 1 :]]
        made = [_piece(shape.value, mask, is_first=n == 0) for n, mask in enumerate(order)]
        self.cancel()
        text = f"Slice into {counted(len(made), 'object')}"
        self.board.author.divide(shape, made, text=text)
        self.board.workspace.set_tool("select")


def _piece(whole: Annotation, mask: Polygons, *, is_first: bool) -> Annotation:
    """An object of a piece; only the first keeps the joints."""
    joints = whole.keypoints if is_first else ()
    return replace(whole, mask=mask, box=box_of_polygons(mask), keypoints=joints)
