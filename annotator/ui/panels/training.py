"""What a running job shows: how far it is, the time left, the curves, and Stop."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QHBoxLayout, QProgressBar, QVBoxLayout, QWidget

from annotator.learning.protocol import Evaluated, Progress, TrainStep
from annotator.ui.look import GAP, PAD, button, caption
from annotator.ui.words import ap50_of, counted, duration

if TYPE_CHECKING:
    from annotator.ui.panels.curves import Curves


class JobView(QWidget):
    """Progress of one job ("train" or "predict").

    Signals:
        stop_pressed: the person wants it to end; what it has is kept.
    """

    stop_pressed = Signal()

    def __init__(self, job: str, verb: str, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setObjectName(f"model_{job}_job")
        self._job = job
        self._verb = verb
        self._curves: Curves | None = None
        self._title = caption("", f"model_{job}_title", role="heading")
        self._words = caption("", f"model_{job}_words")
        self._bar = QProgressBar()
        self._bar.setObjectName(f"model_{job}_progress")
        self._bar.setTextVisible(False)
        self._bar.setFixedHeight(8)
        self._stop = button("Stop", f"model_{job}_stop", icon_name="stop")
        self._stop.setToolTip("What it has so far is kept")
        self._stop.clicked.connect(self._on_stop_clicked)
        head = QHBoxLayout()
        head.addWidget(self._title, 1)
        head.addWidget(self._stop)
        self._layout = QVBoxLayout(self)
        self._layout.setContentsMargins(0, 0, 0, 0)
        self._layout.setSpacing(GAP)
        self._layout.addLayout(head)
        self._layout.addWidget(self._bar)
        self._layout.addWidget(self._words)
        self._layout.addSpacing(PAD)
        self.hide()

    @property
    def words(self) -> str:
        """How far it is, in words."""
        return self._words.text()

    def start(self) -> None:
        """Show a fresh job."""
        if self._curves is not None:
            self._curves.deleteLater()
            self._curves = None
        self._title.setText(self._verb)
        self._words.setText("Starting the learner…")
        self._bar.setRange(0, 0)
        self._stop.setEnabled(True)
        self.show()

    def show_progress(self, event: Progress) -> None:
        """Show how far the job is."""
        self._bar.setRange(0, event.total)
        self._bar.setValue(event.done)
        noun = "step" if self._job == "train" else "image"
        facts = [event.text] if event.text else []
        if event.total:
            facts.append(f"{event.done:,} of {counted(event.total, noun)}")
        if event.seconds_left is not None:
            facts.append(f"{duration(event.seconds_left)} left")
        self._words.setText(", ".join(facts))

    def show_step(self, event: TrainStep) -> None:
        """Show one step of training."""
        self.show_progress(
            Progress("train", event.step, event.steps, seconds_left=event.seconds_left)
        )
        self._plot().add_step(event.step, dict(event.losses))

    def show_evaluation(self, event: Evaluated) -> None:
        """Show the numbers on the held-out images."""
        scores = ap50_of(event.metrics)
        if scores:
            self._plot().add_scores(event.step, scores)

    def _plot(self) -> Curves:
        if self._curves is None:
            # Importing the plots takes a third of a second: not at the start of the window.
            from annotator.ui.panels.curves import Curves  # noqa: PLC0415

            self._curves = Curves()
            self._layout.insertWidget(self._layout.count() - 1, self._curves)
        return self._curves

    def _on_stop_clicked(self) -> None:
        self._stop.setEnabled(False)
        self._words.setText("Stopping after this step; what it has is kept…")
        self.stop_pressed.emit()
