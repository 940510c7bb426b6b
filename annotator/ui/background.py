"""Work beside the GUI thread: a function runs on the thread pool, its result comes back here."""

from __future__ import annotations

import logging
from collections.abc import Callable
from typing import Any, TypeVar

import shiboken6
from PySide6.QtCore import QObject, QRunnable, Qt, QThreadPool, Signal

T = TypeVar("T")
_log = logging.getLogger(__name__)


class _Courier(QObject):
    """Carries one outcome to the GUI thread.

    Signals:
        arrived: a callable to be called there.
    """

    arrived = Signal(object)

    def __init__(self) -> None:
        super().__init__()
        self.arrived.connect(lambda call: call(), Qt.ConnectionType.QueuedConnection)


class _Job(QRunnable):
    """One function call on the pool."""

    def __init__(self, call: Callable[[], Callable[[], None]], courier: _Courier) -> None:
        super().__init__()
        self._call = call
        self._courier = courier

    def run(self) -> None:
        """Make the call and post what came of it."""
        outcome = self._call()
        if shiboken6.isValid(self._courier):
            self._courier.arrived.emit(outcome)


def run(
    function: Callable[..., T],
    *args: Any,
    done: Callable[[T], None],
    failed: Callable[[Exception], None] | None = None,
    owner: QObject,
    priority: int = 0,
) -> None:
    """Call ``function(*args)`` on the thread pool.

    Args:
        function: must not touch any widget.
        *args: its arguments.
        done: gets the result, on the GUI thread.
        failed: gets the exception, on the GUI thread; without it the exception is logged.
        owner: when it is destroyed meanwhile, the result is dropped.
        priority: higher goes first in the pool.
    """
    courier = _Courier()

    def deliver(answer: Callable[[], None]) -> None:
        courier.deleteLater()
        if shiboken6.isValid(owner):
            answer()

    def call() -> Callable[[], None]:
        try:
            result = function(*args)
        except Exception as error:  # every outcome, also a bug's, is handed to the GUI thread
            problem = error
            return lambda: deliver(lambda: _report(problem, failed))
        return lambda: deliver(lambda: done(result))

    QThreadPool.globalInstance().start(_Job(call, courier), priority)


def _report(error: Exception, failed: Callable[[Exception], None] | None) -> None:
    if failed is None:
        _log.error("a background job failed", exc_info=error)
    else:
        failed(error)
