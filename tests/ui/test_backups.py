"""Backups in the real window: made beside the work, chosen from the menu, offered after damage."""

from __future__ import annotations

import shutil
from pathlib import Path

import pytest
from PySide6.QtCore import QThreadPool
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QDialog, QLabel, QPushButton, QTreeWidget
from pytestqt.qtbot import QtBot

from annotator.services import backup
from annotator.store import backups
from annotator.store.lock import EditorLock
from annotator.store.store import FILE_NAME
from annotator.ui import keeper
from annotator.ui.main_window import MainWindow
from tests.ui.hands import LEFT, draw_box
from tests.ui.windows import WAIT_MS, open_window


@pytest.fixture
def window(qtbot: QtBot, project: Path, monkeypatch: pytest.MonkeyPatch) -> MainWindow:
    """The window on the project, backed up at once."""
    monkeypatch.setattr(keeper, "AFTER_OPENING_MS", 0)
    made = open_window(qtbot, project)
    qtbot.waitUntil(lambda: backup.has_any(project), timeout=WAIT_MS)
    QThreadPool.globalInstance().waitForDone()
    return made


def list_of(window: MainWindow, qtbot: QtBot) -> QTreeWidget:
    """The list of the dialog, once it is filled."""
    window.actions_.by_id["restore"].trigger()
    dialog = window.findChild(QDialog, "backups_dialog")
    rows = dialog.findChild(QTreeWidget, "backups_list")
    qtbot.waitUntil(lambda: rows.topLevelItemCount() > 0, timeout=WAIT_MS)
    return rows


def press(window: MainWindow, name: str) -> None:
    QTest.mouseClick(window.findChild(QPushButton, name), LEFT)


def xs(window: MainWindow) -> list[int]:
    return [round(a.box.x) for a in window.workspace.annotations if a.box]


def wait_for_notice(window: MainWindow, qtbot: QtBot, words: str) -> None:
    qtbot.waitUntil(lambda: words in window.notices.text, timeout=WAIT_MS)


def test_a_backup_is_made_after_opening_every_so_many_edits_and_at_closing(
    window: MainWindow, qtbot: QtBot, project: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    assert len(backups.every(project)) == 1
    monkeypatch.setattr(keeper, "EVERY_EDITS", 2)
    draw_box(window.canvas, 10, 10, 30, 40)
    draw_box(window.canvas, 50, 10, 70, 40)
    qtbot.waitUntil(lambda: len(backups.every(project)) == 2, timeout=WAIT_MS)
    draw_box(window.canvas, 10, 50, 30, 80)
    window.close()
    QThreadPool.globalInstance().waitForDone()
    found = backup.listed(project)
    assert [inside.objects for _, inside in found] == [3, 2, 0]


def test_a_backup_is_restored_from_the_menu_and_taken_back(
    window: MainWindow, qtbot: QtBot, project: Path
) -> None:
    draw_box(window.canvas, 10, 10, 30, 40)
    rows = list_of(window, qtbot)
    first = rows.topLevelItem(0)
    assert [first.text(column) for column in (1, 2)] == ["5", "0"]
    assert "just now" in first.text(0)
    press(window, "backups_dialog_accept")
    wait_for_notice(window, qtbot, "Restored 5 images and 0 objects")
    assert window.workspace.store is not None
    assert not window.workspace.is_read_only
    assert xs(window) == []
    press(window, "notice_action")
    wait_for_notice(window, qtbot, "Restored 5 images and 1 object.")
    assert xs(window) == [10]
    asides = [b for b in backups.every(project) if b.is_aside]
    assert len(asides) == 2


def test_restoring_waits_for_a_learner_that_has_the_project_open(
    window: MainWindow, qtbot: QtBot
) -> None:
    with qtbot.waitSignal(window.learner.device_changed, timeout=120_000):
        window.learner.warm_up()
    list_of(window, qtbot)
    press(window, "backups_dialog_accept")
    wait_for_notice(window, qtbot, "Restored 5 images")


def test_a_damaged_project_is_told_and_its_backup_offered(qtbot: QtBot, project: Path) -> None:
    backup.back_up(project)
    file = project / FILE_NAME
    file.write_bytes(b"not what it was" * 1000)
    before = file.read_bytes()
    window = open_window(qtbot, project)
    assert "no project file" in window.notices.text
    assert file.read_bytes() == before
    press(window, "notice_action")
    rows = window.findChild(QTreeWidget, "backups_list")
    qtbot.waitUntil(lambda: rows.topLevelItemCount() > 0, timeout=WAIT_MS)
    press(window, "backups_dialog_accept")
    wait_for_notice(window, qtbot, "Restored 5 images")
    assert len(window.workspace.images) == 5
    asides = [b for b in backups.every(project) if b.is_aside]
    assert [b.path.read_bytes() for b in asides] == [before]


def test_damage_that_opening_does_not_meet_is_found_soon_after(
    qtbot: QtBot, project: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    backup.back_up(project)
    monkeypatch.setattr(backups, "damage", lambda *_: "row 3 missing from index ix_image_state")
    monkeypatch.setattr(keeper, "AFTER_OPENING_MS", 0)
    window = open_window(qtbot, project)
    wait_for_notice(window, qtbot, "is damaged (row 3 missing")
    assert window.findChild(QPushButton, "notice_action").text() == "Restore…"
    assert len(backups.every(project)) == 1


def test_a_window_that_only_looks_makes_no_backup(
    qtbot: QtBot, project: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(keeper, "AFTER_OPENING_MS", 0)
    lock = EditorLock(project)
    lock.acquire("Bob's window")
    window = open_window(qtbot, project)
    assert "Bob's window" in window.notices.text
    window.close()
    QThreadPool.globalInstance().waitForDone()
    assert backups.every(project) == []
    lock.release()


def test_what_cannot_be_restored_leaves_the_project_open(
    window: MainWindow, qtbot: QtBot, project: Path
) -> None:
    draw_box(window.canvas, 10, 10, 30, 40)
    rows = list_of(window, qtbot)
    assert rows.topLevelItemCount() == 1
    backups.every(project)[0].path.write_bytes(b"rotten")
    press(window, "backups_dialog_accept")
    wait_for_notice(window, qtbot, "is no project file")
    assert xs(window) == [10]


def test_a_disk_without_room_is_told_once(
    window: MainWindow, qtbot: QtBot, project: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    told: list[str] = []
    window.workspace.said.connect(lambda notice: told.append(notice.text))
    usage = shutil.disk_usage(project)
    monkeypatch.setattr(shutil, "disk_usage", lambda _: usage._replace(free=1000))
    monkeypatch.setattr(keeper, "EVERY_EDITS", 1)
    for x in (10, 40):
        draw_box(window.canvas, x, 10, x + 20, 40)
        QThreadPool.globalInstance().waitForDone()
    qtbot.waitUntil(lambda: any("No backup was made" in text for text in told), timeout=WAIT_MS)
    assert sum("No backup was made" in text for text in told) == 1
    assert xs(window) == [10, 40]


def test_an_empty_list_says_when_backups_are_made(qtbot: QtBot, project: Path) -> None:
    window = open_window(qtbot, project)
    window.backups.show()
    dialog = window.findChild(QDialog, "backups_dialog")
    note = dialog.findChild(QLabel, "backups_note")
    qtbot.waitUntil(lambda: "no backup yet" in note.text(), timeout=WAIT_MS)
    assert not dialog.findChild(QPushButton, "backups_dialog_accept").isEnabled()
    dialog.reject()
