"""Decoded pixels of every kind as 8-bit RGB."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray
from PIL import Image, ImageCms

NEUTRAL = (128, 128, 128)
"""What shows through where an image is transparent: white and black drawings both stand out."""
_SAMPLES = 1_000_000
"""Values, about, that the tails of a large image are looked for in."""

Span = tuple[float, float]
"""The values that become black and white."""


def is_deep(image: Image.Image) -> bool:
    """Whether it has more than 8 bits a value."""
    return image.mode == "F" or image.mode.startswith("I")


def to_rgb(image: Image.Image, tail: float = 0.0, span: Span | None = None) -> Image.Image:
    """The loaded image in mode RGB.

    Args:
        image: of any mode.
        tail: share of the values at each end of a deep image that the stretch gives up.
        span: what a deep image is stretched between, where it is a part of a larger one.
    """
    if is_deep(image):
        return Image.fromarray(_stretched(np.asarray(image), tail, span)).convert("RGB")
    if image.mode == "LAB":
        profiles = ImageCms.createProfile("LAB"), ImageCms.createProfile("sRGB")
        transform = ImageCms.buildTransform(*profiles, "LAB", "RGB")
        converted = ImageCms.applyTransform(image, transform)
        return image.convert("RGB") if converted is None else converted
    if image.has_transparency_data:
        above = image.convert("RGBA")
        ground = Image.new("RGBA", above.size, (*NEUTRAL, 255))
        return Image.alpha_composite(ground, above).convert("RGB")
    return image if image.mode == "RGB" else image.convert("RGB")


def _stretched(
    values: NDArray[np.generic], tail: float, span: Span | None = None
) -> NDArray[np.uint8]:
    """Any numbers [H, W] as uint8: the lowest becomes 0, the highest 255; what is not finite, 0.

    With a tail so large a share of them becomes 0, and as large a one 255; with a span, all beyond.
    """
    numbers = values.astype(np.float64)
    finite = np.isfinite(numbers)
    if not finite.any():
        return np.zeros(numbers.shape, np.uint8)
    low, high = float(numbers[finite].min()), float(numbers[finite].max())
    if span is not None:
        low, high = span
    elif tail > 0:
        known = numbers[finite]
        low, high = np.quantile(known[:: 1 + known.size // _SAMPLES], (tail, 1 - tail)).tolist()
    if low == high:
        return np.full(numbers.shape, int(np.clip(low, 0, 255)), np.uint8)
    numbers = np.where(finite, numbers, low)
    # Halves first: the span of two doubles may be more than a double holds.
    scaled = (numbers / 2 - low / 2) / (high / 2 - low / 2)
    return np.rint(np.clip(scaled, 0, 1) * 255).astype(np.uint8)
