"""Masks and objects put together and taken apart, whatever their masks are stored as.

Polygons with polygons stay polygons; as soon as one is of pixels, the outcome is. Sizes are
(height, width) of the image, as in ``masks``.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from functools import reduce

import shapely

from annotator.domain import masks, patches, polygons
from annotator.domain.cleaning import remove_specks
from annotator.domain.geometry import are_close, box_between, points_of
from annotator.domain.masks import Size
from annotator.domain.model import Annotation, Box, Mask, Part, Polygons, Rle
from annotator.domain.outlines import from_bitmap
from annotator.domain.patches import Patch, patch_of, to_rle

SMALLEST_OVERLAP = 1.0
"""Square pixels; outlines snapped to each other overlap by less, and that is no overlap."""


def is_readable(mask: Mask | None) -> bool:
    """Whether there is a mask that can be worked with."""
    return isinstance(mask, Polygons) or (isinstance(mask, Rle) and masks.is_sound(mask))


def outline_of(mask: Mask, size: Size) -> Polygons:
    """The mask as polygons: of pixels, along their edges, so that drawing it gives them back."""
    if isinstance(mask, Polygons):
        return mask
    patch = patch_of(mask, size)
    return polygons.move_polygons(from_bitmap(patch.bitmap), patch.left, patch.top)


def pixels_of(mask: Mask, size: Size) -> Rle | None:
    """The mask as run lengths of the image; None when it covers no pixel."""
    return _stored(patch_of(mask, size), size)


def in_form_of(mask: Mask, outline: Polygons, size: Size) -> Mask | None:
    """A changed outline stored as the mask was; None when nothing of it is left on the image."""
    if isinstance(mask, Rle):
        return pixels_of(outline, size)
    mended = polygons.mend(outline)
    if mended is None:
        return None
    return polygons.clip_polygons(mended, width=size[1], height=size[0])


def united(several: Sequence[Mask], size: Size) -> Mask | None:
    """What any of the masks covers; None when that is nothing."""
    drawn = _all_polygons(several)
    if drawn is not None:
        either = drawn[0]
        for other in drawn[1:]:
            either = polygons.union(either, other) or either
        return either
    return _stored(patches.united([patch_of(mask, size) for mask in several]), size)


def subtracted(mask: Mask, others: Sequence[Mask], size: Size) -> Mask | None:
    """What the mask covers and none of the others does; None when that is nothing."""
    drawn = _all_polygons((mask, *others))
    if drawn is not None:
        left: Polygons | None = drawn[0]
        for other in drawn[1:]:
            left = polygons.subtract(left, other) if left is not None else None
        return left
    patch = patch_of(mask, size)
    for one in others:
        patch = patches.without(patch, patch_of(one, size))
    return _stored(patch, size)


def shared(several: Sequence[Mask], size: Size) -> Mask | None:
    """What all of the masks cover; None when that is nothing."""
    drawn = _all_polygons(several)
    if drawn is not None:
        common: Polygons | None = drawn[0]
        for other in drawn[1:]:
            common = polygons.intersect(common, other) if common is not None else None
        return common
    return _stored(reduce(patches.shared, [patch_of(mask, size) for mask in several]), size)


def without_slivers(mask: Mask | None) -> Mask | None:
    """What a cut left, without the slivers that nearly equal edges leave; None if that is all."""
    if isinstance(mask, Polygons):
        mask = remove_specks(mask, SMALLEST_OVERLAP)
    return mask if mask is not None and masks.area(mask) >= SMALLEST_OVERLAP else None


def overlaps(a: Mask, b: Mask, size: Size) -> bool:
    """Whether two masks cover a pixel's worth of ground together."""
    p, q = masks.bounds(a), masks.bounds(b)
    if p is None or q is None or min(p.right, q.right) <= max(p.x, q.x):
        return False
    if min(p.bottom, q.bottom) <= max(p.y, q.y):
        return False
    common = shared((a, b), size)
    return common is not None and masks.area(common) >= SMALLEST_OVERLAP


