"""A plot that only shows: no menu, no dragging, quiet axes."""

from __future__ import annotations

from typing import Any

from PySide6.QtCore import Qt

from annotator.ui.look import CAPTION_PX, tabular


def plain_plot(*, left: int) -> Any:
    """A pyqtgraph.PlotWidget whose numbers on the left take so many pixels."""
    import pyqtgraph as pg  # noqa: PLC0415 - takes a while to load

    plot = pg.PlotWidget()
    plot.setMenuEnabled(False)
    plot.hideButtons()
    plot.setMouseEnabled(False, False)
    plot.setFocusPolicy(Qt.FocusPolicy.NoFocus)
    plot.showGrid(x=False, y=True, alpha=0.12)
    for side in ("left", "bottom"):
        axis = plot.getAxis(side)
        axis.setTickFont(tabular(plot.font(), pixels=CAPTION_PX))
        axis.setStyle(tickLength=-4, maxTickLevel=0)
    plot.getAxis("left").setWidth(left)
    plot.getAxis("bottom").setHeight(18)
    return plot
