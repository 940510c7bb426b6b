"""What a click means where objects are grouped: first the group, then the one."""

from __future__ import annotations

from annotator.ui.canvas.board import Board
from annotator.ui.canvas.shapes import Shape


def members(board: Board, shape: Shape) -> list[Shape]:
    """The shape with all that are shown of its group; alone when it is in none."""
    group = shape.value.group_id
    if group is None or shape.prediction is not None:
        return [shape]
    return [s for s in board.shapes if s.prediction is None and s.value.group_id == group]


def pick(board: Board, shape: Shape) -> None:
    """Select the group of a clicked shape; of a group that is selected, the shape alone."""
    group = members(board, shape)
    now = {s.key for s in board.selected}
    is_again = now == {s.key for s in group} or now == {shape.key}
    board.select([shape] if is_again else group)


def toggle(board: Board, shape: Shape) -> None:
    """Add the group of a shape to the selection, or take it out of it."""
    group = {s.key: s for s in members(board, shape)}
    selected = board.selected
    others = [s for s in selected if s.key not in group]
    is_in = any(s.key == shape.key for s in selected)
    board.select(others if is_in else [*others, *group.values()])
