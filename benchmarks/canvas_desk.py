"""The real window with a hand that sends it events, and an eye on the pixels of its screen."""

from __future__ import annotations

import os
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

os.environ.setdefault("QT_QPA_PLATFORM", "offscreen")
from annotator.app import make_window  # before PySide6, as the program does

# isort: split
import numpy as np
from PySide6.QtCore import QCoreApplication, QElapsedTimer, QEvent, QPoint, QPointF, Qt
from PySide6.QtGui import QImage, QMouseEvent, QWheelEvent
from PySide6.QtWidgets import QApplication

from annotator.domain.model import Annotation
from annotator.ui.canvas.view import Canvas

WINDOW = (1600, 1000)
GIVE_UP_S = 60.0
NONE, LEFT, MIDDLE = Qt.MouseButton.NoButton, Qt.MouseButton.LeftButton, Qt.MouseButton.MiddleButton
PLAIN, CTRL = Qt.KeyboardModifier.NoModifier, Qt.KeyboardModifier.ControlModifier


def largest_difference(one: QImage, other: QImage) -> int:
    """How far two pictures of one size and of format RGB32 are apart in any channel."""
    assert one.size() == other.size()
    first, second = (np.frombuffer(i.constBits(), np.uint8).astype(np.int16) for i in (one, other))
    apart = np.abs(first - second).reshape(-1, 4)[:, :3]  # the fourth byte means nothing
    return int(apart.max())


class Desk:
    """The window and the hand at it."""

    def __init__(self, project: Path) -> None:
        self.window = make_window(project)
        self.window.resize(*WINDOW)
        self.window.show()
        self.canvas: Canvas = self.window.findChild(Canvas, "canvas")
        self.workspace = self.window.workspace
        self.settle()

    # Waiting ------------------------------------------------------------------------------------

    def until(self, is_done: Callable[[], bool]) -> tuple[float, float]:
        """Run the event loop until something holds.

        Returns:
            Seconds it took, and the longest that the loop was away from a timer of no delay:
            so long an input event might have waited.
        """
        start = last = time.perf_counter()
        longest = 0.0
        while not is_done():
            QApplication.processEvents()
            now = time.perf_counter()
            longest, last = max(longest, now - last), now
            if now - start > GIVE_UP_S:
                raise TimeoutError("the canvas did not come to rest")
        return last - start, longest

    def rest(self, seconds: float) -> None:
        """Let the event loop run for a while."""
        watch = QElapsedTimer()
        watch.start()
        self.until(lambda: watch.elapsed() >= 1000 * seconds)

    def settle(self) -> None:
        """Until everything is decoded and sharp, and nothing more happens."""

        def is_settled() -> bool:
            picture = self.canvas.picture
            return self.canvas.is_sharp and picture is not None and picture.is_whole

        self.until(is_settled)
        self.rest(0.5)

    # Acting -------------------------------------------------------------------------------------

    def send(self, event: QEvent) -> tuple[float, float]:
        """Send an event and paint what it changed; wall and processor seconds."""
        start, cpu = time.perf_counter(), time.thread_time()
        QApplication.sendEvent(self.canvas, event)
        QCoreApplication.sendPostedEvents()
        return time.perf_counter() - start, time.thread_time() - cpu

    def mouse(
        self, kind: QEvent.Type, at: QPointF, button: Any = NONE, held: Any = NONE
    ) -> QMouseEvent:
        """An event of the mouse at a place of the canvas."""
        return QMouseEvent(kind, at, QPointF(self._global(at)), button, held, PLAIN)

    def wheel(self, at: QPointF, notches: int) -> QWheelEvent:
        """A turn of the wheel with Ctrl held."""
        phase = Qt.ScrollPhase.NoScrollPhase
        turn = QPoint(0, 120 * notches)
        return QWheelEvent(at, QPointF(self._global(at)), QPoint(), turn, NONE, CTRL, phase, False)

    def _global(self, at: QPointF) -> QPoint:
        return self.canvas.mapToGlobal(at.toPoint())

    # Seeing -------------------------------------------------------------------------------------

    def screen(self) -> QImage:
        """What stands on the screen in the place of the canvas; nothing is painted for it."""
        whole = self.window.screen().grabWindow(self.window.winId()).toImage()
        corner = self.canvas.mapTo(self.window, QPoint(0, 0))
        seen = whole.copy(corner.x(), corner.y(), self.canvas.width(), self.canvas.height())
        return seen.convertToFormat(QImage.Format.Format_RGB32)

    def painted_anew(self) -> QImage:
        """What the canvas looks like when all of it is painted."""
        return self.canvas.grab().toImage().convertToFormat(QImage.Format.Format_RGB32)

    def look(self, zoom: float | None) -> None:
        """Fit, or a crowded place at a zoom, sharp."""
        x, y = self._crowd(zoom or 1.0)
        self.canvas.restore_view({"fit": zoom is None, "zoom": zoom, "x": x, "y": y})
        self.settle()

    def _crowd(self, zoom: float) -> tuple[float, float]:
        """The object, of the first hundred, with most others in view around it; its middle."""
        boxes = np.array([a.box for a in self.workspace.annotations], dtype=np.float64)
        middles = boxes[:, :2] + boxes[:, 2:] / 2
        reach = np.array([self.canvas.width(), self.canvas.height()]) / zoom / 2 - 60 / zoom
        near = [(np.abs(middles - one) < reach).all(axis=1).sum() for one in middles[:100]]
        x, y = middles[int(np.argmax(near))].tolist()
        return x, y

    def seen_objects(self) -> Iterator[tuple[Annotation, QPointF]]:
        """Objects whose middle is well inside the canvas, and that place."""
        area = self.canvas.rect().adjusted(40, 40, -40, -40)
        for one in self.workspace.annotations:
            assert one.box is not None
            middle = one.box.x + one.box.width / 2, one.box.y + one.box.height / 2
            at = self.canvas.to_screen(*middle)
            if area.contains(at.toPoint()):
                yield one, at
