"""Domain values as the JSON text and the rows that tables hold."""

from __future__ import annotations

import json
from dataclasses import asdict
from math import isfinite
from typing import Any

from annotator.domain.attributes import Attribute, Attributes
from annotator.domain.edits import Subject
from annotator.domain.model import (
    Annotation,
    Box,
    Category,
    Decision,
    Doubt,
    ImageState,
    Keypoint,
    Mask,
    Origin,
    Part,
    Polygons,
    Prediction,
    Review,
    Rle,
    ScoredJoint,
    Verdict,
)
from annotator.domain.source import attributes_of, group_of, keypoints_of, mask_of, note_of
from annotator.store.foreign import stored

Json = dict[str, Any]


def to_text(value: object) -> str:
    """Compact ASCII JSON that refuses NaN: ours is always finite."""
    return json.dumps(value, separators=(",", ":"), allow_nan=False)


def mask_to_json(mask: Mask | None) -> Any:
    """``[[outer, hole, ...], ...]`` of flat rings, or ``{"size", "counts"}``."""
    if mask is None:
        return None
    if isinstance(mask, Rle):
        counts = mask.counts if isinstance(mask.counts, str) else list(mask.counts)
        return {"size": list(mask.size), "counts": counts}
    return [[list(map(float, ring)) for ring in (p.outer, *p.holes)] for p in mask.parts]


def mask_from_json(value: Any) -> Mask | None:
    """The inverse of ``mask_to_json``."""
    if value is None:
        return None
    if isinstance(value, dict):
        counts = value["counts"]
        runs = counts if isinstance(counts, str) else tuple(counts)
        return Rle((value["size"][0], value["size"][1]), runs)
    return _polygons_from_json(value)


def _polygons_from_json(parts: list[list[list[float]]]) -> Polygons:
    return Polygons(tuple(Part(_ring(p[0]), tuple(map(_ring, p[1:]))) for p in parts))


def _ring(numbers: list[float]) -> tuple[float, ...]:
    """A flat ring; adding it up is the quickest way to see that all are finite numbers."""
    is_finite = isfinite(sum(numbers)) or all(map(isfinite, numbers))
    if len(numbers) % 2 or not is_finite:
        raise ValueError("a ring holds pairs of finite numbers")
    return tuple(numbers)


def geometry_to_text(annotation: Annotation) -> str | None:
    """Its mask and joints as JSON text; None where its source says the same."""
    if annotation.source is not None and not annotation.is_edited:
        has = bool(annotation.mask), bool(annotation.keypoints)
        said = geometry_of(None, annotation.source, has_mask=has[0], has_keypoints=has[1])
        if said == (annotation.mask, annotation.keypoints):
            return None
    keypoints = [[float(k.x), float(k.y), int(k.visibility)] for k in annotation.keypoints]
    return to_text({"mask": mask_to_json(annotation.mask), "keypoints": keypoints})


def geometry_of(
    geometry: str | None, source: str | None, *, has_mask: bool, has_keypoints: bool
) -> tuple[Mask | None, tuple[Keypoint, ...]]:
    """Mask and joints from our own geometry, else from what the file said."""
    if geometry is not None:
        own = json.loads(geometry)
        return mask_from_json(own["mask"]), tuple(Keypoint(*k) for k in own["keypoints"])
    if source is None or not (has_mask or has_keypoints):
        return None, ()
    said = json.loads(source)
    mask = mask_of(said.get("segmentation")) if has_mask else None
    return mask, keypoints_of(said.get("keypoints")) if has_keypoints else ()


def box_to_columns(box: Box | None) -> Json:
    """The four columns of a box; all None without one.

    Raises:
        ValueError: a side is not finite.
    """
    if box is None:
        return {"x": None, "y": None, "width": None, "height": None}
    if not all(map(isfinite, box)):
        raise ValueError(f"a box has finite sides, not {box}")
    return dict(zip(("x", "y", "width", "height"), map(float, box), strict=True))


def annotation_to_row(value: Annotation) -> Json:
    """The columns of the thin table."""
    return {
        **{name: getattr(value, name) for name in ("id", "image_id", "category_id", "file_id")},
        **box_to_columns(value.box),
        "is_crowd": value.is_crowd,
        "has_mask": value.mask is not None,
        "has_keypoints": bool(value.keypoints),
        "is_edited": value.is_edited,
        "made_by": value.origin.made_by,
        "version_id": value.origin.version_id,
        "corrected_by": value.origin.corrected_by,
        "ordinal": value.ordinal,
        "attributes": attributes_to_text(value.attributes),
        "note": value.note or None,
        "group_id": value.group_id,
    }


