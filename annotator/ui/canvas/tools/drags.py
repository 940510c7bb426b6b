"""Drags of the select tool: a handle, whole objects, a rubber band. One drag is one edit."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Protocol

from PySide6.QtCore import Qt

from annotator.domain.geometry import Point, box_between
from annotator.domain.model import Annotation
from annotator.ui.canvas import reshape
from annotator.ui.canvas.board import Board
from annotator.ui.canvas.handles import Handle, Kind
from annotator.ui.canvas.shapes import Shape

_TEXTS = {
    Kind.BOX: "Resize box",
    Kind.VERTEX: "Move vertex",
    Kind.MIDDLE: "Insert vertex",
    Kind.EDGE: "Insert vertex",
    Kind.JOINT: "Move joint",
}


class Drag(Protocol):
    """A drag in progress; nothing is written before ``drop``."""

    def to(self, place: Point) -> None:
        """The mouse is here now."""

    def drop(self) -> None:
        """The button went up: write it."""


class HandleDrag:
    """A handle of one object follows the mouse."""

    def __init__(self, board: Board, shape: Shape, handle: Handle) -> None:
        self._board = board
        self._shape = shape
        self._handle = handle
        self._after = shape.value

    @property
    def snaps(self) -> bool:
        """Whether the handle meets what is near; joints do not."""
        return self._handle.kind is not Kind.JOINT

    def to(self, place: Point) -> None:
        """Show the object with its handle here."""
        if self._handle.kind is Kind.BOX:
            self._after = self._resized(place)
        else:
            to = self._snapped(place) if self.snaps else place
            self._after = reshape.dragged(self._shape, self._handle, to, self._board.limits)
        self._board.show_live([self._shape.with_value(self._after)])

    def drop(self) -> None:
        """Write it."""
        text = _TEXTS[self._handle.kind]
        self._board.author.change(self._shape, self._after, self._board.size, text=text)
        self._board.snapping.clear()
        self._board.settle()

    def _resized(self, place: Point) -> Annotation:
        """The box with its handle here: Shift keeps the proportions, Alt the centre."""
        board, held = self._board, self._board.modifiers
        is_corner = self._handle.index % 2 == 0
        keeps = is_corner and bool(held & Qt.KeyboardModifier.ShiftModifier)
        if keeps:
            board.snapping.clear()  # the corner lies where the proportions put it
        return reshape.box_dragged(
            self._shape.value,
            self._handle.index,
            place if keeps else self._snapped(place),
            board.limits,
            keep_ratio=keeps,
            from_centre=bool(held & Qt.KeyboardModifier.AltModifier),
        )

    def _snapped(self, place: Point) -> Point:
        return self._board.snapping.to(place, but=[self._shape.key])


class MoveDrag:
    """Whole objects follow the mouse."""

    def __init__(self, board: Board, shapes: Sequence[Shape], start: Point) -> None:
        self._board = board
        self._shapes = shapes
        self._start = start
        self._afters = [shape.value for shape in shapes]

    def to(self, place: Point) -> None:
        """Show the objects moved so far."""
        dx, dy = place.x - self._start.x, place.y - self._start.y
        self._afters = [reshape.moved(s, dx, dy, self._board.limits) for s in self._shapes]
        self._board.show_live(
            shape.with_value(after) for shape, after in zip(self._shapes, self._afters, strict=True)
        )

    def drop(self) -> None:
        """Write them."""
        author = self._board.author
        if len(self._shapes) == 1:
            author.change(self._shapes[0], self._afters[0], self._board.size, text="Move object")
        else:
            author.change_many(self._afters, text=f"Move {len(self._afters)} objects")
        self._board.settle()


class BandDrag:
    """A rubber band that selects the objects inside it.

    Attributes:
        start: its first corner. end: the corner under the mouse.
    """

    def __init__(self, board: Board, start: Point, *, adds: bool) -> None:
        self._board = board
        self._before = board.selected if adds else ()
        self.start = self.end = start

    def to(self, place: Point) -> None:
        """Stretch it."""
        self.end = place
        self._board.repaint()

    def drop(self) -> None:
        """Select what lies inside."""
        inside = self._board.shapes.index.within(box_between(self.start, self.end))
        owned = [s for s in inside if s.prediction is None and s not in self._before]
        self._board.select([*self._before, *owned])
        self._board.repaint()
