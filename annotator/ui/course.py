"""The course of a training: the one under way, or the one that was left; what is known and done."""

from __future__ import annotations

from PySide6.QtCore import QObject, Signal

from annotator.learning.protocol import (
    Began,
    Ending,
    Evaluated,
    Keep,
    Progress,
    Resume,
    Saved,
    TrainStep,
)
from annotator.learning.record import Point, Record, SnapshotFile
from annotator.ui import background
from annotator.ui.learner import Learner
from annotator.ui.lineage import ROUGH_BELOW
from annotator.ui.words import counted, duration
from annotator.ui.workspace import Workspace

_ENDINGS = {
    Ending.PAUSE: "Pausing after this step…",
    Ending.KEEP: "Stopping; what it learned is kept…",
    Ending.DISCARD: "Stopping; what it learned is thrown away…",
}


class Course(QObject):
    """What the window knows of a training; panels and pages show it and ask it.

    Attributes:
        record: what it wrote down, with what it told since; None without a training.
        name: what its version will be called.
        step, steps: how far it is.
        learning_rate: of the last step; None before one.
        snapshots: those on disk.

    Signals:
        changed: it began, was left, ended, or another project is open.
        progressed: ``words`` and how far it is.
        measured: losses or scores were added.
    """

    changed = Signal()
    progressed = Signal()
    measured = Signal()

    def __init__(
        self, workspace: Workspace, learner: Learner, parent: QObject | None = None
    ) -> None:
        super().__init__(parent)
        self._workspace, self._learner = workspace, learner
        self.record: Record | None = None
        self.name = ""
        self.step = self.steps = 0
        self.learning_rate: float | None = None
        self.snapshots: list[SnapshotFile] = []
        self._seconds_left: float | None = None
        self._doing: Progress | None = None
        self._ending: Ending | None = None
        self._was_running = False
        workspace.project_changed.connect(self._on_project_changed)
        workspace.versions_changed.connect(self._on_versions_changed)
        learner.busy_changed.connect(self._on_busy_changed)
        learner.began.connect(self._on_training_began)
        learner.trained_step.connect(self._on_step_trained)
        learner.evaluated.connect(self._on_training_evaluated)
        learner.saved.connect(self._on_snapshot_saved)
        learner.progressed.connect(self._on_learner_progressed)
        self._reload()

    # --- what is known ---------------------------------------------------------------------

    @property
    def is_running(self) -> bool:
        """Whether a training is under way."""
        return self._learner.is_busy("train")

    @property
    def is_left(self) -> bool:
        """Whether a training was paused or interrupted and can be gone on with."""
        return self.record is not None and bool(self.snapshots) and not self.is_running

    @property
    def is_ending(self) -> bool:
        """Whether it was asked to end and has not yet."""
        return self._ending is not None

    @property
    def title(self) -> str:
        """What goes on, in a few words."""
        if self.is_running:
            return f"Training {self.name}"
        if not self.is_left or self.record is None:
            return "No training is under way"
        how, _ = self.record.end
        if how == Ending.PAUSE:
            return f"Training of {self.name} is paused"
        return f"A training of {self.name} was interrupted"

    @property
    def where(self) -> str:
        """Where it stands: "step 310 of 1,500"."""
        return f"step {self.step:,} of {self.steps:,}"

    @property
    def words(self) -> str:
        """How far it is."""
        if self.is_left and self.record is not None:
            _, why = self.record.end
            return why or f"At {self.where}. Resume goes on from there."
        doing = self._doing
        told = "" if doing is None else doing.text
        if doing is not None and doing.total:
            told += f", {doing.done:,} of {doing.total:,}"
        if self._ending is not None:
            return f"{_ENDINGS[self._ending]} {told}".strip()
        if told:
            return told
        left = "" if self._seconds_left is None else f", {duration(self._seconds_left)} left"
        return f"{self.step:,} of {counted(self.steps, 'step')}{left}"

    @property
    def held_out(self) -> int:
        """How many images test it."""
        return 0 if self.record is None else len(self.record.plan.get("held_out", ()))

    @property
    def is_rough(self) -> bool:
        """Whether so few images were reviewed that the held-out numbers say little."""
        if self.record is None:
            return False
        return len(self.record.plan.get("train", ())) + self.held_out < ROUGH_BELOW

    @property
    def bytes(self) -> int:
        """What the snapshots take on disk."""
        return sum(s.bytes for s in self.snapshots)

    @property
    def evaluations(self) -> list[Point]:
        """All that were measured, the attempts that were left behind too."""
        return [] if self.record is None else self.record.evaluations

    def has_snapshot(self, point: Point) -> bool:
        """Whether one can go back to an evaluation."""
        return any((s.attempt, s.step) == (point.attempt, point.step) for s in self.snapshots)

    # --- what is done ----------------------------------------------------------------------

    def pause(self) -> None:
        """Write the training down and free the machine."""
        self._end(Ending.PAUSE)

    def stop(self) -> None:
        """End it now; what it learned becomes a version."""
        self._end(Ending.KEEP)

    def discard(self) -> None:
        """Throw it away, whether it is under way or was left."""
        if self.is_running:
            self._end(Ending.DISCARD)
        elif self.record is not None:
            record, self.record, self.snapshots = self.record, None, []
            background.run(record.remove, done=lambda _: self._reload(), owner=self)
            self.changed.emit()

    def resume(self) -> None:
        """Go on where it was left."""
        self._ask(Resume(person=self._workspace.person))

    def go_on(self, point: Point, *, learning_rate: float, steps: int) -> None:
        """Go on from an earlier evaluation; a training under way is paused first."""
        self._ask(
            Resume(
                point.attempt,
                point.step,
                learning_rate=learning_rate,
                steps=steps,
                person=self._workspace.person,
            )
        )

    def keep(self, point: Point | None = None) -> None:
        """Make a version of an evaluation's snapshot (None: the last), and end the training."""
        attempt, step = (None, None) if point is None else (point.attempt, point.step)
        self._ask(Keep(attempt, step, person=self._workspace.person))

    def _ask(self, request: Resume | Keep) -> None:
        if self.record is None or self._workspace.is_read_only:
            return
        if self.is_running:
            self._doing = Progress("train", 0, 0, text="Going back after this step…")
        self._learner.train(request)
        self.progressed.emit()

    def _end(self, ending: Ending) -> None:
        if self.is_running:
            self._ending = ending
            self._learner.stop("train", ending)
            self.progressed.emit()

    # --- what the learner tells ------------------------------------------------------------

    def _reload(self) -> None:
        """Read what is on disk."""
        store = self._workspace.store
        is_open = store is not None and not self._workspace.is_read_only
        self.record = Record.open(store.checkpoints) if store is not None and is_open else None
        self.name = store.versions.next_name() if store is not None else ""
        self._seconds_left = self._doing = self._ending = self.learning_rate = None
        self.snapshots = [] if self.record is None else self.record.snapshots()
        latest = None if self.record is None else self.record.latest()
        self.step = 0 if latest is None else latest.step
        self.steps = 0 if self.record is None else self.record.attempt.steps
        self.changed.emit()
        self.measured.emit()

    def _on_project_changed(self) -> None:
        self._reload()

    def _on_versions_changed(self) -> None:
        if not self.is_running:
            self._reload()

    def _on_busy_changed(self) -> None:
        """Before it begins it has no record yet; when it ends, what is on disk counts."""
        if self.is_running and not self._was_running:
            self._seconds_left = self._ending = None
            self._doing = Progress("train", 0, 0, text="Starting the learner")
            self.changed.emit()
        elif self._was_running and not self.is_running:
            self._was_running = False
            self._reload()
        self._was_running = self.is_running

    def _on_training_began(self, event: Began) -> None:
        self._reload()
        self.step, self.steps = event.step, event.steps
        self._doing = Progress("train", 0, 0, text="Taking the first step")
        self.changed.emit()
        self.measured.emit()

    def _on_step_trained(self, event: TrainStep) -> None:
        self._doing = None
        self.step, self.steps = event.step, event.steps
        self._seconds_left, self.learning_rate = event.seconds_left, event.learning_rate
        if self.record is not None:
            self.record.add_losses(event.step, event.losses)
        self.progressed.emit()
        self.measured.emit()

    def _on_training_evaluated(self, event: Evaluated) -> None:
        self._doing = None
        if self.record is not None:
            self.record.add_evaluation(event.step, event.metrics)
        self.progressed.emit()
        self.measured.emit()

    def _on_snapshot_saved(self, _event: Saved) -> None:
        if self.record is not None:
            self.snapshots = self.record.snapshots()
        self.progressed.emit()

    def _on_learner_progressed(self, event: Progress) -> None:
        if event.job == "train":
            self._doing = event
            self.progressed.emit()
