"""What belongs together on the canvas: objects of one group."""

from __future__ import annotations

from collections.abc import Iterable

from annotator.ui.canvas.shapes import Shape


def members(shape: Shape, shapes: Iterable[Shape]) -> list[Shape]:
    """The shape with all of its group that are shown; alone when it is in none."""
    group = shape.value.group_id
    if group is None or shape.prediction is not None:
        return [shape]
    return [s for s in shapes if s.prediction is None and s.value.group_id == group]
