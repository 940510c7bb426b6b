"""A closed project holds its file no longer, also when a thread still reads in it."""

from __future__ import annotations

import sqlite3
from contextlib import closing
from pathlib import Path

from annotator.store.store import FILE_NAME, Store


def is_free(folder: Path) -> bool:
    """Whether nobody has the file open: only then the journal can be folded in."""
    with closing(sqlite3.connect(folder / FILE_NAME, timeout=0)) as link:
        try:
            return link.execute("PRAGMA journal_mode=DELETE").fetchone() == ("delete",)
        except sqlite3.OperationalError:
            return False


def test_a_project_in_use_is_held_and_a_closed_one_is_not(tmp_path: Path) -> None:
    store = Store.create(tmp_path / "p")
    store.images.count()
    assert not is_free(store.folder)
    store.close()
    assert is_free(store.folder)


def test_a_reader_that_comes_late_leaves_nothing_open(tmp_path: Path) -> None:
    store = Store.create(tmp_path / "p")
    store.close()
    assert store.images.count() == 0
    assert is_free(store.folder)


def test_a_reader_in_the_middle_lets_go_when_it_is_done(tmp_path: Path) -> None:
    store = Store.create(tmp_path / "p")
    with store._database.read() as connection:
        connection.exec_driver_sql("SELECT count(*) FROM image").scalar()
        store.close()
        assert not is_free(store.folder)
    assert is_free(store.folder)
