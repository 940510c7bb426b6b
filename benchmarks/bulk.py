"""Times steps over a whole project, and what the window feels of them; prints JSON.

    python benchmarks/bulk.py
    python benchmarks/bulk.py --images 20000 --predictions 20000

In the real window, off-screen: accept all predictions, undo that, make it again, mark all images
reviewed, and undo that. Meanwhile somebody draws a box, or deletes it, every two seconds. "block"
is the longest time the window did not come round to look at its events, but for the boxes, on the
clock and as its thread worked meanwhile; "edit" what one box took. Memory is the resident set at
its highest, of the window and of the process that writes.
"""

from __future__ import annotations

import argparse
import json
import os
import platform
import sys
import tempfile
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

sys.path.insert(0, str(Path(__file__).resolve().parent.parent))
os.environ.setdefault("QT_QPA_PLATFORM", "offscreen")

# isort: split
import numpy as np
import shiboken6
from PySide6.QtCore import QObject, QSettings, QThreadPool, QTimer
from PySide6.QtWidgets import QApplication

from annotator.app import make_window
from annotator.domain.model import Annotation, Box
from annotator.ui.main_window import MainWindow
from annotator.ui.notices import Notice
from benchmarks import bulk_data, scale_data

EDIT_EVERY_MS = 2_000
AFTER_EDIT_S = 0.4
"""Painting what was drawn is not what a step over many images costs."""


class Watch(QObject):
    """Feels what a person at the window feels."""

    def __init__(self, window: MainWindow, *, edits: bool) -> None:
        super().__init__(window)
        self._window = window
        self.gaps: list[tuple[float, float]] = []
        self._box: Annotation | None = None
        self._worked, self._drawn = time.thread_time(), 0.0
        self.edits: list[float] = []
        self.child_mb = 0.0
        self.said: Notice | None = None
        self._last = time.perf_counter()
        window.workspace.said.connect(self._on_said)
        self._beat = QTimer(self)
        self._beat.timeout.connect(self._on_beat)
        self._edit = QTimer(self)
        self._edit.timeout.connect(self._on_edit_due)
        self._beat.start(1)
        if edits:
            self._edit.start(EDIT_EVERY_MS)

    def stop(self) -> None:
        """Feel no more."""
        self._beat.stop()
        self._edit.stop()
        self._window.workspace.said.disconnect(self._on_said)

    def _on_beat(self) -> None:
        now, worked = time.perf_counter(), time.thread_time()
        if self._last - self._drawn > AFTER_EDIT_S:
            self.gaps.append((now - self._last, worked - self._worked))
        self._last, self._worked = now, worked

    def _on_edit_due(self) -> None:
        workspace = self._window.workspace
        began = time.perf_counter()
        if self._box is None:
            category = workspace.categories[0].id
            box = Box(5.0, 5.0, 60.0, 40.0)
            self._box = workspace.add_object(box=box, category_id=category, text="Draw box")
        else:  # else hundreds of boxes would lie there in the end
            workspace.delete([self._box.id])
            self._box = None
        self.edits.append(time.perf_counter() - began)
        self._last = self._drawn = time.perf_counter()
        self._worked = time.thread_time()
        chore = workspace._chore
        if chore is not None and shiboken6.isValid(chore):
            file = Path(f"/proc/{chore._process.processId()}/status")
            self.child_mb = max(self.child_mb, peak_mb(file))

    def _on_said(self, notice: Notice) -> None:
        steps = notice.undo_step, notice.redo_step
        if steps != (None, None) or notice.kind == "error":
            self.said = notice


def peak_mb(file: Path = Path("/proc/self/status")) -> float:
    """The most memory a process ever held, millions of bytes."""
    try:
        lines = file.read_text(encoding="ascii").splitlines()
    except OSError:
        return 0.0
    held = next((line.split()[1] for line in lines if line.startswith("VmHWM")), "0")
    return round(int(held) * 1024 / 1e6, 1)


def pump(seconds: float, until: Callable[[], bool] = lambda: False) -> None:
    """Let the window live, for so long or until something is."""
    app = QApplication.instance()
    assert isinstance(app, QApplication)
    end = time.perf_counter() + seconds
    while time.perf_counter() < end and not until():
        app.processEvents()
        time.sleep(0.0005)


