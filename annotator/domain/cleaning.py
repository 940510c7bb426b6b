"""Tidying an outline: filling holes, removing specks, smoothing.

All of it works on polygons; the pixels of a painted mask are outlined first and drawn again after.
"""

from __future__ import annotations

import numpy as np
import shapely
from numpy.typing import NDArray

from annotator.domain.geometry import points_of, ring_area, ring_of
from annotator.domain.model import Part, Polygons, Ring
from annotator.domain.polygons import mend

STEP = 1.0
"""Pixels between the places of an outline that are smoothed."""
_SLACK = 0.1
"""Pixels a smoothed outline may give way to save vertices."""
_TURNS = 12.0
"""A ring is smoothed over no more than this share of its length, so that a small one stays."""


def fill_holes(mask: Polygons) -> Polygons:
    """The mask without holes; the very same value when it has none."""
    if not any(part.holes for part in mask.parts):
        return mask
    filled = Polygons(tuple(Part(part.outer) for part in mask.parts))
    return mend(filled) or filled  # a part may lie in what was a hole


def remove_specks(mask: Polygons, smallest: float) -> Polygons:
    """The mask without small parts and small holes; its largest part always stays.

    Args:
        mask: what is tidied.
        smallest: square pixels from which on a part or a hole stays.
    """
    areas = [_area(part) for part in mask.parts]
    largest = max(areas, default=0.0)
    return Polygons(
        tuple(
            Part(part.outer, tuple(h for h in part.holes if ring_area(h) >= smallest))
            for part, area in zip(mask.parts, areas, strict=True)
            if area >= smallest or area == largest
        )
    )


def smooth(mask: Polygons, strength: float, *, width: float, height: float) -> Polygons | None:
    """The mask with a calmer outline.

    Each ring is averaged along itself with a Gaussian, twice over ("twicing", Tukey 1977): what the
    first pass took from the large form is given back, so that a disc keeps its size. Places on the
    image's border stay on it.

    Args:
        mask: what is smoothed.
        strength: standard deviation of the Gaussian, pixels along the outline.
        width: of the image, pixels.
        height: of the image, pixels.

    Returns:
        None when nothing is left.
    """
    limits = np.array([width, height], float)
    parts = []
    for part in mask.parts:
        holes = (_smooth_ring(hole, strength, limits) for hole in part.holes)
        outer = _smooth_ring(part.outer, strength, limits)
        parts.append(Part(outer, tuple(hole for hole in holes if len(hole) >= 6)))
    return mend(Polygons(tuple(part for part in parts if len(part.outer) >= 6)))


def _area(part: Part) -> float:
    return ring_area(part.outer) - sum(ring_area(hole) for hole in part.holes)


def _smooth_ring(ring: Ring, strength: float, limits: NDArray[np.float64]) -> Ring:
    points = points_of(ring)
    line = shapely.LinearRing(points)
    length = float(shapely.length(line))
    count = max(int(np.ceil(length / STEP)), 3)
    way = np.arange(count) * (length / count)
    even = shapely.get_coordinates(shapely.line_interpolate_point(line, way))
    turns = np.fft.fftfreq(count, length / count)  # turns a pixel of the outline
    gauss = np.exp(-0.5 * (2 * np.pi * turns * min(strength, length / _TURNS)) ** 2)
    signal = np.fft.fft(even[:, 0] + 1j * even[:, 1]) * (2 * gauss - gauss**2)
    calm = np.fft.ifft(signal)
    smoothed = np.clip(np.column_stack([calm.real, calm.imag]), 0, limits)
    is_at_border = (even <= 0) | (even >= limits)
    smoothed[is_at_border] = even[is_at_border]
    closed = shapely.LinearRing(np.round(smoothed, 2))
    return ring_of(shapely.get_coordinates(shapely.simplify(closed, _SLACK))[:-1])
