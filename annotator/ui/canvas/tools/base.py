"""What a tool is: a small state machine that gets places and draws what is unfinished."""

from __future__ import annotations

from dataclasses import dataclass
from math import hypot

from PySide6.QtCore import QPointF, Qt
from PySide6.QtGui import QPainter, QRegion

from annotator.domain.geometry import Point
from annotator.ui.canvas.board import Board

DRAG_FROM = 4.0
"""Screen pixels a pressed mouse must go before it is a drag and no click."""


@dataclass(frozen=True, slots=True)
class Pointer:
    """One mouse event.

    Attributes:
        place: on the image, clamped into it.
        raw: on the image plane, perhaps outside the image.
        screen: logical pixels of the canvas.
        button: the button that caused it.
        modifiers: keys held.
    """

    place: Point
    raw: Point
    screen: QPointF
    button: Qt.MouseButton = Qt.MouseButton.NoButton
    modifiers: Qt.KeyboardModifier = Qt.KeyboardModifier.NoModifier

    @property
    def is_left(self) -> bool:
        """Whether the left button caused it."""
        return self.button == Qt.MouseButton.LeftButton

    @property
    def is_right(self) -> bool:
        """Whether the right button caused it."""
        return self.button == Qt.MouseButton.RightButton

    def has(self, *modifiers: Qt.KeyboardModifier) -> bool:
        """Whether any of these keys is held."""
        return any(bool(self.modifiers & modifier) for modifier in modifiers)

    def is_far_from(self, other: QPointF) -> bool:
        """Whether the mouse went far enough for a drag."""
        way = self.screen - other
        return hypot(way.x(), way.y()) >= DRAG_FROM


class Tool:
    """One tool; this base does nothing. Methods that return bool tell whether they did anything."""

    def __init__(self, board: Board) -> None:
        self.board = board

    @property
    def active(self) -> Tool:
        """The gesture under way that takes everything in its place; else the tool itself."""
        return self

    @property
    def picked(self) -> tuple[object, ...]:
        """What is selected that is smaller than an object; nudges of another choice are apart."""
        return ()

    @property
    def is_drawing(self) -> bool:
        """Whether something is unfinished, so that keys belong to it."""
        return False

    def press(self, pointer: Pointer) -> None:
        """A button went down."""

    def move(self, pointer: Pointer) -> None:
        """The mouse moved, with or without a button."""

    def release(self, pointer: Pointer) -> None:
        """A button went up."""

    def double_click(self, pointer: Pointer) -> None:
        """The second press of a double click, in place of ``press``."""
        self.press(pointer)

    def finish(self) -> bool:
        """Enter: complete what is unfinished."""
        return False

    def cancel(self) -> bool:
        """Esc, another tool, another image: drop what is unfinished."""
        return False

    def step_back(self) -> bool:
        """Backspace: take the last piece back."""
        return False

    def delete(self) -> bool:
        """Delete: what is selected that is smaller than an object."""
        return False

    def nudge(self, dx: float, dy: float, gesture: str) -> bool:
        """Arrows: move what is selected that is smaller than an object, by image pixels."""
        return False

    def other_way(self) -> bool:
        """X: of two possible stretches of an outline, the other one."""
        return False

    def skip(self, step: int) -> bool:
        """S and W: to the next (1) or previous (-1) joint."""
        return False

    def cycle(self) -> bool:
        """Q: the visibility of the joint under the cursor."""
        return False

    def resize(self, step: int) -> bool:
        """[ and ]: smaller (-1) or larger (1)."""
        return False

    def prepare(self) -> None:
        """The canvas is about to be painted: take over what is selected now."""

    def begin(self) -> None:
        """The tool was taken up."""

    def hint(self) -> str:
        """One line: what the hand can do now; empty when that is obvious."""
        return ""

    def cursor(self) -> Qt.CursorShape:
        """The cursor over the image."""
        return Qt.CursorShape.ArrowCursor

    def paint(self, painter: QPainter) -> None:
        """Draw what is unfinished, in screen coordinates."""

    def region(self) -> QRegion | None:
        """Where ``paint`` draws and drew, so that hovering repaints it too; None for anywhere."""
        return None
