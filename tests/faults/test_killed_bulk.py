"""``kill -9`` in the middle of a step over many images: it is whole, or nothing is left of it."""

from __future__ import annotations

import os
import random
import subprocess
import sys
import time
from pathlib import Path

import pytest

from annotator.domain.errors import RefusedError
from annotator.services import bulk
from annotator.services.bulk_jobs import Accept, DeleteCategory, Job, Mark, Redo, Undo, encode
from annotator.store.copies import damage_of
from annotator.store.store import FILE_NAME, Store
from tests.faults.told import told_of
from tests.ui.project_hand import BALL, make_project, prediction

ROOT = Path(__file__).resolve().parents[2]
EACH = 250
SEED = 3
KILLS = 2
LINE = "Accept 1,000 predictions from 0.50 on, on 4 images"


@pytest.fixture
def project(tmp_path: Path) -> Path:
    made = make_project(tmp_path, pictures=4)
    with Store.open(made) as store:
        for image in store.images.all():
            values = [prediction(0.25 * n, 0.9, BALL) for n in range(EACH)]
            store.predictions.write(1, image.id, values)
    return made


def begin(project: Path, job: Job) -> subprocess.Popen[bytes]:
    command = [sys.executable, "-m", "annotator", "bulk", str(project), "--progress", "json"]
    environment = os.environ | {"PYTHONPATH": str(ROOT)}
    pipe = subprocess.PIPE
    made = subprocess.Popen(command, stdin=pipe, stdout=pipe, stderr=pipe, env=environment)
    assert made.stdin is not None
    made.stdin.write(f"{encode(job)}\n".encode())
    made.stdin.flush()
    return made


def wait_for_items(store: Store, process: subprocess.Popen[bytes], count: int) -> None:
    """Until so much of the step is written, or the process is through."""
    while process.poll() is None:
        now = store.bulk.unfinished()
        if now is not None and store.bulk.size(now.step_id, limit=count) >= count:
            return
        time.sleep(0.002)


def state(store: Store) -> tuple[str, object, object]:
    lines = [(e.id, e.text, e.is_undone) for e in store.history.entries()]
    verdicts = [
        sorted((d.prediction_id, d.verdict) for d in found.values())
        for found in (store.predictions.decisions_of(i.id) for i in store.images.all())
    ]
    return told_of(store)["state"], lines, verdicts


def jobs(store: Store) -> list[tuple[str, Job]]:
    """Something to do, on a project where everything is accepted or nothing is."""
    ids = tuple(image.id for image in store.images.all())
    bulky = [e for e in store.history.entries() if e.text == LINE]
    if not bulky:
        return [("accept", Accept("Ada", 0.5)), ("delete", DeleteCategory("Ada", BALL.id))]
    step = bulky[0]
    return [
        ("redo", Redo("Ada", step.id)) if step.is_undone else ("undo", Undo("Ada", step.id)),
        ("mark", Mark("Ada", "reviewed", True, ids, "Mark 4 images reviewed")),
    ]


def kill_and_look(store: Store, project: Path, job: Job, count: int) -> bool:
    """Whether the kill came in the middle."""
    before = state(store)
    process = begin(project, job)
    wait_for_items(store, process, count)
    process.kill()
    _, errors = process.communicate()
    assert b"Traceback" not in errors, errors.decode()[-2000:]
    was_unfinished = store.bulk.unfinished() is not None
    assert damage_of(project / FILE_NAME, is_thorough=True) == ""
    bulk.recover(store)
    assert store.bulk.unfinished() is None
    if was_unfinished:
        assert state(store) == before
    return was_unfinished


def test_a_kill_in_the_middle_leaves_nothing_half_done(project: Path) -> None:
    chance = random.Random(SEED)
    hits = 0
    with Store.open(project) as store:
        for _ in range(KILLS):
            for _, job in jobs(store):
                hits += kill_and_look(store, project, job, chance.randrange(1, 900))
        before = state(store)
        outcome = bulk.run(store, Accept("Ada", 0.5))
        for _ in range(KILLS):
            for _, job in jobs(store):
                hits += kill_and_look(store, project, job, chance.randrange(1, 900))
        if store.history.entries()[0].text.startswith("Mark"):
            bulk.run(store, Undo("Ada", store.history.entries()[0].id))
        if not next(e for e in store.history.entries() if e.id == outcome.step_id).is_undone:
            bulk.run(store, Undo("Ada", outcome.step_id))
        assert hits > KILLS, "it was through before it was killed, nearly each time"
        assert state(store)[0] == before[0]
        assert state(store)[2] == before[2]


def test_a_taking_back_that_is_killed_is_taken_up_again(
    project: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    with Store.open(project) as store:
        before = state(store)
        process = begin(project, Accept("Ada", 0.5))
        wait_for_items(store, process, 600)
        process.kill()
        process.communicate()
        now = store.bulk.give_up()
        assert now is not None
        for _ in range(5):
            store.bulk.drop(now.step_id, count=40)
        with pytest.raises(RefusedError, match="taken back meanwhile"):
            store.bulk.add(now.step_id, ())
        bulk.recover(store)
        assert state(store) == before


def test_a_window_that_is_gone_takes_its_step_along(project: Path) -> None:
    with Store.open(project) as store:
        before = state(store)
        process = begin(project, Accept("Ada", 0.5))
        wait_for_items(store, process, 300)
        assert process.stdin is not None
        process.stdin.close()  # as the system does it for a window that was killed
        process.stdin = None
        _, errors = process.communicate(timeout=120)
        assert process.returncode == 1
        assert b"was cancelled. Nothing was changed." in errors
        assert state(store) == before


def test_the_command_refuses_what_is_no_job(project: Path) -> None:
    command = [sys.executable, "-m", "annotator", "bulk", str(project)]
    done = subprocess.run(command, input=b"hello\n", capture_output=True, check=False)
    assert (done.returncode, b"takes a job on stdin" in done.stderr) == (1, True)
