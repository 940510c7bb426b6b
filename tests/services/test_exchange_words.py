"""Attributes, notes, groups and the order of objects, in and out of files."""

from __future__ import annotations

import json
import tempfile
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from annotator.domain import arrange
from annotator.domain.attributes import Attribute, with_value, without
from annotator.domain.edits import Edit, Step
from annotator.domain.model import Annotation, Box
from tests.services.coco_files import CAT, Desk, coco, difference, image, load, thing

COLOUR, OCCLUDED = Attribute("colour", "red"), Attribute("occluded", False)
SAID = {"attributes": {"colour": "red", "occluded": False}, "description": "seen", "group_id": 3}


def change(desk: Desk, *pairs: tuple[Annotation | None, Annotation | None]) -> None:
    edits = tuple(Edit(before, after) for before, after in pairs)
    image_id = next(e.image_id for e in edits)
    desk.store.history.apply(Step("Change", edits, image_id), person="Ada")


def edit(desk: Desk, value: Annotation, **fields: Any) -> None:
    change(desk, (value, replace(value, is_edited=True, **fields)))


def take(desk: Desk, *rows: Any) -> list[Annotation]:
    desk.take(coco([image(5, "a.jpg")], list(rows), [CAT]))
    return list(desk.only())


def out(desk: Desk) -> Any:
    return desk.give()["annotations"]


def test_words_of_a_file_are_read_and_come_out_untouched(desk: Desk) -> None:
    (value,) = take(desk, thing(7, 5) | SAID)
    assert value.attributes == (COLOUR, OCCLUDED)
    assert (value.note, value.group_id, value.is_edited) == ("seen", 3, False)
    assert difference(out(desk), [thing(7, 5) | SAID]) == ""


def test_an_object_drawn_here_says_only_what_there_is(desk: Desk) -> None:
    take(desk)
    picture, cat = desk.store.images.all()[0], desk.store.categories.all()[0]
    ids = desk.store.take_ids("annotation", 2)
    bare = Annotation(ids[0], picture.id, cat.id, Box(1, 2, 3, 4))
    told = replace(bare, id=ids[1], attributes=(COLOUR,), note="ü", group_id=1)
    change(desk, (None, bare), (None, told))
    first, second = out(desk)
    assert not {"attributes", "description", "group_id"} & set(first)
    assert [second[key] for key in ("attributes", "description", "group_id")] == [
        {"colour": "red"}, "ü", 1]  # fmt: skip
    load(desk.give())


def test_only_the_keys_that_changed_change(desk: Desk) -> None:
    row = thing(7, 5, area=1.50, iscrowd=0) | SAID | {"extra": [1.0]}
    (value,) = take(desk, row)
    edit(desk, value, attributes=with_value(value.attributes, "colour", "blue"))
    changed = row | {"attributes": {"colour": "blue", "occluded": False}}
    assert difference(out(desk), [changed]) == ""


def test_an_edited_box_leaves_the_words_alone(desk: Desk) -> None:
    row = thing(7, 5, area=1, iscrowd=0, attributes={"speed": 1.50, "n": 2}, description="")
    (value,) = take(desk, row)
    edit(desk, value, box=Box(2, 2, 10, 12))
    (told,) = out(desk)
    assert difference(told["attributes"], {"speed": 1.5, "n": 2}) == ""
    assert difference(told["description"], "") == ""


def test_what_is_taken_away_is_gone_from_the_file(desk: Desk) -> None:
    (value,) = take(desk, thing(7, 5, area=1, iscrowd=0) | SAID)
    edit(desk, value, attributes=without(value.attributes, "colour"), note="", group_id=None)
    (told,) = out(desk)
    assert difference(told, thing(7, 5, area=1, iscrowd=0, attributes={"occluded": False})) == ""


ODD = [
    {"attributes": ["a", "b"], "description": None, "group_id": "four"},
    {"attributes": None, "description": ["a"], "group_id": 4.0},
    {"attributes": 3, "description": 7, "group_id": True},
    {"attributes": {"deep": {"a": 1}, "": "x", "none": None}, "group_id": 2**70},
    {"attributes": {"\ud800": 1, "half": "\ud800"}, "description": "\udc00"},
]


@pytest.mark.parametrize("said", ODD, ids=lambda said: type(said["attributes"]).__name__)
def test_other_forms_are_unknown_keys_and_stay(desk: Desk, said: dict[str, Any]) -> None:
    row = thing(7, 5, area=1, iscrowd=0) | said
    (value,) = take(desk, row)
    assert (value.attributes, value.note, value.group_id) == ((), "", None)
    edit(desk, value, box=Box(2, 2, 10, 12))
    (told,) = out(desk)
    assert difference({k: told[k] for k in said}, said) == ""


