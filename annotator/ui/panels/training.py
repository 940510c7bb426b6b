"""What a running job shows: how far it is, the time left, and Stop."""

from __future__ import annotations

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QHBoxLayout, QProgressBar, QVBoxLayout, QWidget

from annotator.learning.protocol import Progress
from annotator.ui.look import GAP, PAD, button, caption
from annotator.ui.words import counted, duration


class JobView(QWidget):
    """Progress of one job ("predict") that goes through images.

    Signals:
        stop_pressed: the person wants it to end; what it has is kept.
    """

    stop_pressed = Signal()

    def __init__(self, job: str, verb: str, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setObjectName(f"model_{job}_job")
        self._verb = verb
        self._title = caption("", f"model_{job}_title", role="heading")
        self._words = caption("", f"model_{job}_words")
        self._bar = progress_bar(f"model_{job}_progress")
        self._stop = button("Stop", f"model_{job}_stop", icon_name="stop")
        self._stop.setToolTip("What it has so far is kept")
        self._stop.clicked.connect(self._on_stop_clicked)
        head = QHBoxLayout()
        head.addWidget(self._title, 1)
        head.addWidget(self._stop)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.setSpacing(GAP)
        layout.addLayout(head)
        layout.addWidget(self._bar)
        layout.addWidget(self._words)
        layout.addSpacing(PAD)
        self.hide()

    @property
    def words(self) -> str:
        """How far it is, in words."""
        return self._words.text()

    def start(self) -> None:
        """Show a fresh job."""
        self._title.setText(self._verb)
        self._words.setText("Starting the learner…")
        self._bar.setRange(0, 0)
        self._stop.setEnabled(True)
        self.show()

    def show_progress(self, event: Progress) -> None:
        """Show how far the job is."""
        self._bar.setRange(0, event.total)
        self._bar.setValue(event.done)
        facts = [event.text] if event.text else []
        if event.total:
            facts.append(f"{event.done:,} of {counted(event.total, 'image')}")
        if event.seconds_left is not None:
            facts.append(f"{duration(event.seconds_left)} left")
        self._words.setText(", ".join(facts))

    def _on_stop_clicked(self) -> None:
        self._stop.setEnabled(False)
        self._words.setText("Stopping after this step; what it has is kept…")
        self.stop_pressed.emit()


def progress_bar(name: str) -> QProgressBar:
    """A thin bar without numbers: words beside it tell them."""
    made = QProgressBar()
    made.setObjectName(name)
    made.setTextVisible(False)
    made.setFixedHeight(8)
    return made
