"""The select tool: pick, move, resize, edit vertices and joints."""

from __future__ import annotations

from PySide6.QtCore import QRectF, Qt
from PySide6.QtGui import QPainter, QRegion

from annotator.domain.model import Annotation
from annotator.ui.canvas import reshape
from annotator.ui.canvas.board import Board
from annotator.ui.canvas.draw import paint_band
from annotator.ui.canvas.handles import Handle, Kind
from annotator.ui.canvas.shapes import Shape
from annotator.ui.canvas.tools.base import Pointer, Tool
from annotator.ui.canvas.tools.drags import BandDrag, Drag, HandleDrag, MoveDrag

_ADDS = (Qt.KeyboardModifier.ShiftModifier, Qt.KeyboardModifier.ControlModifier)
_DIAGONAL_DOWN, _DIAGONAL_UP = Qt.CursorShape.SizeFDiagCursor, Qt.CursorShape.SizeBDiagCursor
_BOX_CURSORS = (
    _DIAGONAL_DOWN,
    Qt.CursorShape.SizeVerCursor,
    _DIAGONAL_UP,
    Qt.CursorShape.SizeHorCursor,
) * 2


class SelectTool(Tool):
    """Idle, pressed (a click or a drag, not known yet), or dragging."""

    def __init__(self, board: Board) -> None:
        super().__init__(board)
        self._pressed: Pointer | None = None
        self._picks_on_release: Shape | None = None
        self._drag: Drag | None = None

    @property
    def is_drawing(self) -> bool:
        """Whether a drag is under way."""
        return self._drag is not None

    def press(self, pointer: Pointer) -> None:
        """Pick what is here, or get ready to drag it."""
        board = self.board
        board.look_under(pointer.raw)
        if pointer.is_right:
            self.cycle()
        if not pointer.is_left:
            return
        if pointer.has(Qt.KeyboardModifier.AltModifier) and self.step_back():
            return
        self._pressed, self._picks_on_release = pointer, None
        hits = board.at(pointer.raw)
        if board.handle is not None:
            is_edge = board.handle.kind is Kind.EDGE
            self._picks_on_release = hits[0] if hits and is_edge else None
        elif pointer.has(*_ADDS):
            if hits:
                board.toggle(hits[0])
        elif any(shape.key == s.key for shape in hits for s in board.selected):
            self._picks_on_release = hits[0]
        else:
            board.select(hits[:1])

    def move(self, pointer: Pointer) -> None:
        """Drag, or look what is under the cursor."""
        if self._pressed is None:
            self.board.look_under(pointer.raw)
            return
        if self._drag is None and pointer.is_far_from(self._pressed.screen):
            self._drag = self._start(self._pressed)
        if self._drag is not None:
            self._drag.to(pointer.place)

    def release(self, pointer: Pointer) -> None:
        """Write the drag, or pick what was clicked."""
        if not pointer.is_left:
            return
        drag, picked, pressed = self._drag, self._picks_on_release, self._pressed
        self._drag = self._picks_on_release = self._pressed = None
        if drag is not None:
            drag.drop()
        elif picked is not None:
            self.board.select([picked])
        elif pressed is not None and self._is_middle(self.board.handle):
            self._insert(self.board.handle)
        self.board.look_under(pointer.raw)

    def double_click(self, pointer: Pointer) -> None:
        """Insert a vertex into the edge here."""
        self.board.look_under(pointer.raw)
        handle = self.board.handle
        if pointer.is_left and handle is not None and handle.kind in {Kind.EDGE, Kind.MIDDLE}:
            self._insert(handle)
        else:
            self.press(pointer)

    def cancel(self) -> bool:
        """Put back what is being dragged."""
        was_dragging = self._drag is not None
        self._drag = self._pressed = self._picks_on_release = None
        self.board.settle()
        return was_dragging

    def step_back(self) -> bool:
        """Delete the vertex or the joint under the cursor."""
        shape, handle = self.board.only_selected, self.board.handle
        if shape is None or handle is None or self.is_drawing:
            return False
        if handle.kind is Kind.JOINT:
            self._write(shape, reshape.joint_removed(shape.value, handle.index), "Remove joint")
        elif handle.kind is Kind.VERTEX:
            after = reshape.vertex_deleted(shape, handle)
            if after is None:
                self.board.author.say("A mask needs three corners. Delete removes the object.")
            else:
                self._write(shape, after, "Delete vertex")
        else:
            return False
        return True

    def cycle(self) -> bool:
        """Visible, occluded, absent: the joint under the cursor."""
        shape, handle = self.board.only_selected, self.board.handle
        if shape is None or handle is None or handle.kind is not Kind.JOINT:
            return False
        after = reshape.joint_cycled(shape.value, handle.index)
        self._write(shape, after, "Change joint visibility")
        return True

    def cursor(self) -> Qt.CursorShape:
        """What would happen here."""
        handle, hovered = self.board.handle, self.board.hovered
        if handle is not None:
            if handle.kind is Kind.BOX:
                return _BOX_CURSORS[handle.index]
            return Qt.CursorShape.CrossCursor
        if hovered is not None and hovered.key in {s.key for s in self.board.selected}:
            is_locked = hovered.is_locked
            return Qt.CursorShape.ForbiddenCursor if is_locked else Qt.CursorShape.SizeAllCursor
        return Qt.CursorShape.ArrowCursor if hovered is None else Qt.CursorShape.PointingHandCursor

    def paint(self, painter: QPainter) -> None:
        """Draw the rubber band."""
        if isinstance(self._drag, BandDrag):
            view = self.board.view
            start, end = view.to_screen(*self._drag.start), view.to_screen(*self._drag.end)
            paint_band(painter, QRectF(start, end).normalized())

    def region(self) -> QRegion | None:
        """The rubber band, which goes anywhere."""
        return None if isinstance(self._drag, BandDrag) else QRegion()

    def _start(self, pressed: Pointer) -> Drag | None:
        """The drag that a press becomes."""
        board = self.board
        shape, handle = board.only_selected, board.handle
        if shape is not None and handle is not None:
            return HandleDrag(board, shape, handle)
        adds = pressed.has(*_ADDS)
        under = {s.key for s in board.at(pressed.raw)}
        selected = board.selected
        if adds or not any(s.key in under for s in selected):
            return BandDrag(board, pressed.place, adds=adds)
        free = [s for s in selected if not s.is_locked]
        if not free:
            board.author.say("This object is locked. Press L to unlock it.")
            self._pressed = None
            return None
        return MoveDrag(board, free, pressed.place)

    def _insert(self, handle: Handle | None) -> None:
        shape = self.board.only_selected
        if shape is not None and handle is not None:
            self._write(shape, reshape.vertex_inserted(shape, handle, handle.at), "Insert vertex")

    def _write(self, shape: Shape, after: Annotation, text: str) -> None:
        self.board.author.change(shape, after, self.board.size, text=text)
        self.board.look_under(self.board.cursor)

    @staticmethod
    def _is_middle(handle: Handle | None) -> bool:
        return handle is not None and handle.kind is Kind.MIDDLE
