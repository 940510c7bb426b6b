"""Order and groups: what moves moves, what does not keeps its place among its like."""

from __future__ import annotations

from collections.abc import Callable, Collection, Sequence

import pytest
from hypothesis import given
from hypothesis import strategies as st

from annotator.domain import arrange
from annotator.domain.model import Annotation

Move = Callable[[Sequence[Annotation], Collection[int]], list[Annotation]]


def in_order(values: Sequence[Annotation]) -> list[Annotation]:
    return sorted(values, key=lambda a: (a.ordinal, a.id))


def of(*ordinals: int) -> list[Annotation]:
    """Objects with ids 1, 2, 3, ... and those ordinals, in drawing order."""
    return in_order([Annotation(n, 1, 1, ordinal=o) for n, o in enumerate(ordinals, start=1)])


def after(objects: Sequence[Annotation], changed: Sequence[Annotation]) -> list[int]:
    """The ids in drawing order once the changes are made."""
    values = {a.id: a for a in objects} | {a.id: a for a in changed}
    return [a.id for a in in_order(list(values.values()))]


OBJECTS = st.lists(st.integers(-3, 6), max_size=8).map(lambda ordinals: of(*ordinals))
CHOSEN = st.frozensets(st.integers(1, 8), max_size=4)
MOVES: list[Move] = [arrange.raised, arrange.lowered, arrange.to_front, arrange.to_back]


@pytest.mark.parametrize("move", MOVES)
@given(objects=OBJECTS, chosen=CHOSEN)
def test_the_order_of_those_that_stay_and_of_those_that_move_is_kept(
    move: Move, objects: list[Annotation], chosen: frozenset[int]
) -> None:
    now = after(objects, move(objects, chosen))
    before = [a.id for a in objects]
    assert sorted(now) == sorted(before)
    for part in (set(before) & chosen, set(before) - chosen):
        assert [i for i in now if i in part] == [i for i in before if i in part]


@given(objects=OBJECTS, chosen=CHOSEN)
def test_raised_is_one_place_up_for_each_that_can(
    objects: list[Annotation], chosen: frozenset[int]
) -> None:
    before = [a.id for a in objects]
    now = after(objects, arrange.raised(objects, chosen))
    for key in chosen & set(before):
        others = [i for i in before[before.index(key) + 1 :] if i not in chosen]
        assert now.index(key) == before.index(key) + bool(others)


@given(objects=OBJECTS, chosen=CHOSEN)
def test_lowered_mirrors_raised(objects: list[Annotation], chosen: frozenset[int]) -> None:
    mirrored = [Annotation(-a.id, 1, 1, ordinal=-a.ordinal) for a in reversed(objects)]
    up = after(mirrored, arrange.raised(mirrored, {-key for key in chosen}))
    down = after(objects, arrange.lowered(objects, chosen))
    assert down == [-key for key in reversed(up)]


@given(objects=OBJECTS, chosen=CHOSEN)
def test_front_and_back_are_the_ends(objects: list[Annotation], chosen: frozenset[int]) -> None:
    count = len(chosen & {a.id for a in objects})
    front = after(objects, arrange.to_front(objects, chosen))
    back = after(objects, arrange.to_back(objects, chosen))
    assert set(front[len(front) - count :]) <= chosen
    assert set(back[:count]) <= chosen


@given(st.permutations(range(1, 7)), OBJECTS)
def test_any_order_can_be_had(order: list[int], objects: list[Annotation]) -> None:
    wanted = sorted(objects, key=lambda a: order.index(a.id) if a.id in order else 0)
    assert after(objects, arrange.reordered(wanted)) == [a.id for a in wanted]


def test_few_objects_change() -> None:
    distinct = of(*range(100))
    assert len(arrange.raised(distinct, {40})) == 1
    assert len(arrange.to_front(distinct, {40})) == 1
    assert len(arrange.to_back(distinct, {40})) == 1
    same = of(*[0] * 100)
    assert len(arrange.to_front(same, {40})) == 1
    assert len(arrange.to_back(same, {40})) == 1


def test_nothing_moves_where_nothing_can() -> None:
    assert arrange.raised([], {1}) == []
    assert arrange.raised(of(0, 1, 2), ()) == []
    assert arrange.raised(of(0, 1, 2), {2, 3}) == []
    assert arrange.to_front(of(0, 1, 2), {1, 2, 3}) == []


def grouped(*groups: int | None) -> list[Annotation]:
    return [Annotation(n, 1, 1, group_id=g) for n, g in enumerate(groups, start=1)]


def test_one_object_alone_is_no_group() -> None:
    assert arrange.groups_of(grouped(4, None, 4, 9)) == {4: (1, 3)}
    assert arrange.groups_of([]) == {}


def test_a_new_group_is_new_also_beside_odd_numbers() -> None:
    assert arrange.new_group(grouped(1, None, 2**63 - 1)) == 2
    assert arrange.new_group(grouped(None, -5)) == 1
    assert arrange.new_group([]) == 1


@given(st.lists(st.one_of(st.none(), st.integers(-2, 4)), max_size=6), OBJECTS)
def test_copies_are_grouped_among_themselves_only(
    groups: list[int | None], objects: list[Annotation]
) -> None:
    there = [*objects, *grouped(2, 2, 3)]
    copies = grouped(*groups)
    made = arrange.apart(copies, there)
    members = [frozenset(ids) for ids in arrange.groups_of(copies).values()]
    assert {frozenset(ids) for ids in arrange.groups_of(made).values()} == set(members)
    assert not {a.group_id for a in made} & {2, 3}
    alone = {a.id for a in copies} - {i for ids in members for i in ids}
    assert all(a.group_id is None for a in made if a.id in alone)
