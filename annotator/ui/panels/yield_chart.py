"""A small chart: average precision against what was spent, and where it is expected to go."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from PySide6.QtCore import QEvent, Qt
from PySide6.QtWidgets import QVBoxLayout, QWidget

from annotator.services.growth import Point
from annotator.ui.look import colours
from annotator.ui.panels.plain_plot import plain_plot

_HEIGHT = 112
_WORDS = {"images": "labelled images", "hours": "hours of labelling"}


class YieldChart(QWidget):
    """A point a model version, and a hollow one for what the next batch is expected to bring.

    The library that draws it takes a while to load, so that waits until there is something to draw.
    """

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setObjectName("queue_chart")
        self._plot: Any = None
        self._line: Any = None
        self._next: Any = None
        self.points: tuple[Point, ...] = ()
        self.coming: Point | None = None
        layout = QVBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)

    def show_points(self, points: Sequence[Point], coming: Point | None, *, along: str) -> None:
        """Draw what was reached, and what is expected to come; nothing below two points.

        Args:
            points: what was spent and reached.
            coming: after the next batch; None where that cannot be told.
            along: "images" or "hours".
        """
        self.points, self.coming = tuple(sorted(points)), coming
        if len(points) < 2:
            return
        self._begin()
        self._line.setData(*_columns(self.points))
        self._next.setData(*_columns([self.points[-1], coming] if coming else []))
        every = [*self.points, *([coming] if coming else [])]
        heights = [y for _, y in every]
        room = max(0.03, 0.2 * (max(heights) - min(heights)))
        low, high = max(0.0, min(heights) - room), min(1.0, max(heights) + room)
        self._plot.setYRange(low, high, padding=0)
        self._plot.setXRange(0, 1.06 * max(x for x, _ in every), padding=0)
        words = f"Held-out average precision against {_WORDS[along]}; dashed: expected"
        self._plot.setToolTip(words)
        self.setAccessibleName(words)

    def _begin(self) -> None:
        if self._plot is not None:
            return
        self._plot = plain_plot(left=36)
        self._plot.setFixedHeight(_HEIGHT)
        self._next = self._plot.plot([], [], antialias=True, symbol="o", symbolSize=7)
        self._line = self._plot.plot([], [], antialias=True, symbol="o", symbolSize=7)
        layout = self.layout()
        assert layout is not None
        layout.addWidget(self._plot)
        self._dress()

    def _dress(self) -> None:
        import pyqtgraph as pg  # noqa: PLC0415

        scheme = colours()
        self._plot.setBackground(scheme.base)
        for side in ("left", "bottom"):
            axis = self._plot.getAxis(side)
            axis.setPen(pg.mkPen(scheme.border))
            axis.setTextPen(pg.mkPen(scheme.muted))
        self._line.setPen(pg.mkPen(scheme.text, width=1.5))
        self._line.setSymbolBrush(pg.mkBrush(scheme.text))
        self._line.setSymbolPen(None)
        self._next.setPen(pg.mkPen(scheme.muted, width=1.5, style=Qt.PenStyle.DashLine))
        self._next.setSymbolBrush(pg.mkBrush(scheme.base))
        self._next.setSymbolPen(pg.mkPen(scheme.muted, width=1.5))

    def changeEvent(self, event: QEvent) -> None:
        """Follow the theme."""
        super().changeEvent(event)
        is_new_theme = event.type() == QEvent.Type.PaletteChange
        if is_new_theme and getattr(self, "_plot", None) is not None:
            self._dress()


def _columns(points: Sequence[Point]) -> tuple[list[float], list[float]]:
    return [x for x, _ in points], [y for _, y in points]
