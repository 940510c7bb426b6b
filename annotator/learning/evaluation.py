"""Stored predictions against a COCO file of what is true."""

from __future__ import annotations

import posixpath
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from annotator.domain import masks
from annotator.domain.errors import RefusedError
from annotator.domain.model import Image, Prediction
from annotator.domain.source import is_number
from annotator.formats.coco import ids, reader
from annotator.formats.coco.rows import SaidObject, clean, read_category, read_object, why_opaque
from annotator.services.importing.images import size_of
from annotator.store.store import Store

Json = dict[str, Any]
Metrics = dict[str, dict[str, float]]

_LARGEST = 2**31  # pixels; run lengths are counted in 32 bits


def evaluate_predictions(store: Store, truth: Path, *, version_id: int | None = None) -> Metrics:
    """COCO's numbers for what is stored: the current predictions of each image, at every score.

    Args:
        store: the project; images match the file's by name, else by base name, categories by name.
        truth: a COCO file. Its images that the project does not know count as found empty.
        version_id: count only what this model version proposed.

    Returns:
        ``{"box": {"AP": ..., "AP50": ...}, "mask": ..., "keypoints": ...}`` without kinds that the
        truth or the predictions do not have; -1 where COCO leaves a number undefined.

    Raises:
        UnreadableFileError: the truth cannot be read.
        RefusedError: none of its images is in the project, or none of them has predictions.
    """
    from models.coco_metrics import coco_metrics  # noqa: PLC0415 - keeps numpy-only callers light

    coco = reader.read(truth)
    entries = _numbered(coco.images)
    matched = _matched(entries, store.images.all())
    if not matched:
        raise RefusedError(f"None of the images in {truth} is in the project.")
    images = {key: _complete(row, matched.get(key)) for key, row in entries.items()}
    categories = _numbered(coco.categories)
    results = _results(store, images, matched, categories, version_id)
    if not results:
        raise RefusedError("None of the images has predictions yet: run the model on them first.")
    data = {
        "images": list(images.values()),
        "categories": list(categories.values()),
        "annotations": _objects(coco.annotations, images, categories),
    }
    return coco_metrics(data, results).to_json()


def as_text(metrics: Mapping[str, Mapping[str, float]]) -> str:
    """The numbers kind by kind, each line laid out as COCOeval prints it."""
    blocks = []
    for kind, values in metrics.items():
        most = 20 if kind == "keypoints" else 100
        lines = [_line(name, value, most) for name, value in values.items()]
        blocks.append("\n".join((f"{kind.capitalize()}:", *lines)))
    return "\n".join(blocks)


def _line(name: str, value: float, most: int) -> str:
    """One number: "AP50" says its threshold, "APs" its area, "AR10" its count of detections."""
    what, rest = name[:2], name[2:]
    title = {"AP": "Average Precision", "AR": "Average Recall"}[what]
    area = {"s": "small", "m": "medium", "l": "large"}.get(rest, "all")
    overlap = f"0.{rest}" if rest in ("50", "75") else "0.50:0.95"
    count = int(rest) if rest in ("1", "10", "100") else most
    return (
        f" {title:<17} ({what}) @[ IoU={overlap:<9} | area={area:>6s} | "
        f"maxDets={count:>3d} ] = {value:0.3f}"
    )


def _numbered(rows: list[Any]) -> dict[str, Json]:
    """Rows by their id, with numbers for ids: COCOeval sorts them, so that kinds may not mix."""
    found: dict[str, Json] = {}
    for row in rows:
        if isinstance(row, dict) and "id" in row and (key := ids.key_of(row["id"])) not in found:
            found[key] = row | {"id": 1 + len(found)}
    return found


