"""Masks for tests: bitmaps of discs with bites taken out, and rings around a centre."""

from __future__ import annotations

import numpy as np
from hypothesis import settings
from hypothesis import strategies as st
from hypothesis.extra.numpy import arrays

from annotator.domain.geometry import ring_of
from annotator.domain.masks import Bitmap, bitmap_to_rle
from annotator.domain.model import Part, Polygons, Rle

SIZE = (70, 90)
"""Height and width of the images that blobs lie on."""

unhurried = settings(deadline=None)
"""For properties of whole bitmaps: they take as long as the machine lets them."""

noise = arrays(bool, st.tuples(st.integers(1, 12), st.integers(1, 12)))
"""Any small bitmap."""


@st.composite
def blobs(draw: st.DrawFn) -> Bitmap:
    """Discs, some of them taken out of the others; bool [70, 90], never empty."""
    y, x = np.mgrid[: SIZE[0], : SIZE[1]] + 0.5
    bitmap = np.zeros(SIZE, bool)
    place = st.tuples(st.floats(0, SIZE[1]), st.floats(0, SIZE[0]), st.floats(2, 25))
    for cx, cy, radius in draw(st.lists(place, min_size=1, max_size=5)):
        bitmap |= (x - cx) ** 2 + (y - cy) ** 2 <= radius**2
    for cx, cy, radius in draw(st.lists(place, max_size=2)):
        bitmap &= (x - cx) ** 2 + (y - cy) ** 2 > (radius / 2) ** 2
    bitmap[35, 45] = True
    return bitmap


@st.composite
def stars(draw: st.DrawFn) -> Polygons:
    """A simple ring around a centre of the image of ``SIZE``, with corners anywhere."""
    count = draw(st.integers(3, 12))
    x, y = draw(st.floats(30, 60)), draw(st.floats(28, 42))
    radii = draw(st.lists(st.floats(8, 27), min_size=count, max_size=count))
    angles = np.arange(count) * 2 * np.pi / count
    points = np.column_stack([x + np.cos(angles) * radii, y + np.sin(angles) * radii])
    return Polygons((Part(ring_of(points.round(2))),))


any_mask = st.one_of(stars(), blobs().map(bitmap_to_rle))
"""A mask of either kind on the image of ``SIZE``."""


def rle_of(*rows: str) -> Rle:
    """Pixels as drawn: rows of "#" and "."."""
    return bitmap_to_rle(np.array([[letter == "#" for letter in row] for row in rows]))
