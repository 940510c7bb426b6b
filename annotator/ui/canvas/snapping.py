"""Snapping on the canvas: what neighbours there are, whether it is wanted, and its mark."""

from __future__ import annotations

from collections.abc import Collection, Iterator
from dataclasses import dataclass
from math import hypot
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray
from PySide6.QtCore import QPointF, QRectF, Qt
from PySide6.QtGui import QPainter, QPolygonF, QRegion

from annotator.domain.geometry import Point, points_of
from annotator.domain.model import Box
from annotator.domain.snapping import Kind, Snap, snap
from annotator.domain.stretches import Spot, spot_on
from annotator.ui.canvas.draw import CASING, WHITE, accent, cosmetic
from annotator.ui.canvas.shapes import Key, Shape

if TYPE_CHECKING:
    from annotator.ui.canvas.board import Board

SNAP_REACH = 6.0
"""Screen pixels to a line, and along it to a vertex."""
TOUCHING = 0.02
"""Image pixels within which a corner lies on an outline: twice what rounding moves it."""
_MARK = 5.0
"""Half the size of a mark, screen pixels."""
_SQUARE = ((-1.0, -1.0), (1.0, -1.0), (1.0, 1.0), (-1.0, 1.0))
_DIAMOND = ((0.0, -1.3), (1.3, 0.0), (0.0, 1.3), (-1.3, 0.0))
_LINE = 14.0
"""Half the length of the line that marks the border, screen pixels."""


@dataclass(frozen=True, slots=True)
class Shared:
    """One outline that two places lie on.

    Attributes:
        shape: whose outline it is.
        ring: one of its rings, float64 [N, 2].
        start: the first place.
        end: the second one.
    """

    shape: Shape
    ring: NDArray[np.float64]
    start: Spot
    end: Spot


class Snapping:
    """Draws places to what is near.

    Attributes:
        mark: where the last place snapped to; None where it did not.
    """

    def __init__(self, board: Board) -> None:
        self._board = board
        self.mark: Snap | None = None
        self._painted = QRegion()

    @property
    def is_on(self) -> bool:
        """Whether it is wanted now; Ctrl suspends it."""
        is_held = bool(self._board.modifiers & Qt.KeyboardModifier.ControlModifier)
        return self._board.workspace.settings.value.snaps and not is_held

    def to(self, place: Point, *, but: Collection[Key] = ()) -> Point:
        """Where a corner goes that is meant for a place; free ones to a hundredth of a pixel.

        Args:
            place: on the image.
            but: objects whose outlines do not count.
        """
        self.mark = self._found(place, but) if self.is_on else None
        if self.mark is None:
            return Point(round(place.x, 2), round(place.y, 2))
        if self.mark.kind is Kind.EDGE:
            return Point(round(self.mark.at.x, 2), round(self.mark.at.y, 2))
        return self.mark.at

    def clear(self) -> None:
        """Nothing is aimed at any more."""
        self.mark = None

    def shared(self, start: Point, end: Point, *, but: Collection[Key] = ()) -> Shared | None:
        """The outline that two places lie on; None when there is none, or both are one place."""
        if hypot(start.x - end.x, start.y - end.y) <= TOUCHING:
            return None
        for shape, ring in self._rings_near(end, TOUCHING, but):
            away, there = spot_on(ring, *end)
            if away > TOUCHING:
                continue
            away, here = spot_on(ring, *start)
            if away <= TOUCHING:
                return Shared(shape, ring, here, there)
        return None

    def paint(self, painter: QPainter) -> None:
        """Mark where the last place snapped to: a square, a diamond, or a line on the border."""
        self._painted = self._region()
        if self.mark is None:
            return
        view, size = self._board.view, self._board.size
        at = view.to_screen(*self.mark.at)
        if self.mark.kind is Kind.BORDER:
            for ends in _border_lines(self.mark.at, size, _LINE / view.scale):
                _paint_outline(painter, QPolygonF([view.to_screen(*end) for end in ends]))
            return
        corners = _SQUARE if self.mark.kind is Kind.VERTEX else _DIAMOND
        mark = [at + QPointF(x * _MARK, y * _MARK) for x, y in (*corners, corners[0])]
        _paint_outline(painter, QPolygonF(mark))

    def region(self) -> QRegion:
        """Where the mark is on the screen, and where it was painted last."""
        return self._painted + self._region()

    def _region(self) -> QRegion:
        if self.mark is None:
            return QRegion()
        at, room = self._board.view.to_screen(*self.mark.at), _LINE + _MARK
        return QRegion(QRectF(at, at).adjusted(-room, -room, room, room).toAlignedRect())

    def _found(self, place: Point, but: Collection[Key]) -> Snap | None:
        reach = SNAP_REACH / self._board.view.scale
        rings = [ring for _, ring in self._rings_near(place, 2 * reach, but)]
        return snap(*place, rings, reach=reach, size=self._board.size)

    def _rings_near(
        self, place: Point, reach: float, but: Collection[Key]
    ) -> Iterator[tuple[Shape, NDArray[np.float64]]]:
        """Outlines of objects whose box is near a place."""
        around = Box(place.x - reach, place.y - reach, 2 * reach, 2 * reach)
        for shape in self._board.shapes.index.touching(around):
            if shape.prediction is None and shape.key not in but:
                yield from ((shape, ring) for ring in outlines_of(shape))


def outlines_of(shape: Shape) -> tuple[NDArray[np.float64], ...]:
    """The rings of an object's mask or, without one, its box; each float64 [N, 2]."""
    box = shape.value.box
    if shape.rings or box is None:
        return shape.rings
    corners = (box.x, box.y, box.right, box.y, box.right, box.bottom, box.x, box.bottom)
    return (points_of(corners),)


def _border_lines(
    at: Point, size: tuple[float, float], half: float
) -> Iterator[tuple[Point, Point]]:
    """Short lines along the borders that a place lies on; image pixels."""
    if at.x in {0.0, size[0]}:
        yield Point(at.x, max(at.y - half, 0)), Point(at.x, min(at.y + half, size[1]))
    if at.y in {0.0, size[1]}:
        yield Point(max(at.x - half, 0), at.y), Point(min(at.x + half, size[0]), at.y)


def _paint_outline(painter: QPainter, line: QPolygonF) -> None:
    painter.setBrush(Qt.BrushStyle.NoBrush)
    painter.setPen(cosmetic(CASING, 5))
    painter.drawPolyline(line)
    painter.setPen(cosmetic(WHITE, 3))
    painter.drawPolyline(line)
    painter.setPen(cosmetic(accent(), 1.5))
    painter.drawPolyline(line)