def test_an_entry_of_another_form_stays_beside_what_a_person_adds(desk: Desk) -> None:
    (value,) = take(desk, thing(7, 5, attributes={"track": [1, 2], "colour": "red"}))
    assert value.attributes == (COLOUR,)
    edit(desk, value, attributes=(COLOUR, Attribute("size", 3)))
    (told,) = out(desk)
    assert difference(told["attributes"], {"track": [1, 2], "colour": "red", "size": 3}) == ""


def test_a_later_file_adds_words_and_brings_none_back(desk: Desk) -> None:
    bare, told, cleared = take(desk, thing(7, 5), thing(8, 5) | SAID, thing(9, 5) | SAID)
    edit(desk, cleared, attributes=(), note="", group_id=None)
    other = {"attributes": {"colour": "blue"}, "description": "later", "group_id": 8, "x": 1}
    rows = [thing(key, 5) | other for key in (7, 8, 9)]
    desk.take(coco([image(5, "a.jpg")], rows, [CAT]), "later.json")
    bare, told, cleared = desk.only()
    assert (bare.attributes, bare.note, bare.group_id) == (
        (Attribute("colour", "blue"),), "later", 8)  # fmt: skip
    assert not bare.is_edited
    assert (told.attributes, told.note, told.group_id) == ((COLOUR, OCCLUDED), "seen", 3)
    assert (cleared.attributes, cleared.note, cleared.group_id) == ((), "", None)


def test_a_copy_that_comes_in_elsewhere_says_the_same(desk: Desk, tmp_path: Path) -> None:
    (value,) = take(desk, thing(7, 5))
    edit(desk, value, attributes=(COLOUR, OCCLUDED, Attribute("n", 2.5)), note="a\nb", group_id=9)
    other = Desk(tmp_path / "other")
    other.take(desk.give())
    (again,) = other.only()
    (value,) = desk.only()
    assert (again.attributes, again.note, again.group_id) == (
        value.attributes, value.note, value.group_id)  # fmt: skip
    other.store.close()


VALUES = st.one_of(st.booleans(), st.integers(), st.floats(allow_nan=False, allow_infinity=False),
                   st.text(st.characters(codec="utf-8"), max_size=4))  # fmt: skip
NAMES = st.text(st.characters(codec="utf-8"), min_size=1, max_size=3)


@settings(max_examples=25, deadline=None)
@given(
    st.dictionaries(NAMES, VALUES | st.none() | st.lists(VALUES, max_size=2), max_size=4),
    st.dictionaries(NAMES, VALUES, max_size=4),
)
def test_any_attributes_become_any_others_and_undo_brings_the_file_back(
    said: dict[str, Any], wanted: dict[str, Any]
) -> None:
    with tempfile.TemporaryDirectory() as folder:
        desk = Desk(Path(folder))
        row = thing(7, 5, area=1, iscrowd=0, attributes=said)
        (value,) = take(desk, row)
        after = tuple(Attribute(k, v) for k, v in wanted.items())
        edit(desk, value, attributes=after)
        (told,) = out(desk)
        desk.take(coco([image(5, "b.jpg")], [told | {"id": 8}], [CAT]), "again.json")
        (again,) = desk.only("b.jpg")
        desk.store.history.undo(value.image_id, person="Ada")
        (undone,) = [row for row in out(desk) if row["id"] == 7]
        desk.store.close()
    assert {a.name: a for a in again.attributes} == {a.name: a for a in after}
    odd = {k: v for k, v in said.items() if v is None or isinstance(v, list)}
    assert {k: told["attributes"][k] for k in odd if k not in wanted} == {
        k: v for k, v in odd.items() if k not in wanted}  # fmt: skip
    assert difference(undone, row) == ""


# the order of objects


def test_objects_go_out_in_drawing_order_on_the_images_that_were_re_ordered(desk: Desk) -> None:
    rows = [thing(7, 5), thing(1, 6), thing(8, 5), thing(2, 6), {"id": 3, "image_id": 5}]
    rows += [thing(9, 5), thing(4, 6)]
    data = coco([image(5, "a.jpg"), image(6, "b.jpg")], rows, [CAT])
    desk.take(data)
    objects = list(desk.only())
    moved = arrange.to_front(objects, {objects[0].id})
    change(desk, *((value, after) for after in moved for value in objects if value.id == after.id))
    assert [row["id"] for row in out(desk)] == [8, 1, 9, 2, 3, 7, 4]
    assert sorted(map(json.dumps, out(desk))) == sorted(map(json.dumps, rows))
    assert list(desk.store.sources.objects(page=2)) == list(desk.store.sources.objects())
    desk.store.history.undo(objects[0].image_id, person="Ada")
    assert difference(data, desk.give()) == ""
