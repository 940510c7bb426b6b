"""Which key means which command on the canvas, and whether Space is held or tapped."""

from __future__ import annotations

from collections.abc import Callable
from time import monotonic

from PySide6.QtCore import Qt
from PySide6.QtGui import QKeyEvent

from annotator.ui.canvas.commands import CanvasCommands

TAP_S = 0.4
"""Held longer, Space was meant for panning even if nothing was dragged."""
_NONE, _SHIFT = Qt.KeyboardModifier.NoModifier, Qt.KeyboardModifier.ShiftModifier
_ALT = Qt.KeyboardModifier.AltModifier
_ARROWS = {
    Qt.Key.Key_Left: (-1, 0),
    Qt.Key.Key_Right: (1, 0),
    Qt.Key.Key_Up: (0, -1),
    Qt.Key.Key_Down: (0, 1),
}


class Keyboard:
    """Keys of the canvas.

    Attributes:
        holds_space: Space is down, so that a drag pans.
        space_used: it panned since.
    """

    def __init__(self, commands: CanvasCommands) -> None:
        self.holds_space = False
        self.space_used = False
        self._space_at = 0.0
        self._commands = commands
        self._calls: dict[Qt.Key, Callable[[], bool]] = {
            Qt.Key.Key_Return: commands.finish,
            Qt.Key.Key_Enter: commands.finish,
            Qt.Key.Key_Escape: commands.cancel,
            Qt.Key.Key_Backspace: commands.step_back,
            Qt.Key.Key_Delete: commands.delete,
            Qt.Key.Key_X: commands.other_way,
            Qt.Key.Key_Q: commands.cycle_visibility,
            Qt.Key.Key_S: lambda: commands.skip_joint(1),
            Qt.Key.Key_W: lambda: commands.skip_joint(-1),
        }

    def press(self, event: QKeyEvent) -> bool:
        """Do what the key means; False when it means nothing here."""
        key = Qt.Key(event.key())
        modifiers = event.modifiers() & ~Qt.KeyboardModifier.KeypadModifier
        if key in _ARROWS and modifiers in {_NONE, _SHIFT}:
            dx, dy = self._commands.board.view.direction_to_image(*_ARROWS[key])  # as they point
            step = 10 if modifiers == _SHIFT else 1
            return self._commands.nudge(dx * step, dy * step)
        if key == Qt.Key.Key_X and modifiers == _ALT:  # held to follow an outline
            return self._commands.other_way()
        if modifiers != _NONE:
            return False
        if key == Qt.Key.Key_Space:
            if not event.isAutoRepeat():
                self.holds_space, self.space_used, self._space_at = True, False, monotonic()
            return True
        call = self._calls.get(key)
        return call() if call is not None else False

    def release_space(self) -> bool:
        """Space was let go; whether that was a tap."""
        was_held = self.holds_space
        self.holds_space = False
        return was_held and not self.space_used and monotonic() - self._space_at < TAP_S

    def release_all(self) -> None:
        """The keyboard goes elsewhere."""
        self.holds_space = False
