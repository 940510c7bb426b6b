"""Opens images of 30,000 x 20,000 pixels in the real window and prints, as JSON, what was measured.

``python benchmarks/large.py [--kinds jpeg strips tiles]`` draws them into a temporary folder (some
4 GB); each is opened in a process of its own.
"""

from __future__ import annotations

import argparse
import json
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

sys.path.insert(0, str(Path(__file__).resolve().parent.parent))

NAMES = {"jpeg": "large.jpg", "strips": "strips.tif", "tiles": "tiles.tif"}
FRAMES = 120
SMALL_ONES = 60
FRAME_S = 1 / 60
Figures = dict[str, Any]
Wait = tuple[float, float]
"""Seconds on the clock, and of the window's thread."""


def measure(folder: Path) -> Figures:
    """Open the large image beside a small one, look closely, pan and zoom."""
    from benchmarks import canvas_desk  # noqa: PLC0415
    from benchmarks.canvas_figures import memory_mb, reset_peak  # noqa: PLC0415

    app = _application(folder)
    canvas_desk.GIVE_UP_S = 600.0
    desk = canvas_desk.Desk(_project(folder))
    first, *_, large = desk.workspace.images
    assert first.width < large.width
    figures: Figures = {"memory before, MB": memory_mb()["now"]}
    reset_peak()
    gaps = _opening(desk, large.id, figures)
    gaps += _looks(desk, figures)
    start = time.perf_counter()
    gaps.append(_all_read(desk))
    figures["everything read, s later"] = round(time.perf_counter() - start, 1)
    for number, name in enumerate(("clock", "processor")):
        longest = max(gap[number] for gap in gaps)
        figures[f"longest wait of the window, ms, {name}"] = round(1000 * longest, 1)
    figures["frames"] = _gestures(desk)
    desk.rest(0.5)
    figures["memory, MB"] = memory_mb()
    desk.workspace.show_image(first.id)
    desk.settle()
    _opening(desk, large.id, figures, again=" again")
    kept = sum(f.stat().st_size for f in (folder / "project/cache/large").iterdir())
    figures["kept on disk, MB"] = round(kept / 1e6)
    desk.window.close()
    app.processEvents()
    return figures


