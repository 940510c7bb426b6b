"""Rings and masks for property tests: stars never cross themselves, scribbles may."""

from __future__ import annotations

import numpy as np
import shapely
from hypothesis import strategies as st

from annotator.domain.geometry import ring_of
from annotator.domain.model import Part, Polygons, Ring
from annotator.domain.polygons import shape_of

SIZE = (200.0, 200.0)
"""Width and height of the image that all of it lies in."""

coordinate = st.floats(0, 200, allow_nan=False).map(lambda v: round(v, 2))
places = st.tuples(coordinate, coordinate)
scribbles = st.lists(places, min_size=3, max_size=12).map(ring_of)


@st.composite
def stars(draw: st.DrawFn, *, least: int = 3, far: float = 55.0) -> Ring:
    """A simple ring around a centre, inside the image."""
    count = draw(st.integers(least, 14))
    x, y = draw(st.floats(60, 140)), draw(st.floats(60, 140))
    radii = draw(st.lists(st.floats(10, far), min_size=count, max_size=count))
    angles = np.arange(count) * 2 * np.pi / count
    return ring_of(np.column_stack([x + np.cos(angles) * radii, y + np.sin(angles) * radii]))


def one(ring: Ring, *holes: Ring) -> Polygons:
    """A mask of one part."""
    return Polygons((Part(ring, holes),))


def square(x: float, y: float, side: float) -> Ring:
    """A square from its top left corner on."""
    return (x, y, x + side, y, x + side, y + side, x, y + side)


def is_sound(mask: Polygons) -> bool:
    """Whether every ring is simple and every hole in its part."""
    return bool(mask.parts) and bool(shapely.is_valid(shape_of(mask)))
