"""The real window under a script: edits one after the other, each told once it is done.

``python -m tests.faults.editing_window PROJECT SEED``: one JSON object a line, as ``Told`` has it,
until the process is killed.
"""

from __future__ import annotations

import json
import random
import sys
from collections.abc import Callable
from pathlib import Path

from PySide6.QtCore import QObject, QSettings, Qt, QTimer
from PySide6.QtWidgets import QApplication

from annotator.app import make_window
from annotator.ui import keeper
from annotator.ui.main_window import MainWindow
from tests.faults.told import told_of
from tests.ui.hands import CTRL, drag, draw_box, draw_polygon, press_key


def tell(value: object) -> None:
    """One line for the process that started this one."""
    sys.stdout.write(json.dumps(value) + "\n")
    sys.stdout.flush()


class Script(QObject):
    """Does one random thing each time the event loop is idle; the window owns it."""

    def __init__(self, window: MainWindow, seed: int) -> None:
        super().__init__(window)
        self._window = window
        self._random = random.Random(seed)
        self._things: tuple[Callable[[], None], ...] = (
            *(self._box, self._polygon, self._drag, self._delete, self._undo, self._redo),
            *(self._review, self._walk),
        )
        self._timer = QTimer(self)
        self._timer.timeout.connect(self._act)
        self._timer.start(0)

    def _act(self) -> None:
        if self._window.canvas.picture is None:
            return  # the image is on its way
        self._random.choice(self._things)()
        store = self._window.workspace.store
        assert store is not None
        tell(told_of(store))

    def _place(self) -> tuple[int, int]:
        return self._random.randrange(5, 60), self._random.randrange(5, 60)

    def _box(self) -> None:
        x, y = self._place()
        draw_box(self._window.canvas, x, y, x + 25, y + 30)

    def _polygon(self) -> None:
        x, y = self._place()
        draw_polygon(self._window.canvas, [(x, y), (x + 30, y), (x + 15, y + 30)])

    def _drag(self) -> None:
        workspace = self._window.workspace
        if workspace.annotations:
            chosen = self._random.choice(workspace.annotations)
            workspace.set_tool("select")
            workspace.select([chosen.id])
            assert chosen.box is not None
            x, y = chosen.box.x + 10, chosen.box.y + 6
            drag(self._window.canvas, (x, y), (x + 4, y + 3))

    def _delete(self) -> None:
        workspace = self._window.workspace
        if len(workspace.annotations) > 3:
            workspace.select([self._random.choice(workspace.annotations).id])
            press_key(self._window.canvas, Qt.Key.Key_Delete)

    def _undo(self) -> None:
        press_key(self._window.canvas, Qt.Key.Key_Z, keys=CTRL)

    def _redo(self) -> None:
        press_key(self._window.canvas, Qt.Key.Key_Y, keys=CTRL)

    def _review(self) -> None:
        self._window.workspace.mark_reviewed()

    def _walk(self) -> None:
        self._window.workspace.go(self._random.choice((-1, 1)))


def main() -> None:
    """Show the window and begin."""
    project, seed = Path(sys.argv[1]), int(sys.argv[2])
    app = QApplication(sys.argv[:1])
    QSettings.setDefaultFormat(QSettings.Format.IniFormat)
    QSettings.setPath(
        QSettings.Format.IniFormat, QSettings.Scope.UserScope, str(project.parent / "settings")
    )
    keeper.AFTER_OPENING_MS, keeper.EVERY_EDITS = 100, 10  # backups are under way, too
    window = make_window(project)
    window.resize(900, 600)
    window.show()
    if window.workspace.is_read_only:
        sys.exit(f"read-only: {window.notices.text}")
    Script(window, seed)
    tell({"ready": True})
    app.exec()


if __name__ == "__main__":
    main()
