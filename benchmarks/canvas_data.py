"""Makes what the canvas is timed on: one large photograph-like image many times, and polygons.

    python benchmarks/canvas_data.py FOLDER --size 6000x4000 --objects 1000 5000

Blank images stand between the crowded ones, so that one can rest before a crowded one is opened.
Everything is seeded. The last line printed is a JSON object that tells where things are.
"""

from __future__ import annotations

import argparse
import json
import shutil
import sys
from collections.abc import Sequence
from pathlib import Path
from typing import Any

sys.path.insert(0, str(Path(__file__).resolve().parent.parent))

import numpy as np
from numpy.typing import NDArray
from PIL import Image

from annotator.services.exchange import import_coco
from annotator.services.folder import add_folder
from annotator.store.store import Store

SEED = 2025
VERTICES = 50
SMALLEST, LARGEST = 10.0, 80.0
"""Radii, pixels; evenly spread in their logarithm, 5,000 of them cover 24 megapixels about once."""
COPIES = 3
"""Crowded images of each count."""
BLANK = (640, 480)
CATEGORIES = ("cell", "leaf", "stone", "shell")


def photograph(size: tuple[int, int], rng: np.random.Generator) -> Image.Image:
    """Soft colours with some grain, so that the JPEG is as large as a camera's."""
    coarse = rng.integers(40, 215, (size[1] // 100 + 2, size[0] // 100 + 2, 3), dtype=np.uint8)
    soft = np.asarray(Image.fromarray(coarse).resize(size, Image.Resampling.BICUBIC), np.int16)
    grain = rng.integers(-12, 13, (size[1], size[0], 1), dtype=np.int16)
    return Image.fromarray(np.clip(soft + grain, 0, 255).astype(np.uint8))


def polygons(
    count: int, size: tuple[int, int], rng: np.random.Generator
) -> list[NDArray[np.float64]]:
    """Ragged rings, float64 [VERTICES, 2] each, inside the image, to a tenth of a pixel."""
    radii = np.exp(rng.uniform(np.log(SMALLEST), np.log(LARGEST), count))
    radii = np.minimum(radii, min(size) / 4)
    turns = np.linspace(0, 2 * np.pi, VERTICES, endpoint=False)
    rings = []
    for radius in radii:
        centre = rng.uniform((radius, radius), (size[0] - radius, size[1] - radius))
        reach = radius * rng.uniform(0.75, 1.0, VERTICES)
        ring = centre + np.stack([np.cos(turns) * reach, np.sin(turns) * reach], axis=1)
        rings.append(ring.round(1))
    return rings


def coco_of(
    names: Sequence[str], counts: Sequence[int], size: tuple[int, int]
) -> tuple[dict[str, Any], dict[str, list[list[list[float]]]]]:
    """A COCO file of those images, and the rings of each by its name."""
    annotations: list[dict[str, Any]] = []
    rings_of = {}
    for image_id, (name, count) in enumerate(zip(names, counts, strict=True), 1):
        rings = polygons(count, size, np.random.default_rng((SEED, image_id)))
        rings_of[name] = [ring.tolist() for ring in rings]
        for number, ring in enumerate(rings):
            corner, side = ring.min(axis=0), np.ptp(ring, axis=0)
            annotations.append(
                {
                    "id": len(annotations) + 1,
                    "image_id": image_id,
                    "category_id": 1 + number % len(CATEGORIES),
                    "segmentation": [ring.ravel().tolist()],
                    "bbox": [*corner.round(1).tolist(), *side.round(1).tolist()],
                    "iscrowd": 0,
                }
            )
    images = [
        {"id": n, "file_name": name, "width": size[0], "height": size[1]}
        for n, name in enumerate(names, 1)
    ]
    categories = [{"id": n, "name": name} for n, name in enumerate(CATEGORIES, 1)]
    return {"images": images, "annotations": annotations, "categories": categories}, rings_of


def make(folder: Path, size: tuple[int, int], objects: Sequence[int]) -> dict[str, Any]:
    """A project and its files in a folder; where they are, as JSON values."""
    pictures = folder / "pictures"
    pictures.mkdir(parents=True)
    rng = np.random.default_rng(SEED)
    first = folder / "first.jpg"
    photograph(size, rng).save(first, quality=90)
    blank = photograph(BLANK, rng)
    counts = [count for count in objects for _ in range(COPIES)]
    names = [f"{2 * n + 1:02}-{count}.jpg" for n, count in enumerate(counts)]
    for number, name in enumerate(names):
        shutil.copy(first, pictures / name)
        blank.save(pictures / f"{2 * number:02}-blank.png")
    blank.save(pictures / f"{2 * len(names):02}-blank.png")
    coco, rings = coco_of(names, counts, size)
    (folder / "coco.json").write_text(json.dumps(coco), encoding="utf-8")
    (folder / "rings.json").write_text(
        json.dumps({str(count): rings[name] for count, name in zip(counts, names, strict=True)}),
        encoding="utf-8",
    )
    with Store.create(folder / "project") as store:
        add_folder(store, pictures)
        import_coco(store, folder / "coco.json", images=pictures)
    return {
        "project": str(folder / "project"),
        "image": str(first),
        "rings": str(folder / "rings.json"),
        "megapixels": round(size[0] * size[1] / 1e6, 2),
        "image_mb": round(first.stat().st_size / 1e6, 1),
    }


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("folder", type=Path)
    parser.add_argument("--size", default="6000x4000")
    parser.add_argument("--objects", type=int, nargs="+", default=[1000, 5000])
    options = parser.parse_args()
    width, _, height = options.size.partition("x")
    print(json.dumps(make(options.folder, (int(width), int(height)), options.objects)))


if __name__ == "__main__":
    main()
