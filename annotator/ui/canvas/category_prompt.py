"""Asks for a category by typing, right beside the object it is for."""

from __future__ import annotations

from PySide6.QtCore import QEvent, QObject, QPoint, Qt, Signal
from PySide6.QtGui import QKeyEvent
from PySide6.QtWidgets import (
    QFrame,
    QLineEdit,
    QListWidget,
    QListWidgetItem,
    QVBoxLayout,
    QWidget,
)

from annotator.domain.model import Category
from annotator.ui.look import caption, icon, swatch

WIDTH = 240
_WISH = "What is it?"
_HINT = "Enter takes it · Esc drops the object"
ROWS = 6


class CategoryPrompt(QFrame):
    """A line to type in with the matching categories below.

    Signals:
        chosen: the name of a category, known or new.
        dropped: Esc; nothing shall be drawn.
    """

    chosen = Signal(str)
    dropped = Signal()

    def __init__(self, parent: QWidget) -> None:
        super().__init__(parent)
        self._parent = parent
        self.setObjectName("category_prompt")
        self.setFrameShape(QFrame.Shape.StyledPanel)
        self.setAutoFillBackground(True)
        self.setFixedWidth(WIDTH)
        self._categories: tuple[Category, ...] = ()
        self._line = QLineEdit(self)
        self._line.setObjectName("category_name")
        self._line.setAccessibleName("Category of the object")
        self._line.textChanged.connect(self._on_text_changed)
        self._line.installEventFilter(self)
        self._list = QListWidget(self)
        self._list.setObjectName("category_matches")
        self._list.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        self._list.itemClicked.connect(self._take)
        self._hint = caption(_HINT, "category_hint")
        layout = QVBoxLayout(self)
        layout.setContentsMargins(8, 8, 8, 8)
        layout.setSpacing(4)
        for widget in (self._line, self._list, self._hint):
            layout.addWidget(widget)
        self.hide()

    def ask(
        self,
        categories: tuple[Category, ...],
        at: QPoint,
        *,
        wish: str = _WISH,
        hint: str = _HINT,
    ) -> None:
        """Show up beside a place of the parent and take the keyboard.

        Args:
            categories: to choose from.
            at: pixels of the parent.
            wish: what is asked for, in the empty line.
            hint: what Enter and Esc do.
        """
        self._categories = categories
        self._line.setPlaceholderText(wish)
        self._hint.setText(hint)
        self._line.clear()
        self._on_text_changed("")
        self.adjustSize()
        room = self._parent.rect()
        self.move(
            min(max(at.x(), 8), max(room.width() - self.width() - 8, 8)),
            min(max(at.y(), 8), max(room.height() - self.height() - 8, 8)),
        )
        self.show()
        self.raise_()
        self.take_focus()

    def take_focus(self) -> None:
        """Back to the line."""
        self._line.setFocus(Qt.FocusReason.OtherFocusReason)

    def _on_text_changed(self, text: str) -> None:
        """List what matches, then the wish for a new category; mark what Enter would take."""
        typed = text.strip()
        wanted = typed.casefold()
        found = [c for c in self._categories if wanted in c.name.casefold()]
        found.sort(key=lambda c: _rank(c.name.casefold(), wanted))
        self._list.clear()
        for category in found:
            self._add_row(category.name, category.name, category.colour)
        is_new = bool(typed) and not any(c.name.casefold() == wanted for c in found)
        if is_new:
            self._add_row(f"Create “{typed}”", typed, None)
        if typed:
            starts = bool(found) and _rank(found[0].name.casefold(), wanted) < 2
            self._list.setCurrentRow(0 if starts else self._list.count() - 1)
        rows = self._list.count()
        self._list.setVisible(rows > 0)
        self._list.setFixedHeight(self._list.sizeHintForRow(0) * min(rows, ROWS) + 4 if rows else 0)
        self.adjustSize()

    def _add_row(self, text: str, name: str, colour: str | None) -> None:
        row = QListWidgetItem(text, self._list)
        row.setData(Qt.ItemDataRole.UserRole, name)
        row.setIcon(swatch(colour) if colour is not None else icon("plus"))

    def _take(self, row: QListWidgetItem | None) -> None:
        """Enter, or a click on a row: the category is decided."""
        if row is not None:
            self.chosen.emit(row.data(Qt.ItemDataRole.UserRole))

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        """Enter, Esc and the arrows belong to the prompt, everything else to the line."""
        if not isinstance(event, QKeyEvent) or event.type() != QEvent.Type.KeyPress:
            return super().eventFilter(watched, event)
        match event.key():
            case Qt.Key.Key_Return | Qt.Key.Key_Enter:
                self._take(self._list.currentItem())
            case Qt.Key.Key_Escape:
                self.dropped.emit()
            case Qt.Key.Key_Down | Qt.Key.Key_Up:
                step = 1 if event.key() == Qt.Key.Key_Down else -1
                last = self._list.count() - 1
                self._list.setCurrentRow(min(max(self._list.currentRow() + step, 0), last))
            case _:
                return super().eventFilter(watched, event)
        return True


def _rank(name: str, wanted: str) -> int:
    """How well a name fits: 0 it starts so, 1 one of its words does, 2 it is inside."""
    if name.startswith(wanted):
        return 0
    return 1 if f" {wanted}" in name else 2
