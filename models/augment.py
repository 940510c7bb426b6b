"""Changes to an image that leave its labels true: size, side, place, light."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import torch
from torch import Tensor
from torchvision.transforms.v2 import functional

from models.images import fitted, load_image
from models.targets import Target, joint_offsets
from models.types import CategorySpec, Sample


@dataclass(frozen=True, slots=True)
class Augmentation:
    """How far images are changed for training.

    Attributes:
        scale: lowest and highest factor of the size.
        flip: share of images mirrored.
        turns: any of the eight ways a picture can lie, each equally likely, in place of `flip`: for
            what is seen from above or through a microscope, where nothing is up.
        light: how far brightness, contrast and saturation move from 1.
        hue: how far the hue moves, in turns.
        paste: share of images that get masked objects of another one laid over them.
    """

    scale: tuple[float, float] = (0.7, 1.4)
    flip: float = 0.5
    turns: bool = False
    light: float = 0.3
    hue: float = 0.02
    paste: float = 0.0


def swapped_joints(categories: Sequence[CategorySpec]) -> Tensor:
    """For each joint of all categories, the one taking its place in a mirrored image: int64 [J]."""
    offsets = joint_offsets(categories)
    swap = torch.arange(offsets[-1])
    for category, start in zip(categories, offsets, strict=False):
        for left, right in category.pairs:
            swap[start + left], swap[start + right] = start + right, start + left
    return swap


def augmented(
    sample: Sample,
    target: Target,
    *,
    short: int,
    long: int,
    is_lit: bool,
    swap: Tensor,
    change: Augmentation,
    random: np.random.Generator,
) -> tuple[Tensor, Target]:
    """An image at training size with its labels, both changed at random.

    An image enlarged past the plain training size is cut back to it at a random place, so that a
    step costs no more than without enlarging.

    Args:
        sample: the image.
        target: its labels in original pixels.
        short: the plain training size of the short side.
        long: the most the long side may have.
        is_lit: whether dim pictures are lit.
        swap: see `swapped_joints`.
        change: how far.
        random: where all chance comes from.

    Returns:
        uint8 [3, H, W] and the labels in its pixels.
    """
    plain = fitted(sample.size, short=short, long=long)
    factor = float(np.exp(random.uniform(*np.log(change.scale))))
    size = max(1, round(plain[0] * factor)), max(1, round(plain[1] * factor))
    image = load_image(sample, size, is_lit=is_lit)
    labels = target.scaled(x=size[0] / sample.size[0], y=size[1] / sample.size[1])
    image, labels = _laid(image, labels, swap, change, random)
    if (image.shape[-1] > image.shape[-2]) != (plain[0] > plain[1]):
        plain = plain[1], plain[0]
    image, labels = _cut(image, labels, plain, random)
    return _relit(image, change, random), labels


def _laid(
    image: Tensor, labels: Target, swap: Tensor, change: Augmentation, random: np.random.Generator
) -> tuple[Tensor, Target]:
    """Mirrored perhaps; with `turns` also upside down, and with rows and columns exchanged."""
    if change.turns and random.random() < 0.5:
        image, labels = image.transpose(-1, -2), labels.transposed(swap)
    if random.random() < (0.5 if change.turns else change.flip):
        image, labels = image.flip(-1), labels.mirrored(image.shape[-1], swap)
    if change.turns and random.random() < 0.5:
        labels = labels.transposed(swap).mirrored(image.shape[-2], swap).transposed(swap)
        image = image.flip(-2)
    return image, labels


def _cut(
    image: Tensor, labels: Target, plain: tuple[int, int], random: np.random.Generator
) -> tuple[Tensor, Target]:
    width, height = min(image.shape[-1], plain[0]), min(image.shape[-2], plain[1])
    x = int(random.integers(image.shape[-1] - width + 1))
    y = int(random.integers(image.shape[-2] - height + 1))
    if (width, height) == (image.shape[-1], image.shape[-2]):
        return image, labels
    window = image[:, y : y + height, x : x + width]
    return window, labels.cropped(x=x, y=y, width=width, height=height)


def _relit(image: Tensor, change: Augmentation, random: np.random.Generator) -> Tensor:
    brightness, contrast, saturation = random.uniform(1 - change.light, 1 + change.light, 3)
    image = functional.adjust_brightness(image, float(brightness))
    image = functional.adjust_contrast(image, float(contrast))
    image = functional.adjust_saturation(image, float(saturation))
    if change.hue:
        image = functional.adjust_hue(image, float(random.uniform(-change.hue, change.hue)))
    return image
