"""The learner process: its mailbox, and the traps of such a process with the real one."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
import threading
from collections.abc import Iterator
from pathlib import Path
from typing import TextIO

import pytest

from annotator.learning.protocol import (
    Assist,
    Assisted,
    Began,
    Ending,
    Event,
    Failed,
    FindAlike,
    Finished,
    FoundAlike,
    Keep,
    Paused,
    Predict,
    Ready,
    Request,
    Resume,
    Saved,
    Stop,
    Train,
    TrainStep,
    decode,
    encode,
)
from annotator.learning.record import Record
from annotator.learning.worker import Mailbox
from annotator.store.store import Store
from tests.learning.squares import make_squares

ROOT = Path(__file__).resolve().parents[2]
ENDLESS = Train("squeezenet1_0", None, 100_000, "cpu", person="Ada")
WAIT_S = 120


class Post:
    """The sending end of a mailbox."""

    def __init__(self) -> None:
        receive, send = os.pipe()
        self.out = os.fdopen(send, "wb", buffering=0)
        self.source: TextIO = os.fdopen(receive, encoding="utf-8")
        self.mailbox = Mailbox(self.source)
        self.mailbox.start()

    def send(self, *requests: Request) -> None:
        for request in requests:
            self.out.write((encode(request) + "\n").encode())


@pytest.fixture
def post() -> Iterator[Post]:
    made = Post()
    yield made
    made.out.close()
    made.mailbox.closed.wait(WAIT_S)
    made.source.close()


def until(condition: threading.Event) -> None:
    assert condition.wait(WAIT_S)


def test_a_stop_reaches_the_job_in_hand_and_those_waiting_but_none_asked_for_later(
    post: Post,
) -> None:
    first, waiting, later = (Predict((n,)) for n in range(3))
    requests = post.mailbox.requests()
    post.send(first, waiting)
    assert next(requests) == first
    assert not post.mailbox.should_stop()
    post.send(Stop(), later)
    assert next(requests) == waiting
    assert next(requests) == later
    # The stop lay before the last request, so by now it was read.
    assert not post.mailbox.should_stop()
    assert post.mailbox._stopped == 2


def test_a_stop_takes_effect_while_a_job_runs_without_being_waited_for(post: Post) -> None:
    requests = post.mailbox.requests()
    post.send(Predict())
    next(requests)
    post.send(Stop())
    stopped = threading.Event()

    def look() -> None:
        while not post.mailbox.should_stop():
            pass
        stopped.set()

    threading.Thread(target=look, daemon=True).start()
    until(stopped)
    assert not post.mailbox.closed.is_set()


def test_the_end_of_input_stops_the_job_in_hand_and_is_no_stop(post: Post) -> None:
    requests = post.mailbox.requests()
    post.send(Predict())
    next(requests)
    post.out.close()
    until(post.mailbox.closed)
    assert post.mailbox.should_stop()
    assert post.mailbox._stopped == 0
    assert list(requests) == []


@pytest.mark.parametrize("ending", [Ending.KEEP, Ending.PAUSE, Ending.DISCARD])
def test_a_stop_says_what_becomes_of_the_job_and_the_last_one_counts(
    post: Post, ending: Ending
) -> None:
    requests = post.mailbox.requests()
    post.send(Predict())
    next(requests)
    assert post.mailbox.ending() is None
    post.send(Stop(), Stop(ending), Predict((1,)))
    next(requests)
    assert post.mailbox.ending() is None
    assert post.mailbox._then == ending


def test_the_end_of_input_is_told_apart_from_a_stop(post: Post) -> None:
    requests = post.mailbox.requests()
    post.send(Predict())
    next(requests)
    post.out.close()
    until(post.mailbox.closed)
    assert post.mailbox.ending() == Ending.CLOSED


def test_a_stop_that_asks_for_what_there_is_not_is_left_out(
    post: Post, caplog: pytest.LogCaptureFixture
) -> None:
    post.send(Predict())
    requests = post.mailbox.requests()
    next(requests)
    post.send(Stop("dance"), Predict((1,)))
    next(requests)
    assert post.mailbox._stopped == 0
    assert "left out" in caplog.text


def test_a_question_is_there_while_a_job_runs_and_wakes_a_learner_that_waits(post: Post) -> None:
    requests = post.mailbox.requests()
    post.send(Predict((1,)))
    next(requests)
    post.send(Assist(1, 1), Predict((2,)))
    assert next(requests) == Assist(1, 1)
    assert not post.mailbox.should_stop()
    assert next(requests) == Predict((2,))
    post.send(Assist(2, 1), FindAlike(3, 1, 1, ()))
    assert [next(requests).number for _ in range(2)] == [2, 3]  # type: ignore[union-attr]
    post.send(Assist(4, 1), Stop(), Predict((3,)))
    assert next(requests) == Assist(4, 1)
    assert list(post.mailbox.questions()) == []
    assert next(requests) == Predict((3,))
    assert not post.mailbox.should_stop()


def test_an_unreadable_request_is_left_out(post: Post, caplog: pytest.LogCaptureFixture) -> None:
    post.out.write(b"nonsense\n")
    post.send(Predict())
    assert next(post.mailbox.requests()) == Predict()
    assert "left out" in caplog.text


def test_input_that_is_no_text_ends_the_mailbox(
    post: Post, caplog: pytest.LogCaptureFixture
) -> None:
    post.out.write(b"\xff\xfe\xff\n")
    until(post.mailbox.closed)
    assert list(post.mailbox.requests()) == []
    assert "no text" in caplog.text


class Process:
    """The real process and what it tells."""

    def __init__(self, project: Path, *command: str) -> None:
        self.stderr = (project / "stderr.txt").open("wb")
        self.process = subprocess.Popen(
            [
                sys.executable,
                *(command or ("-m", "annotator.learning.worker")),
                str(project),
                "cpu",
            ],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=self.stderr,
            cwd=ROOT,
        )

    def send(self, *requests: Request) -> None:
        assert self.process.stdin is not None
        lines = "".join(encode(request) + "\n" for request in requests)
        self.process.stdin.write(lines.encode())
        self.process.stdin.flush()

    def events(self) -> Iterator[Event]:
        assert self.process.stdout is not None
        for line in self.process.stdout:
            event = decode(line.decode())
            assert isinstance(event, Event)
            yield event

    def until(self, kind: type) -> list[Event]:
        """Events up to and with the next of that kind."""
        seen: list[Event] = []
        for event in self.events():
            seen.append(event)
            if isinstance(event, kind):
                return seen
        raise AssertionError(f"the process ended after {seen}")

    def close_input(self) -> int:
        assert self.process.stdin is not None
        self.process.stdin.close()
        return self.process.wait(WAIT_S)

    def clean_up(self) -> None:
        self.process.kill()
        self.process.wait(WAIT_S)
        for stream in (self.process.stdin, self.process.stdout, self.stderr):
            if stream is not None:
                stream.close()


@pytest.fixture
def project(tmp_path: Path) -> Path:
    return make_squares(tmp_path)


TALKATIVE = """
import os, sys
from annotator.learning import jobs, worker

