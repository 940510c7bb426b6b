"""The learner as the window sees it: two processes, one to predict and one to train."""

from __future__ import annotations

import logging
import sys
from dataclasses import replace
from pathlib import Path

from PySide6.QtCore import QObject, QProcess, QTimer, Signal

from annotator.learning.protocol import (
    Evaluated,
    Event,
    Failed,
    Finished,
    Predict,
    Predicted,
    Progress,
    Ready,
    Request,
    Stop,
    Told,
    Train,
    TrainStep,
    decode,
    encode,
)

_log = logging.getLogger(__name__)

JOBS = ("predict", "train")
_LAST_WORDS = 2_000
_GRACE_MS = 20_000
"""A training that is told to end needs a while to keep what it learned."""


class _Worker(QObject):
    """One learner process.

    Signals:
        told: an event of the protocol.
        ended: the process is gone; the text says how, with its last words.
    """

    told = Signal(object)
    ended = Signal(str)

    def __init__(self, project: Path, device: str, parent: QObject) -> None:
        super().__init__(parent)
        self._process = QProcess(self)
        self._process.setProgram(sys.executable)
        self._process.setArguments(["-m", "annotator.learning.worker", str(project), device])
        self._process.readyReadStandardOutput.connect(self._on_output_arrived)
        self._process.readyReadStandardError.connect(self._on_error_output_arrived)
        self._process.errorOccurred.connect(self._on_process_failed)
        self._process.finished.connect(self._on_process_finished)
        self._words = ""
        self._is_over = False

    def start(self) -> None:
        """Start the process; where it cannot be, ``ended`` may come at once."""
        self._process.start()

    def send(self, request: Request) -> None:
        """Send one request; it waits in the process's input until it is up."""
        if not self._is_over:
            self._process.write((encode(request) + "\n").encode())

    def close(self) -> None:
        """Let the process end by closing its input; from now on nothing it says is told.

        It is killed when it does not end in a while.
        """
        self._is_over = True
        if self._process.state() == QProcess.ProcessState.NotRunning:
            self.deleteLater()
            return
        self._process.finished.connect(self.deleteLater)
        self._process.closeWriteChannel()
        QTimer.singleShot(_GRACE_MS, self._process, self._process.kill)

    def wait(self) -> None:
        """Wait until the process is gone."""
        if not self._process.waitForFinished(_GRACE_MS):
            self._process.kill()
            self._process.waitForFinished(_GRACE_MS)

    def _on_output_arrived(self) -> None:
        while self._process.canReadLine():
            line = bytes(self._process.readLine().data()).decode().strip()
            try:
                message = decode(line)
            except ValueError:
                _log.warning("the learner said something unreadable: %s", line[:200])
                continue
            if not self._is_over:
                self.told.emit(message)

    def _on_error_output_arrived(self) -> None:
        said = bytes(self._process.readAllStandardError().data()).decode(errors="replace")
        self._words = (self._words + said)[-_LAST_WORDS:]

    def _on_process_failed(self, error: QProcess.ProcessError) -> None:
        if error == QProcess.ProcessError.FailedToStart:
            self._end(f"The learner could not be started: {self._process.errorString()}")

    def _on_process_finished(self) -> None:
        self._on_output_arrived()
        self._end("The learner ended unexpectedly. What it had stored is kept; try again.")

    def _end(self, text: str) -> None:
        if not self._is_over:
            self._is_over = True
            self.ended.emit(f"{text}\n{self._words}")


class Learner(QObject):
    """Starts the learner processes when they are needed, and tells what they say.

    Signals:
        progressed: protocol.Progress.
        trained_step: protocol.TrainStep.
        evaluated: protocol.Evaluated.
        predicted: protocol.Predicted; predictions of these images were stored.
        told: protocol.Told.
        finished: protocol.Finished.
        failed: protocol.Failed, also when the process died or never started.
        device_changed: the device in words.
        busy_changed: a job started or ended.
    """

    progressed = Signal(object)
    trained_step = Signal(object)
    evaluated = Signal(object)
    predicted = Signal(object)
    told = Signal(object)
    finished = Signal(object)
    failed = Signal(object)
    device_changed = Signal(str)
    busy_changed = Signal()

    def __init__(self, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._project: Path | None = None
        self._device = "auto"
        self._workers: dict[str, _Worker] = {}
        self._busy: set[str] = set()
        self.device = ""
        self._signals = {
            Progress: self.progressed,
            TrainStep: self.trained_step,
            Evaluated: self.evaluated,
            Predicted: self.predicted,
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
        if self._busy:
            self._busy.clear()
            self.busy_changed.emit()

    def wait(self) -> None:
        """Wait until closed processes are gone: for the end of the program, with no window."""
        for worker in self.findChildren(_Worker):
            worker.wait()

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
        self._start("predict", request)

    def train(self, request: Train) -> None:
        """Train a model version."""
        self._start("train", request)

    def stop(self, job: str) -> None:
        """Stop a job; it answers with what it has."""
        if job in self._workers:
            self._workers[job].send(Stop())

    def is_busy(self, job: str) -> bool:
        """Whether such a job is running."""
        return job in self._busy

    def _start(self, job: str, request: Predict | Train) -> None:
        if self._project is None or job in self._busy:
            return
        if request.device is None and self._device != "auto":
            request = replace(request, device=self._device)
        self._busy.add(job)
        self.busy_changed.emit()
        self._worker(job).send(request)

    def _worker(self, job: str) -> _Worker:
        assert self._project is not None
        if job not in self._workers:
            worker = _Worker(self._project, self._device, self)
            worker.told.connect(self._on_event_told)
            worker.ended.connect(lambda words: self._on_worker_ended(job, words))
            self._workers[job] = worker
            worker.start()
            return worker
        return self._workers[job]

    def _on_event_told(self, event: Event) -> None:
        if isinstance(event, Ready):
            self.device = event.device
            self.device_changed.emit(event.device)
            return
        if isinstance(event, Finished | Failed):
            self._busy.discard(event.job)
            self.busy_changed.emit()
        self._signals[type(event)].emit(event)

    def _on_worker_ended(self, job: str, words: str) -> None:
        worker = self._workers.pop(job, None)
        if worker is not None:
            worker.deleteLater()
        was_busy = job in self._busy
        self._busy.discard(job)
        text, _, detail = words.partition("\n")
        if was_busy or "could not be started" in text:
            self.busy_changed.emit()
            self.failed.emit(Failed(job, text, detail))
