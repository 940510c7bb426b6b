"""Times the real window: opening, gestures, sharpening, memory. Run by ``canvas.py``.

An event is sent, then everything that it posted, the paint above all, before the clock is read; the
event loop then runs until the next frame is due, as between the moves of a hand. After each event
the pixels of the screen must have changed as they must: a fast way to do nothing is found out.
"""

from __future__ import annotations

import argparse
import json
import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

sys.path.insert(0, str(Path(__file__).resolve().parent.parent))

from benchmarks.canvas_desk import LEFT, MIDDLE, NONE, Desk, largest_difference

# isort: split
from PySide6.QtCore import QEvent, QPointF, QSettings, Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication

from annotator.domain.geometry import points_of
from annotator.domain.model import Annotation, Polygons
from benchmarks.canvas_figures import memory_mb, opening, reset_peak, summary

FRAME_S = 1 / 60
ROUNDING = 4
"""Of 255: where Qt begins a span of a scaled image tells a little on the pixels of grain."""
ZOOMS = {"fit": None, "40 %": 0.4, "100 %": 1.0, "800 %": 8.0}
Figures = dict[str, Any]
Times = tuple[list[float], list[float]]


def timed(
    desk: Desk,
    events: Iterator[QEvent],
    *,
    is_still: bool,
    name: str,
    is_held: Callable[[], bool] = lambda: False,
) -> Times:
    """Send events at the pace of a hand and time each: wall and processor seconds.

    Args:
        desk: the window.
        events: one after the other.
        is_still: the view does not move, so that the screen must be what a full paint gives.
        name: for the complaint.
        is_held: whether what is dragged stays where it snapped to, so that nothing need change.

    Raises:
        AssertionError: an event changed nothing on the screen, or too little.
    """
    wall, cpu, unchanged = [], [], 0
    before = desk.screen()
    for event in events:
        start = time.perf_counter()
        seconds, busy = desk.send(event)
        wall.append(seconds)
        cpu.append(busy)
        after = desk.screen()
        unchanged += after == before and not is_held()
        if is_still:
            off = largest_difference(after, desk.painted_anew())
            assert off <= ROUNDING, f"{name}: the screen is {off} off what it should be"
        before = after
        desk.rest(max(0.0, FRAME_S - (time.perf_counter() - start)))
    assert unchanged <= len(wall) // 20, (
        f"{name}: {unchanged} of {len(wall)} events changed nothing"
    )
    return wall, cpu


