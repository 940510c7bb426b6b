"""Colours for categories that people with any colour vision can tell apart."""

from __future__ import annotations

from math import cos, pi, sin
from typing import Final

# Of Okabe and Ito (2008) and Paul Tol's "bright" and "vibrant" those that stand well apart.
FIRST: Final = (
    *("#4477aa", "#ee6677", "#228833", "#ccbb44", "#66ccee"),
    *("#aa3377", "#e69f00", "#009988", "#d55e00", "#bbbbbb"),
)

_GOLDEN_ANGLE: Final = 137.507764  # degrees; each hue falls into the widest gap left
_LIGHTNESS: Final = 0.72  # OKLCH, the same for all, so that none stands out
_CHROMA: Final = 0.12  # inside sRGB for every hue at that lightness


def category_colour(n: int) -> str:
    """The colour of the n-th category, "#rrggbb"; the first ten by hand, then hues without end."""
    if n < len(FIRST):
        return FIRST[n]
    hue = ((n - len(FIRST)) * _GOLDEN_ANGLE + 20.0) % 360.0 * pi / 180.0
    channels = oklab_to_srgb(_LIGHTNESS, _CHROMA * cos(hue), _CHROMA * sin(hue))
    return "#" + "".join(f"{round(255 * channel):02x}" for channel in channels)


def oklab_to_srgb(lightness: float, a: float, b: float) -> tuple[float, float, float]:
    """Red, green, blue from 0 to 1, clipped; Ottosson's OKLab (2020)."""
    long = (lightness + 0.3963377774 * a + 0.2158037573 * b) ** 3
    medium = (lightness - 0.1055613458 * a - 0.0638541728 * b) ** 3
    short = (lightness - 0.0894841775 * a - 1.2914855480 * b) ** 3
    return (
        _gamma(4.0767416621 * long - 3.3077115913 * medium + 0.2309699292 * short),
        _gamma(-1.2684380046 * long + 2.6097574011 * medium - 0.3413193965 * short),
        _gamma(-0.0041960863 * long - 0.7034186147 * medium + 1.7076147010 * short),
    )


def _gamma(linear: float) -> float:
    value = max(0.0, min(1.0, linear))
    return 12.92 * value if value <= 0.0031308 else 1.055 * value ** (1 / 2.4) - 0.055