def parts_of(mask: Mask, size: Size) -> tuple[Mask, ...]:
    """Each part as a mask of its own, the largest first; pixels that touch at a corner are one."""
    if isinstance(mask, Polygons):
        parts = [Polygons((part,)) for part in mask.parts]
        return tuple(sorted(parts, key=polygons.polygons_area, reverse=True))
    groups = [pixels_of(Polygons(parts), size) for parts in _touching(outline_of(mask, size))]
    found = [one for one in groups if one is not None]
    return tuple(sorted(found, key=masks.area, reverse=True))


def with_mask(value: Annotation, mask: Mask | None) -> Annotation:
    """The object with another mask; its box follows if it was the mask's bounding box."""
    if mask is None or value.mask is None:
        return replace(value, mask=mask)
    box = masks.bounds(mask) if is_box_derived(value) else value.box
    return replace(value, mask=mask, box=box)


def is_box_derived(value: Annotation) -> bool:
    """Whether the object's box is no more than the bounding box of its mask."""
    if value.box is None or value.mask is None or not is_readable(value.mask):
        return False
    return are_close(value.box, masks.bounds(value.mask))


def joined(objects: Sequence[Annotation], size: Size) -> Annotation:
    """Several objects as the first of them.

    Its mask is what any of the masks covers, its box goes around all boxes, its joints are those of
    the first object of its category that has any.

    Args:
        objects: two or more; their masks are readable.
        size: of the image.
    """
    first = objects[0]
    drawn = [a.mask for a in objects if a.mask is not None]
    mask = united(drawn, size) if drawn else None
    boxes = [around for a in objects if (around := _extent(a)) is not None]
    box: Box | None = None
    if any(a.box is not None for a in objects):
        box = reduce(_around, boxes)
        if mask is not None and all(a.box is None or is_box_derived(a) for a in objects):
            box = masks.bounds(mask)
    same = (a for a in objects if a.category_id == first.category_id and a.has_keypoints)
    keypoints = next((a.keypoints for a in same), first.keypoints)
    return replace(first, mask=mask, box=box, keypoints=keypoints)


def split(value: Annotation, size: Size) -> tuple[Annotation, ...]:
    """An object for each part of its mask; the first is the object itself with its largest part.

    The box of the first follows as ever; the others get the bounding boxes of their parts, and no
    joints. An object of one part is returned alone, as it is.

    Args:
        value: its mask is readable.
        size: of the image.
    """
    parts = parts_of(value.mask, size) if value.mask is not None else ()
    if len(parts) < 2:
        return (value,)
    others = (replace(value, mask=part, box=masks.bounds(part), keypoints=()) for part in parts[1:])
    return (with_mask(value, parts[0]), *others)


def _stored(patch: Patch, size: Size) -> Rle | None:
    rle = to_rle(patch, size)
    return rle if masks.bounds(rle) is not None else None


def _all_polygons(several: Sequence[Mask]) -> list[Polygons] | None:
    drawn = [mask for mask in several if isinstance(mask, Polygons)]
    return drawn if len(drawn) == len(several) else None


def _extent(value: Annotation) -> Box | None:
    if value.box is not None or value.mask is None:
        return value.box
    return masks.bounds(value.mask)


def _around(a: Box, b: Box) -> Box:
    low = min(a.x, b.x), min(a.y, b.y)
    return box_between(low, (max(a.right, b.right), max(a.bottom, b.bottom)))


def _touching(mask: Polygons) -> list[tuple[Part, ...]]:
    """The parts in groups that touch each other."""
    shapes = [
        shapely.Polygon(points_of(part.outer), [points_of(hole) for hole in part.holes])
        for part in mask.parts
    ]
    tree = shapely.STRtree(shapes)
    group = list(range(len(shapes)))

    def root(number: int) -> int:
        while group[number] != number:
            number = group[number]
        return number

    for one, other in tree.query(shapes, predicate="touches").T.tolist():
        group[root(one)] = root(other)
    found: dict[int, list[Part]] = {}
    for number, part in enumerate(mask.parts):
        found.setdefault(root(number), []).append(part)
    return [tuple(parts) for parts in found.values()]
