"""What happens around the window: folders that go, other programs, other windows, odd clocks."""

from __future__ import annotations

import sqlite3
from contextlib import closing
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from PySide6.QtCore import Qt
from PySide6.QtWidgets import QFileDialog
from pytestqt.qtbot import QtBot

from annotator.store import database, steps
from annotator.store.store import FILE_NAME, Store
from tests.ui.hands import CTRL, SHIFT, draw_box, press_key
from tests.ui.project_hand import make_project
from tests.ui.windows import WAIT_MS, open_window


@pytest.fixture
def project(tmp_path: Path) -> Path:
    return make_project(tmp_path, pictures=3)


def test_an_unplugged_image_folder_is_told_and_linked_again(qtbot: QtBot, project: Path) -> None:
    """The objects stay; other images go on being shown once their folder is named."""
    pictures, moved = project.parent / "pictures", project.parent / "elsewhere"
    window = open_window(qtbot, project)
    canvas, workspace = window.canvas, window.workspace
    draw_box(canvas, 10, 10, 40, 40)
    drawn = workspace.annotations
    pictures.rename(moved)
    canvas_says = lambda words: qtbot.waitUntil(lambda: words in canvas.message, timeout=WAIT_MS)  # noqa: E731
    window.project.rescan()
    qtbot.waitUntil(lambda: "3 are missing" in window.notices.text, timeout=WAIT_MS)
    workspace.go(1)
    canvas_says("is missing")
    workspace.go(-1)
    canvas_says("is missing")
    assert workspace.annotations == drawn

    window.actions_.by_id["relink"].trigger()
    dialog = window.findChild(QFileDialog)
    dialog.fileSelected.emit(str(moved))
    dialog.reject()
    qtbot.waitUntil(lambda: canvas.picture is not None and not canvas.message, timeout=WAIT_MS)
    assert workspace.annotations == drawn
    assert not any(image.is_missing for image in workspace.images)


def test_another_program_that_keeps_the_database_is_told_and_waited_for(
    qtbot: QtBot, project: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(database, "BUSY_SECONDS", 0.05)
    window = open_window(qtbot, project)
    with closing(sqlite3.connect(project / FILE_NAME, isolation_level=None)) as other:
        other.execute("BEGIN IMMEDIATE")
        draw_box(window.canvas, 10, 10, 40, 40)
        assert "Another process has been writing" in window.notices.text
        assert window.workspace.annotations == ()
        other.execute("ROLLBACK")
    draw_box(window.canvas, 10, 10, 40, 40)
    assert len(window.workspace.annotations) == 1


def test_two_windows_on_one_project(qtbot: QtBot, project: Path) -> None:
    """The second only looks and says who edits; it sees what the first one does."""
    first = open_window(qtbot, project)
    first.settings.change(person="Ada")
    second = open_window(qtbot, project)
    assert second.workspace.is_read_only
    assert "is being edited by" in second.notices.text
    assert "process" in second.notices.text
    draw_box(first.canvas, 10, 10, 40, 40)
    draw_box(second.canvas, 50, 50, 80, 80)
    assert "looking only" in second.notices.text
    second.workspace.go(1)
    second.workspace.go(-1)
    assert second.workspace.annotations == first.workspace.annotations
    assert len(first.workspace.annotations) == 1
    first.close()
    second.project.open_project(project)
    assert not second.workspace.is_read_only


class _Clock:
    """A clock that goes wrong."""

    def __init__(self) -> None:
        self.time = datetime(2026, 6, 1, tzinfo=UTC)

    def now(self, _zone: object) -> datetime:
        return self.time


def test_a_clock_that_jumps_changes_no_order(
    qtbot: QtBot, project: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    clock = _Clock()
    monkeypatch.setattr(steps, "datetime", clock)
    window = open_window(qtbot, project)
    states = [window.workspace.annotations]
    for x, days in ((5, 0), (30, -4000), (60, 9000)):
        clock.time += timedelta(days=days)
        draw_box(window.canvas, x, 10, x + 20, 40)
        states.append(window.workspace.annotations)
    for state in reversed(states[:-1]):
        clock.time -= timedelta(days=300)
        press_key(window.canvas, Qt.Key.Key_Z, keys=CTRL)
        assert window.workspace.annotations == state
    for state in states[1:]:
        press_key(window.canvas, Qt.Key.Key_Z, keys=CTRL | SHIFT)
        assert window.workspace.annotations == state
    window.close()
    with Store.open(project) as store:
        assert [e.text for e in store.history.entries(1)] == ["Draw box"] * 3
