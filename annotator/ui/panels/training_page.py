"""The page of a training: large curves, every test it had, and going back to one."""

from __future__ import annotations

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QHBoxLayout, QStackedLayout, QVBoxLayout, QWidget

from annotator.learning.record import Point
from annotator.ui.course import Course
from annotator.ui.look import GAP, PAD, caption
from annotator.ui.panels.curves import Curves
from annotator.ui.panels.go_back import GoBack
from annotator.ui.panels.parts import EmptyState, Segments
from annotator.ui.panels.rows import row, row_list
from annotator.ui.panels.training_card import TrainingControls
from annotator.ui.words import ap_of

_SIDE_WIDTH = 280


class TrainingPage(QWidget):
    """Where one plays the training: watch, stop, go back, go on.

    Signals:
        retrain_requested: there is no training, and the person wants one.
    """

    retrain_requested = Signal()

    def __init__(self, course: Course, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setObjectName("training_page")
        self._course = course
        self._curves = Curves(course, large=True)
        self._measure = Segments("training_measure", (("AP50", "AP50"), ("AP", "AP")))
        self._measure.setToolTip("AP50 counts what overlaps by half; AP asks for more and more")
        self._list = row_list("training_tests")
        self._list.setAccessibleName("Tests of this training")
        self._none = caption("", "training_no_tests")
        self._go_back = GoBack(course)
        self._empty = EmptyState("training_empty")
        self._empty.say(
            "No training is under way. While one is, its curves stand here, and you can pause it, "
            "go back in it, and go on.",
            "Retrain…",
        )
        self._empty.pressed.connect(self.retrain_requested)
        self._pages = QStackedLayout(self)
        self._pages.addWidget(self._empty)
        self._pages.addWidget(self._make_page())
        self._measure.chosen.connect(self._curves.set_measure)
        self._curves.chosen.connect(self.choose)
        self._list.currentRowChanged.connect(self._on_row_changed)
        self._go_back.done.connect(lambda: self.choose(None))
        course.changed.connect(self._on_course_changed)
        course.measured.connect(self._refresh)
        course.progressed.connect(self._refresh)
        self._shown: list[tuple[Point, bool]] = []
        self._on_course_changed()

    def _make_page(self) -> QWidget:
        head = QHBoxLayout()
        head.addStretch(1)
        head.addWidget(self._measure)
        left = QVBoxLayout()
        left.setSpacing(GAP)
        left.addWidget(TrainingControls(self._course, "training", wide=True))
        left.addLayout(head)
        left.addWidget(self._curves, 1)
        side = QWidget()
        side.setFixedWidth(_SIDE_WIDTH)
        right = QVBoxLayout(side)
        right.setContentsMargins(0, 0, 0, 0)
        right.setSpacing(PAD)
        right.addWidget(caption("Tests on held-out images", role="group"))
        right.addWidget(self._none)
        right.addWidget(self._list, 1)
        right.addWidget(self._go_back)
        page = QWidget()
        layout = QHBoxLayout(page)
        layout.setContentsMargins(2 * PAD, 2 * PAD, 2 * PAD, 2 * PAD)
        layout.setSpacing(2 * PAD)
        layout.addLayout(left, 1)
        layout.addWidget(side)
        return page

    def choose(self, point: Point | None) -> None:
        """Choose an evaluation to go back to, or none."""
        rows = [one for one, _ in self._shown]
        self._list.setCurrentRow(rows.index(point) if point in rows else -1)

    def _on_course_changed(self) -> None:
        is_there = self._course.is_running or self._course.is_left
        self._pages.setCurrentIndex(1 if is_there else 0)
        self._refresh()

    def _refresh(self) -> None:
        """Fill the list anew when a test, or a snapshot, came or went."""
        course = self._course
        known = [(p, course.has_snapshot(p)) for p in reversed(course.evaluations)]
        if known != self._shown:
            chosen = self._chosen()
            self._shown = known
            self._fill()
            self.choose(chosen)
        self._list.setVisible(bool(known))
        self._none.setVisible(not known)
        self._none.setText(
            "The first one comes after a while; then each stands here."
            if course.held_out or course.record is None
            else "No image is held out, so there is nothing to test on. Review five or more images "
            "before the next training."
        )
        self._go_back.setVisible(bool(known))

    def _chosen(self) -> Point | None:
        number = self._list.currentRow()
        return self._shown[number][0] if 0 <= number < len(self._shown) else None

    def _fill(self) -> None:
        record = self._course.record
        means = {id(p): _mean(p) for p, _ in self._shown}
        best = max(means.values(), default=0.0)
        self._list.blockSignals(True)
        self._list.clear()
        for number, (point, has_snapshot) in enumerate(self._shown):
            numbers = ap_of(point.values, "AP50")
            words = ", ".join(f"{kind} {value:.2f}" for kind, value in numbers.items())
            past = record is not None and not record.is_on_path(point.attempt, point.step)
            notes = [n for n, holds in (("left behind", past), ("no snapshot", not has_snapshot))
                     if holds]  # fmt: skip
            trailing = "best" if best > 0 and means[id(point)] == best else ""
            self._list.addItem(
                row(
                    number,
                    f"Step {point.step:,}",
                    ", ".join([words, *notes]) if words else "nothing to measure",
                    trailing=trailing,
                    strong=bool(trailing),
                )
            )
        self._list.blockSignals(False)

    def _on_row_changed(self, number: int) -> None:
        point = self._shown[number][0] if 0 <= number < len(self._shown) else None
        self._go_back.show_point(point)
        self._curves.mark(point)


def _mean(point: Point) -> float:
    numbers = ap_of(point.values, "AP50").values()
    return sum(numbers) / len(numbers) if numbers else 0.0
