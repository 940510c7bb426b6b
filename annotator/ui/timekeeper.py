"""Measures what labelling takes, from what is done in the window, and keeps it in the project."""

from __future__ import annotations

import time
from collections.abc import Callable, Sequence
from contextlib import suppress

from PySide6.QtCore import QObject, QTimer, Signal

from annotator.domain.edits import Edit
from annotator.domain.errors import KnownError
from annotator.services import worktime
from annotator.services.ledger import Stopwatch, Totals, Work, booked, looked
from annotator.store.store import Store
from annotator.ui import background
from annotator.ui.timers import once
from annotator.ui.workspace import Workspace

_WRITE_AFTER_MS = 20_000
"""So much measured time a crash may cost."""


class Timekeeper(QObject):
    """Every deed is a touch of the stopwatch; a step books the time that led to it.

    Signals:
        totals_changed: what the project's labelling took was added up anew.
    """

    totals_changed = Signal()

    def __init__(
        self,
        workspace: Workspace,
        parent: QObject,
        clock: Callable[[], float] = time.monotonic,
    ) -> None:
        super().__init__(parent)
        self._workspace = workspace
        self.watch = Stopwatch(clock)
        self.totals = Totals()
        self._rows: list[Work] = []
        self._is_adding = self._is_stale = False
        self._due = once(self, self.write, after_ms=_WRITE_AFTER_MS)
        workspace.project_changed.connect(self._on_project_changed)
        workspace.settling.connect(self.write)
        workspace.image_changed.connect(self.touch)
        workspace.selection_changed.connect(self.touch)
        workspace.current_category_changed.connect(self.touch)
        workspace.edited.connect(self._on_edited)
        workspace.tool_changed.connect(self._on_tool_changed)

    def touch(self) -> None:
        """Something was done: the mouse moved over the image, a key was pressed."""
        self.watch.touch()

    def write(self) -> None:
        """Write down what was measured; what led to no object goes to the image in view."""
        workspace = self._workspace
        self._due.stop()
        if workspace.store is None or workspace.is_read_only:
            self._forget()
            return
        image = workspace.image
        rows = [*self._rows, *looked(image.id if image else None, self.watch.take())]
        self._rows.clear()
        if rows:
            with suppress(KnownError):  # no edit hangs on it, and each of those tells of its own
                worktime.write(workspace.store, rows)
            QTimer.singleShot(0, self, self._add_up)  # not of a project that is being closed

    def _forget(self) -> None:
        self.watch.take()
        self._rows.clear()

    def _add_up(self) -> None:
        """Add up in the background; once more when something changed meanwhile."""
        store = self._workspace.store
        if store is None or self._is_adding:
            self._is_stale = self._is_adding
            return
        self._is_adding = True
        background.run(
            worktime.totals,
            store,
            done=lambda found: self._on_added_up(store, found),
            failed=lambda _error: self._on_added_up(store, None),
            owner=self,
        )

    def _on_added_up(self, store: Store, found: Totals | None) -> None:
        self._is_adding = False
        if found is not None and store is self._workspace.store:
            self.totals = found
            self.totals_changed.emit()
        if self._is_stale:
            self._is_stale = False
            self._add_up()

    def _on_project_changed(self) -> None:
        self._forget()
        self.watch.rest()
        self.totals = Totals()
        self.totals_changed.emit()
        self._add_up()

    def _on_edited(self, edits: Sequence[Edit], _asker: object) -> None:
        self.touch()
        if not edits:  # only what is shown has changed
            return
        seconds = self.watch.take()
        rows = booked(edits, seconds)
        if not rows:
            image = self._workspace.image
            rows = looked(image.id if image else None, seconds)
        self._rows += rows
        if self._rows and not self._due.isActive():
            self._due.start()

    def _on_tool_changed(self, tool: str) -> None:
        self.touch()
        self.watch.tool = tool
