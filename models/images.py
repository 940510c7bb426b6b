"""From a sample to the pixels the network sees."""

from __future__ import annotations

import numpy as np
import torch
from torch import Tensor
from torchvision.transforms.v2 import functional

from models.types import Sample


def fitted(size: tuple[int, int], *, short: float, long: float) -> tuple[int, int]:
    """(width, height) so that the short side is `short`, unless the long one would pass `long`."""
    scale = min(short / min(size), long / max(size))
    return max(1, round(size[0] * scale)), max(1, round(size[1] * scale))


def load_image(sample: Sample, size: tuple[int, int]) -> Tensor:
    """Pixels of a sample at a size (width, height): uint8 [3, H, W].

    Raises:
        ValueError: when the reader gives something other than RGB uint8.
    """
    pixels = sample.read(min(size))
    if pixels.ndim != 3 or pixels.shape[2] != 3 or pixels.dtype != np.uint8:
        raise ValueError(
            f"image {sample.key}: expected RGB uint8, got {pixels.dtype} {pixels.shape}"
        )
    image = torch.from_numpy(np.array(pixels)).permute(2, 0, 1)
    resized: Tensor = functional.resize(image, [size[1], size[0]], antialias=True)
    return resized.contiguous()


def as_input(image: Tensor, device: torch.device) -> Tensor:
    """float32 0..1 on the device."""
    return image.to(device).float() / 255
