"""What the mouse does: it pans with the middle button or with Space, else it works the tool."""

from __future__ import annotations

from collections.abc import Callable

from PySide6.QtCore import QPointF, Qt
from PySide6.QtGui import QKeyEvent, QMouseEvent, QWheelEvent

from annotator.domain.geometry import Point
from annotator.ui.canvas.board import Board
from annotator.ui.canvas.commands import CanvasCommands
from annotator.ui.canvas.keyboard import Keyboard
from annotator.ui.canvas.tools.base import Pointer, Tool

ZOOM_STEP = 1.25
"""One notch of the wheel."""
SCROLL_STEP = 60.0
"""Screen pixels of one notch."""
NOTCH = 120
"""Eighths of a degree, as Qt counts."""
_MODIFIERS = {
    Qt.Key.Key_Shift: Qt.KeyboardModifier.ShiftModifier,
    Qt.Key.Key_Control: Qt.KeyboardModifier.ControlModifier,
    Qt.Key.Key_Alt: Qt.KeyboardModifier.AltModifier,
}


class Mouse:
    """Routes mouse events of the canvas; panning works while something is drawn."""

    def __init__(
        self,
        board: Board,
        commands: CanvasCommands,
        keyboard: Keyboard,
        can_work: Callable[[], bool],
        view_moved: Callable[[], None],
    ) -> None:
        self._board = board
        self._commands = commands
        self._keyboard = keyboard
        self._can_work = can_work
        self._view_moved = view_moved
        self._pan_from: QPointF | None = None
        self._pan_button = Qt.MouseButton.NoButton
        self._at: QPointF | None = None
        self._turned = 0
        self._pressed_tool: Tool | None = None

    def press(self, event: QMouseEvent, *, is_double: bool = False) -> None:
        """A button went down, perhaps for the second time."""
        is_left = event.button() == Qt.MouseButton.LeftButton
        is_middle = event.button() == Qt.MouseButton.MiddleButton
        if is_middle or (is_left and self._keyboard.holds_space):
            self._pan_from, self._pan_button = event.position(), event.button()
            self._keyboard.space_used = True
        elif self._can_work():
            pointer = self._pointer(event)
            self._board.cursor = pointer.place
            tool = self._commands.tool
            if not is_double:
                self._pressed_tool = tool
                tool.press(pointer)
            elif tool is self._pressed_tool:  # else the first press ended or began something
                tool.double_click(pointer)

    def move(self, event: QMouseEvent) -> Point | None:
        """The mouse moved; where it is on the image, None when it is beside."""
        self._at = event.position()
        pointer = self._pointer(event)
        if self._pan_from is not None:
            way = event.position() - self._pan_from
            self._pan_from = event.position()
            self._board.view.pan(way.x(), way.y())
            self._view_moved()
        elif self._can_work():
            self._board.cursor = pointer.place
            self._commands.tool.move(pointer)
        return pointer.raw if pointer.place == pointer.raw else None

    def release(self, event: QMouseEvent) -> None:
        """A button went up; a stroke may end while another button still pans."""
        if self._pan_from is not None and event.button() == self._pan_button:
            self._pan_from = None
        elif self._can_work():
            self._commands.tool.release(self._pointer(event))

    def wheel(self, event: QWheelEvent) -> None:
        """Scroll, with Shift sideways; with Ctrl zoom to the cursor, with Alt size the brush."""
        view = self._board.view
        if event.modifiers() == Qt.KeyboardModifier.AltModifier and self._can_work():
            self._resize(event.angleDelta().y() or event.angleDelta().x())  # Alt turns it sideways
            return
        if event.modifiers() & Qt.KeyboardModifier.ControlModifier:
            turn = event.angleDelta().y() or event.angleDelta().x()
            view.set_zoom(view.zoom * ZOOM_STEP ** (turn / 120), event.position())
        else:
            way = QPointF(event.pixelDelta())
            if way.isNull():
                way = QPointF(event.angleDelta()) / 120 * SCROLL_STEP
            if event.modifiers() & Qt.KeyboardModifier.ShiftModifier and not way.x():
                way = QPointF(way.y(), 0)
            view.pan(way.x(), way.y())
        self._view_moved()

    def _resize(self, turn: int) -> None:
        """A notch is a step; a fine wheel gathers its turns."""
        self._turned += turn
        steps = int(self._turned / NOTCH)
        self._turned -= steps * NOTCH
        for _ in range(abs(steps)):
            self._commands.resize_brush(1 if steps > 0 else -1)

    def leave(self) -> None:
        """The mouse is elsewhere."""
        self._at = None
        self._board.cursor = None
        self._board.snapping.clear()
        self._board.look_under(None)

    def hold(self, event: QKeyEvent, *, is_down: bool) -> None:
        """A key went down or up; Shift, Ctrl and Alt change at once what a press would do."""
        modifier = _MODIFIERS.get(Qt.Key(event.key()))
        if modifier is None:
            return
        others = event.modifiers() & ~modifier
        self._board.modifiers = others | modifier if is_down else others
        self.look_again()

    def look_again(self) -> None:
        """The view moved under the mouse."""
        if self._at is None or not self._can_work():
            return
        board, at = self._board, self._at
        raw, held = board.view.to_image(at), board.modifiers
        pointer = Pointer(board.place_at(at), raw, at, modifiers=held)
        board.cursor = pointer.place
        if self._pan_from is None:
            self._commands.tool.move(pointer)

    def cursor(self) -> Qt.CursorShape:
        """What would happen here."""
        if self._pan_from is not None:
            return Qt.CursorShape.ClosedHandCursor
        if self._keyboard.holds_space:
            return Qt.CursorShape.OpenHandCursor
        return self._commands.tool.cursor() if self._can_work() else Qt.CursorShape.ArrowCursor

    def _pointer(self, event: QMouseEvent) -> Pointer:
        board, at = self._board, event.position()
        board.modifiers = event.modifiers()
        raw = board.view.to_image(at)
        return Pointer(board.place_at(at), raw, at, event.button(), event.modifiers())
