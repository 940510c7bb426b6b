"""The COCO contract, point by point, on files made for it."""

from __future__ import annotations

import json
from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from PIL import Image as Picture
from pycocotools import mask as coco_mask

from annotator.domain.edits import Edit, Step
from annotator.domain.errors import RefusedError, UnreadableFileError
from annotator.domain.model import (
    Annotation,
    Box,
    Category,
    Decision,
    Image,
    ImageState,
    Keypoint,
    Part,
    Polygons,
    Prediction,
    Review,
    Rle,
    ScoredJoint,
    Verdict,
)
from annotator.services.exchange import export_coco, import_coco
from annotator.services.folder import add_folder, rescan
from annotator.store.images import FoundImage
from annotator.store.store import Store
from tests.services.coco_files import CAT, SQUARE, Desk, coco, difference, image, load, read, thing


def change(desk: Desk, before: Any, after: Any, text: str = "Change") -> None:
    image_id = getattr(after or before, "image_id", None)
    desk.store.history.apply(Step(text, (Edit(before, after),), image_id), person="Ada")


def edited(value: Annotation, **fields: Any) -> Annotation:
    return replace(value, is_edited=True, **fields)


def own_image(desk: Desk, name: str = "mine.png") -> Image:
    root = desk.store.roots.add(desk.folder / "photos")
    key = desk.store.images.add(root, [FoundImage(name, 64, 48)])[0]
    return desk.store.images.get(key)


def draw(desk: Desk, image_id: int, category: Category | None = None, **fields: Any) -> Annotation:
    category = category or desk.store.categories.all()[0]
    drawn = Annotation(desk.store.take_ids("annotation")[0], image_id, category.id, **fields)
    change(desk, None, drawn)
    return drawn


# 1. import then export is the same data


def test_point_1_every_known_and_unknown_key_at_every_level_comes_back(desk: Desk) -> None:
    data = {
        "zeta": {"deep": [1, 1.0, True, None, "ü", 2**70, 0.1 + 0.2, {"a": []}]},
        "licenses": [{"id": 0, "name": "CC"}],
        "annotations": [
            thing(7, 5, 1, attributes={"x": 1.0}, area=3, iscrowd=0, score=0.25),
            thing(2, 5, 1, segmentation=[[0.1234567890123456, 2, 3, 4, 5, 6.0]]),
        ],
        "info": {"year": 2017},
        "categories": [CAT | {"isthing": 1, "color": [1, 2, 3]}],
        "images": [image(5, "a.jpg", license=0, extra={"y": []}), image(3, "empty.jpg")],
        "type": "instances",
    }
    desk.take(data)
    assert difference(data, desk.give()) == ""


def test_point_1_images_that_only_the_folder_knows_go_out_once_they_are_touched(
    desk: Desk,
) -> None:
    desk.take(coco([image(5, "a.jpg")], [], [CAT]))
    for name in ("drawn.png", "reviewed.png", "untouched.png"):
        own_image(desk, name)
    by_name = {i.file_name: i for i in desk.store.images.all()}
    draw(desk, by_name["drawn.png"].id, box=Box(1, 2, 3, 4))
    reviewed = by_name["reviewed.png"].id
    before = Review(reviewed, ImageState.NEW, False)
    change(desk, before, Review(reviewed, ImageState.REVIEWED, True))
    names = [row["file_name"] for row in desk.give()["images"]]
    assert names == ["a.jpg", "drawn.png", "reviewed.png"]
    names = [row["file_name"] for row in desk.give(all_images=True)["images"]]
    assert names == ["a.jpg", "drawn.png", "reviewed.png", "untouched.png"]
    names = [row["file_name"] for row in desk.give(reviewed_only=True)["images"]]
    assert names == ["reviewed.png"]


def test_point_1_nothing_at_all_is_exported_as_nothing_at_all(desk: Desk) -> None:
    out = desk.give()
    assert [out[name] for name in ("images", "annotations", "categories")] == [[], [], []]
    load(out)


def test_point_1_an_empty_file_comes_back(desk: Desk) -> None:
    desk.take({"images": []})
    assert desk.give() == {"images": []}


def test_point_1_an_edit_that_is_undone_leaves_no_trace(desk: Desk) -> None:
    data = coco(
        [image(5, "a.jpg")], [thing(7, 5, area=1, segmentation=[[0, 0, 5, 0, 5, 5]])], [CAT]
    )
    desk.take(data)
    value = desk.only()[0]
    change(desk, value, edited(value, box=Box(3, 3, 3, 3)))
    assert difference(data, desk.give()) != ""
    desk.store.history.undo(value.image_id, person="Ada")
    assert desk.only() == (value,)
    assert difference(data, desk.give()) == ""


# 2. one annotation carries box, mask and joints


