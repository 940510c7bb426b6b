"""A project from before the queue had places opens, and everything in it is still there."""

from __future__ import annotations

import shutil
import sqlite3
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path

import pytest
from sqlalchemy import create_engine, inspect

from annotator.domain.model import Box
from annotator.store import schema
from annotator.store.store import FILE_NAME, Store

DATA = Path(__file__).resolve().parents[1] / "data"


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """The sample: three images, an object on the first, predictions on the others."""
    shutil.copyfile(DATA / "schema-2.sqlite", tmp_path / FILE_NAME)
    return tmp_path


@pytest.fixture
def store(folder: Path) -> Iterator[Store]:
    with Store.open(folder) as opened:
        yield opened


def test_the_sample_is_of_the_second_form(folder: Path) -> None:
    assert schema.version_of(folder / FILE_NAME) == "0002"
    with closing(sqlite3.connect(folder / FILE_NAME)) as link:
        columns = {row[1] for row in link.execute("PRAGMA table_info(image)")}
    assert "place" not in columns


def test_what_was_known_stays_and_nothing_has_a_place(store: Store) -> None:
    first, second, third = store.images.all()
    assert [a.box for a in store.annotations.of_image(first.id)] == [Box(1, 2, 10, 12)]
    assert (second.uncertainty, third.flag) == (0.3, "person 0.50: foot unsure")
    (told,) = store.predictions.of_image(second.id)
    assert (told.score, told.doubt.joints, told.doubt.side) == (0.8, (0.1, 0.6), "")
    assert {image.place for image in (first, second, third)} == {None}
    assert store.queue.reasons_of(third.id) == ()
    assert store.queue.outlook is None
    assert store.queue.appearances(1) == {}


def test_it_has_the_form_of_a_new_project(store: Store, tmp_path: Path) -> None:
    with Store.create(tmp_path / "new") as new:
        forms = [_form(one.folder / FILE_NAME) for one in (store, new)]
    assert forms[0] == forms[1]


def _form(file: Path) -> dict[str, object]:
    engine = create_engine(f"sqlite:///{file}")
    found = inspect(engine)
    tables = {
        name: {column["name"]: str(column["type"]) for column in found.get_columns(name)}
        for name in found.get_table_names()
    }
    indexes = {name: sorted(i["name"] for i in found.get_indexes(name)) for name in tables}
    engine.dispose()
    return {"tables": tables, "indexes": indexes}
