"""Selected vertices of the selected object: a band picks them, they are moved and deleted together.

One gesture is one step.
"""

from __future__ import annotations

from collections.abc import Iterable

from PySide6.QtGui import QPainter

from annotator.domain.corners import (
    Corner,
    box_of_corners,
    corner_put,
    corners_moved,
    corners_removed,
    corners_within,
    places_of,
)
from annotator.domain.geometry import Point, box_between
from annotator.domain.model import Polygons
from annotator.domain.parts import without_ring
from annotator.ui.canvas import reshape
from annotator.ui.canvas.board import Board
from annotator.ui.canvas.draw import VERTEX_SIDE, accent, paint_square
from annotator.ui.canvas.handles import Handle, Kind
from annotator.ui.canvas.shapes import Shape
from annotator.ui.words import counted

_LAST = "A mask needs three corners. Delete removes the object."


class Vertices:
    """Which vertices are selected; none once the object or its mask is another."""

    def __init__(self, board: Board) -> None:
        self._board = board
        self._shape: Shape | None = None
        self._corners: frozenset[Corner] = frozenset()

    @property
    def shape(self) -> Shape | None:
        """The object they belong to; None without any."""
        shape, now = self._shape, self._board.only_selected
        if shape is None or now is None or now.is_locked:
            return None
        is_same = now.key == shape.key and now.value.mask == shape.value.mask
        return now if is_same and self._corners else None

    @property
    def corners(self) -> frozenset[Corner]:
        """The selected ones."""
        return self._corners if self.shape is not None else frozenset()

    def choose(self, shape: Shape, corners: Iterable[Corner]) -> None:
        """Select vertices of an object."""
        self._shape, self._corners = shape, frozenset(corners)
        self._board.repaint()

    def toggle(self, shape: Shape, corner: Corner) -> None:
        """Add a vertex, or take it out."""
        self.choose(shape, self.corners ^ {corner})

    def clear(self) -> bool:
        """Select none; whether there were any."""
        was_there = bool(self.corners)
        self._shape, self._corners = None, frozenset()
        self._board.repaint()
        return was_there

    def holds(self, handle: Handle) -> bool:
        """Whether a handle is one of them."""
        return handle.kind is Kind.VERTEX and corner_of(handle) in self.corners

    def moved(self, dx: float, dy: float) -> Polygons | None:
        """The mask with them shifted, as far as the image reaches; None without any."""
        shape, limits = self.shape, self._board.limits
        box = box_of_corners(shape.outline, self._corners) if shape and shape.outline else None
        if shape is None or shape.outline is None or box is None:
            return None
        if limits is not None:
            dx = reshape.held(dx, box.x, box.right, limits[0])
            dy = reshape.held(dy, box.y, box.bottom, limits[1])
        return corners_moved(shape.outline, self._corners, dx, dy)

    def move(self, mask: Polygons | None, *, text: str, gesture: str | None = None) -> bool:
        """Write a mask that ``moved`` made; they stay selected unless it had to be mended."""
        shape, corners = self.shape, self._corners
        if shape is None or mask is None:
            return False
        after = reshape.with_mask(shape, mask)
        self._board.author.change(shape, after, self._board.size, text=text, gesture=gesture)
        now = self._board.only_selected
        if now is not None and now.outline == mask:
            self.choose(now, corners)
        return True

    def remove(self) -> bool:
        """Delete them; whether there were any."""
        shape = self.shape
        if shape is None or shape.outline is None:
            return False
        mask = corners_removed(shape.outline, self._corners)
        if mask is None:
            self._board.author.say(_LAST)
            return True
        text = "Delete vertex" if len(self._corners) == 1 else f"Delete {self.words}"
        after = reshape.with_mask(shape, mask)
        self._board.author.change(shape, after, self._board.size, text=text)
        return True

    def remove_ring(self) -> bool:
        """Take out the holes and parts they belong to; whether there were any."""
        shape = self.shape
        if shape is None or shape.outline is None:
            return False
        rings = sorted({(c.part, c.ring) for c in self._corners}, reverse=True)
        whole = {part for part, ring in rings if ring == 0}
        mask: Polygons | None = shape.outline
        for part, ring in rings:
            if mask is not None and (ring == 0 or part not in whole):
                mask = without_ring(mask, part, ring)
        if mask is None:
            self._board.author.say("That is the whole mask. Delete removes the object.")
            return True
        text = "Remove part" if whole else "Remove hole"
        after = reshape.with_mask(shape, mask)
        self._board.author.change(shape, after, self._board.size, text=text)
        return True

    @property
    def words(self) -> str:
        """How many there are."""
        return counted(len(self.corners), "vertex", "vertices")

    def paint(self, painter: QPainter) -> None:
        """Mark them, also where a drag has them now."""
        shape = self.shape
        if shape is None:
            return
        outline = self._board.live.get(shape.key, shape).outline
        view = self._board.view
        for place in places_of(outline, self._corners).tolist() if outline else ():
            paint_square(painter, view.to_screen(*place), VERTEX_SIDE + 3, accent(), filled=True)


class VertexDrag:
    """The selected vertices follow the mouse by the one that was grabbed."""

    def __init__(self, board: Board, vertices: Vertices, handle: Handle) -> None:
        self._board = board
        self._vertices = vertices
        self._handle = handle
        self._after: Polygons | None = None

    def to(self, place: Point) -> None:
        """Show them moved so far."""
        shape = self._vertices.shape
        if shape is None:
            return
        at = self._board.snapping.to(place, but=[shape.key])
        start = self._handle.at
        self._after = self._vertices.moved(at.x - start.x, at.y - start.y)
        if self._after is not None:
            if self._board.snapping.mark is not None:
                self._after = corner_met(self._after, corner_of(self._handle), at)
            after = reshape.with_mask(shape, self._after)
            self._board.show_live([shape.with_value(after)])

    def drop(self) -> None:
        """Write it."""
        count = len(self._vertices.corners)
        text = "Move vertex" if count == 1 else f"Move {self._vertices.words}"
        self._vertices.move(self._after, text=text)
        self._board.snapping.clear()
        self._board.settle()


class VertexBand:
    """A rubber band that selects the vertices inside it.

    Attributes:
        start: its first corner. end: the corner under the mouse.
    """

    def __init__(self, board: Board, vertices: Vertices, shape: Shape, start: Point) -> None:
        self._board = board
        self._vertices = vertices
        self._shape = shape
        self._before = vertices.corners
        self.start = self.end = start

    def to(self, place: Point) -> None:
        """Stretch it, and show what it holds."""
        self.end = place
        outline = self._shape.outline
        assert outline is not None
        inside = corners_within(outline, box_between(self.start, self.end))
        self._vertices.choose(self._shape, self._before | inside)

    def put_back(self) -> None:
        """Select what was selected before."""
        self._vertices.choose(self._shape, self._before)

    def drop(self) -> None:
        """They stay selected."""
        self._board.repaint()


def corner_met(mask: Polygons, corner: Corner, at: Point) -> Polygons:
    """The mask with a vertex exactly where it snapped to, if it came so far."""
    x, y = places_of(mask, [corner])[0].tolist()
    is_there = abs(x - at.x) + abs(y - at.y) < 1e-6
    return corner_put(mask, corner, *at) if is_there else mask


def corner_of(handle: Handle) -> Corner:
    """The vertex of a handle."""
    return Corner(handle.part, handle.ring, handle.index)
