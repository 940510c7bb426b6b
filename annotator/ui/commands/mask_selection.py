"""The selected masks that a command may change; says in words why there is none."""

from __future__ import annotations

from collections.abc import Sequence

from PySide6.QtCore import QObject
from PySide6.QtWidgets import QWidget

from annotator.domain.combining import is_readable, overlaps
from annotator.domain.masks import Size
from annotator.domain.model import Annotation, Mask
from annotator.ui.bulking import READ_ONLY
from annotator.ui.canvas.board import Board
from annotator.ui.canvas.shapes import Shape
from annotator.ui.canvas.view import Canvas
from annotator.ui.workspace import Workspace


def mask_of(shape: Shape) -> Mask:
    """The mask of an object that was found to have one."""
    assert shape.value.mask is not None
    return shape.value.mask


class MaskSelection(QObject):
    """What is selected on the canvas, looked at by those who change masks."""

    def __init__(self, workspace: Workspace, canvas: Canvas, window: QWidget) -> None:
        super().__init__(window)
        self._workspace, self._canvas = workspace, canvas

    @property
    def _board(self) -> Board:
        return self._canvas.commands.board

    @property
    def _size(self) -> Size:
        """Height and width of the image."""
        width, height = self._board.size
        return round(height), round(width)

    def _say(self, text: str) -> None:
        self._workspace.say(text)

    def _refuse(self, text: str) -> None:
        self._workspace.say(text, "warning")

    def _name(self, shape: Shape) -> str:
        """What the lists call an object; a prediction has no number there."""
        is_own = shape.prediction is None
        return self._workspace.name_of(shape.value) if is_own else f"this {shape.category.name}"

    def _masked(self, *, own: bool = False) -> list[Shape]:
        """The selected objects, or the prediction, that have a mask; with words if there is none.

        Args:
            own: a prediction will not do, since several objects are changed.
        """
        chosen = self._board.selected
        masked = [shape for shape in chosen if shape.value.mask is not None]
        if not chosen:
            return self._none("Select an object with a mask first.")
        if own and chosen[0].prediction is not None:
            return self._none("Accept the prediction first: press Enter.")
        if not masked:
            return self._none("There is no mask yet. Draw one with the brush (B) or polygon (P).")
        return masked if self._may_change(masked) else []

    def _several(self, verb: str, *, masked: bool = False) -> list[Shape]:
        """Two selected objects or more, the lowest first; with words if there are not so many.

        Args:
            verb: what for.
            masked: each needs a mask.
        """
        chosen = list(self._board.selected)
        if any(shape.prediction is not None for shape in chosen):
            return self._none("Accept the prediction first: press Enter.")
        if len(chosen) < 2:
            return self._none(f"Select two objects or more to {verb} them: Shift+click adds one.")
        bare = next((shape for shape in chosen if shape.value.mask is None), None)
        if masked and bare is not None:
            return self._none(f"This works on masks, and {self._name(bare)} has none.")
        return chosen if self._may_change(chosen) else []

    def _overlapped(
        self, shapes: Sequence[Shape], *, but: Sequence[Shape] = ()
    ) -> list[tuple[Shape, list[Mask]]]:
        """Other objects on the canvas that masks overlap, each with those masks.

        Args:
            shapes: whose masks.
            but: others that do not count.
        """
        known = {shape.key for shape in (*shapes, *but)}
        found: dict[Shape, list[Mask]] = {}
        for shape in shapes:
            for other in self._board.shapes.index.touching(shape.bounds):
                is_own = other.key not in known and other.prediction is None
                if not is_own or not is_readable(other.value.mask):
                    continue
                if overlaps(mask_of(shape), mask_of(other), self._size):
                    found.setdefault(other, []).append(mask_of(shape))
        return list(found.items())

    def _write(self, changed: Sequence[tuple[Shape, Annotation]], text: str) -> None:
        if len(changed) == 1:
            self._board.author.change(*changed[0], self._board.size, text=text)
        else:
            self._board.author.change_many([after for _, after in changed], text=text)

    def _may_change(self, shapes: Sequence[Shape]) -> bool:
        locked = next((shape for shape in shapes if shape.is_locked), None)
        masked = [shape for shape in shapes if shape.value.mask is not None]
        broken = next((shape for shape in masked if not is_readable(shape.value.mask)), None)
        if self._workspace.is_read_only:
            self._refuse(READ_ONLY)
        elif locked is not None:
            self._refuse(f"{self._name(locked)} is locked. Press L to unlock it.")
        elif broken is not None:
            self._refuse(f"The mask of {self._name(broken)} cannot be read.")
        elif not all(self._size):
            self._refuse("The size of this image is not known: its file is missing.")
        else:
            return True
        return False

    def _none(self, words: str) -> list[Shape]:
        self._refuse(words)
        return []
