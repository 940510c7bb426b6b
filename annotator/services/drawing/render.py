"""Painting with distances: smooth, shaded shapes on a layer, without supersampling.

A shape is its signed distance (pixels, negative inside) on a grid of pixel centres. Coverage is
read off the distance, so edges are anti-aliased; the surface is rounded off towards the edge, and
lit.
Frame: pixels of the image, x right, y down, z towards the viewer.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

Array = NDArray[np.float32]
Point = tuple[float, float]
Colour = tuple[float, float, float]
"""Red, green, blue, each 0 to 1."""


@dataclass(frozen=True, slots=True)
class Light:
    """Where the light comes from.

    Attributes:
        direction: unit vector towards the light.
        ambient: 0 to 1, the light that is everywhere.
        tint: colour of the light.
    """

    direction: tuple[float, float, float]
    ambient: float
    tint: Colour = (1.0, 1.0, 1.0)


class Layer:
    """One object on a clear ground.

    Attributes:
        colour: float32 [H, W, 3], multiplied by alpha.
        alpha: float32 [H, W], 0 to 1.
        light: what its shapes are lit by.
    """

    def __init__(self, size: tuple[int, int], light: Light) -> None:
        """An empty layer; ``size`` is width, height."""
        width, height = size
        self.colour = np.zeros((height, width, 3), np.float32)
        self.alpha = np.zeros((height, width), np.float32)
        self.light = light

    def window(self, points: Sequence[Point], margin: float) -> Window | None:
        """The part of the layer around some points; None when it lies outside."""
        height, width = self.alpha.shape
        xs, ys = [p[0] for p in points], [p[1] for p in points]
        left, top = max(0, int(min(xs) - margin - 2)), max(0, int(min(ys) - margin - 2))
        right, bottom = (
            min(width, int(max(xs) + margin + 3)),
            min(height, int(max(ys) + margin + 3)),
        )
        if right - left < 2 or bottom - top < 2:
            return None
        return Window(left, top, right, bottom)

    def lay(self, window: Window, colour: Array, coverage: Array) -> None:
        """Put colour [h, w, 3] over what is there, where coverage [h, w] says so."""
        rows, columns = window.slices
        rest = 1 - coverage
        self.colour[rows, columns] = (
            colour * coverage[..., None] + self.colour[rows, columns] * rest[..., None]
        )
        self.alpha[rows, columns] = coverage + self.alpha[rows, columns] * rest

    def paint(
        self,
        window: Window,
        distance: Array,
        colour: Colour | Array,
        *,
        thickness: float,
        gloss: float = 0.0,
    ) -> None:
        """Fill a shape, rounded off over ``thickness`` pixels from its edge."""
        down, right = np.gradient(distance)
        edge = np.clip(1 + distance / max(thickness, 1.0), 0, 1)
        normals = np.stack([right * edge, down * edge, np.sqrt(1 - edge**2)], axis=-1)
        lit = self.lit(normals, np.asarray(colour, np.float32), gloss)
        self.lay(window, lit, np.clip(0.5 - distance, 0, 1))

    def paint_sphere(
        self,
        centre: Point,
        radius: float,
        texture: Callable[[Array], Array],
        *,
        gloss: float = 0.0,
    ) -> None:
        """A ball whose colours [h, w, 3] ``texture`` gives for unit normals [h, w, 3]."""
        window = self.window([centre], radius)
        if window is None:
            return
        x, y = window.grid
        across, down = (x - centre[0]) / radius, (y - centre[1]) / radius
        reach = np.hypot(across, down)
        scale = 1 / np.maximum(reach, 1)
        across, down = across * scale, down * scale
        depth = np.sqrt(np.clip(1 - across**2 - down**2, 0, 1))
        normals = np.stack([across, down, depth], axis=-1).astype(np.float32)
        lit = self.lit(normals, texture(normals), gloss)
        self.lay(window, lit, np.clip(0.5 - (reach - 1) * radius, 0, 1).astype(np.float32))

    def lit(self, normals: Array, colour: Array, gloss: float = 0.0) -> Array:
        """Colours under the light: a soft Lambert term and a highlight."""
        facing = np.clip(normals @ np.asarray(self.light.direction, np.float32), 0, 1)
        shade = self.light.ambient + (1 - self.light.ambient) * facing
        lit = colour * shade[..., None] * np.asarray(self.light.tint, np.float32)
        return np.asarray(np.clip(lit + gloss * facing[..., None] ** 24, 0, 1), np.float32)


@dataclass(frozen=True, slots=True)
class Window:
    """A rectangle of whole pixels on a layer."""

    left: int
    top: int
    right: int
    bottom: int

    @property
    def slices(self) -> tuple[slice, slice]:
        """Rows and columns."""
        return slice(self.top, self.bottom), slice(self.left, self.right)

    @property
    def grid(self) -> tuple[Array, Array]:
        """The x and y of every pixel centre, float32 [h, w] each."""
        y, x = np.mgrid[self.top : self.bottom, self.left : self.right].astype(np.float32)
        return x + 0.5, y + 0.5


def capsule(grid: tuple[Array, Array], ends: tuple[Point, Point], radii: Point) -> Array:
    """Distance to a limb: a line with round ends whose radius goes from one end to the other."""
    x, y = grid
    (ax, ay), (bx, by) = ends
    along_x, along_y = bx - ax, by - ay
    length = max(along_x**2 + along_y**2, 1e-6)
    t = np.clip(((x - ax) * along_x + (y - ay) * along_y) / length, 0, 1)
    radius = radii[0] + (radii[1] - radii[0]) * t
    return np.asarray(np.hypot(x - ax - t * along_x, y - ay - t * along_y) - radius, np.float32)


def polygon(grid: tuple[Array, Array], corners: Sequence[Point], rounding: float = 0.0) -> Array:
    """Distance to a polygon grown by ``rounding`` pixels (even-odd where it crosses itself)."""
    x, y = grid
    nearest = np.full(x.shape, np.inf, np.float32)
    inside = np.zeros(x.shape, bool)
    for (ax, ay), (bx, by) in zip(corners, [*corners[1:], corners[0]], strict=True):
        along_x, along_y = bx - ax, by - ay
        length = max(along_x**2 + along_y**2, 1e-6)
        t = np.clip(((x - ax) * along_x + (y - ay) * along_y) / length, 0, 1)
        nearest = np.minimum(nearest, np.hypot(x - ax - t * along_x, y - ay - t * along_y))
        if ay != by:
            crosses = ((ay > y) != (by > y)) & (x < ax + (y - ay) * along_x / along_y)
            inside ^= crosses
    return np.where(inside, -nearest, nearest).astype(np.float32) - np.float32(rounding)


def smooth(values: Array, at: float, width: float) -> Array:
    """0 below ``at``, 1 above it, over a ramp of ``width``."""
    return np.asarray(np.clip((values - at) / width + 0.5, 0, 1), np.float32)


def blend(below: Array | Colour, above: Array | Colour, share: Array) -> Array:
    """Colours [h, w, 3]: ``above`` where ``share`` [h, w] is 1, ``below`` where it is 0."""
    low, high = np.asarray(below, np.float32), np.asarray(above, np.float32)
    return np.asarray(low + (high - low) * share[..., None], np.float32)
