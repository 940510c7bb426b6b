"""The keypoints tool: places the joints of one object in order, each name beside the cursor."""

from __future__ import annotations

from dataclasses import replace

from PySide6.QtCore import Qt
from PySide6.QtGui import QPainter

from annotator.domain.geometry import Point, box_of_joints
from annotator.domain.model import Visibility
from annotator.ui.canvas import reshape
from annotator.ui.canvas.authoring import Draft
from annotator.ui.canvas.board import Board
from annotator.ui.canvas.handles import Handle, Kind
from annotator.ui.canvas.layers import paint_grabbed
from annotator.ui.canvas.legend import Legend
from annotator.ui.canvas.shapes import Key, Shape
from annotator.ui.canvas.skeleton import paint_coming_joint, paint_skeleton
from annotator.ui.canvas.tools import joint_words
from annotator.ui.canvas.tools.base import Pointer, Tool
from annotator.ui.canvas.tools.drags import Drag, HandleDrag
from annotator.ui.canvas.tools.joint_drags import JointsDrag, PlacingDrag, skeleton_at
from annotator.ui.canvas.tools.offers import locks_out, offer, usual_places
from annotator.ui.canvas.tools.pose import Pose

MARGIN = 0.1
"""Share of the longer side around the joints of a new object: a guess a person can correct."""


