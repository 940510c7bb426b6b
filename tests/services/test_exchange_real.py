"""Real COCO files come out as they went in."""

from __future__ import annotations

import contextlib
import io
import shutil
from dataclasses import replace
from pathlib import Path

import pytest
from pycocotools.cocoeval import COCOeval

from annotator.domain.edits import Edit, Step
from annotator.domain.model import ImageState, Rle
from annotator.services.exchange import import_coco
from annotator.services.pixels import read_frame_size, read_size
from tests.services.coco_files import Desk, difference, load, read

REAL = (
    *("animals/pool.json", "animals/test.json", "fruits/trainval.json", "mouse/images.json"),
    *("nuclei/pool.json", "nuclei/test.json", "golden_ap/instances_val2014_100.json"),
    *(
        f"coco/annotations/{kind}_{split}2017.json"
        for kind in ("instances", "person_keypoints", "captions")
        for split in ("train", "val")
    ),
)


@pytest.mark.parametrize("name", REAL)
def test_point_1_a_real_file_comes_out_as_it_went_in(desk: Desk, shared: Path, name: str) -> None:
    file = shared / "data" / name
    before = read(file)
    report = desk.take(before, images=file.parent)
    assert report.images == len(before["images"])
    assert report.annotations + report.opaque == len(before["annotations"])
    assert difference(before, desk.give()) == ""


def test_point_1_files_of_many_tools_come_out_as_they_went_in(tmp_path: Path, shared: Path) -> None:
    files = sorted((shared / "data/interop/coco_variants").rglob("*.json"))
    assert len(files) == 32
    for number, file in enumerate(files):
        desk = Desk(tmp_path / str(number))
        desk.take(read(file))
        assert difference(read(file), desk.give()) == "", file
        desk.store.close()


@pytest.mark.parametrize(
    "name",
    [
        *("animals/pool.json", "fruits/trainval.json", "mouse/images.json", "nuclei/pool.json"),
        "coco/annotations/instances_train2017.json",
        "interop/coco_variants/coco/annotations/instances_val.json",
        "interop/coco_variants/coco_roboflow/train/_annotations.coco.json",
        "interop/coco_variants/mmdet_coco/annotations/instances_train.json",
    ],
)
def test_images_are_found_where_tools_put_them(desk: Desk, shared: Path, name: str) -> None:
    report = import_coco(desk.store, shared / "data" / name)
    assert report.missing == 0
    assert all(desk.store.images.path(image).is_file() for image in desk.store.images.all())


def test_point_7_instances_and_keypoints_of_real_people_become_single_objects(
    desk: Desk, shared: Path
) -> None:
    folder = shared / "data/coco/annotations"
    instances = read(folder / "instances_train2017.json")
    people = read(folder / "person_keypoints_train2017.json")
    desk.take(instances, "instances.json")
    report = desk.take(people, "person_keypoints.json")
    assert (report.united, report.annotations) == (172, 172)
    assert report.warnings == ()
    out = desk.give()
    by_id = {row["id"]: row for row in people["annotations"]}
    for row in instances["annotations"]:
        row.update(by_id.get(row["id"], {}) | row)
    instances["categories"][0].update(people["categories"][0])
    assert difference(instances, out) == ""
    person = desk.store.categories.all()[0]
    assert (len(person.joints), len(person.skeleton), len(person.pairs)) == (17, 19, 8)
    placed = [a for i in desk.store.images.all() for a in desk.store.annotations.of_image(i.id)]
    assert sum(a.has_keypoints for a in placed) == sum(
        row["num_keypoints"] > 0 for row in people["annotations"]
    )
    assert len(load(out).getAnnIds(catIds=[1])) == 172


def test_point_7_the_same_file_twice_changes_nothing(desk: Desk, shared: Path) -> None:
    data = read(shared / "data/fruits/trainval.json")
    desk.take(data)
    report = desk.take(data)
    assert (report.united, desk.store.annotations.count()) == (165, 165)
    assert difference(data, desk.give()) == ""


def test_point_7_captions_join_objects_and_the_result_loads(desk: Desk, shared: Path) -> None:
    folder = shared / "data/coco/annotations"
    instances = read(folder / "instances_val2017.json")
    captions = read(folder / "captions_val2017.json")
    desk.take(instances, "instances.json")
    report = desk.take(captions, "captions.json")
    assert report.opaque == 395
    assert report.warnings == (
        "395 rows kept aside, being captions: 221865, 246963, 248502, 248886, 253566, ...",
    )
    out = desk.give()
    loaded = load(out)
    assert len(loaded.getAnnIds(catIds=loaded.getCatIds())) == 624
    told = [row["caption"] for row in out["annotations"] if "caption" in row]
    assert told == [row["caption"] for row in captions["annotations"]]
    assert difference(instances["annotations"], out["annotations"][:624]) == ""


