"""Parts and holes of a mask drawn as outlines: adding, cutting out and removing one ring.

What a ring does not touch keeps every vertex exactly. Frames and masks as in ``polygons``.
"""

from __future__ import annotations

from dataclasses import replace

import shapely

from annotator.domain.model import Part, Polygons, Ring
from annotator.domain.polygons import intersect, mend, shape_of, subtract, union


def with_part(mask: Polygons, ring: Ring) -> Polygons | None:
    """The mask with what a ring encloses: a part of its own, or united with the parts it meets.

    Returns:
        The very same value when nothing is gained, None when the ring encloses nothing.
    """
    drawn = _enclosed(ring)
    if drawn is None:
        return None
    mask = mend(mask) or Polygons(())
    met, apart = _sorted_parts(mask, drawn)
    if not met:
        return Polygons((*apart, *drawn.parts))
    before = Polygons(tuple(met))
    if subtract(drawn, before) is None:
        return mask
    united = union(before, drawn)
    return Polygons((*apart, *united.parts)) if united is not None else None


def with_hole(mask: Polygons, ring: Ring) -> Polygons | None:
    """The mask without what a ring encloses: a hole, or a bite where the ring crosses the outline.

    Returns:
        The very same value when the ring misses the mask, None when nothing would be left of it.
    """
    drawn = _enclosed(ring)
    if drawn is None:
        return mask
    parts: list[Part] = []
    is_hit = False
    for part in (mend(mask) or Polygons(())).parts:
        one = Polygons((part,))
        if intersect(one, drawn) is None:
            parts.append(part)
            continue
        is_hit = True
        if _is_well_inside(drawn, part):
            parts.append(replace(part, holes=(*part.holes, drawn.parts[0].outer)))
            continue
        rest = subtract(one, drawn)
        parts += rest.parts if rest is not None else ()
    if not is_hit:
        return mask
    return Polygons(tuple(parts)) if parts else None


def without_ring(mask: Polygons, part: int, ring: int) -> Polygons | None:
    """The mask without one hole, or without one part and the holes in it.

    Args:
        mask: what is changed.
        part: number of the part.
        ring: 0 for the whole part, else the number of its hole from 1 on.

    Returns:
        None when nothing would be left.
    """
    parts = list(mask.parts)
    if ring == 0:
        del parts[part]
    else:
        holes = list(parts[part].holes)
        del holes[ring - 1]
        parts[part] = replace(parts[part], holes=tuple(holes))
    return Polygons(tuple(parts)) if parts else None


def ring_at(mask: Polygons, part: int, ring: int) -> Ring:
    """One ring of a mask: 0 for the part's outer ring, then its holes."""
    return mask.parts[part].outer if ring == 0 else mask.parts[part].holes[ring - 1]


def with_ring(mask: Polygons, part: int, ring: int, to: Ring) -> Polygons:
    """The mask with one ring exchanged; it may have to be mended."""
    parts = list(mask.parts)
    if ring == 0:
        parts[part] = replace(parts[part], outer=to)
    else:
        holes = list(parts[part].holes)
        holes[ring - 1] = to
        parts[part] = replace(parts[part], holes=tuple(holes))
    return Polygons(tuple(parts))


def _enclosed(ring: Ring) -> Polygons | None:
    return mend(Polygons((Part(ring),)))


def _sorted_parts(mask: Polygons, drawn: Polygons) -> tuple[list[Part], list[Part]]:
    """The parts that what was drawn meets along a line or an area, and the others."""
    met: list[Part] = []
    apart: list[Part] = []
    other = shape_of(drawn)
    for part in mask.parts:
        shared = shapely.intersection(shape_of(Polygons((part,))), other)
        is_met = shapely.get_dimensions(shared) > 0 and not shapely.is_empty(shared)
        (met if is_met else apart).append(part)
    return met, apart


def _is_well_inside(drawn: Polygons, part: Part) -> bool:
    """Whether a single ring lies inside a part and touches neither its outline nor its holes."""
    if len(drawn.parts) != 1 or drawn.parts[0].holes:
        return False
    return bool(shapely.contains_properly(shape_of(Polygons((part,))), shape_of(drawn)))
