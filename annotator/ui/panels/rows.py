"""Rows of two lines for short lists (history, versions): a title with its end, a caption."""

from __future__ import annotations

from PySide6.QtCore import QModelIndex, QPersistentModelIndex, QRect, QRectF, QSize, Qt
from PySide6.QtGui import QColor, QFont, QFontMetrics, QIcon, QPainter, QPainterPath
from PySide6.QtWidgets import (
    QAbstractItemView,
    QFrame,
    QListWidget,
    QListWidgetItem,
    QStyle,
    QStyledItemDelegate,
    QStyleOptionViewItem,
)

from annotator.ui.look import CAPTION_PX, GAP, PAD, Colours, colours, tabular

_CAPTION = int(Qt.ItemDataRole.UserRole) + 1
_TRAILING = _CAPTION + 1
_FADED = _CAPTION + 2
_STRONG = _CAPTION + 3
_NUMBERS = _CAPTION + 4
_STRUCK = _CAPTION + 5
_PICTURE_SIDE = 16
KEY = int(Qt.ItemDataRole.UserRole)


def row(
    key: object,
    title: str,
    caption: str,
    *,
    trailing: str = "",
    faded: bool = False,
    strong: bool = False,
    numbers: tuple[tuple[str, str], ...] = (),
    struck: bool | None = None,
) -> QListWidgetItem:
    """One row.

    Args:
        key: kept under ``KEY``.
        title: the first line.
        caption: the second line.
        trailing: at the end of the first line.
        faded: what is no longer in force.
        strong: what is in use.
        numbers: columns below: a number with its name, and how it changed.
        struck: a line through the title; None for what is faded.
    """
    item = QListWidgetItem(title)
    for role, value in (
        (KEY, key),
        (_CAPTION, caption),
        (_TRAILING, trailing),
        (_FADED, faded),
        (_STRONG, strong),
        (_NUMBERS, numbers),
        (_STRUCK, faded if struck is None else struck),
    ):
        item.setData(role, value)
    item.setToolTip(f"{title}\n{caption}")
    return item


def row_list(name: str) -> QListWidget:
    """A list for such rows."""
    made = QListWidget()
    dress_list(made, name)
    return made


def dress_list(made: QListWidget, name: str) -> None:
    """Make a list one for such rows."""
    made.setObjectName(name)
    made.setFrameShape(QFrame.Shape.NoFrame)
    made.setItemDelegate(RowDelegate(made))
    made.setMouseTracking(True)
    made.setVerticalScrollMode(QAbstractItemView.ScrollMode.ScrollPerPixel)
    made.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)


class RowDelegate(QStyledItemDelegate):
    """Paints a row of two lines."""

    def paint(
        self,
        painter: QPainter,
        option: QStyleOptionViewItem,
        index: QModelIndex | QPersistentModelIndex,
    ) -> None:
        """Paint one row."""
        scheme = colours()
        painter.save()
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        paint_ground(painter, option.rect, option.state, scheme)
        area = option.rect.adjusted(PAD, GAP + 2, -PAD, -GAP - 2)
        area.setLeft(area.left() + _paint_picture(painter, area, index))
        font = tabular(option.font)
        small = tabular(option.font, pixels=CAPTION_PX)
        trailing = str(index.data(_TRAILING) or "")
        ink = QColor(scheme.muted if index.data(_FADED) else scheme.text)
        width = QFontMetrics(small).horizontalAdvance(trailing)
        first = QRect(area.left(), area.top(), area.width(), QFontMetrics(font).height())
        painter.setFont(small)
        painter.setPen(QColor(scheme.muted))
        end = Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter
        painter.drawText(first, end, trailing)
        font.setBold(bool(index.data(_STRONG)))
        font.setStrikeOut(bool(index.data(_STRUCK)))
        title = first.adjusted(0, 0, -(width + PAD) if width else 0, 0)
        _draw(painter, title, str(index.data(Qt.ItemDataRole.DisplayRole)), font, ink)
        second = QRect(area.left(), first.bottom() + 2, area.width(), 16)
        _draw(painter, second, str(index.data(_CAPTION)), small, QColor(scheme.muted))
        below = QRect(area.left(), second.bottom() + 4, area.width() // 3, 15)
        for number, change in index.data(_NUMBERS):
            _draw(painter, below, number, small, ink)
            _draw(painter, below.translated(0, 15), change, small, QColor(scheme.muted))
            below.translate(below.width(), 0)
        painter.restore()

    def sizeHint(
        self, option: QStyleOptionViewItem, index: QModelIndex | QPersistentModelIndex
    ) -> QSize:
        """Two lines and air, and two more for numbers."""
        lines = 50 if index.data(_NUMBERS) else 16
        return QSize(120, QFontMetrics(option.font).height() + lines + 2 * GAP + 6)


def _paint_picture(
    painter: QPainter, area: QRect, index: QModelIndex | QPersistentModelIndex
) -> int:
    """Paint the picture of a row, if it has one; the pixels it takes."""
    picture = index.data(Qt.ItemDataRole.DecorationRole)
    if not isinstance(picture, QIcon):
        return 0
    side = _PICTURE_SIDE
    picture.paint(painter, QRect(area.left(), area.top() + 1, side, side))
    return side + PAD


def paint_ground(painter: QPainter, area: QRect, state: QStyle.StateFlag, scheme: Colours) -> None:
    """The ground of a selected row, or of the one under the pointer."""
    colour = None
    if state & QStyle.StateFlag.State_Selected:
        colour = scheme.selection
    elif state & QStyle.StateFlag.State_MouseOver:
        colour = scheme.hover
    if colour is not None:
        outline = QPainterPath()
        outline.addRoundedRect(QRectF(area.adjusted(2, 1, -2, -1)), GAP, GAP)
        painter.fillPath(outline, QColor(colour))


def _draw(painter: QPainter, place: QRect, words: str, font: QFont, ink: QColor) -> None:
    painter.setFont(font)
    painter.setPen(ink)
    shown = QFontMetrics(font).elidedText(words, Qt.TextElideMode.ElideRight, place.width())
    painter.drawText(place, Qt.AlignmentFlag.AlignVCenter, shown)
