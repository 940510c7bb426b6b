"""The tool that scales, turns and moves all joints of the selected object by a frame around them.

While it is in hand the object's box handles are not there, so that no corner could mean two things.
"""

from __future__ import annotations

from PySide6.QtCore import QPointF, Qt
from PySide6.QtGui import QPainter, QPolygonF

from annotator.domain.geometry import Point
from annotator.ui.canvas.board import Board
from annotator.ui.canvas.draw import (
    CASING,
    HANDLE_SIDE,
    WHITE,
    accent,
    cosmetic,
    paint_chip,
    paint_dot,
    paint_square,
)
from annotator.ui.canvas.shapes import Shape
from annotator.ui.canvas.tools.base import Pointer, Tool
from annotator.ui.canvas.tools.frame_drag import (
    Frame,
    FrameDrag,
    Grip,
    MoveFrame,
    ScaleFrame,
    TurnFrame,
    frame_of,
    grip_at,
)

NAME = "transform"
_CURSORS = (Qt.CursorShape.SizeFDiagCursor, Qt.CursorShape.SizeBDiagCursor) * 2


def can_frame(shape: Shape | None) -> bool:
    """Whether an object has joints to put a frame around, and is free."""
    if shape is None or shape.is_locked:
        return False
    return frame_of(shape.value.keypoints, 1.0, top=0.0) is not None


class FrameTool(Tool):
    """The frame stands, is pressed, or is dragged; Enter, Esc or a click beside it end it."""

    def __init__(self, board: Board) -> None:
        super().__init__(board)
        self._pressed: Pointer | None = None
        self._drag: FrameDrag | None = None
        self._over: Point | None = None

    @property
    def is_drawing(self) -> bool:
        """Enter and Esc belong to it for as long as it is in hand."""
        return self.board.workspace.tool == NAME

    def press(self, pointer: Pointer) -> None:
        """Get ready to drag, or leave for what is here."""
        if not pointer.is_left:
            return
        shape, frame = self._framed()
        if shape is not None and frame is not None and self._grip(frame, pointer.raw):
            self._pressed = pointer
            return
        hits = self.board.at(pointer.raw)
        if hits:
            self.board.select(hits[:1])
        if not hits or not can_frame(self.board.only_selected):
            self._leave()

    def move(self, pointer: Pointer) -> None:
        """Drag."""
        self._over = pointer.raw
        pressed = self._pressed
        if pressed is not None and self._drag is None and pointer.is_far_from(pressed.screen):
            self._drag = self._start(pressed)
        if self._drag is not None:
            is_strict = pointer.has(Qt.KeyboardModifier.ShiftModifier)
            self._drag.to(pointer.raw, is_strict=is_strict)
        self.board.repaint()

    def release(self, pointer: Pointer) -> None:
        """Write what was dragged."""
        if not pointer.is_left:
            return
        drag = self._drag
        self._drag = self._pressed = None
        if drag is not None:
            drag.drop()

    def finish(self) -> bool:
        """Enter: everything is written already; back to the select tool."""
        self.cancel()
        self._leave()
        return True

    def cancel(self) -> bool:
        """Put back what is being dragged; else back to the select tool."""
        was_dragging = self._drag is not None
        self._drag = self._pressed = None
        self.board.settle()
        if not was_dragging:
            self._leave()
        return True

    def hint(self) -> str:
        """What a hand can do."""
        if self._framed()[1] is None:
            return "Select one object with joints to transform them · Esc leaves"
        return (
            "Corners scale, the round handle turns, inside moves · "
            "Shift: even or 15° steps · Enter ends"
        )

    def cursor(self) -> Qt.CursorShape:
        """What would happen here."""
        _, frame = self._framed()
        over = self._over
        grip = self._grip(frame, over) if frame is not None and over is not None else None
        if grip is None:
            return Qt.CursorShape.ArrowCursor
        if grip[0] is Grip.CORNER:
            return _CURSORS[(grip[1] + self.board.view.turn) % 4]
        if grip[0] is Grip.TURN:
            return Qt.CursorShape.PointingHandCursor
        return Qt.CursorShape.SizeAllCursor

    def paint(self, painter: QPainter) -> None:
        """Draw the frame with its handles, or as it is dragged with how far it went."""
        _, frame = self._framed()
        view = self.board.view
        if self._drag is not None:
            corners = [view.to_screen(*p) for p in self._drag.outline]
            _paint_outline(painter, corners)
            if self._drag.words and self.board.cursor is not None:
                at = view.to_screen(*self.board.cursor) + QPointF(16, -10)
                paint_chip(painter, at, self._drag.words)
        elif frame is not None:
            corners = [view.to_screen(*p) for p in frame.corners]
            _paint_outline(painter, corners)
            stalk, turner = view.to_screen(*frame.stalk), view.to_screen(*frame.turner)
            for pen in (cosmetic(CASING, 3), cosmetic(accent(), 1.5)):
                painter.setPen(pen)
                painter.drawLine(stalk, turner)
            paint_dot(painter, turner, 6, WHITE)
            for corner in corners:
                paint_square(painter, corner, HANDLE_SIDE + 1, accent())

    def _framed(self) -> tuple[Shape | None, Frame | None]:
        """The object whose joints are framed, and the frame."""
        shape, view = self.board.only_selected, self.board.view
        if shape is None or shape.is_locked:
            return None, None
        top = view.direction_to_screen(*view.to_image(QPointF(0, 8)))[1]
        return shape, frame_of(shape.value.keypoints, view.scale, top=top, turn=view.turn)

    def _grip(self, frame: Frame, place: Point) -> tuple[Grip, int] | None:
        return grip_at(frame, place, self.board.reach)

    def _start(self, pressed: Pointer) -> FrameDrag | None:
        shape, frame = self._framed()
        grip = self._grip(frame, pressed.raw) if frame is not None else None
        if shape is None or frame is None or grip is None:
            return None
        if grip[0] is Grip.CORNER:
            return ScaleFrame(self.board, shape, frame, pressed.raw, grip[1])
        kind = TurnFrame if grip[0] is Grip.TURN else MoveFrame
        return kind(self.board, shape, frame, pressed.raw)

    def _leave(self) -> None:
        """Back to the select tool, unless another one is being taken up already."""
        if self.board.workspace.tool == NAME:
            self.board.workspace.set_tool("select")


def _paint_outline(painter: QPainter, corners: list[QPointF]) -> None:
    painter.setBrush(Qt.BrushStyle.NoBrush)
    for pen in (cosmetic(CASING, 3), cosmetic(accent(), 1.5, dashed=True)):
        painter.setPen(pen)
        painter.drawPolygon(QPolygonF(corners))
