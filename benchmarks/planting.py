"""Errors planted in the labels of a COCO file, as people make them: seeded, for the benchmarks."""

from __future__ import annotations

import copy
import math
import random
from dataclasses import dataclass
from typing import Any

SHIFT = 0.25
"""How far an outline is shifted, as a share of its size (the root of its box's area)."""


@dataclass(frozen=True, slots=True)
class Planted:
    """One error.

    Attributes:
        kind: "removed", "swapped" or "shifted".
        image: the image's file name.
        object_id: the object's id in the file.
        box: where the object truly is: left, top, width, height.
    """

    kind: str
    image: str
    object_id: int
    box: tuple[float, float, float, float]


def plant(data: dict[str, Any], count: int, seed: int) -> tuple[dict[str, Any], list[Planted]]:
    """The file with ``count`` objects removed, ``count`` of another category, ``count`` shifted.

    Args:
        data: not changed.
        count: of each kind; all are different objects.
        seed: chooses objects, categories and directions.
    """
    chance = random.Random(seed)
    changed = copy.deepcopy(data)
    images = {image["id"]: image for image in changed["images"]}
    usable = [a for a in changed["annotations"] if not a.get("iscrowd")]
    chosen = chance.sample(usable, 3 * count)
    planted = []
    for n, item in enumerate(chosen):
        kind = ("removed", "swapped", "shifted")[n // count]
        name = images[item["image_id"]]["file_name"]
        planted.append(Planted(kind, name, item["id"], tuple(item["bbox"])))
        if kind == "swapped":
            others = [c["id"] for c in changed["categories"] if c["id"] != item["category_id"]]
            item["category_id"] = chance.choice(others)
        elif kind == "shifted":
            _shift(item, images[item["image_id"]], chance)
    gone = {p.object_id for p in planted if p.kind == "removed"}
    changed["annotations"] = [a for a in changed["annotations"] if a["id"] not in gone]
    return changed, planted


def _shift(item: dict[str, Any], image: dict[str, Any], chance: random.Random) -> None:
    """Move an object's box and polygons in a random direction that stays inside the image."""
    x, y, width, height = item["bbox"]
    far = SHIFT * math.sqrt(width * height)
    start = chance.random()
    for n in range(16):
        angle = 2 * math.pi * (start + n / 16)
        dx, dy = far * math.cos(angle), far * math.sin(angle)
        inside_x = x + dx >= 0 and x + dx + width <= image["width"]
        if inside_x and y + dy >= 0 and y + dy + height <= image["height"]:
            break
    item["bbox"] = [x + dx, y + dy, width, height]
    item["segmentation"] = [
        [v + (dx, dy)[i % 2] for i, v in enumerate(ring)] for ring in item["segmentation"]
    ]
