"""Fields that write what was typed once it is said: on Enter, on leaving, or after a pause."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from typing import Final

from PySide6.QtCore import QStringListModel, Qt, Signal
from PySide6.QtGui import QFocusEvent, QKeyEvent
from PySide6.QtWidgets import QCompleter, QLineEdit, QPlainTextEdit

from annotator.ui.timers import once

PAUSE_MS: Final = 600
"""Without a key for so long, a note is written: a thought ended."""
NOTE_LINES: Final = 3


class ValueLine(QLineEdit):
    """One line; it offers what was said elsewhere.

    Signals:
        entered: Enter, or the line was left changed; the text.
        dropped: Esc; the line shows again what it showed.
    """

    entered = Signal(str)
    dropped = Signal()

    def __init__(self, suggest: Callable[[], Iterable[str]]) -> None:
        """Make an empty line.

        Args:
            suggest: what to offer; asked each time the line gets the keyboard.
        """
        super().__init__()
        self._suggest = suggest
        self._shown = ""
        self._words = QStringListModel(self)
        completer = QCompleter(self._words, self)
        completer.setCaseSensitivity(Qt.CaseSensitivity.CaseInsensitive)
        completer.setFilterMode(Qt.MatchFlag.MatchContains)
        completer.activated.connect(self._on_offer_taken, Qt.ConnectionType.QueuedConnection)
        self.setCompleter(completer)
        self.returnPressed.connect(self._on_return_pressed)

    def show_text(self, text: str) -> None:
        """Show what is stored, unless something else is half typed."""
        self._shown = text
        if not self.isModified():
            self.setText(text)

    def forget(self) -> None:
        """Show what is stored, whatever is typed."""
        self.setText(self._shown)

    def settle(self) -> None:
        """Say what is half typed."""
        if self.isModified():
            self.setModified(False)
            self.entered.emit(self.text())

    def offer(self) -> None:
        """Show everything that can be offered."""
        self._words.setStringList(list(self._suggest()))
        self.completer().setCompletionPrefix("")
        if self._words.rowCount():
            self.completer().complete()

    def _on_return_pressed(self) -> None:
        self.setModified(False)
        self.entered.emit(self.text())

    def _on_offer_taken(self, text: str) -> None:
        self.setText(text)
        self.entered.emit(text)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Esc takes back what was typed; Down shows what can be offered."""
        if event.key() == Qt.Key.Key_Escape:
            self.forget()
            self.dropped.emit()
        elif event.key() == Qt.Key.Key_Down:
            self.offer()
        else:
            super().keyPressEvent(event)

    def focusInEvent(self, event: QFocusEvent) -> None:
        """Find out what can be offered."""
        super().focusInEvent(event)
        if event.reason() != Qt.FocusReason.PopupFocusReason:
            self._words.setStringList(list(self._suggest()))

    def focusOutEvent(self, event: QFocusEvent) -> None:
        """Leaving says what was typed, but for a list of offers of its own."""
        super().focusOutEvent(event)
        if event.reason() != Qt.FocusReason.PopupFocusReason:
            self.settle()


class NoteField(QPlainTextEdit):
    """A few lines of free text.

    Signals:
        entered: the text as it is now.
    """

    entered = Signal(str)

    def __init__(self, name: str) -> None:
        super().__init__()
        self.setObjectName(name)
        self.setTabChangesFocus(True)
        self.setAccessibleName("Note")
        self.setFixedHeight(NOTE_LINES * self.fontMetrics().lineSpacing() + 14)
        self._is_changed = False
        self._is_filling = False
        self._pause = once(self, self.settle, after_ms=PAUSE_MS)
        self.textChanged.connect(self._on_text_changed)

    def show_text(self, text: str) -> None:
        """Show what is stored, unless something else is half typed."""
        if not self._is_changed and text != self.toPlainText():
            self._is_filling = True
            self.setPlainText(text)
            self._is_filling = False

    def settle(self) -> None:
        """Say what is half typed."""
        self._pause.stop()
        if self._is_changed:
            self._is_changed = False
            self.entered.emit(self.toPlainText())

    def _on_text_changed(self) -> None:
        if not self._is_filling:
            self._is_changed = True
            self._pause.start()

    def focusOutEvent(self, event: QFocusEvent) -> None:
        """Leaving says what was typed."""
        super().focusOutEvent(event)
        self.settle()
