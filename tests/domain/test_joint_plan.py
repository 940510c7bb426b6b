"""Editing the joints of a category: no joint loses what it is."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from annotator.domain.joint_plan import (
    JointPlan,
    PlannedJoint,
    matched_names,
    normalised,
    plan_of,
)
from annotator.domain.joint_sets import TEMPLATES
from annotator.domain.model import Category
from annotator.domain.poses import Layout
from annotator.formats.coco.sides import pairs_of

NAMES = ("nose", "left_eye", "right_eye", "tail")
CAT = Category(7, "cat", joints=NAMES, skeleton=((0, 1), (0, 2), (0, 3)), pairs=((1, 2),))
PLACES = ((0.1, 0.2), (0.2, 0.1), (0.3, 0.1), None)

names = st.lists(st.sampled_from("abcdefgh"), unique=True, max_size=8)
shares = st.floats(0, 1, allow_nan=False)


@pytest.fixture
def plan() -> JointPlan:
    return plan_of(CAT, Layout(PLACES), pairs_of)


def bones_by_name(plan: JointPlan) -> set[frozenset[str]]:
    return {frozenset((plan.names[a], plan.names[b])) for a, b in plan.bones}


def test_a_plan_begins_with_what_is_stored(plan: JointPlan) -> None:
    assert plan.names == NAMES
    assert plan.origins == (0, 1, 2, 3)
    assert plan.bones == CAT.skeleton
    assert plan.pairs is None, "they are read off the names"
    assert plan.unplaced == (3,)
    assert plan.places() == {"nose": (0.1, 0.2), "left_eye": (0.2, 0.1), "right_eye": (0.3, 0.1)}
    assert plan_of(None, None, pairs_of) == JointPlan()
    assert plan_of(Category(1, "ball"), None, pairs_of) == JointPlan()


def test_pairs_of_ones_own_are_kept_as_they_are() -> None:
    own = Category(7, "cat", joints=NAMES, pairs=((0, 3),))
    assert plan_of(own, None, pairs_of).pairs == ((0, 3),)


def test_a_rename_keeps_origin_place_and_bones(plan: JointPlan) -> None:
    after = plan.renamed(0, "snout")
    assert after.joints[0] == PlannedJoint("snout", (0.1, 0.2), 0)
    assert after.bones == plan.bones


def test_a_new_joint_comes_from_nowhere(plan: JointPlan) -> None:
    after = plan.with_joint("ear", (0.5, 0.5))
    assert after.joints[-1] == PlannedJoint("ear", (0.5, 0.5), None)


def test_a_joint_stays_inside_the_box(plan: JointPlan) -> None:
    assert plan.put(0, (-0.2, 1.5)).joints[0].place == (0.0, 1.0)


def test_a_joint_that_goes_takes_its_bones_and_pair(plan: JointPlan) -> None:
    paired = plan.paired(1, 2, ((1, 2),))
    after = paired.without_joint(1)
    assert after.names == ("nose", "right_eye", "tail")
    assert after.bones == ((0, 1), (0, 2))
    assert after.pairs == ()


@given(st.data())
def test_another_order_keeps_origins_places_bones_and_pairs(data: st.DataObject) -> None:
    plan = plan_of(CAT, Layout(PLACES), pairs_of).paired(1, 2, ())
    index, to = data.draw(st.integers(0, 3)), data.draw(st.integers(0, 3))
    after = plan.moved(index, to)
    assert after.joints[to] == plan.joints[index]
    assert set(after.joints) == set(plan.joints)
    assert bones_by_name(after) == bones_by_name(plan)
    assert after.pairs is not None
    assert [after.names[n] for n in after.pairs[0]] == ["left_eye", "right_eye"]
    assert after.moved(to, index) == plan


def test_two_joints_have_one_bone_at_most(plan: JointPlan) -> None:
    assert plan.joined(1, 0) == plan
    assert plan.joined(2, 2) == plan
    assert plan.joined(1, 3).bones == (*plan.bones, (1, 3))
    number = plan.bone_between(3, 0)
    assert number == 2
    assert plan.without_bone(number).bones == ((0, 1), (0, 2))


def test_a_joint_is_in_one_pair_at_most(plan: JointPlan) -> None:
    after = plan.paired(0, 2, ((1, 2),))
    assert after.pairs == ((0, 2),)
    assert after.unpaired(2, ()).pairs == ()
    assert plan.unpaired(0, ((1, 2),)).pairs == ((1, 2),)


def test_a_known_set_keeps_the_joints_it_shares(plan: JointPlan) -> None:
    after = plan.from_set(TEMPLATES[0])
    assert after.names == TEMPLATES[0].joints
    assert after.bones == TEMPLATES[0].bones
    assert after.origins[:3] == (0, 1, 2)
    assert set(after.origins[3:]) == {None}
    assert after.unplaced == ()


@pytest.mark.parametrize(
    ("typed", "origins"),
    [
        (["snout", "left_eye", "right_eye", "tail"], [0, 1, 2, 3]),
        (["tail", "nose", "left_eye", "right_eye"], [3, 0, 1, 2]),
        (["nose", "left_eye", "right_eye"], [0, 1, 2]),
        (["nose", "left_eye", "right_eye", "tail", "ear"], [0, 1, 2, 3, None]),
        (["nose", "l_eye", "r_eye", "tail"], [0, 1, 2, 3]),
        (["nose", "ear", "left_eye", "right_eye", "tail"], [0, None, 1, 2, 3]),
        (["nose", "tail"], [0, 3]),
        ([], []),
    ],
    ids=["rename", "order", "shorter", "longer", "two renames", "inserted", "two gone", "none"],
)
def test_typed_names_are_matched_with_what_they_were(
    plan: JointPlan, typed: list[str], origins: list[int | None]
) -> None:
    after = plan.retold(typed)
    assert list(after.names) == typed
    assert list(after.origins) == origins
    assert [j.place for j in after.joints] == [None if n is None else PLACES[n] for n in origins]


def test_bones_and_pairs_go_along_with_typed_names(plan: JointPlan) -> None:
    own = plan.paired(1, 2, ())
    after = own.retold(["nose", "l_eye", "r_eye", "tail"])
    assert (after.bones, after.pairs) == (plan.bones, ((1, 2),))
    after = own.retold(["tail", "nose", "left_eye", "right_eye"])
    assert bones_by_name(after) == bones_by_name(plan)
    assert after.pairs == ((2, 3),)
    assert plan.retold(["nose"]).bones == ()


@given(names, names)
def test_no_joint_is_matched_twice_and_known_names_always(
    before: list[str], after: list[str]
) -> None:
    found = matched_names(before, after)
    used = [n for n in found if n is not None]
    assert len(set(used)) == len(used)
    assert all(n == before.index(a) for n, a in zip(found, after, strict=True) if a in before)


@given(st.dictionaries(st.sampled_from("abcdef"), st.tuples(shares, shares)))
def test_normalised_places_fill_the_box_but_for_the_margin(
    places: dict[str, tuple[float, float]],
) -> None:
    after = normalised(places, margin=0.1)
    assert list(after) == list(places)
    for axis in range(2):
        values = [place[axis] for place in after.values()]
        if not values:
            continue
        assert min(values) >= 0.1 - 1e-9
        assert max(values) <= 0.9 + 1e-9
        was = [place[axis] for place in places.values()]
        if max(was) - min(was) > 1e-3:
            assert (min(values), max(values)) == pytest.approx((0.1, 0.9))
            assert values[was.index(max(was))] == max(values)
