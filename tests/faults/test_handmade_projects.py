"""A project file that no program wrote: told in words, nothing run, nothing outside touched."""

from __future__ import annotations

import shutil
import sqlite3
from contextlib import closing
from functools import lru_cache
from pathlib import Path
from tempfile import TemporaryDirectory

import pytest
from pytestqt.qtbot import QtBot

from annotator.domain.errors import KnownError, UnreadableFileError
from annotator.domain.queueing import Outlook, Reason
from annotator.domain.suspects import Fault, Suspect
from annotator.services import worktime
from annotator.store import tables
from annotator.store.store import FILE_NAME, Store
from annotator.ui.settings import UserSettings
from annotator.ui.workspace import Workspace

DATA = Path(__file__).resolve().parents[1] / "data"
ODD = (
    *("", "x", "null", "3", "[1]", "{}", '[["a"]]', '{"mask":[[["a",1,2,3,4,5]]],"keypoints":[]}'),
    *('{"mask":[[[1e999,1,2,3,4,5]]],"keypoints":[]}', "[" * 5000, -1, 2**62, 1e300, b"\xff\xfe"),
)
LOOKED_AT = (
    *("image", "category", "annotation", "annotation_geometry", "prediction", "decision"),
    *("step", "step_item", "setting", "version", "root", "reason", "suspect", "work"),
)
COLUMNS = [
    (table.name, column.name)
    for table in tables.metadata.sorted_tables
    if table.name in LOOKED_AT
    for column in table.columns
    if column.name not in {"id", "version_id", "created", "receipt", "metrics", "source"}
]


@lru_cache(maxsize=1)
def sample() -> bytes:
    """A project with something in every table that is looked at, in its present form."""
    with TemporaryDirectory() as name:
        file = Path(name) / FILE_NAME
        shutil.copyfile(DATA / "schema-2.sqlite", file)
        with Store.open(file.parent) as store:
            (first, *_) = store.images.all()
            (found, *_) = store.annotations.of_image(first.id)
            why = Reason("dog 0.4: left edge unsure", "box", 1, None, "left")
            store.queue.set_order([first.id], {first.id: [why]})
            store.queue.set_outlook(Outlook(1, 20.0, 0.5))
            store.suspects.replace([first.id], [Suspect(0, first.id, Fault.EXTRA, 0.5, "x", found)])
            store.work.add([(first.id, found.id, "box", "by_hand", 2.0, 1)])
            store.settings.set("thresholds", {"1": 0.5})
        return file.read_bytes()


def spoil(folder: Path, table: str, column: str, value: object) -> bool:
    """Write a value into every row; False where the database itself refuses."""
    (folder / FILE_NAME).write_bytes(sample())
    with closing(sqlite3.connect(folder / FILE_NAME)) as link, link:
        try:
            link.execute(f"UPDATE {table} SET {column} = ?", (value,))
        except sqlite3.IntegrityError:
            return False
    return True


def look_through(workspace: Workspace, folder: Path) -> None:
    """Open it as the window does, see every image, and walk the history."""
    workspace.open(folder)
    for image in workspace.images:
        workspace.show_image(image.id)
        assert workspace.annotations is not None
        workspace.undo()
        workspace.redo()
    assert workspace.store is not None
    workspace.store.history.entries()
    assert workspace.store.suspects.undecided() is not None
    assert workspace.store.queue.outlook is None or workspace.store.queue.outlook.images >= 0
    assert worktime.totals(workspace.store) is not None
    workspace.setting("view", None)


@pytest.mark.parametrize(("table", "column"), COLUMNS, ids=lambda name: name)
def test_an_odd_value_in_any_column_is_told_or_does_no_harm(
    qtbot: QtBot, tmp_path: Path, table: str, column: str
) -> None:
    for number, value in enumerate(ODD):
        folder = tmp_path / f"project {number}"
        folder.mkdir()
        if not spoil(folder, table, column, value):
            continue
        workspace = Workspace(UserSettings())
        try:
            look_through(workspace, folder)
        except KnownError:
            continue
        except Exception as error:
            error.add_note(f"{table}.{column} = {str(value)[:60]!r}")
            raise
        finally:
            workspace.close()


def test_no_version_names_a_file_outside_its_folder(tmp_path: Path) -> None:
    """Deleting such a version would delete that file."""
    victim = tmp_path / "victim.safetensors"
    victim.touch()
    folder = tmp_path / "project"
    folder.mkdir()
    for name in ("../../victim.safetensors", str(victim), "..\\..\\victim.safetensors"):
        assert spoil(folder, "version", "checkpoint", name)
        with closing(sqlite3.connect(folder / FILE_NAME)) as link, link:
            link.execute("UPDATE version SET is_active = 0")
        with Store.open(folder) as store:
            with pytest.raises(UnreadableFileError, match="no version of Annotator writes"):
                store.versions.delete(1)
            with pytest.raises(UnreadableFileError, match="no version of Annotator writes"):
                store.versions.all()
    assert victim.exists()


def test_what_a_schema_was_given_to_run_cannot_reach_out(tmp_path: Path) -> None:
    """A trigger may change rows of its own file; functions that reach further are refused."""
    folder = tmp_path / "project"
    folder.mkdir()
    shutil.copyfile(DATA / "schema-2.sqlite", folder / FILE_NAME)
    with Store.open(folder) as store, store._database.read() as connection:
        assert connection.exec_driver_sql("PRAGMA trusted_schema").scalar() == 0
        with pytest.raises(Exception, match="not authorized"):
            connection.exec_driver_sql("SELECT load_extension('evil')")


@pytest.mark.parametrize("value", ["3", '{"x": 0.5}', '{"1": "x"}', '{"1": [2]}', '{"-1": 0.5}'])
def test_odd_scores_of_categories_are_left_out(qtbot: QtBot, tmp_path: Path, value: str) -> None:
    (tmp_path / FILE_NAME).write_bytes(sample())
    with closing(sqlite3.connect(tmp_path / FILE_NAME)) as link, link:
        link.execute("UPDATE setting SET value = ? WHERE key = 'thresholds'", (value,))
    workspace = Workspace(UserSettings())
    workspace.open(tmp_path)
    assert workspace.line.own == {}
    workspace.close()