def _looks(desk: Any, figures: Figures) -> list[Wait]:
    """At 100 %, in two places, until the pixels are those of the file; the waits meanwhile."""
    from benchmarks.large_data import MARKS  # noqa: PLC0415

    canvas, gaps = desk.canvas, []
    for name, place in (("middle", MARKS[len(MARKS) // 2]), ("last corner", MARKS[-1])):
        start, cpu = time.perf_counter(), time.thread_time()
        canvas.restore_view({"fit": False, "zoom": 1.0, "x": place[0], "y": place[1]})
        gaps.append((time.perf_counter() - start, time.thread_time() - cpu))
        gaps.append(_waiting(desk, lambda: canvas.is_sharp))
        figures[f"sharp at 100 %, {name}, s"] = round(time.perf_counter() - start, 2)
        _check_mark(desk, place)
    return gaps


def _opening(desk: Any, image_id: int, figures: Figures, again: str = "") -> list[Wait]:
    """From the wish for an image to its pictures; the waits of the window meanwhile."""
    canvas, start, cpu = desk.canvas, time.perf_counter(), time.thread_time()
    desk.workspace.show_image(image_id)
    gaps = [(time.perf_counter() - start, time.thread_time() - cpu)]
    gaps.append(_waiting(desk, lambda: canvas.picture is not None))
    canvas.grab()
    figures[f"first picture{again}, s"] = round(time.perf_counter() - start, 2)
    gaps.append(_waiting(desk, lambda: bool(canvas.picture and canvas.picture.is_whole)))
    figures[f"whole in small{again}, s"] = round(time.perf_counter() - start, 2)
    return gaps


def _waiting(desk: Any, is_done: Callable[[], bool]) -> Wait:
    """Run the event loop until something holds; the longest that it was away."""
    longest = (0.0, 0.0)

    def is_done_now() -> bool:
        nonlocal before, longest
        now = time.perf_counter(), time.thread_time()
        longest = max(longest[0], now[0] - before[0]), max(longest[1], now[1] - before[1])
        before = now
        return is_done()

    before = time.perf_counter(), time.thread_time()
    desk.until(is_done_now)
    return longest


def _application(folder: Path) -> Any:
    """Qt's, with settings of its own."""
    from PySide6.QtCore import QSettings  # noqa: PLC0415
    from PySide6.QtWidgets import QApplication  # noqa: PLC0415

    QSettings.setDefaultFormat(QSettings.Format.IniFormat)
    QSettings.setPath(QSettings.Format.IniFormat, QSettings.Scope.UserScope, str(folder))
    return QApplication.instance() or QApplication([])


def _project(folder: Path) -> Path:
    from PIL import Image  # noqa: PLC0415

    from annotator.services.folder import add_folder  # noqa: PLC0415
    from annotator.store.store import Store  # noqa: PLC0415

    for number in range(SMALL_ONES):  # so many that nothing is made of the large one beforehand
        Image.new("RGB", (400, 300), "grey").save(folder / f"images/a{number:02}.png")
    with Store.create(folder / "project") as store:
        add_folder(store, folder / "images")
    return folder / "project"


def _all_read(desk: Any) -> Wait:
    """Until every slice of a JPEG is there; the longest wait."""
    large = desk.canvas.picture.large
    if not large.is_sliced:
        return 0.0, 0.0
    numbers = range(len(large.slices.areas()))
    return _waiting(desk, lambda: all(large.slices.has(n) for n in numbers))


def _check_mark(desk: Any, place: tuple[int, int]) -> None:
    """The edges of a black square stand where its coordinates do."""
    from benchmarks.large_data import MARK  # noqa: PLC0415

    corner = desk.canvas.to_screen(*place)
    x, y = round(corner.x()), round(corner.y())
    shown = desk.painted_anew()
    middle = MARK // 2
    for at, is_dark in ((0, True), (-1, False), (MARK - 1, True), (MARK, False)):
        for dx, dy in ((at, middle), (middle, at)):
            value = shown.pixelColor(x + dx, y + dy).value()
            assert (value < 90) == is_dark, (place, at, value)


def _gestures(desk: Any) -> Figures:
    """Pans and zooms at the pace of a hand, each with its paint."""
    from PySide6.QtCore import QPointF  # noqa: PLC0415

    canvas = desk.canvas

    def pans(zoom: float) -> Callable[[], Iterator[None]]:
        def steps() -> Iterator[None]:
            canvas.restore_view({"fit": False, "zoom": zoom, "x": 9000, "y": 9000})
            desk.until(lambda: canvas.is_sharp)
            desk.rest(0.3)
            for _ in range(FRAMES):
                yield canvas.look(lambda view: view.pan(-17, -9))

        return steps

    def zooms() -> Iterator[None]:
        canvas.fit()
        desk.rest(0.3)
        for number in range(FRAMES):
            yield canvas.zoom_by(1.06 if number < FRAMES / 2 else 1 / 1.06, QPointF(700, 400))

    ways = {f"pan at {z:.0%}": pans(z) for z in (1.0, 0.55, 0.3, 0.14)} | {"zoom": zooms}
    return {name: _timed(desk, way()) for name, way in ways.items()}


def _timed(desk: Any, steps: Iterator[None]) -> Figures:
    from PySide6.QtCore import QCoreApplication  # noqa: PLC0415

    from benchmarks.canvas_figures import summary  # noqa: PLC0415

    seconds, busy, sharp = [], [], 0
    while True:
        start, cpu = time.perf_counter(), time.thread_time()
        if next(steps, steps) is steps:
            break
        QCoreApplication.sendPostedEvents()
        took = time.perf_counter() - start
        seconds.append(took)
        busy.append(time.thread_time() - cpu)
        sharp += desk.canvas.is_sharp
        desk.rest(max(0.0, FRAME_S - took))
    # The first one comes from elsewhere, and is not a frame of the gesture.
    return {
        **summary(seconds[1:], busy[1:]),
        "sharp at once": f"{sharp} of {FRAMES}",
    }


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--kinds", nargs="*", default=list(NAMES), choices=list(NAMES))
    parser.add_argument("--measure", type=Path, help=argparse.SUPPRESS)
    parser.add_argument("--keep", type=Path, help="folder that has, or gets, the images")
    wanted = parser.parse_args()
    if wanted.measure:
        print(json.dumps(measure(wanted.measure)))
        return
    found: Figures = {}
    here = Path(__file__).resolve().parent
    for kind in wanted.kinds:
        with tempfile.TemporaryDirectory() as folder:
            file = (wanted.keep or Path(folder)) / NAMES[kind]
            if not file.exists():
                subprocess.run([sys.executable, here / "large_data.py", kind, file], check=True)
            images = Path(folder) / "images"
            images.mkdir()
            file.rename(images / file.name) if not wanted.keep else (
                images / file.name
            ).hardlink_to(file)
            run = [sys.executable, __file__, "--measure", folder]
            found[kind] = json.loads(subprocess.run(run, check=True, stdout=-1).stdout)
    print(json.dumps(found, indent=1))


if __name__ == "__main__":
    main()
