"""The canvas: one painted widget that shows the image in view and takes mouse and keys."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

from PySide6.QtCore import QEvent, QPointF, Qt, Signal
from PySide6.QtGui import (
    QEnterEvent,
    QFocusEvent,
    QKeyEvent,
    QMouseEvent,
    QPainter,
    QPaintEvent,
    QResizeEvent,
    QWheelEvent,
)
from PySide6.QtWidgets import QWidget

from annotator.domain.geometry import Point
from annotator.ui.canvas.adjusting import Adjusting
from annotator.ui.canvas.asking import Asking
from annotator.ui.canvas.authoring import Author
from annotator.ui.canvas.board import Board
from annotator.ui.canvas.commands import CanvasCommands
from annotator.ui.canvas.keyboard import Keyboard
from annotator.ui.canvas.mouse import Mouse
from annotator.ui.canvas.overlay import Overlay
from annotator.ui.canvas.picture import Picture
from annotator.ui.canvas.pieces import Pieces
from annotator.ui.canvas.repainting import NarrowRepainter
from annotator.ui.canvas.screen import Screen
from annotator.ui.canvas.showing import Showing
from annotator.ui.canvas.toolbox import make_tools
from annotator.ui.canvas.viewport import Viewport
from annotator.ui.workspace import Workspace


class Canvas(QWidget):
    """Shows the image in view with its objects; the tools of the workspace work on it.

    Signals:
        zoom_changed: device pixels an image pixel; 1.0 is 100 %.
        cursor_moved: (x, y) on the image, or None when the mouse is elsewhere.
        loaded: the image can be seen; its last details may follow.
        view_moved: another part of the image is seen.
        space_tapped: Space was pressed and let go without panning.

    Attributes:
        workspace: what is open.
        commands: what keys do here, one method a wish.
        adjusting: how the image is shown.
        board: what stands on it.
        view: where it looks, to read; ``look`` changes it.
    """

    zoom_changed = Signal(float)
    cursor_moved = Signal(object)
    loaded = Signal()
    view_moved = Signal()
    space_tapped = Signal()

    def __init__(self, workspace: Workspace, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setObjectName("canvas")
        self.setAccessibleName("Canvas")
        self.setMouseTracking(True)
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self.setAttribute(Qt.WidgetAttribute.WA_OpaquePaintEvent)
        self.setMinimumSize(160, 120)
        self.workspace = workspace
        self.view = Viewport()
        self.board = Board(workspace, self.view, Author(workspace), self.update)
        self._overlay = Overlay(self.board, self.update, self)
        self._screen = Screen(self.board, self._overlay, Pieces(self))
        self.adjusting = Adjusting(workspace, self._screen, self.update, self)
        self._tools = make_tools(self.board)
        self.commands = CanvasCommands(self.board, self._tools[workspace.tool])
        self._keyboard = Keyboard(self.commands)
        repainter = NarrowRepainter(self.board, lambda: self.commands.tool, self.update)
        self.board.repainter = self._repainter = repainter
        self._asking = Asking(self.board, self._screen, self)
        work, moved = self._can_work, self._on_view_changed
        self._mouse = Mouse(self.board, self.commands, self._keyboard, work, moved)
        self._showing = Showing(workspace, self.board, self._screen, self._overlay, self)
        self._showing.arrived.connect(self._on_picture_arrived)
        self._showing.left.connect(self._on_image_left)
        self._showing.viewed.connect(self._on_view_changed)
        workspace.tool_changed.connect(self._on_tool_changed)
        workspace.selection_changed.connect(self._on_selection_changed)
        self._showing.show_image()

    # What others ask of it ------------------------------------------------------------------------

    @property
    def zoom(self) -> float:
        """Device pixels an image pixel."""
        return self.view.zoom

    @property
    def is_drawing(self) -> bool:
        """Whether something is unfinished, so that Enter, Esc and Backspace belong to it."""
        return self.commands.tool.is_drawing or self._asking.is_open

    @property
    def picture(self) -> Picture | None:
        """The image as far as it is decoded."""
        return self._screen.shown

    @property
    def is_sharp(self) -> bool:
        """Whether the image and every object are shown as they are, nothing being on its way."""
        return self._screen.is_sharp

    @property
    def message(self) -> str:
        """The words shown in place of an image; empty when there is one."""
        return self._screen.message

    def fit(self) -> None:
        """Show the whole image."""
        self.look(Viewport.fit)

    def actual_size(self) -> None:
        """One device pixel an image pixel."""
        self.look(lambda view: view.set_zoom(1.0))

    def zoom_by(self, factor: float, at: QPointF | None = None) -> None:
        """Zoom so that what is under a place of the canvas (its middle by default) stays there."""
        self.look(lambda view: view.set_zoom(view.zoom * factor, at))

    def look(self, change: Callable[[Viewport], None]) -> None:
        """Change where the view looks, and show it."""
        change(self.view)
        self._on_view_changed()

    def view_state(self) -> dict[str, Any]:
        """Zoom and centre as JSON values, for ``restore_view``."""
        return self._showing.state()

    def restore_view(self, state: Mapping[str, Any]) -> None:
        """Look where ``view_state`` looked."""
        self._showing.restore(state)

    def to_image(self, at: QPointF) -> Point:
        """The place of the image under a place of the canvas."""
        return self.view.to_image(at)

    def to_screen(self, x: float, y: float) -> QPointF:
        """The place of the canvas where a place of the image is seen."""
        return self.view.to_screen(x, y)

    def finish(self) -> bool:
        """Enter: complete what is unfinished, or accept; whether it did anything."""
        return self.commands.finish()

    def cancel(self) -> bool:
        """Esc: drop what is unfinished, reject, or deselect; whether it did anything."""
        return self.commands.cancel()

    def choose_category(self) -> None:
        """Ask by typing for the category of what is selected, else of new objects."""
        if not self.commands.tool.is_drawing:
            self._asking.choose()

    def delete_vertex_or_selection(self) -> bool:
        """Delete the vertex under the cursor, else what is selected."""
        return self.commands.step_back() or self.commands.delete()

    # What happens ---------------------------------------------------------------------------------

    def _on_picture_arrived(self, is_first: bool) -> None:
        self._on_view_changed()
        if is_first:
            self.loaded.emit()

    def _on_image_left(self) -> None:
        self.commands.tool.cancel()
        self._asking.drop()
        image = self.workspace.image
        self.setAccessibleDescription(image.file_name if image is not None else "No image")

    def _on_view_changed(self) -> None:
        self._mouse.look_again()
        self.zoom_changed.emit(self.view.zoom if self.workspace.image else 0.0)
        self.view_moved.emit()
        self.update()

    def _on_tool_changed(self, name: str) -> None:
        self.commands.tool.cancel()
        self._asking.drop()
        self.board.look_under(None)
        self.commands.tool = self._tools[name]
        self.commands.tool.begin()
        self._aim()
        self.update()

    def _on_selection_changed(self) -> None:
        self.board.take_selection()
        self.update()

    def _can_work(self) -> bool:
        """Whether there is an image to work on and no question open."""
        has_image = not self._screen.message and self.view.image_size[0] > 0
        return has_image and not self._asking.is_open

    def _aim(self) -> None:
        """Show by the cursor what would happen."""
        shape = self._mouse.cursor()
        if self.cursor().shape() != shape:
            self.setCursor(shape)

    # Qt's -----------------------------------------------------------------------------------------

    def paintEvent(self, event: QPaintEvent) -> None:
        """Paint what changed."""
        self.commands.tool.prepare()
        painter = QPainter(self)
        self._screen.paint(painter, self.commands.tool)
        painter.end()
        self._repainter.note()

    def resizeEvent(self, event: QResizeEvent) -> None:
        """Keep the centre, or fit again."""
        self.view.resize(self.width(), self.height(), self.devicePixelRatioF())
        self._on_view_changed()

    def event(self, event: QEvent) -> bool:
        """Another screen may have another pixel ratio."""
        if event.type() == QEvent.Type.DevicePixelRatioChange:
            self.view.resize(self.width(), self.height(), self.devicePixelRatioF())
            self._on_view_changed()
        return super().event(event)

    def mousePressEvent(self, event: QMouseEvent) -> None:
        """Pan, or work the tool; an open question is answered first."""
        if self._asking.is_open:
            self._asking.insist()
        self._mouse.press(event)
        self._aim()

    def mouseDoubleClickEvent(self, event: QMouseEvent) -> None:
        """The second press of a double click."""
        self._mouse.press(event, is_double=True)
        self._aim()

    def mouseMoveEvent(self, event: QMouseEvent) -> None:
        """Pan, drag, or look what is under the cursor."""
        place = self._mouse.move(event)
        self.cursor_moved.emit(None if place is None else (place.x, place.y))
        self._aim()

    def mouseReleaseEvent(self, event: QMouseEvent) -> None:
        """The end of a pan or of the tool's drag."""
        self._mouse.release(event)
        self._aim()

    def wheelEvent(self, event: QWheelEvent) -> None:
        """Scroll or zoom."""
        self._mouse.wheel(event)
        event.accept()

    def enterEvent(self, event: QEnterEvent) -> None:
        """Show by the cursor what would happen."""
        self._aim()

    def leaveEvent(self, event: QEvent) -> None:
        """Nothing is under the cursor any more."""
        self._mouse.leave()
        self.cursor_moved.emit(None)
        self.update()

    def focusOutEvent(self, event: QFocusEvent) -> None:
        """A held Space would be let go elsewhere."""
        self._keyboard.release_all()
        super().focusOutEvent(event)

    def focusNextPrevChild(self, next: bool) -> bool:  # noqa: A002
        """Tab walks through the objects; with none there, to the next widget."""
        if self.commands.next_object(1 if next else -1):
            return True
        return super().focusNextPrevChild(next)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Keys of the canvas; what it does not know goes on to the window."""
        self._mouse.hold(event, is_down=True)
        if not self._keyboard.press(event):
            event.ignore()
        self._aim()

    def keyReleaseEvent(self, event: QKeyEvent) -> None:
        """Space let go is a tap unless it panned."""
        self._mouse.hold(event, is_down=False)
        if event.key() == Qt.Key.Key_Space and not event.isAutoRepeat():
            if self._keyboard.release_space() and not self.is_drawing:
                self.space_tapped.emit()
            self._aim()
        else:
            event.ignore()