PERSON = {"id": 1, "name": "person", "keypoints": ["left_eye", "right_eye"], "skeleton": [[1, 2]]}


def test_point_2_box_mask_and_joints_are_one_object(desk: Desk) -> None:
    row = thing(7, 5, segmentation=[SQUARE], keypoints=[3, 4, 2, 9, 9, 0], num_keypoints=1)
    desk.take(coco([image(5, "a.jpg")], [row], [PERSON]))
    (value,) = desk.only()
    assert value.box == Box(1, 2, 10, 12)
    assert value.mask == Polygons((Part(tuple(SQUARE)),))
    assert value.keypoints == (Keypoint(3, 4, 2), Keypoint(0, 0, 0))
    assert (value.is_edited, value.origin.made_by) == (False, "file")


def test_point_2_the_box_is_never_replaced_by_the_hull_of_the_joints(desk: Desk) -> None:
    row = thing(7, 5, keypoints=[3, 4, 2, 9, 9, 2], num_keypoints=2)
    desk.take(coco([image(5, "a.jpg")], [row], [PERSON]))
    (value,) = desk.only()
    moved = (Keypoint(30, 40, 2), Keypoint(9, 9, 2))
    change(desk, value, edited(value, keypoints=moved))
    (out,) = desk.give()["annotations"]
    assert out["bbox"] == [1, 2, 10, 12]
    assert out["keypoints"] == [30, 40, 2, 9, 9, 2]


@pytest.mark.parametrize("form", ["polygons", "compressed", "uncompressed"])
def test_point_2_masks_of_every_form_are_read(desk: Desk, form: str) -> None:
    bitmap = np.zeros((48, 64), np.uint8, order="F")
    bitmap[2:14, 1:11] = 1
    packed = coco_mask.encode(bitmap)
    forms = {
        "polygons": [SQUARE],
        "compressed": {"size": [48, 64], "counts": packed["counts"].decode()},
        "uncompressed": {"size": [48, 64], "counts": _runs(bitmap)},
    }
    desk.take(coco([image(5, "a.jpg")], [thing(7, 5, segmentation=forms[form])], [CAT]))
    (value,) = desk.only()
    assert isinstance(value.mask, Polygons if form == "polygons" else Rle)


def _runs(bitmap: Any) -> list[int]:
    flat = bitmap.ravel(order="F")
    ends = np.flatnonzero(np.diff(flat)) + 1
    return np.diff(np.concatenate([[0], ends, [flat.size]])).tolist()


# 3. objects nobody edited keep their encoding


def test_point_3_a_drawn_polygon_goes_out_as_a_polygon(desk: Desk) -> None:
    desk.take(coco([image(5, "a.jpg")], [], [CAT]))
    (picture,) = desk.store.images.all()
    parts = (Part(tuple(SQUARE)), Part((20.5, 20.0, 30.0, 20.0, 30.0, 30.0)))
    draw(desk, picture.id, box=Box(1, 2, 29, 28), mask=Polygons(parts))
    (out,) = desk.give()["annotations"]
    assert out["segmentation"] == [SQUARE, [20.5, 20.0, 30.0, 20.0, 30.0, 30.0]]
    assert out["bbox"] == [1, 2, 29, 28]
    assert out["area"] == pytest.approx(120 + 47.5)
    assert difference(out["iscrowd"], 0) == ""
    load(desk.give())


def test_point_3_a_mask_with_a_hole_goes_out_as_run_lengths(desk: Desk) -> None:
    desk.take(coco([image(5, "a.jpg")], [], [CAT]))
    (picture,) = desk.store.images.all()
    hole = (4.0, 5.0, 8.0, 5.0, 8.0, 9.0, 4.0, 9.0)
    draw(desk, picture.id, mask=Polygons((Part(tuple(SQUARE), (hole,)),)))
    out = desk.give()
    (row,) = out["annotations"]
    assert row["segmentation"]["size"] == [48, 64]
    bitmap = load(out).annToMask(row)
    assert bitmap.sum() == row["area"] == 120 - 16
    assert bitmap[6, 5] == 0
    assert row["bbox"] == [1, 2, 10, 12]


def test_point_3_an_edited_object_with_the_same_mask_keeps_its_encoding(desk: Desk) -> None:
    rows = [
        thing(7, 5, segmentation={"size": [48, 64], "counts": [60, 20, 2992]}, area=20, iscrowd=1),
        thing(8, 5, segmentation=[[0, 0, 5, 0, 5, 5], [9, 9, 12, 9, 12, 12]], area=17),
    ]
    desk.take(coco([image(5, "a.jpg")], rows, [CAT]))
    for value in desk.only():
        change(desk, value, edited(value, box=Box(2, 2, 2, 2)))
    out = desk.give()["annotations"]
    for before, after in zip(rows, out, strict=True):
        assert difference(before["segmentation"], after["segmentation"]) == ""
        assert difference(before["area"], after["area"]) == ""
        assert after["bbox"] == [2, 2, 2, 2]
    assert [row["iscrowd"] for row in out] == [1, 0]


