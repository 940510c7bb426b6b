"""COCO files for tests: made, taken in, written out, compared to the last bit."""

from __future__ import annotations

import contextlib
import io
import json
import math
from pathlib import Path
from typing import Any

from PIL import Image
from pycocotools.coco import COCO

from annotator.services.exchange import ExportOptions, ImportReport, export_coco, import_coco
from annotator.store.store import Store

Json = dict[str, Any]


def coco(images: list[Any], annotations: list[Any], categories: list[Any], **more: Any) -> Json:
    return (
        {"info": {}, "images": images, "annotations": annotations}
        | more
        | {"categories": categories}
    )


def image(key: Any, name: str, **more: Any) -> Json:
    return {"id": key, "file_name": name, "width": 64, "height": 48} | more


def thing(key: Any, image_id: Any, category_id: Any = 1, **more: Any) -> Json:
    row = {"id": key, "image_id": image_id, "category_id": category_id, "bbox": [1, 2, 10, 12]}
    return row | more


CAT = {"id": 1, "name": "cat"}
SQUARE = [1.0, 2.0, 11.0, 2.0, 11.0, 14.0, 1.0, 14.0]


class Desk:
    """A project and files beside it."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.store = Store.create(folder / "project")

    def picture(self, name: str, size: tuple[int, int] = (64, 48), **options: Any) -> Path:
        path = self.folder / name
        path.parent.mkdir(parents=True, exist_ok=True)
        shade = sum(name.encode()) % 256
        Image.new("RGB", size, (shade, 90, 90)).save(path, **options)
        return path

    def file(self, data: Any, name: str = "in.json") -> Path:
        path = self.folder / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(data if isinstance(data, str) else json.dumps(data), encoding="utf-8")
        return path

    def take(self, data: Any, name: str = "in.json", **options: Any) -> ImportReport:
        return import_coco(self.store, self.file(data, name), **options)

    def give(self, **options: Any) -> Json:
        target = self.folder / "out.json"
        export_coco(self.store, target, ExportOptions(**options))
        return read(target)

    def only(self, image_name: str = "a.jpg") -> Any:
        """The objects of the image of that name."""
        named = [i for i in self.store.images.all() if i.file_name == image_name]
        return self.store.annotations.of_image(named[0].id)


def read(file: Path) -> Json:
    return json.loads(file.read_text(encoding="utf-8"))


def difference(a: Any, b: Any, path: str = "") -> str:
    """Where two JSON values differ, "" where nowhere: 1, 1.0 and true are three, order counts."""
    if type(a) is not type(b):
        return f"{path}: {a!r:.60} is no {b!r:.60}"
    if isinstance(a, dict):
        if list(a) != list(b):
            return f"{path}: keys {list(a)} are not {list(b)}"
        found = (difference(a[key], b[key], f"{path}/{key}") for key in a)
    elif isinstance(a, list):
        if len(a) != len(b):
            return f"{path}: {len(a)} rows are not {len(b)}"
        found = (
            difference(x, y, f"{path}[{n}]") for n, (x, y) in enumerate(zip(a, b, strict=True))
        )
    elif isinstance(a, float) and math.isnan(a) and math.isnan(b):
        return ""
    else:
        return "" if a == b else f"{path}: {a!r:.60} is not {b!r:.60}"
    return next((text for text in found if text), "")


def load(data: Json) -> COCO:
    """As pycocotools reads it."""
    with contextlib.redirect_stdout(io.StringIO()):
        loaded = COCO()
        loaded.dataset = data
        loaded.createIndex()
    return loaded
