"""What the Model menu does, and what becomes of the learner's words."""

from __future__ import annotations

from PySide6.QtCore import QObject, Signal
from PySide6.QtWidgets import QWidget

from annotator.learning.protocol import Failed, Finished, Paused, Predicted, Progress, Told, Train
from annotator.ui.course import Course
from annotator.ui.dialogs.retrain import RetrainDialog
from annotator.ui.learner import JOBS, Learner
from annotator.ui.notices import Notice
from annotator.ui.progress import JobProgress, ProgressStrip
from annotator.ui.words import counted
from annotator.ui.workspace import Workspace

READY_FROM = 10
"""Reviewed images from which on a first training is worth offering."""

BY_ITSELF = 2_000
"""Images not reviewed up to which a new version pre-labels them without being asked."""


class LearningCommands(QObject):
    """Pre-label, retrain, pause, go on, stop.

    Nobody waits for a training, so it is followed in the model panel and the status bar; the strip
    over the canvas is only for what comes before its first step.

    Signals:
        busy_changed: a job started or ended.
        training_started: the model panel has something to show.
    """

    busy_changed = Signal()
    training_started = Signal()

    def __init__(
        self,
        workspace: Workspace,
        learner: Learner,
        course: Course,
        strip: ProgressStrip,
        window: QWidget,
    ) -> None:
        super().__init__(window)
        self._workspace, self._learner, self._strip = workspace, learner, strip
        self._course, self._window = course, window
        self._is_choosing = False  # images to begin with
        workspace.project_changed.connect(self._on_project_changed)
        course.changed.connect(self.busy_changed)
        learner.progressed.connect(self._on_learner_progressed)
        learner.trained_step.connect(lambda _step: strip.finish("train"))
        learner.predicted.connect(self._on_images_predicted)
        learner.paused.connect(self._on_training_paused)
        learner.finished.connect(self._on_job_finished)
        learner.failed.connect(self._on_job_failed)
        learner.told.connect(self._on_learner_told)
        learner.busy_changed.connect(self._on_busy_changed)
        strip.cancel_requested.connect(self._on_cancel_requested)

    @property
    def is_training(self) -> bool:
        """Whether a training is running."""
        return self._learner.is_busy("train")

    def prelabel_here(self) -> None:
        """Pre-label the image in view."""
        if self._workspace.image is not None and self._can_predict():
            self._predict((self._workspace.image.id,))

    def prelabel(self, image_ids: tuple[int, ...]) -> None:
        """Pre-label these images, reviewed ones too."""
        if image_ids and self._can_predict():
            self._predict(image_ids)

    def prelabel_all(self) -> None:
        """Pre-label all images that are not reviewed."""
        if self._can_predict():
            self._predict(None, only_unreviewed=True)

    def prelabel_everything(self) -> None:
        """Pre-label all images, reviewed ones too."""
        if self._can_predict():
            self._predict(None)

    def suggest(self) -> None:
        """Choose images to begin with, before any model exists."""
        if self._workspace.is_read_only:
            self._workspace.say("Another window edits this project; it can choose.", "warning")
        elif self._workspace.active_version is not None:
            self._workspace.say("There is a model already; pre-labelling all orders the queue.")
        elif self._learner.is_busy("predict"):
            self._workspace.say("The learner is looking at images already.")
        else:
            self._strip.show_progress(JobProgress("predict", "Starting the learner"))
            self._is_choosing = True
            self._learner.suggest()

    @property
    def looks_closely(self) -> bool:
        """Whether images are also looked at in tiles, for small objects."""
        return self._workspace.settings.value.tiles

    def toggle_tiles(self) -> None:
        """Look closely from now on, or no more; nothing is predicted yet."""
        self._workspace.settings.change(tiles=not self.looks_closely)
        if self.looks_closely:
            text = "Pre-labelling now also looks closely, in tiles: it finds smaller objects in "
            self._workspace.say(f"{text}large images, and takes several times as long.")
        else:
            self._workspace.say("Pre-labelling looks at each image as a whole.")

    def retrain(self) -> None:
        """Open the retrain dialog."""
        if self._workspace.is_read_only:
            self._workspace.say("Another window edits this project; it can retrain.", "warning")
            return
        left = self._course.title if self._course.is_left else ""
        dialog = RetrainDialog(self._workspace, self._learner, self._window, left=left)
        dialog.accepted_settings.connect(self._on_training_requested)
        dialog.open()

    @property
    def is_left(self) -> bool:
        """Whether a training was paused or interrupted."""
        return self._course.is_left

    def pause_training(self) -> None:
        """Write the training down and free the machine."""
        self._course.pause()

    def resume_training(self) -> None:
        """Go on with the training that was left."""
        self._course.resume()
        self.training_started.emit()

    def stop_training(self) -> None:
        """Stop the training; what it learned so far becomes a version."""
        self._course.stop()

    def _predict(self, image_ids: tuple[int, ...] | None, *, only_unreviewed: bool = False) -> None:
        tiles = self.looks_closely
        self._learner.predict(image_ids, only_unreviewed=only_unreviewed, tiles=tiles)

    def _can_predict(self) -> bool:
        if self._workspace.is_read_only:
            self._workspace.say("Another window edits this project; it can pre-label.", "warning")
            return False
        if self._workspace.active_version is None:
            self._workspace.said.emit(
                Notice(
                    "There is no model yet. Label about ten images, mark them reviewed, "
                    "then retrain.",
                    "warning",
                    action_text="Retrain...",
                    action=self.retrain,
                )
            )
            return False
        if self._learner.is_busy("predict"):
            self._workspace.say("Pre-labelling is running already.")
            return False
        self._strip.show_progress(JobProgress("predict", "Starting the learner"))
        return True

    def _on_project_changed(self) -> None:
        """Tell of a training that was left, or lead to the first where all is there for it."""
        workspace = self._workspace
        if self._course.is_left:
            told = f"{self._course.title} at {self._course.where}."
            self._tell_of_training_left(told, "warning")
            return
        reviewed = workspace.album.reviewed
        if workspace.versions or workspace.is_read_only or reviewed < READY_FROM:
            return
        left = len(workspace.images) - reviewed
        are, them = ("is", "it") if reviewed == 1 else ("are", "them")
        rest = f" A model can learn from {them} and label the other {left:,}." if left else ""
        text = f"{counted(reviewed, 'image')} {are} labelled and reviewed.{rest}"
        workspace.said.emit(Notice(text, action_text="Retrain...", action=self.retrain))

    def _tell_of_training_left(self, text: str, kind: str = "info") -> None:
        notice = Notice(text, kind, action_text="Resume", action=self.resume_training)
        self._workspace.said.emit(notice)
        self.training_started.emit()

    def _on_training_paused(self, event: Paused) -> None:
        self._strip.finish("train")
        if self._course.is_left:  # else it goes back, and on
            self._tell_of_training_left(event.text)

    def _on_training_requested(self, request: Train) -> None:
        self._learner.train(request)
        self.training_started.emit()
        self._strip.show_progress(JobProgress("train", "Starting the learner"))

    def _on_busy_changed(self) -> None:
        """A job may also end without a word: with its project."""
        for job in JOBS:
            if not self._learner.is_busy(job):
                self._strip.finish(job)
        self.busy_changed.emit()

    def _on_learner_progressed(self, event: Progress) -> None:
        if event.job == "train" and self._course.step:
            return
        self._strip.show_progress(
            JobProgress(event.job, event.text, event.done, event.total, event.seconds_left)
        )

    def _on_images_predicted(self, event: Predicted) -> None:
        self._workspace.predictions_stored(event.image_ids)

    def _on_job_finished(self, event: Finished) -> None:
        self._strip.finish(event.job)
        if event.job == "compare":
            return
        if event.job == "predict" or event.version_id is None:
            self._workspace.said.emit(Notice(event.text))
            if self._is_choosing:
                self._show_first()
            return
        self._workspace.versions_stored()
        self._workspace.reload_images()
        if self._may_follow(event.version_id):
            text = "The other images are being pre-labelled with it, and the queue is made anew."
            self._workspace.said.emit(Notice(f"{event.text} {text}"))
            self._predict(None, only_unreviewed=True)
            return
        self._workspace.said.emit(
            Notice(event.text, action_text="Pre-label all", action=self.prelabel_all)
        )

    def _show_first(self) -> None:
        """The first image of the queue, to begin with."""
        self._is_choosing = False
        first = self._workspace.album.in_queue(None, 1)
        if first is not None and first.place is not None:
            self._workspace.show_image(first.id)

    def _may_follow(self, version_id: int) -> bool:
        """Whether a new version pre-labels by itself: it is in use, and there are not too many."""
        active = self._workspace.active_version
        album = self._workspace.album
        waiting = len(album) - album.reviewed
        is_in_use = active is not None and active.id == version_id
        is_free = not (self._workspace.is_read_only or self._learner.is_busy("predict"))
        return is_in_use and is_free and 0 < waiting <= BY_ITSELF

    def _on_job_failed(self, event: Failed) -> None:
        self._is_choosing = False
        self._strip.finish(event.job)
        if event.job == "train" and self._course.is_left:
            left = f"The training can go on from {self._course.where}."
            self._tell_of_training_left(f"{event.text} {left}", "error")
            return
        self._workspace.said.emit(Notice(event.text, "error"))

    def _on_learner_told(self, event: Told) -> None:
        self._workspace.said.emit(Notice(event.text, "warning"))

    def _on_cancel_requested(self, job: str) -> None:
        if job in JOBS:
            self._learner.stop(job)
