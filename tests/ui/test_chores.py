"""Imports and exports in a process of their own."""

from __future__ import annotations

import json
import sys
from pathlib import Path

import pytest
from PySide6.QtCore import QObject
from pytestqt.qtbot import QtBot

from annotator.store.store import Store
from annotator.ui.chores import Chore
from annotator.ui.progress import JobProgress
from tests.learning.squares import make_squares

WAIT_MS = 60_000


@pytest.fixture
def owner(qtbot: QtBot) -> QObject:
    return QObject()


def outcome(qtbot: QtBot, chore: Chore) -> tuple[bool, str]:
    ends: list[tuple[bool, str]] = []
    chore.start(lambda ok, text: ends.append((ok, text)))
    qtbot.waitUntil(lambda: bool(ends), timeout=WAIT_MS)
    assert len(ends) == 1
    return ends[0]


def test_an_export_runs_beside_the_window_and_tells_its_progress(
    qtbot: QtBot, owner: QObject, tmp_path: Path
) -> None:
    project, file = make_squares(tmp_path), tmp_path / "out.json"
    chore = Chore("Exporting out.json", ["export", str(project), str(file)], owner)
    told: list[JobProgress] = []
    chore.progressed.connect(told.append)
    ok, text = outcome(qtbot, chore)
    assert ok
    assert "2 images" in text
    assert len(json.loads(file.read_text())["images"]) == 2
    assert told[0] == JobProgress("chore", "Exporting out.json")
    assert (told[-1].done, told[-1].total) == (2, 2)


def test_a_command_that_fails_ends_with_its_own_words(
    qtbot: QtBot, owner: QObject, tmp_path: Path
) -> None:
    chore = Chore(
        "Exporting", ["export", str(tmp_path / "nowhere"), str(tmp_path / "o.json")], owner
    )
    ok, text = outcome(qtbot, chore)
    assert not ok
    assert "nowhere" in text
    assert not (tmp_path / "o.json").exists()


def test_a_cancelled_command_says_so(qtbot: QtBot, owner: QObject, tmp_path: Path) -> None:
    project = make_squares(tmp_path)
    chore = Chore("Exporting", ["export", str(project), str(tmp_path / "o.json")], owner)
    chore._process.started.connect(chore.cancel)
    assert outcome(qtbot, chore) == (False, "Exporting was cancelled. Nothing was changed.")
    assert not (tmp_path / "o.json").exists()


def test_an_import_that_is_cancelled_half_way_leaves_nothing(
    qtbot: QtBot, owner: QObject, tmp_path: Path
) -> None:
    Store.create(tmp_path / "project").close()
    rows = [{"id": n, "image_id": 1, "category_id": 1, "bbox": [1, 2, 3, 4]} for n in range(30_000)]
    images, categories = [{"id": 1, "file_name": "a.jpg"}], [{"id": 1, "name": "cat"}]
    file = tmp_path / "in.json"
    file.write_text(json.dumps({"images": images, "annotations": rows, "categories": categories}))
    chore = Chore("Importing", ["import", str(tmp_path / "project"), str(file)], owner)
    chore.progressed.connect(lambda told: chore.cancel() if told.total else None)
    assert outcome(qtbot, chore) == (False, "Importing was cancelled. Nothing was changed.")
    with Store.open(tmp_path / "project") as store:
        assert (store.images.all(), store.categories.all(), store.roots.all()) == ([], (), [])
        assert store.history.entries() == []
    assert sorted(p.name for p in (tmp_path / "project").glob("project.sqlite*")) == [
        "project.sqlite"
    ]


def test_a_command_that_cannot_start_says_so(
    qtbot: QtBot, owner: QObject, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(sys, "executable", "/nowhere/python")
    ok, text = outcome(qtbot, Chore("Exporting", ["export"], owner))
    assert not ok
    assert text.startswith("Exporting could not start")
