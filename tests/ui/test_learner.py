"""The learner as the window sees it, with the real processes."""

from __future__ import annotations

import os
import signal
import sys
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
from PySide6.QtCore import QProcess
from pytestqt.qtbot import QtBot

from annotator.learning.protocol import (
    Began,
    Compare,
    Ending,
    Failed,
    Finished,
    Keep,
    Predict,
    Resume,
    Train,
)
from annotator.learning.record import Record
from annotator.store.store import Store
from annotator.ui.learner import Learner
from tests.learning.squares import make_squares

WAIT_MS = 120_000
ENDLESS = Train("squeezenet1_0", None, 100_000, "cpu", person="Ada")


def processes(learner: Learner) -> list[QProcess]:
    return learner.findChildren(QProcess)


def running(learner: Learner) -> list[QProcess]:
    return [p for p in processes(learner) if p.state() != QProcess.ProcessState.NotRunning]


@pytest.fixture
def project(tmp_path: Path) -> Path:
    return make_squares(tmp_path)


@pytest.fixture
def learner(qtbot: QtBot, project: Path) -> Iterator[Learner]:
    made = Learner()
    made.open(project, "cpu")
    yield made
    made.close()
    for process in running(made):
        process.kill()
    qtbot.waitUntil(lambda: not running(made), timeout=WAIT_MS)
    made.deleteLater()


@pytest.fixture
def heard(learner: Learner) -> list[Any]:
    """What it tells of jobs, and whether it was busy then."""
    found: list[Any] = []
    for one in (learner.finished, learner.failed, learner.predicted, learner.trained_step):
        one.connect(found.append)
    return found


def words_of(heard: list[Any], kind: type) -> Callable[[], bool]:
    return lambda: any(isinstance(e, kind) for e in heard)


def test_predicting_and_training_are_two_processes_and_a_training_becomes_a_version(
    qtbot: QtBot, learner: Learner, project: Path, heard: list[Any]
) -> None:
    devices: list[str] = []
    learner.device_changed.connect(devices.append)
    learner.predict(None)
    learner.train(ENDLESS)
    assert learner.is_busy("predict")
    assert learner.is_busy("train")
    assert len({p.processId() for p in running(learner)}) == 2
    qtbot.waitSignal(learner.trained_step, timeout=WAIT_MS).wait()
    learner.stop("train")
    qtbot.waitUntil(words_of(heard, Finished), timeout=WAIT_MS)
    qtbot.waitUntil(words_of(heard, Failed), timeout=WAIT_MS)
    finished = next(e for e in heard if isinstance(e, Finished))
    failed = next(e for e in heard if isinstance(e, Failed))
    assert (failed.job, failed.text[:21]) == ("predict", "There is no model yet")
    assert not learner.is_busy("predict")
    assert not learner.is_busy("train")
    assert devices[0].startswith("CPU")
    assert learner.device == devices[0]
    with Store.open(project) as store:
        active = store.versions.active()
        assert active is not None
        assert (finished.job, finished.version_id) == ("train", active.id)


def test_a_killed_learner_is_told_and_the_next_job_starts_a_fresh_one(
    qtbot: QtBot, learner: Learner, heard: list[Any]
) -> None:
    learner.predict(None)
    (first,) = running(learner)
    qtbot.waitUntil(lambda: first.processId() > 0, timeout=WAIT_MS)
    with qtbot.waitSignal(learner.busy_changed, timeout=WAIT_MS):
        os.kill(first.processId(), signal.SIGKILL)
    qtbot.waitUntil(words_of(heard, Failed), timeout=WAIT_MS)
    assert (heard[0].job, heard[0].text[:30]) == ("predict", "The learner ended unexpectedly")
    assert not learner.is_busy("predict")
    heard.clear()
    learner.predict(None)
    assert learner.is_busy("predict")
    qtbot.waitUntil(words_of(heard, Failed), timeout=WAIT_MS)
    assert heard[0].text.startswith("There is no model yet")


def test_a_training_under_way_is_paused_for_going_back_and_goes_on(
    qtbot: QtBot, learner: Learner, project: Path, heard: list[Any]
) -> None:
    changes: list[bool] = []
    learner.busy_changed.connect(lambda: changes.append(learner.is_busy("train")))
    learner.train(ENDLESS)
    qtbot.waitSignal(learner.trained_step, timeout=WAIT_MS).wait()
    (process,) = running(learner)
    with qtbot.waitSignal(
        learner.began, timeout=WAIT_MS, check_params_cb=lambda e: e.attempt == 1
    ) as began:
        learner.train(Resume(learning_rate=0.0001))
    assert isinstance(began.args[0], Began)
    qtbot.waitSignal(learner.trained_step, timeout=WAIT_MS).wait()
    assert running(learner) == [process]
    assert changes == [True]
    learner.stop("train", Ending.DISCARD)
    qtbot.waitUntil(words_of(heard, Finished), timeout=WAIT_MS)
    assert changes == [True, False]
    with Store.open(project) as store:
        assert store.versions.all() == []
        assert Record.open(store.checkpoints) is None


