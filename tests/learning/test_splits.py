"""Which images are held out."""

from __future__ import annotations

from collections import Counter

from hypothesis import given
from hypothesis import strategies as st

from annotator.learning.splits import choose_held_out, held_out_target

contents = st.dictionaries(
    st.integers(1, 500),
    st.lists(st.integers(1, 4), max_size=6).map(Counter),
    max_size=80,
)


def test_a_small_set_holds_out_two_and_a_tiny_one_none() -> None:
    assert [held_out_target(n) for n in (0, 4, 5, 29, 30, 100)] == [0, 0, 2, 2, 6, 20]


@given(contents)
def test_no_category_loses_its_last_object_to_learn_from(images: dict[int, Counter[int]]) -> None:
    held_out = choose_held_out(images, held_out=(), free=images)
    assert len(held_out) <= held_out_target(len(images))
    everything = sum(images.values(), Counter())
    learned = sum((c for i, c in images.items() if i not in held_out), Counter())
    assert set(learned) == set(everything)


@given(contents, st.integers(0, 5))
def test_images_held_out_once_stay_held_out_as_the_set_grows(
    images: dict[int, Counter[int]], seed: int
) -> None:
    half = {i: c for i, c in images.items() if i % 2}
    first = choose_held_out(half, held_out=(), free=half, seed=seed)
    free = set(images) - set(half)
    second = choose_held_out(images, held_out=first, free=free, seed=seed)
    assert first <= second
    assert not (second - first) & set(half)


def test_every_category_is_represented_where_it_can_be() -> None:
    images = {i: Counter({1: 5}) for i in range(1, 41)} | {
        50 + i: Counter({2: 1}) for i in range(5)
    }
    held_out = choose_held_out(images, held_out=(), free=images)
    assert len(held_out) == 9
    assert any(i >= 50 for i in held_out)


def test_a_chosen_image_that_is_no_longer_reviewed_is_dropped() -> None:
    assert choose_held_out({1: Counter({1: 1})}, held_out={99}, free={1}) == frozenset()