def test_point_3_crowd_run_lengths_stay_run_lengths_when_edited(desk: Desk) -> None:
    row = thing(7, 5, segmentation={"size": [48, 64], "counts": [60, 20, 2992]}, iscrowd=True)
    desk.take(coco([image(5, "a.jpg")], [row], [CAT]))
    (value,) = desk.only()
    assert value.is_crowd
    change(desk, value, edited(value, mask=Polygons((Part(tuple(SQUARE)),))))
    (out,) = desk.give()["annotations"]
    assert isinstance(out["segmentation"]["counts"], str)
    assert difference(out["iscrowd"], 1) == ""
    assert out["area"] == 120


# 4. joints, bones, pairs


def test_point_4_bones_count_from_one_in_the_file_and_from_zero_here(desk: Desk) -> None:
    data = coco([], [], [PERSON | {"supercategory": "animal"}])
    desk.take(data)
    (person,) = desk.store.categories.all()
    assert person.joints == ("left_eye", "right_eye")
    assert (person.skeleton, person.pairs) == (((0, 1),), ((0, 1),))
    assert person.supercategory == "animal"
    assert difference(data, desk.give()) == ""


def test_point_4_a_changed_category_says_only_what_changed(desk: Desk) -> None:
    desk.take(coco([], [], [PERSON | {"extra": 1.0}]))
    (person,) = desk.store.categories.all()
    change(desk, person, replace(person, name="human", colour="#123456"))
    (out,) = desk.give()["categories"]
    assert difference(out, PERSON | {"name": "human", "extra": 1.0}) == ""
    (person,) = desk.store.categories.all()
    longer = (*person.joints, "nose")
    change(desk, person, replace(person, joints=longer, skeleton=((0, 2),)))
    (out,) = desk.give()["categories"]
    assert (out["keypoints"], out["skeleton"]) == ([*longer], [[1, 3]])


def test_point_4_a_category_made_here_gets_an_id_beyond_the_largest(desk: Desk) -> None:
    desk.take(coco([image(5, "a.jpg")], [thing(7, 5, 90)], [CAT | {"id": 90}]))
    made = Category(desk.store.take_ids("category")[0], "bird", joints=("l", "r"), ordinal=1)
    change(desk, None, made)
    (picture,) = desk.store.images.all()
    draw(
        desk,
        picture.id,
        made,
        box=Box(0, 0, 4, 4),
        keypoints=(Keypoint(1, 1, 2), Keypoint(0, 0, 0)),
    )
    out = desk.give()
    cat, bird = out["categories"]
    assert (cat["id"], bird["name"], bird["keypoints"]) == (90, "bird", ["l", "r"])
    assert bird["id"] > 90
    row = out["annotations"][1]
    assert (row["category_id"], row["num_keypoints"]) == (bird["id"], 1)
    assert row["id"] > 7
    load(out)


# 5. derived numbers


def test_point_5_wrong_numbers_of_unedited_objects_stay(desk: Desk) -> None:
    row = thing(7, 5, segmentation=[SQUARE], area=99999.5, num_keypoints=17)
    data = coco([image(5, "a.jpg")], [row | {"bbox": [0, 0, 60, 40]}], [CAT])
    desk.take(data)
    assert difference(data, desk.give()) == ""


def test_point_5_numbers_of_edited_objects_are_worked_out_anew(desk: Desk) -> None:
    row = thing(
        7, 5, segmentation=[SQUARE], area=5.5, num_keypoints=1, keypoints=[1, 1, 2, 0, 0, 0]
    )
    desk.take(coco([image(5, "a.jpg")], [row], [PERSON]))
    (value,) = desk.only()
    wide = Polygons((Part((0.0, 0.0, 20.0, 0.0, 20.0, 10.0, 0.0, 10.0)),))
    placed = (Keypoint(1, 1, 2), Keypoint(5, 5, 1))
    change(desk, value, edited(value, mask=wide, box=Box(0, 0, 20, 10), keypoints=placed))
    (out,) = desk.give()["annotations"]
    assert (out["area"], out["bbox"], out["num_keypoints"]) == (200, [0, 0, 20, 10], 2)
    assert list(out) == [*row, "iscrowd"]


# 6. names, folders, sizes


