"""Which steps were made, which of them stand, and what would be undone or redone next.

A step is plain, or it reverts another: an undo reverts a plain step, a redo reverts an undo. A step
stands while nothing that stands itself reverts it. Rows are only ever added.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

from sqlalchemy import ColumnElement, Select, and_, func, select, true
from sqlalchemy.engine import Connection

from annotator.domain.edits import Edit, Step, key_of
from annotator.domain.model import Annotation
from annotator.store import codec
from annotator.store.database import take_ids
from annotator.store.tables import step, step_item

_undo = step.alias("undo")
_redo = step.alias("redo")
_is_undone = (
    select(_undo.c.id)
    .where(
        _undo.c.reverts_id == step.c.id,
        ~select(_redo.c.id).where(_redo.c.reverts_id == _undo.c.id).exists(),
    )
    .exists()
)
_is_plain = step.c.reverts_id.is_(None)
_has_items = select(step_item.c.step_id).where(step_item.c.step_id == step.c.id).exists()
_COLUMNS = (step.c.id, step.c.image_id, step.c.text, step.c.gesture, step.c.reverts_id)


@dataclass(frozen=True, slots=True)
class HistoryEntry:
    """One line of the history list; ``when`` is ISO 8601, UTC."""

    id: int
    text: str
    when: str
    person: str
    is_undone: bool
    is_bulk: bool


def insert(
    connection: Connection, made: Step, *, person: str, reverts_id: int | None = None
) -> int:
    """Write a step and its items; its id."""
    key = take_ids(connection, "step", 1)[0]
    created = datetime.now(UTC).isoformat(timespec="milliseconds")
    row = {"text": made.text, "image_id": made.image_id, "gesture": made.gesture}
    fixed = {"id": key, "person": person, "created": created, "reverts_id": reverts_id}
    connection.execute(step.insert().values(**row, **fixed))
    items = [_item(key, place, edit, made.image_id) for place, edit in enumerate(made.edits)]
    if items:
        connection.execute(step_item.insert(), items)
    return key


def _item(step_id: int, position: int, edit: Edit, image_id: int | None) -> dict[str, Any]:
    kind, subject_id = key_of(edit.subject)
    is_told = _source_of(edit.before) != _source_of(edit.after)
    return {
        "step_id": step_id,
        "position": position,
        "kind": kind,
        "subject_id": subject_id,
        "image_id": image_id if edit.image_id is None else edit.image_id,
        "before": codec.subject_to_text(edit.before, with_source=is_told),
        "after": codec.subject_to_text(edit.after, with_source=is_told),
    }


def _source_of(value: object) -> str | None:
    """What the file said of an object; "" for no object, so that its first side is whole."""
    return value.source if isinstance(value, Annotation) else ""


def to_undo(connection: Connection, image_id: int | None) -> list[Any]:
    """Steps that one undo takes back, newest first: the last that stands, or all of its gesture."""
    query = select(*_COLUMNS).where(_touches(image_id), _is_plain, ~_is_undone)
    return _one_gesture(connection, query.order_by(step.c.id.desc()))


def to_redo(connection: Connection, image_id: int | None) -> list[Any]:
    """Undos that one redo takes back, newest first; none once a newer plain step was made."""
    touches = _touches(image_id)
    newest = select(func.coalesce(func.max(step.c.id), 0)).where(touches, _is_plain)
    cut = connection.execute(newest).scalar_one()
    taken_back = select(_redo.c.id).where(_redo.c.reverts_id == step.c.id).exists()
    reverted = select(_undo.c.id).where(_undo.c.id == step.c.reverts_id)
    is_undo = and_(~_is_plain, reverted.where(_undo.c.reverts_id.is_(None)).exists())
    query = select(*_COLUMNS).where(touches, is_undo, ~taken_back, step.c.id > cut)
    if image_id is not None:
        query = query.where(step.c.image_id == image_id)
    return _one_gesture(connection, query.order_by(step.c.id.desc()))


def find(connection: Connection, step_id: int) -> Any | None:
    """One step with ``is_undone``; None where there is no such step."""
    query = select(*_COLUMNS, _is_undone.label("is_undone")).where(step.c.id == step_id)
    return connection.execute(query).first()


def items_of(connection: Connection, step_ids: Sequence[int]) -> list[Any]:
    """The items of those steps in the order to take them back: steps as given, items last first."""
    found: list[Any] = []
    for key in step_ids:
        query = select(step_item).where(step_item.c.step_id == key)
        found += connection.execute(query.order_by(step_item.c.position.desc())).all()
    return found


def entries(connection: Connection, image_id: int | None, limit: int) -> list[HistoryEntry]:
    """Plain steps touching the image, or all of the project, newest first."""
    on_images = select(step_item.c.step_id).where(
        step_item.c.step_id == step.c.id, step_item.c.image_id.is_not(None)
    )
    is_bulk = and_(step.c.image_id.is_(None), on_images.exists())
    columns = (step.c.id, step.c.text, step.c.created, step.c.person, _is_undone, is_bulk)
    touches = true() if image_id is None else _touches(image_id)
    query = select(*columns).where(_is_plain, touches).order_by(step.c.id.desc()).limit(limit)
    return [
        HistoryEntry(row[0], row[1], row[2], row[3], bool(row[4]), bool(row[5]))
        for row in connection.execute(query)
    ]


def _touches(image_id: int | None) -> ColumnElement[bool]:
    if image_id is None:
        return and_(step.c.image_id.is_(None), _has_items)
    return step.c.id.in_(select(step_item.c.step_id).where(step_item.c.image_id == image_id))


def _one_gesture(connection: Connection, newest_first: Select[Any]) -> list[Any]:
    found: list[Any] = []
    with connection.execute(newest_first) as rows:
        for row in rows:
            if found and row.gesture != found[0].gesture:
                break
            found.append(row)
            if row.gesture is None:
                break
    return found
