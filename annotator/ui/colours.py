"""The colours of the window, light and dark.

Amber means "look here", red means "something is wrong", the accent means "the next step"; nothing
else uses these three. Selection is a neutral grey for that reason.
"""

from __future__ import annotations

from dataclasses import dataclass

from PySide6.QtGui import QGuiApplication, QPalette

from annotator.domain.colours import category_colour

AMBER = "#f2b134"
"""Look here; for marks on an image or on dark ground. On panels take ``colours().amber``."""
RED = "#ff6b62"
"""Something is wrong; for marks on an image or on dark ground."""


@dataclass(frozen=True, slots=True)
class Colours:
    """One scheme, "#rrggbb" each.

    Attributes:
        window: ground of panels. base: ground of lists and fields. surround: ground of the canvas.
        text, muted, faint: ink on them; the second for captions, the last for what needs
            no reading (disabled words, marks of the ordinary state). border: hairlines.
        button: ground of buttons. selection: the selected row. hover: the row under the pointer.
        accent, on_accent: the next step, and ink on it. amber, red: as said above;
            amber_fill: inside an outline of amber.
    """

    is_dark: bool
    window: str
    base: str
    surround: str
    text: str
    muted: str
    faint: str
    border: str
    button: str
    selection: str
    hover: str
    accent: str
    on_accent: str
    amber: str
    amber_fill: str
    red: str


LIGHT = Colours(
    is_dark=False,
    window="#f4f5f6",
    base="#ffffff",
    surround="#e8e9eb",
    text="#1d1f23",
    muted="#5a5f67",
    faint="#9a9fa8",
    border="#cfd2d7",
    button="#fbfbfc",
    selection="#d5dae2",
    hover="#e9ebef",
    accent="#1f5fbf",
    on_accent="#ffffff",
    amber="#8f5a00",
    amber_fill=AMBER,
    red="#b3261e",
)
DARK = Colours(
    is_dark=True,
    window="#2a2b2f",
    base="#232428",
    surround="#1e1f22",
    text="#e4e5e8",
    muted="#b0b3ba",
    faint="#757981",
    border="#43454c",
    button="#383a40",
    selection="#42464f",
    hover="#34363c",
    accent="#8ab8ff",
    on_accent="#10192b",
    amber=AMBER,
    amber_fill=AMBER,
    red="#ff8a80",
)


def colours() -> Colours:
    """The scheme in use, read from the application's palette."""
    ground = QGuiApplication.palette().color(QPalette.ColorRole.Window)
    return DARK if ground.lightness() < 128 else LIGHT


def category_colours(count: int) -> tuple[str, ...]:
    """The first ``count`` colours of categories."""
    return tuple(category_colour(i) for i in range(count))
