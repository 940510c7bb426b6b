"""What a model version learned from, to the last object; to be read, and saved as JSON."""

from __future__ import annotations

import json
from collections.abc import Mapping
from pathlib import Path

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import (
    QAbstractItemView,
    QFileDialog,
    QHeaderView,
    QTreeWidget,
    QTreeWidgetItem,
    QWidget,
)

from annotator.domain.model import Image, ModelVersion
from annotator.ui.dialogs.frame import Frame, form, muted
from annotator.ui.lineage import learned_words, lineage_words, receipt_of
from annotator.ui.look import as_role, button, caption, tabular
from annotator.ui.words import counted

_RIGHT = Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter
_MOST_NAMES = 12
_MOST_ROWS = 5_000
"""Rows a list is filled with; the file has all."""


class ReceiptDialog(Frame):
    """The receipt of one version.

    Signals:
        saved: the Path it was written to.
        failed: why it could not be, in words.
    """

    saved = Signal(object)
    failed = Signal(str)

    def __init__(
        self, version: ModelVersion, images: Mapping[int, Image], parent: QWidget | None = None
    ) -> None:
        """Show it; ``images`` are those of the project by id."""
        super().__init__("receipt", f"Receipt of {version.name}", parent)
        self._version = version
        receipt = receipt_of(version)
        self.body.addWidget(caption(learned_words(version), "receipt_learned", role="body"))
        self.body.addWidget(caption(lineage_words(version), "receipt_lineage"))
        facts = form()
        for name, text in _facts(receipt):
            facts.addRow(muted(name), caption(text, role="body"))
        self.body.addLayout(facts)
        self._list = QTreeWidget()
        self._list.setObjectName("receipt_images")
        self._list.setAccessibleName("Images of the receipt")
        self._list.setHeaderLabels(["Image", "Use", "Objects"])
        self._list.headerItem().setTextAlignment(2, _RIGHT)
        self._list.setRootIsDecorated(False)
        self._list.setSelectionMode(QAbstractItemView.SelectionMode.NoSelection)
        self._list.setFont(tabular(self._list.font()))
        self._list.header().setStretchLastSection(False)
        self._list.header().setSectionResizeMode(0, QHeaderView.ResizeMode.Stretch)
        as_role(self._list, "framed")
        self._fill(receipt, images)
        self.body.addWidget(self._list, 1)
        save = button("Save as JSON…", "receipt_save")
        save.clicked.connect(self._on_save_clicked)
        self.buttons.addWidget(save)
        close = button("Close", "receipt_close", primary=True)
        close.setDefault(True)
        close.clicked.connect(self.accept)
        self.buttons.addWidget(close)
        self.resize(560, 560)

    def _fill(self, receipt: Mapping[str, object], images: Mapping[int, Image]) -> None:
        rows = []
        for key, use in (("train", "learned"), ("held_out", "tested")):
            listed = receipt.get(key)
            for image_id, objects in listed.items() if isinstance(listed, dict) else ():
                image = images.get(int(image_id))
                name = (
                    image.file_name if image is not None else f"Image {image_id}, taken out since"
                )
                row = QTreeWidgetItem([name, use, f"{len(objects):,}"])
                row.setTextAlignment(2, _RIGHT)
                rows.append(row)
        self._list.addTopLevelItems(rows[:_MOST_ROWS])
        if len(rows) > _MOST_ROWS:
            more = f"{len(rows) - _MOST_ROWS:,} more; the file has all"
            self._list.addTopLevelItem(QTreeWidgetItem([more]))

    def _on_save_clicked(self) -> None:
        dialog = QFileDialog(self, "Save the receipt", "", "JSON (*.json)")
        dialog.setAcceptMode(QFileDialog.AcceptMode.AcceptSave)
        dialog.setDefaultSuffix("json")
        dialog.selectFile(f"{self._version.name}-receipt.json")
        dialog.fileSelected.connect(lambda name: self.save(Path(name)))
        dialog.open()

    def save(self, place: Path) -> None:
        """Write the receipt with the numbers of the version."""
        version = self._version
        body = {
            "version": version.name,
            "created": version.created,
            "note": version.note,
            "metrics": json.loads(version.metrics),
            **receipt_of(version),
        }
        part = place.with_name(place.name + ".part")
        try:
            part.write_text(json.dumps(body, indent=1, ensure_ascii=False), encoding="utf-8")
            part.replace(place)
        except OSError as error:
            self.failed.emit(f"{place} could not be written: {error.strerror or error}.")
            return
        self.saved.emit(place)


def _facts(receipt: Mapping[str, object]) -> list[tuple[str, str]]:
    """Settings worth reading, in words."""
    rows = []
    weights = receipt.get("loss_weights")
    for key, name in (
        ("categories", "Categories"),
        ("learning_rate", "Learning rate"),
        ("batch_size", "Images a step"),
        ("seed", "Seed"),
        ("device", "Ran on"),
        ("person", "Started by"),
    ):
        value = receipt.get(key)
        if isinstance(value, list):
            many = counted(len(value), "category", "categories")
            value = many if len(value) > _MOST_NAMES else ", ".join(map(str, value))
        if value not in (None, ""):
            rows.append((name, f"{value:g}" if isinstance(value, float) else str(value)))
    if _learned_any_direction(receipt):
        rows.append(("Pictures", "turned in any direction"))
    if isinstance(weights, dict) and weights:
        rows.append(("Loss weights", ", ".join(f"{k} × {v:g}" for k, v in weights.items())))
    return rows


def _learned_any_direction(receipt: Mapping[str, object]) -> bool:
    settings = receipt.get("settings")
    change = settings.get("augmentation") if isinstance(settings, dict) else None
    return isinstance(change, dict) and bool(change.get("turns"))
