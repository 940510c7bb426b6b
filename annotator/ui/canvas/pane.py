"""What the model says about the image in view, beside the canvas: the same image at the same place.

It is there to be compared with the labels. A click selects a prediction; Enter and Esc then accept
and reject it as ever. A drag moves both views.
"""

from __future__ import annotations

from collections.abc import Callable

from PySide6.QtCore import QEvent, QPointF, Qt, Signal
from PySide6.QtGui import QMouseEvent, QPainter, QPaintEvent, QResizeEvent, QWheelEvent
from PySide6.QtWidgets import QWidget

from annotator.ui.canvas.authoring import Author
from annotator.ui.canvas.board import Board
from annotator.ui.canvas.commands import CanvasCommands
from annotator.ui.canvas.contents import Contents
from annotator.ui.canvas.keyboard import Keyboard
from annotator.ui.canvas.mouse import Mouse
from annotator.ui.canvas.overlay import Overlay
from annotator.ui.canvas.pieces import Pieces
from annotator.ui.canvas.screen import Screen
from annotator.ui.canvas.tools.base import Pointer, Tool
from annotator.ui.canvas.view import Canvas
from annotator.ui.canvas.viewport import Viewport


class PredictionsPane(QWidget):
    """Predictions alone, confirmed ones too; looks where the canvas looks.

    Signals:
        moved: it was panned or zoomed; ``view`` tells where it looks now.
    """

    moved = Signal()

    def __init__(self, canvas: Canvas) -> None:
        super().__init__()
        self.setObjectName("predictions_pane")
        self.setAccessibleName("Predictions")
        self.setMouseTracking(True)
        self.setAttribute(Qt.WidgetAttribute.WA_OpaquePaintEvent)
        self.setMinimumSize(160, 120)
        self._canvas = canvas
        workspace = canvas.workspace
        self.view = Viewport()
        self._board = Board(workspace, self.view, Author(workspace), self.update)
        self._board.show(Contents.PREDICTIONS)
        self._overlay = Overlay(self._board, self.update, self)
        self._screen = Screen(self._board, self._overlay, Pieces(self, makes_slices=False))
        self._screen.closeup.pieces.arrived.connect(self.update)
        self._screen.developer = canvas.adjusting.developer
        self._tool = _Picker(self._board, self.moved.emit)
        commands = CanvasCommands(self._board, self._tool)
        self._mouse = Mouse(
            self._board,
            commands,
            Keyboard(commands),
            can_work=lambda: not self._screen.message,
            view_moved=self.moved.emit,
        )
        canvas.view_moved.connect(self.follow)
        canvas.adjusting.changed.connect(self.follow)
        workspace.settings.changed.connect(self.update)
        workspace.image_changed.connect(self._on_image_changed)
        workspace.edited.connect(self._on_shapes_changed)
        workspace.predictions_changed.connect(self._on_shapes_changed)
        workspace.categories_changed.connect(self._on_shapes_changed)
        workspace.selection_changed.connect(self._on_selection_changed)

    def follow(self) -> None:
        """Show the image that the canvas shows, and look where it looks."""
        self._screen.picture = self._canvas.picture
        self._screen.message = self._canvas.message
        large = self._screen.picture.large if self._screen.picture is not None else None
        self._screen.closeup.pieces.serve(large)
        self.view.follow(self._canvas.view)
        self._mouse.look_again()
        self.update()

    def to_screen(self, x: float, y: float) -> QPointF:
        """The place of the pane where a place of the image is seen."""
        return self.view.to_screen(x, y)

    def _on_image_changed(self) -> None:
        self._board.hovered = None
        self._overlay.forget()
        self._on_shapes_changed()

    def _on_shapes_changed(self) -> None:
        self._board.invalidate()
        self.update()

    def _on_selection_changed(self) -> None:
        self._board.take_selection()
        self.update()

    # Qt's -----------------------------------------------------------------------------------------

    def paintEvent(self, event: QPaintEvent) -> None:
        """Paint the image and the predictions."""
        painter = QPainter(self)
        self._screen.paint(painter, self._tool)
        painter.end()

    def resizeEvent(self, event: QResizeEvent) -> None:
        """Keep what is in the middle."""
        self.view.resize(self.width(), self.height(), self.devicePixelRatioF())
        self.follow()

    def mousePressEvent(self, event: QMouseEvent) -> None:
        """Select, or get ready to pan; the keyboard stays with the canvas."""
        self._canvas.setFocus(Qt.FocusReason.MouseFocusReason)
        self._mouse.press(event)

    def mouseDoubleClickEvent(self, event: QMouseEvent) -> None:
        """The second press of a double click."""
        self._mouse.press(event, is_double=True)

    def mouseMoveEvent(self, event: QMouseEvent) -> None:
        """Pan, or look what is under the cursor."""
        self._mouse.move(event)
        self.setCursor(self._mouse.cursor())

    def mouseReleaseEvent(self, event: QMouseEvent) -> None:
        """The end of a pan."""
        self._mouse.release(event)
        self.setCursor(self._mouse.cursor())

    def wheelEvent(self, event: QWheelEvent) -> None:
        """Scroll or zoom both views."""
        self._mouse.wheel(event)
        event.accept()

    def leaveEvent(self, event: QEvent) -> None:
        """Nothing is under the cursor any more."""
        self._mouse.leave()
        self.update()


class _Picker(Tool):
    """Idle, pressed, or panning: nothing can be drawn here."""

    def __init__(self, board: Board, moved: Callable[[], None]) -> None:
        super().__init__(board)
        self._moved = moved
        self._pressed: Pointer | None = None
        self._at: QPointF | None = None

    def press(self, pointer: Pointer) -> None:
        """Get ready to select or to pan."""
        if pointer.is_left:
            self._pressed = pointer

    def move(self, pointer: Pointer) -> None:
        """Pan, or look what is under the cursor."""
        if self._pressed is None:
            self.board.look_under(pointer.raw)
            return
        if self._at is None and pointer.is_far_from(self._pressed.screen):
            self._at = self._pressed.screen
        if self._at is not None and self._at != pointer.screen:
            way, self._at = pointer.screen - self._at, pointer.screen
            self.board.view.pan(way.x(), way.y())
            self._moved()

    def release(self, pointer: Pointer) -> None:
        """Select what was clicked, unless it panned."""
        if not pointer.is_left:
            return
        if self._pressed is not None and self._at is None:
            self.board.select(self.board.at(pointer.raw)[:1])
        self._pressed = self._at = None

    def cursor(self) -> Qt.CursorShape:
        """What would happen here."""
        if self._at is not None:
            return Qt.CursorShape.ClosedHandCursor
        is_over = self.board.hovered is not None
        return Qt.CursorShape.PointingHandCursor if is_over else Qt.CursorShape.OpenHandCursor
