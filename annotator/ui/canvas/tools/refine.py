"""The refine tool: clicks inside and outside an object, from which the model mends its mask."""

from __future__ import annotations

from PySide6.QtCore import QPointF, QRect, Qt
from PySide6.QtGui import QColor, QPainter, QRegion

from annotator.domain import combining
from annotator.domain.model import Annotation, Polygons
from annotator.ui.assistance import Assistance
from annotator.ui.canvas.board import Board
from annotator.ui.canvas.draw import CASING, WHITE, cosmetic
from annotator.ui.canvas.shapes import Shape
from annotator.ui.canvas.tools.base import Pointer, Tool
from annotator.ui.canvas.tools.wishes import LOCKED
from annotator.ui.words import counted

LOOKING_ONLY = "This project is open for looking only; nothing in it can be corrected."
_NONE = "Select one object, or click one"
_INSIDE, _OUTSIDE = QColor("#2fbf71"), QColor("#e5484d")
_RADIUS = 7.0
_SIGN = 3.5


class RefineTool(Tool):
    """Idle, or clicks standing with the mask they make; Enter writes it, as one step."""

    def __init__(self, board: Board) -> None:
        super().__init__(board)
        self._clicks: list[tuple[float, float, bool]] = []
        self._shape: Shape | None = None
        self._after: Annotation | None = None
        self._asked: int | None = None
        self._is_ending = False
        self._heard: Assistance | None = None

    @property
    def is_drawing(self) -> bool:
        """Whether clicks stand."""
        return bool(self._clicks)

    def begin(self) -> None:
        """Listen to the model from now on."""
        help_ = self.board.author.assistance
        if help_ is not None and help_ is not self._heard:
            help_.corrected.connect(self._on_corrected)
            help_.refused.connect(self._on_refused)
            self._heard = help_

    def prepare(self) -> None:
        """Clicks belong to one object; with another choice they go."""
        chosen = self.board.only_selected
        if self._shape is not None and (chosen is None or chosen.key != self._shape.key):
            self._drop()

    def press(self, pointer: Pointer) -> None:
        """A click: left inside, right or with Alt outside; on another object with none chosen."""
        shape = self._shape or self.board.only_selected
        if shape is None:
            under = self.board.at(pointer.place)
            if under:
                self.board.select(under[:1])
            else:
                self.board.author.say("Select one object first: press V and click it.")
        elif shape.is_locked:
            self.board.author.say(LOCKED)
        elif not self._is_ending and (pointer.is_left or pointer.is_right):
            is_inside = pointer.is_left and not pointer.has(Qt.KeyboardModifier.AltModifier)
            self._shape = shape
            self._clicks.append((pointer.place.x, pointer.place.y, is_inside))
            self._ask()

    def move(self, pointer: Pointer) -> None:
        """Look what is under the cursor while nothing is chosen."""
        self.board.look_under(pointer.place if self.board.only_selected is None else None)

    def finish(self) -> bool:
        """Enter: write the mask, as soon as the last click is answered."""
        if not self.is_drawing:
            return False
        self._is_ending = True
        if self._asked is None:
            self._write()
        self.board.repaint()
        return True

    def cancel(self) -> bool:
        """Drop the clicks; without any, go back to selecting."""
        was_drawing = self.is_drawing
        self._drop()
        if not was_drawing and self.board.workspace.tool == "refine":
            self.board.workspace.set_tool("select")
            return True
        return was_drawing

    def step_back(self) -> bool:
        """Take the last click back."""
        if not self._clicks:
            return False
        self._clicks.pop()
        self._is_ending = False
        if self._clicks:
            self._ask()
        else:
            self._drop()
        return True

    def hint(self) -> str:
        """What the hand can do now."""
        shape = self._shape or self.board.only_selected
        if self._heard is not None and not self._heard.can_help:
            return LOOKING_ONLY
        if shape is None:
            return f"{_NONE} · Esc goes back"
        if not self.is_drawing:
            name = shape.category.name
            return f"Click what belongs to {name} · right click what does not · Esc goes back"
        if self._asked is not None:
            return "The model is at work on the mask"
        clicks = counted(len(self._clicks), "click")
        return f"{clicks} · Enter takes the mask · Backspace takes a click back · Esc drops it"

    def cursor(self) -> Qt.CursorShape:
        """A cross."""
        return Qt.CursorShape.CrossCursor

    def paint(self, painter: QPainter) -> None:
        """Draw the clicks: a plus inside, a minus outside."""
        for x, y, is_inside in self._clicks:
            _paint_click(painter, self.board.view.to_screen(x, y), is_inside=is_inside)

    def region(self) -> QRegion | None:
        """Where the clicks are drawn."""
        found = QRegion()
        side = int(2 * _RADIUS + 6)
        for x, y, _ in self._clicks:
            area = QRect(0, 0, side, side)
            area.moveCenter(self.board.view.to_screen(x, y).toPoint())
            found = found.united(area)
        return found

    # --- how it is done --------------------------------------------------------------------

    def _ask(self) -> None:
        shape, help_ = self._shape, self._heard
        assert shape is not None
        if help_ is not None:
            value = shape.value
            box = value.box or shape.bounds
            self._asked = help_.correct(
                box=box,
                category_id=value.category_id,
                outline=shape.outline,
                clicks=self._clicks,
            )
        if self._asked is None:
            self.board.author.say(LOOKING_ONLY)
            self._drop()
        self.board.repaint()

    def _on_corrected(self, number: object, mask: Polygons | None) -> None:
        if number != self._asked or self._shape is None:
            return
        self._asked = None
        after = None if mask is None else _with_mask(self._shape, mask, self.board.size)
        self._after = after
        if after is None:
            self.board.author.say("Nothing is left of the mask. Backspace takes a click back.")
            self.board.settle()
            self._is_ending = False
        else:
            self.board.show_live([self._shape.with_value(after)])
        if self._is_ending:
            self._write()
        self.board.repaint()

    def _on_refused(self, number: object, text: str) -> None:
        if number == self._asked:
            self.board.author.say(text)
            self._drop()

    def _write(self) -> None:
        shape, after, count = self._shape, self._after, len(self._clicks)
        self._drop()
        if shape is not None and after is not None:
            text = f"Correct mask by {counted(count, 'click')}"
            self.board.author.change(shape, after, self.board.size, text=text)

    def _drop(self) -> None:
        self._clicks.clear()
        self._shape = self._after = self._asked = None
        self._is_ending = False
        self.board.settle()
        self.board.repaint()


def _with_mask(shape: Shape, mask: Polygons, size: tuple[float, float]) -> Annotation | None:
    """The object with a corrected mask, in the form it had; None when nothing is left of it."""
    before = shape.value.mask
    if before is None:
        return combining.with_mask(shape.value, mask)
    stored = combining.in_form_of(before, mask, (int(size[1]), int(size[0])))
    return None if stored is None else combining.with_mask(shape.value, stored)


def _paint_click(painter: QPainter, at: QPointF, *, is_inside: bool) -> None:
    painter.setPen(cosmetic(CASING, 4))
    painter.setBrush(_INSIDE if is_inside else _OUTSIDE)
    painter.drawEllipse(at, _RADIUS, _RADIUS)
    painter.setPen(cosmetic(WHITE, 2))
    painter.drawEllipse(at, _RADIUS, _RADIUS)
    painter.drawLine(at - QPointF(_SIGN, 0), at + QPointF(_SIGN, 0))
    if is_inside:
        painter.drawLine(at - QPointF(0, _SIGN), at + QPointF(0, _SIGN))
