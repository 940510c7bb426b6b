"""A one-line field for a name, opened in place: Enter takes it, Esc or leaving closes it."""

from __future__ import annotations

from PySide6.QtCore import Qt, Signal
from PySide6.QtGui import QFocusEvent, QKeyEvent
from PySide6.QtWidgets import QLineEdit


class NameField(QLineEdit):
    """Hidden until it is opened.

    Signals:
        entered: a name was typed and confirmed.
        left: it was closed without a name.
    """

    entered = Signal(str)
    left = Signal()

    def __init__(self, name: str) -> None:
        super().__init__()
        self.setObjectName(name)
        self.setFixedWidth(180)
        self.is_open = False
        self.returnPressed.connect(self._on_return_pressed)

    def open(self, text: str, hint: str) -> None:
        """Show it with a text to change."""
        self.is_open = True
        self.setText(text)
        self.setPlaceholderText(hint)
        self.show()
        self.selectAll()
        self.setFocus(Qt.FocusReason.OtherFocusReason)

    def _close(self) -> bool:
        """Hide it; whether it was open."""
        was_open, self.is_open = self.is_open, False
        self.hide()
        return was_open

    def _on_return_pressed(self) -> None:
        name = self.text().strip()
        if self._close():
            if name:
                self.entered.emit(name)
            else:
                self.left.emit()

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Esc closes it."""
        if event.key() == Qt.Key.Key_Escape:
            if self._close():
                self.left.emit()
            return
        super().keyPressEvent(event)

    def focusOutEvent(self, event: QFocusEvent) -> None:
        """Leaving closes it, but for a menu of its own or another window."""
        super().focusOutEvent(event)
        passing = (Qt.FocusReason.PopupFocusReason, Qt.FocusReason.ActiveWindowFocusReason)
        if event.reason() not in passing and self._close():
            self.left.emit()
