"""Icons of one family and one weight (Phosphor), and swatches of a category's colour."""

from __future__ import annotations

import json
from functools import cache, lru_cache
from importlib.util import find_spec
from pathlib import Path

from PySide6.QtCore import QRect, QRectF, QSize, Qt
from PySide6.QtGui import (
    QColor,
    QFont,
    QFontDatabase,
    QIcon,
    QIconEngine,
    QPainter,
    QPen,
    QPixmap,
)

from annotator.ui.colours import colours

ICON_PX = 20


@cache
def icon(name: str, *, role: str = "text") -> QIcon:
    """An icon of the Phosphor family, drawn in the palette in use each time it is painted.

    Args:
        name: without prefix: "polygon", "eye-slash", ...
        role: the colour's name in ``Colours``.

    Raises:
        KeyError: the family has no such icon.
    """
    _, glyphs = _phosphor()
    return QIcon(_Glyph(chr(int(glyphs[name], 16)), role))


@cache
def _phosphor() -> tuple[str, dict[str, str]]:
    """The family's name and its code points; read without importing qtawesome and its ten fonts."""
    spec = find_spec("qtawesome")
    if spec is None or spec.origin is None:
        raise ModuleNotFoundError("qtawesome, the icons' package, is not installed")
    folder = Path(spec.origin).parent / "fonts"
    number = QFontDatabase.addApplicationFont(str(next(folder.glob("phosphor-[0-9]*.ttf"))))
    glyphs = json.loads(next(folder.glob("phosphor-charmap-*.json")).read_text())
    return QFontDatabase.applicationFontFamilies(number)[0], glyphs


class _Glyph(QIconEngine):
    """Paints one character of the icon font; asks the palette at each paint."""

    def __init__(self, character: str, role: str) -> None:
        super().__init__()
        self._character = character
        self._role = role

    def paint(self, painter: QPainter, rect: QRect, mode: QIcon.Mode, state: QIcon.State) -> None:
        scheme = colours()
        colour = QColor(getattr(scheme, self._role))
        if mode == QIcon.Mode.Disabled:
            colour = QColor(scheme.muted)
            colour.setAlphaF(0.55)
        font = QFont(_phosphor()[0])
        font.setPixelSize(max(1, rect.height()))
        painter.save()
        painter.setFont(font)
        painter.setPen(colour)
        painter.drawText(rect, Qt.AlignmentFlag.AlignCenter, self._character)
        painter.restore()

    def pixmap(self, size: QSize, mode: QIcon.Mode, state: QIcon.State) -> QPixmap:
        made = QPixmap(size)
        made.fill(Qt.GlobalColor.transparent)
        painter = QPainter(made)
        self.paint(painter, made.rect(), mode, state)
        painter.end()
        return made

    def actualSize(self, size: QSize, mode: QIcon.Mode, state: QIcon.State) -> QSize:
        return size


@lru_cache(maxsize=1024)
def swatch(colour: str, side: int = 12) -> QIcon:
    """A rounded square of a category's colour with an edge, so that pale ones show on white."""
    ratio = 2.0
    pixmap = QPixmap(round(side * ratio), round(side * ratio))
    pixmap.setDevicePixelRatio(ratio)
    pixmap.fill(Qt.GlobalColor.transparent)
    painter = QPainter(pixmap)
    painter.setRenderHint(QPainter.RenderHint.Antialiasing)
    painter.setBrush(QColor(colour))
    painter.setPen(QPen(QColor(colour).darker(135), 1))
    painter.drawRoundedRect(QRectF(0.5, 0.5, side - 1, side - 1), 3, 3)
    painter.end()
    made = QIcon(pixmap)
    made.addPixmap(pixmap, QIcon.Mode.Selected)  # a selected row must not tint it
    return made
