"""A COCO file of the size of ``instances_train2017.json``, and its images, made of a few real ones.

118,287 images and 860,001 objects: the 159 images of the sample of COCO 2017 again and again, each
time with a new id and a new name. Objects are real ones word for word but for their ids. Image
files are symbolic links to the real photographs: an import opens and measures each of them as it
would real ones; only the disk has less to read, since the same 25 MB come again and again.
"""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any, NamedTuple, TextIO

IMAGES = 118_287
OBJECTS = 860_001
IMAGE_ID, OBJECT_ID = 987_654_321_001, 987_654_321_002
"""Stand for the ids in texts that are written again and again."""
NAME = "a-name-that-stands-for-another.jpg"


class Sample(NamedTuple):
    """One real image: its file, its entry and its objects as text with ids to fill in."""

    file: Path
    entry: str
    objects: tuple[str, ...]


class Made(NamedTuple):
    """What was made."""

    file: Path
    images: int
    objects: int


def make(folder: Path, shared: Path, *, images: int = IMAGES, objects: int = OBJECTS) -> Made:
    """Write ``annotations/instances_train2017.json`` and ``train2017/`` into a folder.

    Args:
        folder: where to; made if missing.
        shared: the folder of real data.
        images: how many images.
        objects: how many objects on them.
    """
    samples, categories, head = samples_of(shared / "data/coco")
    pictures, file = folder / "train2017", folder / "annotations/instances_train2017.json"
    pictures.mkdir(parents=True)
    file.parent.mkdir()
    with file.open("w", encoding="ascii") as stream:
        stream.write(json.dumps(head)[:-1] + ', "images": [')
        _join(stream, _entries(samples, images, pictures))
        stream.write('], "annotations": [')
        _join(stream, _objects(samples, images, objects))
        stream.write(f'], "categories": {json.dumps(categories)}}}')
    return Made(file, images, objects)


def samples_of(coco: Path) -> tuple[list[Sample], list[Any], dict[str, Any]]:
    """The images of the sample, its categories, and the head of its file."""
    found: list[Sample] = []
    for split in ("train", "val"):
        told = json.loads((coco / f"annotations/instances_{split}2017.json").read_bytes())
        by_image: dict[int, list[str]] = {row["id"]: [] for row in told["images"]}
        for row in told["annotations"]:
            text = json.dumps(row | {"image_id": IMAGE_ID, "id": OBJECT_ID})
            by_image[row["image_id"]].append(text)
        for row in told["images"]:
            entry = json.dumps(row | {"id": IMAGE_ID, "file_name": NAME})
            file = coco / f"{split}2017" / row["file_name"]
            found.append(Sample(file, entry, tuple(by_image[row["id"]])))
    return found, told["categories"], {key: told[key] for key in ("info", "licenses")}


def _entries(samples: list[Sample], count: int, pictures: Path) -> Iterator[str]:
    for n in range(count):
        sample, name = samples[n % len(samples)], f"{n + 1:012}.jpg"
        (pictures / name).symlink_to(sample.file)
        yield sample.entry.replace(str(IMAGE_ID), str(n + 1)).replace(NAME, name)


def _objects(samples: list[Sample], images: int, objects: int) -> Iterator[str]:
    """As many of each image's as keep the total on its way; what is left over on the last one."""
    done = 0
    for n in range(images):
        own = samples[n % len(samples)].objects
        wanted = objects * (n + 1) // images - done
        is_last = n == images - 1
        for m in range(wanted if is_last else min(wanted, len(own))):
            done += 1
            text = own[m % len(own)] if own else samples[0].objects[0]
            yield text.replace(str(IMAGE_ID), str(n + 1)).replace(str(OBJECT_ID), str(done))


def _join(stream: TextIO, texts: Iterator[str]) -> None:
    stream.write(next(texts, ""))
    stream.writelines(", " + text for text in texts)
