"""The pixels of a mask in a window no larger than needed: a large image is never decoded whole.

A patch is what the union of all parts covers, as COCO draws it; so what was once read from a mask
and written as run lengths is read back to the pixel. Sizes are (height, width), as in ``masks``.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from pycocotools import mask as coco_mask

from annotator.domain import masks
from annotator.domain.masks import Bitmap, Size
from annotator.domain.model import Box, Mask, Part, Polygons, Rle


@dataclass(frozen=True, slots=True, eq=False)
class Patch:
    """A bitmap and where it lies; outside its window nothing is set.

    Attributes:
        left: column of its first pixel on the image.
        top: row of its first pixel on the image.
        bitmap: ``bool [height, width]``, not to be written to.
    """

    left: int
    top: int
    bitmap: Bitmap

    @property
    def right(self) -> int:
        """The column after its last pixel."""
        return self.left + int(self.bitmap.shape[1])

    @property
    def bottom(self) -> int:
        """The row after its last pixel."""
        return self.top + int(self.bitmap.shape[0])

    @property
    def area(self) -> int:
        """How many pixels are set."""
        return int(np.count_nonzero(self.bitmap))

    @property
    def box(self) -> Box | None:
        """The smallest box around the pixels that are set; None where none is."""
        tight = self.trimmed()
        if not tight.bitmap.size:
            return None
        height, width = tight.bitmap.shape
        return Box(float(tight.left), float(tight.top), float(width), float(height))

    def seen(self, left: int, top: int, right: int, bottom: int) -> Bitmap:
        """Its pixels in another window, ``bool [bottom - top, right - left]``, a copy."""
        out = np.zeros((max(bottom - top, 0), max(right - left, 0)), bool)
        x0, x1 = max(left, self.left), min(right, self.right)
        y0, y1 = max(top, self.top), min(bottom, self.bottom)
        if x0 < x1 and y0 < y1:
            inner = self.bitmap[y0 - self.top : y1 - self.top, x0 - self.left : x1 - self.left]
            out[y0 - top : y1 - top, x0 - left : x1 - left] = inner
        return out

    def trimmed(self) -> Patch:
        """The same pixels in the smallest window."""
        rows, columns = np.flatnonzero(self.bitmap.any(1)), np.flatnonzero(self.bitmap.any(0))
        if not len(rows):
            return EMPTY
        x0, y0 = int(columns[0]), int(rows[0])
        inner = self.bitmap[y0 : int(rows[-1]) + 1, x0 : int(columns[-1]) + 1]
        return Patch(self.left + x0, self.top + y0, inner)


EMPTY = Patch(0, 0, np.zeros((0, 0), bool))


def patch_of(mask: Mask, size: Size) -> Patch:
    """The pixels of a mask.

    Args:
        mask: run lengths keep their own size; both sizes start at the same corner.
        size: of the image.

    Raises:
        ValueError: the run lengths are not sound.
    """
    if isinstance(mask, Rle):
        return _decoded(mask)
    if not any(part.holes for part in mask.parts):
        return _decoded(masks.to_rle(mask, size))
    return united([_patch_of_part(part, size) for part in mask.parts])


def to_rle(patch: Patch, size: Size) -> Rle:
    """COCO's compressed run lengths of a patch on an image; pixels outside the image are left out.

    Args:
        patch: the pixels.
        size: of the image.
    """
    height, width = size
    left, right = max(patch.left, 0), min(patch.right, width)
    top, bottom = max(patch.top, 0), min(patch.bottom, height)
    columns = patch.seen(left, top, max(left, right), max(top, bottom)).T
    pitch = columns.shape[1] + 2
    fenced = np.zeros((columns.shape[0], pitch), bool)
    fenced[:, 1:-1] = columns
    flat = fenced.reshape(-1)
    column, row = np.divmod(np.flatnonzero(flat[1:] != flat[:-1]), pitch)
    ends = (left + column) * height + top + row  # start, stop, start, stop, ...
    starts, stops = ends[0::2], ends[1::2]
    is_new = np.ones(len(starts), bool)
    is_new[1:] = starts[1:] != stops[:-1]  # a run may go on at the top of the next column
    is_last = np.append(is_new[1:], True)[: len(stops)]
    edges = np.empty(2 * int(is_new.sum()) + 2, np.int64)
    edges[0], edges[-1] = 0, height * width
    edges[1:-1:2], edges[2:-1:2] = starts[is_new], stops[is_last]
    runs = np.diff(edges)
    if runs[-1] == 0:  # the last pixel of the image is set
        runs = runs[:-1]
    whole = {"size": [height, width], "counts": runs.tolist()}
    packed = coco_mask.frPyObjects(whole, height, width)
    return Rle((height, width), packed["counts"].decode("ascii"))


def united(patches: Sequence[Patch]) -> Patch:
    """What any of them covers."""
    filled = [patch for patch in patches if patch.bitmap.size]
    if not filled:
        return EMPTY
    left, top = min(p.left for p in filled), min(p.top for p in filled)
    right, bottom = max(p.right for p in filled), max(p.bottom for p in filled)
    out = np.zeros((bottom - top, right - left), bool)
    for patch in filled:
        out[patch.top - top : patch.bottom - top, patch.left - left : patch.right - left] |= (
            patch.bitmap
        )
    return Patch(left, top, out)


def without(patch: Patch, other: Patch) -> Patch:
    """What the first covers and the other does not."""
    return Patch(patch.left, patch.top, patch.bitmap & ~_under(other, patch))


def shared(patch: Patch, other: Patch) -> Patch:
    """What both cover."""
    return Patch(patch.left, patch.top, patch.bitmap & _under(other, patch))


def is_same(a: Patch, b: Patch) -> bool:
    """Whether two patches cover the same pixels."""
    p, q = a.trimmed(), b.trimmed()
    if (p.left, p.top, p.bitmap.shape) != (q.left, q.top, q.bitmap.shape):
        return not p.bitmap.size and not q.bitmap.size
    return bool((p.bitmap == q.bitmap).all())


def iou(a: Patch, b: Patch) -> float:
    """Intersection over union, 0 to 1; 1 for two empty ones."""
    both = shared(a, b).area
    either = a.area + b.area - both
    return both / either if either else 1.0


def _under(other: Patch, patch: Patch) -> Bitmap:
    """Another patch's pixels in the window of one."""
    return other.seen(patch.left, patch.top, patch.right, patch.bottom)


def _patch_of_part(part: Part, size: Size) -> Patch:
    filled = _ring(part.outer, size)
    holes = united([_ring(hole, size) for hole in part.holes])
    return without(filled, holes) if holes.bitmap.size else filled


def _ring(ring: tuple[float, ...], size: Size) -> Patch:
    return _decoded(masks.to_rle(Polygons((Part(ring),)), size))


def _decoded(rle: Rle) -> Patch:
    """The pixels of run lengths in the smallest window."""
    box = masks.bounds(rle)
    if box is None:
        return EMPTY
    height = rle.size[0]
    left, top, right, bottom = (int(v) for v in (box.x, box.y, box.right, box.bottom))
    ends: NDArray[np.int64] = np.cumsum(masks.runs_of(rle))
    inside = np.clip(np.append(0, ends), left * height, right * height)
    flat = np.repeat(np.arange(len(inside) - 1) % 2 == 1, np.diff(inside))
    columns = flat.reshape(right - left, height)
    return Patch(left, top, np.ascontiguousarray(columns[:, top:bottom].T))
