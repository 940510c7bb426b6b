"""Times the real window on a large project: opening, walking, scrolling, filters. For ``scale.py``.

Events are sent as Qt sends them, and what they posted, the paint above all, is done before the
clock is read. Opening counts from the start of the process, imports included. "cpu" is what the
processor worked for the GUI thread meanwhile, which other programs disturb least.
"""

from __future__ import annotations

import gc
import os
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

BEGAN = time.time()
gc.disable()  # as the command that opens the window does

from benchmarks.canvas_desk import Desk  # noqa: E402

# isort: split
import numpy as np  # noqa: E402
from PIL import Image as Picture  # noqa: E402
from PySide6.QtCore import QCoreApplication, QEventLoop, QSettings, Qt  # noqa: E402
from PySide6.QtTest import QTest  # noqa: E402
from PySide6.QtWidgets import QApplication, QTableView  # noqa: E402

from annotator.app import make_window  # noqa: E402
from annotator.services.query import parse  # noqa: E402
from annotator.store.store import Store  # noqa: E402
from annotator.ui.canvas.view import Canvas  # noqa: E402

QUERIES = (
    *("category:dog", "category:person", "score<0.4", "reviewed:no", "predictions:0"),
    *("objects>5", "flag:missed", "joint:left_wrist<0.4", "name:*77.jpg", "12"),
    "category:dog score<0.4 reviewed:no objects>5 name:*.jpg",
    *("sort:-objects", "category:person sort:name"),
)
LARGE = 40
"""Images, from the first on, that are two megapixels large."""
MEGAPIXELS = (1_732, 1_155)


def prepare(folder: Path, project: Path) -> None:
    """Predictions on every image, some images not reviewed, and a few of two megapixels."""
    rng = np.random.default_rng(1)
    with Store.open(project) as store:
        kinds = {c.name: c.id for c in store.categories.all()}
        ids = store.images.columns().ids.tolist()
        joints = ",".join(f"[{n},{n},0.5]" for n in range(17))
        scores, wrists = rng.random(len(ids)).tolist(), rng.random(len(ids)).tolist()
        rows = []
        for place, key in enumerate(ids):
            name = "person" if place % 3 else "dog"
            told = f"{joints[:-4]}{wrists[place]:.3f}]" if name == "person" else ""
            text = f'{{"mask":null,"joints":[{told}],"doubt":{{"classification":0.1,"joints":[]}}}}'
            rows.append((place + 1, key, kinds[name], 1, scores[place], 5, 5, 90, 90, 1, text))
        with store.images._database.write() as connection:
            connection.exec_driver_sql(
                f"INSERT INTO prediction VALUES ({','.join('?' * 11)})", rows
            )
            connection.exec_driver_sql("UPDATE image SET state='new' WHERE id % 10 = 0")
            names = '["' + '","'.join([*(f"j{n}" for n in range(16)), "left_wrist"]) + '"]'
            connection.exec_driver_sql("UPDATE category SET joints=? WHERE name='person'", (names,))
    for file in sorted((folder / "train2017").iterdir())[:LARGE]:
        picture = Picture.open(file).convert("RGB").resize(MEGAPIXELS)
        file.unlink()
        picture.save(file, quality=90)


def measure(project: Path, memory: Callable[[], dict[str, float]]) -> dict[str, Any]:
    """Everything, as JSON values."""
    settings = project / "settings"
    QSettings.setDefaultFormat(QSettings.Format.IniFormat)
    for scope in (QSettings.Scope.UserScope, QSettings.Scope.SystemScope):
        QSettings.setPath(QSettings.Format.IniFormat, scope, str(settings))
    app = QApplication.instance() or QApplication(["scale"])
    assert app is not None
    imported = time.time()
    desk = _opened(project)
    usable, worked = time.time(), time.process_time()
    found: dict[str, Any] = {
        "usable_s": round(usable - float(os.environ.get("SCALE_BEGAN", BEGAN)), 2),
        "processor_s": round(worked, 2),
        "of_it_imports_s": round(imported - BEGAN, 2),
        "of_it_window_and_project_s": round(usable - imported, 2),
        "memory_mb": memory(),
    }
    desk.settle()
    found["next_image_ms"] = {"ahead": _walk(desk), "cold": _jump(desk)}
    found["scroll_ms"] = _scroll(desk)
    found["filter_ms"] = _filters(desk)
    found["memory_after_mb"] = memory()
    desk.window.close()
    desk.window.learner.wait()
    return found