def test_point_7_train_then_val_are_one_project(desk: Desk, shared: Path) -> None:
    folder = shared / "data/coco/annotations"
    train, val = (read(folder / f"instances_{name}2017.json") for name in ("train", "val"))
    desk.take(train, "train.json")
    report = desk.take(val, "val.json")
    assert (report.united, len(report.warnings)) == (0, 0)
    out = desk.give()
    assert difference(train["annotations"] + val["annotations"], out["annotations"]) == ""
    assert difference(train["images"] + val["images"], out["images"]) == ""
    assert difference(train["categories"], out["categories"]) == ""


def test_point_7_files_that_both_count_from_one_keep_all_their_objects(
    desk: Desk, shared: Path
) -> None:
    fruits = read(shared / "data/fruits/trainval.json")
    animals = read(shared / "data/animals/test.json")
    desk.take(fruits, "fruits.json")
    report = desk.take(animals, "animals.json")
    assert any("annotations with a new id" in line for line in report.warnings)
    assert any("images with a new id" in line for line in report.warnings)
    out = desk.give()
    assert len(out["annotations"]) == 165 + 151
    loaded = load(out)
    assert len(loaded.anns) == 165 + 151
    assert len(loaded.imgs) == 18 + 100
    assert difference(fruits["annotations"], out["annotations"][:165]) == ""
    names = {row["id"]: row["file_name"] for row in animals["images"]}
    kinds = {row["id"]: row["name"] for row in animals["categories"]}
    for told, row in zip(animals["annotations"], out["annotations"][165:], strict=True):
        assert loaded.imgs[row["image_id"]]["file_name"] == names[told["image_id"]]
        assert loaded.cats[row["category_id"]]["name"] == kinds[told["category_id"]]
        assert difference(told["segmentation"], row["segmentation"]) == ""


def test_point_3_run_lengths_of_single_objects_stay_run_lengths(desk: Desk, shared: Path) -> None:
    desk.take(read(shared / "data/nuclei/test.json"))
    first = desk.store.images.all()[0]
    objects = desk.store.annotations.of_image(first.id)
    assert all(isinstance(value.mask, Rle) and not value.is_crowd for value in objects)


def test_point_6_rotated_photographs_match_upright_or_raw(desk: Desk, shared: Path) -> None:
    folder = desk.folder / "exif"
    shutil.copytree(shared / "data/odd_images/exif", folder)
    rows, want = [], {}
    for number, path in enumerate(sorted(p for p in folder.iterdir() if p.suffix == ".jpg")):
        for is_raw, (width, height) in ((False, read_size(path)), (True, read_frame_size(path))):
            name = f"{'raw' if is_raw else 'up'}/{path.name}"
            (folder / name).parent.mkdir(exist_ok=True)
            shutil.copy(path, folder / name)
            rows.append({"id": 2 * number + is_raw, "file_name": name} | _sizes(width, height))
            want[name] = (width, height, is_raw and read_size(path) != (width, height))
    desk.take({"images": rows, "annotations": [], "categories": []}, images=folder)
    found = {i.file_name: (i.width, i.height, i.is_raw) for i in desk.store.images.all()}
    assert found == want
    assert any(is_raw for _, _, is_raw in found.values())
    assert all(i.state is ImageState.NEW for i in desk.store.images.all())


def _sizes(width: int, height: int) -> dict[str, int]:
    return {"width": width, "height": height}


def test_point_9_what_evaluated_before_evaluates_to_the_same_numbers(
    desk: Desk, shared: Path
) -> None:
    folder = shared / "data/golden_ap"
    data = read(folder / "instances_val2014_100.json")
    desk.take(data)
    value = desk.store.annotations.of_image(desk.store.images.all()[0].id)[0]
    step = Step("Edit", (Edit(value, replace(value, is_edited=True)),), value.image_id)
    desk.store.history.apply(step, person="Ada")
    results = str(folder / "instances_val2014_fakebbox100_results.json")
    assert _average_precision(desk.give(), results) == pytest.approx(0.505, abs=5e-4)


def _average_precision(truth: dict[str, object], results: str) -> float:
    with contextlib.redirect_stdout(io.StringIO()):
        loaded = load(truth)
        judge = COCOeval(loaded, loaded.loadRes(results), "bbox")
        judge.evaluate()
        judge.accumulate()
        judge.summarize()
    return float(judge.stats[0])
