"""A small figure in the corner: where each joint is on a body, and which comes next."""

from __future__ import annotations

from collections.abc import Mapping

from PySide6.QtCore import QPointF, QRectF, Qt
from PySide6.QtGui import QColor, QFontMetricsF, QPainter, QPen

from annotator.domain.model import Category, Visibility
from annotator.domain.poses import Layout
from annotator.services import layouts
from annotator.store.store import Store
from annotator.ui.canvas.draw import CHIP_GROUND, CHIP_TEXT, small_font
from annotator.ui.canvas.skeleton import LEFT, MIDDLE, RIGHT, sides_of, spoken
from annotator.ui.canvas.tools.pose import Pose

TALL = 140.0
WIDEST = 150.0
NARROWEST = 76.0
PAD = 14.0
MARGIN = 12.0
ABOVE_HINT = 40.0
"""Pixels left free below it for the line that says what the hand can do."""
WORDS = 22.0
"""Pixels for the name below the figure."""
CLEAR = 28.0
"""The figure gives way to a cursor nearer than this."""
_BONE = QColor(255, 255, 255, 70)
_WAITING = QColor(255, 255, 255, 120)
_APART = 0.12
"""Share of the width by which left and right must lie apart for the letters to tell anything."""


class Legend:
    """Paints the figure of a category's joints; knows where they are from the project."""

    def __init__(self) -> None:
        self._known: dict[int, tuple[Category, Layout | None]] = {}

    def forget(self) -> None:
        """Ask anew where joints are: objects or the template may have changed."""
        self._known.clear()

    def layout(self, store: Store | None, category: Category) -> Layout | None:
        """Where the joints are; None where nobody knows."""
        kept = self._known.get(category.id)
        if kept is None or kept[0] != category:
            found = layouts.for_showing(store, category) if store is not None else None
            self._known[category.id] = kept = (category, found)
        return kept[1]

    def paint(
        self,
        painter: QPainter,
        pose: Pose,
        layout: Layout,
        *,
        size: tuple[float, float],
        cursor: QPointF | None,
    ) -> QRectF:
        """Paint it at the left edge, at the bottom or, when the cursor comes near, at the top.

        Args:
            painter: antialiased, in screen coordinates.
            pose: what is placed, and what comes next.
            layout: where the joints are; those it does not know are left out.
            size: width and height of the canvas.
            cursor: where the mouse is on the screen.

        Returns:
            Where it was painted.
        """
        category, coming = pose.category, pose.next
        name = spoken(category.joints[coming])
        panel = _panel(layout, name, size, cursor)
        painter.setPen(Qt.PenStyle.NoPen)
        painter.setBrush(CHIP_GROUND)
        painter.drawRoundedRect(panel, 6, 6)
        figure = panel.adjusted(PAD, PAD, -PAD, -PAD - WORDS)
        at = _spread(layout, figure)
        _paint_bones(painter, category, at)
        hues = sides_of(category)
        for number, place in at.items():
            if number != coming:
                seen = pose.joints[number].visibility
                _paint_joint(painter, place, seen, hues.get(number, MIDDLE))
        if coming in at:
            _paint_next(painter, at[coming], hues.get(coming, MIDDLE))
        _paint_sides(painter, category, layout, panel)
        painter.setFont(small_font())
        painter.setPen(CHIP_TEXT)
        words = QRectF(panel.left() + 4, panel.bottom() - WORDS - 4, panel.width() - 8, WORDS)
        painter.drawText(words, Qt.AlignmentFlag.AlignCenter, name)
        return panel


def _panel(layout: Layout, name: str, size: tuple[float, float], cursor: QPointF | None) -> QRectF:
    words = QFontMetricsF(small_font()).horizontalAdvance(name) + 12
    wide = min(max(TALL * layout.aspect, NARROWEST), WIDEST)
    width = max(wide + 2 * PAD, words)
    height = min(TALL, wide / layout.aspect) + 2 * PAD + WORDS
    low = QRectF(MARGIN, size[1] - height - ABOVE_HINT, width, height)
    if cursor is not None and low.adjusted(-CLEAR, -CLEAR, CLEAR, CLEAR).contains(cursor):
        low.moveTop(MARGIN)
    return low


def _spread(layout: Layout, figure: QRectF) -> Mapping[int, QPointF]:
    """Where each joint is drawn: the layout with its own proportions, in the middle."""
    width = min(figure.width(), figure.height() * layout.aspect)
    height = width / layout.aspect
    left, top = figure.center().x() - width / 2, figure.center().y() - height / 2
    return {
        n: QPointF(left + place[0] * width, top + place[1] * height)
        for n, place in enumerate(layout.places)
        if place is not None
    }


def _paint_bones(painter: QPainter, category: Category, at: Mapping[int, QPointF]) -> None:
    painter.setPen(QPen(_BONE, 1.5))
    for start, end in category.skeleton:
        if start in at and end in at:
            painter.drawLine(at[start], at[end])


def _paint_joint(painter: QPainter, at: QPointF, seen: int, hue: QColor) -> None:
    """Filled when visible, a ring when occluded, a speck while absent."""
    if seen == Visibility.ABSENT:
        painter.setPen(Qt.PenStyle.NoPen)
        painter.setBrush(_WAITING)
        painter.drawEllipse(at, 1.75, 1.75)
    else:
        painter.setPen(QPen(hue, 1.5))
        painter.setBrush(hue if seen == Visibility.VISIBLE else CHIP_GROUND)
        painter.drawEllipse(at, 2.75, 2.75)


def _paint_next(painter: QPainter, at: QPointF, hue: QColor) -> None:
    painter.setPen(QPen(CHIP_TEXT, 1.5))
    painter.setBrush(Qt.BrushStyle.NoBrush)
    painter.drawEllipse(at, 7.5, 7.5)
    painter.setPen(Qt.PenStyle.NoPen)
    painter.setBrush(hue)
    painter.drawEllipse(at, 4, 4)


def _paint_sides(painter: QPainter, category: Category, layout: Layout, panel: QRectF) -> None:
    """The letters L and R on their sides: colour is never the only sign."""
    both = [
        (left[0], right[0])
        for a, b in category.pairs
        if (left := layout.places[a]) is not None and (right := layout.places[b]) is not None
    ]
    if not both:
        return
    apart = sum(left - right for left, right in both) / len(both)
    if abs(apart) < _APART:
        return
    painter.setFont(small_font())
    top = QRectF(panel.left() + 8, panel.top() + 5, panel.width() - 16, 16)
    for letter, hue, is_left in (("L", LEFT, apart < 0), ("R", RIGHT, apart > 0)):
        side = Qt.AlignmentFlag.AlignLeft if is_left else Qt.AlignmentFlag.AlignRight
        painter.setPen(hue)
        painter.drawText(top, side | Qt.AlignmentFlag.AlignTop, letter)
