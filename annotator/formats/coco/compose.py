"""Rows to write: what a file said stays, and only what a person changed is said anew."""

from __future__ import annotations

import json
from typing import Any

from annotator.domain import masks
from annotator.domain.model import (
    Annotation,
    Box,
    Category,
    Image,
    Mask,
    Polygons,
    Prediction,
    Rle,
    Visibility,
)
from annotator.formats.coco.ids import key_of
from annotator.formats.coco.rows import SaidObject, read_category, read_object

Row = dict[str, Any]
Size = tuple[int, int]


def image_row(value: Image, *, file_id: int, file_name: str) -> Row:
    """An image that no file named; sizes only where known."""
    row: Row = {"id": file_id, "file_name": file_name}
    if value.width and value.height:
        row |= {"width": value.width, "height": value.height}
    return row


def category_row(value: Category, *, file_id: Any) -> Row:
    """A category; of an imported one only the keys whose value was changed."""
    if value.source is None:
        row: Row = {"id": file_id, "name": value.name, "supercategory": value.supercategory}
        if value.joints:
            row |= {"keypoints": list(value.joints), "skeleton": _bones(value)}
        return row
    row = json.loads(value.source)
    said = read_category(row)
    if value.name != said.name:
        row["name"] = value.name
    if value.supercategory != said.supercategory:
        row["supercategory"] = value.supercategory
    if value.joints != said.joints:
        row["keypoints"] = list(value.joints)
    if value.skeleton != said.skeleton:
        row["skeleton"] = _bones(value)
    return row


def _bones(value: Category) -> list[list[int]]:
    return [[a + 1, b + 1] for a, b in value.skeleton]


def annotation_row(
    value: Annotation,
    *,
    file_id: Any,
    image_id: Any,
    category: Category,
    category_id: Any,
    size: Size,
) -> Row:
    """An object that a person made or changed.

    Args:
        value: the object.
        file_id: its id, where it has none of its own.
        image_id: its image, as the file says it.
        category_id: its category, as the file says it.
        category: its category.
        size: height, width of its image in pixels.
    """
    row: Row = json.loads(value.source) if value.source is not None else {}
    said = read_object(row, len(category.joints))
    row["id"] = row.get("id", file_id) if value.file_id is not None else file_id
    row["image_id"] = row.get("image_id", image_id)
    if "category_id" not in row or key_of(row["category_id"]) != key_of(category_id):
        row["category_id"] = category_id
    _say_mask(row, value, said, size)
    _say_box(row, value, said)
    row["iscrowd"] = int(value.is_crowd)
    _say_keypoints(row, value, said)
    _say_words(row, value, said)
    return row


def _say_mask(row: Row, value: Annotation, said: SaidObject, size: Size) -> None:
    is_same = value.mask == said.mask and (row.keys() >= {"segmentation"} or bool(value.source))
    if not is_same:
        row["segmentation"] = segmentation(value.mask, size, is_crowd=value.is_crowd)
    is_box_same = value.mask is not None or value.box == said.box
    if not is_same or not is_box_same or "area" not in row:
        row["area"] = area(value.mask, value.box)


def _say_box(row: Row, value: Annotation, said: SaidObject) -> None:
    """The person's own box; where there is none, that of the mask, else of the joints."""
    box = value.box
    if box is None and value.mask is not None:
        box = masks.bounds(value.mask)
    if box is None:
        box = _around_joints(value)
    if box is not None and (box != said.box or "bbox" not in row):
        row["bbox"] = list(box)


def _around_joints(value: Annotation) -> Box | None:
    placed = [k for k in value.keypoints if k.visibility]
    if not placed:
        return None
    left, top = min(k.x for k in placed), min(k.y for k in placed)
    return Box(left, top, max(k.x for k in placed) - left, max(k.y for k in placed) - top)


def _say_keypoints(row: Row, value: Annotation, said: SaidObject) -> None:
    if value.keypoints == said.keypoints:
        return
    row["keypoints"] = [number for k in value.keypoints for number in (k.x, k.y, int(k.visibility))]
    row["num_keypoints"] = sum(1 for k in value.keypoints if k.visibility)


def _say_words(row: Row, value: Annotation, said: SaidObject) -> None:
    """Attributes, note and group where they changed; what a file said in other forms stays."""
    if value.attributes != said.attributes:
        row["attributes"] = _attributes(row.get("attributes"), value, said)
    for key, now, before in (
        ("description", value.note or None, said.note or None),
        ("group_id", value.group_id, said.group_id),
    ):
        if now is not None and now != before:
            row[key] = now
        elif now is None and before is not None:
            del row[key]


def _attributes(told: Any, value: Annotation, said: SaidObject) -> Row:
    names = {a.name for a in value.attributes}
    gone = {a.name for a in said.attributes} - names
    kept = {k: v for k, v in told.items() if k not in gone} if isinstance(told, dict) else {}
    return kept | {a.name: a.value for a in value.attributes if a not in said.attributes}


def segmentation(mask: Mask | None, size: Size, *, is_crowd: bool = False) -> Any:
    """COCO's form: polygons where drawn so and without holes, else run lengths of the union."""
    if mask is None:
        return []
    is_plain = isinstance(mask, Polygons) and not any(part.holes for part in mask.parts)
    if isinstance(mask, Polygons) and is_plain and not is_crowd:
        return [list(part.outer) for part in mask.parts]
    rle = mask if isinstance(mask, Rle) else masks.to_rle(mask, size)
    counts = rle.counts if isinstance(rle.counts, str) else list(rle.counts)
    return {"size": list(rle.size), "counts": counts}


def area(mask: Mask | None, box: Box | None) -> float:
    """Of the mask, else of the box, square pixels."""
    if mask is not None:
        return masks.area(mask)
    return 0.0 if box is None else box.width * box.height


def prediction_row(
    value: Prediction,
    *,
    file_id: int,
    image_id: Any,
    category_id: Any,
    size: Size,
    joint_floor: float,
) -> Row:
    """A proposal nobody decided, as an annotation with its "score".

    Joints with a score below ``joint_floor`` are written as absent.
    """
    row: Row = {"id": file_id, "image_id": image_id, "category_id": category_id}
    row["segmentation"] = segmentation(value.mask, size)
    row |= {"area": area(value.mask, value.box), "bbox": list(value.box), "iscrowd": 0}
    if value.joints:
        visible = int(Visibility.VISIBLE)
        shown = [(j.x, j.y, visible) if j.score >= joint_floor else (0, 0, 0) for j in value.joints]
        row["keypoints"] = [number for joint in shown for number in joint]
        row["num_keypoints"] = sum(1 for joint in shown if joint[2])
    return row | {"score": value.score}


def filled(row: Row, said: SaidObject) -> Row:
    """With the ``area``, ``bbox`` and ``iscrowd`` that are missing."""
    row = dict(row)
    box = said.box if said.box is not None or said.mask is None else masks.bounds(said.mask)
    if row.get("area") is None:
        row["area"] = area(said.mask, box)
    if not row.get("bbox") and box is not None:
        row["bbox"] = list(box)
    if row.get("iscrowd") is None:
        row["iscrowd"] = int(said.is_crowd)
    return row
