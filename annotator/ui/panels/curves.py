"""Live curves of a training: losses by step, and the held-out AP each time it was measured."""

from __future__ import annotations

import time
from typing import Any

import pyqtgraph as pg
from PySide6.QtCore import QEvent, Qt, Signal
from PySide6.QtWidgets import QVBoxLayout, QWidget

from annotator.learning.record import Point
from annotator.ui.course import Course
from annotator.ui.look import GAP, caption, colours
from annotator.ui.panels.curve_dress import Dress, dress_of, legend
from annotator.ui.panels.curve_lanes import LossLanes, Rows, on, scores
from annotator.ui.panels.plain_plot import plain_plot

_REDRAW_S = 0.15


class Curves(QWidget):
    """Two plots, one above the other: how good it is, and how far its answers are from yours.

    Attempts that were left behind are drawn faintly. Each evaluation is a point; a click on the
    upper plot chooses the nearest.

    Signals:
        chosen: the evaluation (record.Point) the person clicked at.
    """

    chosen = Signal(object)

    def __init__(self, course: Course, *, large: bool, parent: QWidget | None = None) -> None:
        """Show a course; in the large form each loss has its own line."""
        super().__init__(parent)
        self.setObjectName("training_curves" if large else "model_curves")
        self._course, self._large = course, large
        self._measure = "AP50"
        self._lanes = LossLanes(each=large)
        self._drawn, self._tests = 0.0, 0
        self._lines: dict[tuple[str, str, bool], Any] = {}
        self._loss_plot, self._ap_plot = plain_plot(left=32), plain_plot(left=32)
        self._ap_plot.setYRange(0, 1, padding=0.08)
        self._ap_plot.setXLink(self._loss_plot)
        self._mark = pg.InfiniteLine(angle=90)
        self._mark.hide()
        self._ap_plot.addItem(self._mark)
        self._ap_plot.scene().sigMouseClicked.connect(self._on_plot_clicked)
        self._loss_words = caption("Loss", self._named("loss"))
        self._ap_words = caption("", self._named("ap"))
        for words in (self._loss_words, self._ap_words):
            words.setTextFormat(Qt.TextFormat.RichText)
        self._lay_out()
        course.measured.connect(self._on_course_measured)
        course.changed.connect(self.redraw)
        self.redraw()

    def _named(self, part: str) -> str:
        return f"training_{part}" if self._large else f"model_{part}"

    def _lay_out(self) -> None:
        layout = QVBoxLayout(self)
        layout.setContentsMargins(0, GAP, 0, 0)
        layout.setSpacing(GAP)
        for words, plot, height in (
            (self._ap_words, self._ap_plot, 96),
            (self._loss_words, self._loss_plot, 96),
        ):
            layout.addWidget(words)
            layout.addWidget(plot, 1)
            if self._large:
                plot.setMinimumHeight(height)
            else:
                plot.setFixedHeight(height)
        self._ap_plot.setToolTip(
            "How good it is on images it does not learn from; click a point to go back to it"
        )
        self._loss_plot.setToolTip("How far its answers are from yours while it learns: lower")

    @property
    def measure(self) -> str:
        """Which number is drawn: "AP50" or "AP"."""
        return self._measure

    def set_measure(self, measure: str) -> None:
        """Draw another number of the evaluations."""
        self._measure = measure
        self.redraw()

    def mark(self, point: Point | None) -> None:
        """Mark an evaluation, or none."""
        self._mark.setVisible(point is not None)
        if point is not None:
            self._mark.setValue(point.step)

    # --- drawing ---------------------------------------------------------------------------

    def redraw(self) -> None:
        """Draw all that is known."""
        self._drawn, self._tests = time.monotonic(), len(self._course.evaluations)
        record = self._course.record
        measured = scores(record, self._measure)
        losses = self._lanes.rows(record)
        dress = dress_of(colours().is_dark)
        self._dress_plots()
        self._loss_plot.setXRange(0, max(1, self._course.steps), padding=0.02)
        self._show("ap", measured, dress)
        self._show("loss", losses, dress)
        latest = {kind: rows[1][-1] for (kind, is_past), rows in measured.items() if not is_past}
        self._ap_words.setText(self._ap_legend(latest, dress))
        self._ap_words.setVisible(bool(measured) or self._large)
        self._ap_plot.setVisible(bool(measured) or self._large)
        now = {name: rows[1][-1] for (name, is_past), rows in losses.items() if not is_past}
        self._loss_words.setText(_loss_legend(now, dress, each=self._large))

    def _ap_legend(self, latest: dict[str, float], dress: dict[str, Dress]) -> str:
        count = self._course.held_out
        if not latest:
            return "Held-out numbers come with the first test" if count else (
                "No image is held out yet, so how good it is stays unknown: review five or more"
            )  # fmt: skip
        rough = ", rough" if self._course.is_rough else ""
        noun = "image" if count == 1 else "images"
        about = f"{self._measure} on {count} held-out {noun}{rough}"
        return f"{about}<br>{legend(latest, dress)}"

    def _show(self, which: str, rows: Rows, dress: dict[str, Dress]) -> None:
        plot = self._ap_plot if which == "ap" else self._loss_plot
        for (name, is_past), (steps, values) in rows.items():
            key = (which, name, is_past)
            if key not in self._lines:
                self._lines[key] = plot.plot([], [], antialias=True, connect="finite")
            line, own = self._lines[key], dress[name]
            line.setPen(own.pen(faint=is_past))
            line.setZValue(0 if is_past else 1)
            line.setData(steps, values)
            if which == "ap":
                line.setSymbol(own.symbol)
                line.setSymbolSize(5 if is_past else 8)
                line.setSymbolBrush(own.brush(faint=is_past))
                line.setSymbolPen(None)
        gone = [k for k in self._lines if k[0] == which and k[1:] not in rows]
        for key in gone:
            plot.removeItem(self._lines.pop(key))

    def _dress_plots(self) -> None:
        scheme = colours()
        self._mark.setPen(pg.mkPen(scheme.muted, width=1, style=Qt.PenStyle.DashLine))
        for plot in (self._loss_plot, self._ap_plot):
            plot.setBackground(scheme.base)
            for side in ("left", "bottom"):
                axis = plot.getAxis(side)
                axis.setPen(pg.mkPen(scheme.border))
                axis.setTextPen(pg.mkPen(scheme.muted))

    # --- what happens ----------------------------------------------------------------------

    def _on_course_measured(self) -> None:
        """Steps may come faster than anybody can see them drawn."""
        is_tested = len(self._course.evaluations) != self._tests
        is_time = time.monotonic() - self._drawn >= _REDRAW_S
        if is_time or is_tested or not self._course.is_running:
            self.redraw()

    def _on_plot_clicked(self, event: Any) -> None:
        known = self._course.evaluations
        box = self._ap_plot.getViewBox()
        if not known or not box.sceneBoundingRect().contains(event.scenePos()):
            return
        step = box.mapSceneToView(event.scenePos()).x()
        record = self._course.record
        assert record is not None
        path = record.path()
        on_path = [p for p in known if on(path, p)] or known
        self.chosen.emit(min(on_path, key=lambda p: abs(p.step - step)))

    def changeEvent(self, event: QEvent) -> None:
        """Follow the theme."""
        super().changeEvent(event)
        if event.type() == QEvent.Type.PaletteChange and hasattr(self, "_ap_words"):
            self.redraw()


def _loss_legend(now: dict[str, float], dress: dict[str, Dress], *, each: bool) -> str:
    if not now:
        return "Loss"
    if not each:
        return f"Loss {now['total']:.2f}"
    return f"Loss {sum(now.values()):.2f}<br>{legend(now, dress)}"
