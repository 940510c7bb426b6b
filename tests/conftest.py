"""Fixtures for all tests: real data, isolated settings, and no leak, log or Qt warning unseen."""

from __future__ import annotations

import logging
import os
import traceback
import weakref
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
import shiboken6
from PySide6.QtCore import QCoreApplication, QEvent, QObject, QProcess, QSettings, QThread, QTimer

from annotator.learning.threads import wait_asleep

os.environ.setdefault("QT_QPA_PLATFORM", "offscreen")
wait_asleep()

_IS_ALIVE: dict[type[QObject], Callable[[Any], bool]] = {
    QProcess: lambda process: process.state() != QProcess.ProcessState.NotRunning,
    QThread: lambda thread: thread.isRunning(),
    QTimer: lambda timer: timer.isActive(),
}
"""What must have come to its end with the test that started it."""


def _shared_folder() -> Path | None:
    given = os.environ.get("ANNOTATOR_SHARED")
    if given:
        return Path(given)
    beside = Path(__file__).resolve().parents[2] / "shared"
    return beside if beside.exists() else None


@pytest.fixture(scope="session")
def shared() -> Path:
    """The folder of real images and weights; the test is skipped where there is none."""
    folder = _shared_folder()
    if folder is None:
        pytest.skip("no real data: neither $ANNOTATOR_SHARED nor ../shared is there")
    if not folder.is_dir():
        raise FileNotFoundError(f"$ANNOTATOR_SHARED names {folder}, which is not a folder")
    return folder


@pytest.fixture(autouse=True)
def isolated_settings(tmp_path_factory: pytest.TempPathFactory) -> None:
    """Preferences of a test go to a folder of its own."""
    folder = tmp_path_factory.mktemp("settings")
    QSettings.setDefaultFormat(QSettings.Format.IniFormat)
    for scope in (QSettings.Scope.UserScope, QSettings.Scope.SystemScope):
        QSettings.setPath(QSettings.Format.IniFormat, scope, str(folder))


@pytest.fixture(scope="session")
def started() -> Iterator[weakref.WeakKeyDictionary[QObject, str]]:
    """Every timer, process and thread that was started, with the line that did."""
    found: weakref.WeakKeyDictionary[QObject, str] = weakref.WeakKeyDictionary()

    def watched(start: Callable[..., Any]) -> Callable[..., Any]:
        def watch(self: QObject, *given: Any) -> Any:
            line = traceback.extract_stack(limit=2)[0]
            found[self] = f"{type(self).__name__} started at {line.filename}:{line.lineno}"
            return start(self, *given)

        return watch

    with pytest.MonkeyPatch.context() as patch:
        for kind in _IS_ALIVE:
            patch.setattr(kind, "start", watched(kind.start))
        yield found


@pytest.fixture(autouse=True)
def no_leaks(started: weakref.WeakKeyDictionary[QObject, str]) -> Iterator[None]:
    """A timer, process or thread that outlives its test fails it."""
    started.clear()
    yield
    if QCoreApplication.instance() is not None:
        QCoreApplication.sendPostedEvents(None, QEvent.Type.DeferredDelete)
        QCoreApplication.processEvents()
    alive = [where for one, where in started.items() if _is_alive(one)]
    assert not alive, f"still alive: {'; '.join(alive)}"


def _is_alive(one: QObject) -> bool:
    return shiboken6.isValid(one) and any(
        isinstance(one, kind) and is_alive(one) for kind, is_alive in _IS_ALIVE.items()
    )


@pytest.fixture(autouse=True)
def no_noise(request: pytest.FixtureRequest) -> Iterator[None]:
    """A warning or error in the log fails a test that did not ask for ``caplog``."""
    said: list[str] = []
    handler = logging.Handler(logging.WARNING)
    handler.emit = lambda record: said.append(record.getMessage())  # type: ignore[method-assign]
    logging.getLogger("annotator").addHandler(handler)
    yield
    logging.getLogger("annotator").removeHandler(handler)
    assert not said or "caplog" in request.fixturenames, f"logged: {said}"


def pytest_configure(config: pytest.Config) -> None:
    """A Qt warning fails the test that caused it; those of the off-screen platform mean nothing."""
    config.option.qt_log_level_fail = "WARNING"
    for what in ("propagateSizeHints", "raise"):
        config.addinivalue_line("qt_log_ignore", f"This plugin does not support {what}")
