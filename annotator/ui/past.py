"""How one goes back and forth in the history of what is open, as the store keeps it."""

from __future__ import annotations

from typing import Final

from PySide6.QtCore import QTimer

from annotator.domain.errors import KnownError, RefusedError
from annotator.domain.model import Annotation
from annotator.services.bulk_jobs import Redo, Undo
from annotator.ui.bulking import FEW
from annotator.ui.editor import Editor
from annotator.ui.stage import told

SLICE_SECONDS: Final = 0.03
"""Of undoing or redoing, then the window gets its turn."""


class Past(Editor):
    """An editor whose changes can be taken back; signals as those of ``Stage``."""

    _walks = 0
    """How many walks were begun; the last one is the one that goes on."""

    @told
    def undo(self) -> None:
        """Undo the last step on the image in view."""
        self._step_back_or_forth(back=True)

    @told
    def redo(self) -> None:
        """Redo the step undone last on the image in view."""
        self._step_back_or_forth(back=False)

    def history_texts(self) -> tuple[str, str]:
        """What undo and redo would do on the image in view; "" where nothing."""
        if self.store is None or self.image is None:
            return "", ""
        history, image_id = self.store.history, self.image.id
        return history.undo_text(image_id) or "", history.redo_text(image_id) or ""

    @told
    def undo_step(self, step_id: int) -> None:
        """Undo a bulk step as a set; what was changed since is left alone and counted."""
        if self.store is not None:
            self._turn_step(Undo(self.person, step_id), "Undoing", step_id)

    @told
    def redo_step(self, step_id: int) -> None:
        """Make a bulk step again that was undone; what was changed since is left alone."""
        if self.store is not None:
            self._turn_step(Redo(self.person, step_id), "Redoing", step_id)

    def _turn_step(self, job: Undo | Redo, verb: str, step_id: int) -> None:
        assert self.store is not None
        try:
            is_short = self.store.bulk.size(step_id, limit=2 * FEW + 1) <= 2 * FEW
            self._run(job, f"{verb} a step", is_short=is_short)
        except RefusedError as error:
            self.say(str(error), "warning")

    @told
    def walk_to(self, step_id: int) -> None:
        """Bring the image in view to the state after one of its steps; 0 is before all of them.

        A long way is gone in slices, each shown, so that the window stays alive. It ends early when
        another image comes into view or a person changes something meanwhile.
        """
        if self.image is not None and self._may_change():
            self.settling.emit()
            self._walks += 1
            self._walk(step_id, self._walks, self._place())

    def _place(self) -> tuple[int, int]:
        """The image in view and the newest step that was made on it."""
        if self.store is None or self.image is None:
            return 0, 0
        return self.image.id, self.store.history.newest(self.image.id)

    def _walk(self, step_id: int, number: int, place: tuple[int, int]) -> None:
        """Go one slice of the way, as long as nothing else happens."""
        if self.store is None or number != self._walks or self._place() != place:
            return
        history, seconds = self.store.history, SLICE_SECONDS
        try:
            walked = history.walk(place[0], step_id, person=self.person, seconds=seconds)
        except KnownError as error:
            self.say(str(error), "warning")
            return
        if walked.edits:
            self._take(walked.edits, None)
            last = walked.edits[-1].after
            self.select([last.id] if isinstance(last, Annotation) else ())
        if not walked.is_there:
            QTimer.singleShot(0, self, lambda: self._walk(step_id, number, place))

    def _step_back_or_forth(self, *, back: bool) -> None:
        if self.store is None or self.image is None or not self._may_change():
            return
        self.settling.emit()
        history = self.store.history
        try:
            done = (history.undo if back else history.redo)(self.image.id, person=self.person)
        except RefusedError as error:
            self.say(str(error), "warning")
            return
        if done is None:
            self.say(f"There is nothing to {'undo' if back else 'redo'} on this image.")
            return
        self._take(done.edits, None)
        there = [e.after.id for e in done.edits if isinstance(e.after, Annotation)]
        self.select(there)
