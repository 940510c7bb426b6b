"""A frame that floats over its parent's top or bottom edge, so that nothing beneath it moves."""

from __future__ import annotations

from PySide6.QtCore import QEvent, QObject, Qt
from PySide6.QtGui import QShowEvent
from PySide6.QtWidgets import QFrame, QWidget

_MARGIN = 12
_CLEAR_ABOVE, _CLEAR_BELOW = 52, 80
"""Pixels left free at the edges: bars lie there, and the line on what the mouse would do."""
_WIDEST = 640


class Floating(QFrame):
    """Stays centred at an edge of its parent."""

    def __init__(self, parent: QWidget, *, at_top: bool) -> None:
        super().__init__(parent)
        self._at_top = at_top
        self.setAttribute(Qt.WidgetAttribute.WA_StyledBackground)
        parent.installEventFilter(self)

    def place(self) -> None:
        """Take the size the contents want, and the place at the edge."""
        parent = self.parentWidget()
        if parent is None:
            return
        width = min(_WIDEST, parent.width() - 2 * _MARGIN, self.natural_width())
        width = max(width, self.minimumSizeHint().width())
        height = self.heightForWidth(width) if self.hasHeightForWidth() else -1
        height = max(height, self.minimumSizeHint().height())
        top = _CLEAR_ABOVE if self._at_top else parent.height() - height - _CLEAR_BELOW
        self.setGeometry((parent.width() - width) // 2, top, width, height)

    def natural_width(self) -> int:
        """The width its contents would take on one line, pixels."""
        return self.sizeHint().width()

    # --- Qt --------------------------------------------------------------------------------

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        """Follow the parent's size."""
        if event.type() == QEvent.Type.Resize and self.isVisible():
            self.place()
        return super().eventFilter(watched, event)

    def showEvent(self, event: QShowEvent) -> None:
        """Come up in place, above everything."""
        super().showEvent(event)
        self.place()
        self.raise_()
