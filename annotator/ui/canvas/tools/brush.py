"""The brush and the eraser: paint pixels of a mask, or take them away; a stroke is one edit."""

from __future__ import annotations

from dataclasses import dataclass, replace

from PySide6.QtCore import Qt
from PySide6.QtGui import QPainter

from annotator.domain.combining import is_box_derived, is_readable, with_mask
from annotator.domain.geometry import Point
from annotator.domain.painting import Painting, snapped
from annotator.domain.patches import EMPTY, Patch, is_same, to_rle
from annotator.ui.canvas.authoring import Draft
from annotator.ui.canvas.board import Board
from annotator.ui.canvas.draw import accent, ink
from annotator.ui.canvas.glaze import Glaze
from annotator.ui.canvas.held import Held, paint_frame, taken_up
from annotator.ui.canvas.nib import (
    SMALLEST_RING,
    Nib,
    paint_ring,
    paint_size,
    paint_straight,
)
from annotator.ui.canvas.shapes import Shape
from annotator.ui.canvas.tools.base import Pointer, Tool


@dataclass(slots=True)
class Stroke:
    """What a pressed mouse paints.

    Attributes:
        target: the object it is painted on; None for a new one.
        before: its pixels until now.
        painting: its pixels as they are becoming.
        glaze: how they are shown.
        at: where the brush is.
    """

    target: Shape | None
    before: Patch
    painting: Painting
    glaze: Glaze
    at: Point


