"""Live curves of a training: losses by step, and the held-out AP each time it was measured."""

from __future__ import annotations

from typing import Any

import pyqtgraph as pg
from PySide6.QtCore import QEvent, Qt
from PySide6.QtWidgets import QVBoxLayout, QWidget

from annotator.ui.look import CAPTION_PX, GAP, caption, colours, tabular

_SMOOTH = 0.85
_AP_COLOURS = {"box": "#56b4e9", "mask": "#2fbf8f", "joints": "#e377c2"}
_AP_SYMBOLS = {"box": "s", "mask": "o", "joints": "t1"}
_AP_SIGNS = {"box": "■", "mask": "●", "joints": "▲"}


class Curves(QWidget):
    """Two small plots, one above the other."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setObjectName("model_curves")
        self._steps: list[int] = []
        self._losses: list[float] = []
        self._smoothed: list[float] = []
        self._scores: dict[str, tuple[list[int], list[float]]] = {}
        self._loss_plot, self._ap_plot = _plot(110), _plot(90)
        self._raw = self._loss_plot.plot([], [], antialias=True)
        self._smooth = self._loss_plot.plot([], [], antialias=True)
        self._ap_lines: dict[str, Any] = {}
        self._ap_plot.setYRange(0, 1, padding=0.08)
        self._loss_words = caption("Loss", "model_loss")
        self._ap_words = caption("Held-out AP50", "model_ap")
        layout = QVBoxLayout(self)
        layout.setContentsMargins(0, GAP, 0, 0)
        layout.setSpacing(GAP)
        for part in (self._loss_words, self._loss_plot, self._ap_words, self._ap_plot):
            layout.addWidget(part)
        self._ap_words.setToolTip("On images held out from learning")
        self._ap_words.setTextFormat(Qt.TextFormat.RichText)
        self._ap_words.hide()
        self._ap_plot.hide()
        self._dress()

    def add_step(self, step: int, losses: dict[str, float]) -> None:
        """Add the losses of one step; their sum is drawn, and a smoothed line over it."""
        total = losses.get("total", sum(losses.values()))
        former = self._smoothed[-1] if self._smoothed else total
        keep = min(_SMOOTH, len(self._steps) / (len(self._steps) + 1))
        self._steps.append(step)
        self._losses.append(total)
        self._smoothed.append(keep * former + (1 - keep) * total)
        self._raw.setData(self._steps, self._losses)
        self._smooth.setData(self._steps, self._smoothed)
        self._loss_words.setText(f"Loss {self._smoothed[-1]:.2f}")

    def add_scores(self, step: int, scores: dict[str, float]) -> None:
        """Add the AP50 by kind, measured at a step."""
        for kind, value in scores.items():
            steps, values = self._scores.setdefault(kind, ([], []))
            steps.append(step)
            values.append(value)
            if kind not in self._ap_lines:
                self._ap_lines[kind] = self._ap_plot.plot([], [], antialias=True)
                self._dress()
            self._ap_lines[kind].setData(steps, values)
        words = "&nbsp; ".join(
            f'<span style="color: {_AP_COLOURS[kind]}">{_AP_SIGNS[kind]}</span> {kind} {value:.2f}'
            for kind, value in scores.items()
        )
        self._ap_words.setText(f"AP50&nbsp; {words}")
        self._ap_words.setVisible(bool(self._scores))
        self._ap_plot.setVisible(bool(self._scores))

    def _dress(self) -> None:
        """Draw in the colours of the scheme in use."""
        scheme = colours()
        for plot in (self._loss_plot, self._ap_plot):
            plot.setBackground(scheme.base)
            for side in ("left", "bottom"):
                axis = plot.getAxis(side)
                axis.setPen(pg.mkPen(scheme.border))
                axis.setTextPen(pg.mkPen(scheme.muted))
        self._raw.setPen(pg.mkPen(scheme.border, width=1))
        self._smooth.setPen(pg.mkPen(scheme.text, width=2))
        for kind, line in self._ap_lines.items():
            colour = _AP_COLOURS.get(kind, scheme.text)
            line.setPen(pg.mkPen(colour, width=2))
            line.setSymbol(_AP_SYMBOLS.get(kind, "o"))
            line.setSymbolSize(6)
            line.setSymbolBrush(colour)
            line.setSymbolPen(None)

    def changeEvent(self, event: QEvent) -> None:
        """Follow the theme."""
        super().changeEvent(event)
        if event.type() == QEvent.Type.PaletteChange and hasattr(self, "_ap_lines"):
            self._dress()


def _plot(height: int) -> Any:
    plot = pg.PlotWidget()
    plot.setFixedHeight(height)
    plot.setMenuEnabled(False)
    plot.hideButtons()
    plot.setMouseEnabled(False, False)
    plot.setFocusPolicy(Qt.FocusPolicy.NoFocus)
    plot.showGrid(x=False, y=True, alpha=0.12)
    for side in ("left", "bottom"):
        axis = plot.getAxis(side)
        axis.setTickFont(tabular(plot.font(), pixels=CAPTION_PX))
        axis.setStyle(tickLength=-4, maxTickLevel=0)
    plot.getAxis("left").setWidth(32)
    plot.getAxis("bottom").setHeight(18)
    return plot
