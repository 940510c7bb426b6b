"""What the Review menu does beyond single predictions: time, and labels that may be wrong."""

from __future__ import annotations

from PySide6.QtCore import QObject, Signal
from PySide6.QtWidgets import QWidget

from annotator.domain.model import ModelVersion
from annotator.domain.suspects import Suspect
from annotator.learning.protocol import Check
from annotator.ui.bulking import JOB
from annotator.ui.calibrating import Calibrating
from annotator.ui.canvas.view import Canvas
from annotator.ui.dialogs.times import TimesDialog
from annotator.ui.learner import Learner
from annotator.ui.lineage import receipt_of
from annotator.ui.progress import JobProgress, ProgressStrip
from annotator.ui.timekeeper import Timekeeper
from annotator.ui.workspace import Workspace


class ReviewCommands(QObject):
    """Time, and the check of labels.

    Attributes:
        times: measures what labelling takes.

    Signals:
        suspects_requested: the panel of suspects is wanted.
    """

    suspects_requested = Signal()

    def __init__(
        self,
        workspace: Workspace,
        learner: Learner,
        canvas: Canvas,
        strip: ProgressStrip,
        window: QWidget,
    ) -> None:
        super().__init__(window)
        self._workspace, self._learner, self._canvas = workspace, learner, canvas
        self._strip, self._window = strip, window
        self.times = Timekeeper(workspace, self)
        Calibrating(workspace, self)
        canvas.cursor_moved.connect(self.times.touch)
        canvas.view_moved.connect(self.times.touch)
        workspace.bulk_progressed.connect(self._on_bulk_progressed)
        strip.cancel_requested.connect(self._on_cancel_requested)

    def show_times(self) -> None:
        """Show what labelling took, what the model saved, and what is left."""
        self.times.write()
        TimesDialog(self.times, self._window).open()

    def hours_until(self, version: ModelVersion) -> float | None:
        """Hours of labelling until a version was made; None while nothing is open."""
        store = self._workspace.store
        return None if store is None else store.work.seconds_until(version.created) / 3600

    def check_labels(self) -> None:
        """Compare the labels of all reviewed images with models that never saw them."""
        self._check(3)

    def check_unseen(self) -> None:
        """Compare only images the version in use did not learn from; nothing is trained."""
        self._check(0)

    def look_into(self, suspect: Suspect) -> None:
        """Bring what a suspect is about to the middle of the canvas."""
        box = suspect.box
        if box is not None:
            self._canvas.look(lambda view: view.look_at_box(box))

    def _on_bulk_progressed(self, progress: JobProgress | None) -> None:
        if progress is None:
            self._strip.finish(JOB)
        else:
            self._strip.show_progress(progress)

    def _on_cancel_requested(self, job: str) -> None:
        if job == JOB:
            self._workspace.cancel_bulk()

    def _check(self, folds: int) -> None:
        if self._workspace.is_read_only:
            self._workspace.say("Another window edits this project; it can check.", "warning")
            return
        if self._learner.is_busy("check"):
            self._workspace.say("Labels are being checked already.")
            return
        self.suspects_requested.emit()
        self._strip.show_progress(JobProgress("check", "Starting the learner"))
        self._learner.check(self._request(folds))

    def _request(self, folds: int) -> Check:
        """A check that trains as the version in use was trained, with the usual number of steps."""
        version = self._workspace.active_version
        if version is None:
            return Check(folds)
        weights = receipt_of(version).get("weights", "hub")
        return Check(folds, preset=version.preset, weights=weights)
