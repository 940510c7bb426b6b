"""What lies behind the objects: textured ground in perspective, and a sky or a wall."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.random import Generator
from PIL import Image

from annotator.services.drawing.render import Array, Colour, blend, smooth


@dataclass(frozen=True, slots=True)
class Surface:
    """A kind of ground.

    Attributes:
        low, high: colours the texture runs between.
        roughness: 0 smooth to 1 coarse.
        lines: colour of painted court lines, None without.
        planks: whether it is laid in boards.
        is_inside: whether it may lie before a wall.
    """

    low: Colour
    high: Colour
    roughness: float
    lines: Colour | None = None
    planks: bool = False
    is_inside: bool = False


SURFACES = (
    Surface((0.25, 0.40, 0.17), (0.47, 0.61, 0.29), 0.9),
    Surface((0.27, 0.42, 0.22), (0.42, 0.57, 0.30), 0.7, (0.90, 0.93, 0.88)),
    Surface((0.72, 0.61, 0.44), (0.87, 0.78, 0.60), 0.6),
    Surface((0.36, 0.38, 0.41), (0.49, 0.51, 0.53), 0.7, (0.86, 0.84, 0.74)),
    Surface(
        (0.60, 0.40, 0.24), (0.75, 0.55, 0.35), 0.3, (0.93, 0.92, 0.88), planks=True, is_inside=True
    ),
    Surface((0.33, 0.47, 0.58), (0.41, 0.55, 0.66), 0.35, (0.93, 0.94, 0.93), is_inside=True),
    Surface((0.60, 0.36, 0.28), (0.71, 0.46, 0.36), 0.45, (0.94, 0.92, 0.88), is_inside=True),
    Surface((0.80, 0.83, 0.88), (0.93, 0.95, 0.97), 0.5),
)


def noise(rng: Generator, size: tuple[int, int], across: float, down: float | None = None) -> Array:
    """Smooth noise that can be tiled, float32 [height, width], 0 to 1.

    Args:
        rng: where it comes from.
        size: width, height in pixels.
        across: bumps over the width.
        down: bumps over the height; as dense as across when None.
    """
    width, height = size
    columns = max(2, round(across))
    rows = max(2, round(across * height / width if down is None else down))
    # Two cells of the other side at each edge make it go on where it ends.
    cells = np.pad(rng.random((rows, columns)).astype(np.float32), 2, mode="wrap")
    part = (2.0, 2.0, columns + 2.0, rows + 2.0)
    fine = Image.fromarray(cells).resize(size, Image.Resampling.BICUBIC, box=part)
    return np.asarray(np.clip(np.asarray(fine), 0, 1), np.float32)


def draw_ground(rng: Generator, size: tuple[int, int], horizon: float) -> Array:
    """A backdrop, float32 [H, W, 3]: sky or wall above ``horizon`` (y in pixels), ground below."""
    surface = SURFACES[rng.integers(len(SURFACES))]
    is_outside = not surface.planks and (not surface.is_inside or rng.random() < 0.5)
    above = _sky(rng, size, horizon) if is_outside else _wall(rng, size, horizon)
    below = _floor(rng, size, horizon, surface)
    y = np.arange(size[1], dtype=np.float32)[:, None] + 0.5
    share = np.broadcast_to(smooth(y, horizon, 1.5), (size[1], size[0]))
    return blend(above, below, share)


def _floor(rng: Generator, size: tuple[int, int], horizon: float, surface: Surface) -> Array:
    width, height = size
    y, x = np.mgrid[0:height, 0:width].astype(np.float32)
    depth = 0.45 * height / np.maximum(y - horizon + 0.12 * height, 4)
    across = (x - width / 2) / width * depth * 2
    turn = rng.uniform(-0.5, 0.5)
    u = across * np.cos(turn) + depth * 3 * np.sin(turn)
    v = depth * 3 * np.cos(turn) - across * np.sin(turn)
    texture = np.zeros((height, width), np.float32)
    near = np.clip(1.25 - depth * 0.45, 0.15, 1)
    for cells, weight in ((9.0, 0.5), (34.0, 0.3), (90.0, 0.34 * surface.roughness)):
        tile = noise(rng, (512, 512), cells)
        rows = (v * 90).astype(np.int32) % 512
        columns = (u * 150).astype(np.int32) % 512
        fade = near if cells > 10 else 1.0
        texture += (tile[rows, columns] - 0.5) * weight * fade
    grain = (rng.random((height, width)).astype(np.float32) - 0.5) * 0.30 * surface.roughness
    share = np.clip(0.5 + texture + grain * near, 0, 1)
    colour = blend(surface.low, surface.high, share)
    if surface.planks:
        boards = u * 9
        tone = 0.94 + 0.06 * np.sin(np.floor(boards) * 7.3)
        tone -= 0.22 * smooth(-np.abs(boards - np.rint(boards)), -0.035, 0.04) * near
        colour *= tone[..., None]
    if surface.lines is not None:
        gap = np.minimum(
            np.abs(u - rng.uniform(-0.5, 0.5)), np.abs(v - rng.uniform(1.6, 2.6)) / 1.6
        )
        line = smooth(-gap, -0.022, 0.008) * 0.85 * (0.75 + 0.25 * share)
        colour = blend(colour, surface.lines, line)
    return colour


def _sky(rng: Generator, size: tuple[int, int], horizon: float) -> Array:
    width, height = size
    tops: tuple[Colour, ...] = ((0.38, 0.60, 0.84), (0.55, 0.68, 0.82), (0.62, 0.60, 0.74))
    lows: tuple[Colour, ...] = ((0.80, 0.89, 0.95), (0.88, 0.90, 0.91), (0.97, 0.83, 0.70))
    kind = int(rng.integers(len(tops)))
    y = np.mgrid[0:height, 0:width][0].astype(np.float32)
    colour = blend(tops[kind], lows[kind], np.clip(y / max(horizon, 1), 0, 1))
    clouds = 0.6 * noise(rng, size, 5, 14) + 0.4 * noise(rng, size, 13, 30)
    colour = blend(colour, (0.98, 0.97, 0.96), smooth(clouds, 0.62, 0.3) * 0.75)
    hazes: tuple[Colour, ...] = ((0.56, 0.66, 0.72), (0.40, 0.54, 0.46), (0.29, 0.43, 0.30))
    for index, haze in enumerate(hazes):
        rise = horizon * (0.42 - 0.13 * index)
        ridge = noise(rng, (width, 2), 4 + 9 * index, 2)[0] * 0.8
        ridge = ridge + noise(rng, (width, 2), 16 + 30 * index, 2)[0] * 0.2
        line = horizon - rise * (0.25 + ridge)
        leaves = 0.9 + 0.2 * noise(rng, size, 60 + 60 * index)
        share = smooth(y - line[None, :], 0.0, 2.0)
        colour = blend(colour, np.asarray(haze, np.float32) * leaves[..., None], share)
    return colour


def _wall(rng: Generator, size: tuple[int, int], horizon: float) -> Array:
    width, height = size
    walls: tuple[Colour, ...] = (
        (0.78, 0.76, 0.71),
        (0.62, 0.68, 0.70),
        (0.72, 0.60, 0.52),
        (0.55, 0.60, 0.52),
    )
    base = np.asarray(walls[rng.integers(len(walls))], np.float32)
    y, x = np.mgrid[0:height, 0:width].astype(np.float32)
    tone = 0.92 + 0.10 * noise(rng, size, 4) + 0.05 * noise(rng, size, 70)
    if rng.random() < 0.6:
        rows = y / (height * 0.036)
        columns = x / (width * 0.062) + 0.5 * (np.floor(rows) % 2)
        gap = np.minimum(
            np.abs(rows - np.rint(rows)) * 0.6, np.abs(columns - np.rint(columns)) * 1.4
        )
        tone += 0.07 * np.sin(np.floor(columns) * 12.9 + np.floor(rows) * 78.2)
        tone -= 0.16 * smooth(-gap, -0.06, 0.05)
    colour = base * tone[..., None]
    skirting = smooth(y, horizon - 0.05 * height, 1.5)
    return blend(colour, base * 0.55, np.asarray(skirting, np.float32))
