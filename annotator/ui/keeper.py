"""Looks through the open project and backs it up, beside the work."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial
from pathlib import Path

from PySide6.QtCore import QObject, Signal

from annotator.domain.errors import KnownError, ProjectLockedError, UnreadableFileError
from annotator.services.backup import Backup, back_up, check_and_back_up
from annotator.ui import background
from annotator.ui.notices import Notice
from annotator.ui.timers import once
from annotator.ui.workspace import Workspace

AFTER_OPENING_MS = 4_000
"""By then the first image is in view."""
EVERY_EDITS = 200
_PRIORITY = -1  # images that somebody waits for go first


class BackupKeeper(QObject):
    """Backs up what is edited here: soon after opening, every so many edits, and at closing.

    A project that is open for looking only is left to the window that edits it.

    Signals:
        damage_found: (folder, error): the project file is damaged.
        backed_up: a Backup was made.
    """

    damage_found = Signal(object, object)
    backed_up = Signal(object)

    def __init__(self, workspace: Workspace, parent: QObject) -> None:
        super().__init__(parent)
        self._workspace = workspace
        self._folder: Path | None = None
        self._edits = 0
        self._has_complained = False
        self._timer = once(self, partial(self._start, check_and_back_up), after_ms=AFTER_OPENING_MS)
        workspace.project_changed.connect(self._on_project_changed)
        workspace.edited.connect(self._on_object_edited)

    def _on_project_changed(self) -> None:
        self._start(back_up)  # of the project that was open
        self._timer.stop()
        store = self._workspace.store
        is_ours = store is not None and not self._workspace.is_read_only
        self._folder = store.folder if store is not None and is_ours else None
        self._edits, self._has_complained = 0, False
        if self._folder is not None:
            self._timer.start()

    def _on_object_edited(self, _edits: object, _asker: object) -> None:
        self._edits += 1
        if self._edits % EVERY_EDITS == 0:
            self._start(back_up)

    def _start(self, work: Callable[[Path], Backup | None]) -> None:
        folder = self._folder
        if folder is not None:
            background.run(
                work,
                folder,
                done=self._on_backup_ended,
                failed=lambda error: self._on_backup_failed(folder, error),
                owner=self,
                priority=_PRIORITY,
            )

    def _on_backup_ended(self, made: Backup | None) -> None:
        if made is not None:
            self.backed_up.emit(made)

    def _on_backup_failed(self, folder: Path, error: Exception) -> None:
        if not isinstance(error, KnownError):
            raise error
        if isinstance(error, UnreadableFileError):
            self.damage_found.emit(folder, error)
        elif not isinstance(error, ProjectLockedError) and not self._has_complained:
            self._has_complained = True  # once a project, not every few minutes
            self._workspace.said.emit(Notice(str(error), "warning"))
