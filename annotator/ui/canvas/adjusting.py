"""How images are shown in the open project: changed live, remembered by the project."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial
from pathlib import Path
from typing import Any

from PySide6.QtCore import QObject, Signal
from PySide6.QtGui import QImage

from annotator.domain.errors import KnownError
from annotator.services.pixels import is_deep, read_image
from annotator.ui.background import run
from annotator.ui.canvas.adjustment import TAIL, Adjustment, from_json
from annotator.ui.canvas.decode import image_of
from annotator.ui.canvas.picture import Picture, picture_of
from annotator.ui.canvas.screen import Screen
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
        screen: Screen,
        repaint: Callable[[], None],
        parent: QObject,
    ) -> None:
        super().__init__(parent)
        self._workspace = workspace
        self._screen = screen
        self._asked: Picture | None = None
        self.developer = screen.developer
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

    def look_deeper(self) -> None:
        """Auto contrast of an image of more than 8 bits starts from the values in its file.

        In the 8 bits that are shown otherwise, one hot pixel leaves no steps to stretch.
        """
        screen, picture = self._screen, self._screen.picture
        if picture is not self._asked:
            self._asked = screen.stand_in = None  # let go of the pixels of another image
        image, path = self._workspace.image, self._workspace.image_path
        if picture is None or image is None or path is None or not self.value.is_stretched:
            return
        if picture is self._asked or not picture.is_whole or picture.large is not None:
            return
        self._asked = picture
        run(
            partial(_read_deeper, path, is_raw=image.is_raw),
            done=partial(self._on_deeper_read, picture),
            failed=self._on_read_failed,
            owner=self,
        )

    def small(self, picture: Picture, side: int, turn: int) -> QImage:
        """An image as it is looked at, at least so many pixels along its longer side; or whole.

        Args:
            picture: the decoded image.
            side: pixels.
            turn: quarters, clockwise.
        """
        large = [n for n, one in enumerate(picture.levels) if max(one.size().toTuple()) >= side]
        return self.developer.whole(picture.levels, max(large, default=0), turn)

    def _on_deeper_read(self, picture: Picture, deeper: Picture | None) -> None:
        if deeper is not None and picture is self._screen.picture:
            self._screen.stand_in = (picture, deeper)
            self._repaint()
            self.changed.emit()

    def _on_read_failed(self, error: Exception) -> None:
        """A file that went away since it was read: what was read of it stays."""
        if not isinstance(error, KnownError):
            raise error

    def _on_project_changed(self) -> None:
        self._take(from_json(self._workspace.setting(KEY, {})))

    def _take(self, value: Adjustment) -> None:
        if value != self.developer.adjustment:
            self.developer.adjustment = value
            self._repaint()
            self.changed.emit()
            self.look_deeper()


def _read_deeper(path: Path, *, is_raw: bool) -> Picture | None:
    """An image of more than 8 bits, stretched between the tails of its values; None of others."""
    if not is_deep(path):
        return None
    image = image_of(read_image(path, is_raw=is_raw, tail=TAIL))
    return picture_of(image, width=image.width(), height=image.height())
