"""Where a COCO file is written, and what goes into it."""

from __future__ import annotations

from pathlib import Path

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QCheckBox, QDoubleSpinBox, QHBoxLayout, QWidget

from annotator.services.exchange import ExportOptions
from annotator.ui.dialogs.frame import Frame, PathField, form, hinted, muted
from annotator.ui.look import caption
from annotator.ui.words import counted
from annotator.ui.workspace import Workspace


class ExportDialog(Frame):
    """Asks for the file and the choices; the work is the caller's.

    Signals:
        export_requested: (Path, ExportOptions).
    """

    export_requested = Signal(object, object)

    def __init__(self, workspace: Workspace, parent: QWidget | None = None) -> None:
        super().__init__("export_dialog", "Export COCO", parent)
        self._workspace = workspace
        self._file = PathField(
            "export_file", kind="save", title="Export COCO", filters="COCO (*.json)"
        )
        self._reviewed = _check("Reviewed images only", "export_reviewed_only")
        self._all = _check("Also images with nothing labelled", "export_all_images")
        self._fill_in = _check("Fill in missing area, box and crowd", "export_fill")
        self._with = _check("Also predictions from", "export_with_predictions")
        self._above = QDoubleSpinBox()
        self._above.setObjectName("export_predictions_above")
        self._above.setRange(0, 1)
        self._above.setSingleStep(0.05)
        self._above.setValue(workspace.threshold)
        self._lay_out()
        self._main = self.add_buttons("Export COCO", self._on_accept_pressed)
        self._connect()
        if workspace.store is not None:
            self._file.set_path(workspace.store.folder / "annotations.json")
        self._check()

    def _lay_out(self) -> None:
        predictions = QWidget()
        row = QHBoxLayout(predictions)
        row.setContentsMargins(0, 0, 0, 0)
        row.addWidget(self._with)
        row.addWidget(self._above)
        row.addStretch(1)
        fields = form()
        fields.addRow(muted("File"), self._file)
        fields.addRow(muted("Images"), self._reviewed)
        fields.addRow("", self._all)
        scores = "They are written with their score, for looking at elsewhere."
        fields.addRow(muted("Objects"), hinted(predictions, scores))
        whole = "What was imported and not edited is written as it came in otherwise."
        fields.addRow("", hinted(self._fill_in, whole))
        self._facts = caption("", "export_facts", role="body")
        self.body.addLayout(fields)
        self.body.addWidget(self._facts)
        self.setMinimumWidth(520)

    def _connect(self) -> None:
        self._file.changed.connect(self._check)
        self._reviewed.toggled.connect(lambda _checked: self._check())
        self._all.toggled.connect(lambda _checked: self._check())
        self._with.toggled.connect(lambda _checked: self._check())

    def _check(self) -> None:
        path = self._file.path
        self._above.setEnabled(self._with.isChecked())
        self._all.setEnabled(not self._reviewed.isChecked())
        problem = ""
        if path is not None and not path.parent.is_dir():
            problem = f"There is no folder {path.parent}."
        elif path is not None and path.is_dir():
            problem = f"{path} is a folder. Add the name of a file."
        self.say_problem(problem)
        self._main.setEnabled(path is not None and not problem)
        self._facts.setText(self._describe(path))

    def _describe(self, path: Path | None) -> str:
        objects = self._workspace.album.objects(reviewed_only=self._reviewed.isChecked())
        words = f"{counted(objects, 'object')} will be written."
        if path is not None and path.is_file():
            return f"{words} The file that is there will be replaced."
        return words

    def _on_accept_pressed(self) -> None:
        path = self._file.path
        if path is None:
            return
        if not path.suffix:
            path = path.with_suffix(".json")
        options = ExportOptions(
            reviewed_only=self._reviewed.isChecked(),
            predictions_above=self._above.value() if self._with.isChecked() else None,
            all_images=self._all.isChecked() and not self._reviewed.isChecked(),
            fill=self._fill_in.isChecked(),
        )
        self.export_requested.emit(path, options)
        self.accept()


def _check(words: str, name: str) -> QCheckBox:
    made = QCheckBox(words)
    made.setObjectName(name)
    return made
