"""Stored predictions against a COCO file of what is true."""

from __future__ import annotations

import posixpath
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from annotator.domain import masks
from annotator.domain.errors import RefusedError
from annotator.domain.model import Image, Prediction
from annotator.formats.coco import ids, reader
from annotator.formats.coco.rows import clean, read_category, read_object, why_opaque
from annotator.store.store import Store

Json = dict[str, Any]
Metrics = dict[str, dict[str, float]]


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
    entries = [row for row in coco.images if isinstance(row, dict) and "id" in row]
    matched = _matched(entries, store.images.all())
    if not matched:
        raise RefusedError(f"None of the images in {truth} is in the project.")
    rows = [_complete(row, matched.get(ids.key_of(row["id"]))) for row in entries]
    categories = [row for row in coco.categories if isinstance(row, dict) and "id" in row]
    results = _results(store, rows, matched, categories, version_id)
    if not results:
        raise RefusedError("None of the images has predictions yet: run the model on them first.")
    data = {
        "images": rows,
        "categories": categories,
        "annotations": _objects(coco.annotations, rows, categories),
    }
    return coco_metrics(data, results).to_json()


def as_text(metrics: Mapping[str, Mapping[str, float]]) -> str:
    """The numbers in lines, kind by kind, as COCOeval rounds them."""
    return "\n".join(
        f"{kind:>10} {name:<6} = {value:0.3f}"
        for kind, values in metrics.items()
        for name, value in values.items()
    )


def _matched(entries: list[Json], images: list[Image]) -> dict[str, Image]:
    """The project's image of each entry, by the entry's id."""
    by_name = {image.file_name: image for image in images}
    by_base: dict[str, list[Image]] = {}
    for image in images:
        by_base.setdefault(posixpath.basename(image.file_name), []).append(image)
    names = {ids.key_of(row["id"]): _name_of(row) for row in entries}
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
    """With the size that the project knows, where the entry says none."""
    known = {"width": image.width, "height": image.height} if image else {"width": 1, "height": 1}
    return {**known, **{key: value for key, value in row.items() if value is not None}}


def _objects(rows: list[Any], images: list[Json], categories: list[Json]) -> list[Json]:
    """The rows that are objects, without geometry that cannot be read."""
    known_images = {ids.key_of(row["id"]): row["id"] for row in images}
    joints = {ids.key_of(row["id"]): len(read_category(row).joints) for row in categories}
    known_categories = {ids.key_of(row["id"]): row["id"] for row in categories}
    kept = []
    for row in rows:
        if not isinstance(row, dict):
            continue
        image, category = ids.key_of(row.get("image_id")), ids.key_of(row.get("category_id"))
        if image not in known_images or category not in known_categories:
            continue
        said = read_object(row, joints[category])
        if why_opaque(row, said):
            continue
        told = {k: v for k, v in row.items() if k not in ("bbox", "segmentation", "keypoints")}
        told |= {"image_id": known_images[image], "category_id": known_categories[category]}
        if said.box is not None:
            told["bbox"] = list(said.box)
        if said.mask is not None:
            told["segmentation"] = row["segmentation"]
        if said.keypoints:
            told["keypoints"] = row["keypoints"]
        kept.append(told)
    return kept


def _results(
    store: Store,
    rows: list[Json],
    matched: Mapping[str, Image],
    categories: list[Json],
    version_id: int | None,
) -> list[Json]:
    names = {category.id: category.name for category in store.categories.all()}
    told = {read_category(row).name: row["id"] for row in reversed(categories)}
    stored = store.predictions.of_images({image.id for image in matched.values()})
    found = []
    for row in rows:
        image = matched.get(ids.key_of(row["id"]))
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
