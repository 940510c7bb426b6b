"""Takes items of the history back, thousands at a time: as rows, by their values where needed."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from sqlalchemy.engine import Connection

from annotator.store import rows, subjects
from annotator.store.reverting import changed_since, inverse, key_of_item, make, store
from annotator.store.rows import Row

Key = subjects.Key


@dataclass(frozen=True, slots=True)
class TakenBack:
    """What became of items.

    Attributes:
        done: those that were taken back, in order.
        alone: what had changed since and stays as it is.
    """

    done: list[Any]
    alone: frozenset[Key]


def take_back(connection: Connection, items: Sequence[Any]) -> TakenBack:
    """Take items back, each whose subject is still what its step left.

    A verdict whose object stays, stays with it.

    Args:
        connection: of the transaction.
        items: rows of ``step_item`` in the order to take them back.
    """
    counts = Counter(map(key_of_item, items))
    plain: dict[str, list[Any]] = defaultdict(list)
    odd: list[Any] = []
    for item in items:
        is_plain = item.kind in rows.KINDS and counts[key_of_item(item)] == 1
        (plain[item.kind] if is_plain else odd).append(item)
    work = _Work(connection)
    for kind, own in plain.items():
        odd += work.compare(kind, own)
    order = {id(item): place for place, item in enumerate(items)}
    odd.sort(key=lambda item: order[id(item)])
    work.take_odd(odd)
    work.take_plain()
    alone = frozenset(work.alone)
    return TakenBack([item for item in items if key_of_item(item) not in alone], alone)


class _Work:
    """One taking back, within a transaction."""

    def __init__(self, connection: Connection) -> None:
        self._connection = connection
        self.alone: set[Key] = set()
        self._wanted: dict[str, dict[int, Row | None]] = defaultdict(dict)
        self._there: dict[str, dict[int, Row]] = {}

    def compare(self, kind: str, items: Sequence[Any]) -> list[Any]:
        """Note what can be taken back as rows; the other items."""
        there = rows.read(self._connection, kind, [item.subject_id for item in items])
        self._there[kind] = there
        others = []
        for item in items:
            key = item.subject_id
            try:
                after, before = (rows.parsed(kind, text) for text in (item.after, item.before))
            except KeyError:
                others.append(item)
                continue
            if rows.are_same(after, there.get(key)):
                self._wanted[kind][key] = before
            else:
                others.append(item)
        return others

    def take_odd(self, items: Sequence[Any]) -> None:
        """Take items back by their values, or find that their subjects changed since."""
        told = [item for item in items if item.kind != "prediction"]
        self.alone |= {key_of_item(item) for item in items if item.kind == "prediction"}
        values = subjects.load(self._connection, {key_of_item(item) for item in told})
        self.alone |= changed_since(told, values)
        edits = []
        for item in told:
            if key_of_item(item) not in self.alone:
                edits.append(inverse(item, values))
                make(values, edits[-1], "")
        store(self._connection, values, edits)

    def take_plain(self) -> None:
        """Take back what was noted, but for verdicts whose object stays."""
        verdicts = self._wanted["decision"]
        for key in list(verdicts):
            now = self._there["decision"].get(key)
            if now is not None and ("annotation", now["annotation_id"]) in self.alone:
                del verdicts[key]
                self.alone.add(("decision", key))
        for kind, wanted in self._wanted.items():
            if wanted:
                rows.write(self._connection, kind, wanted, there=self._there.get(kind, {}))
