"""Times labelme on the same image and polygons. Run by ``canvas.py`` with the Python it is in.

Nothing of this project is imported here but ``canvas_figures``, and no Qt but the one that labelme
brings along.
"""

from __future__ import annotations

import argparse
import json
import os
import sys
import tempfile
import time
from collections.abc import Callable
from importlib.metadata import version
from pathlib import Path
from typing import Any

os.environ.setdefault("QT_QPA_PLATFORM", "offscreen")
sys.path.insert(0, str(Path(__file__).resolve().parent))

import canvas_figures as figures
from labelme import app as labelme

QtCore, QtGui, QtWidgets = labelme.QtCore, labelme.QtGui, labelme.QtWidgets
WINDOW = (1600, 1000)
LIMIT_S = 60.0
"""No gesture is timed for longer, however few events that makes."""


def labelme_file(folder: Path, image: Path, rings: list[list[list[float]]], size: Any) -> Path:
    """The polygons as labelme has them, beside nothing: it names the image by its whole path."""
    shapes = [
        {"label": "cell", "points": ring, "group_id": None, "shape_type": "polygon", "flags": {}}
        for ring in rings
    ]
    file = folder / f"{len(rings)}.json"
    data = {
        "version": version("labelme"),
        "flags": {},
        "shapes": shapes,
        "imagePath": str(image),
        "imageData": None,
        "imageWidth": size.width(),
        "imageHeight": size.height(),
    }
    file.write_text(json.dumps(data), encoding="utf-8")
    return file


class Peer:
    """Its window."""

    def __init__(self) -> None:
        self.window = labelme.MainWindow(config_overrides={"auto_save": False})
        self.window.resize(*WINDOW)
        self.window.show()
        self.flush()
        self.start_s = time.perf_counter() - figures.BEGAN
        children = self.window.findChildren(QtWidgets.QWidget)
        self.canvas = next(w for w in children if type(w).__name__ == "Canvas")

    def flush(self) -> None:
        """Deliver and paint all that waits."""
        for _ in range(3):
            QtWidgets.QApplication.processEvents()

    def open(self, file: Path) -> float:
        """Open a file; seconds until it is painted."""
        load = getattr(self.window, "_load_file", None) or self.window.load_file
        start = time.perf_counter()
        load(str(file))
        self.flush()
        return time.perf_counter() - start

    def timed(self, count: int, make: Callable[[int], Any]) -> dict[str, float | int]:
        """Send events one by one, each with its paint."""
        seconds: list[float] = []
        begin = time.perf_counter()
        while len(seconds) < count and time.perf_counter() - begin < LIMIT_S:
            event = make(len(seconds))
            start = time.perf_counter()
            QtWidgets.QApplication.sendEvent(self.canvas, event)
            self.flush()
            seconds.append(time.perf_counter() - start)
        return figures.summary(seconds)

    def hover(self, number: int) -> Any:
        """The mouse somewhere else over the seen part of the image."""
        seen = self.canvas.visibleRegion().boundingRect()
        x = seen.left() + (0.15 + 0.7 * (number * 0.381966 % 1)) * seen.width()
        y = seen.top() + (0.25 + 0.5 * (number * 0.618034 % 1)) * seen.height()
        at, none = QtCore.QPointF(x, y), QtCore.Qt.NoButton
        kind = QtCore.QEvent.MouseMove
        return QtGui.QMouseEvent(kind, at, none, none, QtCore.Qt.NoModifier)

    def zoom(self, number: int) -> Any:
        """A notch of the wheel with Ctrl over the middle of what is seen: in, two out, in."""
        turn = 1 if number % 4 in (0, 3) else -1
        at = QtCore.QPointF(self.canvas.visibleRegion().boundingRect().center())
        place, none = QtCore.QPointF(self.canvas.mapToGlobal(at.toPoint())), QtCore.QPoint()
        delta, button = QtCore.QPoint(0, 120 * turn), QtCore.Qt.NoButton
        keys, phase = QtCore.Qt.ControlModifier, QtCore.Qt.NoScrollPhase
        return QtGui.QWheelEvent(at, place, none, delta, button, keys, phase, False)


def measure(image: Path, every: dict[str, Any], count: int) -> dict[str, Any]:
    """All figures, as JSON values."""
    peer = Peer()
    found: dict[str, Any] = {
        "program": f"labelme {version('labelme')}",
        "start_s": round(peer.start_s, 2),
        "opening": {},
        "gestures_at_fit": {},
        "memory_mb": {},
    }
    size = QtGui.QImageReader(str(image)).size()
    with tempfile.TemporaryDirectory() as folder:
        for name, rings in sorted(every.items(), key=lambda pair: int(pair[0])):
            file = labelme_file(Path(folder), image, rings, size)
            found["opening"][name] = figures.opening([peer.open(file)])
            found["gestures_at_fit"][name] = {
                "hover": peer.timed(count, peer.hover),
                "zoom": peer.timed(count, peer.zoom),
            }
            found["memory_mb"][name] = figures.memory_mb()
    return found


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("image", type=Path)
    parser.add_argument("rings", type=Path)
    parser.add_argument("--events", type=int, default=10)
    options = parser.parse_args()
    with tempfile.TemporaryDirectory() as settings:
        QtCore.QSettings.setDefaultFormat(QtCore.QSettings.IniFormat)
        QtCore.QSettings.setPath(QtCore.QSettings.IniFormat, QtCore.QSettings.UserScope, settings)
        app = QtWidgets.QApplication(sys.argv[:1])
        every = json.loads(options.rings.read_text(encoding="utf-8"))
        print(json.dumps(measure(options.image, every, options.events)), flush=True)
        assert app is not None
        os._exit(0)  # its threads and thumbnails are no business of this measurement


if __name__ == "__main__":
    main()
