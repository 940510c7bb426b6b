"""Timers that fire once each time they are started."""

from __future__ import annotations

from collections.abc import Callable

from PySide6.QtCore import QObject, QTimer


def once(owner: QObject, slot: Callable[[], object], *, after_ms: int = 0) -> QTimer:
    """A timer, not yet started, that calls a slot so long after ``start``; a new start begins anew.

    Args:
        owner: the timer ends with it.
        slot: what is called.
        after_ms: milliseconds; ``start(n)`` takes another number from then on.
    """
    timer = QTimer(owner)
    timer.setSingleShot(True)
    timer.setInterval(after_ms)
    timer.timeout.connect(slot)
    return timer
