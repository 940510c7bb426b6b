"""Makes many edits at once, each that still fits what is stored."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from sqlalchemy.engine import Connection

from annotator.domain.edits import Edit, key_of
from annotator.domain.model import Annotation, Decision
from annotator.store import codec, rows, steps, subjects

Item = tuple[str, int, int | None, str | None, str | None]
"""Kind, subject, image, and both sides as text."""


@dataclass(frozen=True, slots=True)
class Ready:
    """An edit with all that can be worked out before a transaction.

    Attributes:
        item: for the history.
        row: a new object's columns; None for all other edits.
    """

    edit: Edit
    key: subjects.Key
    item: Item
    row: dict[str, Any] | None


def ready(edit: Edit) -> Ready:
    """Work out what an edit writes."""
    key = key_of(edit.subject)
    if edit.before is None and isinstance(edit.after, Annotation):
        row = codec.whole_row(edit.after)
        return Ready(edit, key, (*key, edit.image_id, None, codec.to_text(row)), row)
    told = steps.item(0, 0, edit, None)
    return Ready(edit, key, (*key, told["image_id"], told["before"], told["after"]), None)


def make(connection: Connection, edits: Sequence[Ready]) -> list[Item]:
    """Make the edits whose ``before`` is what is stored; a new object goes with its verdict.

    New objects are taken to be new; each subject may come once. The items of those that were made.
    """
    known = [one for one in edits if one.row is None]
    values = subjects.load(connection, {one.key for one in known})
    unfit = {one.key for one in known if values.get(one.key) != one.edit.before}
    unfit |= _superseded(connection, [one.edit for one in known])
    for one in known:
        verdict = one.edit.after
        if isinstance(verdict, Decision) and one.key in unfit and verdict.annotation_id:
            unfit.add(("annotation", verdict.annotation_id))
    made = [one for one in edits if one.key not in unfit]
    new = {one.key[1]: one.row for one in made if one.row is not None}
    rows.write(connection, "annotation", new, there=())
    changed = {one.key: one.edit.after for one in made if one.row is None}
    subjects.write(connection, changed)
    return [one.item for one in made]


def _superseded(connection: Connection, edits: Sequence[Edit]) -> set[subjects.Key]:
    """Verdicts on predictions that are not the current ones any more."""
    verdicts = [e.after for e in edits if e.before is None and isinstance(e.after, Decision)]
    wanted = [verdict.prediction_id for verdict in verdicts]
    current = rows.current_predictions(connection, wanted) if wanted else set()
    return {("decision", key) for key in wanted if key not in current}


def some_of_category(
    connection: Connection, kind: str, category_id: int, count: int, *, waiting: bool
) -> list[int]:
    """Ids of some objects or predictions of a category; only undecided ones where ``waiting``."""
    undecided = "AND NOT EXISTS (SELECT 1 FROM decision d WHERE d.prediction_id = prediction.id)"
    query = f"SELECT id FROM {kind} WHERE category_id = ? {undecided if waiting else ''} LIMIT ?"
    return list(connection.exec_driver_sql(query, (category_id, count)).scalars())


def take_away(connection: Connection, kind: str, ids: Sequence[int]) -> list[Item]:
    """Take objects or predictions away; the items for the history."""
    there = rows.read(connection, kind, ids)
    rows.write(connection, kind, dict.fromkeys(there), there=there)
    return [(kind, key, row["image_id"], codec.to_text(row), None) for key, row in there.items()]
