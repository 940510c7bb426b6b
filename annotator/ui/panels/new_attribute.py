"""A button that becomes two lines: the name of a new attribute, and its value."""

from __future__ import annotations

from collections.abc import Callable

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import QHBoxLayout, QVBoxLayout, QWidget

from annotator.ui.look import GAP, button
from annotator.ui.panels.typing import ValueLine


class NewAttribute(QWidget):
    """Asks for a name, then for a value; a name alone means yes.

    Signals:
        entered: name and value, as they were typed.
    """

    entered = Signal(str, str)

    def __init__(
        self, prefix: str, names: Callable[[], list[str]], values: Callable[[str], list[str]]
    ) -> None:
        """Make the button.

        Args:
            prefix: of the widgets' names, for tests.
            names: to offer.
            values: to offer for a name.
        """
        super().__init__()
        self.button = button("Add attribute", f"{prefix}_add_attribute", icon_name="plus")
        self._name = ValueLine(names)
        self._value = ValueLine(lambda: values(self._typed_name()))
        self._name.setObjectName(f"{prefix}_new_name")
        self._value.setObjectName(f"{prefix}_new_value")
        self._name.setPlaceholderText("Name")
        self._value.setPlaceholderText("Empty means yes")
        self._name.setAccessibleName("Name of the new attribute")
        self._value.setAccessibleName("Value of the new attribute")
        self._lines = QWidget()
        row = QHBoxLayout(self._lines)
        row.setContentsMargins(0, 0, 0, 0)
        row.setSpacing(GAP)
        row.addWidget(self._name, 2)
        row.addWidget(self._value, 3)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.addWidget(self.button)
        layout.addWidget(self._lines)
        self._lines.hide()
        self.button.clicked.connect(self._on_button_clicked)
        self._name.entered.connect(self._on_name_entered)
        self._value.entered.connect(self._on_value_entered)
        for line in (self._name, self._value):
            line.dropped.connect(self._on_dropped)

    def settle(self) -> None:
        """Say what is half typed, if it has a value."""
        if self._lines.isVisibleTo(self):
            self._value.settle()

    def close_line(self) -> None:
        """Be a button again."""
        self._lines.hide()
        self.button.show()
        for line in (self._name, self._value):
            line.clear()

    def _typed_name(self) -> str:
        return self._name.text().strip()

    def _on_button_clicked(self) -> None:
        self.button.hide()
        self._lines.show()
        self._name.setFocus(Qt.FocusReason.OtherFocusReason)
        self._name.offer()

    def _on_name_entered(self) -> None:
        if self._typed_name() and self._name.hasFocus():
            self._value.setFocus(Qt.FocusReason.OtherFocusReason)
            self._value.offer()

    def _on_value_entered(self, text: str) -> None:
        name, has_focus = self._typed_name(), self._value.hasFocus()
        if not name:
            return
        self.close_line()
        if has_focus:
            self.button.setFocus(Qt.FocusReason.OtherFocusReason)
        self.entered.emit(name, text.strip() or "yes")

    def _on_dropped(self) -> None:
        self.close_line()
        self.button.setFocus(Qt.FocusReason.OtherFocusReason)
