"""A field for a joint's name, opened beside the joint: Enter or leaving takes it, Esc drops it."""

from __future__ import annotations

from PySide6.QtCore import QPoint, Qt, Signal
from PySide6.QtGui import QFocusEvent, QKeyEvent
from PySide6.QtWidgets import QLineEdit, QWidget

_BESIDE = QPoint(12, -12)


class JointNameField(QLineEdit):
    """Hidden until it asks.

    Signals:
        named: (index of the joint, its name).
        dropped: Esc; True when the joint had no name of a person's yet.
    """

    named = Signal(int, str)
    dropped = Signal(bool)

    def __init__(self, parent: QWidget) -> None:
        super().__init__(parent)
        self._parent = parent
        self.setObjectName("joint_name")
        self.setAccessibleName("Name of the joint")
        self.setFixedWidth(150)
        self._index = 0
        self._is_new = False
        self._is_open = False
        self.hide()

    def ask(self, index: int, name: str, at: QPoint, *, is_new: bool) -> None:
        """Open beside a place of the parent: empty for a new joint, else with its name."""
        self._index, self._is_open, self._is_new = index, True, is_new
        self.setText("" if is_new else name)
        self.setPlaceholderText("left_wrist, tail…")
        room = self._parent.rect()
        corner = at + _BESIDE
        x = min(max(corner.x(), 2), room.width() - self.width() - 2)
        y = min(max(corner.y(), 2), room.height() - self.sizeHint().height() - 2)
        self.move(x, y)
        self.show()
        self.raise_()
        self.selectAll()
        self.setFocus(Qt.FocusReason.OtherFocusReason)

    def _close(self) -> bool:
        was_open, self._is_open = self._is_open, False
        self.hide()
        return was_open

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Enter takes the name and not the whole dialog; Esc drops it alone."""
        if event.key() in (Qt.Key.Key_Return, Qt.Key.Key_Enter):
            if self._close():
                self.named.emit(self._index, self.text())
        elif event.key() == Qt.Key.Key_Escape:
            if self._close():
                self.dropped.emit(self._is_new)
        else:
            super().keyPressEvent(event)

    def focusOutEvent(self, event: QFocusEvent) -> None:
        """Leaving takes the name, but for another window."""
        super().focusOutEvent(event)
        passing = (Qt.FocusReason.PopupFocusReason, Qt.FocusReason.ActiveWindowFocusReason)
        if event.reason() not in passing and self._close():
            self.named.emit(self._index, self.text())
