"""Steps over many images: short ones are made at once, long ones in a process of their own.

In a thread of this process a long one would hold the interpreter lock that the window needs.
"""

from __future__ import annotations

import json
from collections.abc import Callable
from typing import Any, Final

from annotator.domain.columns import ImageColumns
from annotator.domain.errors import KnownError
from annotator.services import bulk
from annotator.services.bulk_jobs import Job, Recover, encode
from annotator.services.bulk_writing import Outcome
from annotator.store.store import Store
from annotator.ui import background
from annotator.ui.album import Album
from annotator.ui.chores import Chore
from annotator.ui.notices import Notice
from annotator.ui.progress import JobProgress
from annotator.ui.session import Session
from annotator.ui.stage import told

FEW: Final = 50
"""So many predictions or objects are changed at once: that takes some 20 milliseconds."""
JOB: Final = "bulk"

READ_ONLY = "This project is open for looking only; nothing was changed."


class Bulking(Session):
    """A session that makes steps over many images; signals as those of ``Stage``."""

    _chore: Chore | None = None
    _seen_items = 0
    """What the step under way had done to the image in view when that was read last."""

    @property
    def is_bulk_running(self) -> bool:
        """Whether a step over many images is being written."""
        return self._chore is not None

    @told
    def cancel_bulk(self) -> None:
        """End the step that is being written; what it did is taken back."""
        if self._chore is not None:
            self._chore.cancel()

    def close(self) -> None:
        """Close what is open; a step being written is taken back when it is opened next."""
        if self._chore is not None:
            self._chore.stop()
            self._end_chore()
        super().close()

    def _load(self, store: Store) -> None:
        super()._load(store)
        if not self.is_read_only and store.bulk.unfinished() is not None:
            self._in_process(Recover(), "Taking back what was interrupted", None)

    def _may_change(self) -> bool:
        if self.is_read_only:
            self.say(READ_ONLY, "warning")
        return self.store is not None and not self.is_read_only

    # --- doing it --------------------------------------------------------------------------

    def _run(
        self, job: Job, text: str, *, is_short: bool, then: Callable[[], None] | None = None
    ) -> None:
        """Make a step over many images, and tell how it went.

        Args:
            job: what to do.
            text: what the person reads meanwhile: "Accepting predictions".
            is_short: it takes no longer than the window may wait.
            then: called once it was done.
        """
        if self.store is None or not self._may_change():
            return
        self.settling.emit()
        if self._chore is not None:
            self.say(f"{self._chore.text} is not done yet; wait for it, or cancel it.", "warning")
        elif is_short:
            outcome = bulk.run(self.store, job)
            self._take_outcome(outcome, self.store.bulk.images_of(outcome.step_id))
            self._tell(outcome, then)
        else:
            self._in_process(job, text, then)

    def _in_process(self, job: Job, text: str, then: Callable[[], None] | None) -> None:
        assert self.store is not None
        store, self._seen_items = self.store, 0
        self._chore = chore = Chore(text, ["bulk", str(store.folder)], self, job=JOB)
        chore.progressed.connect(self._on_bulk_progressed)

        def end(ok: bool, words: str) -> None:
            if self._chore is chore:
                self._on_bulk_ended(ok, words, then)

        chore.start(end, said=encode(job))

    def _on_bulk_progressed(self, progress: JobProgress) -> None:
        self.bulk_progressed.emit(progress)
        store, image = self.store, self.image
        if store is None or image is None:
            return
        try:
            count = store.bulk.touches(image.id)
        except KnownError:
            return  # the next one, or the end, tells
        if count != self._seen_items:
            self._seen_items = count
            self.refresh_scene()

    def _on_bulk_ended(self, ok: bool, words: str, then: Callable[[], None] | None) -> None:
        """Read anew, beside the window, what lists need; then tell."""
        store = self.store
        if store is None:
            self._end_chore()
            return

        def show(columns: ImageColumns) -> None:
            self._end_chore()
            if self.store is not store:
                return
            self._take_columns(columns)
            if ok:
                self._tell(_outcome(words), then)
            else:
                self.say(words, "info" if "was cancelled" in words else "error")

        def fail(error: Exception) -> None:
            self._end_chore()
            if not isinstance(error, KnownError):
                raise error
            self.say(str(error), "error")

        background.run(store.images.columns, done=show, failed=fail, owner=self)

    def _end_chore(self) -> None:
        self._chore = None
        self.bulk_progressed.emit(None)

    def _take_columns(self, columns: ImageColumns) -> None:
        assert self.store is not None
        self.album = Album.of_columns(columns, self.store.images.many)
        self._reload_changed_categories()
        self.images_changed.emit(None)
        self.refresh_scene()

    def _take_outcome(self, outcome: Outcome, image_ids: list[int]) -> None:
        if outcome.step_id:
            self._reload_changed_categories()
            self.refresh_rows(image_ids)
            self.refresh_scene()

    def _reload_changed_categories(self) -> None:
        if self.store is not None and self.store.categories.all() != self.categories:
            self.reload_categories()

    def _tell(self, outcome: Outcome, then: Callable[[], None] | None) -> None:
        if outcome.text:
            undo_step = outcome.step_id if outcome.way == "undo" else None
            redo_step = outcome.step_id if outcome.way == "redo" else None
            self.said.emit(Notice(outcome.text, undo_step=undo_step, redo_step=redo_step))
        if then is not None:
            then()


def _outcome(words: str) -> Outcome:
    said: dict[str, Any] = json.loads(words)
    return Outcome(**said)
