"""Labels that may be wrong as rows, the worst first, with the reason and the image."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Final

from PySide6.QtCore import Qt, Signal
from PySide6.QtGui import QKeyEvent
from PySide6.QtWidgets import QListWidget, QListWidgetItem

from annotator.domain.model import Image
from annotator.domain.suspects import Fault, Suspect
from annotator.ui.keys import OWN_KEYS
from annotator.ui.look import icon
from annotator.ui.panels.rows import KEY, dress_list, row

MOST: Final = 500
"""Rows that are shown; whoever answers them all gets the next ones."""
_ICONS: Final = {
    Fault.MISSED: "plus",
    Fault.EXTRA: "trash",
    Fault.OUTLINE: "bounding-box",
    Fault.CATEGORY: "tag",
    Fault.SIDES: "swap",
    Fault.JOINTS: "person-simple-run",
}


class SuspectList(QListWidget):
    """Rows of suspects.

    Signals:
        mended: Enter: do what the model says.
        deleted: Delete: the label goes.
        called_right: Y: it is right as it is.
    """

    mended = Signal()
    deleted = Signal()
    called_right = Signal()

    def __init__(self) -> None:
        super().__init__()
        dress_list(self, "suspect_list")
        self.setAccessibleName("Labels that may be wrong")
        self.setProperty(OWN_KEYS, "Return Enter Del Y")

    def show_suspects(self, suspects: Sequence[Suspect], images: Mapping[int, Image]) -> None:
        """Fill the list anew; the row that was chosen stays, or the one at its place is chosen."""
        key, place = self.key(), self.currentRow()
        self.blockSignals(True)
        self.clear()
        for suspect in suspects[:MOST]:
            image = images.get(suspect.image_id)
            name = image.file_name if image is not None else "an image that is gone"
            item = row(suspect.id, suspect.words, name, trailing=f"{suspect.badness:.2f}")
            item.setIcon(icon(_ICONS[suspect.fault], role="muted"))
            self.addItem(item)
        self.blockSignals(False)
        self.choose(key, otherwise=place)

    def key(self) -> int | None:
        """The suspect whose row is chosen."""
        item = self.currentItem()
        return None if item is None else int(item.data(KEY))

    def choose(self, key: int | None, *, otherwise: int = -1) -> None:
        """Choose the row of a suspect; where it is gone, the one at a place."""
        found = next((n for n in range(self.count()) if self.item(n).data(KEY) == key), None)
        self.setCurrentRow(min(otherwise, self.count() - 1) if found is None else found)

    def drop(self, key: int) -> None:
        """Take a row out; the next one is chosen."""
        for n in range(self.count()):
            item: QListWidgetItem = self.item(n)
            if item.data(KEY) == key:
                self.blockSignals(True)
                self.takeItem(n)
                self.blockSignals(False)
                return

    # --- Qt --------------------------------------------------------------------------------

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """One key an answer."""
        signals = {
            Qt.Key.Key_Return: self.mended,
            Qt.Key.Key_Enter: self.mended,
            Qt.Key.Key_Delete: self.deleted,
            Qt.Key.Key_Y: self.called_right,
        }
        signal = signals.get(Qt.Key(event.key()))
        if signal is None or self.currentItem() is None:
            super().keyPressEvent(event)
        else:
            signal.emit()
