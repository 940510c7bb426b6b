"""How images are shown in the open project: changed live, remembered by the project."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from PySide6.QtCore import QObject, Signal
from PySide6.QtGui import QImage

from annotator.ui.canvas.adjustment import Adjustment, from_json
from annotator.ui.canvas.developing import Developer
from annotator.ui.canvas.picture import Picture
from annotator.ui.workspace import Workspace

KEY = "adjustment"
"""Where the project remembers it."""


class Adjusting(QObject):
    """The adjustment in use.

    Signals:
        changed: images are shown in another way from now on.

    Attributes:
        developer: makes the images.
    """

    changed = Signal()

    def __init__(
        self,
        workspace: Workspace,
        developer: Developer,
        repaint: Callable[[], None],
        parent: QObject,
    ) -> None:
        super().__init__(parent)
        self._workspace = workspace
        self.developer = developer
        self._repaint = repaint
        workspace.project_changed.connect(self._on_project_changed)
        self._on_project_changed()

    @property
    def value(self) -> Adjustment:
        """How images are shown now."""
        return self.developer.adjustment

    def set(self, value: Adjustment, *, is_settled: bool = True) -> None:
        """Show images in another way.

        Args:
            value: how.
            is_settled: no more of it follows at once, so that it is worth remembering.
        """
        if is_settled:
            remembered = self._workspace.setting(KEY, {})
            if from_json(remembered) != value:
                self._workspace.keep(KEY, value.to_json())
        self._take(value)

    def change(self, *, is_settled: bool = True, **changes: Any) -> None:
        """Show images in another way in some respects."""
        self.set(from_json({**self.value.to_json(), **changes}), is_settled=is_settled)

    def reset(self) -> None:
        """Show images as they are."""
        self.set(Adjustment())

    def small(self, picture: Picture, side: int, turn: int) -> QImage:
        """An image as it is looked at, at least so many pixels along its longer side; or whole.

        Args:
            picture: the decoded image.
            side: pixels.
            turn: quarters, clockwise.
        """
        large = [n for n, one in enumerate(picture.levels) if max(one.size().toTuple()) >= side]
        return self.developer.whole(picture.levels, max(large, default=0), turn)

    def _on_project_changed(self) -> None:
        self._take(from_json(self._workspace.setting(KEY, {})))

    def _take(self, value: Adjustment) -> None:
        if value != self.developer.adjustment:
            self.developer.adjustment = value
            self._repaint()
            self.changed.emit()
