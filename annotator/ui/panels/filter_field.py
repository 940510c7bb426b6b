"""A field for queries over all images: it completes the term at the cursor and explains itself."""

from __future__ import annotations

from collections.abc import Callable

from PySide6.QtCore import QPoint, QStringListModel, Qt, Signal
from PySide6.QtGui import QFocusEvent
from PySide6.QtWidgets import QCompleter, QFrame, QGridLayout, QLineEdit, QToolButton, QWidget

from annotator.services.query import EXAMPLES, Vocabulary, complete, token_at
from annotator.ui.look import GAP, PAD, as_role, caption, icon


class FilterField(QLineEdit):
    """The field itself. What is typed is told by ``textChanged``, as of any field."""

    def __init__(self, words: Callable[[], Vocabulary], parent: QWidget | None = None) -> None:
        """``words`` gives the project's own words when they are needed."""
        super().__init__(parent)
        self.setObjectName("images_filter")
        self.setPlaceholderText("Filter all images")
        self.setAccessibleName("Filter all images")
        self.setClearButtonEnabled(True)
        self.addAction(icon("magnifying-glass"), QLineEdit.ActionPosition.LeadingPosition)
        self._words = words
        self._choices = QStringListModel(self)
        self._completer = QCompleter(self._choices, self)
        self._completer.setCompletionMode(QCompleter.CompletionMode.UnfilteredPopupCompletion)
        self._completer.setWidget(self)
        popup = self._completer.popup()
        assert popup is not None, "a completer of this mode has one"
        self._popup = popup
        popup.setObjectName("images_filter_completions")
        self._completer.activated.connect(self._on_completion_chosen)
        self.textEdited.connect(self._on_text_edited)

    def add_term(self, term: str) -> None:
        """Put a term behind what is there, the cursor behind it."""
        text = self.text().rstrip()
        self.setText(f"{text} {term}" if text else term)
        self.setFocus()

    def _on_text_edited(self, text: str) -> None:
        cursor = self.cursorPosition()
        first, last = token_at(text, cursor)
        choices = complete(text, cursor, self._words()) if first < last else []
        self._choices.setStringList(choices)
        if choices and self.hasFocus():
            self._completer.complete()
        else:
            self._popup.hide()

    def _on_completion_chosen(self, chosen: str) -> None:
        text = self.text()
        first, last = token_at(text, self.cursorPosition())
        is_open = chosen.endswith((":", "<", ">"))
        self.setText(text[:first] + chosen + ("" if is_open else " ") + text[last:].lstrip())
        self.setCursorPosition(first + len(chosen) + (not is_open))

    # --- Qt --------------------------------------------------------------------------------

    def focusOutEvent(self, event: QFocusEvent) -> None:
        """The list of completions goes with the focus, unless it took it."""
        if event.reason() != Qt.FocusReason.PopupFocusReason:
            self._popup.hide()
        super().focusOutEvent(event)


class FilterHelp(QFrame):
    """What can be typed, as a pop-up; a click types it.

    Signals:
        chosen: a term.
    """

    chosen = Signal(str)

    def __init__(self, parent: QWidget) -> None:
        super().__init__(parent, Qt.WindowType.Popup)
        self.setObjectName("filter_help")
        self.setFrameShape(QFrame.Shape.StyledPanel)
        grid = QGridLayout(self)
        grid.setContentsMargins(2 * PAD, PAD, 2 * PAD, 2 * PAD)
        grid.setHorizontalSpacing(2 * PAD)
        grid.setVerticalSpacing(GAP // 2)
        intro = "All terms must hold. A click types one. A comma means “or”, a minus “not”."
        grid.addWidget(caption(intro, role="muted"), 0, 0, 1, 2)
        for row, (term, meaning) in enumerate(EXAMPLES, start=1):
            grid.addWidget(self._link(term), row, 0)
            grid.addWidget(caption(meaning, role="muted", wrap=False), row, 1)

    def show_below(self, widget: QWidget) -> None:
        """Open under a widget."""
        self.adjustSize()
        self.move(widget.mapToGlobal(QPoint(0, widget.height() + GAP)))
        self.show()

    def _link(self, term: str) -> QToolButton:
        made = QToolButton()
        made.setText(term)
        as_role(made, "flat")
        made.setAccessibleName(f"Type {term}")
        made.clicked.connect(lambda: self._on_term_pressed(term))
        return made

    def _on_term_pressed(self, term: str) -> None:
        self.hide()
        self.chosen.emit(term)
