"""What a person prefers; made from the table of settings, a field a row."""

from __future__ import annotations

from typing import Any

from PySide6.QtWidgets import QCheckBox, QComboBox, QDoubleSpinBox, QLineEdit, QWidget

from annotator.ui.dialogs.frame import Frame, form, hinted, muted
from annotator.ui.settings import FIELDS, Field, UserSettings


class SettingsDialog(Frame):
    """Keeps the changes when asked to; nothing changes before."""

    def __init__(self, settings: UserSettings, parent: QWidget | None = None) -> None:
        super().__init__("settings_dialog", "Settings", parent)
        self._settings = settings
        self._fields: dict[str, QWidget] = {}
        fields = form()
        for field in FIELDS:
            widget = make_field(field, getattr(settings.value, field.name))
            self._fields[field.name] = widget
            is_switch = isinstance(widget, QCheckBox)  # it wears its hint
            row = widget if is_switch else hinted(widget, field.hint)
            fields.addRow(muted(field.label), row)
        name = self._fields.get("person")
        if isinstance(name, QLineEdit):
            name.setPlaceholderText(settings.value.person_name)
        self.body.addLayout(fields)
        self.body.addStretch(1)
        self.setMinimumWidth(540)
        self.add_buttons("Keep settings", self._on_accept_pressed)

    def _on_accept_pressed(self) -> None:
        values = {name: read_field(widget) for name, widget in self._fields.items()}
        before = self._settings.value
        changes = {k: v for k, v in values.items() if v != getattr(before, k)}
        if changes:
            self._settings.change(**changes)
        self.accept()


def make_field(field: Field, value: Any) -> QWidget:
    """The widget a setting is changed with."""
    made: QWidget
    if field.choices:
        combo = QComboBox()
        for key, title in field.choices:
            combo.addItem(title, key)
        combo.setCurrentIndex(max(0, combo.findData(value)))
        made = combo
    elif isinstance(value, bool):
        made = QCheckBox(field.hint)
        made.setChecked(value)
    elif isinstance(value, float):
        spin = QDoubleSpinBox()
        spin.setRange(0, 1)
        spin.setSingleStep(0.05)
        spin.setDecimals(2)
        spin.setValue(value)
        made = spin
    else:
        made = QLineEdit(str(value))
    made.setObjectName(f"settings_{field.name}")
    made.setAccessibleName(field.label)
    return made


def read_field(widget: QWidget) -> Any:
    """The value a field holds."""
    if isinstance(widget, QComboBox):
        return widget.currentData()
    if isinstance(widget, QCheckBox):
        return widget.isChecked()
    if isinstance(widget, QDoubleSpinBox):
        return round(widget.value(), 2)
    assert isinstance(widget, QLineEdit)
    return widget.text().strip()
