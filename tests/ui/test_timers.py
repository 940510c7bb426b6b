"""Timers that fire once each time they are started."""

from PySide6.QtCore import QObject

from annotator.ui.timers import once


def test_it_fires_once_a_start_and_a_new_start_begins_anew(qtbot):
    owner, fired = QObject(), []
    timer = once(owner, lambda: fired.append(1), after_ms=20)
    assert not timer.isActive()
    timer.start()
    timer.start()
    qtbot.waitUntil(lambda: bool(fired))
    assert not timer.isActive()
    timer.start(0)
    qtbot.waitUntil(lambda: len(fired) == 2)
    assert fired == [1, 1]
    assert timer.parent() is owner