@stored
def annotation_of(row: Any) -> Annotation:
    """From a row of ``annotations.COLUMNS``, in that order."""
    mask, keypoints = geometry_of(row[15], row[16], has_mask=row[8], has_keypoints=row[9])
    box = None if row[3] is None else Box(row[3], row[4], row[5], row[6])
    origin = Origin(row[11], row[12], row[13])
    return Annotation(
        row[0], row[1], row[2], box, mask, keypoints, bool(row[7]), origin, bool(row[10]),
        row[14], row[17], row[16], attributes_from_text(row[18]), row[19] or "", row[20],
    )  # fmt: skip


def attributes_to_text(attributes: Attributes) -> str | None:
    """A JSON object of names and values; None for none."""
    return to_text({a.name: a.value for a in attributes}) if attributes else None


@stored
def attributes_from_text(text: str | None) -> Attributes:
    """The inverse of ``attributes_to_text``."""
    if text is None:
        return ()
    return tuple(Attribute(name, value) for name, value in json.loads(text).items())


def category_to_row(value: Category) -> Json:
    """The columns of the category table."""
    row = asdict(value)
    return row | {name: to_text(row[name]) for name in ("joints", "skeleton", "pairs")}


@stored
def category_of(row: Any) -> Category:
    """From a row of the category table."""
    values = dict(row._mapping)
    pairs = {n: tuple(map(tuple, json.loads(values[n]))) for n in ("skeleton", "pairs")}
    return Category(**values | pairs | {"joints": tuple(json.loads(values["joints"]))})


def prediction_geometry(value: Prediction) -> str:
    """Its mask, joints and doubt as JSON text."""
    return to_text(
        {
            "mask": mask_to_json(value.mask),
            "joints": [list(map(float, joint)) for joint in _joints(value)],
            "doubt": asdict(value.doubt),
        }
    )


def _joints(value: Prediction) -> list[tuple[float, float, float]]:
    return [(joint.x, joint.y, joint.score) for joint in value.joints]


@stored
def prediction_of(row: Any) -> Prediction:
    """From a row of ``predictions.COLUMNS``, in that order."""
    own = json.loads(row[9])
    doubt = own["doubt"]
    mask = own["mask"]
    return Prediction(
        id=row[0],
        image_id=row[1],
        category_id=row[2],
        version_id=row[3],
        score=row[4],
        box=Box(row[5], row[6], row[7], row[8]),
        mask=None if mask is None else _polygons_from_json(mask),
        joints=tuple(ScoredJoint(*joint) for joint in own["joints"]),
        doubt=Doubt(**doubt | {"joints": tuple(doubt["joints"])}),
    )


def subject_to_text(value: Subject | None, *, with_source: bool = True) -> str | None:
    """One side of an edit for the history.

    Args:
        value: the side; None where the subject did not exist.
        with_source: False leaves out what the file said, where the stored object keeps it.
    """
    if value is None:
        return None
    if not isinstance(value, Annotation):
        return to_text({name: getattr(value, name) for name in value.__slots__})
    row = whole_row(value)
    if not with_source:
        del row["source"]
    return to_text(row)


def whole_row(value: Annotation) -> Json:
    """All columns of an object, of both its tables."""
    geometry = geometry_to_text(value)
    return annotation_to_row(value) | {"geometry": geometry, "source": value.source}


@stored
def subject_of(kind: str, text: str | None, *, source: str | None = None) -> Subject | None:
    """The inverse of ``subject_to_text``.

    Args:
        kind: as ``edits.key_of`` names it.
        text: what was written.
        source: what the stored object's file said, for a text without it.
    """
    if text is None:
        return None
    row = json.loads(text)
    if kind == "annotation":
        said = row.get("source", source)
        order = (*_ROW, "geometry")
        words = _words_of(row, said)
        return annotation_of([*(row[name] for name in order), said, row["file_id"], *words])
    if kind == "category":
        pairs = {name: tuple(map(tuple, row[name])) for name in ("skeleton", "pairs")}
        return Category(**row | pairs | {"joints": tuple(row["joints"])})
    if kind == "decision":
        return Decision(**row | {"verdict": Verdict(row["verdict"])})
    return Review(**row | {"state": ImageState(row["state"])})


def _words_of(row: Json, source: str | None) -> tuple[str | None, str | None, int | None]:
    """Attributes, note and group; a text of before there were any means what the file said."""
    if "attributes" in row:
        return row["attributes"], row["note"], row["group_id"]
    said = {} if source is None else json.loads(source)
    attributes = attributes_to_text(attributes_of(said.get("attributes")))
    return attributes, note_of(said.get("description")), group_of(said.get("group_id"))


_ROW = (
    *("id", "image_id", "category_id", "x", "y", "width", "height"),
    *("is_crowd", "has_mask", "has_keypoints", "is_edited"),
    *("made_by", "version_id", "corrected_by", "ordinal"),
)
