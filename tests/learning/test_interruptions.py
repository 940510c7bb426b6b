"""A training that is paused, broken off, gone back in, kept halfway or thrown away."""

from __future__ import annotations

import errno
import json
from collections.abc import Callable, Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
import torch
from safetensors import SafetensorError

from annotator.domain.edits import Edit, Step
from annotator.domain.errors import KnownError, RefusedError
from annotator.domain.model import Category, ImageState, ModelVersion, Review
from annotator.learning import following, jobs
from annotator.learning import record as records
from annotator.learning.protocol import (
    Began,
    Ending,
    Evaluated,
    Event,
    Finished,
    Keep,
    Paused,
    Predict,
    Progress,
    Resume,
    Saved,
    Told,
    Train,
    TrainStep,
)
from annotator.learning.record import Record
from annotator.store.store import Store
from models import checkpoint
from models.mask_rcnn import Network
from tests.learning.squares import make_labelled, review, square

TRAIN = Train("squeezenet1_0", None, 8, "cpu", 0, "Ada", evaluate_every=3)


@pytest.fixture(autouse=True)
def _one_thread() -> Iterator[None]:
    """Sums come in the same order each time."""
    before = torch.get_num_threads()
    torch.set_num_threads(1)
    yield
    torch.set_num_threads(before)


class Session:
    """One job after the other in a project, and what was told."""

    def __init__(self, store: Store) -> None:
        self.store = store
        self.told: list[Event] = []

    def do(
        self,
        request: Train | Resume | Keep,
        ending: Ending | None = None,
        *,
        at: Callable[[Event], bool] = lambda _: False,
    ) -> ModelVersion | None:
        """Do a job, and from some event on ask it to end."""
        self.told = []
        is_asked = False

        def emit(event: Event) -> None:
            nonlocal is_asked
            self.told.append(event)
            is_asked = at(event) or is_asked

        return jobs.train(self.store, request, emit, lambda: ending if is_asked else None)

    def of(self, kind: type) -> list[Any]:
        return [e for e in self.told if isinstance(e, kind)]

    @property
    def record(self) -> Record:
        found = Record.open(self.store.checkpoints)
        assert found is not None
        return found

    @property
    def last(self) -> Event:
        return self.told[-1]


@pytest.fixture
def session(store: Store) -> Session:
    return Session(store)


def step(number: int) -> Callable[[Event], bool]:
    return lambda e: isinstance(e, TrainStep) and e.step >= number


def curve(events: list[Event]) -> list[Event]:
    """Steps and scores, without the time they took."""
    steps = [replace(e, seconds_left=None) if isinstance(e, TrainStep) else e for e in events]
    return [e for e in steps if isinstance(e, TrainStep | Evaluated)]


def weights(store: Store, version: ModelVersion) -> dict[str, torch.Tensor]:
    return checkpoint.load(store.checkpoints / version.checkpoint).state_dict()


@pytest.mark.parametrize("number", [2, 3, 8], ids=["between", "before a test", "at the end"])
def test_a_paused_training_goes_on_as_if_it_had_not_been(
    session: Session, tmp_path: Path, number: int
) -> None:
    with make_labelled(tmp_path / "other") as other:
        whole = Session(other)
        wanted = whole.do(TRAIN)
        assert wanted is not None

        assert session.do(TRAIN, Ending.PAUSE, at=step(number)) is None
        first = curve(session.told)
        assert session.last == Paused(number, 8, f"Training is paused at step {number} of 8.")
        assert session.record.end == ("pause", "")
        version = session.do(Resume(device="cpu", person="Ben"))

        assert version is not None
        assert session.of(Began) == [Began(0, number, 8)]
        assert first + curve(session.told) == curve(whole.told)
        ours, theirs = weights(session.store, version), weights(other, wanted)
    assert all(torch.equal(value, theirs[name]) for name, value in ours.items())
    assert version.metrics == wanted.metrics
    receipt = json.loads(version.receipt)
    (resumed,) = receipt["resumes"]
    assert (resumed["from_step"], resumed["person"], resumed["changed"]) == (number, "Ben", {})
    assert Record.open(session.store.checkpoints) is None
    assert not (session.store.checkpoints / records.FOLDER).exists()


