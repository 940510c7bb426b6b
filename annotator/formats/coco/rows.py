"""What the rows of a COCO file say, and what is wrong with them."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from itertools import chain
from typing import Any, Final

from annotator.domain import masks
from annotator.domain.attributes import Attributes
from annotator.domain.model import Box, Keypoint, Mask, Polygons, Rle
from annotator.domain.source import (
    are_keypoints,
    are_numbers,
    attributes_of,
    box_of,
    group_of,
    has_non_finite,
    is_crowd,
    keypoints_of,
    mask_of,
    note_of,
)

Row = dict[str, Any]
Note = Callable[[str, object], None]  # what is odd, and the id of the row it is odd about

_EXPECTED: Final = dict.fromkeys(("id", "area", "bbox", "iscrowd")).keys()
_SLACK: Final = 1.5  # pixels that tools disagree about where a box ends


@dataclass(frozen=True, slots=True)
class SaidObject:
    """The canvas side of one annotation row."""

    box: Box | None
    mask: Mask | None
    keypoints: tuple[Keypoint, ...]
    is_crowd: bool
    attributes: Attributes
    note: str
    group_id: int | None


@dataclass(frozen=True, slots=True)
class SaidCategory:
    """The known keys of one category row; bones count joints from 0."""

    name: str
    supercategory: str
    joints: tuple[str, ...]
    skeleton: tuple[tuple[int, int], ...]


def read_object(row: Row, joints: int) -> SaidObject:
    """Box, mask, joints and words of a row, each None or empty where it says nothing sound.

    Args:
        row: an annotation as the file has it.
        joints: how many joints its category has.
    """
    segmentation, keypoints = row.get("segmentation"), row.get("keypoints")
    return SaidObject(
        box_of(row.get("bbox")),
        mask_of(segmentation) if is_mask(segmentation) else None,
        keypoints_of(keypoints) if are_keypoints(keypoints, joints) else (),
        is_crowd(row.get("iscrowd")),
        attributes_of(row.get("attributes")),
        note_of(row.get("description")),
        group_of(row.get("group_id")),
    )


def why_opaque(row: Row, said: SaidObject) -> str:
    """Why a row has no place on a canvas; "" when it has one."""
    if said.box is not None and said.mask is not None and "keypoints" not in row:
        return ""  # most objects of most files
    parts = (("bbox", said.box), ("segmentation", said.mask), ("keypoints", said.keypoints))
    if any(has_non_finite(row.get(key)) for key, part in parts if not part):
        return "their geometry not being finite"
    if said.box is None and said.mask is None and not said.keypoints:
        return "having neither box, mask nor joints"
    return ""


def is_mask(value: object) -> bool:
    """Whether it is sound: rings of numbers, or run lengths that fill their size."""
    if isinstance(value, dict):
        return _is_rle(value)
    if not isinstance(value, list) or not value:
        return False
    if all(isinstance(ring, list) for ring in value):
        return all(map(are_numbers, value))
    return are_numbers(value)


def _is_rle(value: Row) -> bool:
    size, counts = value.get("size"), value.get("counts")
    if not isinstance(size, list) or len(size) != 2 or not all(type(v) is int for v in size):
        return False
    if isinstance(counts, list) and all(type(v) is int for v in counts):
        counts = tuple(counts)
    elif not isinstance(counts, str):
        return False
    return masks.is_sound(Rle((size[0], size[1]), counts))


def read_category(row: Row) -> SaidCategory:
    """The known keys; what is odd about them is left out here and stays in the row."""
    names = row.get("keypoints")
    joints = tuple(map(str, names)) if isinstance(names, list) else ()
    name = row.get("name")
    told = name if isinstance(name, str) else f"category {row.get('id', '')}".strip()
    above = row.get("supercategory")
    parent = above if isinstance(above, str) else ""
    skeleton = _bones(row.get("skeleton"), len(joints))
    return SaidCategory(clean(told), clean(parent), tuple(map(clean, joints)), skeleton)


def _bones(value: object, joints: int) -> tuple[tuple[int, int], ...]:
    """0-based; COCO counts from 1, and files that use a 0 count from 0."""
    if not isinstance(value, list):
        return ()
    pairs = [bone for bone in value if isinstance(bone, list) and len(bone) == 2]
    whole = [(a, b) for a, b in pairs if type(a) is int and type(b) is int]
    first = 0 if any(0 in bone for bone in whole) else 1
    found = [(a - first, b - first) for a, b in whole]
    return tuple((a, b) for a, b in found if 0 <= a < joints and 0 <= b < joints)


def clean(text: str) -> str:
    """Without half surrogates, which JSON can say and no database can keep."""
    return text.encode("utf-16", "surrogatepass").decode("utf-16", "replace")


def note_oddities(row: Row, said: SaidObject, size: tuple[int, int], note: Note) -> None:
    """Tell what is odd about an object; it is kept as it is.

    Args:
        row: the annotation.
        said: what was read from it.
        size: width, height of its image; 0 where not known.
        note: takes each finding.
    """
    key = row.get("id", "none")
    if not row.keys() >= _EXPECTED:
        for name in _EXPECTED:
            if name not in row:
                note(f"annotations without “{name}”", key)
    if isinstance(row.get("id"), str):
        note("annotations whose id is text", key)
    if isinstance(row.get("iscrowd"), bool):
        note("annotations whose “iscrowd” is true or false", key)
    _note_geometry(row, said, note)
    if said.box is not None:
        for text in _odd_boxes(said, said.box, size):
            note(text, key)


def _note_geometry(row: Row, said: SaidObject, note: Note) -> None:
    key, segmentation = row.get("id", "none"), row.get("segmentation")
    if row.get("bbox") and said.box is None:
        note("annotations whose “bbox” cannot be read", key)
    if segmentation in ([], {}):
        note("annotations whose “segmentation” is empty", key)
    elif segmentation and said.mask is None:
        note("annotations whose “segmentation” cannot be read", key)
    elif isinstance(said.mask, Polygons) and not isinstance(segmentation[0], list):  # type: ignore[index]
        note("annotations whose “segmentation” is one flat list", key)
    if row.get("keypoints") and not said.keypoints:
        note("annotations whose “keypoints” do not fit their category", key)


def _odd_boxes(said: SaidObject, box: Box, size: tuple[int, int]) -> Iterator[str]:
    left, top, wide, high = box
    width, height = size
    right, bottom = left + wide, top + high
    if width and (
        left < -_SLACK or top < -_SLACK or right > width + _SLACK or bottom > height + _SLACK
    ):
        yield "boxes that leave the image"
    if isinstance(said.mask, Polygons):
        rings = [part.outer for part in said.mask.parts]
        if len(rings) > 1:
            rings = [tuple(chain.from_iterable(rings))]  # each ring has as many x as y
        xs, ys = rings[0][0::2], rings[0][1::2]
        if (
            abs(left - min(xs)) > _SLACK
            or abs(top - min(ys)) > _SLACK
            or abs(right - max(xs)) > _SLACK
            or abs(bottom - max(ys)) > _SLACK
        ):
            yield "boxes that disagree with their polygons"
