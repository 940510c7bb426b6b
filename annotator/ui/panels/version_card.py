"""One model version as a card: its numbers, where it comes from, and what can be done with it."""

from __future__ import annotations

from collections.abc import Sequence

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import QFrame, QGridLayout, QHBoxLayout, QLineEdit, QMenu, QVBoxLayout

from annotator.domain.model import ModelVersion
from annotator.ui.lineage import Standing, learned_words, lineage_words, signed, standing
from annotator.ui.look import GAP, PAD, as_role, button, caption
from annotator.ui.words import ago, ap50


class VersionCard(QFrame):
    """A version.

    Signals:
        use_requested, receipt_requested, export_requested, delete_requested: with its id.
        compare_requested: its id, and that of the other.
        note_written: its id, and the text.
    """

    use_requested = Signal(object)
    receipt_requested = Signal(object)
    export_requested = Signal(object)
    delete_requested = Signal(object)
    compare_requested = Signal(object, object)
    note_written = Signal(object, str)

    def __init__(
        self, version: ModelVersion, before: ModelVersion | None, others: Sequence[ModelVersion]
    ) -> None:
        """Show a version; ``before`` is the one made before it, ``others`` all but itself."""
        super().__init__()
        self.setObjectName(f"version_{version.name}")
        as_role(self, "card")
        self._version = version
        layout = QVBoxLayout(self)
        layout.setContentsMargins(PAD + GAP, PAD + GAP, PAD + GAP, PAD + GAP)
        layout.setSpacing(GAP)
        layout.addLayout(self._head())
        layout.addLayout(self._numbers(standing(version, before)))
        layout.addWidget(caption(learned_words(version), "version_learned", role="body"))
        layout.addWidget(caption(lineage_words(version), "version_lineage"))
        layout.addWidget(self._note())
        layout.addLayout(self._buttons(others))

    def _head(self) -> QHBoxLayout:
        row = QHBoxLayout()
        row.setSpacing(PAD)
        row.addWidget(caption(self._version.name, "version_name", role="heading", wrap=False))
        if self._version.is_active:
            row.addWidget(caption("in use", "version_in_use", wrap=False))
        row.addStretch(1)
        row.addWidget(caption(ago(self._version.created), "version_created", wrap=False))
        return row

    def _numbers(self, against: Standing) -> QGridLayout:
        grid = QGridLayout()
        grid.setHorizontalSpacing(3 * PAD)
        grid.setVerticalSpacing(0)
        numbers = ap50(self._version)
        if not numbers:
            grid.addWidget(caption("No held-out numbers", "version_numbers"), 0, 0)
            return grid
        for column, (kind, value) in enumerate(numbers.items()):
            number = caption(f"{kind} {value:.2f}", f"version_{kind}", role="title", wrap=False)
            grid.addWidget(number, 0, column)
            if kind in against.changes:
                words = f"{signed(against.changes[kind])} against {against.name}"
                grid.addWidget(caption(words, f"version_{kind}_change", wrap=False), 1, column)
        grid.setColumnStretch(len(numbers), 1)
        unit = caption("AP50, held-out images", "version_unit", wrap=False)
        unit.setToolTip("1 is perfect. Changes are on the same images; without one they differ.")
        grid.addWidget(unit, 0, len(numbers), Qt.AlignmentFlag.AlignRight)
        return grid

    def _note(self) -> QLineEdit:
        field = QLineEdit(self._version.note)
        field.setObjectName("version_note")
        field.setPlaceholderText("Write a note…")
        field.setAccessibleName(f"Note on {self._version.name}")
        field.setCursorPosition(0)

        def write() -> None:
            if field.text() != self._version.note:
                self.note_written.emit(self._version.id, field.text())

        field.editingFinished.connect(write)
        return field

    def _buttons(self, others: Sequence[ModelVersion]) -> QHBoxLayout:
        key = self._version.id
        use = button("Use", "version_use")
        use.setToolTip("Pre-label with this version from now on")
        use.setEnabled(not self._version.is_active)
        use.clicked.connect(lambda: self.use_requested.emit(key))
        compare = button("Compare with", "version_compare")
        compare.setToolTip("Tests both on the same held-out images")
        menu = QMenu(compare)
        for other in others:
            chosen = menu.addAction(other.name)
            chosen.triggered.connect(
                lambda _=False, o=other.id: self.compare_requested.emit(key, o)
            )
        compare.setMenu(menu)
        compare.setEnabled(bool(others))
        receipt = button("Receipt…", "version_receipt")
        receipt.setToolTip("Exactly which images and objects it learned from")
        receipt.clicked.connect(lambda: self.receipt_requested.emit(key))
        export = button("Export checkpoint…", "version_export")
        export.clicked.connect(lambda: self.export_requested.emit(key))
        delete = button("Delete…", "version_delete", icon_name="trash")
        delete.setEnabled(not self._version.is_active)
        delete.setToolTip(
            "It is in use; switch to another first"
            if self._version.is_active
            else "Deletes its file; what it predicted stays, with its name"
        )
        delete.clicked.connect(lambda: self.delete_requested.emit(key))
        row = QHBoxLayout()
        row.setContentsMargins(0, GAP, 0, 0)
        row.setSpacing(PAD)
        for one in (use, compare, receipt, export):
            row.addWidget(one)
        row.addStretch(1)
        row.addWidget(delete)
        return row
