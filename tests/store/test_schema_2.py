"""A project written by the second form of the program opens, and is searched through indexes."""

from __future__ import annotations

import shutil
from collections.abc import Iterator
from pathlib import Path

import pytest

from annotator.domain.model import Box
from annotator.services.query import parse
from annotator.store import schema
from annotator.store.store import FILE_NAME, Store

DATA = Path(__file__).resolve().parents[1] / "data"


@pytest.fixture
def store(tmp_path: Path) -> Iterator[Store]:
    """The sample: an import, a moved object, a prediction."""
    shutil.copyfile(DATA / "schema-2.sqlite", tmp_path / FILE_NAME)
    assert schema.version_of(tmp_path / FILE_NAME) == "0002"
    with Store.open(tmp_path) as opened:
        yield opened


def test_it_is_brought_up_to_date_and_a_copy_stays_beside(store: Store) -> None:
    assert schema.version_of(store.folder / FILE_NAME) == schema.KNOWN[-1]
    copy = store.folder / f"project-before-{schema.KNOWN[-1]}.sqlite"
    assert schema.version_of(copy) == "0002"


def test_it_is_searched_and_its_steps_are_undone(store: Store) -> None:
    first = store.images.all()[0].id
    assert store.images.search(parse("score<0.4")) == [first]
    name = store.categories.all()[0].name
    assert first in store.images.search(parse(f"category:{name}"))
    moved = store.annotations.of_image(first)[0]
    assert moved.box == Box(2, 3, 10, 12)
    store.history.undo(first, person="Bob")
    assert store.annotations.of_image(first)[0].box == Box(1, 2, 10, 12)


def test_its_indexes_are_those_of_a_new_project(store: Store, tmp_path: Path) -> None:
    with Store.create(tmp_path / "new") as new:
        both = []
        for one in (store, new):
            with one.images._database.read() as connection:
                text = "SELECT name, sql FROM sqlite_master WHERE type = 'index' ORDER BY name"
                rows = connection.exec_driver_sql(text).all()
                both.append([(name, " ".join((sql or "").split())) for name, sql in rows])
    assert both[0] == both[1]
