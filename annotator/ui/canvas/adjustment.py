"""How an image is shown brighter, clearer or channel by channel. It changes neither file nor data.

Everything is a table of 256 entries: what a value of 0 to 255 is shown as.
"""

from __future__ import annotations

import math
from collections.abc import Mapping
from dataclasses import asdict, dataclass
from enum import StrEnum
from typing import Any

import numpy as np
from numpy.typing import NDArray

TAIL = 0.005
"""Share of the pixels at each end that auto contrast gives up: specks and glints."""
GAMMA_MOST = 5.0
"""Gamma goes from one over this to this."""
_LEAST_SPAN = 8
"""Values between the darkest and the brightest pixel below which an image counts as even."""


class Channel(StrEnum):
    """What of the colours is shown."""

    ALL = "all"
    RED = "red"
    GREEN = "green"
    BLUE = "blue"


@dataclass(frozen=True, slots=True)
class Adjustment:
    """How the image is shown.

    Attributes:
        brightness: -100 to 100, added; 100 is half the range.
        contrast: -100 (even grey) to 100 (black and white), about the middle.
        gamma: above 1 the dark parts become brighter.
        channel: all colours, or one of them as grey.
        is_inverted: as a negative.
        is_stretched: auto contrast: each image from its own darkest to its own brightest pixels.
    """

    brightness: int = 0
    contrast: int = 0
    gamma: float = 1.0
    channel: Channel = Channel.ALL
    is_inverted: bool = False
    is_stretched: bool = False

    @property
    def is_neutral(self) -> bool:
        """Whether the image is shown as it is."""
        return self == Adjustment()

    def to_json(self) -> dict[str, Any]:
        """Plain values, for ``from_json``."""
        return asdict(self)


def from_json(value: object) -> Adjustment:
    """What ``to_json`` gave; what cannot be read is left as it is by itself."""
    if not isinstance(value, Mapping):
        return Adjustment()
    plain = Adjustment()
    try:
        return Adjustment(
            brightness=_within(int(value.get("brightness", 0)), 100),
            contrast=_within(int(value.get("contrast", 0)), 100),
            gamma=min(max(float(value.get("gamma", 1.0)), 1 / GAMMA_MOST), GAMMA_MOST),
            channel=Channel(value.get("channel", plain.channel)),
            is_inverted=bool(value.get("is_inverted", False)),
            is_stretched=bool(value.get("is_stretched", False)),
        )
    except (TypeError, ValueError):
        return plain


def table_of(adjustment: Adjustment, span: tuple[int, int] = (0, 255)) -> NDArray[np.uint8]:
    """What each value is shown as, uint8 [256].

    The span is stretched first, then gamma, brightness, contrast about the middle (by the slope
    tan(45 degrees * (1 + contrast)), so that 1 is a step and -1 a plain), and last the negative.

    Args:
        adjustment: how the image is shown.
        span: the values that become black and white.
    """
    low, high = span
    shown = np.clip((np.arange(256) - low) / max(high - low, 1), 0.0, 1.0)
    shown **= 1 / adjustment.gamma
    shown += adjustment.brightness / 200
    share = min(adjustment.contrast / 100, 0.999)
    shown = (shown - 0.5) * math.tan(math.pi / 4 * (1 + share)) + 0.5
    shown = np.clip(shown, 0.0, 1.0)
    if adjustment.is_inverted:
        shown = 1.0 - shown
    return np.rint(shown * 255).astype(np.uint8)


def span_of(pixels: NDArray[np.uint32], channel: Channel) -> tuple[int, int]:
    """The darkest and the brightest value but for ``TAIL`` of them; (0, 255) of an even image.

    Args:
        pixels: uint32 [H, W], 0xffRRGGBB each.
        channel: the one to look at; all together keep the hues.
    """
    shifts = _SHIFTS.values() if channel is Channel.ALL else (_SHIFTS[channel],)
    counts = sum(
        np.bincount(((pixels >> shift) & 255).ravel().astype(np.intp), minlength=256)
        for shift in shifts
    )
    below = np.cumsum(counts) / max(int(np.sum(counts)), 1)
    low = int(np.searchsorted(below, TAIL, side="right"))
    high = int(np.searchsorted(below, 1 - TAIL, side="left"))
    return (low, high) if high - low >= _LEAST_SPAN else (0, 255)


class Tone:
    """A table made ready for many pixels at once.

    All colours go through a table of every two neighbouring bytes, a channel through one of whole
    pixels: some two, and one, nanoseconds a pixel, a third of what a table of bytes takes.
    """

    def __init__(self, table: NDArray[np.uint8], channel: Channel) -> None:
        """Make it ready.

        Args:
            table: uint8 [256], from ``table_of``.
            channel: all of them, or the one that is shown as grey.
        """
        self._channel = channel
        wide = table.astype(np.uint16)
        self._pairs = ((wide[:, None] << 8) | wide[None, :]).ravel()
        self._greys = table.astype(np.uint32) * np.uint32(0x010101) + np.uint32(_OPAQUE)

    def shown(self, pixels: NDArray[np.uint32]) -> NDArray[np.uint32]:
        """Pixels as they are shown, uint32 [H, W], 0xffRRGGBB each."""
        if self._channel is not Channel.ALL:
            values = (pixels >> _SHIFTS[self._channel]).astype(np.uint8)
            return self._greys[values]
        pairs = np.ascontiguousarray(pixels).view(np.uint16)
        shown: NDArray[np.uint32] = self._pairs[pairs].view(np.uint32)
        shown |= np.uint32(_OPAQUE)
        return shown


_SHIFTS = {Channel.RED: 16, Channel.GREEN: 8, Channel.BLUE: 0}
"""Where a channel lies in a pixel, bits."""
_OPAQUE = 0xFF000000


def _within(value: int, most: int) -> int:
    return min(max(value, -most), most)
