"""A project written by the first form of the program opens, goes on, and loses nothing."""

from __future__ import annotations

import json
import shutil
import sqlite3
from collections.abc import Iterator
from contextlib import closing
from dataclasses import replace
from pathlib import Path

import pytest

from annotator.domain.attributes import Attribute
from annotator.domain.edits import Edit, Step
from annotator.domain.errors import RefusedError
from annotator.domain.model import Annotation, Box
from annotator.services.bulk import run
from annotator.services.bulk_jobs import Undo
from annotator.services.exchange import export_coco
from annotator.store import schema
from annotator.store.store import FILE_NAME, Store
from tests.services.coco_files import difference

DATA = Path(__file__).resolve().parents[1] / "data"
SAID = (Attribute("colour", "red"), Attribute("occluded", False), Attribute("speed", 1.5))
"""What the file of the sample says of its first object, in the forms that are known now."""


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """The sample: an import, and on image a.jpg moves, a drawn box, nudges, a deletion, undos."""
    shutil.copyfile(DATA / "schema-1.sqlite", tmp_path / FILE_NAME)
    return tmp_path


@pytest.fixture
def store(folder: Path) -> Iterator[Store]:
    with Store.open(folder) as opened:
        yield opened


def on_the_first_image(store: Store) -> list[Annotation]:
    return list(store.annotations.of_image(1))


def undo_all(store: Store, image_id: int = 1) -> list[str]:
    texts = []
    while undone := store.history.undo(image_id, person="Bob"):
        texts.append(undone.text)
    return texts


def exported(store: Store) -> dict:
    target = store.folder / "out.json"
    export_coco(store, target)
    return json.loads(target.read_text())


def test_the_sample_is_of_the_first_form(folder: Path) -> None:
    assert schema.version_of(folder / FILE_NAME) == "0001"
    with closing(sqlite3.connect(folder / FILE_NAME)) as link:
        columns = {row[1] for row in link.execute("PRAGMA table_info(annotation)")}
    assert "attributes" not in columns


def test_it_is_brought_up_to_date_and_a_copy_stays_beside(store: Store) -> None:
    assert schema.version_of(store.folder / FILE_NAME) == schema.KNOWN[-1]
    copy = store.folder / f"project-before-{schema.KNOWN[-1]}.sqlite"
    assert schema.version_of(copy) == "0001"


def test_what_the_file_said_in_known_forms_is_read_and_the_rest_is_left(store: Store) -> None:
    first, third, drawn = on_the_first_image(store)
    assert (first.attributes, first.note, first.group_id) == (SAID, "by the door", 4)
    assert (third.attributes, third.note, third.group_id) == ((), "", None)
    assert (drawn.attributes, drawn.note, drawn.group_id) == ((), "", None)
    assert [a.group_id for a in store.annotations.of_image(2)] == [4, None]


def test_the_steps_of_before_are_undone_and_redone_exactly(store: Store) -> None:
    before = on_the_first_image(store)
    assert undo_all(store) == [
        "Move object", "Delete object", "Nudge object", "Draw box", "Move object",
    ]  # fmt: skip
    first, second, third = on_the_first_image(store)
    assert first.box == Box(1, 2, 10, 12)
    assert first.attributes == SAID
    assert not any(a.is_edited for a in (first, second, third))
    for text in ("Move object", "Draw box", "Nudge object", "Delete object", "Move object"):
        assert store.history.redo_text(1) == text
        store.history.redo(1, person="Bob")
    assert on_the_first_image(store) == before


def test_what_was_undone_before_can_be_redone_once(folder: Path) -> None:
    """The last step on the image was undone before the migration."""
    with Store.open(folder) as store:
        redone = store.history.redo(1, person="Bob")
        assert redone is not None
        assert redone.text == "Move object"
        assert store.history.redo(1, person="Bob") is None
        drawn = on_the_first_image(store)[-1]
        assert drawn.box == Box(50, 30, 8, 8)


def test_with_all_taken_back_the_file_comes_out_as_it_came_in(store: Store) -> None:
    undo_all(store)
    told = json.loads((DATA / "schema-1.json").read_text())
    bulk = next(e for e in store.history.entries() if e.is_bulk)
    run(store, Undo("Bob", bulk.id))
    out = exported(store)
    assert difference(told["annotations"], out["annotations"]) == ""
    assert difference(told["images"], out["images"]) == ""


def test_an_edit_on_top_is_undone_with_the_ones_of_before(store: Store) -> None:
    first = on_the_first_image(store)[0]
    after = replace(first, attributes=(Attribute("colour", "blue"),), note="", group_id=None)
    step = Step("Change attributes", (Edit(first, after),), 1)
    store.history.apply(step, person="Bob")
    row = next(r for r in exported(store)["annotations"] if r["id"] == 11)
    assert row["attributes"] == {"colour": "blue", "track": [1, 2]}
    assert "description" not in row
    assert "group_id" not in row
    undo_all(store)
    assert on_the_first_image(store)[0].attributes == SAID


def test_a_step_of_before_can_be_walked_to(store: Store) -> None:
    drawing = next(e for e in store.history.entries(1) if e.text == "Draw box")
    walked = store.history.walk(1, drawing.id, person="Bob", seconds=60)
    assert walked.is_there
    assert on_the_first_image(store)[-1].box == Box(40, 30, 8, 8)
    cut = [e for e in store.history.entries(1) if e.is_undone and not e.can_redo]
    assert [e.text for e in cut] == ["Move object"]
    with pytest.raises(RefusedError, match="made in its place"):
        store.history.walk(1, cut[0].id, person="Bob", seconds=60)


def test_the_bulk_step_of_before_still_stands_in_the_way_of_its_image(store: Store) -> None:
    with pytest.raises(RefusedError, match="Edit > History"):
        store.history.undo(2, person="Bob")