def test_point_6_sub_folders_are_kept_and_equal_base_names_are_two_images(desk: Desk) -> None:
    for folder in ("train", "val"):
        desk.picture(f"images/{folder}/a.jpg")
    data = coco([image(1, "train/a.jpg"), image(2, "val/a.jpg")], [thing(1, 2)], [CAT])
    report = desk.take(data)
    assert (report.images, report.missing) == (2, 0)
    assert len({desk.store.images.path(i) for i in desk.store.images.all()}) == 2
    assert len(desk.only("val/a.jpg")) == 1
    assert difference(data, desk.give()) == ""


def test_point_6_images_that_are_not_there_are_kept_and_can_be_found_again(desk: Desk) -> None:
    report = desk.take(coco([image(1, "a.jpg")], [thing(1, 1)], [CAT]))
    (picture,) = desk.store.images.all()
    assert (report.missing, picture.is_missing, picture.is_from_file) == (1, True, True)
    assert (picture.width, picture.height) == (64, 48)
    desk.picture("elsewhere/a.jpg")
    desk.take(coco([image(1, "a.jpg")], [thing(1, 1)], [CAT]), images=desk.folder / "elsewhere")
    (picture,) = desk.store.images.all()
    assert not picture.is_missing
    assert desk.store.images.path(picture).is_file()
    assert picture.object_count == 1


def test_point_6_a_file_without_sizes_gets_those_of_the_images(desk: Desk) -> None:
    desk.picture("a.jpg", (33, 22))
    data = coco([{"id": 1, "file_name": "a.jpg"}], [], [])
    desk.take(data)
    (picture,) = desk.store.images.all()
    assert (picture.width, picture.height) == (33, 22)
    assert difference(data, desk.give()) == ""


def test_point_6_a_photograph_is_raw_when_only_its_raw_frame_fits(desk: Desk) -> None:
    exif = {274: 6}
    tags = Picture.Exif()
    tags.update(exif)
    desk.picture("raw.jpg", (64, 48), exif=tags)
    desk.picture("upright.jpg", (64, 48), exif=tags)
    rows = [image(1, "raw.jpg"), image(2, "upright.jpg") | {"width": 48, "height": 64}]
    report = desk.take(coco(rows, [], []))
    raw, upright = desk.store.images.all()
    assert (raw.is_raw, raw.width, raw.height) == (True, 64, 48)
    assert (upright.is_raw, upright.width, upright.height) == (False, 48, 64)
    assert any("unrotated" in line for line in report.warnings)


# images that are there already


def test_a_file_for_images_that_are_there_gives_them_its_ids(desk: Desk) -> None:
    desk.picture("photos/sub/a.jpg")
    desk.picture("photos/b.jpg")
    root = desk.store.roots.add(desk.folder / "photos")
    desk.store.images.add(root, [FoundImage("sub/a.jpg", 64, 48), FoundImage("b.jpg", 64, 48)])
    data = coco([image(17, "a.jpg"), image("x", "b.jpg")], [thing(3, 17), thing(4, "x")], [CAT])
    report = desk.take(data, "labels/in.json")
    assert (desk.store.images.count(), report.missing) == (2, 0)
    assert len(desk.store.roots.all()) == 1  # where the file lies, no image does
    assert len(desk.only("sub/a.jpg")) == 1
    assert {i.state for i in desk.store.images.all()} == {ImageState.REVIEWED}
    assert all(i.is_complete and not i.is_missing for i in desk.store.images.all())
    assert difference(data, desk.give()) == ""


def test_images_below_a_known_folder_get_no_folder_of_their_own(desk: Desk) -> None:
    desk.picture("fruits/images/a.jpg")
    add_folder(desk.store, desk.folder / "fruits")
    desk.picture("fruits/images/b.jpg")
    rows = [image(1, "a.jpg"), image(2, "b.jpg"), image(3, "gone.jpg")]
    data = coco(rows, [thing(1, 1), thing(2, 2)], [CAT])
    report = desk.take(data, "fruits/in.json")
    assert (report.missing, report.warnings) == (
        1,
        ("2 annotations without “area”: 1, 2", "2 annotations without “iscrowd”: 1, 2"),
    )
    names = {i.file_name for i in desk.store.images.all()}
    assert names == {"images/a.jpg", "images/b.jpg", "images/gone.jpg"}
    assert len(desk.store.roots.all()) == 1
    assert rescan(desk.store).added == 0
    assert difference(data, desk.give()) == ""


def test_names_that_say_more_folders_find_their_images(desk: Desk) -> None:
    for name in ("x/a.jpg", "y/a.jpg"):
        desk.picture(f"photos/{name}")
    add_folder(desk.store, desk.folder / "photos")
    rows = [image(1, "photos/x/a.jpg"), image(2, "photos/y/a.jpg")]
    report = desk.take(coco(rows, [thing(1, 2)], [CAT]), "labels/in.json")
    assert (desk.store.images.count(), report.missing) == (2, 0)
    assert len(desk.only("y/a.jpg")) == 1