def words(name):
    print("a library prints")
    os.write(1, b"and so does one written in C\\n")
    return "CPU"

jobs.device_in_words = words
worker.main()
"""


def test_what_a_library_prints_does_not_reach_the_protocol(project: Path) -> None:
    process = Process(project, "-c", TALKATIVE)
    try:
        process.send(Predict())
        ready, *others = process.until(Failed)
        assert ready == Ready("CPU")
        assert [type(e) for e in others] == [Failed]
        assert "no model yet" in others[0].text  # type: ignore[union-attr]
        assert process.close_input() == 0
    finally:
        process.clean_up()
    said = (project / "stderr.txt").read_text()
    assert "a library prints" in said
    assert "written in C" in said


def test_a_stop_ends_the_training_in_hand_and_the_one_waiting_and_the_process_goes_on(
    project: Path,
) -> None:
    process = Process(project)
    try:
        process.send(ENDLESS, ENDLESS)
        assert isinstance(process.until(TrainStep)[0], Ready)
        process.send(Stop())
        first = process.until(Finished)[-1]
        second = process.until(Finished)[-1]
        process.send(Predict((999_999,)))
        third = process.until(Finished)[-1]
        assert process.close_input() == 0
    finally:
        process.clean_up()
    assert isinstance(first, Finished)
    assert "is trained" in first.text
    assert second == Finished("train", "It was stopped before it began; nothing changed.")
    assert third == Finished("predict", "There is no image to pre-label.")
    with Store.open(project) as store:
        (version,) = store.versions.all()
        assert version.id == first.version_id
        assert 0 < json.loads(version.receipt)["steps"] < 1000


QUICK = """
from dataclasses import replace
from annotator.learning import following, worker
from models.presets import PRESETS

