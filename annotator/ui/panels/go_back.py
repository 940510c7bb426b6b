"""Going back in a training: an earlier test, another learning rate, and on from there."""

from __future__ import annotations

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import QFrame, QGridLayout, QSlider, QSpinBox, QVBoxLayout, QWidget

from annotator.learning.record import Point
from annotator.ui.course import Course
from annotator.ui.look import GAP, PAD, as_role, button, caption
from annotator.ui.words import ap_of

FACTORS = (0.1, 0.2, 0.3, 0.5, 1.0, 2.0, 3.0)
"""By which the learning rate can be changed on going back."""
_UNCHANGED = FACTORS.index(1.0)

_HINT = (
    "Choose a test, in the list or on the curve, to go back to it: go on from there with another "
    "learning rate, or use the model as it was then."
)


class GoBack(QFrame):
    """What can be done with one evaluation of a training.

    Signals:
        done: the person went back, or made a version.
    """

    done = Signal()

    def __init__(self, course: Course, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setObjectName("go_back")
        as_role(self, "card")
        self._course = course
        self._point: Point | None = None
        self._title = caption("", "go_back_title", role="heading")
        self._scores = caption("", "go_back_scores", role="body")
        self._rate_words = caption("", "go_back_rate_words", role="body", wrap=False)
        self._rate = QSlider(Qt.Orientation.Horizontal)
        self._rate.setObjectName("go_back_rate")
        self._rate.setRange(0, len(FACTORS) - 1)
        self._rate.setPageStep(1)
        self._rate.setAccessibleName("Learning rate")
        self._rate.setToolTip("Lower: smaller, surer steps. Higher: larger, bolder ones.")
        self._steps = QSpinBox()
        self._steps.setObjectName("go_back_steps")
        self._steps.setMaximum(100_000)
        self._steps.setSingleStep(50)
        self._steps.setAccessibleName("Until step")
        self._go = button("Go on from here", "go_back_go", primary=True)
        self._use = button("Use this one", "go_back_use")
        self._use.setToolTip("Makes a version of the model as it was then, and ends the training")
        self._rows = QWidget()
        self._lay_out()
        self._rate.valueChanged.connect(lambda _value: self._show_rate())
        self._go.clicked.connect(self._on_go_clicked)
        self._use.clicked.connect(self._on_use_clicked)
        self.show_point(None)

    def _lay_out(self) -> None:
        grid = QGridLayout(self._rows)
        grid.setContentsMargins(0, GAP, 0, 0)
        grid.setHorizontalSpacing(PAD)
        grid.setVerticalSpacing(PAD)
        grid.addWidget(caption("Learning rate", wrap=False), 0, 0)
        grid.addWidget(self._rate_words, 0, 1)
        grid.addWidget(self._rate, 1, 0, 1, 2)
        grid.addWidget(caption("Until step", wrap=False), 2, 0)
        grid.addWidget(self._steps, 2, 1)
        grid.addWidget(self._go, 3, 0, 1, 2)
        grid.addWidget(self._use, 4, 0, 1, 2)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(PAD + GAP, PAD + GAP, PAD + GAP, PAD + GAP)
        layout.setSpacing(GAP)
        for part in (self._title, self._scores, self._rows):
            layout.addWidget(part)

    @property
    def learning_rate(self) -> float:
        """The one chosen."""
        return FACTORS[self._rate.value()] * self._usual()

    def show_point(self, point: Point | None) -> None:
        """Offer one evaluation; None tells how to choose one."""
        self._point = point
        self._rows.setVisible(point is not None)
        self._title.setVisible(point is not None)
        if point is None:
            self._scores.setText(_HINT)
            as_role(self._scores, "caption")
            return
        as_role(self._scores, "body")
        self._title.setText(f"Step {point.step:,}")
        numbers = ap_of(point.values, "AP50")
        words = ", ".join(f"{kind} {value:.2f}" for kind, value in numbers.items())
        self._scores.setText(f"AP50: {words}" if words else "Nothing could be measured")
        self._rate.setValue(_UNCHANGED)
        self._steps.setMinimum(point.step + 1)
        self._steps.setValue(self._course.steps)
        can = self._course.has_snapshot(point)
        for one in (self._go, self._use, self._rate, self._steps):
            one.setEnabled(can)
        if not can:
            self._scores.setText(f"{self._scores.text()}. Its snapshot is not kept any more.")
        self._show_rate()

    def _usual(self) -> float:
        record, point = self._course.record, self._point
        if record is None or point is None or point.attempt >= len(record.attempts):
            return 0.0
        return record.attempts[point.attempt].learning_rate

    def _show_rate(self) -> None:
        factor = FACTORS[self._rate.value()]
        times = "as it was" if factor == 1.0 else f"× {factor:g}"
        self._rate_words.setText(f"{self.learning_rate:.2g}, {times}")

    def _on_go_clicked(self) -> None:
        if self._point is not None:
            self._course.go_on(
                self._point, learning_rate=self.learning_rate, steps=self._steps.value()
            )
            self.done.emit()

    def _on_use_clicked(self) -> None:
        if self._point is not None:
            self._course.keep(self._point)
            self.done.emit()
