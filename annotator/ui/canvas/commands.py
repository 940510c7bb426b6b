"""What keys do on the canvas: one method a wish; each tells whether it did anything."""

from __future__ import annotations

from time import monotonic
from uuid import uuid4

from annotator.domain.offers import offers_among
from annotator.ui.canvas import reshape
from annotator.ui.canvas.board import Board
from annotator.ui.canvas.tools.base import Tool

NUDGES_TOGETHER_S = 1.0
"""Nudges that follow each other faster are undone together."""


class CanvasCommands:
    """Keys for what is selected, under the cursor, or unfinished."""

    def __init__(self, board: Board, tool: Tool) -> None:
        self.board = board
        self._tool = tool
        self._gesture = ""
        self._nudged_at = float("-inf")
        self._nudged: tuple[object, ...] = ()

    @property
    def tool(self) -> Tool:
        """The tool in hand, or the gesture of it that is under way."""
        return self._tool.active

    @tool.setter
    def tool(self, tool: Tool) -> None:
        self._tool = tool

    def finish(self) -> bool:
        """Enter: complete what is unfinished, else accept the selected prediction."""
        if self.tool.is_drawing:
            return self.tool.finish()
        chosen = self.board.workspace.selected_prediction
        if chosen is None:
            return False
        if chosen in self.board.workspace.predictions:
            self.board.workspace.accept([chosen.id])
        else:
            self.board.author.say("An object says this already. Esc puts the prediction aside.")
        return True

    def cancel(self) -> bool:
        """Esc: drop what is unfinished, else reject the selected prediction.

        Else deselect; with nothing selected, end the search for look-alikes.
        """
        if self.tool.cancel():
            return True
        chosen = self.board.workspace.selected_prediction
        if chosen is not None:
            self.board.workspace.reject([chosen.id])
            return True
        was_selected = bool(self.board.workspace.selected)
        self.board.workspace.select()
        alikes = self.board.author.alikes
        return was_selected or (alikes is not None and alikes.end())

    def step_back(self) -> bool:
        """Backspace: the last piece of what is unfinished, or the vertex under the cursor."""
        return self.tool.step_back()

    def delete(self) -> bool:
        """Delete: vertices, else the selected objects, or reject the selected prediction."""
        workspace = self.board.workspace
        chosen = workspace.selected_prediction
        if self.tool.is_drawing:
            return False
        if self.tool.delete():
            return True
        if chosen is not None:
            workspace.reject([chosen.id])
            return True
        if not workspace.selected:
            return False
        workspace.delete([annotation.id for annotation in workspace.selected])
        return True

    def cycle_visibility(self) -> bool:
        """Q: visible, occluded, absent."""
        return self.tool.cycle()

    def skip_joint(self, step: int) -> bool:
        """S and W while joints are placed."""
        return self.tool.skip(step)

    def resize_brush(self, step: int) -> bool:
        """[ and ], Alt and the wheel: the brush smaller (-1) or larger (1)."""
        return self.tool.resize(step)

    def other_way(self) -> bool:
        """X: the other stretch of an outline."""
        return self.tool.other_way()

    def next_object(self, step: int = 1) -> bool:
        """Tab: the next look-alike, else object under the cursor, else prediction."""
        if self.tool.is_drawing:
            return False
        under = self.board.at(self.board.cursor) if self.board.cursor is not None else []
        if not under or self.board.workspace.offers:
            return self._next_prediction(step)
        keys = [shape.key for shape in under]
        chosen = self.board.only_selected
        first = 0 if step > 0 else len(keys) - 1
        here = keys.index(chosen.key) + step if chosen and chosen.key in keys else first
        self.board.select([under[here % len(under)]])
        return True

    def _next_prediction(self, step: int) -> bool:
        """Select the next prediction, also one that is shown beside this canvas.

        While look-alikes are proposed, only they are walked.
        """
        workspace = self.board.workspace
        shown = workspace.predictions
        ids = [p.id for p in offers_among(shown) or shown]
        if not ids:
            return False
        chosen = workspace.selected_prediction
        first = 0 if step > 0 else len(ids) - 1
        here = ids.index(chosen.id) + step if chosen and chosen.id in ids else first
        workspace.select(prediction_id=ids[here % len(ids)])
        return True

    def nudge(self, dx: float, dy: float) -> bool:
        """Arrows: move the selection by image pixels; a run of nudges is undone together."""
        shapes = [shape for shape in self.board.selected if not shape.is_locked]
        if not shapes or self.tool.is_drawing:
            return False
        size = self.board.size
        keys = (*(shape.key for shape in shapes), *self.tool.picked)
        now = monotonic()
        if keys != self._nudged or now - self._nudged_at > NUDGES_TOGETHER_S:
            self._gesture = uuid4().hex
        self._nudged, self._nudged_at = keys, now
        if self.tool.nudge(dx, dy, self._gesture):
            return True
        afters = [reshape.moved(shape, dx, dy, self.board.limits) for shape in shapes]
        if len(shapes) == 1:
            self.board.author.change(
                shapes[0], afters[0], size, text="Nudge object", gesture=self._gesture
            )
        else:
            text = f"Nudge {len(afters)} objects"
            self.board.author.change_many(afters, text=text, gesture=self._gesture)
        return True