def _matched(entries: Mapping[str, Json], images: list[Image]) -> dict[str, Image]:
    """The project's image of each entry."""
    by_name = {image.file_name: image for image in images}
    by_base: dict[str, list[Image]] = {}
    for image in images:
        by_base.setdefault(posixpath.basename(image.file_name), []).append(image)
    names = {key: _name_of(row) for key, row in entries.items()}
    bases = [posixpath.basename(name) for name in names.values()]
    found = {}
    for key, name in names.items():
        alike = by_base.get(posixpath.basename(name), [])
        ends = [image for image in alike if _is_tail(name, image.file_name)]
        if name in by_name:
            found[key] = by_name[name]
        elif len(ends) == 1:
            found[key] = ends[0]
        elif len(alike) == 1 and bases.count(posixpath.basename(name)) == 1:
            found[key] = alike[0]
    return found


def _is_tail(one: str, other: str) -> bool:
    """Whether one of two paths is how the other one ends."""
    return one.endswith(f"/{other}") or other.endswith(f"/{one}")


def _name_of(row: Json) -> str:
    return posixpath.normpath(clean(str(row.get("file_name", ""))).replace("\\", "/"))


def _complete(row: Json, image: Image | None) -> Json:
    """With the size that the project knows, where the entry says none that can be."""
    width, height = size_of(row)
    if not 0 < width * height <= _LARGEST:
        width, height = (image.width, image.height) if image else (1, 1)
    return row | {"width": max(1, width), "height": max(1, height)}


def _objects(
    rows: list[Any], images: Mapping[str, Json], categories: Mapping[str, Json]
) -> list[Json]:
    """The rows that are objects, without geometry that cannot be read."""
    joints = {key: len(read_category(row).joints) for key, row in categories.items()}
    kept = []
    for row in rows:
        if not isinstance(row, dict):
            continue
        image, category = ids.key_of(row.get("image_id")), ids.key_of(row.get("category_id"))
        if image not in images or category not in categories:
            continue
        said = read_object(row, joints[category])
        if why_opaque(row, said):
            continue
        told = {"image_id": images[image]["id"], "category_id": categories[category]["id"]}
        kept.append(told | _sound(row, said, images[image]))
    return kept


def _sound(row: Json, said: SaidObject, image: Json) -> Json:
    """What an object says that can be reckoned with."""
    told: Json = {"iscrowd": int(said.is_crowd)}
    if is_number(row.get("area")):
        told["area"] = row["area"]
    if said.box is not None:
        told["bbox"] = list(said.box)
    if said.mask is not None:
        rle = masks.to_rle(said.mask, (image["height"], image["width"]))
        told["segmentation"] = {"size": list(rle.size), "counts": rle.counts}
    if said.keypoints:
        told["keypoints"] = row["keypoints"]
    return told


def _results(
    store: Store,
    images: Mapping[str, Json],
    matched: Mapping[str, Image],
    categories: Mapping[str, Json],
    version_id: int | None,
) -> list[Json]:
    names = {category.id: category.name for category in store.categories.all()}
    told = {read_category(row).name: row["id"] for row in reversed(list(categories.values()))}
    stored = store.predictions.of_images({image.id for image in matched.values()})
    found = []
    for key, row in images.items():
        image = matched.get(key)
        for value in stored[image.id] if image else ():
            category_id = told.get(names[value.category_id])
            is_meant = version_id is None or value.version_id == version_id
            if category_id is not None and is_meant:
                size = int(row["height"]), int(row["width"])
                found.append(_result(value, row["id"], category_id, size))
    return found


def _result(value: Prediction, image_id: Any, category_id: Any, size: tuple[int, int]) -> Json:
    row: Json = {"image_id": image_id, "category_id": category_id, "score": value.score}
    row["bbox"] = list(value.box)
    if value.mask is not None:
        rle = masks.to_rle(value.mask, size)
        row["segmentation"] = {"size": list(rle.size), "counts": rle.counts}
    if value.joints:
        row["keypoints"] = [number for j in value.joints for number in (j.x, j.y, j.score)]
    return row
