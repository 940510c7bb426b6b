"""What more labelled images may bring: a learning curve through the model versions so far."""

from __future__ import annotations

from collections.abc import Sequence
from math import exp, log

Point = tuple[float, float]
"""What was spent (images, or hours), and the average precision reached, 0 .. 1."""

_STEEPEST = 1.0
_LEAST_ERROR = 1e-3


def expected(points: Sequence[Point], spent: float) -> float | None:
    """The average precision to be expected once so much was spent.

    What is missing to 1 falls by a power of what was spent (Hestness et al., 2017): the power is
    fitted to all points, the curve goes through the last one, and it never falls.

    Args:
        points: one a model version, in any order.
        spent: as in the points, and no less than the most of them.

    Returns:
        None where two points with different spending are missing: nothing can be said then.
    """
    known = sorted((x, y) for x, y in points if x > 0)
    if len({x for x, _ in known}) < 2 or spent < known[-1][0]:
        return None
    logs = [(log(x), log(max(1 - y, _LEAST_ERROR))) for x, y in known]
    middle = sum(x for x, _ in logs) / len(logs), sum(y for _, y in logs) / len(logs)
    across = sum((x - middle[0]) ** 2 for x, _ in logs)
    slope = sum((x - middle[0]) * (y - middle[1]) for x, y in logs) / across
    power = min(max(-slope, 0.0), _STEEPEST)
    last_x, last_y = known[-1]
    return 1 - (1 - last_y) * exp(-power * (log(spent) - log(last_x)))
