"""The demo project: drawn scenes, most of them labelled, a few new."""

from __future__ import annotations

import json
import shutil
from collections.abc import Callable
from itertools import pairwise
from pathlib import Path
from typing import Any

import contourpy
import numpy as np
from PIL import Image
from pycocotools import mask as rle
from shapely.geometry import Polygon

from annotator.domain.errors import RefusedError
from annotator.domain.model import ModelVersion
from annotator.services.drawing.pose import JOINTS, SKELETON
from annotator.services.drawing.render import Array
from annotator.services.drawing.scene import CATEGORIES, SceneObject, draw_scene
from annotator.services.exchange import import_coco
from annotator.services.folder import add_folder
from annotator.store.store import Store
from models.starting import STARTER, starter_of

_SIZE = (640, 480)
_PRESET = "squeezenet1_0"
_FIRST = 1
"""Added to the seed, so that seed 0 opens on a bright picture."""
_SMALLEST = 4.0
"""Pieces and holes of fewer pixels are crumbs of anti-aliasing, no part of an outline."""
_SLACK = 0.35
"""Pixels an outline may leave its exact course, so that it has few vertices."""


def make_sample(
    folder: Path,
    *,
    images: int = 24,
    seed: int = 0,
    progress: Callable[[int, int], None] | None = None,
) -> Path:
    """Make the demo project: two thirds of its images are labelled and reviewed, the rest new.

    The starter is its first model version, so that the rest can be pre-labelled at once.

    It is made beside and then moved, so that a half-made demo never stands there.

    Args:
        folder: the project's folder; it must not exist, or be empty.
        images: how many to draw.
        seed: the same seed gives the same images and labels.
        progress: called with images drawn, of how many.

    Returns:
        ``folder``.

    Raises:
        RefusedError: something is in that folder, or it cannot be written.
    """
    if folder.exists() and (not folder.is_dir() or any(folder.iterdir())):
        raise RefusedError(f"{folder} is not empty. Choose a new folder for the demo.")
    part = folder.with_name(f".{folder.name}.part")
    try:
        shutil.rmtree(part, ignore_errors=True)
        (part / "images").mkdir(parents=True)
        labels = _draw(part / "images", images, seed, progress)
        (part / "labels.json").write_text(json.dumps(labels), encoding="utf-8")
        with Store.create(part) as store:
            import_coco(store, part / "labels.json", images=part / "images")
            add_folder(store, part / "images")
            _give_model(store)
        if folder.exists():
            folder.rmdir()
        part.rename(folder)
    except OSError as error:
        raise RefusedError(f"The demo cannot be made in {folder}: {error}") from error
    finally:
        shutil.rmtree(part, ignore_errors=True)
    return folder


def _give_model(store: Store) -> None:
    """The starter as the first model version: it knows these scenes, and comes with the program.

    Raises:
        OSError: it cannot be copied.
    """
    starter = starter_of(_PRESET)
    if starter is None:
        return
    card = json.loads(starter.with_suffix(".json").read_text(encoding="utf-8"))
    ids = {category.name: category.id for category in store.categories.all()}
    known = [category["name"] for category in card["categories"]]
    metrics = card["extra"].get("starter", {}).get("metrics", {})
    card["extra"] |= {"category_ids": [ids[name] for name in known], "metrics": metrics}
    place = store.checkpoints / "v1-starter.safetensors"
    place.parent.mkdir(exist_ok=True)
    shutil.copyfile(starter, place)
    place.with_suffix(".json").write_text(json.dumps(card), encoding="utf-8")
    store.versions.add(
        ModelVersion(
            id=0,
            name="v1",
            preset=_PRESET,
            checkpoint=place.name,
            metrics=json.dumps(metrics),
            receipt=json.dumps({"weights": STARTER, "categories": known}),
            is_active=True,
            note="Came with the program: it learned from other drawn scenes, none of these.",
        )
    )


def _draw(
    folder: Path, count: int, seed: int, progress: Callable[[int, int], None] | None
) -> dict[str, Any]:
    """Draw the images into a folder; returns the labels of the first two thirds, as COCO."""
    entries: list[dict[str, Any]] = []
    annotations: list[dict[str, Any]] = []
    for index in range(count):
        scene = draw_scene(np.random.default_rng([seed + _FIRST, index]), _SIZE)
        name = f"scene-{index + 1:02d}.jpg"
        Image.fromarray(scene.pixels).save(folder / name, quality=92, subsampling=0)
        if index < round(count * 2 / 3):
            width, height = _SIZE
            entry = {"id": index + 1, "file_name": name, "width": width, "height": height}
            entries.append(entry)
            for thing in scene.objects:
                annotations.append(_annotation(thing, len(annotations) + 1, index + 1))
        if progress is not None:
            progress(index + 1, count)
    return {
        "info": {"description": "Drawn scenes", "version": "1"},
        "images": entries,
        "annotations": annotations,
        "categories": [_category(number, name) for number, name in enumerate(CATEGORIES, start=1)],
    }


def _category(number: int, name: str) -> dict[str, Any]:
    category: dict[str, Any] = {"id": number, "name": name, "supercategory": "thing"}
    if name == "person":
        category["keypoints"] = list(JOINTS)
        category["skeleton"] = [[a + 1, b + 1] for a, b in SKELETON]
    return category


def _annotation(thing: SceneObject, number: int, image: int) -> dict[str, Any]:
    """One object as COCO writes it."""
    annotation: dict[str, Any] = {
        "id": number,
        "image_id": image,
        "category_id": CATEGORIES.index(thing.category) + 1,
        "bbox": list(thing.box),
        "area": float(thing.mask.sum()),
        "segmentation": segmentation(thing.coverage),
        "iscrowd": 0,
    }
    if thing.keypoints:
        annotation["keypoints"] = [value for point in thing.keypoints for value in point]
        annotation["num_keypoints"] = sum(point.visibility > 0 for point in thing.keypoints)
    return annotation


def segmentation(coverage: Array) -> list[list[float]] | dict[str, Any]:
    """A mask as COCO writes it.

    Args:
        coverage: float32 [H, W], 0 to 1; the outline runs where it is a half.

    Returns:
        Polygons, to a tenth of a pixel; run lengths when the mask has holes, which COCO's polygons
        cannot have.
    """
    # One cell of margin closes outlines at the border; centres of pixels lie at halves.
    lines = contourpy.contour_generator(
        z=np.pad(coverage, 1), fill_type=contourpy.FillType.OuterOffset
    )
    points, offsets = lines.filled(0.5, 2.0)
    rings: list[list[float]] = []
    for outline, starts in zip(points, offsets, strict=True):
        pieces = [outline[a:b] - 0.5 for a, b in pairwise(starts)]
        outer, *holes = (Polygon(piece) for piece in pieces)
        if any(hole.area >= _SMALLEST for hole in holes):
            return _run_lengths(coverage)
        if outer.area >= _SMALLEST:
            ring = np.asarray(outer.simplify(_SLACK).exterior.coords)[:-1]
            rings.append([round(float(value), 1) for value in ring.ravel()])
    return rings or _run_lengths(coverage)


def _run_lengths(coverage: Array) -> dict[str, Any]:
    encoded = rle.encode(np.asfortranarray(coverage >= 0.5, dtype=np.uint8))
    return {"size": list(encoded["size"]), "counts": encoded["counts"].decode("ascii")}
