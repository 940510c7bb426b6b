"""What a COCO object says, as domain values: the one reading of box, mask, joints and words.

The store keeps an imported object as the text it came in and reads it through here, so an object
that nobody edited never loses a digit.
"""

from __future__ import annotations

from math import isfinite
from typing import Any

from annotator.domain.attributes import Attribute, Attributes
from annotator.domain.model import Box, Keypoint, Mask, Part, Polygons, Rle, Visibility

_NUMBERS = (int, float)
_NUMBER_TYPES = frozenset(_NUMBERS)
_LARGEST = 2**63 - 1  # what a column of whole numbers keeps


def is_number(value: object) -> bool:
    """Whether it is a finite number; a boolean is none."""
    try:
        return type(value) in _NUMBERS and isfinite(value)  # type: ignore[arg-type]
    except OverflowError:  # an integer beyond every float
        return False


def are_numbers(values: list[Any]) -> bool:
    """Whether all are finite numbers; quick, since every ring of every file comes through here."""
    try:
        return set(map(type, values)) <= _NUMBER_TYPES and all(map(isfinite, values))
    except OverflowError:
        return False


def has_non_finite(value: object) -> bool:
    """Whether a NaN, an infinity or a number beyond every float hides anywhere inside."""
    pending = [value]  # not by recursion: a file may nest as deep as its reader can go
    while pending:
        value = pending.pop()
        if type(value) in _NUMBERS and not is_number(value):
            return True
        if isinstance(value, list):
            pending += value
        elif isinstance(value, dict):
            pending += value.values()
    return False


def box_of(value: object) -> Box | None:
    """A ``bbox`` of four numbers with no negative side, else None."""
    if not isinstance(value, list) or len(value) != 4 or not are_numbers(value):
        return None
    box = Box(*map(float, value))
    return box if box.width >= 0 and box.height >= 0 else None


def mask_of(value: Any) -> Mask | None:
    """The mask of a sound ``segmentation``: polygons, one flat ring or RLE.

    Rings of fewer than three points say nothing and are left out.
    """
    if not value:
        return None
    if isinstance(value, dict):
        counts, size = value["counts"], value["size"]
        runs = counts if isinstance(counts, str) else tuple(map(int, counts))
        return Rle((int(size[0]), int(size[1])), runs)
    rings = value if isinstance(value[0], list) else [value]
    return _polygons(rings)


def _polygons(rings: list[list[float]]) -> Polygons | None:
    parts = tuple(Part(tuple(map(float, ring))) for ring in rings if _is_ring(ring))
    return Polygons(parts) if parts else None


def _is_ring(ring: list[float]) -> bool:
    return len(ring) >= 6 and len(ring) % 2 == 0


def keypoints_of(value: Any) -> tuple[Keypoint, ...]:
    """The joints of a list that ``are_keypoints`` has found sound; absent ones at 0, 0."""
    if not value:
        return ()
    triples = zip(value[0::3], value[1::3], value[2::3], strict=True)
    return tuple(
        Keypoint(float(x), float(y), int(v)) if v else Keypoint(0.0, 0.0, Visibility.ABSENT)
        for x, y, v in triples
    )


def are_keypoints(value: object, count: int) -> bool:
    """Whether it is a triple of numbers for each of ``count`` joints, ``v`` being 0, 1 or 2."""
    if not isinstance(value, list) or not count or len(value) != 3 * count:
        return False
    return are_numbers(value) and all(v in (0, 1, 2) for v in value[2::3])


def is_crowd(value: object) -> bool:
    """COCO's ``iscrowd``, also where a tool wrote true, 1.0 or "1"."""
    return value in (1, "1", "true", "True")


def attributes_of(value: object) -> Attributes:
    """The entries of ``attributes`` that say text, a finite number or yes/no under a name."""
    if not isinstance(value, dict):
        return ()
    return tuple(Attribute(k, v) for k, v in value.items() if k and _is_text(k) and _is_said(v))


def _is_said(value: object) -> bool:
    return isinstance(value, bool) or is_number(value) or _is_text(value)


def _is_text(value: object) -> bool:
    """Whether it is text without half surrogates, which JSON can say and no database can keep."""
    if not isinstance(value, str):
        return False
    try:
        value.encode()
    except UnicodeEncodeError:
        return False
    return True


def note_of(value: object) -> str:
    """The text of ``description``, empty where it is something else."""
    return str(value) if _is_text(value) else ""


def group_of(value: object) -> int | None:
    """The number of ``group_id``, None where it is something else."""
    return value if type(value) is int and abs(value) <= _LARGEST else None