def test_a_name_that_no_disk_takes_is_a_missing_image(desk: Desk) -> None:
    data = coco([image(1, "x" * 5000 + ".jpg")], [thing(1, 1)], [CAT])
    assert desk.take(data).missing == 1
    assert rescan(desk.store).missing == 1
    assert difference(data, desk.give()) == ""


def test_nesting_to_the_limit_is_kept_aside(desk: Desk) -> None:
    text = json.dumps(coco([image(1, "a.jpg")], [thing(1, 1, bbox=None, segmentation=0)], [CAT]))
    data = text.replace('"segmentation": 0', f'"segmentation": {"[" * 900}{"]" * 900}')
    assert desk.take(data).opaque == 1


def test_an_ambiguous_base_name_is_not_guessed(desk: Desk) -> None:
    root = desk.store.roots.add(desk.folder / "photos")
    desk.store.images.add(root, [FoundImage("x/a.jpg", 64, 48), FoundImage("y/a.jpg", 64, 48)])
    desk.take(coco([image(1, "a.jpg")], [thing(1, 1)], [CAT]))
    assert desk.store.images.count() == 3


def test_a_copy_of_an_image_is_the_image_and_another_picture_is_not(desk: Desk) -> None:
    desk.picture("one/a.jpg")
    desk.picture("two/a.jpg", (32, 32))
    root = desk.store.roots.add(desk.folder / "one")
    desk.store.images.add(root, [FoundImage("a.jpg", 64, 48)])
    desk.take(coco([image(1, "a.jpg")], [], []), "two/in.json")
    assert desk.store.images.count() == 2
    (desk.folder / "three").mkdir()
    (desk.folder / "three/a.jpg").write_bytes((desk.folder / "one/a.jpg").read_bytes())
    desk.take(coco([image(1, "a.jpg")], [], []), "three/in.json")
    assert desk.store.images.count() == 2


def test_folder_images_of_one_name_go_out_with_their_folder(desk: Desk) -> None:
    for name in ("one", "two"):
        root = desk.store.roots.add(desk.folder / name)
        desk.store.images.add(root, [FoundImage("a.jpg", 64, 48)])
    out = desk.give(all_images=True)
    assert [row["file_name"] for row in out["images"]] == ["one/a.jpg", "two/a.jpg"]


# 7. a second file


def test_point_7_keys_are_united_and_the_first_file_wins(desk: Desk) -> None:
    first = coco([image(5, "a.jpg")], [thing(7, 5, area=1.0)], [{"id": 1, "name": "person"}])
    row = thing(7, 5, area=2.0, keypoints=[3, 4, 2, 9, 9, 1], num_keypoints=2)
    second = coco([image(5, "a.jpg", coco_url="u")], [row], [PERSON], licenses=[{"id": 1}])
    desk.take(first, "instances.json")
    report = desk.take(second, "person_keypoints.json")
    assert report.united == 1
    assert any("“area” differs" in line for line in report.warnings)
    out = desk.give()
    assert difference(out["annotations"], [thing(7, 5, area=1.0) | {
        "keypoints": [3, 4, 2, 9, 9, 1], "num_keypoints": 2}]) == ""  # fmt: skip
    assert difference(out["categories"], [{"id": 1, "name": "person"} | PERSON]) == ""
    assert out["images"][0]["coco_url"] == "u"
    assert out["licenses"] == [{"id": 1}]
    (value,) = desk.only()
    assert value.keypoints == (Keypoint(3, 4, 2), Keypoint(9, 9, 1))
    assert not value.is_edited


def test_point_7_an_object_edited_in_between_takes_what_it_lacks(desk: Desk) -> None:
    desk.take(coco([image(5, "a.jpg")], [thing(7, 5)], [{"id": 1, "name": "person"}]))
    (value,) = desk.only()
    change(desk, value, edited(value, box=Box(9, 9, 9, 9)))
    row = thing(7, 5, keypoints=[3, 4, 2, 9, 9, 1])
    desk.take(coco([image(5, "a.jpg")], [row], [PERSON]), "second.json")
    (value,) = desk.only()
    assert (value.box, value.is_edited) == (Box(9, 9, 9, 9), True)
    assert value.keypoints == (Keypoint(3, 4, 2), Keypoint(9, 9, 1))
    (out,) = desk.give()["annotations"]
    assert (out["bbox"], out["keypoints"]) == ([9, 9, 9, 9], [3, 4, 2, 9, 9, 1])