def _opened(project: Path) -> Desk:
    """A window with the first image drawn and sharp."""
    desk = Desk.__new__(Desk)
    desk.window = make_window(project)
    desk.window.resize(1600, 1000)
    desk.window.show()
    desk.canvas = desk.window.findChild(Canvas, "canvas")
    desk.workspace = desk.window.workspace
    desk.until(lambda: desk.canvas.is_sharp and desk.canvas.picture is not None)
    return desk


def _walk(desk: Desk) -> dict[str, float]:
    """``D`` after a rest, so that the next image was decoded ahead."""
    watch = _Watch()
    desk.workspace.show_image(desk.workspace.images[2].id)
    desk.settle()
    for _ in range(15):
        desk.rest(0.6)
        desk.canvas.setFocus()
        with watch:
            QTest.keyClick(desk.canvas, Qt.Key.Key_D)
            desk.until(lambda: desk.canvas.is_sharp)
    return _summary(watch)


def _jump(desk: Desk) -> dict[str, float]:
    """An image from afar, of two megapixels, of which nothing was read before."""
    watch = _Watch()
    for row in range(24, LARGE - 2, 2):
        desk.workspace.show_image(desk.workspace.images[5_000 + row].id)
        desk.settle()
        with watch:
            desk.workspace.show_image(desk.workspace.images[row].id)
            desk.until(lambda: desk.canvas.is_sharp and desk.canvas.picture is not None)
        desk.settle()
    return _summary(watch)


def _scroll(desk: Desk) -> dict[str, Any]:
    """The list by three rows a frame, thumbnails being made meanwhile; and across the project."""
    view = desk.window.findChild(QTableView, "images_list")
    bar = view.verticalScrollBar()
    found = {}
    for name, step in (("steps", 240), ("leaps", bar.maximum() // 97)):
        watch, value = _Watch(), 0
        for _ in range(90):
            value = (value + step) % bar.maximum()
            with watch:
                bar.setValue(value)
                view.viewport().repaint()
                QCoreApplication.sendPostedEvents()
            desk.rest(max(0.0, 1 / 60 - watch.wall[-1]))
        found[name] = _summary(watch)
    return found


def _filters(desk: Desk) -> dict[str, Any]:
    """From the last key to the rows on show, and what of it the store took."""
    bar, found = desk.window.images.bar, {}
    loop = QEventLoop()
    bar.found.connect(lambda _ids, _sorted: loop.quit())
    assert desk.workspace.store is not None
    for text in QUERIES:
        times, store, cpu = [], [], []
        for _ in range(3):
            bar.field.clear()
            desk.rest(0.2)
            start, worked = time.perf_counter(), time.process_time()
            bar.field.setText(text)
            loop.exec()  # asleep: a loop that asks again and again would hold up the thread
            desk.window.images.grab()
            times.append(time.perf_counter() - start)
            cpu.append(time.process_time() - worked)
            start = time.process_time()
            count = len(desk.workspace.store.images.search(parse(text)))
            store.append(time.process_time() - start)
        found[text] = {
            "median": round(1000 * sorted(times)[1], 1),
            "most": round(1000 * max(times), 1),
            "processor": round(1000 * sorted(cpu)[1], 1),
            "of it the store": round(1000 * min(store), 1),
            "images": count,
        }
    bar.field.clear()
    return found


class _Watch:
    """Seconds on the clock, and of the processor for this thread."""

    def __init__(self) -> None:
        self.wall: list[float] = []
        self.cpu: list[float] = []

    def __enter__(self) -> None:
        self._start = time.perf_counter(), time.thread_time()

    def __exit__(self, *_: object) -> None:
        self.wall.append(time.perf_counter() - self._start[0])
        self.cpu.append(time.thread_time() - self._start[1])


def _summary(watch: _Watch) -> dict[str, float]:
    values = 1000 * np.array(watch.wall)
    return {
        "cpu": round(1000 * float(np.median(watch.cpu)), 1),
        "median": round(float(np.median(values)), 1),
        "p95": round(float(np.percentile(values, 95)), 1),
        "most": round(float(values.max()), 1),
    }
