"""How one change of a hand alters an object: values in, values out, nothing of Qt.

The box of an object is independent of its mask, unless it was exactly the mask's bounding box: then
it follows the mask. It never follows the joints. All places are image pixels. A size is the width
and height of the image that nothing may leave; None where the project lets objects leave it.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

from annotator.domain.geometry import (
    Point,
    are_close,
    clip_point,
    move_box,
)
from annotator.domain.model import Annotation, Box, Keypoint, Part, Polygons, Ring, Visibility
from annotator.domain.polygons import box_of_polygons, move_polygons
from annotator.domain.resizing import resized
from annotator.ui.canvas.handles import Handle, Kind
from annotator.ui.canvas.shapes import Shape

Size = tuple[float, float]
ROUND = 2
"""Decimals that are kept: a hundredth of a pixel, as most COCO files have it."""


def with_mask(shape: Shape, mask: Polygons | None) -> Annotation:
    """The object with another mask; its box follows if it was the mask's bounding box."""
    value = shape.value
    follows = value.mask is not None and are_close(value.box, shape.mask_box)
    box = box_of_polygons(mask) if follows and mask is not None else value.box
    return replace(value, mask=mask, box=box)


def moved(shape: Shape, dx: float, dy: float, size: Size | None) -> Annotation:
    """The whole object shifted, as far as the image reaches."""
    bounds, value = shape.bounds, shape.value
    dx, dy = round(dx, ROUND), round(dy, ROUND)  # so that both edges go the same way
    if size is not None:
        dx = held(dx, bounds.x, bounds.right, size[0])
        dy = held(dy, bounds.y, bounds.bottom, size[1])
    return replace(
        value,
        box=None if value.box is None else rounded_box(move_box(value.box, dx, dy)),
        mask=None if shape.outline is None else move_polygons(shape.outline, dx, dy),
        keypoints=tuple(_shifted(k, dx, dy) for k in value.keypoints),
    )


def dragged(shape: Shape, handle: Handle, to: Point, size: Size | None) -> Annotation:
    """The object with one handle dragged to a place."""
    place = to if size is None else clip_point(*to, width=size[0], height=size[1])
    match handle.kind:
        case Kind.BOX:
            return box_dragged(shape.value, handle.index, place, size)
        case Kind.JOINT:
            return joint_put(shape.value, handle.index, place)
        case Kind.VERTEX:
            return vertex_dragged(shape, handle, place)
        case Kind.MIDDLE | Kind.EDGE:
            return vertex_inserted(shape, handle, place)


def box_dragged(
    value: Annotation,
    index: int,
    to: Point,
    size: Size | None = None,
    *,
    keep_ratio: bool = False,
    from_centre: bool = False,
) -> Annotation:
    """The object with one of its eight box handles elsewhere; it may cross the opposite side."""
    if value.box is None:
        return value
    box = resized(value.box, index, to, keep_ratio=keep_ratio, from_centre=from_centre, size=size)
    return replace(value, box=rounded_box(box))


def vertex_dragged(shape: Shape, handle: Handle, to: Point) -> Annotation:
    """The object with one vertex of its mask elsewhere, to the last digit."""
    ring = list(_ring(shape, handle))
    ring[2 * handle.index : 2 * handle.index + 2] = to
    return with_mask(shape, _with_ring(shape, handle, tuple(ring)))


def vertex_inserted(shape: Shape, handle: Handle, at: Point) -> Annotation:
    """The object with a vertex more, after the one of the handle's index."""
    ring = list(_ring(shape, handle))
    ring[2 * handle.index + 2 : 2 * handle.index + 2] = at
    return with_mask(shape, _with_ring(shape, handle, tuple(ring)))


def vertex_deleted(shape: Shape, handle: Handle) -> Annotation | None:
    """The object with a vertex less; a hole or part of three goes as a whole.

    Returns:
        None when the mask would be gone: deleting the object is another wish.
    """
    ring = list(_ring(shape, handle))
    del ring[2 * handle.index : 2 * handle.index + 2]
    mask = _with_ring(shape, handle, tuple(ring) if len(ring) >= 6 else None)
    return None if mask is None else with_mask(shape, mask)


def joint_put(value: Annotation, index: int, at: Point) -> Annotation:
    """The object with a joint elsewhere, as visible as it was."""
    joint = value.keypoints[index]
    x, y = _rounded(at)
    put = Keypoint(x, y, joint.visibility or Visibility.VISIBLE)
    return replace(value, keypoints=_put(value.keypoints, index, put))


def joint_cycled(value: Annotation, index: int) -> Annotation:
    """The object with a joint one step less visible: visible, occluded, absent."""
    joint = value.keypoints[index]
    if joint.visibility <= Visibility.OCCLUDED:
        return joint_removed(value, index)
    occluded = joint._replace(visibility=int(Visibility.OCCLUDED))
    return replace(value, keypoints=_put(value.keypoints, index, occluded))


def joint_removed(value: Annotation, index: int) -> Annotation:
    """The object without a joint."""
    absent = Keypoint(0.0, 0.0, int(Visibility.ABSENT))
    return replace(value, keypoints=_put(value.keypoints, index, absent))


def _ring(shape: Shape, handle: Handle) -> Ring:
    assert shape.outline is not None
    part = shape.outline.parts[handle.part]
    return part.outer if handle.ring == 0 else part.holes[handle.ring - 1]


def _with_ring(shape: Shape, handle: Handle, ring: Ring | None) -> Polygons | None:
    """The outline with one ring exchanged or, for None, taken out."""
    assert shape.outline is not None
    parts = list(shape.outline.parts)
    part = parts[handle.part]
    if handle.ring > 0:
        holes = list(part.holes)
        holes[handle.ring - 1 : handle.ring] = [ring] if ring is not None else []
        parts[handle.part] = Part(part.outer, tuple(holes))
    elif ring is not None:
        parts[handle.part] = Part(ring, part.holes)
    else:
        del parts[handle.part]
    return Polygons(tuple(parts)) if parts else None


def held(delta: float, low: float, high: float, side: float) -> float:
    """A shift cut so that what lies inside stays inside; what lies outside may come in."""
    return min(max(delta, min(-low, 0.0)), max(side - high, 0.0))


def _shifted(joint: Keypoint, dx: float, dy: float) -> Keypoint:
    if not joint.visibility:
        return joint
    return Keypoint(round(joint.x + dx, ROUND), round(joint.y + dy, ROUND), joint.visibility)


def _put(joints: Sequence[Keypoint], index: int, joint: Keypoint) -> tuple[Keypoint, ...]:
    return tuple(joint if n == index else old for n, old in enumerate(joints))


def _rounded(at: Point) -> tuple[float, float]:
    return round(at.x, ROUND), round(at.y, ROUND)


def rounded_box(box: Box) -> Box:
    """The box with its sides on hundredths; rounding its width would move its right side."""
    corner, end = _rounded(Point(box.x, box.y)), _rounded(Point(box.right, box.bottom))
    return Box(*corner, round(end[0] - corner[0], ROUND), round(end[1] - corner[1], ROUND))