def test_point_7_one_id_on_two_objects_gives_the_later_one_a_new_id(desk: Desk) -> None:
    desk.take(coco([image(5, "a.jpg"), image(6, "b.jpg")], [thing(7, 5)], [CAT]))
    report = desk.take(coco([image(6, "b.jpg")], [thing(7, 6)], [CAT]), "second.json")
    assert any("new id" in line for line in report.warnings)
    rows = desk.give()["annotations"]
    assert [row["id"] for row in rows] == [7, 8]
    assert [row["image_id"] for row in rows] == [5, 6]


def test_point_7_categories_match_by_name_and_objects_follow(desk: Desk) -> None:
    dog = {"id": 1, "name": "dog"}
    desk.take(coco([image(5, "a.jpg")], [thing(7, 5)], [CAT]))
    second = coco([image(9, "b.jpg")], [thing(8, 9, 1), thing(9, 9, 2)], [dog, CAT | {"id": 2}])
    report = desk.take(second, "second.json")
    out = desk.give()
    assert [(c["id"], c["name"]) for c in out["categories"]] == [(1, "cat"), (3, "dog")]
    assert [row["category_id"] for row in out["annotations"]] == [1, 3, 1]
    assert any("categories with a new id" in line for line in report.warnings)


# 8. dirt


DIRT: list[dict[str, Any]] = [
    thing("seven", 5, area=1),
    thing(0, 5, 0),
    thing(3, 5, iscrowd=True, area=None),
    thing(4, 5, segmentation=[1, 2, 8, 2, 8, 8]),
    thing(5, 5, segmentation=[]),
    {"id": 6, "image_id": 5, "category_id": 1, "segmentation": [SQUARE]},
    thing(7, 5, bbox=[-50, -50, 500, 500]),
    thing(7, 5, bbox=[60, 40, 1, 1], segmentation=[SQUARE]),
    thing(8, 5, bbox=[1, 2, -3, 4], segmentation=[SQUARE]),
    thing(9, 5, segmentation=[[1, 2, 3, 4]]),
    thing(10, 5, segmentation={"size": [48, 64], "counts": "garbage~~"}),
    thing(11, 5, segmentation={"size": [48, 64], "counts": [1, 2, 3]}),
    thing(12, 5, segmentation="none"),
    thing(13, 5, segmentation=[["a", 1, 2, 3, 4, 5]]),
    thing(14, 5, keypoints=[1, 2]),
    thing(15, 5, keypoints=[1, 2, 9, 1, 2, 9]),
    thing(2**40, 5),
    {"image_id": 5, "category_id": 1, "bbox": [1, 2, 3, 4]},
]


@pytest.mark.parametrize("row", DIRT, ids=lambda row: str(row.get("id", "none")))
def test_point_8_dirt_is_an_object_and_comes_back(desk: Desk, row: dict[str, Any]) -> None:
    data = coco([image(5, "a.jpg")], [row], [CAT, {"id": 0, "name": "zero"}])
    report = desk.take(data)
    assert (report.annotations, report.opaque) == (1, 0)
    assert report.warnings
    assert difference(data, desk.give()) == ""


def test_point_8_all_dirt_at_once_can_be_edited_and_loads(desk: Desk) -> None:
    data = coco([image(5, "a.jpg")], DIRT, [PERSON, {"id": 0, "name": "zero"}])
    report = desk.take(data)
    assert report.annotations == len(DIRT)
    assert "1 annotations whose id another one has: 7" in report.warnings
    assert difference(data, desk.give()) == ""
    for value in desk.only():
        change(desk, value, edited(value, box=Box(1, 1, 5, 5)))
    out = desk.give()["annotations"]
    assert [row["bbox"] for row in out] == [[1, 1, 5, 5]] * len(DIRT)
    assert all(type(row["iscrowd"]) is int for row in out)
    for before, after in zip(DIRT, out, strict=True):
        assert difference(before.get("segmentation"), after.get("segmentation")) == ""


OPAQUE: list[Any] = [
    {"id": 1, "image_id": 5, "caption": "a cat"},
    {"id": 2, "image_id": 5, "category_id": 1},
    {"image_id": 5, "file_name": "b.png", "segments_info": [{"id": 7}]},
    thing(4, 404),
    thing(5, 5, 404),
    thing(6, 5, bbox=[1, 2, float("nan"), 4]),
    thing(7, 5, segmentation=[[1, 2, 3, float("inf"), 5, 6]]),
    thing(8, 5, keypoints=[1, 2, float("-inf")]),
    thing(9, 5, bbox=[1, 2, 10**400, 3]),
    thing(10, None),
    thing(11, [5]),
    {},
    None,
    "text",
    [1, 2],
]


