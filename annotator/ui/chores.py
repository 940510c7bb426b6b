"""Long imports and exports: the command line in a process of its own, as the window sees it.

Parsing a large file holds the interpreter lock, and so would stop the window if it ran in a thread.
"""

from __future__ import annotations

import logging
import sys
from collections.abc import Callable, Sequence

from PySide6.QtCore import QObject, QProcess, Signal

from annotator.learning.protocol import Finished, Progress, Told, decode
from annotator.ui.progress import JobProgress
from annotator.ui.timers import once

_log = logging.getLogger(__name__)
_GONE_MS = 2_000


class Chore(QObject):
    """One command in its process.

    Attributes:
        remarks: what it said the person should know, a line each.

    Signals:
        progressed: JobProgress.
        ended: (ok, text): its closing words, or what went wrong.
    """

    progressed = Signal(object)
    ended = Signal(bool, str)

    def __init__(
        self, text: str, arguments: Sequence[str], parent: QObject, *, job: str = "chore"
    ) -> None:
        super().__init__(parent)
        self.text = text
        self.job = job
        self._is_spoken_to = False
        self.remarks: list[str] = []
        self._last = ""
        self._is_cancelled = False
        self._process = QProcess(self)
        self._process.setProgram(sys.executable)
        self._process.setArguments(["-m", "annotator", *arguments, "--progress", "json"])
        self._process.readyReadStandardOutput.connect(self._on_output_arrived)
        self._process.errorOccurred.connect(self._on_process_failed)
        self._process.finished.connect(self._on_process_finished)
        self._patience = once(self, self._process.kill, after_ms=_GONE_MS)

    def start(self, ended: Callable[[bool, str], None], *, said: str = "") -> None:
        """Start the command; ``ended`` is told how it went.

        Args:
            ended: gets whether it went well, and its closing words.
            said: a line for the command. One that is spoken to ends when nobody speaks any more.
        """
        self.ended.connect(ended)
        self.progressed.emit(JobProgress(self.job, self.text))
        self._process.start()
        if said:
            self._is_spoken_to = True
            self._process.write(f"{said}\n".encode())

    def cancel(self) -> None:
        """Ask it to stop; what it would have written is not written.

        One that is spoken to takes back what it did, for as long as that takes; another one is made
        to stop if it does not.
        """
        self._is_cancelled = True
        if self._is_spoken_to:
            self._process.closeWriteChannel()
            return
        self._process.terminate()
        self._patience.start()

    def stop(self) -> None:
        """Stop it at once and for good, as the window goes; nobody is told."""
        self.blockSignals(True)
        self._process.kill()
        self._process.waitForFinished(_GONE_MS)

    def _on_output_arrived(self) -> None:
        while self._process.canReadLine():
            line = bytes(self._process.readLine().data()).decode(errors="replace").strip()
            try:
                said = decode(line)
            except ValueError:
                _log.warning("a command said something unreadable: %s", line[:200])
                continue
            if isinstance(said, Progress):
                self.progressed.emit(
                    JobProgress(self.job, self.text, said.done, said.total, said.seconds_left)
                )
            elif isinstance(said, Told):
                self.remarks.append(said.text)
            elif isinstance(said, Finished):
                self._last = said.text

    def _on_process_failed(self, error: QProcess.ProcessError) -> None:
        if error == QProcess.ProcessError.FailedToStart:
            self.ended.emit(False, f"{self.text} could not start: {self._process.errorString()}")

    def _on_process_finished(self, code: int) -> None:
        self._on_output_arrived()
        self._patience.stop()
        was_done = code == 0 and bool(self._last)  # before it heard of it
        if self._is_cancelled and not self._is_spoken_to and not was_done:
            self.ended.emit(False, f"{self.text} was cancelled. Nothing was changed.")
        elif code == 0:
            self.ended.emit(True, self._last)
        else:
            errors = bytes(self._process.readAllStandardError().data()).decode(errors="replace")
            lines = errors.strip().splitlines()
            self.ended.emit(False, lines[-1] if lines else f"{self.text} failed.")
        self.deleteLater()
