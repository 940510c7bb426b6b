"""``kill -9`` of the window while somebody edits: nothing that was done is lost."""

from __future__ import annotations

import json
import os
import random
import shutil
import subprocess
import sys
import threading
import time
from pathlib import Path

import pytest

from annotator.store import backups
from annotator.store.copies import damage_of
from annotator.store.lock import EditorLock
from annotator.store.store import FILE_NAME, Store
from tests.faults.told import Told, told_of
from tests.ui.project_hand import make_project

ROOT = Path(__file__).resolve().parents[2]
SEED = 5
START_S = 120
FEW, MANY = 5, int(os.environ.get("ANNOTATOR_KILLS", "200"))


def edit_until_killed(project: Path, seed: int, seconds: float) -> list[Told]:
    """Start the window, let it work for so long, and kill it; what it told until then."""
    command = [sys.executable, "-m", "tests.faults.editing_window", str(project), str(seed)]
    environment = os.environ | {"PYTHONPATH": str(ROOT), "QT_QPA_PLATFORM": "offscreen"}
    with subprocess.Popen(
        command, stdout=subprocess.PIPE, stderr=subprocess.PIPE, env=environment, cwd=ROOT
    ) as process:
        assert process.stdout is not None
        watchdog = threading.Timer(START_S, process.kill)
        watchdog.start()
        first = process.stdout.readline()
        begun = process.stdout.readline()  # however busy the machine is, it works for a while
        watchdog.cancel()
        deadline = threading.Timer(seconds, process.kill)
        deadline.start()
        out, errors = process.communicate()
        deadline.join()
    assert b"ready" in first, errors.decode()[-2000:]
    assert process.returncode == -9, errors.decode()[-2000:]
    assert b"Traceback" not in errors, errors.decode()[-2000:]
    whole = (begun + out).decode().rpartition("\n")[0].splitlines()  # a line may be cut by the end
    return [json.loads(line) for line in whole]


def check(project: Path, last: Told) -> None:
    """The project opens, is sound, and holds what was told; at most one step more."""
    assert damage_of(project / FILE_NAME, is_thorough=True) == ""
    lock = EditorLock(project)
    lock.acquire("the test")
    with Store.open(project) as store:
        now = told_of(store)
        images = [image.id for image in store.images.all()]
    assert last["next_step"] <= now["next_step"] <= last["next_step"] + 1
    if now["next_step"] == last["next_step"]:
        assert now["state"] == last["state"]
    else:
        assert last["state"] in _states_one_step_back(project, images)
    lock.release()
    for backup in backups.every(project):
        assert damage_of(backup.path, is_thorough=True) == ""


def _states_one_step_back(project: Path, images: list[int]) -> set[str]:
    """What undoing, or redoing, on any image makes of the project: one of these was before."""
    states = set()
    for image in images:
        for way in ("undo", "redo"):
            elsewhere = project.parent / "one step back"
            shutil.copytree(project, elsewhere)
            with Store.open(elsewhere) as store:
                getattr(store.history, way)(image, person="the test")
                states.add(told_of(store)["state"])
            shutil.rmtree(elsewhere)
    return states


def kill_again_and_again(tmp_path: Path, kills: int) -> None:
    project = make_project(tmp_path, pictures=3)
    chance = random.Random(SEED)
    with Store.open(project) as store:
        last = told_of(store)
    steps, start = 0, time.monotonic()
    for kill in range(kills):
        told = edit_until_killed(project, SEED * 1000 + kill, chance.uniform(0.1, 2.0))
        last = told[-1] if told else last
        check(project, last)
        with Store.open(project) as store:
            last = told_of(store)
        steps = last["next_step"]
    assert steps > kills, "the window hardly worked"
    print(f"{kills} kills, {steps} steps, {time.monotonic() - start:.0f} s")  # noqa: T201


def test_a_few_kills_lose_nothing(tmp_path: Path) -> None:
    kill_again_and_again(tmp_path, FEW)


@pytest.mark.long
@pytest.mark.timeout(7200)
def test_many_kills_lose_nothing(tmp_path: Path) -> None:
    kill_again_and_again(tmp_path, MANY)
