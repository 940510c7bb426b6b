"""What the window does with errors that nobody caught."""

from __future__ import annotations

import logging
import sys

import pytest
from pytestqt.qtbot import QtBot

from annotator import app
from annotator.domain.errors import RefusedError


def test_a_refusal_is_told_in_its_own_words_and_a_bug_is_logged(
    qtbot: QtBot, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    window = app.make_window()
    qtbot.addWidget(window)
    monkeypatch.setattr(sys, "excepthook", sys.excepthook)
    app._report_bugs(window)
    passed_on = "Error calling Python override of QWidget::event(): " * 2
    error = RefusedError(f"{passed_on}The disk is full.")
    with caplog.at_level(logging.WARNING):
        sys.excepthook(RefusedError, error, None)
    assert caplog.records == []
    assert window.notices.text == "The disk is full."
    with caplog.at_level(logging.WARNING):
        sys.excepthook(ValueError, ValueError("odd"), None)
    assert [record.levelname for record in caplog.records] == ["CRITICAL"]
    assert "Your work is saved" in window.notices.text
