"""A strip that tells how far a long job is, how long it takes still, and lets it be cancelled."""

from __future__ import annotations

from dataclasses import dataclass

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QHBoxLayout, QLabel, QProgressBar, QPushButton, QWidget

from annotator.ui.floating import Floating
from annotator.ui.words import duration

_STOPPING = "Stopping after this step"


@dataclass(frozen=True, slots=True)
class JobProgress:
    """How far a job is; total 0 while unknown, seconds_left None while unknown."""

    job: str
    text: str
    done: int = 0
    total: int = 0
    seconds_left: float | None = None


class ProgressStrip(Floating):
    """Shows one job; hidden when there is none.

    Signals:
        cancel_requested: the job's name.
    """

    cancel_requested = Signal(str)

    def __init__(self, parent: QWidget) -> None:
        super().__init__(parent, at_top=False)
        self.setObjectName("progress")
        self._job = self._stopping = ""
        self._label = QLabel(self)
        self._label.setObjectName("progress_text")
        self._bar = QProgressBar(self)
        self._bar.setObjectName("progress_bar")
        self._bar.setTextVisible(False)
        self._bar.setFixedSize(160, 8)
        self._left = QLabel(self)
        self._left.setObjectName("progress_left")
        self._cancel = QPushButton("Cancel", self)
        self._cancel.setObjectName("progress_cancel")
        self._cancel.clicked.connect(self._on_cancel_clicked)
        layout = QHBoxLayout(self)
        layout.setContentsMargins(12, 4, 8, 4)
        layout.setSpacing(12)
        for widget in (self._label, self._bar, self._left):
            layout.addWidget(widget)
        layout.addStretch(1)
        layout.addWidget(self._cancel)
        self.hide()

    def show_progress(self, progress: JobProgress) -> None:
        """Show how far a job is."""
        self._job = progress.job
        counted = f"  {progress.done:,} of {progress.total:,}" if progress.total else ""
        is_stopping = progress.job == self._stopping
        self._label.setText(_STOPPING if is_stopping else progress.text + counted)
        self._bar.setRange(0, progress.total)
        self._bar.setValue(progress.done)
        left = progress.seconds_left
        self._left.setText("" if left is None else f"{duration(left)} left")
        self._cancel.setEnabled(not is_stopping)
        self.show()
        self.place()

    def finish(self, job: str) -> None:
        """The job is over."""
        if job == self._stopping:
            self._stopping = ""
        if job == self._job:
            self._job = ""
            self.hide()

    def _on_cancel_clicked(self) -> None:
        self._stopping = self._job
        self._cancel.setEnabled(False)
        self._label.setText(_STOPPING)
        self.cancel_requested.emit(self._job)
