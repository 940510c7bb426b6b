"""Choosing a backup to go back to: when it was made, and how much is in it."""

from __future__ import annotations

from datetime import datetime
from pathlib import Path

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import QHeaderView, QTreeWidget, QTreeWidgetItem, QWidget

from annotator.domain.errors import KnownError
from annotator.services.backup import Backup, Contents, listed
from annotator.ui import background
from annotator.ui.dialogs.frame import Frame
from annotator.ui.look import as_role, caption, tabular
from annotator.ui.words import ago, size_words

_RIGHT = Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter
_NARROWEST = 76  # pixels, so that numbers keep apart
_BACKUP = int(Qt.ItemDataRole.UserRole)


class BackupsDialog(Frame):
    """The backups of one project, newest first.

    Signals:
        restore_requested: the Backup that was chosen.
    """

    restore_requested = Signal(object)

    def __init__(self, folder: Path, parent: QWidget | None = None) -> None:
        super().__init__("backups_dialog", "Restore a backup", parent)
        words = (
            f"{folder.name} goes back to the state that you choose. Its present state is set "
            "aside and stands in this list afterwards, so this can be taken back."
        )
        self.body.addWidget(caption(words, "backups_words", role="body"))
        self._list = self._make_list()
        self.body.addWidget(self._list, 1)
        self._note = caption("Looking through the backups", "backups_note")
        self.body.addWidget(self._note)
        self._main = self.add_buttons("Restore", self._on_restore_pressed)
        self._main.setEnabled(False)
        self._list.currentItemChanged.connect(lambda _now, _before: self._enable())
        self._list.itemDoubleClicked.connect(lambda _item, _column: self._on_restore_pressed())
        self.resize(560, 380)
        background.run(listed, folder, done=self._fill, failed=self._on_listing_failed, owner=self)

    def _make_list(self) -> QTreeWidget:
        made = QTreeWidget()
        made.setObjectName("backups_list")
        made.setAccessibleName("Backups")
        made.setHeaderLabels(["Made", "Images", "Objects", "Size", ""])
        for column in (1, 2, 3):
            made.headerItem().setTextAlignment(column, _RIGHT)
        made.setRootIsDecorated(False)
        made.setFont(tabular(made.font()))
        made.header().setSectionResizeMode(QHeaderView.ResizeMode.ResizeToContents)
        made.header().setMinimumSectionSize(_NARROWEST)
        made.header().setStretchLastSection(True)
        as_role(made, "framed")
        return made

    def _fill(self, found: list[tuple[Backup, Contents]]) -> None:
        rows = [_row(backup, inside) for backup, inside in found]
        self._list.addTopLevelItems(rows)
        if not found:
            self._note.setText(
                "There is no backup yet. One is made soon after a project is opened, every so many "
                "edits, and when it is closed."
            )
            return
        count = sum(not backup.is_aside for backup, _ in found)
        self._note.setText(
            f"{count} kept: the newest ones, and the last of each day. They lie in "
            f"{found[0][0].path.parent}."
        )
        own = (item for item, (backup, _) in zip(rows, found, strict=True) if not backup.is_aside)
        self._list.setCurrentItem(next(own, rows[0]))

    def _enable(self) -> None:
        chosen = self._chosen()
        self._main.setEnabled(chosen is not None)
        if chosen is not None:
            self._main.setText(f"Restore {_clock(chosen.made)}")

    def _chosen(self) -> Backup | None:
        item = self._list.currentItem()
        backup = None if item is None or item.isDisabled() else item.data(0, _BACKUP)
        return backup if isinstance(backup, Backup) else None

    def _on_listing_failed(self, error: Exception) -> None:
        if not isinstance(error, KnownError | OSError):
            raise error
        self._note.setText("")
        self.say_problem(str(error))

    def _on_restore_pressed(self) -> None:
        chosen = self._chosen()
        if chosen is not None:
            self.restore_requested.emit(chosen)
            self.accept()


def _row(backup: Backup, inside: Contents) -> QTreeWidgetItem:
    remark = inside.problem or ("Set aside" if backup.is_aside else "")
    counts = ("", "") if inside.problem else (f"{inside.images:,}", f"{inside.objects:,}")
    made = f"{_clock(backup.made)}, {ago(backup.made)}"
    item = QTreeWidgetItem([made, *counts, size_words(backup.size), remark])
    item.setData(0, _BACKUP, backup)
    item.setToolTip(0, backup.path.name)
    for column in (1, 2, 3):
        item.setTextAlignment(column, _RIGHT)
    item.setDisabled(bool(inside.problem))
    return item


def _clock(moment: str) -> str:
    then = datetime.fromisoformat(moment).astimezone()
    return f"{then.day} {then:%b %H:%M}"
