"""Drawn pictures of many small things, as microscopes show them: cells, nuclei, grains.

Beside scenes of people, balls and crates, the starter learns from these what a small blob among
many is. Half of them are dark fields with things that glow, the others light fields with things
that are stained or merely other than the ground. Nothing of them is copied from any data set.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np
import torch
from numpy.random import Generator
from numpy.typing import NDArray
from torchvision.transforms.v2 import functional

from annotator.services.drawing.ground import noise
from annotator.services.drawing.render import Array

SIZES = ((256, 256), (320, 256), (400, 400), (512, 384), (360, 480))

_SEEN_AT_LEAST = 0.6
"""Things of which less is seen, since others lie over them, are no objects."""
_FEWEST_PIXELS = 20
_NO_BLUR = 0.15


@dataclass(frozen=True, slots=True)
class Cells:
    """A picture, uint8 [H, W, 3], and the visible region of each thing in it, bool [H, W]."""

    pixels: NDArray[np.uint8]
    masks: tuple[NDArray[np.bool_], ...]


@dataclass(frozen=True, slots=True)
class _Blob:
    """A thing: what it covers of the picture, 0 to 1 [H, W], and how deep each pixel lies in it."""

    window: tuple[slice, slice]
    coverage: Array
    depth: Array


def draw_cells(rng: Generator, size: tuple[int, int]) -> Cells:
    """Draw one picture.

    Args:
        rng: everything that varies comes from here.
        size: width, height in pixels.
    """
    blobs = list(_blobs(rng, size))
    draw = _glowing if rng.random() < 0.5 else _stained
    picture = draw(rng, size, blobs)
    return Cells(_developed(rng, picture), tuple(_seen(blobs, size)))


def _blobs(rng: Generator, size: tuple[int, int]) -> Iterator[_Blob]:
    """Things of much the same size, alone and in clusters; most touch no other, some do."""
    width, height = size
    radius = float(np.exp(rng.uniform(np.log(5), np.log(34)))) * min(size) / 256
    most = 0.5 * width * height / (4 * radius**2)
    count = int(np.clip(rng.uniform(0.15, 1) * most, 2, 110))
    shape = rng.uniform(0, 0.75), rng.uniform(0, 0.09)  # how long, and how uneven they are
    heading = rng.uniform(0, np.pi) if rng.random() < 0.3 else None
    places: list[tuple[float, float, float]] = []
    for _ in range(count):
        own = radius * float(np.exp(rng.normal(0, 0.25)))
        place = _place(rng, size, own, places)
        if place is None:
            continue
        places.append((*place, own))
        turn = rng.uniform(0, np.pi) if heading is None else heading + rng.normal(0, 0.3)
        blob = _blob(rng, size, place, own, float(turn), shape)
        if blob is not None:
            yield blob


def _place(
    rng: Generator,
    size: tuple[int, int],
    radius: float,
    places: list[tuple[float, float, float]],
) -> tuple[float, float] | None:
    """Somewhere free, often beside another thing; None where no place was found."""
    others = np.array(places).reshape(-1, 3)
    for _ in range(8):
        if len(others) and rng.random() < 0.5:
            near = others[rng.integers(len(others))]
            angle, away = rng.uniform(0, 2 * np.pi), (near[2] + radius) * rng.uniform(0.8, 1.5)
            x, y = near[0] + away * np.cos(angle), near[1] + away * np.sin(angle)
        else:
            x, y = rng.uniform(-0.02, 1.02) * size[0], rng.uniform(-0.02, 1.02) * size[1]
        gaps = np.hypot(others[:, 0] - x, others[:, 1] - y) - 0.72 * (others[:, 2] + radius)
        if (gaps > 0).all():
            return float(x), float(y)
    return None


def _blob(
    rng: Generator,
    size: tuple[int, int],
    place: tuple[float, float],
    radius: float,
    turn: float,
    shape: tuple[float, float],
) -> _Blob | None:
    long = 1 + shape[0] * rng.uniform(0.3, 1.5)
    axes = radius * np.sqrt(long), radius / np.sqrt(long)
    reach = axes[0] * 1.4 + 3
    left, right = max(0, int(place[0] - reach)), min(size[0], int(place[0] + reach))
    top, bottom = max(0, int(place[1] - reach)), min(size[1], int(place[1] + reach))
    if right - left < 3 or bottom - top < 3:
        return None
    y, x = np.mgrid[top:bottom, left:right] + 0.5
    dx, dy = x - place[0], y - place[1]
    across = (dx * np.cos(turn) + dy * np.sin(turn)) / axes[0]
    down = (dy * np.cos(turn) - dx * np.sin(turn)) / axes[1]
    angle = np.arctan2(down, across)
    edge = np.ones_like(angle)
    for wave in range(2, 6):
        edge += shape[1] * rng.normal(0, 2 / wave) * np.cos(wave * angle + rng.uniform(0, 6.3))
    share = np.hypot(across, down) / np.maximum(edge, 0.4)
    inside = (1 - share) * axes[1]  # about the pixels to the edge
    return _Blob(
        (slice(top, bottom), slice(left, right)),
        np.clip(inside + 0.5, 0, 1).astype(np.float32),
        np.clip(1 - share, 0, 1).astype(np.float32),
    )


def _glowing(rng: Generator, size: tuple[int, int], blobs: list[_Blob]) -> Array:
    """Things that shine on a dark field, with a haze around them; grey, or of one colour."""
    level = float(np.exp(rng.uniform(np.log(0.06), np.log(0.9))))
    ground = level * rng.uniform(0.02, 0.3) * (0.5 + noise(rng, size, 3))
    light, fine = np.asarray(ground, np.float32), noise(rng, size, size[0] / rng.uniform(3, 8))
    spread, bumps, rim = rng.uniform(0, 0.5), rng.uniform(0, 0.5), rng.uniform(-0.2, 0.6)
    for blob in blobs:
        own = level * float(np.exp(rng.normal(0, spread)))
        tone = own * (1 - bumps * fine[blob.window]) * (1 - rim + rim * np.sqrt(blob.depth))
        here = light[blob.window]
        light[blob.window] = here + (tone - here).clip(0) * blob.coverage
    hazy = _blurred(light, rng.uniform(2, 12))
    light = light + rng.uniform(0, 0.4) * hazy
    light = _blurred(light, rng.uniform(0, 1.4) * min(size) / 256)
    light = light + rng.normal(0, rng.uniform(0, 0.02) + 1e-6, light.shape) * np.sqrt(level)
    tint = np.ones(3) if rng.random() < 0.7 else rng.permutation([1.0, *rng.uniform(0, 0.7, 2)])
    return np.asarray(light[..., None] * tint, np.float32)


def _stained(rng: Generator, size: tuple[int, int], blobs: list[_Blob]) -> Array:
    """Things of a colour of their own on a light, streaky field."""
    ground = rng.uniform(0.55, 0.97, 3)
    stuff = ground * rng.uniform(0.6, 1.0, 3)
    across = rng.uniform(4, 20)
    streaks = noise(rng, size, across, across * rng.uniform(0.5, 4))
    share = streaks * rng.uniform(0, 0.9) + noise(rng, size, size[0] / 4) * rng.uniform(0, 0.3)
    picture = np.asarray(ground + (stuff - ground) * share[..., None], np.float32)
    colour = ground * rng.uniform(0.15, 0.75, 3) if rng.random() < 0.8 else rng.uniform(0, 1, 3)
    fine = noise(rng, size, size[0] / rng.uniform(3, 8))
    spread, bumps, rim = rng.uniform(0, 0.2), rng.uniform(0, 0.35), rng.uniform(-0.3, 0.3)
    faint = rng.uniform(0, 0.5)
    for blob in blobs:
        own = colour * float(np.exp(rng.normal(0, spread)))
        pale = 1 - rng.uniform(0, faint)
        tone = own * (1 + bumps * (fine[blob.window] - 0.5) + rim * blob.depth)[..., None]
        here = picture[blob.window]
        picture[blob.window] = here + (tone - here) * (pale * blob.coverage)[..., None]
    blur = rng.uniform(0, 1.2) * min(size) / 256
    layers = [_blurred(np.ascontiguousarray(picture[..., n]), blur) for n in range(3)]
    grain = rng.normal(0, rng.uniform(0, 0.03) + 1e-6, picture.shape)
    return np.asarray(np.stack(layers, -1) + grain, np.float32)


def _blurred(light: Array, radius: float) -> Array:
    """Gaussian, of a radius in pixels."""
    if radius < _NO_BLUR:
        return light
    side = 2 * int(3 * radius + 1) + 1
    found = functional.gaussian_blur(torch.from_numpy(light)[None], [side, side], [radius, radius])
    return np.asarray(found[0].numpy(), np.float32)


def _seen(blobs: list[_Blob], size: tuple[int, int]) -> Iterator[NDArray[np.bool_]]:
    """What is seen of each: a later thing lies over an earlier one."""
    owner = np.full((size[1], size[0]), -1)
    for number, blob in enumerate(blobs):
        owner[blob.window][blob.coverage >= 0.5] = number
    for number, blob in enumerate(blobs):
        whole, mask = int((blob.coverage >= 0.5).sum()), owner == number
        if mask.sum() >= max(_FEWEST_PIXELS, _SEEN_AT_LEAST * whole):
            yield mask


def _developed(rng: Generator, picture: Array) -> NDArray[np.uint8]:
    return np.asarray(np.clip(picture * 255 + 0.5, 0, 255), np.uint8)
