"""What the curves draw, from what a training measured: only what is new is worked out anew."""

from __future__ import annotations

from annotator.learning.record import Point, Record
from annotator.ui.words import ap_of

_SMOOTH = 0.9

Rows = dict[tuple[str, bool], tuple[list[int], list[float]]]
"""Steps and values by name, and by whether they were left behind."""


def scores(record: Record | None, measure: str) -> Rows:
    """A number ("AP", "AP50") by kind, at each evaluation."""
    rows: Rows = {}
    if record is None:
        return rows
    path = record.path()
    for point in record.evaluations:
        is_past = not on(path, point)
        for kind, value in ap_of(point.values, measure).items():
            _add(rows, (kind, is_past), point, value)
    return rows


class LossLanes:
    """Losses as running means: single steps jump too much to be read.

    A training takes thousands of steps, so what was worked out is kept until an attempt begins.
    """

    def __init__(self, *, each: bool) -> None:
        """With ``each`` every loss, and what was left behind too; else their sum."""
        self._each = each
        self._record: Record | None = None
        self._attempts = self._count = 0
        self._rows: Rows = {}
        self._means: dict[tuple[str, int], float] = {}

    def rows(self, record: Record | None) -> Rows:
        """All that is known by now."""
        is_other = record is not self._record
        if record is None or is_other or len(record.attempts) != self._attempts:
            self._reset(record)
        if record is None:
            return self._rows
        path = record.path()
        for point in record.losses[self._count :]:
            self._take(record, point, is_past=not on(path, point))
        self._count = len(record.losses)
        return self._rows

    def _reset(self, record: Record | None) -> None:
        self._record = record
        self._attempts = 0 if record is None else len(record.attempts)
        self._count = 0
        self._rows, self._means = {}, {}

    def _take(self, record: Record, point: Point, *, is_past: bool) -> None:
        if is_past and not self._each:
            return
        values = point.values if self._each else {"total": sum(point.values.values())}
        for name, value in values.items():
            lane = (name, point.attempt)
            if lane not in self._means:  # an attempt goes on from where its origin was
                self._means[lane] = self._at_start(record, name, point, value)
            self._means[lane] = _SMOOTH * self._means[lane] + (1 - _SMOOTH) * value
            _add(self._rows, (name, is_past), point, self._means[lane])

    def _at_start(self, record: Record, name: str, point: Point, otherwise: float) -> float:
        start = record.attempts[point.attempt].start
        for is_past in (False, True):
            steps, values = self._rows.get((name, is_past), ([], []))
            if start in steps:
                return values[steps.index(start)]
        return otherwise


def on(path: dict[int, tuple[int, int | None]], point: Point) -> bool:
    """Whether a point lies on a path, as ``Record.path`` gives it."""
    first, last = path.get(point.attempt, (0, -1))
    return first < point.step and (last is None or point.step <= last)


def _add(rows: Rows, key: tuple[str, bool], point: Point, value: float) -> None:
    """Add a value; a line breaks where another attempt begins further left."""
    steps, values = rows.setdefault(key, ([], []))
    if steps and point.step <= steps[-1]:
        steps.append(point.step)
        values.append(float("nan"))
    steps.append(point.step)
    values.append(value)
