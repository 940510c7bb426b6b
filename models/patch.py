"""A rectangle of an image as a grid of cells: what they look like, and masks laid over them."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from functools import cache

import numpy as np
import torch
from numpy.typing import NDArray
from PIL import Image, ImageCms, ImageDraw
from torch.nn import functional

from models.types import Box, Region
from models.walker import Field

SIDE = 96
"""Cells a side."""

_BINS = 8  # of each colour channel
_FEW = 0.5  # of a colour, added everywhere, so that one never seen says nothing
_FINER = 4  # subcells a cell's side when an outline is painted


@dataclass(frozen=True, slots=True)
class Patch:
    """SIDE x SIDE cells over a rectangle.

    Attributes:
        box: xyxy, pixels of the original.
    """

    box: Box

    def looks(self, picture: Image.Image, scale: float) -> Field:
        """float32 [SIDE, SIDE, 3], 0 .. 1, lightness and two opponent colours.

        Args:
            picture: RGB.
            scale: its pixels a pixel of the original.
        """
        box = tuple(value * scale for value in self.box)
        is_enlarged = box[2] - box[0] < SIDE
        way = Image.Resampling.BICUBIC if is_enlarged else Image.Resampling.BOX
        cut = picture.resize((SIDE, SIDE), way, box=(box[0], box[1], box[2], box[3]))
        seen = ImageCms.applyTransform(cut, _to_lab())
        assert seen is not None
        return np.asarray(np.asarray(seen) / 255, np.float32)

    def grid(self) -> tuple[Field, Field]:
        """Where the middles of cells are: x [1, SIDE] and y [SIDE, 1]."""
        x0, y0, x1, y1 = self.box
        steps = (np.arange(SIDE, dtype=np.float32) + 0.5) / SIDE
        x, y = x0 + steps * (x1 - x0), y0 + steps * (y1 - y0)
        return np.asarray(x[None], np.float32), np.asarray(y[:, None], np.float32)

    def laid(self, mask: NDArray[np.float32], box: Box) -> Field:
        """A mask [S, S] over a box as the cells see it; 0 beside the box."""
        x, y = self.grid()
        across = (x - box[0]) / max(box[2] - box[0], 1e-6) * 2 - 1
        down = (y - box[1]) / max(box[3] - box[1], 1e-6) * 2 - 1
        places = np.stack(np.broadcast_arrays(across, down), axis=-1)[None]
        source = torch.from_numpy(np.ascontiguousarray(mask))[None, None]
        at = torch.from_numpy(np.ascontiguousarray(places, np.float32))
        found = functional.grid_sample(source, at, align_corners=False)[0, 0]
        return np.asarray(found.numpy())

    def painted(self, regions: Sequence[Region]) -> Field:
        """How much of each cell outlines cover, 0 .. 1."""
        fine = SIDE * _FINER
        canvas = Image.new("L", (fine, fine))
        brush = ImageDraw.Draw(canvas)
        low, size = np.asarray(self.box[:2]), np.subtract(self.box[2:], self.box[:2])
        for region in regions:
            for ring, ink in ((region.outer, 255), *((hole, 0) for hole in region.holes)):
                points = (np.reshape(ring, (-1, 2)) - low) / size * fine - 0.5
                if len(points) > 2:
                    brush.polygon([(x, y) for x, y in points.tolist()], fill=ink)
        return np.asarray(np.asarray(canvas.reduce(_FINER)) / 255, np.float32)


@cache
def _to_lab() -> ImageCms.ImageCmsTransform:
    """From sRGB; Pillow would make it anew for each image, which takes longer than all the rest."""
    profiles = ImageCms.createProfile("sRGB"), ImageCms.createProfile("LAB")
    return ImageCms.buildTransform(*profiles, "RGB", "LAB")


def colour_odds(looks: Field, inside: Field) -> Field:
    """How much more likely each cell's colour is inside than outside: log odds [S, S].

    Args:
        looks: [S, S, 3], 0 .. 1.
        inside: [S, S], 0 .. 1, how far each cell counts as inside now.
    """
    bins = np.minimum((looks * _BINS).astype(np.int64), _BINS - 1)
    colour = (bins[..., 0] * _BINS + bins[..., 1]) * _BINS + bins[..., 2]
    shares = []
    for weight in (inside, 1 - inside):
        counted = np.bincount(colour.ravel(), weight.ravel(), _BINS**3).astype(np.float64)
        smooth = _spread(counted.reshape(_BINS, _BINS, _BINS)).ravel() + _FEW
        shares.append(smooth / smooth.sum())
    return np.asarray(np.log(shares[0] / shares[1])[colour], np.float32)


def _spread(counted: NDArray[np.float64]) -> NDArray[np.float64]:
    """Counts [B, B, B] shared with the neighbours along each axis, 1 : 2 : 1."""
    for axis in range(3):
        margins = [(1, 1) if one == axis else (0, 0) for one in range(3)]
        wide = np.moveaxis(np.pad(counted, margins), axis, 0)
        counted = np.moveaxis((wide[:-2] + 2 * wide[1:-1] + wide[2:]) / 4, 0, axis)
    return counted
