"""How one row of the image list is painted."""

from __future__ import annotations

from PySide6.QtCore import QModelIndex, QObject, QPersistentModelIndex, QRect, QRectF, QSize, Qt
from PySide6.QtGui import QBrush, QColor, QFont, QFontMetrics, QPainter, QPainterPath, QPixmap
from PySide6.QtWidgets import QStyledItemDelegate, QStyleOptionViewItem

from annotator.domain.model import Image, ImageState, Split
from annotator.ui.look import CAPTION_PX, GAP, PAD, Colours, colours, icon, tabular
from annotator.ui.panels.image_rows import IMAGE_ROLE
from annotator.ui.panels.rows import paint_ground
from annotator.ui.panels.thumbnails import Thumbnails
from annotator.ui.words import counted

THUMB = QSize(96, 72)
ROW_HEIGHT = THUMB.height() + 2 * GAP
_MARK = 16


class ImageDelegate(QStyledItemDelegate):
    """Thumbnail, name, number of objects, how unsure the model is, state mark, held-out tag."""

    def __init__(self, thumbnails: Thumbnails, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._thumbnails = thumbnails

    def paint(
        self,
        painter: QPainter,
        option: QStyleOptionViewItem,
        index: QModelIndex | QPersistentModelIndex,
    ) -> None:
        """Paint one row."""
        image = index.data(IMAGE_ROLE)
        scheme = colours()
        area = QRect(option.rect)
        state = option.state
        font = QFont(option.font)
        painter.save()
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        painter.setRenderHint(QPainter.RenderHint.SmoothPixmapTransform)
        paint_ground(painter, area, state, scheme)
        cell = QRect(area.left() + PAD, area.top() + GAP, THUMB.width(), THUMB.height())
        self._paint_picture(painter, cell, image, scheme)
        text = area.adjusted(PAD + THUMB.width() + PAD, PAD, -PAD, -PAD)
        _paint_words(painter, text, image, font, scheme)
        if image.uncertainty is not None:
            _paint_bar(painter, text, image.uncertainty, font, scheme)
        painter.restore()

    def sizeHint(
        self, option: QStyleOptionViewItem, index: QModelIndex | QPersistentModelIndex
    ) -> QSize:
        """Every row has one height, so that 100,000 of them need no measuring."""
        return QSize(THUMB.width() + 120, ROW_HEIGHT)

    def _paint_picture(self, painter: QPainter, cell: QRect, image: Image, scheme: Colours) -> None:
        if image.is_missing:
            _paint_stripes(painter, cell, scheme)
            return
        picture = self._thumbnails.picture(image)
        if picture is None:
            outline = QPainterPath()
            outline.addRoundedRect(QRectF(cell), GAP, GAP)
            painter.fillPath(outline, QColor(scheme.surround))
            return
        paint_fitted(painter, cell, picture)


def paint_fitted(painter: QPainter, cell: QRect, picture: QPixmap) -> None:
    """Draw a picture whole in the middle of a cell, with rounded corners."""
    size = picture.size().scaled(cell.size(), Qt.AspectRatioMode.KeepAspectRatio)
    place = QRect(cell.topLeft(), size)
    place.moveCenter(cell.center())
    outline = QPainterPath()
    outline.addRoundedRect(QRectF(place), GAP, GAP)
    painter.save()
    painter.setClipPath(outline)
    painter.drawPixmap(place, picture)
    painter.restore()


def _paint_words(
    painter: QPainter, text: QRect, image: Image, font: QFont, scheme: Colours
) -> None:
    """The name on the first line; mark, objects and tag on the second."""
    metrics = QFontMetrics(font)
    name = QRect(text.left(), text.top(), text.width(), metrics.height())
    painter.setFont(font)
    painter.setPen(QColor(scheme.muted if image.is_missing else scheme.text))
    shown = metrics.elidedText(image.file_name, Qt.TextElideMode.ElideMiddle, name.width())
    painter.drawText(name, Qt.AlignmentFlag.AlignVCenter, shown)
    small = tabular(font, pixels=CAPTION_PX)
    painter.setFont(small)
    painter.setPen(QColor(scheme.muted))
    below = QRect(text.left(), name.bottom() + GAP, text.width(), _MARK)
    if not image.is_missing:
        _paint_mark(painter, QRect(below.topLeft(), QSize(_MARK, _MARK)), image)
        below.setLeft(below.left() + _MARK + GAP)
        painter.setFont(small)
        painter.setPen(QColor(scheme.muted))
    words = "File not found" if image.is_missing else counted(image.object_count, "object")
    painter.drawText(below, Qt.AlignmentFlag.AlignVCenter, words)
    if image.split == Split.HELD_OUT:
        used = QFontMetrics(small).horizontalAdvance(words)
        _paint_tag(painter, below.adjusted(used + PAD, 0, 0, 0), "held out", scheme)


def _paint_tag(painter: QPainter, place: QRect, words: str, scheme: Colours) -> None:
    width = painter.fontMetrics().horizontalAdvance(words) + 2 * GAP + 2
    if width > place.width():
        return
    frame = QRectF(place.left() + 0.5, place.top() + 0.5, width, place.height() - 1)
    painter.setPen(QColor(scheme.border))
    painter.drawRoundedRect(frame, GAP, GAP)
    painter.setPen(QColor(scheme.muted))
    painter.drawText(frame, Qt.AlignmentFlag.AlignCenter, words)


def _paint_mark(painter: QPainter, place: QRect, image: Image) -> None:
    """Hollow, half, tick or triangle; what no person touched is muted."""
    if image.state == ImageState.REVIEWED:
        icon("check-circle").paint(painter, place)
    elif image.flag:
        icon("warning-fill", role="amber_fill").paint(painter, place)
        if not colours().is_dark:
            icon("warning", role="amber").paint(painter, place)
    elif image.state == ImageState.IN_PROGRESS:
        icon("circle-half-fill", role="muted").paint(painter, place)
    else:
        icon("circle", role="muted").paint(painter, place)


def _paint_bar(painter: QPainter, text: QRect, unsure: float, font: QFont, scheme: Colours) -> None:
    """How unsure the model is: a bar and its number."""
    small = tabular(font, pixels=CAPTION_PX)
    painter.setFont(small)
    words = f"{unsure:.0%} unsure"
    width = QFontMetrics(small).horizontalAdvance("100% unsure")
    line = QRect(text.left(), text.bottom() - 14, text.width(), 14)
    track = QRectF(line.left(), line.center().y() - 1, line.width() - width - PAD, 4)
    painter.setPen(Qt.PenStyle.NoPen)
    painter.setBrush(QColor(scheme.border))
    painter.drawRoundedRect(track, 2, 2)
    painter.setBrush(QColor(scheme.muted))
    filled = QRectF(track)
    filled.setWidth(max(4.0, track.width() * min(1.0, unsure)))
    painter.drawRoundedRect(filled, 2, 2)
    painter.setPen(QColor(scheme.muted))
    painter.drawText(line, Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter, words)


def _paint_stripes(painter: QPainter, cell: QRect, scheme: Colours) -> None:
    outline = QPainterPath()
    outline.addRoundedRect(QRectF(cell), GAP, GAP)
    painter.fillPath(outline, QColor(scheme.surround))
    painter.fillPath(outline, QBrush(QColor(scheme.border), Qt.BrushStyle.BDiagPattern))
