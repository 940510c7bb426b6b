"""One attribute in the inspector: its name, its value as a line or a switch, a way to remove it."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Final

from PySide6.QtCore import QObject, QSize, Qt, Signal
from PySide6.QtWidgets import QCheckBox, QSizePolicy

from annotator.domain.attributes import Value, words_of
from annotator.ui.look import as_role, flat_button
from annotator.ui.panels.parts import ElidedLabel
from annotator.ui.panels.typing import ValueLine

MIXED: Final = "Mixed"
_NAME_WIDTH = 84
_REMOVE_SIDE = 14


class AttributeRow(QObject):
    """The three widgets of a row.

    Signals:
        typed: a value was typed.
        switched: yes or no was chosen.
        removed: the attribute shall go.

    Attributes:
        is_switch: its value is yes or no.
        label, field, remove: the widgets, from left to right.
    """

    typed = Signal(str)
    switched = Signal(bool)
    removed = Signal()

    def __init__(
        self,
        prefix: str,
        name: str,
        is_switch: bool,
        suggest: Callable[[], list[str]],
        parent: QObject,
    ) -> None:
        super().__init__(parent)
        self.is_switch = is_switch
        self.label = ElidedLabel(name, f"{prefix}_name_{name}")
        self.label.setSizePolicy(QSizePolicy.Policy.Fixed, QSizePolicy.Policy.Preferred)
        self.label.setFixedWidth(_NAME_WIDTH)
        as_role(self.label, "muted")
        self.field = QCheckBox("Yes") if is_switch else ValueLine(suggest)
        self.field.setObjectName(f"{prefix}_{'switch' if is_switch else 'value'}_{name}")
        self.field.setAccessibleName(name)
        if isinstance(self.field, QCheckBox):
            self.field.clicked.connect(self._on_switch_clicked)
        else:
            self.field.entered.connect(self.typed)
        self.remove = flat_button("x", f"{prefix}_remove_{name}", f"Remove {name}")
        self.remove.setIconSize(QSize(_REMOVE_SIDE, _REMOVE_SIDE))
        self.remove.clicked.connect(self.removed)

    def show_values(self, values: Sequence[Value | None]) -> None:
        """Show the value that all objects have, or that they differ; None is one without it."""
        first = values[0]
        is_same = all(isinstance(v, bool) == isinstance(first, bool) and v == first for v in values)
        if isinstance(self.field, ValueLine):
            self.field.show_text(words_of(first) if is_same and first is not None else "")
            self.field.setPlaceholderText("" if is_same else MIXED)
            return
        self.field.setTristate(not is_same)
        state = Qt.CheckState.Checked if first is True else Qt.CheckState.Unchecked
        self.field.setCheckState(state if is_same else Qt.CheckState.PartiallyChecked)

    def settle(self) -> None:
        """Say what is half typed."""
        if isinstance(self.field, ValueLine):
            self.field.settle()

    def take_out(self) -> None:
        """Remove its widgets once they have answered the click that did it."""
        for part in (self.label, self.field, self.remove):
            part.hide()
            part.deleteLater()
        self.deleteLater()

    def _on_switch_clicked(self) -> None:
        assert isinstance(self.field, QCheckBox)
        self.switched.emit(self.field.isChecked())
