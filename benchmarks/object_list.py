"""Draws, renames and scrolls with thousands of objects on one image, off-screen; prints JSON.

``python benchmarks/object_list.py [--objects 5000] [--categories 200]``
"""

from __future__ import annotations

import argparse
import json
import sys
import tempfile
import time
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from typing import Any

sys.path.insert(0, str(Path(__file__).resolve().parent.parent))

from benchmarks.canvas_desk import Desk

# isort: split
import numpy as np
from PIL import Image
from PySide6.QtCore import QCoreApplication, QSettings
from PySide6.QtWidgets import QApplication, QTreeView

from annotator.domain.model import Box
from annotator.services.exchange import import_coco
from annotator.services.folder import add_folder
from annotator.store.store import Store
from benchmarks.canvas_figures import summary

SIZE = (3000, 2000)
TIMES = 9
FRAMES = 60


def make_project(folder: Path, objects: int, categories: int) -> Path:
    """One image of boxes, spread evenly, of all categories in turn."""
    (folder / "images").mkdir()
    Image.new("RGB", SIZE, "grey").save(folder / "images/a.png")
    rng = np.random.default_rng(5)
    corners = rng.uniform((0, 0), (SIZE[0] - 40, SIZE[1] - 40), (objects, 2)).round(1)
    rows = [
        {"id": n, "image_id": 1, "category_id": 1 + n % categories, "bbox": [x, y, 30, 30]}
        for n, (x, y) in enumerate(corners.tolist(), 1)
    ]
    names = [{"id": n, "name": f"category {n}"} for n in range(1, categories + 1)]
    image = {"id": 1, "file_name": "a.png", "width": SIZE[0], "height": SIZE[1]}
    content = {"images": [image], "annotations": rows, "categories": names}
    (folder / "a.json").write_text(json.dumps(content))
    with Store.create(folder / "project") as store:
        add_folder(store, folder / "images")
        import_coco(store, folder / "a.json")
    return folder / "project"


def timed(desk: Desk, act: Callable[[], object]) -> tuple[float, float]:
    """Until what was done is painted: on the clock, and of the window's thread."""
    start, cpu = time.perf_counter(), time.thread_time()
    act()
    QCoreApplication.sendPostedEvents()
    QApplication.processEvents()
    found = time.perf_counter() - start, time.thread_time() - cpu
    desk.rest(0.3)
    return found


def measure(desk: Desk) -> dict[str, Any]:
    workspace = desk.workspace
    tree = desk.window.findChild(QTreeView, "objects_tree")
    desk.rest(6)  # until long lists are filled
    names, places = iter(range(TIMES)), iter(range(TIMES))

    def draw() -> None:
        category = workspace.categories[0]
        place = Box(50 + 9 * next(names), 60, 20, 20)
        workspace.add_object(category_id=category.id, box=place, text="Draw box")

    def rename() -> None:
        category = workspace.categories[3]
        workspace.change_category(replace(category, name=category.name + "'"))

    def hide() -> None:
        some = workspace.annotations[7].id
        workspace.set_hidden([some], some not in workspace.hidden)

    def select_far() -> None:
        count = len(workspace.annotations)
        workspace.select([workspace.annotations[7919 * next(places) % count].id])

    ways = {
        "draw": draw,
        "rename a category": rename,
        "hide": hide,
        "undo": workspace.undo,
        "select one far away": select_far,
    }
    report = {}
    for name, way in ways.items():
        found = [timed(desk, way) for _ in range(TIMES)]
        report[name] = summary([one for one, _ in found], [cpu for _, cpu in found])
    report["scroll, a frame"] = scroll(tree)
    return report


def scroll(tree: QTreeView) -> dict[str, Any]:
    """From the first row to the last, a frame at a time."""
    bar, wall, cpu = tree.verticalScrollBar(), [], []
    for number in range(FRAMES):
        start, busy = time.perf_counter(), time.thread_time()
        bar.setValue(bar.maximum() * number // FRAMES)
        tree.viewport().repaint()
        wall.append(time.perf_counter() - start)
        cpu.append(time.thread_time() - busy)
    return summary(wall, cpu)


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--objects", type=int, default=5000)
    parser.add_argument("--categories", type=int, default=200)
    wanted = parser.parse_args()
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        QSettings.setDefaultFormat(QSettings.Format.IniFormat)
        QSettings.setPath(QSettings.Format.IniFormat, QSettings.Scope.UserScope, name)
        app = QApplication.instance() or QApplication(["object_list"])
        start = time.perf_counter()
        desk = Desk(make_project(folder, wanted.objects, wanted.categories))
        report = {"ready, s": round(time.perf_counter() - start, 1)} | measure(desk)
        desk.window.close()
        app.processEvents()
    print(json.dumps(report, indent=1))


if __name__ == "__main__":
    main()
