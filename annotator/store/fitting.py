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
class Made:
    """What was written.

    Attributes:
        items: for the history.
        objects: how many of them are about objects.
    """

    items: list[Item]
    objects: int


def make(connection: Connection, edits: Sequence[Edit]) -> Made:
    """Make the edits whose ``before`` is what is stored; a new object goes with its verdict.

    New objects are taken to be new; each subject may come once.
    """
    known = [e for e in edits if not _is_new_object(e)]
    values = subjects.load(connection, subjects.keys_of(known))
    unfit = {key_of(e.subject) for e in known if values.get(key_of(e.subject)) != e.before}
    unfit |= _superseded(connection, known)
    for edit in known:
        verdict = edit.after
        if isinstance(verdict, Decision) and key_of(verdict) in unfit and verdict.annotation_id:
            unfit.add(("annotation", verdict.annotation_id))
    made = [e for e in edits if key_of(e.subject) not in unfit]
    told = {key_of(e.subject)[1]: codec.whole_row(e.after) for e in made if _is_new_object(e)}  # type: ignore[arg-type]
    rows.write(connection, "annotation", told, there=())
    others = [e for e in made if not _is_new_object(e)]
    subjects.write(connection, {key_of(e.subject): e.after for e in others})
    items = [_item(e, told) for e in made]
    return Made(items, sum(kind == "annotation" for kind, *_ in items))


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


def _is_new_object(edit: Edit) -> bool:
    return edit.before is None and isinstance(edit.after, Annotation)


def _superseded(connection: Connection, edits: Sequence[Edit]) -> set[subjects.Key]:
    """Verdicts on predictions that are not the current ones any more."""
    verdicts = [e.after for e in edits if e.before is None and isinstance(e.after, Decision)]
    wanted = [verdict.prediction_id for verdict in verdicts]
    there = rows.read(connection, "prediction", wanted) if wanted else {}
    return {("decision", key) for key in wanted if key not in there or not there[key]["is_current"]}


def _item(edit: Edit, told: dict[int, dict[str, Any]]) -> Item:
    kind, key = key_of(edit.subject)
    if _is_new_object(edit):
        return kind, key, edit.image_id, None, codec.to_text(told[key])
    row = steps.item(0, 0, edit, None)
    return kind, key, row["image_id"], row["before"], row["after"]
