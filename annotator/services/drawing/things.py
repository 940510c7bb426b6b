"""Balls and wooden crates."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
from numpy.random import Generator
from numpy.typing import NDArray

from annotator.services.drawing.render import Array, Colour, Layer, Point, blend, polygon, smooth

_BALL_COLOURS: tuple[tuple[Colour, Colour], ...] = (
    ((0.93, 0.42, 0.16), (0.16, 0.11, 0.10)),
    ((0.94, 0.94, 0.91), (0.20, 0.24, 0.32)),
    ((0.86, 0.20, 0.24), (0.97, 0.94, 0.88)),
    ((0.17, 0.50, 0.78), (0.98, 0.83, 0.26)),
    ((0.78, 0.87, 0.24), (0.95, 0.97, 0.88)),
    ((0.42, 0.26, 0.62), (0.93, 0.88, 0.96)),
)
_WOODS: tuple[Colour, ...] = (
    (0.74, 0.55, 0.34),
    (0.62, 0.44, 0.28),
    (0.80, 0.66, 0.46),
    (0.55, 0.47, 0.40),
    (0.45, 0.54, 0.50),
)
Vector = NDArray[np.float64]

_PITCH = np.radians(20.0)
"""How far the crates are seen from above."""


def paint_ball(layer: Layer, rng: Generator, *, base: Point, size: float) -> None:
    """A ball of ``size`` pixels across that rests on ``base``, with seams or stripes."""
    main, second = _BALL_COLOURS[rng.integers(len(_BALL_COLOURS))]
    turn, _ = np.linalg.qr(rng.normal(size=(3, 3)))
    axes = turn.astype(np.float32)
    is_striped = bool(rng.random() < 0.5)

    def texture(normals: Array) -> Array:
        u, v, w = (normals @ axis for axis in axes)
        if is_striped:
            return blend(main, second, smooth(-np.abs(u), -0.26, 0.06))
        seams = np.minimum(np.minimum(np.abs(u), np.abs(v)), np.abs(np.hypot(v - 0.85, w) - 0.62))
        return blend(main, second, smooth(-seams, -0.05, 0.05))

    layer.paint_sphere((base[0], base[1] - size / 2), size / 2, texture, gloss=0.35)


def paint_crate(layer: Layer, rng: Generator, *, base: Point, size: float) -> None:
    """A crate about ``size`` pixels wide that stands on ``base``."""
    wood = _WOODS[rng.integers(len(_WOODS))]
    yaw = float(rng.uniform(0.25, 1.3))
    width, height, depth = size * rng.uniform(0.62, 0.85, 3)
    right = np.array([np.cos(yaw), np.sin(yaw) * np.sin(_PITCH)]) * width
    back = np.array([np.sin(yaw), -np.cos(yaw) * np.sin(_PITCH)]) * depth
    up = np.array([0.0, -np.cos(_PITCH)]) * height
    # Its lowest corner, right of the near one, touches the base.
    near = np.array([base[0] - (right[0] + back[0]) / 2, base[1] - right[1]])
    has_brace = bool(rng.random() < 0.6)
    sides = (
        (near, right, up, np.array([-np.sin(yaw), -0.1, np.cos(yaw)])),
        (near + right, back, up, np.array([np.cos(yaw), -0.1, np.sin(yaw)])),
        (near + up, right, back, np.array([0.0, -0.94, 0.34])),
    )
    for index, (corner, along, across, normal) in enumerate(sides):
        grain = float(rng.uniform(0, 100))
        _paint_face(layer, wood, (corner, along, across), normal, grain, has_brace and index < 2)


def _paint_face(
    layer: Layer,
    wood: Colour,
    frame: Sequence[Vector],
    normal: Vector,
    grain: float,
    has_brace: bool,
) -> None:
    """One side of a crate: planks in a frame of boards. ``frame``: corner and two edges, pixels."""
    corner, along, across = frame
    corners = [corner, corner + along, corner + along + across, corner + across]
    points = [(float(p[0]), float(p[1])) for p in corners]
    window = layer.window(points, 2)
    if window is None:
        return
    x, y = window.grid
    inverse = np.linalg.inv(np.stack([along, across], axis=1))
    u = (inverse[0, 0] * (x - corner[0]) + inverse[0, 1] * (y - corner[1])).astype(np.float32)
    v = (inverse[1, 0] * (x - corner[0]) + inverse[1, 1] * (y - corner[1])).astype(np.float32)
    planks = v * 4
    tone = 0.90 + 0.10 * np.sin(np.floor(planks) * 2.4 + grain)
    tone = tone + 0.035 * np.sin(u * 9 + 3 * np.sin(planks * 6.3 + grain) + planks * 21)
    tone = tone - 0.45 * smooth(-np.abs(planks - np.rint(planks)), -0.06, 0.06)
    border = np.minimum(np.minimum(u, 1 - u), np.minimum(v, 1 - v))
    if has_brace:
        border = np.minimum(border, np.abs(u - v) * 0.72 + 0.045)
    board = smooth(-border, -0.13, 0.02)
    tone = tone * (1 - board) + (1.08 + 0.03 * np.sin(u * 40 + v * 37 + grain)) * board
    tone = tone - 0.35 * smooth(-np.abs(border - 0.14), -0.012, 0.012) * (1 - board * 0.5)
    colour = np.asarray(wood, np.float32) * tone[..., None]
    unit = (normal / np.linalg.norm(normal)).astype(np.float32)
    lit = layer.lit(np.broadcast_to(unit, colour.shape), colour.astype(np.float32))
    # Half a pixel more, so that the sides leave no gap between them.
    coverage = np.clip(0.9 - polygon((x, y), points), 0, 1)
    layer.lay(window, lit, coverage.astype(np.float32))
