"""COCO files as training samples, for the benchmarks."""

from __future__ import annotations

import json
import os
from collections.abc import Callable, Iterable
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray
from PIL import Image

from models.types import CategorySpec, ObjectTarget, Region, Rle, Sample


def shared() -> Path:
    """The folder of real data: $ANNOTATOR_SHARED, else ../shared beside the repository."""
    here = Path(__file__).resolve().parent.parent
    return Path(os.environ.get("ANNOTATOR_SHARED", here.parent / "shared"))


def read_coco(path: Path) -> dict[str, Any]:
    """The file as it is."""
    data: dict[str, Any] = json.loads(path.read_text(encoding="utf-8"))
    return data


def categories_of(data: dict[str, Any]) -> list[CategorySpec]:
    """Categories in the file's order; left and right joints are paired by their names."""
    specs = []
    for category in data["categories"]:
        joints = tuple(category.get("keypoints", ()))
        pairs = tuple(
            (joints.index(name), joints.index(name.replace("left", "right")))
            for name in joints
            if "left" in name and name.replace("left", "right") in joints
        )
        specs.append(CategorySpec(category["name"], joints, pairs))
    return specs


def samples_of(
    data: dict[str, Any], images: Iterable[dict[str, Any]], folder: Path
) -> list[Sample]:
    """Samples of some of the file's images."""
    labels = {category["id"]: i for i, category in enumerate(data["categories"], start=1)}
    objects: dict[Any, list[ObjectTarget]] = {}
    for item in data["annotations"]:
        objects.setdefault(item["image_id"], []).append(_object(item, labels[item["category_id"]]))
    return [
        Sample(
            key=image["id"],
            size=(image["width"], image["height"]),
            read=_reader(folder / image["file_name"]),
            objects=tuple(objects.get(image["id"], ())),
        )
        for image in images
    ]


def _object(item: dict[str, Any], label: int) -> ObjectTarget:
    shape = item.get("segmentation")
    mask: Rle | tuple[Region, ...] | None = None
    if isinstance(shape, dict):
        counts = shape["counts"]
        mask = Rle(tuple(shape["size"]), counts if isinstance(counts, str) else tuple(counts))
    elif shape:
        mask = tuple(Region(tuple(part)) for part in shape)
    x, y, w, h = item["bbox"]
    points = item.get("keypoints")
    joints = np.asarray(points, np.float32).reshape(-1, 3) if points else None
    crowd = bool(item.get("iscrowd"))
    return ObjectTarget(label, (x, y, x + w, y + h), mask, joints, crowd)


def _reader(path: Path) -> Callable[[int], NDArray[np.uint8]]:
    def read(short_side: int) -> NDArray[np.uint8]:
        with Image.open(path) as image:
            image.draft("RGB", (short_side, short_side))
            return np.asarray(image.convert("RGB"))

    return read
