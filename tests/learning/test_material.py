"""What a training learns from, as it is labelled now."""

from __future__ import annotations

from dataclasses import replace

from hypothesis import given
from hypothesis import strategies as st

from annotator.domain.edits import Edit, Step
from annotator.domain.model import Annotation, Keypoint
from annotator.learning.material import gather, in_order, recall
from annotator.store.store import Store

NAMES = ("head", "hand", "foot", "tail")


def posed(count: int) -> Annotation:
    return Annotation(1, 1, 1, keypoints=tuple(Keypoint(n, 10 * n, 2) for n in range(count)))


@given(st.permutations(NAMES), st.permutations(NAMES))
def test_joints_go_back_and_forth_between_two_orders(now: list[str], then: list[str]) -> None:
    there = in_order(posed(4), now, then)
    by_name = dict(zip(then, there.keypoints, strict=True))
    assert [by_name[name] for name in now] == list(posed(4).keypoints)
    assert in_order(there, then, now) == posed(4)


def test_renamed_joints_keep_their_places_and_more_or_fewer_are_not_known() -> None:
    assert in_order(posed(2), ("a", "b"), ("head", "foot")) == posed(2)
    for now, then in ((("a", "b"), ("a",)), (("a",), ("a", "b"))):
        assert in_order(posed(len(now)), now, then).keypoints == ()
    assert in_order(posed(1), ("a", "b"), ("b", "a")).keypoints == (), "labelled before a change"
    assert in_order(Annotation(1, 1, 1), ("a",), ("b",)) == Annotation(1, 1, 1)


def test_a_training_gone_on_with_learns_joints_in_the_order_it_knows(store: Store) -> None:
    category = store.categories.get(1)
    listed = gather(store, store.categories.all()).listed()
    before, _ = recall(store, listed).samples(store)
    turned = replace(category, joints=tuple(reversed(category.joints)))
    edits = [Edit(category, turned)]
    for row in store.annotations.of_images([i.id for i in store.images.all()]).values():
        edits += [Edit(a, replace(a, keypoints=tuple(reversed(a.keypoints)))) for a in row]
    store.history.apply(Step("Turn the joints", tuple(edits)), person="Ada")

    after, _ = recall(store, listed).samples(store)

    assert [s.key for s in after] == [s.key for s in before]
    for one, other in zip(before, after, strict=True):
        for first, second in zip(one.objects, other.objects, strict=True):
            assert first.joints is not None
            assert second.joints is not None
            assert (first.joints == second.joints).all()
