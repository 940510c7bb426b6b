"""Images that show something rare come more often."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from models.sampling import one_turn, repeat_factors
from models.types import ObjectTarget, Sample


def showing(*labels: int, is_crowd: bool = False) -> Sample:
    objects = tuple(ObjectTarget(n, (0, 0, 5, 5), None, None, is_crowd) for n in labels)
    return Sample(0, (10, 10), lambda _: np.zeros((10, 10, 3), np.uint8), objects)


def test_the_rarest_category_on_an_image_decides() -> None:
    samples = [showing(1), showing(1), showing(1, 2), showing(), showing(1)]
    assert repeat_factors(samples, 0.8).tolist() == pytest.approx([1, 1, 2, 1, 1])


def test_without_a_threshold_nothing_is_repeated() -> None:
    assert repeat_factors([showing(1), showing(2), showing()], 0).tolist() == [1, 1, 1]
    assert repeat_factors([], 0.5).tolist() == []


def test_a_crowd_shows_no_category() -> None:
    samples = [showing(2, is_crowd=True), showing(1), showing(1), showing(1)]
    assert repeat_factors(samples, 1.0)[0] == 1


@given(st.lists(st.floats(1, 4), max_size=12), st.integers(0, 2**16))
def test_in_one_turn_every_image_comes_as_often_as_it_should(
    factors: list[float], seed: int
) -> None:
    order = one_turn(np.array(factors), np.random.default_rng(seed))
    counts = np.bincount(np.array(order, dtype=int), minlength=len(factors))
    assert all(int(f) <= n <= int(f) + 1 for f, n in zip(factors, counts, strict=True))


def test_a_part_of_a_time_comes_by_chance_and_right_in_the_mean() -> None:
    random = np.random.default_rng(1)
    times = [one_turn(np.array([1.0, 1.4]), random).count(1) for _ in range(500)]
    assert np.mean(times) == pytest.approx(1.4, abs=0.08)
