"""Reports of what went wrong in the program, to be read and copied."""

from __future__ import annotations

from datetime import datetime
from pathlib import Path

from PySide6.QtGui import QFontDatabase
from PySide6.QtWidgets import QApplication, QComboBox, QPlainTextEdit, QWidget

from annotator.services.reports import every, read
from annotator.ui.dialogs.frame import Frame
from annotator.ui.look import button, caption


class ReportsDialog(Frame):
    """The reports of this machine, the newest first."""

    def __init__(self, folder: Path, parent: QWidget | None = None) -> None:
        super().__init__("reports_dialog", "Error reports", parent)
        reports = every(folder)
        words = (
            "They stay on this computer; nothing is ever sent anywhere. Copy one to tell somebody "
            f"about it. They lie in {folder}."
        )
        self.body.addWidget(caption(words, "reports_words", role="body"))
        self._chosen = QComboBox()
        self._chosen.setObjectName("reports_chosen")
        self._chosen.setAccessibleName("Report")
        self._text = QPlainTextEdit()
        self._text.setObjectName("reports_text")
        self._text.setReadOnly(True)
        self._text.setFont(QFontDatabase.systemFont(QFontDatabase.SystemFont.FixedFont))
        self._text.setPlaceholderText("There is no report: nothing went wrong so far.")
        self._text.setLineWrapMode(QPlainTextEdit.LineWrapMode.NoWrap)
        self.body.addWidget(self._chosen)
        self.body.addWidget(self._text, 1)
        self._copy = button("Copy", "reports_copy", primary=True)
        self._copy.clicked.connect(self._on_copy_clicked)
        close = button("Close", "reports_close")
        close.clicked.connect(self.accept)
        close.setFixedHeight(self._copy.sizeHint().height())
        self.buttons.addWidget(close)
        self.buttons.addWidget(self._copy)
        self._chosen.currentIndexChanged.connect(lambda _row: self._show())
        for report in reports:
            self._chosen.addItem(_name_of(report), report)
        self._chosen.setVisible(bool(reports))
        self._copy.setEnabled(bool(reports))
        self.resize(720, 460)

    def _show(self) -> None:
        report = self._chosen.currentData()
        self._text.setPlainText(read(report) if isinstance(report, Path) else "")
        self._copy.setText("Copy")

    def _on_copy_clicked(self) -> None:
        QApplication.clipboard().setText(self._text.toPlainText())
        self._copy.setText("Copied")


def _name_of(report: Path) -> str:
    title = read(report).partition("\n")[0]
    try:
        made = datetime.strptime(report.stem.split("-")[-1], "%Y%m%dT%H%M%S")
    except ValueError:
        return title
    return f"{made.day} {made:%b %H:%M}  {title[:70]}"
