"""``kill -9`` of the learner in trainings and predictions, while somebody goes on labelling."""

from __future__ import annotations

import os
import random
import threading
from pathlib import Path

import pytest

from annotator.domain.edits import Edit, Step
from annotator.domain.model import Annotation, Box
from annotator.learning.protocol import (
    Failed,
    Finished,
    Job,
    Keep,
    Predict,
    Progress,
    Ready,
    Resume,
    Train,
    TrainStep,
)
from annotator.learning.record import Record
from annotator.store.copies import damage_of
from annotator.store.store import FILE_NAME, Store
from models import checkpoint
from tests.faults.learner import learner
from tests.learning.squares import make_squares

FEW, MANY = 3, int(os.environ.get("ANNOTATOR_KILLS", "200"))
FIRST = Train("squeezenet1_0", None, 2, "cpu", person="Ada")
LONG = Train("squeezenet1_0", None, 500, "cpu", person="Ada", replaces=True)


def run_to_the_end(project: Path, job: Job) -> Finished:
    with learner(project) as process:
        process.send(job)
        for event in process.events():
            assert not isinstance(event, Failed), event
            if isinstance(event, Finished):
                return event
    raise AssertionError("the learner ended by itself")


def kill_in_the_middle(store: Store, job: Job, chance: random.Random, drawn: list[int]) -> None:
    """Kill it some moments after it began; an object is drawn at each thing that it tells."""
    with learner(store.folder) as process:
        process.send(job)
        deadline: threading.Timer | None = None
        for event in process.events():
            assert not isinstance(event, Failed), event
            if not isinstance(event, Ready):
                drawn.append(draw(store, chance))
            if deadline is None and isinstance(event, TrainStep | Progress):
                deadline = threading.Timer(chance.uniform(0, 1), process.process.kill)
                deadline.start()
        assert deadline is not None
        deadline.cancel()


def draw(store: Store, chance: random.Random) -> int:
    image = chance.choice(store.images.all())
    key = store.take_ids("annotation")[0]
    made = Annotation(key, image.id, 1, Box(chance.randrange(60), chance.randrange(60), 20, 20))
    store.history.apply(Step("Draw box", (Edit(None, made),), image.id), person="Ada")
    return key


def check(store: Store, drawn: list[int]) -> None:
    assert damage_of(store.folder / FILE_NAME, is_thorough=True) == ""
    kept = {a.id for image in store.images.all() for a in store.annotations.of_image(image.id)}
    assert kept >= set(drawn)
    for version in store.versions.all():
        checkpoint.load(store.checkpoints / version.checkpoint)  # whole, or it says so
    record = Record.open(store.checkpoints)
    assert record is None or record.latest() is None or record.latest().step > 0


def kill_again_and_again(tmp_path: Path, kills: int) -> None:
    project = make_squares(tmp_path)
    run_to_the_end(project, FIRST)
    chance = random.Random(7)
    drawn: list[int] = []
    with Store.open(project) as store:
        for kill in range(kills):
            kill_in_the_middle(store, _job(store, kill), chance, drawn)
            check(store, drawn)
        record = Record.open(store.checkpoints)
        has_snapshot = record is not None and record.latest() is not None
    if has_snapshot:
        run_to_the_end(project, Keep(device="cpu"))
        with Store.open(project) as store:
            assert len(store.versions.all()) == 2
    run_to_the_end(project, Predict(device="cpu"))


def _job(store: Store, kill: int) -> Job:
    """Train and predict by turns; every other training goes on with the one that was killed."""
    if kill % 2:
        return Predict(device="cpu")
    record = Record.open(store.checkpoints)
    has_snapshot = record is not None and record.latest() is not None
    return Resume(device="cpu") if kill % 4 == 2 and has_snapshot else LONG


def test_a_few_kills_lose_nothing(tmp_path: Path) -> None:
    kill_again_and_again(tmp_path, FEW)


@pytest.mark.long
@pytest.mark.timeout(7200)
def test_many_kills_lose_nothing(tmp_path: Path) -> None:
    kill_again_and_again(tmp_path, MANY)


BEFORE_THE_RECORD = """
import os
from annotator.store.versions import Versions

def power_loss(*_):
    os._exit(1)

Versions.add = power_loss
"""


def test_a_power_loss_between_checkpoint_and_record_costs_nothing(tmp_path: Path) -> None:
    """The weights are written, the version is not: it is made from the last snapshot."""
    project = make_squares(tmp_path)
    with learner(project, before=BEFORE_THE_RECORD) as process:
        process.send(FIRST)
        told = list(process.events())
        assert process.process.wait() == 1
    assert not any(isinstance(event, Finished | Failed) for event in told)
    with Store.open(project) as store:
        assert store.versions.all() == []
        left_over = {file.name for file in store.checkpoints.glob("*.safetensors")}
        assert len(left_over) == 1
        record = Record.open(store.checkpoints)
        assert record is not None
        assert record.latest() is not None
    run_to_the_end(project, Keep(device="cpu"))
    with Store.open(project) as store:
        (version,) = store.versions.all()
        checkpoint.load(store.checkpoints / version.checkpoint)
