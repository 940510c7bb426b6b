"""From a sample to the pixels the network sees."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

import numpy as np
import torch
from numpy.typing import NDArray
from torch import Tensor
from torchvision.transforms import InterpolationMode
from torchvision.transforms.v2 import functional

from models.levels import lit
from models.types import Sample

MEAN, DEVIATION = (0.485, 0.456, 0.406), (0.229, 0.224, 0.225)
"""Of ImageNet's pixels, as torchvision's weights expect."""

_PIXELS = (MEAN, DEVIATION)
_STRIDE = 32  # of the coarsest level of features


def fitted(size: tuple[int, int], *, short: float, long: float) -> tuple[int, int]:
    """(width, height) so that the short side is `short`, unless the long one would pass `long`."""
    scale = min(short / min(size), long / max(size))
    return max(1, round(size[0] * scale)), max(1, round(size[1] * scale))


def load_image(sample: Sample, size: tuple[int, int], *, is_lit: bool) -> Tensor:
    """Pixels of a sample at a size (width, height): uint8 [3, H, W].

    Args:
        sample: to read.
        size: (width, height) it comes in.
        is_lit: whether dim pictures are lit, as the network's preset says.

    Raises:
        ValueError: when the reader gives something other than RGB uint8.
    """
    pixels = sample.read(min(size))
    if pixels.ndim != 3 or pixels.shape[2] != 3 or pixels.dtype != np.uint8:
        raise ValueError(
            f"image {sample.key}: expected RGB uint8, got {pixels.dtype} {pixels.shape}"
        )
    seen = lit(pixels) if is_lit else pixels
    own = seen if seen.flags.writeable else seen.copy()
    image = torch.from_numpy(own).permute(2, 0, 1)
    return resized(image, size)


def resized(image: Tensor, size: tuple[int, int]) -> Tensor:
    """Pixels uint8 [3, H, W] at another size (width, height), without gaps in memory.

    Cubic, which keeps edges sharper than a linear filter: masks gain by it, and it costs no more
    (``docs/performance.md``).
    """
    way = InterpolationMode.BICUBIC
    found: Tensor = functional.resize(image, [size[1], size[0]], interpolation=way, antialias=True)
    return found.contiguous()


def batched(images: Sequence[Tensor], device: torch.device) -> tuple[Tensor, list[tuple[int, int]]]:
    """Normalised images in one tensor, padded right and below; and their (height, width).

    Args:
        images: [3, H, W] each, float32 0..1 or uint8, on the device.
        device: of the network.
    """
    sizes = [(int(image.shape[-2]), int(image.shape[-1])) for image in images]
    height, width = (-(-max(side) // _STRIDE) * _STRIDE for side in zip(*sizes, strict=True))
    mean, deviation = (torch.tensor(v, device=device)[:, None, None] for v in _PIXELS)
    rows = torch.zeros(len(images), height, width, 3, device=device)
    batch = rows.permute(0, 3, 1, 2)  # channels last in memory
    for row, image in zip(batch, images, strict=True):
        unit = 1.0 if image.is_floating_point() else 255.0
        row[:, : image.shape[-2], : image.shape[-1]] = (image / unit - mean) / deviation
    return batch, sizes


class Recall:
    """Decoded images, kept while there is room, for a training that sees each many times.

    A file is decoded at a whole fraction of its size, so the same fraction asked for again is the
    same pixels again.
    """

    def __init__(self, most: int = 512 * 2**20) -> None:
        """Keep so many bytes at most."""
        self._left = most
        self._known: dict[tuple[int, int], NDArray[np.uint8]] = {}

    def of(self, number: int, sample: Sample) -> Sample:
        """The sample, read through the memory, where it is known by a number."""
        whole = min(sample.size)

        def read(short_side: int) -> NDArray[np.uint8]:
            key = number, whole // max(1, short_side)
            known = self._known.get(key)
            if known is not None and min(known.shape[:2]) >= min(short_side, whole):
                return known
            pixels = sample.read(short_side)
            if key not in self._known and pixels.nbytes <= self._left:
                self._left -= pixels.nbytes
                self._known[key] = pixels
            return pixels

        return replace(sample, read=read)


def as_input(image: Tensor, device: torch.device) -> Tensor:
    """float32 0..1 on the device."""
    return image.to(device).float() / 255
