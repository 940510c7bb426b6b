"""Attributes, notes and groups of objects, as the store keeps and counts them."""

from __future__ import annotations

from dataclasses import replace

import pytest

from annotator.domain.attributes import Attribute
from annotator.domain.edits import Edit
from annotator.domain.model import Category
from tests.store.project_hand import Hand

SAID = (
    Attribute("colour", "ü\n"),
    Attribute("occluded", True),
    Attribute("n", 3),
    Attribute("big", 10**30),
    Attribute("speed", 1.5),
    Attribute("", "kept as it is"),
)


def test_words_are_kept_through_a_restart_and_undone_exactly(hand: Hand) -> None:
    drawn = hand.draw(hand.first)
    told = replace(drawn, attributes=SAID, note="a\nb \x00 c", group_id=-4)
    hand.do("Tell", Edit(drawn, told), image=hand.first)
    hand.reopen()
    (found,) = hand.on(hand.first)
    assert found == told
    assert [type(a.value) for a in found.attributes] == [type(a.value) for a in SAID]
    hand.undo(hand.first)
    assert hand.on(hand.first) == (drawn,)
    hand.redo(hand.first)
    assert hand.on(hand.first) == (told,)


def test_a_deleted_object_comes_back_with_its_words(hand: Hand) -> None:
    told = hand.draw(hand.first, attributes=SAID, note="n", group_id=1)
    hand.delete(told)
    hand.undo(hand.first)
    assert hand.on(hand.first) == (told,)


def test_yes_is_another_value_than_one(hand: Hand) -> None:
    told = hand.draw(hand.first, attributes=(Attribute("a", 1),))
    after = replace(told, attributes=(Attribute("a", True),))
    hand.do("Tell", Edit(told, after), image=hand.first)
    assert hand.on(hand.first)[0].attributes[0].value is True


def test_what_objects_of_a_category_say_comes_each_once(hand: Hand) -> None:
    used = hand.store.annotations.attributes_used
    assert used(hand.category.id) == []
    dog = Category(hand.store.take_ids("category")[0], "dog", ordinal=1)
    hand.do("Add category", Edit(None, dog))
    red, blue = (Attribute("colour", "red"),), (Attribute("colour", "blue"),)
    for attributes in (red, red, blue, ()):
        hand.draw(hand.first, attributes=attributes)
    other = hand.draw(hand.second, attributes=(*blue, Attribute("size", 1)))
    assert used(hand.category.id) == [other.attributes, blue, red]  # by their text
    assert used(dog.id) == []
    assert len(used(hand.category.id, limit=2)) == 2


@pytest.mark.parametrize("query", ["category_id = 1 AND attributes > ''"])
def test_the_search_for_words_reads_the_index_alone(hand: Hand, query: str) -> None:
    with hand.store._database.read() as connection:
        text = f"EXPLAIN QUERY PLAN SELECT min(attributes) FROM annotation WHERE {query}"
        plan = " ".join(row[3] for row in connection.exec_driver_sql(text))
    assert "COVERING INDEX ix_annotation_attributes" in plan


def test_the_next_undo_and_redo_are_found_by_the_index_alone(hand: Hand) -> None:
    """So that the thousandth is as quick as the first."""
    own = f"step_item.image_id = {hand.first} AND role = 1"
    with hand.store._database.read() as connection:
        text = (
            "EXPLAIN QUERY PLAN SELECT step.id FROM step_item JOIN step ON step.id = "
            f"step_item.step_id WHERE {own} ORDER BY step_item.step_id DESC"
        )
        plan = " ".join(row[3] for row in connection.exec_driver_sql(text))
    assert "COVERING INDEX ix_step_item_role" in plan
    assert "TEMP B-TREE" not in plan
