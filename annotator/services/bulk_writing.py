"""How a bulk step is written: in parts that take a few milliseconds, with a pause after each."""

from __future__ import annotations

import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Final, TypeVar

from annotator.domain.edits import Edit
from annotator.store.bulk import Part
from annotator.store.store import Store

T = TypeVar("T")
Report = Callable[[int, int], None]

PART_S: Final = 0.008
"""What one transaction should take: who waits for it notices nothing."""
_FIRST, _LEAST, _MOST = 64, 16, 4_000
_REPORT_S: Final = 0.1


class CancelledError(Exception):
    """Somebody wants it to end; the message is the step's text."""


@dataclass(frozen=True, slots=True)
class Outcome:
    """How a bulk step ended.

    Attributes:
        text: closing words.
        step_id: the plain step it is about; 0 for none.
        way: "undo" or "redo": what can be done with it; "" for nothing.
    """

    text: str
    step_id: int = 0
    way: str = ""


class Pace:
    """How many things fit into a transaction; learned from how long the last one took."""

    def __init__(self) -> None:
        self.count = _FIRST

    def do(self, work: Callable[[int], T]) -> T:
        """Have as many done as fit, then let others have the file for about as long."""
        began = time.perf_counter()
        result = work(self.count)
        took = time.perf_counter() - began
        self.count = int(min(max(self.count * PART_S / max(took, 1e-4), self.count / 2), _MOST))
        self.count = min(max(self.count, _LEAST), _MOST)
        time.sleep(min(took, PART_S))
        return result


class Writing:
    """One bulk step while it is written."""

    def __init__(self, store: Store, report: Report, is_cancelled: Callable[[], bool]) -> None:
        self.store = store
        self.pace = Pace()
        self.step_id = 0
        self.total = self.done = 0
        self._report, self._is_cancelled = report, is_cancelled
        self._text, self._told = "", 0.0
        self._quarters = 0

    @property
    def has_begun(self) -> bool:
        """Whether anything may have been written."""
        return self.step_id > 0

    def begin(self, text: str, *, person: str, total: int, reverts_id: int | None = None) -> None:
        """Begin the step; ``total`` is how much there is to do.

        Raises:
            RefusedError: another one is being written.
        """
        self._text, self.total = text, total
        self.step_id = self.store.bulk.begin(text, person=person, reverts_id=reverts_id)
        self.count(0)

    def count(self, more: int) -> None:
        """So much more is done.

        Raises:
            CancelledError: it is to end.
        """
        self.done += more
        if self._is_cancelled():
            raise CancelledError(self._text)
        if time.monotonic() - self._told >= _REPORT_S:
            self._told = time.monotonic()
            self._report(self.done, self.total)

    def count_lightly(self, more: int) -> None:
        """So many items are done that take a quarter of the time."""
        self._quarters += more
        self.count(self._quarters // 4)
        self._quarters %= 4

    def add(self, units: Sequence[Sequence[Edit]]) -> int:
        """Write edits; those of one unit stay together. How many objects were changed."""
        place = objects = 0

        def write(count: int) -> int:
            chosen = units[place : place + count]
            edits = [edit for unit in chosen for edit in unit]
            nonlocal objects
            objects += self.store.bulk.add(self.step_id, edits)
            return len(chosen)

        while place < len(units):
            written = self.pace.do(write)
            place += written
            self.count(written)
        return objects

    def finish(self, text: str) -> None:
        """The step is whole."""
        self.store.bulk.finish(self.step_id, text)
        self._report(self.total, self.total)

    def give_up(self) -> None:
        """There was nothing to do: nothing is left of the step."""
        take_back(self.store)


def take_back(store: Store, report: Report = lambda _done, _total: None) -> int:
    """Take back what the unfinished step did; how many objects had changed since and stay."""
    now = store.bulk.give_up()
    if now is None:
        return 0
    pace, left, done = Pace(), 0, 0
    total = store.bulk.size(now.step_id)
    if now.reverts_id is not None:
        turn(store, now.step_id, pace, back=True)
    is_over = False
    while not is_over:
        part: Part = pace.do(lambda count: store.bulk.drop(now.step_id, count=count))
        left, done, is_over = left + part.left_alone, done + part.done, not part.below
        report(done, total)
    return left


def turn(
    store: Store,
    step_id: int,
    pace: Pace,
    *,
    back: bool = False,
    count: Callable[[int], None] = lambda _more: None,
) -> None:
    """Have the plain step below an undo or redo be undone, or done, from now on."""
    below = 0
    while True:
        place = below
        part: Part = pace.do(
            lambda n: store.bulk.turn(step_id, below=place, count=n, back=back)  # noqa: B023
        )
        count(part.done)
        below = part.below
        if not below:
            return