class KeypointsTool(Tool):
    """Idle, pressed (a click or a drag, not known yet), dragging, or a pose under way.

    Idle, a drag on a joint of the selected object moves it, and a drag elsewhere draws a box that
    all joints are put into. While a pose is under way a press places a joint, which follows the
    mouse until the button goes up.
    """

    def __init__(self, board: Board) -> None:
        super().__init__(board)
        self._pose: Pose | None = None
        self._is_held = False
        self._pressed: Pointer | None = None
        self._drag: Drag | None = None
        self._finished: Key | None = None
        self._last: int | None = None
        self._legend = Legend()
        board.workspace.categories_changed.connect(self._legend.forget)

    @property
    def is_drawing(self) -> bool:
        """Whether a pose or a drag is under way."""
        return self._pose is not None or self._drag is not None

    def begin(self) -> None:
        """Say at once when there are no joints to place, or whose they are when that is odd."""
        self._finished = None
        self._legend.forget()
        pose = self._offer()
        if pose is None:
            self.board.author.say(joint_words.no_joints(self.board.workspace.current_category))
            return
        current = self.board.workspace.current_category
        if pose.target is None and current is not None and current != pose.category:
            self.board.workspace.say(joint_words.other_category(current, pose.category))

    def press(self, pointer: Pointer) -> None:
        """Place the next joint: visible with the left button, occluded with the right one."""
        if not (pointer.is_left or pointer.is_right):
            return
        if self._pose is not None:
            self._put(pointer)
        else:
            self._pressed = pointer

    def move(self, pointer: Pointer) -> None:
        """The name follows the cursor; a pressed mouse drags."""
        if self._is_held and self._pose is not None:
            self._pose.shift(*pointer.place)
            self._show()
        elif self._pressed is not None and self._is_drag(self._pressed, pointer):
            self._drag = self._start(self._pressed)
        if self._drag is not None:
            self._drag.to(pointer.place)
        self.board.repaint()

    def release(self, pointer: Pointer) -> None:
        """The joint stays where it is, or a drag is written; a click begins a pose."""
        pressed, drag, was_held = self._pressed, self._drag, self._is_held
        self._pressed, self._drag, self._is_held = None, None, False
        if drag is not None and not (isinstance(drag, PlacingDrag) and not drag.is_large):
            drag.drop()
            self._note_finished()
        elif pressed is not None:
            self._begin_with(pressed)
        elif was_held:
            self._go_on()
        self.board.repaint()

    def finish(self) -> bool:
        """Write what was placed; the joints not reached stay absent."""
        pose = self._pose
        if pose is None:
            return False
        self.cancel()
        if pose.target is not None:
            self._complete(pose, pose.target)
        elif pose.has_any:
            size = self.board.size
            box = box_of_joints(pose.joints, margin=MARGIN, width=size[0], height=size[1])
            category = pose.category.id
            draft = Draft("Place joints", box=box, keypoints=pose.joints, category_id=category)
            self.board.author.add(draft, size)
        else:
            return True
        self._last = pose.last
        self._note_finished()
        return True

    def cancel(self) -> bool:
        """Drop what was placed."""
        was_drawing = self.is_drawing
        self._pose = self._drag = self._pressed = None
        self._is_held = False
        self.board.settle()
        self.board.repaint()
        return was_drawing

    def step_back(self) -> bool:
        """Take the joint placed last back, also when the pose was finished with it."""
        if self._drag is not None:
            return False
        if self._pose is None:
            return self._reopen()
        was_placed = self._pose.take_back()
        self._show()
        return was_placed

    def skip(self, step: int) -> bool:
        """To the next joint without placing this one, or back to place an earlier one anew."""
        if self._drag is not None or self._is_held:
            return False
        pose = self._pose or self._offer()
        if pose is None or not (step > 0 or pose.go_back()):
            return False
        self._pose = pose
        if step > 0:
            pose.skip()
        self._show()
        if pose.is_complete:
            self.finish()
        return True

    def cycle(self) -> bool:
        """The joint placed last, else the one under the cursor: visible, occluded, absent."""
        if self._pose is not None:
            was_placed = self._pose.cycle()
            self._show()
            return was_placed
        shape, handle = self.board.only_selected, self._joint_under()
        if shape is None or handle is None:
            return False
        after = reshape.joint_cycled(shape.value, handle.index)
        text = "Change joint visibility"
        return self.board.author.change(shape, after, self.board.size, text=text)

    def hint(self) -> str:
        """What to do next."""
        if self._drag is not None:
            is_placing = isinstance(self._drag, PlacingDrag)
            return "Let go to place all joints in this box · Esc drops it" if is_placing else ""
        if self._pose is not None:
            return joint_words.under_way(self._pose)
        shape = self.board.only_selected
        has_joints = shape is not None and shape.key == self._finished
        offer = self._offer()
        return "" if offer is None else joint_words.idle(offer, after_one=has_joints)

    def cursor(self) -> Qt.CursorShape:
        """A cross; a hand over a joint that can be dragged."""
        is_over = self._pose is None and self._joint_under() is not None
        return Qt.CursorShape.PointingHandCursor if is_over else Qt.CursorShape.CrossCursor

    def paint(self, painter: QPainter) -> None:
        """Draw the joints placed, the one at the cursor with its name, and the legend."""
        view, cursor = self.board.view, self.board.cursor
        if isinstance(self._drag, PlacingDrag):
            self._drag.paint(painter)
        pose = self._pose or self._offer()
        if pose is None or self._drag is not None or pose.is_complete:
            return
        if pose.target is None:
            paint_skeleton(painter, pose.joints, pose.category, view)
        shape, handle = self.board.only_selected, self._joint_under()
        if self._pose is None and shape is not None and handle is not None:
            paint_grabbed(painter, shape, handle, view)
        elif cursor is not None and not self._is_held:
            words = joint_words.at_cursor(pose)
            paint_coming_joint(painter, pose.joints, pose.category, pose.next, view, cursor, words)
        layout = self._legend.layout(self.board.workspace.store, pose.category)
        if layout is not None:
            at = view.to_screen(*cursor) if cursor is not None else None
            self._legend.paint(painter, pose, layout, size=view.size, cursor=at)

    # What a press means ---------------------------------------------------------------------------

    def _offer(self) -> Pose | None:
        return offer(self.board, self._finished)

    def _begin_with(self, pressed: Pointer) -> None:
        """A click, not a drag: the first joint of a pose."""
        if locks_out(self.board):
            self.board.author.say(joint_words.LOCKED)
            return
        self._pose = self._offer()
        if self._pose is None:
            self.board.author.say(joint_words.no_joints(self.board.workspace.current_category))
            return
        self._put(pressed)
        self._is_held = False
        self._go_on()

    def _start(self, pressed: Pointer) -> Drag | None:
        """The drag that a press becomes when no pose is under way."""
        board = self.board
        shape, handle = board.only_selected, board.handle_at(pressed.raw)
        if pressed.has(Qt.KeyboardModifier.AltModifier):
            whole = skeleton_at(board, pressed.raw)
            if whole is not None:
                return JointsDrag(board, whole, pressed.place)
        if shape is not None and handle is not None and handle.kind is Kind.JOINT:
            return HandleDrag(board, shape, handle)
        pose = self._offer()
        if pose is None or locks_out(board):
            return None
        return PlacingDrag(board, pose, usual_places(board, pose.category), pressed.place)

    def _is_drag(self, pressed: Pointer, pointer: Pointer) -> bool:
        return self._drag is None and pressed.is_left and pointer.is_far_from(pressed.screen)

    def _put(self, pointer: Pointer) -> None:
        assert self._pose is not None
        seen = Visibility.VISIBLE if pointer.is_left else Visibility.OCCLUDED
        self._pose.put(*pointer.place, seen)
        self._is_held = True
        self._show()

    def _go_on(self) -> None:
        assert self._pose is not None
        self._pose.go_on()
        if self._pose.is_complete:
            self.finish()

    def _complete(self, pose: Pose, target: Shape) -> None:
        """Write the joints onto the object as it is now: an undo may have changed it meanwhile."""
        now = self.board.shapes.get(target.key)
        if now is None:
            self.board.author.say("The object is gone meanwhile; its joints were not placed.")
            return
        after = replace(now.value, keypoints=pose.joints)
        self.board.author.change(now, after, self.board.size, text="Place joints")

    def _reopen(self) -> bool:
        """Take back the last joint of the pose that was finished just now."""
        shape = self.board.only_selected
        is_it = shape is not None and shape.key == self._finished and not shape.is_locked
        if shape is None or not is_it or self._last is None:
            return False
        self._pose = Pose(shape.category, shape, shape.value.keypoints)
        self._pose.reopen(self._last)
        self._last = None
        self._show()
        return True

    def _note_finished(self) -> None:
        """The selected object is done; a click begins the next one."""
        shape = self.board.only_selected
        self._finished = shape.key if shape is not None else None

    def _show(self) -> None:
        """The object being completed is drawn as it will be."""
        pose = self._pose
        if pose is not None and pose.target is not None:
            after = replace(pose.target.value, keypoints=pose.joints)
            self.board.show_live([pose.target.with_value(after)])
        self.board.repaint()

    def _joint_under(self) -> Handle | None:
        cursor: Point | None = self.board.cursor
        handle = self.board.handle_at(cursor) if cursor is not None else None
        return handle if handle is not None and handle.kind is Kind.JOINT else None