def test_a_training_that_died_goes_on_from_its_last_snapshot(
    session: Session, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(following, "FIRST_AFTER_S", 1e9)

    class Died(BaseException):
        pass

    def die(event: Event) -> bool:
        if isinstance(event, TrainStep) and event.step == 5:
            raise Died
        return False

    with pytest.raises(Died):
        session.do(TRAIN, at=die)
    assert session.record.end == ("", "")
    latest = session.record.latest()
    assert latest is not None
    assert latest.step == 3, "the step of the last evaluation"

    version = session.do(Resume(device="cpu"))

    assert [e.step for e in session.of(TrainStep)] == [4, 5, 6, 7, 8]
    assert version is not None
    assert json.loads(version.receipt)["steps"] == 8


def test_snapshots_are_written_when_they_are_due_and_told_with_their_size(
    session: Session, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(following, "FIRST_AFTER_S", 0.0)
    monkeypatch.setattr(following, "EVERY_S", 0.0)
    session.do(replace(TRAIN, steps=4), Ending.PAUSE, at=step(4))
    saved = session.of(Saved)
    assert {e.step for e in saved} == {1, 2, 3, 4}
    assert saved[-1].bytes == session.record.bytes() > 0
    assert [s.step for s in session.record.snapshots()] == [3, 4], "the evaluation and the last"


def test_a_training_that_is_thrown_away_leaves_nothing(session: Session) -> None:
    assert session.do(TRAIN, Ending.DISCARD, at=step(4)) is None
    assert isinstance(session.last, Finished)
    assert "thrown away" in session.last.text
    assert not (session.store.checkpoints / records.FOLDER).exists()
    assert session.store.versions.all() == []


@pytest.mark.parametrize("ending", list(Ending))
def test_one_that_is_ended_before_its_first_step_changes_nothing(
    session: Session, ending: Ending, monkeypatch: pytest.MonkeyPatch
) -> None:
    def cramped(*_: object) -> None:
        raise torch.OutOfMemoryError("out of memory")

    monkeypatch.setattr(Network, "forward", cramped)
    assert session.do(TRAIN, ending, at=lambda e: isinstance(e, Told)) is None
    assert isinstance(session.last, Finished)
    assert session.store.versions.all() == []
    assert not (session.store.checkpoints / records.FOLDER).exists()


def test_memory_that_runs_out_is_told(session: Session, monkeypatch: pytest.MonkeyPatch) -> None:
    forward = Network.forward

    def cramped(self: Network, images: Any, *rest: Any) -> Any:
        if len(images) > 1:
            raise torch.OutOfMemoryError("CUDA out of memory")
        return forward(self, images, *rest)

    monkeypatch.setattr(Network, "forward", cramped)
    assert session.do(replace(TRAIN, steps=1)) is not None
    assert [e.text for e in session.of(Told)] == ["Memory ran out; going on with 1 at once."]


@pytest.mark.parametrize("ending", [Ending.KEEP, Ending.PAUSE, Ending.DISCARD])
def test_a_long_test_on_held_out_images_is_left_after_one_of_them(
    session: Session, ending: Ending
) -> None:
    def first_image(event: Event) -> bool:
        return isinstance(event, Progress) and event.done == 1 and "held-out" in event.text

    session.do(TRAIN, ending, at=first_image)
    tested = [e for e in session.of(Progress) if e.text == "Testing on held-out images"]
    assert [(e.done, e.total) for e in tested] == [(1, 2)]
    assert session.of(Evaluated) == []
    assert [e.step for e in session.of(TrainStep)] == [1, 2, 3]


def test_the_end_of_the_window_leaves_a_training_to_go_on_with(session: Session) -> None:
    assert session.do(TRAIN, Ending.CLOSED, at=step(2)) is None
    assert session.record.end == ("closed", "")
    assert session.do(Resume(device="cpu")) is not None


def test_what_was_learned_can_be_kept_without_going_on(session: Session) -> None:
    session.do(TRAIN, Ending.PAUSE, at=step(4))
    version = session.do(Keep(device="cpu"))
    assert version is not None
    assert version.is_active
    assert session.of(TrainStep) == []
    assert json.loads(version.metrics)["box"]["AP50"] >= 0
    receipt = json.loads(version.receipt)
    assert (receipt["steps"], receipt["steps_asked"]) == (4, 8)
    assert Record.open(session.store.checkpoints) is None


def test_an_earlier_moment_can_be_kept_with_the_numbers_it_had(session: Session) -> None:
    session.do(TRAIN, Ending.PAUSE, at=step(7))
    scores = [e.metrics for e in session.of(Evaluated) if e.step == 3]
    version = session.do(Keep(0, 3, device="cpu"))
    assert version is not None
    assert [json.loads(version.metrics)] == scores
    assert not any(e.text == "Testing what was learned" for e in session.of(Progress))
    assert json.loads(version.receipt)["steps"] == 3


def test_one_may_go_back_and_on_with_another_learning_rate(session: Session) -> None:
    session.do(TRAIN, Ending.PAUSE, at=step(7))
    before = {e.step: e for e in curve(session.told) if isinstance(e, TrainStep)}
    session.do(Resume(0, 3, learning_rate=0.0005, steps=6, device="cpu"), Ending.PAUSE, at=step(5))
    assert session.of(Began) == [Began(1, 3, 6)]
    again = {e.step: e for e in session.of(TrainStep)}
    assert list(again) == [4, 5]
    assert again[4].losses == before[4].losses, "from the same weights and images"
    assert again[5].losses != before[5].losses
    assert again[4].learning_rate < before[4].learning_rate
    record = session.record
    assert [(a.parent, a.start, a.steps) for a in record.attempts] == [(None, 0, 8), (0, 3, 6)]
    on_path = [p.step for p in record.losses if record.is_on_path(p.attempt, p.step)]
    assert on_path == [1, 2, 3, 4, 5]

    version = session.do(Resume(device="cpu"))

    assert [e.step for e in session.of(TrainStep)] == [6]
    assert version is not None
    receipt = json.loads(version.receipt)
    assert receipt["learning_rate"] == 0.0005
    assert receipt["attempts"] == [
        {"from_step": 0, "learning_rate": 0.001, "steps": 8},
        {"from_step": 3, "learning_rate": 0.0005, "steps": 6},
    ]
    assert len(receipt["resumes"]) == 2


def test_an_attempt_that_died_before_its_first_snapshot_keeps_its_learning_rate(
    session: Session,
) -> None:
    session.do(TRAIN, Ending.PAUSE, at=step(7))
    record = session.record
    origin = record.find(0, 3)
    assert origin is not None
    record.branch(origin, steps=8, learning_rate=0.0005)
    record.save_curves()
    session.do(Resume(device="cpu"), Ending.PAUSE, at=step(4))
    assert session.of(Began) == [Began(1, 3, 8)]
    assert session.of(TrainStep)[0].learning_rate < 0.0005


def test_a_snapshot_that_is_not_there_is_refused(session: Session) -> None:
    with pytest.raises(RefusedError, match="no training to go on with"):
        session.do(Resume(device="cpu"))
    with pytest.raises(RefusedError, match="no training to go on with"):
        session.do(Keep(device="cpu"))
    session.do(TRAIN, Ending.PAUSE, at=step(2))
    with pytest.raises(RefusedError, match="step 99 is not there"):
        session.do(Resume(0, 99, device="cpu"))


def test_a_damaged_snapshot_is_told_and_the_one_before_it_taken(session: Session) -> None:
    session.do(TRAIN, Ending.PAUSE, at=step(5))
    place = session.record.place(0, 5)
    place.write_bytes(place.read_bytes()[:-1])
    session.do(Resume(device="cpu"), Ending.PAUSE, at=step(4))
    assert session.of(Began) == [Began(0, 3, 8)]
    assert "Going on from step 3 instead." in session.of(Told)[0].text
    for one in session.record.snapshots():
        session.record.place(one.attempt, one.step).write_bytes(b"")
    with pytest.raises(KnownError, match="not what was saved"):
        session.do(Resume(device="cpu"))


def test_a_training_left_is_not_overwritten_unless_that_is_wanted(session: Session) -> None:
    session.do(TRAIN, Ending.PAUSE, at=step(4))
    with pytest.raises(RefusedError, match="interrupted at step 4 of 8"):
        session.do(TRAIN)
    assert session.do(replace(TRAIN, steps=1, replaces=True)) is not None


def test_what_happened_to_the_images_meanwhile_stands_in_the_receipt(session: Session) -> None:
    store = session.store
    session.do(TRAIN, Ending.PAUSE, at=step(3))
    plan = session.record.plan
    gone, changed = (int(key) for key in list(plan["train"])[:2])
    before = plan["train"][str(changed)]
    image = store.images.get(gone)
    doubted = Edit(
        Review(gone, image.state, image.is_complete), Review(gone, ImageState.IN_PROGRESS, False)
    )
    store.history.apply(Step("Doubt", (doubted,), gone), person="Ada")
    more = square(store, store.images.get(changed), 5)
    store.history.apply(Step("Draw", (Edit(None, more),), changed), person="Ada")

    version = session.do(Resume(device="cpu"))

    assert version is not None
    receipt = json.loads(version.receipt)
    assert str(gone) not in receipt["train"]
    assert receipt["train"][str(changed)] == [*before, more.id]
    (resumed,) = receipt["resumes"]
    assert (resumed["left_out"], resumed["changed"]) == ([gone], {str(changed): before})


def test_nothing_left_to_learn_from_is_refused_but_can_be_kept(session: Session) -> None:
    session.do(TRAIN, Ending.PAUSE, at=step(3))
    store = session.store
    store.images.set_missing([int(key) for key in session.record.plan["train"]], True)
    with pytest.raises(RefusedError, match="Keep what it learned"):
        session.do(Resume(device="cpu"))
    assert session.do(Keep(device="cpu")) is not None


def test_a_category_made_later_waits_for_the_next_training(session: Session) -> None:
    """And a version from before it still predicts what it knows."""
    store = session.store
    session.do(TRAIN, Ending.PAUSE, at=step(2))
    store.take_ids("category", 9)
    store.history.apply(Step("Create", (Edit(None, Category(9, "moon")),)), person="Ada")
    image = store.images.all()[7]
    moon = replace(square(store, image, 20), category_id=9, keypoints=())
    review(store, image, moon)

    first = session.do(Resume(device="cpu"))

    assert first is not None
    assert json.loads(first.receipt)["categories"] == ["square"]
    everything = Predict(device="cpu", version_id=first.id)
    jobs.predict(store, everything, lambda _: None, lambda: False)
    found = [p for i in store.images.all() for p in store.predictions.of_image(i.id)]
    assert {p.category_id for p in found} <= {1}

    second = session.do(replace(TRAIN, steps=1))

    assert second is not None
    assert json.loads(second.receipt)["categories"] == ["square", "moon"]
    assert second.is_active, "they know other categories, so they are not compared"
    jobs.predict(store, Predict(device="cpu"), lambda _: None, lambda: False)
    jobs.predict(store, everything, lambda _: None, lambda: False)


# --- when the disk is full ---------------------------------------------------------------------


class Disk:
    """Takes no tensors while it is full."""

    def __init__(self, monkeypatch: pytest.MonkeyPatch) -> None:
        self.is_full = False
        self.room = 0
        self._save = checkpoint.save_file
        monkeypatch.setattr(checkpoint, "save_file", self.save)

    def save(self, tensors: Any, place: Path) -> None:
        if self.is_full and not self.room:
            place.write_bytes(b"half")
            raise SafetensorError("No space left on device (os error 28)")
        self.room = max(0, self.room - 1)
        self._save(tensors, place)

    def freed_at_the_end(self, event: Event) -> bool:
        """Make room with the last of eight steps."""
        self.is_full = self.is_full and not step(8)(event)
        return False


@pytest.fixture
def disk(monkeypatch: pytest.MonkeyPatch) -> Disk:
    return Disk(monkeypatch)


def test_a_full_disk_is_told_once_and_training_goes_on(
    session: Session, disk: Disk, caplog: pytest.LogCaptureFixture
) -> None:
    disk.is_full = True
    version = session.do(replace(TRAIN, evaluate_every=2), at=disk.freed_at_the_end)
    assert version is not None
    (told,) = session.of(Told)
    assert "could not be written down (No space left" in told.text
    assert "no snapshot" not in told.text
    assert [e.step for e in session.of(TrainStep)] == list(range(1, 9))
    assert "could not be written down" in caplog.text


def test_a_pause_that_cannot_be_written_down_waits_and_the_training_goes_on(
    session: Session, disk: Disk, caplog: pytest.LogCaptureFixture
) -> None:
    disk.is_full = True
    asked = step(2)
    version = session.do(TRAIN, Ending.PAUSE, at=lambda e: disk.freed_at_the_end(e) or asked(e))
    assert version is not None
    assert [e.step for e in session.of(TrainStep)] == list(range(1, 9))
    assert any("cannot be paused" in e.text for e in session.of(Told))


def test_the_version_is_written_in_the_room_of_older_snapshots(
    session: Session, disk: Disk
) -> None:
    session.do(TRAIN, Ending.PAUSE, at=step(7))
    assert len(session.record.snapshots()) == 3
    forget = Record.forget

    def and_make_room(self: Record, one: Any) -> None:
        forget(self, one)
        disk.room = 1

    disk.is_full = True
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(Record, "forget", and_make_room)
        assert session.do(Keep(device="cpu")) is not None


def test_a_version_that_cannot_be_written_leaves_the_snapshot(session: Session, disk: Disk) -> None:
    session.do(TRAIN, Ending.PAUSE, at=step(7))
    disk.is_full = True
    with pytest.raises(KnownError, match="Free some space"):
        session.do(Keep(device="cpu"))
    latest = session.record.latest()
    assert latest is not None
    assert latest.step == 7
    disk.is_full = False
    assert session.do(Keep(device="cpu")) is not None


def test_a_plan_that_cannot_be_written_is_refused_at_once(
    session: Session, monkeypatch: pytest.MonkeyPatch
) -> None:
    def full(*_: object) -> None:
        raise OSError(errno.ENOSPC, "No space left on device")

    monkeypatch.setattr(records, "_write", full)
    with pytest.raises(RefusedError, match="cannot be written down"):
        session.do(TRAIN)


# --- when it fails -----------------------------------------------------------------------------


def test_one_that_diverges_says_so_and_can_be_gone_back_in(
    session: Session, monkeypatch: pytest.MonkeyPatch
) -> None:
    forward, calls = Network.forward, iter(range(100))

    def diverging(self: Network, *given: Any) -> Any:
        losses = forward(self, *given)
        factor = float("nan") if next(calls) == 4 else 1.0
        return {name: value * factor for name, value in losses.items()}

    monkeypatch.setattr(Network, "forward", diverging)
    with pytest.raises(KnownError, match="no finite number at step 5"):
        session.do(TRAIN)
    how, words = session.record.end
    assert how == "failed"
    assert "lower learning rate" in words
    assert session.do(Resume(learning_rate=0.0001, device="cpu")) is not None


def test_a_pause_while_the_outcome_is_tested_leaves_it_to_be_kept(session: Session) -> None:
    session.do(TRAIN, Ending.PAUSE, at=step(4))

    def tested(event: Event) -> bool:
        return isinstance(event, Progress) and event.text == "Testing what was learned"

    assert session.do(Keep(device="cpu"), Ending.CLOSED, at=tested) is None
    assert isinstance(session.last, Paused)
    assert session.do(Keep(device="cpu"), Ending.KEEP, at=tested) is not None


def test_the_version_in_use_is_measured_on_the_same_images_for_the_receipt(
    session: Session,
) -> None:
    first = session.do(replace(TRAIN, steps=1))
    second = session.do(
        replace(TRAIN, steps=1, seed=1, learning_rate=0.01, loss_weights={"mask": 2.0})
    )
    assert first is not None
    assert second is not None
    receipt = json.loads(second.receipt)
    assert receipt["parent"] == "v1"
    assert receipt["former"] == {"name": "v1", "metrics": json.loads(first.metrics)}
    assert (receipt["learning_rate"], receipt["loss_weights"]) == (0.01, {"mask": 2.0})
    assert receipt["settings"]["seed"] == 1
