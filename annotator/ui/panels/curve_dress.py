"""The colours, signs and words of the curves: the same kind looks the same in both plots."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import pyqtgraph as pg
from PySide6.QtCore import Qt
from PySide6.QtGui import QColor

_FAINT = 0.35


@dataclass(frozen=True, slots=True)
class Dress:
    """How one line looks: colour "#rrggbb", pyqtgraph's symbol, the sign for text, its words."""

    colour: str
    symbol: str
    sign: str
    words: str

    def pen(self, *, faint: bool) -> Any:
        """Of the line; faint and dashed for what was left behind."""
        style = Qt.PenStyle.DashLine if faint else Qt.PenStyle.SolidLine
        return pg.mkPen(self._ink(faint), width=1 if faint else 2, style=style)

    def brush(self, *, faint: bool) -> Any:
        """Of the points."""
        return pg.mkBrush(self._ink(faint))

    def _ink(self, faint: bool) -> QColor:
        ink = QColor(self.colour)
        ink.setAlphaF(_FAINT if faint else 1.0)
        return ink


_ROWS = (
    # name, on light ground, on dark ground, symbol, sign, words
    ("box", "#0072b2", "#56b4e9", "s", "■", "box"),
    ("mask", "#00805a", "#2fbf8f", "o", "●", "mask"),
    ("joints", "#b5478f", "#e377c2", "t1", "▲", "joints"),
    ("category", "#6a51a3", "#b39ddb", "d", "◆", "what it is"),
    ("objectness", "#5a5f67", "#b0b3ba", "+", "✚", "is it an object"),
    ("proposals", "#8c6239", "#c9a27a", "x", "✖", "first guess"),
    ("total", "#1d1f23", "#e4e5e8", "o", "●", "total"),
)


def dress_of(is_dark: bool) -> dict[str, Dress]:
    """By the name of a loss or a kind of score, on light or dark ground."""
    return {
        name: Dress(dark if is_dark else light, symbol, sign, words)
        for name, light, dark, symbol, sign, words in _ROWS
    }


def legend(values: dict[str, float], dress: dict[str, Dress]) -> str:
    """Signs, words and the latest values, as rich text."""
    return " &nbsp;".join(
        f'<span style="color: {dress[name].colour}">{dress[name].sign}</span>'
        f"&nbsp;{dress[name].words.replace(' ', '&nbsp;')}&nbsp;{value:.2f}"
        for name, value in values.items()
    )
