"""In which order images come."""

import numpy as np
from hypothesis import given, settings
from hypothesis import strategies as st

from models.selection import Looks, Wishes, best, order
from models.valuation import Valued

NO_LABELLED = np.zeros((0, 4))


def image(key, value=1.0, label=1):
    return Valued(key, 0.5, value, 10.0, label, ())


def looks(*rows, labelled=NO_LABELLED):
    return Looks(np.array(rows, np.float16), np.asarray(labelled, np.float16))


def spread(count, seed=0):
    return np.random.default_rng(seed).normal(size=(count, 4))


def test_nothing_has_no_order():
    assert order([]) == []
    assert best([]) == []


def test_what_is_worth_much_more_comes_early():
    values = [image(n, 1000.0 if n < 20 else 0.001) for n in range(200)]
    first = order(values, wishes=Wishes(batch=20))[:20]
    assert sum(key < 20 for key in first) >= 16 * 0.9  # all but the fifth by chance, noise aside


def test_the_same_seed_gives_the_same_order_and_another_another():
    values = [image(n, 1 + n % 7) for n in range(60)]
    assert order(values) == order(values)
    assert order(values) != order(values, wishes=Wishes(seed=1))


def test_an_image_that_goes_moves_no_other_in_what_is_best():
    values = [image(n, 1 + n % 7) for n in range(100)]
    before = best(values)[:20]
    gone = before[2]
    after = best([value for value in values if value.key != gone])
    assert [key for key in before if key != gone] == after[:19]


def test_near_duplicates_are_never_in_one_batch():
    rows = spread(60)
    values = [image(n) for n in range(120)]
    found = order(values, looks(*rows, *rows + 1e-3), Wishes(batch=20))
    assert sorted(found) == list(range(120))
    for batch in (found[:20], found[20:40]):
        assert len({key % 60 for key in batch}) == 20
    assert len({key % 60 for key in found[:40]}) == 40


def test_what_looks_like_labelled_images_waits():
    rows = spread(100)
    values = [image(n) for n in range(100)]
    found = order(values, looks(*rows, labelled=rows[:50]), Wishes(batch=10))
    assert all(key >= 50 for key in found[:10])


def test_two_thirds_come_by_quotas_so_a_rare_category_is_there():
    values = [image(n, 3.0, label=1) for n in range(90)]
    values += [image(90 + n, 3.0, label=2) for n in range(10)]
    rows = spread(100)
    wishes = Wishes(batch=20, labelled={1: 400, 2: 3})
    found = order(values, looks(*rows), wishes)[:20]
    assert sum(key >= 90 for key in found) >= 4


def test_a_fifth_is_drawn_by_chance_and_spread_over_the_batch():
    values = [image(n, 1000.0) for n in range(100)] + [image(n, 0.001) for n in range(100, 400)]
    found = order(values, wishes=Wishes(batch=20))[:20]
    low = [place for place, key in enumerate(found) if key >= 100]
    assert 1 <= len(low) <= 4
    assert {place % 5 for place in low} == {4}


def test_images_without_a_look_are_ordered_too():
    values = [image(n) for n in range(30)]
    empty = Looks(np.zeros((30, 0)), np.zeros((0, 0)))
    assert sorted(order(values, empty)) == list(range(30))


@settings(max_examples=40, deadline=None)
@given(
    st.lists(st.tuples(st.floats(0, 1e3), st.integers(0, 3)), max_size=50),
    st.integers(1, 9),
    st.integers(0, 2**40),
    st.booleans(),
)
def test_every_image_comes_once(images, batch, seed, has_looks):
    values = [image(n, *one) for n, one in enumerate(images)]
    rows = np.ones((len(values), 3)) if has_looks else np.zeros((len(values), 0))
    found = order(values, Looks(rows, rows[:1]), Wishes(batch=batch, seed=seed))
    assert sorted(found) == list(range(len(values)))