def measured(window: MainWindow, ask: Callable[[], object] | None, *, edits: bool) -> Any:
    """Do it, and feel it until it is told that it is done; None: ten seconds of nothing."""
    watch = Watch(window, edits=edits)
    began = time.perf_counter()
    if ask is None:
        pump(10)
        return {"block_ms": told_block(watch.gaps)} | told_edits(watch)
    worked = time.thread_time()
    ask()
    watch.gaps.append((time.perf_counter() - began, time.thread_time() - worked))
    watch._last, watch._worked = time.perf_counter(), time.thread_time()
    pump(7200, lambda: watch.said is not None)
    took = time.perf_counter() - began
    pump(1.0)  # panels go on reading
    watch.stop()
    assert watch.said is not None
    return {
        "seconds": round(took, 2),
        "block_ms": told_block(watch.gaps),
        "said": watch.said.text,
        "memory_mb": {"window": peak_mb(), "writer": watch.child_mb},
    } | told_edits(watch)


def told_block(gaps: list[tuple[float, float]]) -> dict[str, float]:
    """The longest times without a look at events, and the most work in one of them."""
    clock, work = (np.sort(column)[::-1] * 1e3 for column in np.array(gaps).T)
    told = {"most": clock[0], "fifth": clock[4], "most_work": work[0]}
    return {key: round(float(value), 1) for key, value in told.items()}


def told_edits(watch: Watch) -> dict[str, Any]:
    """How long drawing a box took."""
    if not watch.edits:
        return {}
    taken = np.array(watch.edits) * 1e3
    median, p95 = np.percentile(taken, [50, 95])
    found = {"count": len(taken), "median": median, "p95": p95, "most": taken.max()}
    return {"edit_ms": {key: round(float(value), 1) for key, value in found.items()}}


def measure(project: Path, *, edits: bool) -> dict[str, Any]:
    """All of it, one after the other."""
    _app = QApplication(sys.argv[:1])
    QSettings.setDefaultFormat(QSettings.Format.IniFormat)
    scope = QSettings.Scope.UserScope
    QSettings.setPath(QSettings.Format.IniFormat, scope, str(project.parent / "settings"))
    window = make_window(project)
    window.resize(1600, 1000)
    window.show()
    pump(8)  # a first look through the project, and its backup
    workspace = window.workspace
    ids = workspace.album.columns.ids.tolist()
    accepted: list[int] = []

    found: dict[str, Any] = {}
    steps: tuple[tuple[str, Callable[[], object] | None], ...] = (
        ("nothing, for comparison", None),
        ("accept all", lambda: workspace.accept_above(0.5, everywhere=True)),
        ("undo", lambda: workspace.undo_step(accepted[0])),
        ("redo", lambda: workspace.redo_step(accepted[0])),
        ("mark all reviewed", lambda: workspace.mark_images(ids, reviewed=True)),
        ("undo of that", lambda: workspace.undo_step(accepted[1])),
    )
    for name, ask in steps:
        found[name] = measured(window, ask, edits=edits)
        assert workspace.store is not None
        if name.startswith(("accept", "mark")):
            lines = workspace.store.history.entries(limit=1_000)
            accepted.append(next(line.id for line in lines if line.is_bulk))
        print(name, json.dumps(found[name]), file=sys.stderr, flush=True)
    found["project_mb"] = round(sum(f.stat().st_size for f in project.glob("*.sqlite*")) / 1e6)
    window.close()
    window.learner.wait()
    QThreadPool.globalInstance().waitForDone()  # the backup of what was just closed
    return found


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--images", type=int, default=scale_data.IMAGES)
    parser.add_argument("--predictions", type=int, default=scale_data.OBJECTS)
    parser.add_argument("--shared", type=Path, default=os.environ.get("ANNOTATOR_SHARED"))
    parser.add_argument("--no-edits", action="store_true", help="nobody draws meanwhile")
    parser.add_argument("--folder", type=Path, help="work here, and leave what was made")
    options = parser.parse_args()
    found: dict[str, Any] = {
        "machine": {"platform": platform.platform(), "cores": os.cpu_count()},
        "images": options.images,
        "predictions": options.predictions,
        "load_before": os.getloadavg(),
    }
    with tempfile.TemporaryDirectory() as name:
        folder = options.folder or Path(name)
        shared = options.shared or Path(__file__).resolve().parents[2] / "shared"
        sizes = {"images": options.images, "predictions": options.predictions}
        project = bulk_data.make(folder / "data", shared, **sizes)
        found |= measure(project, edits=not options.no_edits)
    found["load_after"] = os.getloadavg()
    print(json.dumps(found, indent=1))


if __name__ == "__main__":
    main()
