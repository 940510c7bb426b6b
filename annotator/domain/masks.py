"""Masks in their three forms: bitmaps, run lengths and polygons with holes.

A size is (height, width) in pixels, as COCO writes it. A bitmap is ``bool [height, width]``.
"""

from __future__ import annotations

from typing import Any, Final

import numpy as np
import shapely
from numpy.typing import NDArray
from pycocotools import mask as coco_mask

from annotator.domain.model import Box, Mask, Part, Ring, Rle
from annotator.domain.outlines import from_bitmap as from_bitmap  # noqa: PLC0414 - bitmap to polygons

Size = tuple[int, int]
Bitmap = NDArray[np.bool_]

_FAR: Final = 4096.0  # pixels outside; pycocotools walks every pixel of an edge, seen or not


def runs_of(rle: Rle) -> NDArray[np.int64]:
    """The run lengths, background first; compressed text as in cocoapi's ``rleFrString``.

    Raises:
        ValueError: the text breaks off, or the runs do not add up to the size.
    """
    runs = _decompress(rle.counts) if isinstance(rle.counts, str) else np.asarray(rle.counts)
    runs = runs.astype(np.int64)
    if (runs < 0).any() or runs.sum() != rle.size[0] * rle.size[1]:
        raise ValueError(f"the run lengths do not fill {rle.size[0]} x {rle.size[1]} pixels")
    return runs


def is_sound(rle: Rle) -> bool:
    """Whether the run lengths can be read and fill their size."""
    try:
        runs_of(rle)
    except (ValueError, OverflowError):
        return False
    return rle.size[0] > 0 and rle.size[1] > 0


def _decompress(text: str) -> NDArray[np.int64]:
    """Six bits a character from "0" on, the last "goes on"; from the fourth run on, changes."""
    codes = np.frombuffer(text.encode("latin-1", "replace"), np.uint8).astype(np.int64) - 48
    if not len(codes):
        return np.zeros(0, np.int64)
    goes_on = (codes & 32) != 0
    if codes.min() < 0 or codes.max() > 63 or goes_on[-1]:
        raise ValueError("the compressed run lengths break off")
    starts = np.flatnonzero(np.concatenate([[True], ~goes_on[:-1]]))
    lengths = np.diff(np.append(starts, len(codes)))
    if lengths.max() > 8:
        raise ValueError("a compressed run length is too long")
    place = np.arange(len(codes)) - np.repeat(starts, lengths)
    values = np.add.reduceat((codes & 31) << (5 * place), starts)
    is_negative = (codes[starts + lengths - 1] & 16) != 0
    values = np.where(is_negative, values - (np.int64(1) << (5 * lengths)), values)
    values[1::2] = np.cumsum(values[1::2])
    values[2::2] = np.cumsum(values[2::2])
    return values


def to_bitmap(mask: Mask, size: Size) -> Bitmap:
    """The pixels of a mask; those of run lengths come in their own size.

    Raises:
        ValueError: the run lengths are not sound.
    """
    if isinstance(mask, Rle):
        runs = runs_of(mask)
        flat = np.repeat(np.arange(len(runs)) % 2 == 1, runs)
        return np.ascontiguousarray(flat.reshape(mask.size[1], mask.size[0]).T)
    bitmap = np.zeros(size, bool)
    for part in mask.parts:
        filled = _filled([part.outer], size)
        if part.holes:
            filled &= ~_filled(list(part.holes), size)
        bitmap |= filled
    return bitmap


def to_rle(mask: Mask, size: Size) -> Rle:
    """COCO's compressed run lengths of the union of all parts.

    Raises:
        ValueError: given run lengths are not sound.
    """
    if isinstance(mask, Rle):
        if isinstance(mask.counts, str):
            return mask
        whole = {"size": list(mask.size), "counts": [int(run) for run in runs_of(mask)]}
        return _from_coco(coco_mask.frPyObjects(whole, *mask.size))
    if mask.parts and not any(part.holes for part in mask.parts):
        return _from_coco(_drawn([part.outer for part in mask.parts], size))
    return bitmap_to_rle(to_bitmap(mask, size))


def bitmap_to_rle(bitmap: Bitmap) -> Rle:
    """COCO's compressed run lengths of a bitmap."""
    return _from_coco(coco_mask.encode(np.asfortranarray(bitmap, dtype=np.uint8)))


