"""The canvas with what lies on it: the map of the image, and the corner that adjusts it."""

from __future__ import annotations

from PySide6.QtWidgets import QVBoxLayout, QWidget

from annotator.ui.canvas.view import Canvas
from annotator.ui.panels.corner import Corner
from annotator.ui.panels.minimap import Minimap


class Desk(QWidget):
    """Where the work is done.

    Attributes:
        canvas: the image with its objects.
        corner: the upper right corner of the canvas.
        minimap: the whole image in small.
    """

    def __init__(self, canvas: Canvas) -> None:
        super().__init__()
        self.canvas = canvas
        self.minimap = Minimap(canvas)
        self.corner = Corner(canvas)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.addWidget(canvas)
