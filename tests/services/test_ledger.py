"""Active time is measured fairly, whatever clock and person do."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from annotator.domain.edits import Edit
from annotator.domain.model import Annotation, Decision, Origin, Review, Verdict
from annotator.services.ledger import (
    CAP_S,
    MANY,
    OUTLINE_S,
    Stopwatch,
    Totals,
    Way,
    booked,
    looked,
)
from models import annotator_cost


class Clock:
    """Goes on only when it is told to."""

    def __init__(self) -> None:
        self.now = 1000.0

    def __call__(self) -> float:
        return self.now


@pytest.fixture
def clock() -> Clock:
    return Clock()


def after(watch: Stopwatch, clock: Clock, *seconds: float) -> dict[str, float]:
    """What is measured when something is done after each of these."""
    watch.touch()
    for gap in seconds:
        clock.now += gap
        watch.touch()
    return watch.take()


def test_short_gaps_count_whole_and_long_ones_up_to_the_cap(clock: Clock) -> None:
    watch = Stopwatch(clock)
    assert after(watch, clock, 1.5, 2.5, 8) == {"select": 12.0}
    assert after(watch, clock, 3600) == {"select": CAP_S}


def test_the_first_deed_costs_nothing(clock: Clock) -> None:
    watch = Stopwatch(clock)
    watch.touch()
    assert watch.take() == {}


def test_a_clock_that_goes_back_counts_nothing_and_goes_on(clock: Clock) -> None:
    watch = Stopwatch(clock)
    assert after(watch, clock, 2, -86_400, 3) == {"select": 5.0}


@given(st.lists(st.floats(-1e9, 1e9, allow_nan=False), max_size=30))
def test_no_jump_of_the_clock_costs_more_than_one_gap(gaps: list[float]) -> None:
    clock = Clock()
    measured = sum(after(Stopwatch(clock), clock, *gaps).values())
    assert 0 <= measured <= CAP_S * len(gaps)


def test_time_goes_to_the_tool_that_was_in_hand(clock: Clock) -> None:
    watch = Stopwatch(clock)
    watch.touch()
    clock.now += 3
    watch.touch()
    watch.tool = "box"
    clock.now += 4
    watch.touch()
    assert watch.take() == {"select": 3.0, "box": 4.0}


def test_a_rest_counts_nothing(clock: Clock) -> None:
    watch = Stopwatch(clock)
    watch.touch()
    watch.rest()
    clock.now += 10
    watch.touch()
    assert watch.take() == {}


# --- whose time it was ---------------------------------------------------------------------


def made(key: int, **origin: object) -> Annotation:
    return Annotation(key, 1, 1, origin=Origin(**origin))  # type: ignore[arg-type]


def way(edit: Edit, *decisions: Decision) -> Way:
    edits = [edit, *(Edit(None, d) for d in decisions)]
    return booked(edits, {"box": 1.0})[0].way


def test_each_way_an_object_comes_to_be() -> None:
    own, model = made(1, made_by="Ada"), made(1, made_by="Ada", version_id=3)
    assert way(Edit(None, own)) == Way.BY_HAND
    assert way(Edit(own, own)) == Way.BY_HAND
    assert way(Edit(None, model), Decision(9, 1, Verdict.ACCEPTED, 1)) == Way.ACCEPTED
    assert way(Edit(None, model), Decision(9, 1, Verdict.CORRECTED, 1)) == Way.CORRECTED
    assert way(Edit(model, model)) == Way.CORRECTED
    assert way(Edit(None, model)) == Way.ASSISTED
    assert way(Edit(own, model)) == Way.ASSISTED
    assert way(Edit(made(1, made_by="file"), made(1, made_by="file"))) == Way.CORRECTED


def test_the_time_of_a_step_is_shared_by_its_objects() -> None:
    rows = booked([Edit(None, made(k, made_by="Ada")) for k in (1, 2)], {"box": 4.0, "brush": 2.0})
    assert [(r.annotation_id, r.tool, r.seconds) for r in rows] == [
        (1, "box", 2.0),
        (1, "brush", 1.0),
        (2, "box", 2.0),
        (2, "brush", 1.0),
    ]


def test_a_step_over_many_objects_is_one_row() -> None:
    edits = [Edit(None, made(k, version_id=3)) for k in range(MANY + 1)]
    (row,) = booked(edits, {"select": 5.0})
    assert (row.image_id, row.annotation_id, row.seconds, row.objects) == (
        None,
        None,
        5.0,
        MANY + 1,
    )


def test_what_touches_no_object_is_looking() -> None:
    review = Review(1, "new", False)  # type: ignore[arg-type]
    assert booked([Edit(None, review)], {"select": 5.0}) == []
    (row,) = looked(7, {"select": 5.0})
    assert (row.image_id, row.way) == (7, Way.LOOKING)


# --- what it adds up to --------------------------------------------------------------------


def test_nothing_is_known_of_nothing() -> None:
    empty = Totals()
    assert (empty.spent, empty.saved, empty.left, empty.pace()) == (0, None, None, None)


def test_saved_is_measured_against_ones_own_pace_by_kind() -> None:
    totals = Totals(
        by_hand={"box": (10, 50.0), "mask": (5, 300.0)},
        spared={"box": (20, 40.0), "mask": (10, 100.0)},
    )
    assert totals.pace("box") == 5
    assert totals.pace("mask") == 60
    assert totals.saved == (20 * 5 - 40) + (10 * 60 - 100)


def test_a_kind_of_which_few_were_drawn_takes_the_pace_of_all() -> None:
    totals = Totals(by_hand={"box": (6, 60.0), "mask": (2, 100.0)}, spared={"mask": (1, 5.0)})
    assert totals.pace("mask") == 20
    assert totals.saved == 15
    assert Totals(by_hand={"box": (4, 60.0)}, spared={"box": (1, 5.0)}).saved is None


def test_a_mask_is_never_measured_against_boxes_alone() -> None:
    boxes = Totals(by_hand={"box": (5, 20.0)}, spared={"mask": (10, 50.0)})
    assert boxes.pace("mask") == OUTLINE_S == pytest.approx(annotator_cost.OUTLINE_S)
    assert boxes.saved == pytest.approx(121.5)
    assert Totals(spared={"mask": (10, 50.0)}).saved == pytest.approx(121.5)
    own = Totals(by_hand={"mask": (5, 30.0)}, spared={"mask": (10, 50.0)})
    assert own.saved == pytest.approx(10)
    assert Totals(spared={"joints": (10, 50.0)}).saved is None


def test_a_model_may_cost_more_than_it_spares() -> None:
    totals = Totals(by_hand={"box": (5, 25.0)}, spared={"box": (2, 30.0)})
    assert totals.saved == -20


def test_what_is_left_follows_the_present_pace() -> None:
    assert Totals(recent=[10.0, 20.0], waiting=7).left is None
    assert Totals(recent=[10.0, 20.0, 30.0], waiting=7).left == 140
    assert Totals(recent=[10.0, 20.0, 30.0], waiting=0).left == 0
