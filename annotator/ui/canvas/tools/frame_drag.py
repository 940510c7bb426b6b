"""The frame around the joints of one object, and its drags: scale, turn, move. Image pixels."""

from __future__ import annotations

import math
from abc import ABC, abstractmethod
from dataclasses import dataclass, replace
from enum import Enum, auto

from annotator.domain import poses
from annotator.domain.geometry import Point, box_contains, clip_point
from annotator.domain.model import Box
from annotator.domain.poses import Joints, bounds_of, middle_of, turned
from annotator.ui.canvas.board import Board
from annotator.ui.canvas.shapes import Shape

PAD = 16.0
"""Screen pixels between the outermost joints and the frame, so that its corners hide none."""
STALK = 28.0
"""Screen pixels from the frame to the handle that turns it."""
SNAP = 15.0
"""Degrees between the angles at which Shift holds the turning."""
SMALLEST = 2.0
"""Pixels a side is not made smaller than; a frame is never turned inside out."""

_DOWN = ((0, 1), (1, 0), (0, -1), (-1, 0))
"""For each turn of the view, the way on the image that runs down on the screen."""


class Grip(Enum):
    """What a press on the frame would do."""

    CORNER = auto()
    TURN = auto()
    MOVE = auto()


@dataclass(frozen=True, slots=True)
class Frame:
    """Where the frame of some joints is.

    Attributes:
        bounds: the smallest box around the joints.
        outer: the frame: ``bounds`` with room around.
        turner: the handle that turns it.
        stalk: the middle of the frame's edge that the handle stands on.
    """

    bounds: Box
    outer: Box
    turner: Point
    stalk: Point

    @property
    def corners(self) -> tuple[Point, ...]:
        """The frame's corners, clockwise from the top left."""
        return corners_of(self.outer)


def frame_of(joints: Joints, scale: float, *, top: float, turn: int = 0) -> Frame | None:
    """The frame of joints; None unless two of them lie apart.

    Args:
        joints: absent ones do not count.
        scale: screen pixels an image pixel.
        top: how far down on the screen the first row lies that can be seen, image pixels from the
            image's origin: the handle stands below the frame where it would not be seen above.
        turn: quarters that the view is turned by, clockwise; the handle stands up on the screen.
    """
    bounds = bounds_of(joints)
    if bounds is None or max(bounds.width, bounds.height) <= 0:
        return None
    pad, stalk = PAD / scale, STALK / scale
    outer = Box(bounds.x - pad, bounds.y - pad, bounds.width + 2 * pad, bounds.height + 2 * pad)
    middle, (down_x, down_y) = middle_of(outer), _DOWN[turn]
    half = (outer.width if turn % 2 else outer.height) / 2
    is_seen = middle.x * down_x + middle.y * down_y - half - stalk >= top
    sign = -1 if is_seen else 1

    def along(way: float) -> Point:
        return Point(middle.x + sign * way * down_x, middle.y + sign * way * down_y)

    return Frame(bounds, outer, turner=along(half + stalk), stalk=along(half))


def corners_of(box: Box) -> tuple[Point, ...]:
    """The corners of a box, clockwise from the top left."""
    return (
        Point(box.x, box.y),
        Point(box.right, box.y),
        Point(box.right, box.bottom),
        Point(box.x, box.bottom),
    )


def grip_at(frame: Frame, place: Point, reach: float) -> tuple[Grip, int] | None:
    """What is grabbed at a place, and for a corner which one; None beside the frame.

    Args:
        frame: the frame.
        place: image pixels, perhaps outside the image.
        reach: image pixels within which a handle is grabbed.
    """
    if math.dist(place, frame.turner) <= reach:
        return Grip.TURN, 0
    for number, corner in enumerate(frame.corners):
        if math.dist(place, corner) <= reach:
            return Grip.CORNER, number
    return (Grip.MOVE, 0) if box_contains(frame.outer, place.x, place.y) else None


