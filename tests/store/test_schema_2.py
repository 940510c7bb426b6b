"""A project written by the second form of the program opens, goes on, and loses nothing."""

from __future__ import annotations

import json
import shutil
from collections.abc import Iterator
from pathlib import Path

import pytest
from sqlalchemy import create_engine, inspect

from annotator.domain.attributes import Attribute
from annotator.domain.model import Annotation, Box, Keypoint, Part, Polygons, Rle, Verdict
from annotator.services.exchange import export_coco
from annotator.store import copies, schema
from annotator.store.store import FILE_NAME, Store
from tests.services.coco_files import difference

DATA = Path(__file__).resolve().parents[1] / "data"
RING = (40.0, 30.0, 48.0, 30.0, 48.0, 38.0, 40.0, 38.0)
HOLE = (42.0, 32.0, 44.0, 32.0, 44.0, 34.0)


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """The sample: an import, and on image a.jpg words, a drawn object, nudges, a deletion, undo;
    on b.jpg an accepted prediction and one that nobody decided."""
    shutil.copyfile(DATA / "schema-2.sqlite", tmp_path / FILE_NAME)
    return tmp_path


@pytest.fixture
def store(folder: Path) -> Iterator[Store]:
    with Store.open(folder) as opened:
        yield opened


def on_the_first_image(store: Store) -> list[Annotation]:
    return list(store.annotations.of_image(1))


def test_the_sample_is_of_the_second_form(folder: Path) -> None:
    assert schema.version_of(folder / FILE_NAME) == "0002"


def test_it_is_brought_up_to_date_and_is_sound(store: Store) -> None:
    assert schema.version_of(store.folder / FILE_NAME) == schema.KNOWN[-1]
    assert copies.damage_of(store.folder / FILE_NAME, is_thorough=True) == ""


def test_objects_are_read_as_they_were_written(store: Store) -> None:
    first, second, drawn = on_the_first_image(store)
    assert first.attributes == (Attribute("colour", "green"),)
    assert (first.note, first.group_id) == ("by the gate", 7)
    assert second.keypoints == (Keypoint(22, 4, 2), Keypoint(25, 9, 1))
    assert drawn.box == Box(42, 30, 8, 8)
    assert drawn.mask == Polygons((Part(RING, (HOLE,)),))
    assert drawn.keypoints == (Keypoint(41, 31, 2), Keypoint(0, 0, 0))
    assert (drawn.note, drawn.group_id) == ("drawn here", 7)


def test_what_was_undone_can_be_redone_and_the_rest_undone(store: Store) -> None:
    assert store.history.redo(1, person="Bob") is not None
    assert on_the_first_image(store)[-1].mask == Rle((48, 64), (1000, 5, 43, 5, 2019))
    texts = []
    while undone := store.history.undo(1, person="Bob"):
        texts.append(undone.text)
    assert texts == ["Paint", "Delete object", "Nudge object", "Draw", "Change attributes"]
    store.history.undo(2, person="Bob")
    told = json.loads((DATA / "schema-1.json").read_text())
    target = store.folder / "out.json"
    export_coco(store, target)
    out = json.loads(target.read_text())
    assert difference(told["annotations"], out["annotations"]) == ""
    assert difference(told["images"], out["images"]) == ""


def test_versions_predictions_and_decisions_are_there(store: Store) -> None:
    version = store.versions.active()
    assert version is not None
    assert (version.name, version.checkpoint, version.train_images) == ("v1", "v1-x.safetensors", 2)
    sure, unsure = store.predictions.of_image(2)
    assert [p.score for p in (sure, unsure)] == [0.9, 0.3]
    assert [j.score for j in sure.joints] == [0.5, 0.4]
    decided = store.predictions.decisions_of(2)
    assert {key: d.verdict for key, d in decided.items()} == {sure.id: Verdict.ACCEPTED}
    accepted = store.annotations.of_image(2)[-1]
    assert decided[sure.id].annotation_id == accepted.id
    assert accepted.origin.version_id == version.id
    assert store.settings.get("threshold", None) == 0.4


def test_every_form_a_program_was_released_with_has_a_sample() -> None:
    """0003 and 0004 came together with 0006, whose sample comes with its successor."""
    forms = {schema.version_of(file) for file in DATA.glob("schema-*.sqlite")}
    assert forms >= set(schema.KNOWN) - {"0003", "0004", "0006"}


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
