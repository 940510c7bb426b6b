"""Queries over the whole project."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest

from annotator.domain.edits import Edit, Step
from annotator.domain.model import (
    Annotation,
    Box,
    Category,
    Decision,
    ImageState,
    ModelVersion,
    Prediction,
    Review,
    ScoredJoint,
    Verdict,
)
from annotator.services.query import parse
from annotator.store.images import FoundImage
from annotator.store.predictions import _current
from annotator.store.store import Store
from annotator.store.tables import prediction

NAMES = ("cats/IMG_1.jpg", "IMG_2.png", "IMG%3.jpg", "img_4.PNG", "other.jpg")


@pytest.fixture
def store(tmp_path: Path) -> Iterator[Store]:
    """Image 1: two dogs; 2: a dog and a cat, reviewed; 3: predictions; 4: flagged; 5: missing."""
    with Store.create(tmp_path / "project") as made:
        root = made.roots.add(tmp_path)
        sizes = ((640, 480), (100, 50), (640, 480), (4000, 3000), (0, 0))
        found = [FoundImage(name, *size) for name, size in zip(NAMES, sizes, strict=True)]
        ids = made.images.add(root, found)
        assert ids == [1, 2, 3, 4, 5]
        dog, person = made.take_ids("category", 2)
        cat = made.take_ids("category")[0]
        add(made, Category(dog, "dog"))
        add(made, Category(person, "Person", joints=("nose", "left_wrist")))
        add(made, Category(cat, "wild cat"))
        for image_id, category in ((1, dog), (1, dog), (2, dog), (2, cat)):
            key = made.take_ids("annotation")[0]
            add(made, Annotation(key, image_id, category, Box(1, 1, 5, 5)))
        before = Review(2, ImageState.NEW, is_complete=False)
        change = Edit(before, replace(before, state=ImageState.REVIEWED))
        made.history.apply(Step("Review", (change,), 2), person="Ada")
        made.images.set_ranks({4: (0.9, "missed a Dog"), 3: (0.2, "")})
        made.images.set_missing([5], True)
        predict(made, person)
        yield made


def add(store: Store, value: Annotation | Category | Decision) -> None:
    image_id = getattr(value, "image_id", None)
    store.history.apply(Step("Add", (Edit(None, value),), image_id), person="Ada")


def predict(store: Store, person: int) -> None:
    version_id = store.versions.add(ModelVersion(0, "v1", "small", "v1.safetensors"))
    joints = (ScoredJoint(1, 1, 0.9), ScoredJoint(2, 2, 0.3))
    rows = [
        Prediction(0, 3, person, version_id, score, Box(0, 0, 9, 9), joints=joints)
        for score in (0.8, 0.35)
    ]
    store.predictions.write(version_id, 3, rows)


@pytest.mark.parametrize(
    ("text", "ids"),
    [
        ("", [1, 2, 3, 4, 5]),
        ("category:dog", [1, 2]),
        ("category:dog,person", [1, 2]),
        ('category:"wild cat"', [2]),
        ("category:*cat", [2]),
        ("category:cat", []),
        ("-category:dog", [3, 4, 5]),
        ("objects>1", [1, 2]),
        ("objects:2", [1, 2]),
        ("objects<1", [3, 4, 5]),
        ("objects:0", [3, 4, 5]),
        ("objects<=2", [1, 2, 3, 4, 5]),
        ("objects>=0", [1, 2, 3, 4, 5]),
        ("objects>-1", [1, 2, 3, 4, 5]),
        ("predictions:0", [1, 2, 4, 5]),
        ("predictions>=2", [3]),
        ("score<0.4", [3]),
        ("score<0.3", []),
        ("-score<0.4", [1, 2, 4, 5]),
        ("joint:left_wrist<0.4", [3]),
        ("joint:nose<0.4", []),
        ("joint:*wrist<0.4", [3]),
        ("joint:tail<0.4", []),
        ("reviewed:yes", [2]),
        ("reviewed:no", [1, 3, 4, 5]),
        ("state:new", [1, 3, 4, 5]),
        ("flag:missed", [4]),
        ("flag:yes", [4]),
        ("flag:no", [1, 2, 3, 5]),
        ("unsure>0.5", [4]),
        ("-unsure>0.5", [1, 2, 3, 5]),
        ("missing:yes", [5]),
        ("missing", [5]),
        ("predicted", [3]),
        ("labelled", [1, 2]),
        ("name:*.png", [2, 4]),
        ("name:img_?.png", [2, 4]),
        ("name:IMG%", [3]),
        ("img_", [1, 2, 4]),
        ("cats", [1]),
        ("width>1000", [4]),
        ("category:dog reviewed:no objects>1", [1]),
        ("sort:-width", [4, 1, 3, 2, 5]),
        ("sort:name", [1, 3, 2, 4, 5]),
        ("sort:-unsure", [4, 3, 1, 2, 5]),
        ("sort:-objects name:*.jpg", [1, 3, 5]),
        ("sort:score", [3, 1, 2, 4, 5]),
        ("sort:-predictions", [3, 1, 2, 4, 5]),
        ("sort:state", [1, 3, 4, 5, 2]),
        ("sort:-added", [5, 4, 3, 2, 1]),
    ],
)
def test_a_query_finds(store: Store, text: str, ids: list[int]) -> None:
    assert store.images.search(parse(text)) == ids


def test_decided_predictions_no_longer_wait(store: Store) -> None:
    for one in store.predictions.of_images([3])[3]:
        add(store, Decision(one.id, 3, Verdict.REJECTED))
    assert store.images.search(parse("predictions>0")) == []
    assert store.images.search(parse("joint:left_wrist<0.4")) == []


def test_an_empty_project_answers_with_nothing(tmp_path: Path) -> None:
    with Store.create(tmp_path / "empty") as store:
        for text in ("category:dog", "objects:0", "sort:-objects", "joint:a<1"):
            assert store.images.search(parse(text)) == []


def test_columns_say_what_the_images_say(store: Store) -> None:
    columns, images = store.images.columns(), store.images.all()
    assert columns.ids.tolist() == [image.id for image in images]
    assert columns.objects.tolist() == [image.object_count for image in images] == [2, 2, 0, 0, 0]
    assert columns.is_reviewed.tolist() == [False, True, False, False, False]
    assert columns.marks.tolist() == [0, 0, 4, 2, 1]
    doubts = [None if doubt != doubt else doubt for doubt in columns.doubts.tolist()]
    assert doubts == [image.uncertainty for image in images]


@pytest.mark.parametrize("text", ["category:dog", "score<0.4"])
def test_what_sub_queries_read_stands_in_indexes(store: Store, text: str) -> None:
    with store.images._database.read() as connection:
        sql = {
            "category:dog": "SELECT image_id FROM annotation WHERE category_id IN (1)",
            "score<0.4": "SELECT image_id FROM prediction WHERE is_current=1 AND score < 0.4",
        }[text]
        plan = str(connection.exec_driver_sql(f"EXPLAIN QUERY PLAN {sql}").all())
    assert "COVERING INDEX" in plan


def test_the_predictions_of_an_image_are_found_by_their_image(store: Store) -> None:
    query = _current().where(prediction.c.image_id == 3)
    with store.images._database.read() as connection:
        text = query.compile(connection, compile_kwargs={"literal_binds": True})
        plan = str(connection.exec_driver_sql(f"EXPLAIN QUERY PLAN {text}").all())
    assert "ix_prediction_image (image_id=? AND is_current=?)" in plan
