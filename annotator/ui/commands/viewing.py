"""What the View menu does: where the canvas looks, and what it shows beside the image."""

from __future__ import annotations

import numpy as np
from PySide6.QtCore import QObject
from PySide6.QtWidgets import QWidget

from annotator.domain.geometry import box_of_points
from annotator.ui.canvas.shapes import Shape
from annotator.ui.dialogs.statistics import StatisticsDialog
from annotator.ui.panels.desk import Desk
from annotator.ui.workspace import Workspace


class ViewingCommands(QObject):
    """Looking at the image: nothing here changes the data."""

    def __init__(self, workspace: Workspace, desk: Desk, parent: QObject) -> None:
        super().__init__(parent)
        self._workspace, self._desk, self._canvas = workspace, desk, desk.canvas

    def zoom_to_selection(self) -> None:
        """Show the selected objects, or the selected prediction, as large as they fit."""
        workspace = self._workspace
        chosen = workspace.selected_prediction
        values = [*workspace.selected, *([workspace.adopt(chosen)] if chosen else [])]
        bounds = [Shape(v, workspace.category(v.category_id)).bounds for v in values]
        corners = [(b.x, b.y, b.right, b.bottom) for b in bounds]
        box = box_of_points(np.array(corners, dtype=np.float64).reshape(-1, 2))
        if box is not None:
            self._canvas.look(lambda view: view.look_at_box(box))

    def turn(self, quarters: int) -> None:
        """Turn the view clockwise; the image, its file and its labels stay as they are."""
        self._canvas.look(lambda view: view.set_turn(view.turn + quarters))

    def turn_upright(self) -> None:
        """Show the image as it lies in its file again."""
        self._canvas.look(lambda view: view.set_turn(0))

    def toggle_adjusting(self) -> None:
        """Open brightness, contrast, gamma and channels, or close them."""
        self._desk.corner.toggle()

    def show_statistics(self) -> None:
        """Open the statistics page."""
        window = self.parent()
        assert isinstance(window, QWidget)
        StatisticsDialog(self._workspace, window).show()  # not modal: one goes on working

    def is_on(self, switch: str) -> bool:
        """Whether a preference of that name is on."""
        return bool(getattr(self._workspace.settings.value, switch))

    def toggle(self, switch: str) -> None:
        """Turn a preference on or off; it is remembered for the person."""
        self._workspace.settings.change(**{switch: not self.is_on(switch)})
