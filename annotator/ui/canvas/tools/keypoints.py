"""The keypoints tool: places the joints of one object in order, each name beside the cursor."""

from __future__ import annotations

from dataclasses import dataclass, replace

from PySide6.QtCore import QPointF, Qt
from PySide6.QtGui import QPainter

from annotator.domain.geometry import box_of_joints
from annotator.domain.model import Category, Keypoint, Visibility
from annotator.ui.canvas.authoring import Draft
from annotator.ui.canvas.board import Board
from annotator.ui.canvas.draw import paint_chip
from annotator.ui.canvas.shapes import Shape
from annotator.ui.canvas.skeleton import MIDDLE, paint_joint, paint_skeleton, sides_of, spoken
from annotator.ui.canvas.tools.base import Pointer, Tool

MARGIN = 0.1
"""Share of the longer side around the joints of a new object: a guess a person can correct."""
_ABSENT = Keypoint(0.0, 0.0, int(Visibility.ABSENT))


@dataclass(slots=True)
class Pose:
    """Joints being placed.

    Attributes:
        category: whose joints they are.
        target: the object they go onto; None for a new one.
        joints: one a joint of the category, absent until placed.
        next: the index of the joint to place now.
    """

    category: Category
    target: Shape | None
    joints: list[Keypoint]
    next: int = 0


class KeypointsTool(Tool):
    """Idle, or a pose under way."""

    def __init__(self, board: Board) -> None:
        super().__init__(board)
        self._pose: Pose | None = None

    @property
    def is_drawing(self) -> bool:
        """Whether a pose is under way."""
        return self._pose is not None

    def begin(self) -> None:
        """Say at once when there are no joints to place."""
        if self._next_pose() is None:
            self._explain()

    def press(self, pointer: Pointer) -> None:
        """Place the next joint: visible with the left button, occluded with the right one."""
        if not (pointer.is_left or pointer.is_right):
            return
        if self._pose is None:
            self._pose = self._next_pose()
        if self._pose is None:
            self._explain()
            return
        seen = Visibility.VISIBLE if pointer.is_left else Visibility.OCCLUDED
        place = pointer.place
        self._pose.joints[self._pose.next] = Keypoint(
            round(place.x, 2), round(place.y, 2), int(seen)
        )
        self._go(1)

    def move(self, pointer: Pointer) -> None:
        """The name follows the cursor."""
        self.board.repaint()

    def finish(self) -> bool:
        """Write what was placed; the joints not reached stay absent."""
        pose = self._pose
        if pose is None:
            return False
        self.cancel()
        joints = tuple(pose.joints)
        if not any(joint.visibility for joint in joints):
            return True
        author, size = self.board.author, self.board.size
        if pose.target is not None:
            after = replace(pose.target.value, keypoints=joints)
            author.change(pose.target, after, size, text="Place joints")
        else:
            box = box_of_joints(joints, margin=MARGIN, width=size[0], height=size[1])
            category = pose.category.id
            draft = Draft("Place joints", box=box, keypoints=joints, category_id=category)
            author.add(draft, size)
        return True

    def cancel(self) -> bool:
        """Drop what was placed."""
        was_drawing = self.is_drawing
        self._pose = None
        self.board.repaint()
        return was_drawing

    def step_back(self) -> bool:
        """Take the last joint back."""
        pose = self._pose
        if pose is None or pose.next == 0:
            return False
        pose.next -= 1
        pose.joints[pose.next] = _ABSENT
        self.board.repaint()
        return True

    def skip(self, step: int) -> bool:
        """To the next joint without placing this one, or back to the one before."""
        if self._pose is None:
            self._pose = self._next_pose()
        if self._pose is None or self._pose.next + step < 0:
            return False
        self._go(step)
        return True

    def cycle(self) -> bool:
        """The joint placed last: visible becomes occluded and back."""
        pose = self._pose
        placed = [n for n in range(pose.next) if pose.joints[n].visibility] if pose else []
        if pose is None or not placed:
            return False
        joint = pose.joints[placed[-1]]
        seen = Visibility.OCCLUDED if joint.visibility == Visibility.VISIBLE else Visibility.VISIBLE
        pose.joints[placed[-1]] = joint._replace(visibility=int(seen))
        self.board.repaint()
        return True

    def hint(self) -> str:
        """What to do next."""
        pose = self._pose or self._next_pose()
        if pose is None:
            return ""
        name = spoken(pose.category.joints[pose.next])
        return f"Click the {name} · right click if it is hidden · S skips · Enter finishes"

    def cursor(self) -> Qt.CursorShape:
        """A cross."""
        return Qt.CursorShape.CrossCursor

    def paint(self, painter: QPainter) -> None:
        """Draw the joints placed, the one at the cursor and its name."""
        view, cursor = self.board.view, self.board.cursor
        pose = self._pose or self._next_pose()
        if pose is None:
            return
        paint_skeleton(painter, pose.joints, pose.category, view)
        if cursor is None:
            return
        at = view.to_screen(*cursor)
        hue = sides_of(pose.category).get(pose.next, MIDDLE)
        paint_joint(painter, at, hue, is_visible=True, radius=3)
        name, count = spoken(pose.category.joints[pose.next]), len(pose.category.joints)
        paint_chip(
            painter, at + QPointF(14, -10), f"{name} · {pose.next + 1} of {count}", swatch=hue
        )

    def _go(self, step: int) -> None:
        pose = self._pose
        assert pose is not None
        pose.next += step
        if pose.next >= len(pose.joints):
            self.finish()
        self.board.repaint()

    def _next_pose(self) -> Pose | None:
        """What a click would begin: on the selected object if its joints are still missing."""
        target = self.board.only_selected
        if target is not None and target.prediction is None:
            joints = target.category.joints
            if joints and not target.value.has_keypoints:
                return _pose(target.category, target)
        category = self.board.workspace.current_category
        if category is None or not category.joints:
            return None
        return _pose(category, None)

    def _explain(self) -> None:
        category = self.board.workspace.current_category
        if category is None:
            text = "There is no category yet. Create one with joints under Object > Categories."
        else:
            text = (
                f"“{category.name}” has no joints yet. Add them under Object > Categories, "
                "then press K again."
            )
        self.board.author.say(text)


def _pose(category: Category, target: Shape | None) -> Pose:
    return Pose(category, target, [_ABSENT] * len(category.joints))
