"""A project written by the second form of the program opens and goes on."""

from __future__ import annotations

import shutil
import sqlite3
from contextlib import closing
from pathlib import Path

import pytest

from annotator.domain.suspects import Fault, Suspect
from annotator.store import schema
from annotator.store.store import FILE_NAME, Store

DATA = Path(__file__).resolve().parents[1] / "data"


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    shutil.copyfile(DATA / "schema-2.sqlite", tmp_path / FILE_NAME)
    return tmp_path


def test_the_sample_is_of_the_second_form(folder: Path) -> None:
    assert schema.version_of(folder / FILE_NAME) == "0002"


def test_it_is_brought_up_to_date_and_loses_nothing(folder: Path) -> None:
    with closing(sqlite3.connect(folder / FILE_NAME)) as link:
        count = link.execute("SELECT count(*) FROM annotation").fetchone()[0]
        made = link.execute("SELECT count(*) FROM step").fetchone()[0]
    with Store.open(folder) as store:
        assert schema.version_of(folder / FILE_NAME) == schema.KNOWN[-1]
        assert store.annotations.count() == count
        assert store.suspects.undecided() == []
        found = Suspect(0, 1, Fault.EXTRA, 0.5, "why", store.annotations.of_image(1)[0])
        store.suspects.replace([1], [found])
        assert [s.words for s in store.suspects.undecided()] == ["why"]
    with closing(sqlite3.connect(folder / FILE_NAME)) as link:
        assert link.execute("SELECT count(*) FROM step").fetchone()[0] == made
        assert link.execute("SELECT count(*) FROM work").fetchone()[0] == 0
