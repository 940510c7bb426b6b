"""Repaints where something is hovered, selected or changed by a hand, and where it was: no more."""

from __future__ import annotations

from collections.abc import Callable, Iterator

from PySide6.QtCore import QPointF, QRect, QRectF
from PySide6.QtGui import QRegion

from annotator.ui.canvas.board import Board, Repainter
from annotator.ui.canvas.draw import chip_area
from annotator.ui.canvas.handles import Kind
from annotator.ui.canvas.layers import joint_at, joint_name, name_place, name_text, screen_area
from annotator.ui.canvas.shapes import Shape
from annotator.ui.canvas.skeleton import NAME_OFFSET
from annotator.ui.canvas.tools.base import Tool

GRAB_ROOM = 16.0
"""Screen pixels around a handle that is marked."""
MANY = 64
"""Selected objects beyond which telling their places apart costs more than painting all."""


class NarrowRepainter(Repainter):
    """Knows where the last paint put what stands on top of the cached shapes.

    ``note`` is to be called after each paint: the view may have moved, and the marks with it.
    """

    def __init__(
        self, board: Board, tool: Callable[[], Tool], update: Callable[[QRegion | QRect], None]
    ) -> None:
        super().__init__(board.repaint)
        self._board = board
        self._tool = tool
        self._update = update
        self._hovered = QRegion()
        self._held = QRegion()
        self._hint = ""

    def note(self) -> None:
        """What is hovered and held now has just been painted where it is."""
        self._hovered, self._held = self._region_of_hovered(), self._region_of_held()
        self._hint = self._tool().hint()

    def hovered(self) -> None:
        """Something else is hovered, or would be grabbed."""
        region = self._region_of_hovered()
        self._repaint_both(self._hovered, region)
        self._hovered = region

    def held(self) -> None:
        """What a hand changes looks different."""
        region = self._region_of_held()
        self._repaint_both(self._held, region)
        self._held = region
        self.hovered()

    def _repaint_both(self, before: QRegion, after: QRegion) -> None:
        tool = self._tool()
        marks = tool.region()
        if marks is None or tool.hint() != self._hint:
            self._repaint()
        elif not (before.isEmpty() and after.isEmpty() and marks.isEmpty()):
            self._update(before + after + marks)

    def _region_of_hovered(self) -> QRegion:
        board, region = self._board, QRegion()
        if board.hovered is not None:
            for area in self._areas(board.hovered):
                region += _whole(area)
        handle, shape = board.handle, board.only_selected
        if handle is not None and shape is not None:
            at = board.view.to_screen(*handle.at)
            region += _whole(QRectF(at, at).adjusted(-GRAB_ROOM, -GRAB_ROOM, GRAB_ROOM, GRAB_ROOM))
            if handle.kind is Kind.JOINT:
                region += _whole(self._area_of_joint_name(shape, handle.index))
        elif board.hovered is not None and board.cursor is not None:
            at = board.view.to_screen(*board.cursor)
            number = joint_at(board.hovered, board.view, at)
            if number is not None:
                region += _whole(self._area_of_joint_name(board.hovered, number))
        return region

    def _region_of_held(self) -> QRegion:
        board, region = self._board, QRegion()
        shapes = {s.key: s for s in board.selected} | board.live
        if len(shapes) > MANY:
            width, height = board.view.size
            return QRegion(_whole(QRectF(0, 0, width, height)))
        for shape in shapes.values():
            for area in self._areas(shape):
                region += _whole(area)
        return region

    def _areas(self, shape: Shape) -> Iterator[QRectF]:
        """Where an object and its name are."""
        view = self._board.view
        yield screen_area(shape.bounds, view)
        place, text = name_place(shape, view), name_text(shape)
        yield chip_area(place, text, QRectF(0, 0, *view.size), has_swatch=True)

    def _area_of_joint_name(self, shape: Shape, number: int) -> QRectF:
        view, joint = self._board.view, shape.value.keypoints[number]
        place = view.to_screen(joint.x, joint.y) + QPointF(*NAME_OFFSET)
        return chip_area(place, joint_name(shape, number), QRectF(0, 0, *view.size))


def _whole(area: QRectF) -> QRect:
    """Whole pixels around an area, with room for soft edges."""
    return area.adjusted(-2, -2, 2, 2).toAlignedRect()