class BrushTool(Tool):
    """Idle, or a stroke under way."""

    def __init__(self, board: Board, nib: Nib, *, erases: bool) -> None:
        super().__init__(board)
        self._nib = nib
        self._erases = erases
        self._stroke: Stroke | None = None
        self._held: Held | None = None
        self._at: Point | None = None
        self._last: Point | None = None
        self._is_straight = False
        self._tells_size = False

    @property
    def is_drawing(self) -> bool:
        """Whether a stroke is under way."""
        return self._stroke is not None

    @property
    def size(self) -> int:
        """The brush's diameter, pixels of the image."""
        return self._nib.size(self.board.view.scale)

    def prepare(self) -> None:
        """Show the selected object's mask as its pixels: that is what is painted on."""
        if self._stroke is not None:
            return
        board, held, shape = self.board, self._held, self.board.only_selected
        mask = shape.value.mask if shape is not None else None
        if shape is None or shape.is_locked or mask is None or not is_readable(mask):
            if held is not None:
                self._held, board.live = None, {}
            return
        if held is not None and held.shape is shape and shape.key in board.live:
            return
        self._held = taken_up(shape, mask, held, self._image)
        bare = replace(shape.value, mask=None, box=None)
        board.live = {shape.key: shape.with_value(bare)}

    def press(self, pointer: Pointer) -> None:
        """Begin a stroke; with Shift, straight from where the last one ended."""
        if not pointer.is_left or self._stroke is not None or not self._may_paint(pointer):
            return
        self.prepare()
        is_straight = pointer.has(Qt.KeyboardModifier.ShiftModifier) and self._last is not None
        self._stroke = self._begun(self._last if is_straight and self._last else pointer.raw)
        self._go(pointer.raw)

    def move(self, pointer: Pointer) -> None:
        """The brush follows the mouse."""
        self._at = pointer.raw
        self._tells_size = False
        self._is_straight = pointer.has(Qt.KeyboardModifier.ShiftModifier)
        if self._stroke is not None:
            self._go(pointer.raw)
        self.board.repaint()

    def release(self, pointer: Pointer) -> None:
        """Write the stroke."""
        if pointer.is_left:
            self.finish()

    def finish(self) -> bool:
        """Write the stroke: onto its object, or as a new one."""
        stroke = self._stroke
        if stroke is None:
            return False
        self._stroke, self._last = None, stroke.at
        if not is_same(stroke.painting.patch, stroke.before):
            self._write(stroke)
        self.board.repaint()
        return True

    def cancel(self) -> bool:
        """Drop it."""
        was_drawing = self.is_drawing
        self._stroke = self._held = self._at = self._last = None
        self._tells_size = False
        self.board.settle()
        self.board.repaint()
        return was_drawing

    def resize(self, step: int) -> bool:
        """Take the next size, and tell it."""
        self._nib.resize(step, self.board.view.scale)
        self._tells_size = True
        self.board.repaint()
        return True

    def hint(self) -> str:
        """What the hand can do now."""
        if len(self.board.selected) > 1:
            return "Several objects are selected · Select one, or press Esc to paint a new one"
        chosen = self.board.only_selected
        if chosen is None:
            what = "erase from the mask under it" if self._erases else "paint a new object"
        else:
            what = f"{'erase from' if self._erases else 'paint on'} “{chosen.category.name}”"
            is_own = chosen.prediction is None and not self._erases
            what = f"{what} · Esc for a new one" if is_own else what
        return f"Drag to {what} · [ ] or Alt+wheel: {self.size} px · Shift+click: straight line"

    def cursor(self) -> Qt.CursorShape:
        """None, since the ring is one; a cross where the ring is too small to see."""
        is_small = self.size * self.board.view.scale < SMALLEST_RING
        return Qt.CursorShape.CrossCursor if is_small else Qt.CursorShape.BlankCursor

    def paint(self, painter: QPainter) -> None:
        """Draw the pixels, and the brush as a ring in its size."""
        view, stroke, held = self.board.view, self._stroke, self._held
        if stroke is not None:
            stroke.glaze.paint(painter, view, stroke.painting.patch)
        elif held is not None:
            held.glaze.paint(painter, view, held.patch)
        if held is not None:
            paint_frame(painter, held.shape, view, is_named=stroke is None)
        if self.board.cursor is None:
            return
        at = view.to_screen(*snapped(self._at or self.board.cursor, self.size))
        if self._is_straight and stroke is None and self._last is not None:
            paint_straight(painter, view.to_screen(*self._last), at)
        paint_ring(painter, at, self.size * view.scale, erases=self._erases)
        if self._tells_size:
            paint_size(painter, at, self.size * view.scale, self.size)

    # How it is done -------------------------------------------------------------------------------

    @property
    def _image(self) -> tuple[int, int]:
        """Height and width of the image."""
        width, height = self.board.size
        return round(height), round(width)

    def _may_paint(self, pointer: Pointer) -> bool:
        """Whether there is something to work on; says so if not. The eraser picks what is here."""
        board, say = self.board, self.board.author.say
        if not board.selected and self._erases:
            under = [s for s in board.at(pointer.raw) if s.value.mask is not None]
            board.select(under[:1])
            if not under:
                say("There is no mask to erase here. Press on one, or select its object first.")
                return False
        if len(board.selected) > 1:
            say("Several objects are selected. Select one, or press Esc to paint a new one.")
            return False
        shape = board.only_selected
        if shape is None:
            return True
        if shape.is_locked:
            say("This object is locked. Press L to unlock it.")
        elif shape.value.mask is None and self._erases:
            say("This object has no mask to erase.")
        elif shape.value.mask is not None and not is_readable(shape.value.mask):
            say("The mask of this object cannot be read, so it cannot be changed.")
        else:
            return True
        return False

    def _begun(self, start: Point) -> Stroke:
        held, shape = self._held, self.board.only_selected
        if held is not None:
            painting = Painting(self._image, held.patch)
            return Stroke(held.shape, held.patch, painting, held.glaze, start)
        category = shape.category if shape else self.board.workspace.current_category
        colour = ink(category.colour) if category is not None else accent()
        return Stroke(shape, EMPTY, Painting(self._image), Glaze(colour), start)

    def _go(self, place: Point) -> None:
        stroke = self._stroke
        assert stroke is not None
        touched = stroke.painting.stroke(stroke.at, place, self.size, erases=self._erases)
        stroke.at = self._at = place
        if touched is not None:
            stroke.glaze.touch(touched)
        self.board.repaint()

    def _write(self, stroke: Stroke) -> None:
        board, target = self.board, stroke.target
        text = "Erase from mask" if self._erases else "Paint mask"
        patch = stroke.painting.patch.trimmed()
        rle = to_rle(patch, self._image)
        if target is None:
            self._held = None
            board.author.add(Draft(text, mask=rle), board.size)
            return
        self._held = Held(target, rle, patch, stroke.glaze)
        now = board.shapes.get(target.key)
        if now is None or now.value != target.value:
            board.author.say("This object was changed meanwhile; the stroke was dropped.")
        elif patch.bitmap.size:
            after = with_mask(target.value, rle)
            board.author.change(target, after, board.size, text=text)
        else:
            self._write_nothing_left(target)

    def _write_nothing_left(self, target: Shape) -> None:
        """All of a mask was erased: what the object has besides stays, else the object goes."""
        board, value = self.board, target.value
        is_own = target.prediction is None
        name = board.workspace.name_of(value) if is_own else f"this {target.category.name}"
        has_own_box = value.box is not None and not is_box_derived(value)
        if value.has_keypoints or has_own_box:
            bare = replace(value, mask=None)
            if board.author.change(target, bare, board.size, text="Erase mask"):
                kept = [value.box and "box", value.has_keypoints and "joints"]
                rest = " and ".join(word for word in kept if word)
                board.workspace.say(f"All of the mask is erased. The object keeps its {rest}.")
            return
        if target.prediction is not None:
            board.workspace.reject([target.prediction.id])
        else:
            board.workspace.delete([value.id])
        if board.shapes.get(target.key) is None:
            board.workspace.say(f"Nothing is left of {name}, so it is gone. Ctrl+Z brings it back.")
