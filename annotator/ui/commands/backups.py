"""Going back to a backup, and what is offered when a project file is damaged."""

from __future__ import annotations

from functools import partial
from pathlib import Path

from PySide6.QtCore import QObject
from PySide6.QtWidgets import QWidget

from annotator.domain.errors import KnownError, UnreadableFileError
from annotator.services.backup import Backup, Contents, has_any, look_into, restore
from annotator.ui import background
from annotator.ui.dialogs.backups import BackupsDialog
from annotator.ui.learner import Learner
from annotator.ui.notices import Notice
from annotator.ui.progress import JobProgress, ProgressStrip
from annotator.ui.words import counted
from annotator.ui.workspace import Workspace

_JOB = "restore"


class BackupCommands(QObject):
    """Restore a backup of the open project, or of one that cannot be opened."""

    def __init__(
        self, workspace: Workspace, learner: Learner, strip: ProgressStrip, window: QWidget
    ) -> None:
        super().__init__(window)
        self._workspace, self._learner = workspace, learner
        self._strip, self._window = strip, window

    def show(self, folder: Path | None = None) -> None:
        """Open the list of backups; of the open project when no other is named."""
        store = self._workspace.store
        place = folder or (store.folder if store is not None else None)
        if place is None:
            return
        dialog = BackupsDialog(place, self._window)
        dialog.restore_requested.connect(partial(self._restore, place))
        dialog.open()

    def tell_refusal(self, folder: Path, error: KnownError) -> None:
        """Say why a project cannot be opened, or be trusted; offer its backups if it is damaged."""
        if isinstance(error, UnreadableFileError) and has_any(folder):
            show = partial(self.show, folder)
            self._workspace.said.emit(Notice(str(error), "error", None, "Restore…", show))
        else:
            self._workspace.said.emit(Notice(str(error), "error"))

    def _restore(self, folder: Path, chosen: Backup) -> None:
        store = self._workspace.store
        if store is not None and store.folder == folder:
            self._workspace.close()
        self._strip.show_progress(JobProgress(_JOB, "Restoring the backup"))
        self._learner.when_gone(partial(self._start, folder, chosen))

    def _start(self, folder: Path, chosen: Backup) -> None:
        background.run(
            _restored,
            folder,
            self._workspace.person,
            chosen.number,
            done=lambda done: self._on_backup_restored(folder, *done),
            failed=lambda error: self._on_restoring_failed(folder, error),
            owner=self,
        )

    def _on_backup_restored(self, folder: Path, inside: Contents, aside: Backup | None) -> None:
        self._strip.finish(_JOB)
        self._open(folder)
        text = (
            f"Restored {counted(inside.images, 'image')} and {counted(inside.objects, 'object')}."
        )
        if aside is None:
            self._workspace.say(text)
            return
        text += " What was there is set aside in the list of backups."
        back = partial(self._restore, folder, aside)
        self._workspace.said.emit(Notice(text, "info", None, "Take it back", back))

    def _on_restoring_failed(self, folder: Path, error: Exception) -> None:
        self._strip.finish(_JOB)
        if not isinstance(error, KnownError):
            raise error
        self._open(folder)
        self._workspace.said.emit(Notice(str(error), "error"))

    def _open(self, folder: Path) -> None:
        try:
            self._workspace.open(folder)
        except KnownError as error:
            self.tell_refusal(folder, error)


def _restored(folder: Path, person: str, number: int) -> tuple[Contents, Backup | None]:
    """Restore; what came back, and what was set aside."""
    chosen, aside = restore(folder, person, number)
    return look_into(chosen), aside
