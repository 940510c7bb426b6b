"""Where an object is highest on the screen: its name stands there, however the view is turned."""

from __future__ import annotations

from annotator.domain.geometry import Point
from annotator.ui.canvas.shapes import Shape

_UP = ((1, 1), (0, 1), (1, -1), (0, -1))
"""For each turn, the axis of the image that runs along the height of the screen, and its sign."""


def top_of(shape: Shape, turn: int) -> Point:
    """The highest vertex as seen, else the box's upper left corner as seen; image pixels.

    Args:
        shape: an object or prediction.
        turn: quarters that the view is turned by, clockwise, 0 to 3.
    """
    if turn == 0:
        return shape.top
    axis, sign = _UP[turn]
    if shape.rings:
        highest = (ring[(sign * ring[:, axis]).argmin()] for ring in shape.rings)
        return Point(*min(highest, key=lambda place: sign * place[axis]).tolist())
    box = shape.bounds
    return Point(box.right if turn in {2, 3} else box.x, box.bottom if turn in {1, 2} else box.y)
