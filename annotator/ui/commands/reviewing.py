"""What the Review menu does beyond single predictions: time."""

from __future__ import annotations

from PySide6.QtCore import QObject
from PySide6.QtWidgets import QWidget

from annotator.ui.canvas.view import Canvas
from annotator.ui.dialogs.times import TimesDialog
from annotator.ui.timekeeper import Timekeeper
from annotator.ui.workspace import Workspace


class ReviewCommands(QObject):
    """Time.

    Attributes:
        times: measures what labelling takes.
    """

    def __init__(self, workspace: Workspace, canvas: Canvas, window: QWidget) -> None:
        super().__init__(window)
        self._window = window
        self.times = Timekeeper(workspace, self)
        canvas.cursor_moved.connect(self.times.touch)
        canvas.view_moved.connect(self.times.touch)

    def show_times(self) -> None:
        """Show what labelling took, what the model saved, and what is left."""
        self.times.write()
        TimesDialog(self.times, self._window).open()
