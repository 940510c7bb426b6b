"""The colours of the window, light and dark, and those of categories.

Amber means "look here", red means "something is wrong", the accent means "the next step"; nothing
else uses these three. Selection is a neutral grey for that reason.
"""

from __future__ import annotations

import math
from dataclasses import dataclass

from PySide6.QtGui import QGuiApplication, QPalette

AMBER = "#f2b134"
"""Look here; for marks on an image or on dark ground. On panels take ``colours().amber``."""
RED = "#ff6b62"
"""Something is wrong; for marks on an image or on dark ground."""


@dataclass(frozen=True, slots=True)
class Colours:
    """One scheme, "#rrggbb" each.

    Attributes:
        window: ground of panels. base: ground of lists and fields. surround: ground of the canvas.
        text, muted: ink on them, the second for captions. border: hairlines.
        button: ground of buttons. selection: the selected row. hover: the row under the pointer.
        accent, on_accent: the next step, and ink on it. amber, red: as said above.
    """

    is_dark: bool
    window: str
    base: str
    surround: str
    text: str
    muted: str
    border: str
    button: str
    selection: str
    hover: str
    accent: str
    on_accent: str
    amber: str
    red: str


LIGHT = Colours(
    is_dark=False,
    window="#f4f5f6",
    base="#ffffff",
    surround="#e8e9eb",
    text="#1d1f23",
    muted="#5a5f67",
    border="#cfd2d7",
    button="#fbfbfc",
    selection="#d5dae2",
    hover="#e9ebef",
    accent="#1f5fbf",
    on_accent="#ffffff",
    amber="#8f5a00",
    red="#b3261e",
)
DARK = Colours(
    is_dark=True,
    window="#2a2b2f",
    base="#232428",
    surround="#1e1f22",
    text="#e4e5e8",
    muted="#b0b3ba",
    border="#43454c",
    button="#383a40",
    selection="#42464f",
    hover="#34363c",
    accent="#8ab8ff",
    on_accent="#10192b",
    amber=AMBER,
    red="#ff8a80",
)

_SAFE = ("#56b4e9", "#e69f00", "#2fbf8f", "#e377c2", "#f0e442", "#d55e00", "#9b8cff", "#7fd13b")
"""After Okabe and Ito (2008), lifted to stay visible on dark and on bright photographs."""


def colours() -> Colours:
    """The scheme in use, read from the application's palette."""
    ground = QGuiApplication.palette().color(QPalette.ColorRole.Window)
    return DARK if ground.lightness() < 128 else LIGHT


def category_colour(index: int) -> str:
    """The colour of the n-th category: colour-blind-safe ones, then hues at equal lightness."""
    if index < len(_SAFE):
        return _SAFE[index]
    return _oklch(0.75, 0.13, math.radians(137.508 * index))


def category_colours(count: int) -> tuple[str, ...]:
    """The first ``count`` colours of categories."""
    return tuple(category_colour(i) for i in range(count))


def _oklch(lightness: float, chroma: float, hue: float) -> str:
    """OKLCH to "#rrggbb", clipped (Bjorn Ottosson, 2020); hue in radians."""
    a, b = chroma * math.cos(hue), chroma * math.sin(hue)
    long, middle, short = (
        (lightness + p * a + q * b) ** 3
        for p, q in ((0.39634, 0.21580), (-0.10556, -0.06385), (-0.08948, -1.29149))
    )
    linear = (
        4.07674 * long - 3.30771 * middle + 0.23097 * short,
        -1.26844 * long + 2.60976 * middle - 0.34132 * short,
        -0.00420 * long - 0.70342 * middle + 1.70761 * short,
    )
    bounded = (min(1.0, max(0.0, v)) for v in linear)
    encoded = (12.92 * v if v <= 0.0031308 else 1.055 * v ** (1 / 2.4) - 0.055 for v in bounded)
    return "#" + "".join(f"{round(255 * v):02x}" for v in encoded)