def test_a_learner_that_never_starts_is_told_and_busy_ends(
    qtbot: QtBot, learner: Learner, heard: list[Any], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(sys, "executable", "/nowhere/python")
    learner.train(ENDLESS)
    qtbot.waitUntil(words_of(heard, Failed), timeout=WAIT_MS)
    assert (heard[0].job, heard[0].text[:32]) == ("train", "The learner could not be started")
    assert not learner.is_busy("train")


def test_a_learner_that_breaks_at_its_start_is_told_with_its_last_words(
    qtbot: QtBot, learner: Learner, project: Path, heard: list[Any]
) -> None:
    (project / "project.sqlite").write_bytes(b"no database, but long enough to look at" * 40)
    learner.predict(None)
    qtbot.waitUntil(words_of(heard, Failed), timeout=WAIT_MS)
    assert "UnreadableFileError" in heard[0].detail
    assert not learner.is_busy("predict")


def test_closing_ends_the_processes_and_nothing_late_is_told(
    qtbot: QtBot, learner: Learner, project: Path, heard: list[Any]
) -> None:
    learner.predict(None)
    (process,) = running(learner)
    with qtbot.waitSignal(learner.busy_changed, timeout=0):
        learner.close()
    assert not learner.is_busy("predict")
    with qtbot.waitSignal(process.finished, timeout=WAIT_MS) as ended:
        learner.open(project, "cpu")
    assert ended.args == [0, QProcess.ExitStatus.NormalExit]
    assert heard == []
    assert learner.device == ""


def test_without_a_project_nothing_starts(learner: Learner) -> None:
    learner.close()
    learner.predict(None)
    learner.warm_up()
    learner.stop("predict")
    assert not learner.is_busy("predict")
    assert processes(learner) == []


def test_a_job_is_not_asked_for_twice(learner: Learner, monkeypatch: pytest.MonkeyPatch) -> None:
    sent: list[object] = []
    monkeypatch.setattr("annotator.ui.learner.Worker.start", lambda _: None)
    monkeypatch.setattr("annotator.ui.learner.Worker.send", lambda _, request: sent.append(request))
    learner.predict((3,))
    learner.predict((4,))
    assert sent == [Predict((3,), device="cpu")]


def test_a_comparison_is_the_predicting_process_s(
    learner: Learner, monkeypatch: pytest.MonkeyPatch, heard: list[Any]
) -> None:
    sent: list[object] = []
    monkeypatch.setattr("annotator.ui.learner.Worker.start", lambda _: None)
    monkeypatch.setattr("annotator.ui.learner.Worker.send", lambda _, request: sent.append(request))
    learner.predict((3,))
    learner.compare(1, 2)
    assert sent == [Predict((3,), device="cpu"), Compare(1, 2, device="cpu")]
    assert len(processes(learner)) == 1
    learner._on_worker_ended("predict", "It is gone.\n")
    assert [(e.job, e.text) for e in heard] == [
        ("predict", "It is gone."),
        ("compare", "It is gone."),
    ]
    assert not learner.is_busy("compare")


def test_one_that_ends_by_itself_still_answers_what_waited_for_a_pause(
    learner: Learner, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("annotator.ui.learner.Worker.start", lambda _: None)
    monkeypatch.setattr("annotator.ui.learner.Worker.send", lambda *_: None)
    learner.train(ENDLESS)
    learner.train(Keep())
    learner._on_event_told(Finished("train", "v1 is trained.", 1))
    assert learner.is_busy("train")
    learner._on_event_told(Failed("train", "There is no training to go on with."))
    assert not learner.is_busy("train")


def test_what_cannot_be_read_is_logged_and_left_out(
    qtbot: QtBot,
    learner: Learner,
    heard: list[Any],
    monkeypatch: pytest.MonkeyPatch,
    caplog: pytest.LogCaptureFixture,
) -> None:
    """``echo`` in the learner's place says its arguments, which are no event."""
    monkeypatch.setattr(sys, "executable", "/bin/echo")
    learner.predict(None)
    qtbot.waitUntil(words_of(heard, Failed), timeout=WAIT_MS)
    assert "unreadable" in caplog.text
    assert not learner.is_busy("predict")
