"""The whole image in small, with the part that is seen: lies on the canvas and moves its view."""

from __future__ import annotations

from PySide6.QtCore import QEvent, QObject, QPointF, QRectF, QSize, Qt
from PySide6.QtGui import QColor, QMouseEvent, QPainter, QPaintEvent, QPen, QPixmap, QRegion
from PySide6.QtWidgets import QWidget

from annotator.ui.canvas.picture import Picture
from annotator.ui.canvas.view import Canvas
from annotator.ui.canvas.viewport import turned_rect
from annotator.ui.colours import colours

LONG_SIDE = 168
"""Logical pixels."""
SHORT_SIDE = 24
MARGIN = 12
NARROW, CLEAR = 900, 36
"""On a canvas narrower than this, logical pixels at the bottom are left to its hint."""
HIGH = 52
"""Logical pixels above the map where it gives way to: the corner's buttons are there."""
NEAR = 48
"""Logical pixels between the map and the cursor of an unfinished drawing at which it gives way."""
_SMALLEST = QSize(360, 280)
"""A canvas smaller than this has no room for a map."""
_SHADE, _CASING = QColor(0, 0, 0, 120), QColor(0, 0, 0, 160)


class Minimap(QWidget):
    """Shown while a part of the image is out of sight; click to look there, drag to move on."""

    def __init__(self, canvas: Canvas) -> None:
        super().__init__(canvas)
        self.setObjectName("minimap")
        self.setAccessibleName("Map of the image")
        self.setToolTip("Click or drag to move the view")
        self.setMouseTracking(True)
        self.setCursor(Qt.CursorShape.PointingHandCursor)
        self._canvas = canvas
        self._pixmap = QPixmap()
        self._picture: Picture | None = None
        self._looks: object = None
        self._grip: QPointF | None = None
        self._is_high = self._is_away = False
        canvas.installEventFilter(self)
        canvas.view_moved.connect(self._follow)
        canvas.adjusting.changed.connect(self._follow)
        canvas.workspace.settings.changed.connect(self._follow)
        self._follow()

    @property
    def frame(self) -> QRectF:
        """What the canvas shows, on the map; it sticks out where the canvas shows more."""
        view, share = self._canvas.view, self._share
        seen, (width, height) = view.visible(), view.image_size
        part = turned_rect(QRectF(*seen), width, height, view.turn)
        return QRectF(
            part.x() * share, part.y() * share, part.width() * share, part.height() * share
        )

    @property
    def _share(self) -> float:
        """Logical pixels of the map an image pixel."""
        return self.width() / max(self._canvas.view.turned_size[0], 1.0)

    def _follow(self) -> None:
        """Show the view as it is now, or hide where a map would tell nothing."""
        canvas, view = self._canvas, self._canvas.view
        has_image = canvas.picture is not None and not canvas.message
        has_room = canvas.width() >= _SMALLEST.width() and canvas.height() >= _SMALLEST.height()
        is_shown = (
            has_image
            and has_room
            and not view.shows_all
            and not self._is_away
            and canvas.workspace.settings.value.minimap
        )
        if is_shown:
            self._place()
            self._refresh()
            self.update()
        self.setVisible(is_shown)

    def _place(self) -> None:
        """Lie in the lower right corner, or in the upper one while something is drawn there."""
        canvas = self._canvas
        width, height = canvas.view.turned_size
        share = LONG_SIDE / max(width, height)
        self.resize(max(SHORT_SIDE, round(width * share)), max(SHORT_SIDE, round(height * share)))
        bottom = CLEAR if canvas.width() < NARROW else MARGIN
        low = canvas.height() - self.height() - bottom
        self.move(canvas.width() - self.width() - MARGIN, HIGH if self._is_high else low)

    def _refresh(self) -> None:
        """Draw the image anew if it, or how it is looked at, changed."""
        picture, turn = self._canvas.picture, self._canvas.view.turn
        ratio = self.devicePixelRatioF()
        size = (self.size().toSizeF() * ratio).toSize()
        looks = (self._canvas.adjusting.value, turn, size.toTuple())
        if picture is None or (picture is self._picture and looks == self._looks):
            return
        self._picture, self._looks = picture, looks
        small = self._canvas.adjusting.small(picture, max(size.toTuple()), turn)
        self._pixmap = QPixmap.fromImage(
            small.scaled(
                size,
                Qt.AspectRatioMode.IgnoreAspectRatio,
                Qt.TransformationMode.SmoothTransformation,
            )
        )
        self._pixmap.setDevicePixelRatio(ratio)

    def _look(self, at: QPointF) -> None:
        """Put a place of the map in the middle of the view."""
        view, share = self._canvas.view, self._share
        width, height = view.turned_size
        spot = turned_rect(QRectF(at.x() / share, at.y() / share, 0, 0), width, height, -view.turn)
        self._canvas.look(lambda view: view.look_at(spot.x(), spot.y(), view.zoom))

    def _give_way(self, at: QPointF) -> None:
        """Go to the other corner when something is drawn close by, and come back after it."""
        if not self._canvas.is_drawing:
            if self._is_high or self._is_away:
                self._is_high = self._is_away = False
                self._follow()
        elif self._is_near(at):
            self._is_high = not self._is_high
            self._place()
            self._is_away = self._is_near(at)  # a low canvas has no corner far enough
            self.setVisible(not self._is_away)

    def _is_near(self, at: QPointF) -> bool:
        return QRectF(self.geometry()).adjusted(-NEAR, -NEAR, NEAR, NEAR).contains(at)

    # --- Qt --------------------------------------------------------------------------------

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        """Follow the canvas's size, and what is drawn there."""
        if event.type() == QEvent.Type.Resize:
            self._follow()
        elif isinstance(event, QMouseEvent) and (self.isVisible() or self._is_away):
            self._give_way(event.position())
        return False

    def paintEvent(self, event: QPaintEvent) -> None:
        """The image, darker where it is out of sight, and a frame around what is seen."""
        painter = QPainter(self)
        whole = QRectF(self.rect())
        frame = self.frame & whole
        painter.fillRect(whole, QColor(colours().surround))
        painter.drawPixmap(QPointF(0, 0), self._pixmap)
        painter.save()
        painter.setClipRegion(QRegion(self.rect()) - QRegion(frame.toAlignedRect()))
        painter.fillRect(whole, _SHADE)
        painter.restore()
        line = frame.adjusted(1, 1, -1, -1)
        painter.setBrush(Qt.BrushStyle.NoBrush)
        for pen in (QPen(_CASING, 3), QPen(QColor("#ffffff"), 1.5)):
            painter.setPen(pen)
            painter.drawRect(line)
        painter.setPen(QPen(QColor(colours().border), 1))
        painter.drawRect(whole.adjusted(0.5, 0.5, -0.5, -0.5))
        painter.end()

    def mousePressEvent(self, event: QMouseEvent) -> None:
        """Take hold of the frame, or look where was clicked."""
        if self._passes_on(event) or event.button() != Qt.MouseButton.LeftButton:
            return
        at = event.position()
        self._grip = at - self.frame.center() if self.frame.contains(at) else QPointF(0, 0)
        self._look(at - self._grip)

    def mouseMoveEvent(self, event: QMouseEvent) -> None:
        """Move the view along."""
        if not self._passes_on(event) and self._grip is not None:
            self._look(event.position() - self._grip)

    def mouseReleaseEvent(self, event: QMouseEvent) -> None:
        """Let go."""
        if not self._passes_on(event):
            self._grip = None

    def mouseDoubleClickEvent(self, event: QMouseEvent) -> None:
        """The second press of a double click."""
        self.mousePressEvent(event)

    def _passes_on(self, event: QMouseEvent) -> bool:
        """Leave the mouse to an unfinished drawing below."""
        is_drawing = self._canvas.is_drawing and self._grip is None
        event.setAccepted(not is_drawing)
        return is_drawing