following.FIRST_AFTER_S = following.EVERY_S = 0.0
PRESETS["squeezenet1_0"] = replace(PRESETS["squeezenet1_0"], short_side=96, rois=16)
worker.main()
"""
"""The real process with a small network, and a snapshot after each step."""


def test_a_question_before_there_is_a_model_is_answered_by_the_starter(project: Path) -> None:
    process = Process(project)
    try:
        process.send(Assist(5, 1, (1.0, 2.0, 30.0, 40.0), 1))
        answer = process.until(Assisted)[-1]
        assert process.close_input() == 0
    finally:
        process.clean_up()
    assert isinstance(answer, Assisted)
    assert (answer.number, answer.version, answer.text) == (5, "the starter", "")


def test_a_question_that_cannot_be_answered_is_answered_with_the_reason(project: Path) -> None:
    process = Process(project)
    try:
        process.send(Assist(7, 1, (1.0, 2.0, 30.0, 40.0), 1, version_id=99))
        answer = process.until(Assisted)[-1]
        assert process.close_input() == 0
    finally:
        process.clean_up()
    assert isinstance(answer, Assisted)
    assert (answer.number, answer.outlines) == (7, ())
    assert "no model version 99" in answer.text


def test_a_search_for_look_alikes_before_there_is_a_model_is_the_starters(project: Path) -> None:
    process = Process(project)
    try:
        process.send(FindAlike(6, 1, 1, ((1, (1.0, 2.0, 30.0, 40.0)),)))
        answer = process.until(FoundAlike)[-1]
        assert process.close_input() == 0
    finally:
        process.clean_up()
    assert isinstance(answer, FoundAlike)
    assert (answer.number, answer.is_final) == (6, True)
    assert (answer.version, answer.text) == ("the starter", "")


def test_a_learner_whose_window_is_gone_writes_the_training_down_and_ends(project: Path) -> None:
    process = Process(project, "-c", QUICK)
    try:
        process.send(ENDLESS)
        process.until(TrainStep)
        assert process.process.stdout is not None
        process.process.stdout.close()
        assert process.close_input() == 0
    finally:
        process.clean_up()
    with Store.open(project) as store:
        assert store.versions.all() == []
        record = Record.open(store.checkpoints)
        assert record is not None
        assert record.end == ("closed", "")
        assert record.latest() is not None


def test_a_killed_learner_loses_only_the_steps_since_its_last_snapshot(project: Path) -> None:
    process = Process(project, "-c", QUICK)
    try:
        process.send(Train("squeezenet1_0", None, 12, "cpu", person="Ada"))
        for _ in range(4):
            saved = process.until(Saved)[-1]
        process.process.send_signal(signal.SIGKILL)
        assert process.process.wait(WAIT_S) == -signal.SIGKILL
    finally:
        process.clean_up()
    again = Process(project, "-c", QUICK)
    try:
        again.send(Resume(device="cpu"))
        told = again.until(Finished)
        assert again.close_input() == 0
    finally:
        again.clean_up()
    (began,) = [e for e in told if isinstance(e, Began)]
    taken = [e.step for e in told if isinstance(e, TrainStep)]
    assert isinstance(saved, Saved)
    assert began.step >= saved.step
    assert taken == list(range(began.step + 1, 13))
    with Store.open(project) as store:
        (version,) = store.versions.all()
        receipt = json.loads(version.receipt)
        assert receipt["steps"] == 12
        assert [r["from_step"] for r in receipt["resumes"]] == [began.step]
        assert Record.open(store.checkpoints) is None


def test_a_pause_frees_the_process_which_can_go_on_go_back_or_keep(project: Path) -> None:
    process = Process(project, "-c", QUICK)
    try:
        process.send(ENDLESS)
        process.until(TrainStep)
        process.send(Stop(Ending.PAUSE))
        paused = process.until(Paused)[-1]
        process.send(Resume(device="cpu", learning_rate=0.0001))
        began = process.until(Began)[-1]
        process.until(TrainStep)
        process.send(Stop(Ending.PAUSE), Keep(device="cpu"))
        process.until(Paused)
        kept = process.until(Finished)[-1]
        assert process.close_input() == 0
    finally:
        process.clean_up()
    assert isinstance(paused, Paused)
    assert began == Began(1, paused.step, 100_000)
    assert isinstance(kept, Finished)
    assert kept.version_id is not None
