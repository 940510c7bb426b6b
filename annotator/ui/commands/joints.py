"""What the menus do to all joints of the selected objects, or of the selected prediction."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import replace

from annotator.domain import poses
from annotator.domain.model import Annotation
from annotator.domain.poses import Joints, Layout
from annotator.ui.canvas.shapes import Shape
from annotator.ui.canvas.tools import frame, joint_words
from annotator.ui.canvas.tools.joint_drags import PLACING_TEXT
from annotator.ui.canvas.tools.offers import usual_places
from annotator.ui.canvas.view import Canvas
from annotator.ui.words import counted
from annotator.ui.workspace import Workspace


class JointCommands:
    """Each is one step of the history; what it cannot be done to is left alone, in words."""

    def __init__(self, workspace: Workspace, canvas: Canvas) -> None:
        self._workspace, self._canvas = workspace, canvas
        self._board = canvas.commands.board

    def take_up(self) -> None:
        """Take up the keypoints tool; when it is in hand, go on with the selected object."""
        tool = self._canvas.commands.tool
        if self._workspace.tool != "keypoints":
            self._workspace.set_tool("keypoints")
        elif not tool.is_drawing:
            tool.begin()
            self._canvas.update()

    def place_all(self) -> None:
        """Put the absent joints of the selected objects at their usual places in the box."""
        chosen = self._free([s for s in self._board.selected if s.category.joints])
        wanting = [s for s in chosen if _absent(s) and max(s.bounds.width, s.bounds.height) > 0]
        if not wanting:
            if chosen:
                self._say("All joints are placed already. Drag each to where it belongs.")
            return
        places = {s.category.id: usual_places(self._board, s.category) for s in wanting}
        unknown = [s.category for s in wanting if places[s.category.id] is None]
        known = [(s, layout) for s in wanting if (layout := places[s.category.id]) is not None]
        if unknown:
            self._board.author.say(joint_words.no_layout(unknown[0]))
        if known:
            self._workspace.set_tool("select")
            self._write([s for s, _ in known], [_completed(*one) for one in known], PLACING_TEXT)
            if not unknown and not self._workspace.is_read_only:
                self._say("Drag each joint to where it belongs.")

    def transform(self) -> None:
        """Put the frame around the joints of the selected object, or take it away."""
        if self._workspace.tool == frame.NAME:
            self._workspace.set_tool("select")
            return
        shape = self._board.only_selected
        if frame.can_frame(shape):
            self._workspace.set_tool(frame.NAME)
        elif shape is not None and shape.is_locked:
            self._board.author.say(joint_words.LOCKED)
        else:
            self._board.author.say("Select one object with at least two joints to transform them.")

    def swap_sides(self) -> None:
        """Left joints become right ones and the other way round; no place changes."""
        chosen = self._free([s for s in self._board.selected if s.value.has_keypoints])
        sided = [s for s in chosen if s.category.pairs]
        if chosen and not sided:
            self._board.author.say(joint_words.no_sides(chosen[0].category))
            return
        self._change(
            sided,
            lambda s: poses.swapped(s.value.keypoints, s.category.pairs),
            "Swap left and right joints",
        )

    def mirror(self) -> None:
        """The pose is mirrored where it stands; every joint keeps its name."""
        chosen = self._free([s for s in self._board.selected if s.value.has_keypoints])
        self._change(
            chosen, lambda s: poses.rounded(poses.mirrored(s.value.keypoints)), "Mirror the pose"
        )

    def _free(self, shapes: Sequence[Shape]) -> list[Shape]:
        """Those that are not locked; says why there are none."""
        free = [shape for shape in shapes if not shape.is_locked]
        if not shapes:
            self._board.author.say("Select an object with joints first.")
        elif not free:
            self._board.author.say(joint_words.LOCKED)
        return free

    def _change(
        self, shapes: Sequence[Shape], change: Callable[[Shape], Joints], text: str
    ) -> None:
        self._write(shapes, [replace(s.value, keypoints=change(s)) for s in shapes], text)

    def _write(self, shapes: Sequence[Shape], afters: Sequence[Annotation], text: str) -> None:
        if len(shapes) == 1:
            self._board.author.change(shapes[0], afters[0], self._board.size, text=text)
        elif shapes:
            text = f"{text}, {counted(len(shapes), 'object')}"
            self._board.author.change_many(afters, text=text)

    def _say(self, text: str) -> None:
        self._workspace.say(text)


def _absent(shape: Shape) -> bool:
    placed = sum(bool(joint.visibility) for joint in shape.value.keypoints)
    return placed < len(shape.category.joints)


def _completed(shape: Shape, layout: Layout) -> Annotation:
    """The object with its absent joints where they usually are in its box, else in its mask's."""
    box = shape.value.box or shape.bounds
    joints = poses.completed(shape.value.keypoints, poses.fitted(layout, box))
    return replace(shape.value, keypoints=poses.rounded(joints))
