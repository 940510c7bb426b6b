"""The learner as the window sees it: processes to predict, to train, and to check labels."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from functools import partial
from pathlib import Path

from PySide6.QtCore import QObject, QTimer, Signal

from annotator.learning.protocol import (
    Assisted,
    Began,
    Check,
    Checked,
    Compare,
    Compared,
    Ending,
    Evaluated,
    Event,
    Failed,
    FindAlike,
    Finished,
    FoundAlike,
    Job,
    Keep,
    Paused,
    Predict,
    Predicted,
    Progress,
    Question,
    Ready,
    Resume,
    Saved,
    Stop,
    Suggest,
    Told,
    Train,
    TrainStep,
    job_of,
)
from annotator.ui.learner_process import Worker

JOBS = ("predict", "train", "compare", "check")
_PROCESS = {"predict": "predict", "train": "train", "compare": "predict", "check": "check"}
"""Which process does a job; to check labels is to train, and must not wait for a training."""


class Learner(QObject):
    """Starts the learner processes when they are needed, and tells what they say.

    Signals:
        progressed: protocol.Progress.
        began: protocol.Began.
        trained_step: protocol.TrainStep.
        evaluated: protocol.Evaluated.
        saved: protocol.Saved; a snapshot of the training is on disk.
        paused: protocol.Paused; the training ended for now.
        compared: protocol.Compared.
        predicted: protocol.Predicted; predictions of these images were stored.
        assisted: protocol.Assisted; also when the process that was asked is gone.
        found_alike: protocol.FoundAlike; the same.
        checked: protocol.Checked; what may be wrong with labels was stored.
        told: protocol.Told.
        finished: protocol.Finished.
        failed: protocol.Failed, also when the process died or never started.
        device_changed: the device in words.
        busy_changed: a job started or ended.
    """

    progressed = Signal(object)
    began = Signal(object)
    trained_step = Signal(object)
    evaluated = Signal(object)
    saved = Signal(object)
    paused = Signal(object)
    compared = Signal(object)
    predicted = Signal(object)
    assisted = Signal(object)
    found_alike = Signal(object)
    checked = Signal(object)
    told = Signal(object)
    finished = Signal(object)
    failed = Signal(object)
    device_changed = Signal(str)
    busy_changed = Signal()

    def __init__(self, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._project: Path | None = None
        self._device = "auto"
        self._workers: dict[str, Worker] = {}
        self._busy: set[str] = set()
        self._asked: set[tuple[type[Assisted | FoundAlike], int]] = set()  # without an answer
        self._waiting = 0  # requests about a training that is to be paused first
        self.device = ""
        self._signals = {
            Progress: self.progressed,
            Began: self.began,
            TrainStep: self.trained_step,
            Evaluated: self.evaluated,
            Saved: self.saved,
            Paused: self.paused,
            Compared: self.compared,
            Predicted: self.predicted,
            Assisted: self.assisted,
            FoundAlike: self.found_alike,
            Checked: self.checked,
            Told: self.told,
            Finished: self.finished,
            Failed: self.failed,
        }

    def open(self, project: Path, device: str = "auto") -> None:
        """Serve a project; a process starts with the first job, or with ``warm_up``."""
        self.close()
        self._project, self._device = project, device

    def set_device(self, device: str) -> None:
        """Run the next jobs on another device ("auto" finds one)."""
        self._device = device

    def close(self) -> None:
        """End the processes; a job in hand keeps what it stored."""
        for worker in self._workers.values():
            worker.close()
        self._workers.clear()
        self._project = None
        self._waiting = 0
        self._asked.clear()
        if self._busy:
            self._busy.clear()
            self.busy_changed.emit()

    def wait(self) -> None:
        """Wait until closed processes are gone: for the end of the program, with no window."""
        for worker in self.findChildren(Worker):
            worker.wait()

    def when_gone(self, then: Callable[[], None]) -> None:
        """Call ``then`` once no closed process is left: at once, or when the last one ended."""
        left = self.findChildren(Worker)
        if not left:
            then()
            return
        again = partial(self.when_gone, then)
        left[0].destroyed.connect(lambda: QTimer.singleShot(0, self, again))

    def warm_up(self) -> None:
        """Start the predicting process, so that the device is known and the first answer quick."""
        if self._project is not None:
            self._worker("predict")

    def predict(
        self,
        image_ids: tuple[int, ...] | None,
        *,
        only_unreviewed: bool = False,
        tiles: bool = False,
    ) -> None:
        """Pre-label images (None: all) with the version in use; in tiles too for small objects."""
        request = Predict(image_ids, only_unreviewed=only_unreviewed, tiles=tiles)
        self._start(request)

    def suggest(self) -> None:
        """Choose images to begin with, before any model exists."""
        self._start(Suggest())

    def train(self, request: Train | Resume | Keep) -> None:
        """Train a model version, go on with a training that was left, or keep a snapshot of it.

        A training under way is paused first for the latter two.
        """
        if self.is_busy("train") and not isinstance(request, Train):
            self.stop("train", Ending.PAUSE)
            self._waiting += 1
            self._worker("train").send(self._placed(request))
            return
        self._start(request)

    def compare(self, first_id: int, second_id: int) -> None:
        """Test two model versions on the same images."""
        self._start(Compare(first_id, second_id))

    def assist(self, request: Question) -> None:
        """Ask about objects; not a job, and answered also while one runs."""
        if self._project is None:
            return
        if isinstance(request, FindAlike):
            self._asked.add((FoundAlike, request.number))
        elif request.box is not None:
            self._asked.add((Assisted, request.number))
        self._worker("predict").send(self._placed(request))

    def check(self, request: Check) -> None:
        """Look for labels that may be wrong."""
        self._start(request)

    def stop(self, job: str, then: Ending = Ending.KEEP) -> None:
        """End a job; what a training learned is kept, written down for later, or thrown away."""
        process = _PROCESS[job]
        if process in self._workers:
            self._workers[process].send(Stop(then))

    def is_busy(self, job: str) -> bool:
        """Whether such a job is running."""
        return job in self._busy

    def _start(self, request: Job) -> None:
        job = job_of(request)
        if self._project is None or job in self._busy:
            return
        self._busy.add(job)
        self.busy_changed.emit()
        self._worker(_PROCESS[job]).send(self._placed(request))

    def _placed(self, request: Job | Question) -> Job | Question:
        """The request on the device that was chosen."""
        is_free = request.device is None and self._device != "auto"
        return replace(request, device=self._device) if is_free else request

    def _worker(self, name: str) -> Worker:
        assert self._project is not None
        if name not in self._workers:
            worker = Worker(self._project, self._device, self)
            worker.told.connect(self._on_event_told)
            worker.ended.connect(lambda words: self._on_worker_ended(name, words))
            self._workers[name] = worker
            worker.start()
            return worker
        return self._workers[name]

    def _on_event_told(self, event: Event) -> None:
        if isinstance(event, Ready):
            self.device = event.device
            self.device_changed.emit(event.device)
            return
        if isinstance(event, Paused):
            self._on_training_paused()
        if isinstance(event, Assisted) or (isinstance(event, FoundAlike) and event.is_final):
            self._asked.discard((type(event), event.number))
        if isinstance(event, Finished | Failed):
            self._end(event.job)
        self._signals[type(event)].emit(event)
        if isinstance(event, Failed) and event.job == "assist":
            self._answer_asked(event.text)

    def _on_training_paused(self) -> None:
        """Go on with what waited for the pause; else let the machine have its memory back."""
        if self._waiting:
            self._waiting -= 1
            return
        self._workers.pop("train").close()
        self._end("train")

    def _end(self, job: str) -> None:
        if job == "train" and self._waiting:
            self._waiting -= 1
            return
        self._busy.discard(job)
        self.busy_changed.emit()

    def _on_worker_ended(self, name: str, words: str) -> None:
        worker = self._workers.pop(name, None)
        if worker is not None:
            worker.deleteLater()
        if name == "train":
            self._waiting = 0
        jobs = [job for job in JOBS if _PROCESS[job] == name and job in self._busy]
        text, _, detail = words.partition("\n")
        if not jobs and "could not be started" in text:
            jobs = [name]
        self._busy.difference_update(jobs)
        if jobs:
            self.busy_changed.emit()
        for job in jobs:
            self.failed.emit(Failed(job, text, detail))
        if name == "predict":
            self._answer_asked(text)

    def _answer_asked(self, text: str) -> None:
        """Whoever asked about an object waits for no answer any more."""
        asked, self._asked = sorted(self._asked, key=lambda one: one[1]), set()
        for kind, number in asked:
            self._signals[kind].emit(kind(number, text=text))