def hover(desk: Desk, count: int) -> Figures:
    """The mouse goes from object to object."""
    places = [at for _, at in desk.seen_objects()]
    places = places[:: max(1, len(places) // count)]
    looks, kept = set(), []
    for at in places:  # one small object may lie on the middle of many
        desk.send(desk.mouse(QEvent.Type.MouseMove, at))
        seen = desk.screen()  # must live for as long as its bits are read
        look = hash(bytes(seen.constBits()))
        if look not in looks:
            looks.add(look)
            kept.append(at)
    assert len(kept) > 1, "nothing to hover"
    moves = (kept[n % len(kept)] for n in range(count))
    events = (desk.mouse(QEvent.Type.MouseMove, at) for at in moves)
    return summary(*timed(desk, events, is_still=True, name="hover"))


def pan(desk: Desk, count: int) -> Figures:
    """Drag with the middle button, there and back."""
    at = QPointF(desk.canvas.rect().center())
    desk.send(desk.mouse(QEvent.Type.MouseButtonPress, at, MIDDLE, MIDDLE))

    def events() -> Iterator[QEvent]:
        here = QPointF(at)
        for number in range(count):
            way = 1 if (number // 15) % 2 == 0 else -1
            here += QPointF(23 * way, 14 * way)
            yield desk.mouse(QEvent.Type.MouseMove, QPointF(here), NONE, MIDDLE)

    times = timed(desk, events(), is_still=False, name="pan")
    desk.send(desk.mouse(QEvent.Type.MouseButtonRelease, at, MIDDLE))
    return summary(*times)


def zoom(desk: Desk, count: int) -> Figures:
    """Turn the wheel, a notch in, two out, one in, and so on."""
    middle = QPointF(desk.canvas.rect().center()) + QPointF(-60, 40)
    turns = (1 if number % 4 in (0, 3) else -1 for number in range(count))
    events = (desk.wheel(middle, turn) for turn in turns)
    return summary(*timed(desk, events, is_still=False, name="zoom"))


def vertex(desk: Desk, count: int) -> dict[str, Figures]:
    """Drag a vertex of the selected object; and how long letting go takes, which writes it."""
    one = max((o for o, _ in desk.seen_objects()), key=lambda o: o.box.width if o.box else 0)
    times: Times = [], []
    drops = []

    def is_held() -> bool:
        return desk.canvas.board.snapping.mark is not None

    for _ in range(max(3, count // 18)):
        start = corner_of(desk, one)
        desk.workspace.select([one.id])
        desk.send(desk.mouse(QEvent.Type.MouseMove, start))
        desk.send(desk.mouse(QEvent.Type.MouseButtonPress, start, LEFT, LEFT))
        desk.send(desk.mouse(QEvent.Type.MouseMove, start + QPointF(6, 0), NONE, LEFT))
        desk.rest(0.1)
        steps = [start + QPointF(6 + 2 * (n % 8), 2 + n) for n in range(18)]
        events = (desk.mouse(QEvent.Type.MouseMove, at, NONE, LEFT) for at in steps)
        wall, cpu = timed(desk, events, is_still=True, name="vertex", is_held=is_held)
        times[0].extend(wall)
        times[1].extend(cpu)
        drops.append(desk.send(desk.mouse(QEvent.Type.MouseButtonRelease, steps[-1], LEFT))[0])
        now = next(a for a in desk.workspace.annotations if a.id == one.id)
        assert now.mask != one.mask, "the drag changed no object"
        desk.settle()
        desk.workspace.undo()
        desk.settle()
    desk.workspace.select()
    return {"vertex": summary(*times), "vertex drop": summary(drops)}


def corner_of(desk: Desk, one: Annotation) -> QPointF:
    """A vertex of an object that is well inside the canvas."""
    assert isinstance(one.mask, Polygons)
    area = desk.canvas.rect().adjusted(60, 60, -60, -60)
    corners = [desk.canvas.to_screen(*p) for p in points_of(one.mask.parts[0].outer)]
    return next(c for c in corners if area.contains(c.toPoint()))


def sharpening(desk: Desk, name: str, times: int) -> Figures:
    """After a step of the wheel: how long until all is sharp, and the longest block meanwhile."""
    middle = QPointF(desk.canvas.rect().center())
    waits, blocks, busy = [], [], []
    for number in range(times):
        desk.look(ZOOMS[name])
        desk.send(desk.wheel(middle, 1 if number % 2 == 0 else -1))
        cpu = time.thread_time()
        seconds, block = desk.until(lambda: desk.canvas.is_sharp)
        busy.append(time.thread_time() - cpu)
        waits.append(seconds)
        blocks.append(block)
    return {
        "until_sharp_ms": round(1000 * max(waits), 1),
        "longest_block_ms": round(1000 * max(blocks), 1),
        "cpu_ms": round(1000 * max(busy), 1),
    }


def gestures(desk: Desk, count: int) -> dict[str, dict[str, Figures]]:
    """Every gesture at every zoom."""
    found = {}
    for name, wanted in ZOOMS.items():
        found[name] = {}
        for gesture in (hover, pan, zoom):
            desk.look(wanted)
            found[name][gesture.__name__] = gesture(desk, count)
        desk.look(wanted)
        found[name] |= vertex(desk, count)
        found[name]["sharp"] = sharpening(desk, name, 6)
    return found


def openings(desk: Desk, crowded: list[int], rounds: int) -> dict[str, Figures]:
    """Key press, or choice in the list, until the image is seen with all its objects sharp.

    "ahead": with D from the image before, after a second's rest there. "cold": an image from afar
    for the first time, of which nothing was read before.
    """
    images = desk.workspace.images
    cold, ahead, busy = [], [], []
    for row in reversed(crowded):
        desk.workspace.show_image(images[0].id)
        desk.settle()
        start = time.perf_counter()
        desk.workspace.show_image(images[row].id)
        desk.until(lambda: desk.canvas.is_sharp)
        cold.append(time.perf_counter() - start)
        desk.settle()
    for row in crowded * rounds:
        desk.workspace.show_image(images[row - 1].id)
        desk.settle()
        desk.rest(0.5)
        desk.canvas.setFocus()
        start, cpu = time.perf_counter(), time.thread_time()
        QTest.keyClick(desk.canvas, Qt.Key.Key_D)
        desk.until(lambda: desk.canvas.is_sharp)
        ahead.append(time.perf_counter() - start)
        busy.append(time.thread_time() - cpu)
        assert desk.workspace.image == images[row]
        desk.settle()
    return {"ahead": opening(ahead, busy), "cold": opening(cold)}


def measure(project: Path, count: int, rounds: int) -> Figures:
    """Everything, as JSON values."""
    start = time.perf_counter()
    desk = Desk(project)
    started = time.perf_counter() - start
    found: Figures = {"start_s": round(started, 2), "canvas_px": desk.canvas.size().toTuple()}
    found["memory_mb"] = {"blank image": memory_mb()}
    kinds: dict[int, list[int]] = {}
    for row, image in enumerate(desk.workspace.images):
        if image.object_count:
            kinds.setdefault(image.object_count, []).append(row)
    reset_peak()
    found["opening"] = {}
    for objects, rows in sorted(kinds.items()):
        found["opening"][str(objects)] = openings(desk, rows, rounds)
        found["memory_mb"][f"after openings, {objects} objects"] = memory_mb()
    reset_peak()
    found["gestures"] = gestures(desk, count)
    found["memory_mb"]["after gestures"] = memory_mb()
    desk.window.close()
    desk.window.learner.wait()
    return found


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("project", type=Path)
    parser.add_argument("--events", type=int, default=60)
    parser.add_argument("--rounds", type=int, default=2)
    options = parser.parse_args()
    with tempfile.TemporaryDirectory() as folder:
        QSettings.setDefaultFormat(QSettings.Format.IniFormat)
        for scope in (QSettings.Scope.UserScope, QSettings.Scope.SystemScope):
            QSettings.setPath(QSettings.Format.IniFormat, scope, folder)
        app = QApplication.instance() or QApplication(sys.argv[:1])
        assert app is not None
        print(json.dumps(measure(options.project, options.events, options.rounds)))


if __name__ == "__main__":
    main()