def test_point_8_what_has_no_place_on_a_canvas_is_kept_listed_and_exported(desk: Desk) -> None:
    rows = [thing(100, 5), *OPAQUE, thing(101, 5)]
    data = coco([image(5, "a.jpg")], rows, [CAT])
    report = desk.take(data)
    assert (report.annotations, report.opaque) == (2, len(OPAQUE))
    kept = desk.store.sources.opaque()
    assert len(kept) == len(OPAQUE)
    assert all(row.reason for row in kept)
    assert difference(data, desk.give()) == ""
    assert any("captions" in line for line in report.warnings)


def test_point_8_odd_entries_of_images_and_categories_come_back(desk: Desk) -> None:
    images = [
        image(5, "a.jpg"),
        {"id": 6},
        None,
        image(5, "b.jpg"),
        image("s", "a.jpg"),
        {"file_name": "c.jpg", "width": None},
        image(7, "\ud800\\odd\\name.jpg") | {"height": "48"},
    ]
    categories = [CAT, CAT, {"id": 2}, {"name": "no id"}, 7, {"id": "x", "name": None}]
    data = coco(images, [thing(1, 5), thing(2, "s"), thing(3, 7, 2), thing(4, 6)], categories)
    report = desk.take(data)
    assert difference(data, desk.give()) == ""
    assert (report.images, report.annotations, report.opaque) == (4, 3, 4)


def test_point_8_all_that_a_second_time_changes_nothing(desk: Desk) -> None:
    images = [image(5, "a.jpg"), {"id": 6}, None]
    data = coco(images, [thing(100, 5), *OPAQUE], [CAT, 7])
    desk.take(data)
    report = desk.take(data)
    assert (report.annotations, report.united, report.opaque) == (1, 1, 0)
    assert difference(data, desk.give()) == ""


@pytest.mark.parametrize(
    ("text", "say"),
    [
        ("", "line 1, column 1"),
        ('{"images": [\n  {"id": 1,}]}', "line 2, column 1"),
        ("[1, 2]", "list at its top level"),
        ("7", "no COCO file"),
        ('{"images": {}}', "no list “images”"),
        ('{"images": [], "annotations": 3}', "“annotations” is no list"),
        ("[" * 100_000, "could not be read"),
        ('{"images": [' + "9" * 5000 + "]}", "could not be read"),
    ],
    ids=["empty", "comma", "results", "number", "mapping", "section", "deep", "digits"],
)
def test_point_8_a_file_that_cannot_be_read_changes_nothing(
    desk: Desk, text: str, say: str
) -> None:
    desk.take(coco([image(5, "a.jpg")], [thing(7, 5)], [CAT]))
    before = desk.give()
    with pytest.raises(UnreadableFileError, match=say) as caught:
        desk.take(text, "broken.json")
    assert "broken.json" in str(caught.value)
    assert difference(before, desk.give()) == ""
    assert len(desk.store.history.entries()) == 1
    assert len(desk.store.sources.all()) == 1


def test_point_8_other_encodings_are_read_or_told(desk: Desk) -> None:
    data = coco([image(5, "ü.jpg")], [], [])
    file = desk.file("")
    for encoding in ("utf-8-sig", "utf-16"):
        file.write_bytes(json.dumps(data, ensure_ascii=False).encode(encoding))
        assert desk.take(file.read_bytes().decode(encoding)).images == 1
    file.write_bytes('{"images": ["ü"]}'.encode("latin-1"))
    with pytest.raises(UnreadableFileError, match="UTF-8"):
        import_coco(desk.store, file)
    with pytest.raises(UnreadableFileError, match="could not be read"):
        import_coco(desk.store, desk.folder / "absent.json")


# 9. what is written loads and evaluates


def test_point_9_fill_adds_what_is_missing_and_nothing_else(desk: Desk) -> None:
    rows = [
        thing(1, 5),
        {"id": 2, "image_id": 5, "category_id": 1, "segmentation": [SQUARE]},
        thing(3, 5, area=7, iscrowd=True, extra=1.0),
    ]
    desk.take(coco([image(5, "a.jpg")], rows, [CAT]))
    out = desk.give(fill=True)["annotations"]
    assert difference(out[0], rows[0] | {"area": 120.0, "iscrowd": 0}) == ""
    assert difference(out[1], rows[1] | {"area": 120.0, "bbox": [1, 2, 10, 12], "iscrowd": 0}) in (
        "", "/bbox[0]: 1.0 is no 1")  # fmt: skip
    assert difference(out[2], rows[2]) == ""


