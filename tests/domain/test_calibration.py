"""What an expected IoU has proved to be worth."""

from __future__ import annotations

from dataclasses import replace
from itertools import pairwise

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from annotator.domain.calibration import (
    FEWEST_PAIRS,
    GOOD_IOU,
    Calibration,
    Curve,
    Outcome,
    Pair,
    isotonic,
    pair_of,
)
from annotator.domain.masks import to_rle
from annotator.domain.model import Box, Doubt, Part, Polygons, Prediction

shares = st.floats(0, 1, allow_nan=False)
weights = st.floats(0.1, 5)
rows = st.lists(st.tuples(shares, weights), max_size=30)


def table(row: list[tuple[float, float]]) -> tuple[np.ndarray, np.ndarray]:
    return np.asarray([y for y, _ in row]), np.asarray([w for _, w in row])


def square(x: float, side: float = 10.0) -> Polygons:
    return Polygons((Part((x, 0.0, x + side, 0.0, x + side, side, x, side)),))


def pairs(count: int, expected: float, found: float, category: int = 1) -> list[Pair]:
    return [Pair(category, expected, found)] * count


@given(rows)
def test_the_fit_never_falls_and_stays_within_the_values(row: list[tuple[float, float]]) -> None:
    values, mass = table(row)
    found = isotonic(values, mass)
    assert len(found) == len(values)
    assert all(a <= b + 1e-12 for a, b in pairwise(found))
    if row:
        assert values.min() - 1e-12 <= found.min() <= found.max() <= values.max() + 1e-12
        assert np.average(found, weights=mass) == pytest.approx(np.average(values, weights=mass))


@given(rows)
def test_fitting_what_was_fitted_changes_nothing(row: list[tuple[float, float]]) -> None:
    values, mass = table(row)
    once = isotonic(values, mass)
    np.testing.assert_allclose(isotonic(once, mass), once, atol=1e-12)


@given(st.lists(st.tuples(shares, weights), min_size=1, max_size=9))
def test_it_is_the_best_of_all_rows_of_steps(row: list[tuple[float, float]]) -> None:
    values, mass = table(row)
    found = isotonic(values, mass)
    error = (mass * (found - values) ** 2).sum()
    for cuts in range(2 ** (len(row) - 1)):  # every way to divide the row into level steps
        ends = [n + 1 for n in range(len(row) - 1) if cuts >> n & 1]
        steps = np.split(np.arange(len(row)), ends)
        means = [np.average(values[own], weights=mass[own]) for own in steps]
        if all(a <= b for a, b in pairwise(means)):
            level = np.concatenate([np.full(len(s), m) for s, m in zip(steps, means, strict=True)])
            assert error <= (mass * (level - values) ** 2).sum() + 1e-9


@given(st.lists(st.tuples(shares, shares), min_size=1, max_size=40), shares, shares)
def test_a_curve_never_falls_and_its_points_are_the_mean_of_equals(
    said: list[tuple[float, float]], low: float, high: float
) -> None:
    curve = Curve.of([Pair(1, *one) for one in said])
    assert curve.pairs == len(said)
    low, high = sorted((low, high))
    assert 0 <= curve.at(low) <= curve.at(high) <= 1
    assert curve.at(0) == curve.found[0]
    assert curve.at(1) == curve.found[-1]


@given(st.lists(st.tuples(shares, shares), min_size=1, max_size=40))
def test_a_curve_goes_through_every_fitted_point_though_it_keeps_only_its_bends(
    said: list[tuple[float, float]],
) -> None:
    curve = Curve.of([Pair(1, *one) for one in said])
    places, where, counts = np.unique([x for x, _ in said], return_inverse=True, return_counts=True)
    means = np.bincount(where, [y for _, y in said]) / counts
    fitted = isotonic(means, counts.astype(np.float64))
    np.testing.assert_allclose([curve.at(x) for x in places], fitted, atol=1e-12)
    levels = len(set(curve.found))
    assert levels <= len(curve.expected) <= 2 * levels


def test_equal_expectations_count_together() -> None:
    curve = Curve.of([Pair(1, 0.5, 0.2), Pair(1, 0.5, 0.6), Pair(1, 0.9, 0.8)])
    assert curve.at(0.5) == pytest.approx(0.4)
    assert curve.at(0.7) == pytest.approx(0.6)


def test_a_changed_mask_pairs_with_its_overlap_and_an_unchanged_one_with_good_enough() -> None:
    half = Outcome(1, 0.8, square(0), square(5))
    assert pair_of(half).found == pytest.approx(1 / 3)
    assert pair_of(Outcome(1, 0.6, square(0), square(0))).found == GOOD_IOU
    assert pair_of(Outcome(1, 0.97, square(0), square(0))).found == 0.97
    pixels = to_rle(square(5), (10, 20))
    assert pair_of(replace(half, mask=pixels)).found == pytest.approx(1 / 3)
    assert pair_of(replace(half, mask=Polygons(()))).found == 0


def test_before_there_are_enough_pairs_the_networks_own_word_stands() -> None:
    assert Calibration.of([]).curve(1) is None
    few = Calibration.of(pairs(FEWEST_PAIRS - 1, 0.8, 0.5))
    assert (few.pairs, few.whole, few.curve(1)) == (FEWEST_PAIRS - 1, None, None)
    said = Prediction(1, 1, 1, 1, 0.9, Box(0, 0, 9, 9), square(0), doubt=Doubt(mask=0.2))
    assert few.applied(said) is said


def test_a_category_has_a_curve_of_its_own_once_it_has_enough_pairs() -> None:
    known = Calibration.of([*pairs(FEWEST_PAIRS, 0.8, 0.6, 1), *pairs(50, 0.8, 0.9, 2)])
    assert known.whole is not None
    own, other = known.curve(1), known.curve(2)
    assert own is not None
    assert (own.pairs, own.at(0.8)) == (200, pytest.approx(0.6))
    assert other is known.whole
    assert (known.whole.pairs, known.whole.at(0.8)) == (250, pytest.approx(0.66))


def test_only_the_doubt_about_the_mask_is_measured() -> None:
    known = Calibration.of(pairs(FEWEST_PAIRS, 0.8, 0.6))
    doubt = Doubt(0.1, 0.2, 0.3, (0.4,), "left")
    said = Prediction(1, 1, 1, 1, 0.9, Box(0, 0, 9, 9), square(0), doubt=doubt)
    assert known.applied(said) == replace(said, doubt=replace(doubt, mask=pytest.approx(0.4)))
    bare = replace(said, mask=None, doubt=replace(doubt, mask=None))
    assert known.applied(bare) is bare
