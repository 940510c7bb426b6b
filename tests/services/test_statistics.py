"""What there is in a project, counted."""

from __future__ import annotations

import csv
from dataclasses import replace

import pytest

from annotator.domain.edits import Edit, Step
from annotator.domain.errors import RefusedError
from annotator.domain.model import Annotation, Box, ImageState, Keypoint, ModelVersion, Review
from annotator.services.statistics import gather, write_csv
from tests.services.coco_files import Desk, coco, image, thing

PERSON = {"id": 2, "name": "=person", "keypoints": ["nose", "knee"], "skeleton": [[1, 2]]}
METRICS = '{"box": {"AP": 0.51234, "AP50": 0.9}, "mask": {"AP": 0.4, "AP50": 0.8}, "keypoints": {}}'


@pytest.fixture
def filled(desk: Desk) -> Desk:
    """A file with a small cat and two people, one of whom Ada moved; a cat of hers; a version."""
    rows = [
        thing(1, 5, bbox=[0, 0, 10, 10]),
        thing(2, 5, 2, bbox=[30, 20, 20, 20], keypoints=[1, 1, 2, 0, 0, 0]),
        thing(3, 6, 2, bbox=[0, 0, 64, 48], keypoints=[1, 1, 2, 5, 5, 1]),
    ]
    images = [image(5, "a.jpg"), image(6, "b.jpg"), image(7, "c.jpg")]
    desk.take(coco(images, rows, [{"id": 1, "name": "cat"}, PERSON]))
    moved = desk.only("b.jpg")[0]
    points = (Keypoint(1, 1, 2), Keypoint(6, 6, 2))
    after = replace(moved, keypoints=points, is_edited=True)
    after = replace(after, origin=replace(moved.origin, corrected_by="Ada"))
    apply(desk, Edit(moved, after), moved.image_id)
    cat, third = desk.store.categories.all()[0], desk.store.images.all()[2]
    drawn = Annotation(desk.store.take_ids("annotation")[0], third.id, cat.id, Box(0, 0, 40, 40))
    drawn = replace(drawn, origin=replace(drawn.origin, made_by="Ada"))
    apply(desk, Edit(None, drawn), third.id)
    before = Review(third.id, ImageState.NEW, is_complete=False)
    apply(desk, Edit(before, Review(third.id, ImageState.REVIEWED, is_complete=True)), third.id)
    version = ModelVersion(0, "v1", "small", "v1.safetensors", metrics=METRICS, train_images=2)
    desk.store.versions.add(version)
    return desk


def apply(desk: Desk, edit: Edit, image_id: int) -> None:
    desk.store.history.apply(Step("Change", (edit,), image_id), person="Ada")


def test_objects_are_counted_by_category_size_state_and_origin(filled: Desk) -> None:
    table = gather(filled.store).tables[0]
    assert [dict(zip(table.head, row, strict=True)) for row in table.rows] == [
        {
            "Category": "cat", "Objects": 2, "Images": 2, "Small": 1, "Medium": 1, "Large": 0,
            "On reviewed images": 2, "By people": 1, "From files": 1, "From models": 0,
            "Corrected": 0,
        },
        {
            "Category": "=person", "Objects": 2, "Images": 2, "Small": 1, "Medium": 1, "Large": 0,
            "On reviewed images": 2, "By people": 0, "From files": 2, "From models": 0,
            "Corrected": 1,
        },
    ]  # fmt: skip


def test_images_joints_and_versions_are_counted(filled: Desk) -> None:
    _, images, joints, days, versions = gather(filled.store).tables
    assert images.rows == (("reviewed", 3, 0, 3, 0), ("all", 3, 0, 3, 0))
    assert joints.rows == (("=person", "nose", 2, 0, 0), ("=person", "knee", 1, 0, 1))
    assert [row[1:] for row in days.rows] == [(1, 3)]
    assert versions.rows == (("v1", 2, 0.512, 0.9, 0.4, 0.8, ""),)


def test_positions_are_those_of_the_middles_of_boxes(filled: Desk) -> None:
    grid = gather(filled.store).positions
    assert sum(map(sum, grid)) == 4
    assert grid[2][1] == 1  # the small cat, at 5, 5 of 64 x 48
    assert grid[12][12] == 1  # the person that fills the image


def test_an_empty_project_has_empty_tables(desk: Desk) -> None:
    found = gather(desk.store)
    assert not any(table.rows for table in found.tables)
    assert not any(map(any, found.positions))


def test_all_tables_are_written_as_csv_and_no_name_is_a_formula(filled: Desk) -> None:
    file = filled.folder / "statistics.csv"
    write_csv(gather(filled.store), file)
    with file.open(encoding="utf-8", newline="") as stream:
        rows = list(csv.reader(stream))
    titles = [rows[0][0], *(rows[n + 1][0] for n, row in enumerate(rows[:-1]) if not row)]
    assert titles[:2] == ["Categories", "Images"]
    assert titles[-1] == "Positions of objects"
    assert rows[3][:3] == ["'=person", "2", "2"]
    with pytest.raises(RefusedError, match="could not be written"):
        write_csv(gather(filled.store), filled.folder / "nowhere" / "statistics.csv")