class FrameDrag(ABC):
    """A drag of the frame: the joints follow at once, and one edit is written in the end.

    Attributes:
        outline: the corners of the frame as it is dragged, image pixels.
        words: how far it went, for the person.
    """

    def __init__(self, board: Board, shape: Shape, frame: Frame, start: Point) -> None:
        self._board = board
        self._shape = shape
        self._frame = frame
        self._start = start
        self._joints: Joints = shape.value.keypoints
        self.outline = frame.corners
        self.words = ""

    @abstractmethod
    def to(self, place: Point, *, is_strict: bool) -> None:
        """The mouse is here now; ``is_strict`` while Shift is held."""

    def drop(self) -> None:
        """Write the joints."""
        after = replace(self._shape.value, keypoints=poses.rounded(self._joints))
        self._board.author.change(self._shape, after, self._board.size, text=self.text)
        self._board.settle()

    text = "Move all joints"

    def _take(self, joints: Joints) -> bool:
        """Show these, held inside the image; False when they do not fit into it."""
        width, height = self._board.size
        inside = poses.held(joints, width=width, height=height)
        if inside is None:
            return False
        self._joints = inside
        after = replace(self._shape.value, keypoints=poses.rounded(inside))
        self._board.show_live([self._shape.with_value(after)])
        return True


class MoveFrame(FrameDrag):
    """The whole frame follows the mouse."""

    def to(self, place: Point, *, is_strict: bool) -> None:
        """Shift the joints; with Shift along one axis only."""
        dx, dy = place.x - self._start.x, place.y - self._start.y
        if is_strict:
            dx, dy = (dx, 0.0) if abs(dx) >= abs(dy) else (0.0, dy)
        if self._take(poses.moved(self._shape.value.keypoints, dx, dy)):
            now = bounds_of(self._joints) or self._frame.bounds
            dx, dy = now.x - self._frame.bounds.x, now.y - self._frame.bounds.y
            self.outline = tuple(Point(p.x + dx, p.y + dy) for p in self._frame.corners)


class TurnFrame(FrameDrag):
    """The frame turns about its middle."""

    text = "Turn all joints"

    def to(self, place: Point, *, is_strict: bool) -> None:
        """Turn the joints; with Shift in steps of 15 degrees."""
        centre = middle_of(self._frame.bounds)
        degrees = _angle(centre, place) - _angle(centre, self._start)
        degrees = (degrees + 180) % 360 - 180
        if is_strict:
            degrees = round(degrees / SNAP) * SNAP
        if self._take(poses.rotated(self._shape.value.keypoints, centre, degrees)):
            self.outline = tuple(turned(p, centre, degrees) for p in self._frame.corners)
            self.words = f"{degrees:.0f}°"


class ScaleFrame(FrameDrag):
    """One corner follows the mouse, the opposite one stays."""

    text = "Scale all joints"

    def __init__(self, board: Board, shape: Shape, frame: Frame, start: Point, corner: int) -> None:
        super().__init__(board, shape, frame, start)
        corners = corners_of(frame.bounds)
        self._corner, self._anchor = corners[corner], corners[(corner + 2) % 4]

    def to(self, place: Point, *, is_strict: bool) -> None:
        """Scale the joints; with Shift both sides by the same factor."""
        anchor, corner = self._anchor, self._corner
        width, height = self._board.size
        x, y = corner.x + place.x - self._start.x, corner.y + place.y - self._start.y
        to = clip_point(x, y, width=width, height=height)
        fx = _factor(anchor.x, corner.x, to.x)
        fy = _factor(anchor.y, corner.y, to.y)
        if is_strict:
            fx = fy = min(max(fx or 0.0, fy or 0.0), *self._room())
        fx, fy = fx or 1.0, fy or 1.0
        if not self._take(poses.scaled(self._shape.value.keypoints, anchor, fx, fy)):
            return
        now = bounds_of(self._joints) or self._frame.bounds
        pad = self._frame.bounds.x - self._frame.outer.x
        outer = Box(now.x - pad, now.y - pad, now.width + 2 * pad, now.height + 2 * pad)
        self.outline = corners_of(outer)
        self.words = f"{100 * fx:.0f} × {100 * fy:.0f} %" if fx != fy else f"{100 * fx:.0f} %"

    def _room(self) -> tuple[float, float]:
        """The largest factors that keep the corner inside the image."""
        width, height = self._board.size
        return (
            _largest(self._anchor.x, self._corner.x, width),
            _largest(self._anchor.y, self._corner.y, height),
        )


def _angle(centre: Point, place: Point) -> float:
    return math.degrees(math.atan2(place.y - centre.y, place.x - centre.x))


def _factor(anchor: float, corner: float, to: float) -> float | None:
    """How much longer a side becomes; None for a side of no length, which stays so."""
    side = corner - anchor
    if abs(side) < 1e-9:
        return None
    return max((to - anchor) / side, min(SMALLEST / abs(side), 1.0))


def _largest(anchor: float, corner: float, side: float) -> float:
    way = corner - anchor
    if abs(way) < 1e-9:
        return math.inf
    return max((side - anchor if way > 0 else anchor) / abs(way), 0.0) or math.inf
