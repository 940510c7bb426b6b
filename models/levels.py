"""Light for dim pictures: microscopes and night fill a small part of the scale of a file."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

Pixels = NDArray[np.uint8]

WANTED = 200
"""Values an image spreads over at least. Photographs spread over more, and stay as they are."""

_TAIL = 0.005  # share of the values at each end that is no part of the spread
_MOST = 16.0  # times; beyond, noise is all there is
_SAMPLES = 100_000  # places that the spread is measured in, about


def lit(pixels: Pixels) -> Pixels:
    """The same picture with its values spread over more of the scale, where they fill little of it.

    One straight line for all channels, so that colours stay what they are to each other; dark
    pictures keep their black, light ones their white.

    Args:
        pixels: [..., channels].

    Returns:
        The very pixels where they spread over `WANTED` values or more.
    """
    low, high = _spread(pixels)
    gain = min(WANTED / max(high - low, 1), _MOST)
    if gain <= 1:
        return pixels
    reach = (high - low) * gain
    start = min(max((low + high - reach) / 2, 0.0), 255 - reach)
    table = np.rint((np.arange(256) - low) * gain + start).clip(0, 255).astype(np.uint8)
    found: Pixels = table[pixels]
    return found


def _spread(pixels: Pixels) -> tuple[int, int]:
    """The lowest and the highest value without the tails."""
    places = pixels.reshape(-1, pixels.shape[-1])
    values = places[:: 1 + len(places) // _SAMPLES].reshape(-1)
    counts = np.bincount(values, minlength=256)
    share = counts.cumsum() / max(1, counts.sum())
    low, high = np.searchsorted(share, (_TAIL, 1 - _TAIL))
    return int(low), int(high)