def test_point_9_predictions_go_out_with_their_score_until_they_are_decided(desk: Desk) -> None:
    desk.take(coco([image(5, "a.jpg")], [thing(7, 5)], [PERSON]))
    (picture,), (person,) = desk.store.images.all(), desk.store.categories.all()
    joints = (ScoredJoint(1, 2, 0.9), ScoredJoint(3, 4, 0.0))
    mask = Polygons((Part(tuple(SQUARE)),))
    made = [
        Prediction(0, picture.id, person.id, 1, score, Box(1, 2, 10, 12), mask, joints)
        for score in (0.9, 0.8, 0.3)
    ]
    desk.store.predictions.write(1, picture.id, made)
    best, *_ = desk.store.predictions.of_image(picture.id)
    change(desk, None, Decision(best.id, picture.id, Verdict.REJECTED))
    assert len(desk.give()["annotations"]) == 1
    out = desk.give(predictions_above=0.5)
    proposed = out["annotations"][1]
    assert (proposed["score"], proposed["category_id"], proposed["image_id"]) == (0.8, 1, 5)
    assert proposed["keypoints"] == [1, 2, 2, 0, 0, 0]
    assert (proposed["num_keypoints"], proposed["iscrowd"]) == (1, 0)
    assert proposed["segmentation"] == [SQUARE]
    assert len(out["annotations"]) == 2
    assert len(load(out).anns) == 2


def test_point_9_new_ids_are_beyond_the_largest_and_the_same_next_time(desk: Desk) -> None:
    desk.take(coco([image(2**40, "a.jpg")], [thing(900, 2**40), thing("z", 2**40)], [CAT]))
    mine = own_image(desk)
    for _ in range(3):
        draw(desk, mine.id, box=Box(0, 0, 4, 4))
    out = desk.give()
    fresh = [row["id"] for row in out["annotations"][2:]]
    assert all(key > 900 for key in fresh)
    assert len(set(fresh)) == 3
    assert out["images"][1]["id"] > 2**40
    assert {row["image_id"] for row in out["annotations"][2:]} == {out["images"][1]["id"]}
    change(desk, desk.only("mine.png")[0], None)
    again = [row["id"] for row in desk.give()["annotations"][2:]]
    assert again == fresh[1:]


def test_point_9_an_export_that_fails_leaves_the_old_file(desk: Desk, tmp_path: Path) -> None:
    desk.take(coco([image(5, "a.jpg")], [], []))
    target = tmp_path / "folder"
    target.mkdir()
    with pytest.raises(RefusedError, match="could not be written"):
        export_coco(desk.store, target)
    assert list(target.iterdir()) == []
    assert not [p for p in tmp_path.iterdir() if p.name.endswith(".part")]


def test_what_was_exported_arrives_in_another_project_the_same(desk: Desk, tmp_path: Path) -> None:
    desk.take(coco([image(5, "a.jpg")], [thing(7, 5, segmentation=[SQUARE])], [PERSON]))
    (picture,) = desk.store.images.all()
    draw(
        desk, picture.id, box=Box(0.5, 0.25, 4, 4), keypoints=(Keypoint(1, 1, 2), Keypoint(0, 0, 0))
    )
    out = desk.give()
    other = Desk(tmp_path / "other")
    other.take(out)
    assert difference(out, other.give()) == ""
    kept = [(a.box, a.mask, a.keypoints, a.is_crowd) for a in other.only()]
    assert kept == [(a.box, a.mask, a.keypoints, a.is_crowd) for a in desk.only()]
    other.store.close()


def test_a_person_opens_the_file_of_a_project_read_only(desk: Desk) -> None:
    data = coco([image(5, "a.jpg")], [thing(7, 5)], [CAT])
    desk.take(data)
    with Store.open(desk.store.folder, writable=False) as reader:
        export_coco(reader, desk.folder / "read.json")
    assert difference(data, read(desk.folder / "read.json")) == ""


def test_progress_is_told_up_to_the_end(desk: Desk) -> None:
    rows = [thing(key, 5) for key in range(1200)]
    said: list[tuple[int, int]] = []
    desk.take(
        coco([image(5, "a.jpg")], rows, [CAT]),
        progress=lambda done, total: said.append((done, total)),
    )
    assert said[-1] == (1201, 1201)
    assert [done for done, _ in said] == [500, 1000, 1201]


def test_an_import_is_one_line_in_the_history(desk: Desk) -> None:
    desk.take(coco([image(5, "a.jpg")], [], []), "my.json", person="Ada")
    (entry,) = desk.store.history.entries()
    assert (entry.text, entry.person) == ("Import my.json", "Ada")


def test_images_taken_out_take_their_rows_along(desk: Desk) -> None:
    rows = [thing(1, 5), {"id": 2, "image_id": 5, "caption": "c"}, thing(3, 6)]
    data = coco([image(5, "a.jpg"), image(6, "b.jpg")], rows, [CAT])
    desk.take(data)
    desk.store.images.remove([i.id for i in desk.store.images.all() if i.file_name == "a.jpg"])
    out = desk.give()
    assert [row["id"] for row in out["images"]] == [6]
    assert [row["id"] for row in out["annotations"]] == [3]
