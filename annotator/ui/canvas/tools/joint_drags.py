"""Drags of joints: the whole skeleton, and a box that all joints are put into."""

from __future__ import annotations

from dataclasses import replace

from PySide6.QtCore import QRectF
from PySide6.QtGui import QPainter

from annotator.domain.geometry import Point, box_between
from annotator.domain.model import Box
from annotator.domain.poses import (
    Joints,
    Layout,
    completed,
    fitted,
    held,
    moved,
    nearest_bone,
    rounded,
)
from annotator.ui.canvas.authoring import Draft
from annotator.ui.canvas.board import Board
from annotator.ui.canvas.draw import paint_band
from annotator.ui.canvas.handles import Kind
from annotator.ui.canvas.shapes import Shape
from annotator.ui.canvas.skeleton import paint_skeleton
from annotator.ui.canvas.tools import joint_words
from annotator.ui.canvas.tools.pose import Pose

PLACING_TEXT = "Place all joints"
SMALLEST_DRAG = 16.0
"""Screen pixels of a side below which a drag was a click of an unsteady hand."""


def skeleton_at(board: Board, place: Point) -> Shape | None:
    """The only selected object if one of its joints or bones is under a place and it is free."""
    shape = board.only_selected
    if shape is None or shape.is_locked or not shape.value.has_keypoints:
        return None
    handle = board.handle_at(place)
    if handle is not None and handle.kind is Kind.JOINT:
        return shape
    bones = shape.category.skeleton
    distance, _ = nearest_bone(shape.value.keypoints, bones, place.x, place.y)
    return shape if distance <= board.reach else None


class JointsDrag:
    """All joints of one object follow the mouse; its box and mask stay."""

    def __init__(self, board: Board, shape: Shape, start: Point) -> None:
        self._board = board
        self._shape = shape
        self._start = start
        self._joints: Joints = shape.value.keypoints

    def to(self, place: Point) -> None:
        """Show the joints moved so far."""
        dx, dy = place.x - self._start.x, place.y - self._start.y
        width, height = self._board.size
        shifted = moved(self._shape.value.keypoints, dx, dy)
        self._joints = held(shifted, width=width, height=height) or self._joints
        after = replace(self._shape.value, keypoints=rounded(self._joints))
        self._board.show_live([self._shape.with_value(after)])

    def drop(self) -> None:
        """Write them."""
        after = replace(self._shape.value, keypoints=rounded(self._joints))
        self._board.author.change(self._shape, after, self._board.size, text="Move all joints")
        self._board.settle()


class PlacingDrag:
    """A box is drawn, and all joints lie in it at their usual places.

    Attributes:
        pose: what they go onto.
    """

    def __init__(self, board: Board, pose: Pose, layout: Layout | None, start: Point) -> None:
        self._board = board
        self.pose = pose
        self._layout = layout
        self._start = start
        self._end = start

    @property
    def is_large(self) -> bool:
        """Whether it is a box and no slip of the hand."""
        box, scale = self._box, self._board.view.scale
        return min(box.width, box.height) * scale >= SMALLEST_DRAG

    def to(self, place: Point) -> None:
        """Stretch it."""
        self._end = place
        self._board.repaint()

    def drop(self) -> None:
        """Write the joints onto the object, or a new one with the box; say it if none knows how."""
        author, size, target = self._board.author, self._board.size, self.pose.target
        if self._layout is None:
            author.say(joint_words.no_layout(self.pose.category))
            return
        joints = rounded(self._joints(self._layout))
        box = Box(*(round(v, 2) for v in self._box))
        if target is None:
            category = self.pose.category.id
            draft = Draft(PLACING_TEXT, box=box, keypoints=joints, category_id=category)
            author.add(draft, size)
            return
        has_extent = target.value.box is not None or target.value.mask is not None
        own = target.value.box if has_extent else box
        after = replace(target.value, keypoints=joints, box=own)
        author.change(target, after, size, text=PLACING_TEXT)

    def paint(self, painter: QPainter) -> None:
        """Draw the box and the joints in it, in screen coordinates."""
        view = self._board.view
        area = QRectF(view.to_screen(*self._start), view.to_screen(*self._end)).normalized()
        paint_band(painter, area)
        if self.is_large and self._layout is not None:
            paint_skeleton(painter, self._joints(self._layout), self.pose.category, view)

    @property
    def _box(self) -> Box:
        return box_between(self._start, self._end)

    def _joints(self, layout: Layout) -> Joints:
        return completed(self.pose.joints, fitted(layout, self._box))
