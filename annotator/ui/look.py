"""How the window looks: dressing the application, the spacing, the type and the common widgets."""

from __future__ import annotations

from PySide6.QtCore import QObject, QSize, Qt
from PySide6.QtGui import QFont
from PySide6.QtWidgets import QApplication, QLabel, QPushButton, QToolButton, QWidget

from annotator.domain.colours import category_colour
from annotator.ui.colours import AMBER, DARK, LIGHT, RED, Colours, category_colours, colours
from annotator.ui.icons import ICON_PX, icon, swatch
from annotator.ui.sheet import palette, style_sheet

__all__ = [
    "AMBER",
    "CAPTION_PX",
    "DARK",
    "GAP",
    "ICON_PX",
    "LIGHT",
    "PAD",
    "PANEL_WIDTH",
    "RADIUS",
    "RED",
    "TEXT_PX",
    "Colours",
    "apply_look",
    "as_role",
    "button",
    "caption",
    "category_colour",
    "category_colours",
    "colours",
    "flat_button",
    "icon",
    "palette",
    "swatch",
    "tabular",
]

GAP = 4
PAD = 8
RADIUS = 6
PANEL_WIDTH = 280
"""Below this a panel would cut its words; two of them leave 720 of 1,280 pixels to the image."""
TEXT_PX = 13
CAPTION_PX = 11


def apply_look(app: QApplication, theme: str = "system") -> None:
    """Dress the application and keep it dressed when the system's scheme changes.

    Args:
        app: the application.
        theme: "system", "light" or "dark".
    """
    keeper = app.findChild(_Keeper, "look")
    if keeper is None:
        app.setStyle("Fusion")
        keeper = _Keeper(app)
    keeper.dress(theme)


class _Keeper(QObject):
    """Follows the system's colour scheme for as long as the application lives."""

    def __init__(self, app: QApplication) -> None:
        super().__init__(app)
        self.setObjectName("look")
        self._app = app
        self._theme = "system"
        app.styleHints().colorSchemeChanged.connect(self._on_system_scheme_changed)

    def dress(self, theme: str) -> None:
        self._theme = theme
        is_dark = theme == "dark"
        if theme == "system":
            is_dark = self._app.styleHints().colorScheme() == Qt.ColorScheme.Dark
        scheme = DARK if is_dark else LIGHT
        font = QFont(self._app.font())
        if font.pixelSize() != TEXT_PX:
            font.setPixelSize(TEXT_PX)
            self._app.setFont(font)
        self._app.setPalette(palette(scheme))
        sheet = style_sheet(scheme)
        if sheet != self._app.styleSheet():  # another preference changed: spare every widget
            self._app.setStyleSheet(sheet)

    def _on_system_scheme_changed(self) -> None:
        if self._theme == "system":
            self.dress("system")


def tabular(font: QFont, *, pixels: int = TEXT_PX) -> QFont:
    """The font at a size with digits of one width, so that numbers do not dance."""
    made = QFont(font)
    made.setPixelSize(pixels)
    made.setFeature(QFont.Tag("tnum"), 1)
    return made


def as_role(widget: QWidget, role: str) -> None:
    """Give a widget a role of the style sheet ("caption", "title", "primary", "warning", ...)."""
    if widget.property("role") != role:
        widget.setProperty("role", role)
        widget.style().unpolish(widget)
        widget.style().polish(widget)


def caption(text: str, name: str = "", *, role: str = "caption", wrap: bool = True) -> QLabel:
    """A label of 11 px in the muted ink, or in another role."""
    label = QLabel(text)
    label.setObjectName(name)
    label.setWordWrap(wrap)
    label.setTextFormat(Qt.TextFormat.PlainText)
    as_role(label, role)
    return label


def button(text: str, name: str, *, icon_name: str = "", primary: bool = False) -> QPushButton:
    """A push button; the primary one of a view wears the accent."""
    made = QPushButton(text)
    made.setObjectName(name)
    made.setAutoDefault(primary)
    if icon_name:
        made.setIcon(icon(icon_name, role="on_accent" if primary else "text"))
        made.setIconSize(QSize(22, 16))  # wider than the glyph: air between it and the words
    if primary:
        as_role(made, "primary")
    return made


def flat_button(icon_name: str, name: str, tip: str) -> QToolButton:
    """A tool button of one icon without a frame."""
    made = QToolButton()
    made.setObjectName(name)
    made.setIcon(icon(icon_name))
    made.setIconSize(QSize(ICON_PX, ICON_PX))
    made.setToolTip(tip)
    made.setAccessibleName(tip)
    as_role(made, "flat")
    return made
