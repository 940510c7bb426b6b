"""A recent project as a picture card."""

from __future__ import annotations

from pathlib import Path

from PySide6.QtCore import QRect, QRectF, QSize, Qt, Signal
from PySide6.QtGui import (
    QColor,
    QFontMetrics,
    QImage,
    QImageReader,
    QPainter,
    QPainterPath,
    QPaintEvent,
    QPixmap,
)
from PySide6.QtWidgets import QAbstractButton, QSizePolicy

from annotator.ui import background
from annotator.ui.look import CAPTION_PX, PAD, RADIUS, colours, icon, tabular
from annotator.ui.settings import RecentProject
from annotator.ui.words import ago

_PICTURE_HEIGHT = 132
_WORDS_HEIGHT = 60
_MOST = 64_000_000
"""Pixels, 256 MB, up to which Qt reads files that it cannot decode smaller."""


class ProjectCard(QAbstractButton):
    """Picture, name, counts and when it was opened; pressed by mouse or keyboard.

    Signals:
        opened: the Path of the project.
    """

    opened = Signal(object)

    def __init__(self, project: RecentProject) -> None:
        super().__init__()
        self.setObjectName(f"project_{project.name}")
        self._project = project
        self._facts = ", ".join(part for part in (project.facts, ago(project.opened)) if part)
        self._picture = QPixmap()
        if project.picture is not None:
            background.run(_read, project.picture, done=self._on_picture_read, owner=self)
        self.setAccessibleName(f"Open {project.name}")
        self.setToolTip(str(project.path))
        self.setCursor(Qt.CursorShape.PointingHandCursor)
        self.setAttribute(Qt.WidgetAttribute.WA_Hover)
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)
        self.clicked.connect(lambda: self.opened.emit(project.path))

    def _on_picture_read(self, picture: QImage) -> None:
        self._picture = QPixmap.fromImage(picture)
        self.update()

    def sizeHint(self) -> QSize:
        """One height for all cards."""
        return QSize(240, _PICTURE_HEIGHT + _WORDS_HEIGHT)

    def paintEvent(self, event: QPaintEvent) -> None:
        """Draw the card."""
        scheme = colours()
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        painter.setRenderHint(QPainter.RenderHint.SmoothPixmapTransform)
        frame = QRectF(self.rect()).adjusted(0.5, 0.5, -0.5, -0.5)
        outline = QPainterPath()
        outline.addRoundedRect(frame, RADIUS, RADIUS)
        painter.fillPath(outline, QColor(scheme.hover if self.underMouse() else scheme.base))
        painter.save()
        painter.setClipPath(outline)
        self._paint_picture(painter, QRect(0, 0, self.width(), _PICTURE_HEIGHT))
        painter.restore()
        painter.setPen(QColor(scheme.text if self.hasFocus() else scheme.border))
        painter.drawPath(outline)
        width = self.width() - 4 * PAD // 2 - PAD
        words = QRect(PAD + 4, _PICTURE_HEIGHT + PAD, width, 18)
        self._paint_line(painter, words, self._project.name, strong=True)
        self._paint_line(painter, words.translated(0, 22), self._facts, strong=False)
        painter.end()

    def _paint_picture(self, painter: QPainter, place: QRect) -> None:
        """Fill the upper part; a plain icon where there is no picture."""
        painter.fillRect(place, QColor(colours().surround))
        if self._picture.isNull():
            mark = QRect(0, 0, 32, 32)
            mark.moveCenter(place.center())
            icon("image", role="muted").paint(painter, mark)
            return
        size = self._picture.size().scaled(
            place.size(), Qt.AspectRatioMode.KeepAspectRatioByExpanding
        )
        drawn = QRect(place.topLeft(), size)
        drawn.moveCenter(place.center())
        painter.setClipRect(place, Qt.ClipOperation.IntersectClip)
        painter.drawPixmap(drawn, self._picture)

    def _paint_line(self, painter: QPainter, place: QRect, words: str, *, strong: bool) -> None:
        scheme = colours()
        font = tabular(self.font()) if strong else tabular(self.font(), pixels=CAPTION_PX)
        font.setBold(strong)
        painter.setFont(font)
        painter.setPen(QColor(scheme.text if strong else scheme.muted))
        shown = QFontMetrics(font).elidedText(words, Qt.TextElideMode.ElideRight, place.width())
        painter.drawText(place, Qt.AlignmentFlag.AlignVCenter, shown)


def _read(picture: Path) -> QImage:
    """The picture at about the card's size; null when it cannot be read."""
    reader = QImageReader(str(picture))
    reader.setAutoTransform(True)
    size = reader.size()
    is_scaled_by_decoding = bytes(reader.format().data()) == b"jpeg"
    if not is_scaled_by_decoding and size.width() * size.height() > _MOST:
        return QImage()
    if size.isValid():
        reader.setScaledSize(size.scaled(640, 480, Qt.AspectRatioMode.KeepAspectRatioByExpanding))
    return reader.read()
