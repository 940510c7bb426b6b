"""Reports are read and copied; nothing offers to send them."""

from __future__ import annotations

from pathlib import Path

from PySide6.QtWidgets import QApplication, QComboBox, QPlainTextEdit, QPushButton

from annotator.services import reports
from annotator.ui.dialogs.reports import ReportsDialog


def test_a_report_is_chosen_and_copied(show, tmp_path: Path) -> None:
    for number in (1, 2):
        reports.write(tmp_path, f"Error {number}", f"Traceback {number}")
    dialog = show(ReportsDialog(tmp_path))
    text = dialog.findChild(QPlainTextEdit, "reports_text")
    assert "Traceback 2" in text.toPlainText()
    dialog.findChild(QComboBox, "reports_chosen").setCurrentIndex(1)
    assert "Traceback 1" in text.toPlainText()
    copy = dialog.findChild(QPushButton, "reports_copy")
    copy.click()
    assert QApplication.clipboard().text() == text.toPlainText()
    assert copy.text() == "Copied"


def test_without_any_report_there_is_nothing_to_copy(show, tmp_path: Path) -> None:
    dialog = show(ReportsDialog(tmp_path))
    assert not dialog.findChild(QPushButton, "reports_copy").isEnabled()
    assert (
        "nothing went wrong" in dialog.findChild(QPlainTextEdit, "reports_text").placeholderText()
    )
