"""Single-key commands that never eat what is typed into a field.

A bare-key ``QShortcut`` on ``3`` would take the digit from every text field. Here a key first goes
to the widget that has the focus; what that leaves over rises to the window, where it is taken.
Lists would search by typed letters, so there the key is taken before they see it.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping

from PySide6.QtCore import QEvent, QObject, Qt
from PySide6.QtGui import QKeyEvent, QKeySequence
from PySide6.QtWidgets import (
    QAbstractItemView,
    QAbstractSpinBox,
    QApplication,
    QLineEdit,
    QPlainTextEdit,
    QTextEdit,
    QWidget,
)

_FIELDS = (QLineEdit, QTextEdit, QPlainTextEdit, QAbstractSpinBox)
"""What is typed here stays here, also Return and Esc, which a field leaves over."""

OWN_KEYS = "own_keys"
"""A list that wants single keys for itself names them in this property, with blanks between."""


def is_bare(keys: str) -> bool:
    """Whether a shortcut is a single key without Ctrl, Alt or Meta, and no function key."""
    if not keys or (keys.upper().startswith("F") and keys[1:].isdigit()):
        return False
    return not any(m in keys for m in ("Ctrl+", "Alt+", "Meta+"))


class KeyFilter(QObject):
    """Watches one window for single keys and calls what they stand for."""

    def __init__(self, window: QWidget) -> None:
        super().__init__(window)
        self._calls: dict[str, Callable[[], bool]] = {}
        window.installEventFilter(self)
        for view in window.findChildren(QAbstractItemView):
            view.installEventFilter(self)

    def bind(self, calls: Mapping[str, Callable[[], bool]]) -> None:
        """Keys by their names and what they call.

        A call answers whether it did something; when it did not, the key goes on to the widget.
        """
        portable = QKeySequence.SequenceFormat.PortableText
        read = QKeySequence.fromString
        self._calls = {read(k, portable).toString(portable): c for k, c in calls.items()}

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        """Take the keys that are bound."""
        if event.type() != QEvent.Type.KeyPress or not isinstance(event, QKeyEvent):
            return False
        if isinstance(QApplication.focusWidget(), _FIELDS):
            return False
        name = _name_of(event)
        if name in str(watched.property(OWN_KEYS) or "").split():
            return False
        call = self._calls.get(name)
        return call() if call is not None else False


def _name_of(event: QKeyEvent) -> str:
    """The key as Qt's portable text, "Shift+Space" or "3"; the keypad counts as plain keys."""
    modifiers = event.modifiers() & ~Qt.KeyboardModifier.KeypadModifier
    text = QKeySequence(event.key()).toString(QKeySequence.SequenceFormat.PortableText)
    if modifiers == Qt.KeyboardModifier.NoModifier:
        return text
    if modifiers == Qt.KeyboardModifier.ShiftModifier:
        return text if text in ("+", "[", "]") else f"Shift+{text}"
    return ""
