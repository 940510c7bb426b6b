"""Work beside the GUI thread."""

from __future__ import annotations

import threading

import pytest
import shiboken6
from PySide6.QtCore import QObject, QThread, QThreadPool
from pytestqt.qtbot import QtBot

from annotator.ui.background import run


@pytest.fixture
def owner(qtbot: QtBot) -> QObject:
    return QObject()


def test_the_work_is_done_elsewhere_and_its_result_comes_back_here(
    qtbot: QtBot, owner: QObject
) -> None:
    here = threading.get_ident()
    results: list[tuple[int, int, int]] = []
    run(
        lambda a, b: (a + b, threading.get_ident()),
        2,
        3,
        done=lambda r: results.append((*r, threading.get_ident())),
        owner=owner,
    )
    assert results == []
    qtbot.waitUntil(lambda: bool(results))
    total, there, back = results[0]
    assert (total, back) == (5, here)
    assert there != here


def test_an_error_comes_back_here_too(qtbot: QtBot, owner: QObject) -> None:
    errors: list[tuple[Exception, QThread]] = []

    def fail() -> None:
        raise ValueError("no")

    run(
        fail,
        done=lambda _: pytest.fail("it did not succeed"),
        failed=lambda e: errors.append((e, QThread.currentThread())),
        owner=owner,
    )
    qtbot.waitUntil(lambda: bool(errors))
    assert str(errors[0][0]) == "no"
    assert errors[0][1] == owner.thread()


def test_an_error_nobody_waits_for_is_logged(
    qtbot: QtBot, owner: QObject, caplog: pytest.LogCaptureFixture
) -> None:
    run(lambda: 1 // 0, done=lambda _: None, owner=owner)
    qtbot.waitUntil(lambda: "background job failed" in caplog.text)
    assert "ZeroDivisionError" in caplog.text


def test_the_result_for_an_owner_that_is_gone_is_dropped(qtbot: QtBot, owner: QObject) -> None:
    go, delivered, late = threading.Event(), [], []
    run(go.wait, 30, done=lambda _: late.append("for nobody"), owner=owner)
    shiboken6.delete(owner)
    other = QObject()
    go.set()
    QThreadPool.globalInstance().waitForDone(30_000)
    run(lambda: 1, done=delivered.append, owner=other)
    qtbot.waitUntil(lambda: delivered == [1])
    assert late == []


def test_many_results_all_arrive(qtbot: QtBot, owner: QObject) -> None:
    results: list[int] = []
    for n in range(200):
        run(lambda n=n: n, done=results.append, owner=owner)
    qtbot.waitUntil(lambda: len(results) == 200)
    assert sorted(results) == list(range(200))


def test_the_more_urgent_of_those_waiting_goes_first(qtbot: QtBot, owner: QObject) -> None:
    pool = QThreadPool.globalInstance()
    count, go = pool.maxThreadCount(), threading.Event()
    pool.setMaxThreadCount(1)
    order: list[str] = []
    try:
        run(go.wait, 30, done=lambda _: None, owner=owner)
        run(lambda: order.append("later"), done=lambda _: None, owner=owner)
        run(lambda: order.append("urgent"), done=lambda _: None, owner=owner, priority=1)
        go.set()
        qtbot.waitUntil(lambda: len(order) == 2)
    finally:
        pool.setMaxThreadCount(count)
    assert order == ["urgent", "later"]
