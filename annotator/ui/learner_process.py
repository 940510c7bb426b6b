"""One learner process, and the lines that are exchanged with it."""

from __future__ import annotations

import logging
import sys
from pathlib import Path

from PySide6.QtCore import QObject, QProcess, QTimer, Signal

from annotator.learning.protocol import Request, decode, encode

_log = logging.getLogger(__name__)

_LAST_WORDS = 2_000
_GRACE_MS = 20_000
"""A training that is told to end needs a while to write down what it learned."""


class Worker(QObject):
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
        self._end("The learner ended unexpectedly. What it had stored is kept.")

    def _end(self, text: str) -> None:
        if not self._is_over:
            self._is_over = True
            self.ended.emit(f"{text}\n{self._words}")
