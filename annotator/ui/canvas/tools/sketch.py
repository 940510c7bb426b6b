"""A line in the making: corners by clicks, freehand, and stretches of a neighbour's outline."""

from __future__ import annotations

from collections.abc import Sequence
from enum import Enum, auto
from math import hypot

from PySide6.QtCore import QPointF, Qt
from PySide6.QtGui import QPainter

from annotator.domain.geometry import Point, ring_of
from annotator.domain.polygons import simplify_line
from annotator.domain.stretches import along
from annotator.ui.canvas.board import Board
from annotator.ui.canvas.draw import accent, paint_dot, paint_line
from annotator.ui.canvas.shapes import Key, Shape
from annotator.ui.canvas.tools.base import Pointer

FREEHAND_STEP = 3.0
"""Screen pixels between two points of a freehand line."""
FREEHAND_SLACK = 0.75
"""Screen pixels a freehand line may differ from the hand's, to save vertices."""
_DOTS_APART = 9.0
"""Screen pixels between corners that are dotted; closer ones would hide the line."""


class Way(Enum):
    """How the line goes on to a place on the outline that its last corner is on."""

    STRAIGHT = auto()
    SHORTER = auto()
    LONGER = auto()


class Sketch:
    """The corners so far and the way to the one the mouse is at.

    Attributes:
        points: the corners, image pixels.
        ahead: what a click here would add.
        followed: whose outline could be followed to here; None where that makes no sense.
        but: objects that are not snapped to.
    """

    def __init__(self, board: Board) -> None:
        self._board = board
        self.points: list[Point] = []
        self.ahead: list[Point] = []
        self.followed: Shape | None = None
        self._pieces: list[int] = []
        self.but: tuple[Key, ...] = ()
        self._pressed: Pointer | None = None
        self._free_from: int | None = None
        self._way = Way.STRAIGHT

    @property
    def is_freehand(self) -> bool:
        """Whether a freehand stretch is being drawn."""
        return self._free_from is not None

    @property
    def follows(self) -> bool:
        """Whether a click here takes a stretch of a neighbour's outline."""
        return self.followed is not None and self._way_now is not Way.STRAIGHT

    def start(self, at: Point, pointer: Pointer) -> None:
        """Begin with a corner, which stays as it is; the press that set it may draw freehand."""
        self.drop()
        self._add([at])
        self._pressed = pointer

    def drop(self) -> None:
        """Forget everything."""
        self.points, self.ahead, self._pieces = [], [], []
        self.followed = self._pressed = self._free_from = None
        self._way = Way.STRAIGHT
        self._board.snapping.clear()

    def press(self, pointer: Pointer) -> None:
        """A corner, or a stretch of the outline that is followed."""
        self.aim(pointer)
        self._pressed = pointer
        self._add(self.ahead)
        self.ahead = []

    def move(self, pointer: Pointer) -> None:
        """The next edge follows the mouse; a pressed mouse draws freehand."""
        is_click = self._pressed is None or not pointer.is_far_from(self._pressed.screen)
        if self._free_from is None and not is_click:
            self._free_from = len(self.points) - 1
        self.aim(pointer)
        if self._free_from is not None:
            self.ahead = []
            if self._is_step(pointer):
                self._add([Point(round(pointer.place.x, 2), round(pointer.place.y, 2))])

    def release(self, pointer: Pointer, *, end: Point | None = None) -> bool:
        """The end of a press; whether it was one of a freehand stretch.

        Args:
            pointer: where it ends.
            end: the place the stretch ends at; by default where the mouse is, snapped.
        """
        self._pressed = None
        if self._free_from is None:
            return False
        last = end if end is not None else self._board.snapping.to(pointer.place, but=self.but)
        start, self._free_from = self._free_from, None
        drawn = [*self.points[start:], last]
        line = simplify_line(ring_of(drawn), FREEHAND_SLACK / self._board.view.scale)
        self._cut(start + 1)
        for x, y in zip(line[2::2], line[3::2], strict=True):
            self._add([Point(x, y)])
        return True

    def step_back(self) -> bool:
        """Take the last corner back, or the whole stretch of an outline that was followed."""
        if not self.points or self.is_freehand:
            return False
        last = self._pieces[-1]
        self._cut(self._pieces.index(last))
        self.ahead = []
        return True

    def other_way(self) -> bool:
        """Follow the neighbour's outline, then the other way round; at last straight again."""
        if self.followed is None or not self.ahead:
            return False
        ways = list(Way)
        after = ways[(ways.index(self._way_now) + 1) % len(ways)]
        self._way = Way.SHORTER if after is Way.STRAIGHT and self._holds_alt else after
        self.lead_to(self.ahead[-1])
        return True

    def aim(self, pointer: Pointer) -> Point:
        """Where a click would set a corner; ``ahead`` leads there."""
        at = self._board.snapping.to(pointer.place, but=self.but)
        self.lead_to(at)
        return at

    def lead_to(self, at: Point) -> None:
        """Find the way from the last corner to a place: straight, or along an outline."""
        last = self.points[-1] if self.points else None
        shared = self._board.snapping.shared(last, at, but=self.but) if last is not None else None
        self.followed = shared.shape if shared is not None else None
        self.ahead = [at]
        if shared is not None and self._way_now is not Way.STRAIGHT:
            longer = self._way_now is Way.LONGER
            way = along(shared.ring, shared.start, shared.end, longer=longer)
            self.ahead = [*(Point(x, y) for x, y in way[1:-1].tolist()), at]

    def take_ahead(self, *, but_last: bool = False) -> None:
        """Add the way that leads to where the mouse is, with or without its last corner."""
        self._add(self.ahead[:-1] if but_last else self.ahead)

    def paint(self, painter: QPainter, *, filled: bool) -> None:
        """Draw the line, its corners, and where the mouse snapped to."""
        view = self._board.view
        corners = [view.to_screen(*p) for p in self.points]
        ahead = [view.to_screen(*p) for p in self.ahead]
        if self.is_freehand and self._board.cursor is not None:
            ahead = [view.to_screen(*self._board.cursor)]
        if len(corners) + len(ahead) > 1:
            paint_line(painter, corners + ahead, filled=filled)
        if not self.is_freehand:
            for corner in _apart(corners)[1:]:
                paint_dot(painter, corner, 3, accent())
        self._board.snapping.paint(painter)

    @property
    def _holds_alt(self) -> bool:
        return bool(self._board.modifiers & Qt.KeyboardModifier.AltModifier)

    @property
    def _way_now(self) -> Way:
        """The way that was asked for; with Alt held, not straight."""
        return Way.SHORTER if self._way is Way.STRAIGHT and self._holds_alt else self._way

    def _add(self, points: Sequence[Point]) -> None:
        """Add corners that are taken back together."""
        piece = self._pieces[-1] + 1 if self._pieces else 0
        self.points += points
        self._pieces += [piece] * len(points)
        self._way = Way.STRAIGHT

    def _cut(self, count: int) -> None:
        """Keep so many corners only."""
        del self.points[count:]
        del self._pieces[count:]

    def _is_step(self, pointer: Pointer) -> bool:
        way = pointer.screen - self._board.view.to_screen(*self.points[-1])
        return hypot(way.x(), way.y()) >= FREEHAND_STEP


def _apart(places: Sequence[QPointF]) -> list[QPointF]:
    """Places of the screen without those that are close to the one before."""
    kept = list(places[:1])
    for place in places[1:]:
        way = place - kept[-1]
        if hypot(way.x(), way.y()) >= _DOTS_APART:
            kept.append(place)
    return kept
