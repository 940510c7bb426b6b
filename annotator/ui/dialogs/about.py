"""What this program is."""

from __future__ import annotations

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QMessageBox, QWidget


def show_about(parent: QWidget, text: str) -> None:
    """Tell it, in words that can be copied."""
    box = QMessageBox(parent)
    box.setWindowTitle("About Annotator")
    box.setText(text)
    box.setTextInteractionFlags(Qt.TextInteractionFlag.TextSelectableByMouse)
    box.open()