def rle_iou(a: Rle, b: Rle) -> float:
    """Shared pixels over all pixels of two masks of one size, 0 to 1; 0 for two empty ones.

    Worked out on the runs: on 12 megapixels that takes half a millisecond, bitmaps half a second.

    Raises:
        ValueError: the run lengths are not sound.
    """
    one, other = ({"size": list(m.size), "counts": _counts(m)} for m in (a, b))
    return float(coco_mask.iou([one], [other], [0])[0, 0])


def _counts(rle: Rle) -> bytes:
    """COCO's compressed run lengths, once they are known to be sound: its library never looks."""
    runs_of(rle)
    counts = to_rle(rle, rle.size).counts
    assert isinstance(counts, str)
    return counts.encode("ascii")


def area(mask: Mask) -> float:
    """Square pixels: of the outlines' union for polygons, the count of pixels for run lengths."""
    if isinstance(mask, Rle):
        return float(runs_of(mask)[1::2].sum())
    shapes = [_shape(part) for part in mask.parts]
    if len(shapes) == 1 and shapes[0].is_valid:
        return float(shapes[0].area)
    sound = [shape if shape.is_valid else shapely.make_valid(shape) for shape in shapes]
    return float(shapely.union_all(sound).area)


def bounds(mask: Mask) -> Box | None:
    """The smallest box around a mask; None around an empty one."""
    if isinstance(mask, Rle):
        return _bounds_of_runs(mask)
    points = [np.asarray(part.outer, float).reshape(-1, 2) for part in mask.parts]
    if not points:
        return None
    stacked = np.concatenate(points)
    (left, top), (right, bottom) = stacked.min(0), stacked.max(0)
    return Box(float(left), float(top), float(right - left), float(bottom - top))


def _bounds_of_runs(rle: Rle) -> Box | None:
    runs = runs_of(rle)
    ends = np.cumsum(runs)
    first, last = ends[0::2][: len(ends[1::2])], ends[1::2] - 1
    is_there = last >= first
    first, last = first[is_there], last[is_there]
    if not len(first):
        return None
    height = rle.size[0]
    left, right = int(first[0] // height), int(last[-1] // height)
    goes_over = (first // height) != (last // height)
    top = 0 if goes_over.any() else int((first % height).min())
    bottom = height - 1 if goes_over.any() else int((last % height).max())
    return Box(float(left), float(top), float(right - left + 1), float(bottom - top + 1))


def _shape(part: Part) -> Any:
    return shapely.Polygon(_points(part.outer), [_points(hole) for hole in part.holes])


def _points(ring: Ring) -> NDArray[np.float64]:
    return np.asarray(ring, float).reshape(-1, 2)


def _filled(rings: list[Ring], size: Size) -> Bitmap:
    drawn = _drawn(rings, size)
    filled: Bitmap = coco_mask.decode(drawn).astype(bool)
    return filled


def _drawn(rings: list[Ring], size: Size) -> Any:
    """The union of rings as pycocotools draws them, which is what COCO's numbers are made with."""
    near = [piece for ring in rings for piece in _near(ring, size)]
    polygons = [list(map(float, ring)) for ring in near if len(ring) >= 6]
    if not polygons:
        return coco_mask.encode(np.zeros(size, np.uint8, order="F"))
    return coco_mask.merge(coco_mask.frPyObjects(polygons, size[0], size[1]))


def _near(ring: Ring, size: Size) -> list[Ring]:
    """The ring, or what is left of one that goes very far outside the image."""
    points = _points(ring)
    limit = np.array([size[1], size[0]]) + _FAR
    if (points >= -_FAR).all() and (points <= limit).all():
        return [ring]
    frame = shapely.box(-1, -1, size[1] + 1, size[0] + 1)
    cut = shapely.make_valid(shapely.Polygon(points)).intersection(frame)
    pieces = [piece for piece in shapely.get_parts(cut) if piece.geom_type == "Polygon"]
    return [tuple(np.asarray(piece.exterior.coords)[:-1].ravel()) for piece in pieces]


def _from_coco(rle: Any) -> Rle:
    return Rle((int(rle["size"][0]), int(rle["size"][1])), rle["counts"].decode("ascii"))
