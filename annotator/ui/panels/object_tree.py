"""The tree widget of the object list: how its columns lie, and its Delete key."""

from __future__ import annotations

from PySide6.QtCore import QSize, Qt, Signal
from PySide6.QtGui import QKeyEvent, QPaintEvent
from PySide6.QtWidgets import QAbstractItemView, QFrame, QHeaderView, QTreeWidget, QWidget

NAME, PARTS, EYE, LOCK = range(4)
"""Its columns."""


class ObjectsTree(QTreeWidget):
    """A tree whose Delete key is heard, and that says when rows are needed.

    Signals:
        delete_pressed: the Delete key went down here.
        painting: rows are about to be painted.
    """

    delete_pressed = Signal()
    painting = Signal()

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setObjectName("objects_tree")
        self.setColumnCount(4)
        self.setHeaderHidden(True)
        self.setFrameShape(QFrame.Shape.NoFrame)
        self.setUniformRowHeights(True)
        self.setIndentation(16)
        self.setIconSize(QSize(14, 14))
        self.setSelectionMode(QAbstractItemView.SelectionMode.ExtendedSelection)
        self.setVerticalScrollMode(QAbstractItemView.ScrollMode.ScrollPerPixel)
        self.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.setAccessibleName("Objects")
        header = self.header()
        header.setStretchLastSection(False)
        header.setMinimumSectionSize(24)
        header.setResizeContentsPrecision(0)  # only rows in view are measured, not thousands
        header.setSectionResizeMode(NAME, QHeaderView.ResizeMode.Stretch)
        header.setSectionResizeMode(PARTS, QHeaderView.ResizeMode.ResizeToContents)
        for column in (EYE, LOCK):
            header.setSectionResizeMode(column, QHeaderView.ResizeMode.Fixed)
            header.resizeSection(column, 28)

    def paintEvent(self, event: QPaintEvent) -> None:
        """Have the rows ready first."""
        self.painting.emit()
        super().paintEvent(event)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Hear Delete; the rest walks the tree."""
        if event.key() == Qt.Key.Key_Delete:
            self.delete_pressed.emit()
        else:
            super().keyPressEvent(event)
