"""The attributes and the note of what is selected, with the words that were used before."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

from PySide6.QtWidgets import QGridLayout, QLabel, QVBoxLayout, QWidget

from annotator.domain.attributes import (
    Value,
    names_of,
    value_from,
    value_of,
    with_value,
    without,
    words_of,
)
from annotator.domain.model import Annotation
from annotator.ui.look import GAP, as_role
from annotator.ui.panels.attribute_row import MIXED, AttributeRow
from annotator.ui.panels.new_attribute import NewAttribute
from annotator.ui.panels.typing import NoteField
from annotator.ui.workspace import Workspace


class WordsFields(QWidget):
    """What the selected objects say beside their category; a change is one step for all of them."""

    def __init__(self, workspace: Workspace, prefix: str) -> None:
        """Make the fields.

        Args:
            workspace: whose objects they are.
            prefix: of the widgets' names, for tests.
        """
        super().__init__()
        self.setObjectName(f"{prefix}_words")
        self._workspace, self._prefix = workspace, prefix
        self._ids: tuple[int, ...] = ()
        self._rows: dict[str, AttributeRow] = {}
        self._arranged: tuple[AttributeRow, ...] = ()
        self._title = QLabel("Attributes")
        as_role(self._title, "group")
        self._grid = QGridLayout()
        self._grid.setSpacing(GAP)
        self._grid.setColumnStretch(1, 1)
        self._new = NewAttribute(prefix, self._names_to_offer, self._values_to_offer)
        self._note_title = QLabel("Note")
        as_role(self._note_title, "group")
        self._note = NoteField(f"{prefix}_note")
        layout = QVBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.setSpacing(GAP)
        layout.addWidget(self._title)
        layout.addLayout(self._grid)
        for part in (self._new, self._note_title, self._note):
            layout.addWidget(part)
        self._new.entered.connect(self._on_attribute_added)
        self._note.entered.connect(self._on_note_entered)
        workspace.settling.connect(self.settle)

    def show_objects(self, objects: Sequence[Annotation]) -> None:
        """Show what these objects say; what is half typed about others is written first."""
        ids = tuple(a.id for a in objects)
        if ids != self._ids:
            self.settle()
            self._ids = ids
            self._new.close_line()
        names = names_of([a.attributes for a in objects])
        for name in [n for n in self._rows if n not in names]:
            self._rows.pop(name).take_out()
        for name in names:
            values = [value_of(a.attributes, name) for a in objects]
            self._row(name, values).show_values(values)
        self._arrange(names)
        notes = {a.note for a in objects}
        self._note.setPlaceholderText(MIXED if len(notes) > 1 else "")
        self._note.show_text(notes.pop() if len(notes) == 1 else "")

    def settle(self) -> None:
        """Write what is half typed."""
        for row in list(self._rows.values()):
            row.settle()
        self._new.settle()
        self._note.settle()

    # --- filling ---------------------------------------------------------------------------

    def _row(self, name: str, values: Sequence[Value | None]) -> AttributeRow:
        """The row of an attribute; another one when it is yes or no from now on, or no longer."""
        is_switch = all(isinstance(v, bool) for v in values if v is not None)
        row = self._rows.get(name)
        if row is None or row.is_switch != is_switch:
            if row is not None:
                row.take_out()
            row = AttributeRow(
                self._prefix, name, is_switch, lambda: self._values_to_offer(name), self
            )
            row.typed.connect(lambda text: self._on_value_typed(name, text))
            row.switched.connect(lambda value: self._say(name, value))
            row.removed.connect(lambda: self._on_removed(name))
            self._rows[name] = row
        return row

    def _arrange(self, names: Sequence[str]) -> None:
        """Put the rows in order, if they are not; Tab goes through them the same way."""
        rows = tuple(self._rows[name] for name in names)
        if rows == self._arranged:
            return
        self._arranged = rows
        before: QWidget | None = None
        for line, row in enumerate(rows):
            for column, part in enumerate((row.label, row.field, row.remove)):
                self._grid.addWidget(part, line, column)
            if before is not None:
                QWidget.setTabOrder(before, row.field)
            before = row.field
        if before is not None:
            QWidget.setTabOrder(before, self._new.button)

    def _names_to_offer(self) -> list[str]:
        return [name for name in self._used() if name not in self._rows]

    def _values_to_offer(self, name: str) -> list[str]:
        values = self._used().get(name, [])
        if values and all(isinstance(v, bool) for v in values):
            return ["yes", "no"]
        return sorted({words_of(v) for v in values}, key=str.casefold)

    def _used(self) -> dict[str, list[Value]]:
        """What was said so far about objects of these categories, by name."""
        store, found = self._workspace.store, dict[str, list[Value]]()
        for category_id in {a.category_id for a in self._objects()} if store else ():
            assert store is not None
            for attributes in store.annotations.attributes_used(category_id):
                for one in attributes:
                    found.setdefault(one.name, []).append(one.value)
        return dict(sorted(found.items(), key=lambda item: item[0].casefold()))

    # --- changing --------------------------------------------------------------------------

    def _objects(self) -> list[Annotation]:
        """The shown objects as they are now."""
        ids = set(self._ids)
        return [a for a in self._workspace.annotations if a.id in ids]

    def _on_value_typed(self, name: str, text: str) -> None:
        said = [value_of(a.attributes, name) for a in self._objects()]
        known = next((v for v in said if v is not None), None)
        self._say(name, value_from(text, known))

    def _say(self, name: str, value: Value, verb: str = "Change") -> None:
        """Give all shown objects a value under a name; a run on one name is undone together."""
        afters = [
            replace(a, attributes=with_value(a.attributes, name, value)) for a in self._objects()
        ]
        gesture = f"attribute-{name}-{'-'.join(map(str, self._ids[:8]))}"
        text = f"{verb} attribute {name}"
        self._workspace.change_many(afters, text=text, gesture=gesture)

    def _on_removed(self, name: str) -> None:
        afters = [replace(a, attributes=without(a.attributes, name)) for a in self._objects()]
        self._workspace.change_many(afters, text=f"Remove attribute {name}")

    def _on_attribute_added(self, name: str, text: str) -> None:
        known = next(iter(self._used().get(name, [])), None)
        self._say(name, value_from(text, known), "Add")

    def _on_note_entered(self, text: str) -> None:
        gesture = f"note-{'-'.join(map(str, self._ids[:8]))}"
        afters = [replace(a, note=text) for a in self._objects()]
        self._workspace.change_many(afters, text="Change note", gesture=gesture)
