"""The real main window, for tests."""

from __future__ import annotations

from pathlib import Path

from PySide6.QtWidgets import QApplication, QDialog
from pytestqt.qtbot import QtBot

from annotator.app import make_window
from annotator.ui.main_window import MainWindow

WAIT_MS = 30_000


def open_window(qtbot: QtBot, project: Path | None = None, *, assists: bool = False) -> MainWindow:
    """Show it, on a project or on the welcome page, and wait for the image or its reason.

    Boxes stay as they are drawn, so that no learner starts, unless it is to assist.
    """
    window = make_window(project)
    window.workspace.settings.change(assists=assists)
    window.resize(1200, 800)
    qtbot.addWidget(window)
    with qtbot.waitExposed(window):
        window.show()
    window.activateWindow()
    if project is not None and window.workspace.image is not None:
        canvas = window.canvas
        qtbot.waitUntil(lambda: bool(canvas.picture or canvas.message), timeout=WAIT_MS)
    return window


def close_dialogs() -> int:
    """Close every dialog that is open; how many there were."""
    dialogs = [w for w in QApplication.topLevelWidgets() if isinstance(w, QDialog)]
    shown = [d for d in dialogs if d.isVisible()]
    for dialog in shown:
        dialog.reject()
        dialog.deleteLater()
    return len(shown)
