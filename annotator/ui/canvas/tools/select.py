"""The select tool: pick, move, resize, edit vertices and joints, re-trace outlines."""

from __future__ import annotations

from PySide6.QtCore import QRectF, Qt
from PySide6.QtGui import QPainter, QRegion

from annotator.domain.geometry import Point
from annotator.domain.model import Annotation
from annotator.ui.canvas import reshape
from annotator.ui.canvas.board import Board
from annotator.ui.canvas.draw import paint_band
from annotator.ui.canvas.handles import Handle, Kind
from annotator.ui.canvas.shapes import Shape
from annotator.ui.canvas.tools import select_hints
from annotator.ui.canvas.tools.base import Pointer, Tool
from annotator.ui.canvas.tools.drags import BandDrag, Drag, HandleDrag, MoveDrag
from annotator.ui.canvas.tools.joint_drags import JointsDrag, skeleton_at
from annotator.ui.canvas.tools.retrace import Retrace
from annotator.ui.canvas.tools.vertices import VertexBand, VertexDrag, Vertices, corner_of
from annotator.ui.canvas.tools.wishes import LOCKED

_SHIFT, _CTRL = Qt.KeyboardModifier.ShiftModifier, Qt.KeyboardModifier.ControlModifier
_ADDS = (_SHIFT, _CTRL)
_OUTLINE = frozenset({Kind.VERTEX, Kind.MIDDLE, Kind.EDGE})
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
        self.vertices = Vertices(board)
        self._retrace = Retrace(board)
        self._pressed: Pointer | None = None
        self._picks_on_release: Shape | None = None
        self._skeleton: Shape | None = None
        self._drag: Drag | None = None

    @property
    def active(self) -> Tool:
        """The re-tracing while it is under way."""
        return self._retrace if self._retrace.is_drawing else self

    @property
    def picked(self) -> tuple[object, ...]:
        """The selected vertices."""
        return tuple(sorted(self.vertices.corners))

    @property
    def is_drawing(self) -> bool:
        """Whether a drag is under way."""
        return self._drag is not None

    def begin(self) -> None:
        """No vertex is selected beforehand."""
        self.vertices.clear()

    def press(self, pointer: Pointer) -> None:
        """Pick what is here, or get ready to drag it."""
        board = self.board
        board.look_under(pointer.raw)
        if pointer.is_right:
            self.cycle()
        if not pointer.is_left:
            return
        shape, handle = board.only_selected, board.handle
        is_alt = pointer.has(Qt.KeyboardModifier.AltModifier)
        self._skeleton = skeleton_at(board, pointer.raw) if is_alt else None
        if is_alt and self._skeleton is None and self._delete_under():
            return
        if shape and handle and handle.kind in _OUTLINE and pointer.has(_SHIFT):
            self._retrace.start(shape, handle, pointer)
            return
        self._pressed, self._picks_on_release = pointer, None
        hits = board.at(pointer.raw)
        if self._skeleton is not None:
            return
        if handle is not None:
            self._picks_on_release = hits[0] if hits and handle.kind is Kind.EDGE else None
        elif pointer.has(*_ADDS) or any(s.key == h.key for h in hits for s in board.selected):
            self._picks_on_release = hits[0] if hits else None
        elif hits:
            board.pick(hits[0])
        else:
            board.select(())

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
        elif self._skeleton is not None:
            self._delete_under()
        elif pressed is not None:
            self._click(pressed, picked)
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
        """Put back what is being dragged, else let go of the vertices."""
        was_dragging = self._drag is not None
        if isinstance(self._drag, VertexBand):
            self._drag.put_back()
        self._drag = self._pressed = self._picks_on_release = self._skeleton = None
        self.board.snapping.clear()
        self.board.settle()
        return was_dragging or self.vertices.clear()

    def step_back(self) -> bool:
        """Delete the selected vertices, else the vertex or the joint under the cursor."""
        return not self.is_drawing and (self.vertices.remove() or self._delete_under())

    def delete(self) -> bool:
        """Delete the selected vertices."""
        return not self.is_drawing and self.vertices.remove()

    def nudge(self, dx: float, dy: float, gesture: str) -> bool:
        """Move the selected vertices."""
        mask = self.vertices.moved(dx, dy)
        return self.vertices.move(mask, text=f"Nudge {self.vertices.words}", gesture=gesture)

    def cycle(self) -> bool:
        """Visible, occluded, absent: the joint under the cursor."""
        shape, handle = self.board.only_selected, self.board.handle
        if shape is None or handle is None or handle.kind is not Kind.JOINT:
            return False
        after = reshape.joint_cycled(shape.value, handle.index)
        self._write(shape, after, "Change joint visibility")
        return True

    def hint(self) -> str:
        """What the hand can do now."""
        if isinstance(self._drag, VertexBand):
            return f"Let go to select {self.vertices.words}"
        if self._drag is not None:
            return select_hints.dragging(self._drag)
        return select_hints.hint(self.board, self.vertices)

    def cursor(self) -> Qt.CursorShape:
        """What would happen here."""
        handle, hovered = self.board.handle, self.board.hovered
        if handle is not None:
            if handle.kind is Kind.BOX:
                return _BOX_CURSORS[(handle.index + 2 * self.board.view.turn) % 8]
            return Qt.CursorShape.CrossCursor
        if hovered is not None and hovered.key in {s.key for s in self.board.selected}:
            is_locked = hovered.is_locked
            return Qt.CursorShape.ForbiddenCursor if is_locked else Qt.CursorShape.SizeAllCursor
        return Qt.CursorShape.ArrowCursor if hovered is None else Qt.CursorShape.PointingHandCursor

    def paint(self, painter: QPainter) -> None:
        """Draw the selected vertices, a rubber band, and where a drag snapped to."""
        self.vertices.paint(painter)
        if isinstance(self._drag, BandDrag | VertexBand):
            view = self.board.view
            start, end = view.to_screen(*self._drag.start), view.to_screen(*self._drag.end)
            paint_band(painter, QRectF(start, end).normalized())
        self.board.snapping.paint(painter)

    def _click(self, pressed: Pointer, picked: Shape | None) -> None:
        """A press without a drag: at a vertex, on an edge, or on an object."""
        board, shape, handle = self.board, self.board.only_selected, self.board.handle
        if shape is not None and handle is not None and handle.kind is Kind.VERTEX:
            if pressed.has(_CTRL):
                self.vertices.toggle(shape, corner_of(handle))
            else:
                self.vertices.choose(shape, [corner_of(handle)])
            return
        self.vertices.clear()
        if picked is not None and handle is None and pressed.has(*_ADDS):
            board.toggle(picked)
        elif picked is not None:
            board.pick(picked)
        elif handle is not None and handle.kind is Kind.MIDDLE:
            self._insert(handle)

    def region(self) -> QRegion | None:
        """The mark of snapping; a band, a new outline and chosen vertices go anywhere."""
        is_held = self._drag is None or isinstance(self._drag, HandleDrag | MoveDrag)
        if not is_held or self._retrace.is_drawing or self.vertices.corners:
            return None
        return self.board.snapping.region()

    def _start(self, pressed: Pointer) -> Drag | None:
        """The drag that a press becomes."""
        board = self.board
        shape, handle = board.only_selected, board.handle
        if self._skeleton is not None:
            return JointsDrag(board, self._skeleton, pressed.place)
        if shape is not None and handle is not None:
            if self.vertices.holds(handle):
                return VertexDrag(board, self.vertices, handle)
            self.vertices.clear()
            return HandleDrag(board, shape, handle)
        if shape and shape.outline and not shape.is_locked and pressed.has(_CTRL):
            return VertexBand(board, self.vertices, shape, pressed.place)
        self.vertices.clear()
        adds = pressed.has(*_ADDS)
        under = {s.key for s in board.at(pressed.raw)}
        selected = board.selected
        if adds or not any(s.key in under for s in selected):
            return BandDrag(board, pressed.place, adds=adds)
        free = [s for s in selected if not s.is_locked]
        if not free:
            board.author.say(LOCKED)
            self._pressed = None
            return None
        return MoveDrag(board, free, pressed.place)

    def _delete_under(self) -> bool:
        """Delete the vertex or the joint under the cursor."""
        shape, handle = self.board.only_selected, self.board.handle
        if shape is None or handle is None:
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

    def _insert(self, handle: Handle | None) -> None:
        shape = self.board.only_selected
        if shape is not None and handle is not None:
            at = Point(round(handle.at.x, 2), round(handle.at.y, 2))
            self._write(shape, reshape.vertex_inserted(shape, handle, at), "Insert vertex")

    def _write(self, shape: Shape, after: Annotation, text: str) -> None:
        self.board.author.change(shape, after, self.board.size, text=text)
        self.board.look_under(self.board.cursor)
