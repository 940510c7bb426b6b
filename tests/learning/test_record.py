"""What a training leaves on disk."""

from __future__ import annotations

from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from annotator.domain.errors import RefusedError
from annotator.learning import record as records
from annotator.learning.record import MOST_SNAPSHOTS, Attempt, Record, SnapshotFile, held


@pytest.fixture
def record(tmp_path: Path) -> Record:
    return Record.begin(tmp_path, {"train": {"3": [1]}}, steps=100, learning_rate=0.005)


def put(record: Record, step: int, *, evaluated: bool = False) -> None:
    """A snapshot of the attempt under way."""
    place = record.place(record.attempt.number, step)
    place.write_bytes(b"12345678")
    place.with_suffix(".json").write_text("{}")
    if evaluated:
        record.add_evaluation(step, {"box": {"AP50": 0.5}})


def steps(record: Record) -> list[tuple[int, int]]:
    return [(s.attempt, s.step) for s in record.snapshots()]


def test_a_training_is_read_as_it_was_written(record: Record, tmp_path: Path) -> None:
    record.add_losses(1, {"box": 0.5})
    record.add_evaluation(1, {"box": {"AP": 0.1}})
    record.save_curves()
    record.note_end("failed", "It diverged.")

    again = Record.open(tmp_path)

    assert again is not None
    assert again.plan == record.plan
    assert again.plan["train"] == {"3": [1]}
    assert again.attempts == [Attempt(0, None, 0, 100, 0.005)]
    assert (again.losses, again.evaluations) == (record.losses, record.evaluations)
    assert again.end == ("failed", "It diverged.")


def test_where_there_is_none_or_none_that_can_be_read_there_is_none(
    record: Record, tmp_path: Path
) -> None:
    assert Record.open(tmp_path / "elsewhere") is None
    (record.folder / "curves.json").write_text("{")
    assert Record.open(tmp_path) is None
    (record.folder / "curves.json").write_text('{"attempts": []}')
    assert Record.open(tmp_path) is None


def test_one_of_a_newer_program_is_left_alone(record: Record, tmp_path: Path) -> None:
    record.plan["format"] = 99
    record.save_plan()
    assert Record.open(tmp_path) is None


def test_after_a_crash_nothing_says_why(record: Record) -> None:
    assert record.end == ("", "")


def test_a_new_training_takes_the_place_of_the_former(record: Record, tmp_path: Path) -> None:
    put(record, 10)
    again = Record.begin(tmp_path, {}, steps=5, learning_rate=0.1)
    assert again.snapshots() == []
    assert again.latest() is None


def test_only_whole_snapshots_count(record: Record) -> None:
    put(record, 10)
    record.place(0, 20).write_bytes(b"no card")
    (record.folder / "stray.safetensors").write_bytes(b"")
    assert record.snapshots() == [SnapshotFile(0, 10, 10)]
    assert record.bytes() == 10


def test_the_last_snapshot_and_those_of_evaluations_are_kept(record: Record) -> None:
    for step in (5, 10, 15, 20, 25):
        put(record, step, evaluated=step % 10 == 0)
    record.prune()
    assert steps(record) == [(0, 10), (0, 20), (0, 25)]


def test_of_many_evaluations_the_latest_ten_are_kept(record: Record) -> None:
    for step in range(1, 15):
        put(record, step, evaluated=True)
        record.prune()
    assert steps(record) == [(0, n) for n in range(15 - MOST_SNAPSHOTS, 15)]


def test_attempts_left_behind_go_first_but_not_where_one_went_on_from(record: Record) -> None:
    for step in range(1, 11):
        put(record, step, evaluated=True)
    record.branch(SnapshotFile(0, 4, 1), steps=100, learning_rate=0.001)
    assert record.latest() == SnapshotFile(0, 4, 10)
    record.prune()
    assert len(steps(record)) == MOST_SNAPSHOTS
    for step in range(5, 13):
        put(record, step, evaluated=True)
        record.prune()
    assert steps(record) == [(0, 3), (0, 4), *((1, n) for n in range(5, 13))]
    assert record.latest() == SnapshotFile(1, 12, 10)


def test_going_on_forgets_what_was_measured_after_it_in_that_attempt_only(record: Record) -> None:
    for step in (1, 2, 3):
        record.add_losses(step, {})
        record.add_evaluation(step, {})
    record.branch(SnapshotFile(0, 2, 1), steps=100, learning_rate=0.001)
    for step in (3, 4):
        record.add_losses(step, {})
    record.rewind(3)
    assert [(p.attempt, p.step) for p in record.losses] == [(0, 1), (0, 2), (0, 3), (1, 3)]
    assert [(p.attempt, p.step) for p in record.evaluations] == [(0, 1), (0, 2), (0, 3)]
    where = [(p.attempt, p.step) for p in record.losses if record.is_on_path(p.attempt, p.step)]
    assert where == [(0, 1), (0, 2), (1, 3)]


@given(st.lists(st.tuples(st.integers(0, 6), st.integers(1, 40)), max_size=6))
def test_every_step_up_to_the_end_has_exactly_one_attempt_on_the_path(
    branches: list[tuple[int, int]],
) -> None:
    record = Record(Path(), {})
    record.attempts.append(Attempt(0, None, 0, 100, 0.1))
    for parent, step in branches:
        one = record.attempts[parent % len(record.attempts)]
        origin = SnapshotFile(one.number, one.start + step, 1)
        record.branch(origin, steps=100, learning_rate=0.1)
    end = record.attempt.start + 20
    for step in range(1, end + 1):
        on = [a.number for a in record.attempts if record.is_on_path(a.number, step)]
        assert len(on) == 1


def test_one_process_trains_a_project_at_a_time(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(records, "_LOCK_WAIT_S", 0.0)
    with held(tmp_path), pytest.raises(RefusedError, match="Another process"), held(tmp_path):
        raise AssertionError("it was held twice")
    with held(tmp_path):
        pass
