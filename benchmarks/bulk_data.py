"""A project of many images with predictions to accept, made of the sample of COCO 2017.

Predictions are the sample's objects again and again, word for word in box and outline; scores are
drawn at random. They are written as rows, which is what the learner leaves behind. Image files are
links to the real photographs, for the first images only: nothing here looks at the others.
"""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import numpy as np

from annotator.domain.edits import Edit, Step
from annotator.domain.model import Category, ModelVersion
from annotator.domain.source import mask_of
from annotator.store.codec import mask_to_json, to_text
from annotator.store.images import FoundImage
from annotator.store.store import Store
from benchmarks.scale_data import Sample, samples_of

FILES = 40
_AT_ONCE = 20_000
_COLUMNS = 11


def make(folder: Path, shared: Path, *, images: int, predictions: int) -> Path:
    """Make the project in a folder; its place."""
    samples, categories, _ = samples_of(shared / "data/coco")
    pictures = folder / "pictures"
    pictures.mkdir(parents=True)
    with Store.create(folder / "project") as store:
        root = store.roots.add(pictures)
        ids = _add_images(store, root, samples, images)
        for n in range(min(FILES, images)):
            (pictures / _name(n)).symlink_to(samples[n % len(samples)].file)
        known = {row["id"]: n for n, row in enumerate(categories, 1)}
        edits = [
            Edit(None, Category(n, row["name"], ordinal=n))
            for row, n in zip(categories, known.values(), strict=True)
        ]
        store.take_ids("category", len(edits))
        store.history.apply(Step("Create categories", tuple(edits)), person="benchmark")
        version = store.versions.add(ModelVersion(0, "v1", "tiny", "v1"))
        rows = _rows(samples, known, ids, version, predictions)
        _write(store, rows, predictions)
    return folder / "project"


def _name(n: int) -> str:
    return f"{n + 1:012}.jpg"


def _add_images(store: Store, root: int, samples: list[Sample], count: int) -> list[int]:
    sizes = [json.loads(sample.entry) for sample in samples]
    found = [
        FoundImage(_name(n), sizes[n % len(sizes)]["width"], sizes[n % len(sizes)]["height"])
        for n in range(count)
    ]
    return store.images.add(root, found)


def _rows(
    samples: list[Sample], known: dict[int, int], ids: list[int], version: int, count: int
) -> Iterator[tuple[Any, ...]]:
    """As many of each image's objects as keep the total on its way."""
    shapes = [_shapes(sample, known) for sample in samples]
    scores = np.random.default_rng(1).uniform(0.5, 1, count).round(4).tolist()
    done = 0
    for n, image_id in enumerate(ids):
        own = shapes[n % len(shapes)] or shapes[0]
        for m in range(count * (n + 1) // len(ids) - done):
            category, box, geometry = own[m % len(own)]
            # not on top of each other when a sample has fewer than are wanted
            shifted = (box[0] + 0.25 * (m // len(own)), *box[1:])
            yield (done + 1, image_id, category, version, scores[done], *shifted, 1, geometry)
            done += 1


def _shapes(sample: Sample, known: dict[int, int]) -> list[tuple[int, list[float], str]]:
    found = []
    for text in sample.objects:
        told = json.loads(text)
        if told.get("iscrowd") or min(told["bbox"][2:]) <= 0:
            continue
        mask = mask_to_json(mask_of(told["segmentation"]))
        doubt = {"classification": 0.1, "box": 0.1, "mask": 0.1, "joints": []}
        geometry = to_text({"mask": mask, "joints": [], "doubt": doubt})
        found.append((known[told["category_id"]], [float(v) for v in told["bbox"]], geometry))
    return found


def _write(store: Store, rows: Iterator[tuple[Any, ...]], count: int) -> None:
    marks = ",".join("?" * _COLUMNS)
    store.take_ids("prediction", count)
    done = 0
    while done < count:
        some = [row for _, row in zip(range(_AT_ONCE), rows, strict=False)]
        done += len(some)
        with store.images._database.write() as connection:
            connection.exec_driver_sql(f"INSERT INTO prediction VALUES ({marks})", some)
    with store.images._database.write() as connection:
        connection.exec_driver_sql("UPDATE image SET version_id=1")
