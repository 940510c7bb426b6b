"""What the window does with errors that nobody caught."""

from __future__ import annotations

import gc
import logging
import sys
from pathlib import Path

import pytest
from PySide6.QtWidgets import QPlainTextEdit, QPushButton
from pytestqt.qtbot import QtBot

from annotator import app
from annotator.domain.errors import RefusedError
from annotator.learning.protocol import Failed
from annotator.services import reports


def test_a_refusal_is_told_in_its_own_words_and_a_bug_is_logged(
    qtbot: QtBot,
    monkeypatch: pytest.MonkeyPatch,
    caplog: pytest.LogCaptureFixture,
    tmp_path: Path,
) -> None:
    monkeypatch.setattr(app, "log_folder", lambda: tmp_path / "logs")
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
    window.findChild(QPushButton, "notice_action").click()
    assert "ValueError: odd" in window.findChild(QPlainTextEdit, "reports_text").toPlainText()
    window.findChild(QPushButton, "reports_close").click()
    window.learner.failed.emit(Failed("train", "The learner met a bug: odd", "Traceback 7"))
    window.learner.failed.emit(Failed("train", "There is no model yet"))
    titles = [reports.read(report).splitlines()[0] for report in reports.every(tmp_path / "logs")]
    assert titles == ["The learner met a bug: odd", "ValueError: odd"]


def test_garbage_is_collected_once_the_window_is_there_but_not_from_what_lives_as_long(
    qtbot: QtBot, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    monkeypatch.setattr(app, "log_folder", lambda: tmp_path / "logs")
    gc.disable()  # as the command does that opens the window
    try:
        window = app.make_window()
        qtbot.addWidget(window)
        assert gc.isenabled()
        assert gc.get_freeze_count() > 10_000
    finally:
        gc.enable()
