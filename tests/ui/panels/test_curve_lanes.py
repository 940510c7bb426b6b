"""What the curves draw."""

import math
from pathlib import Path

from hypothesis import given
from hypothesis import strategies as st

from annotator.learning.record import Attempt, Record, SnapshotFile
from annotator.ui.panels.curve_lanes import LossLanes, scores


def training(*, steps: int = 0) -> Record:
    record = Record(Path(), {})
    record.attempts.append(Attempt(0, None, 0, 100, 0.1))
    for step in range(1, steps + 1):
        record.add_losses(step, {"box": float(step), "mask": 1.0})
    return record


@given(st.lists(st.integers(0, 9), max_size=5))
def test_taken_bit_by_bit_or_at_once_the_lines_are_the_same(counts: list[int]) -> None:
    record, lanes = training(), LossLanes(each=True)
    step = 0
    for count in counts:
        for _ in range(count):
            step += 1
            record.add_losses(step, {"box": float(step % 7), "mask": 1.0})
        lanes.rows(record)
    assert lanes.rows(record) == LossLanes(each=True).rows(record)


def test_their_sum_is_drawn_where_there_is_little_room() -> None:
    rows = LossLanes(each=False).rows(training(steps=2))
    assert set(rows) == {("total", False)}
    steps, values = rows["total", False]
    assert (steps, values[0]) == ([1, 2], 2.0)
    assert 2.0 < values[1] < 3.0


def test_an_attempt_goes_on_from_where_its_origin_was() -> None:
    record, lanes = training(steps=4), LossLanes(each=True)
    before = lanes.rows(record)["box", False][1]
    record.branch(SnapshotFile(0, 2, 1), steps=100, learning_rate=0.01)
    record.add_losses(3, {"box": before[1], "mask": 1.0})
    rows = lanes.rows(record)
    assert rows["box", False] == ([1, 2, 3], [before[0], before[1], before[1]])
    assert rows["box", True][0] == [3, 4]


def test_lines_of_two_attempts_left_behind_are_not_joined() -> None:
    record = training(steps=4)
    for _ in range(2):
        record.branch(SnapshotFile(0, 2, 1), steps=100, learning_rate=0.01)
        record.add_losses(3, {"box": 1.0})
    steps, values = LossLanes(each=True).rows(record)["box", True]
    assert steps == [3, 4, 3, 3]
    assert math.isnan(values[2])


def test_without_a_training_there_is_nothing() -> None:
    lanes = LossLanes(each=True)
    lanes.rows(training(steps=3))
    assert lanes.rows(None) == {}
    assert scores(None, "AP50") == {}
