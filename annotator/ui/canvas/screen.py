"""What the canvas shows, bottom to top: ground, image, cached shapes, selection, tool."""

from __future__ import annotations

from PySide6.QtCore import QRectF, Qt
from PySide6.QtGui import QColor, QFont, QGuiApplication, QPainter

from annotator.domain.model import Box
from annotator.ui.canvas import layers
from annotator.ui.canvas.authoring import Draft
from annotator.ui.canvas.board import Board
from annotator.ui.canvas.closeup import Closeup
from annotator.ui.canvas.developing import Developer
from annotator.ui.canvas.doubts import paint_doubts
from annotator.ui.canvas.draw import paint_hint
from annotator.ui.canvas.grid import paint_grid, paint_grid_note
from annotator.ui.canvas.overlay import Overlay
from annotator.ui.canvas.picture import Picture
from annotator.ui.canvas.pieces import Pieces
from annotator.ui.canvas.shapes import Shape
from annotator.ui.canvas.tools.base import Tool
from annotator.ui.canvas.tools.select import SelectTool
from annotator.ui.colours import colours

MOST_NAMES = 6
"""Selected objects up to which each wears its name."""


class Screen:
    """Paints the canvas.

    Attributes:
        picture: the image as far as it is decoded.
        stand_in: a picture, and the one from deeper values that auto contrast shows in its place.
        message: words in place of an image: what is wrong and what to do.
        note: words over the place of an image that is still loading.
        draft: a new object that waits for its category.
        developer: makes the image as it is looked at.
        closeup: shows large images sharp.
    """

    def __init__(self, board: Board, overlay: Overlay, pieces: Pieces) -> None:
        self._board = board
        self._overlay = overlay
        self.picture: Picture | None = None
        self.message = ""
        self.note = ""
        self.stand_in: tuple[Picture, Picture] | None = None
        self.draft: Draft | None = None
        self.developer = Developer()
        self.closeup = Closeup(pieces)

    @property
    def shown(self) -> Picture | None:
        """The picture that is shown, or stood in for."""
        if self.stand_in is not None and self.developer.adjustment.is_stretched:
            picture, deeper = self.stand_in
            return deeper if picture is self.picture else self.picture
        return self.picture

    @property
    def is_sharp(self) -> bool:
        """Whether what is painted is the image and every object for this very view."""
        is_behind = self.developer.is_behind or self.closeup.is_behind
        is_here = self.picture is not None and not is_behind
        return is_here and self._overlay.is_sharp

    def paint(self, painter: QPainter, tool: Tool) -> None:
        """Paint everything; the painter is in screen coordinates."""
        width, height = self._board.view.size
        area = QRectF(0, 0, width, height)
        painter.fillRect(area, QColor(colours().surround))
        if self.message:
            _paint_words(painter, self.message, area)
            return
        self._paint_image(painter)
        has_grid = self._board.workspace.settings.value.grid
        if has_grid:
            paint_grid(painter, self._board.view)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        self._overlay.leave_out(self._board.live)
        self._overlay.paint(painter)
        if not tool.is_drawing and self._board.workspace.settings.value.doubts:
            paint_doubts(painter, self._board.workspace.doubts, self._board.view)
        self._paint_attention(painter, tool)
        if self.draft is not None:
            layers.paint_draft(painter, self.draft, self._board.view)
        tool.paint(painter)
        if has_grid:
            paint_grid_note(painter, self._board.view)
        hint = tool.hint()
        if hint:
            paint_hint(painter, hint, width, height)

    def _paint_image(self, painter: QPainter) -> None:
        view = self._board.view
        if self.shown is not None:
            if not self.closeup.prepare(self.shown, view, self.developer):
                self.shown.paint(painter, view, self.developer)
            self.closeup.paint(painter, self.shown, view)
            if self.developer.is_behind or self.closeup.goes_on:
                self._board.repaint()
            return
        width, height = view.image_size
        frame = view.to_screen_box(Box(0, 0, width, height))
        painter.fillRect(frame, QColor(colours().hover))
        if self.note:
            _paint_words(painter, self.note, QRectF(0, 0, *view.size))

    def _paint_attention(self, painter: QPainter, tool: Tool) -> None:
        """The hovered and the selected objects, on top of all others."""
        board, view = self._board, self._board.view
        selected = [board.live.get(s.key, s) for s in board.selected]
        keys = {shape.key for shape in selected}
        is_idle = not tool.is_drawing
        hovered = board.hovered if is_idle else None
        if hovered is not None:
            layers.paint_hovered(painter, hovered, view)
        edits = isinstance(tool, SelectTool) and len(selected) == 1
        for shape in selected:
            layers.paint_selected(
                painter,
                shape,
                view,
                handles=edits and not shape.is_locked,
                dense=shape.key in board.live,
            )
        named = selected if is_idle and len(selected) <= MOST_NAMES else []
        if hovered is not None and hovered.key not in keys:
            named = [*named, hovered]
        for shape in named:
            layers.paint_name(painter, shape, view)
        if is_idle and isinstance(tool, SelectTool):
            self._paint_aim(painter, selected, hovered)

    def _paint_aim(self, painter: QPainter, selected: list[Shape], hovered: Shape | None) -> None:
        """What a press would grab, and the name of the joint under the cursor."""
        board, view = self._board, self._board.view
        if len(selected) == 1 and board.handle is not None:
            layers.paint_grabbed(painter, selected[0], board.handle, view)
        elif hovered is not None and board.cursor is not None:
            at = view.to_screen(*board.cursor)
            layers.paint_joint_names(painter, hovered, view, at)


def _paint_words(painter: QPainter, text: str, area: QRectF) -> None:
    """Words in the middle: the first line as a title, the rest below in the muted ink."""
    title, _, rest = text.partition("\n\n")
    flags = Qt.AlignmentFlag.AlignHCenter | Qt.TextFlag.TextWordWrap
    room = QRectF(0, 0, min(area.width() - 32, 460), area.height())
    room.moveCenter(area.center())
    heading = QFont(QGuiApplication.font())
    heading.setPixelSize(16)
    heading.setWeight(QFont.Weight.DemiBold)
    body = QFont(QGuiApplication.font())
    body.setPixelSize(13)
    painter.setFont(heading)
    first = painter.boundingRect(room, int(flags), title)
    painter.setFont(body)
    second = painter.boundingRect(room, int(flags), rest)
    top = area.center().y() - (first.height() + 8 + second.height()) / 2
    painter.setPen(QColor(colours().muted))
    painter.drawText(
        QRectF(room.left(), top + first.height() + 8, room.width(), second.height()),
        int(flags),
        rest,
    )
    painter.setFont(heading)
    painter.setPen(QColor(colours().text))
    painter.drawText(QRectF(room.left(), top, room.width(), first.height()), int(flags), title)
