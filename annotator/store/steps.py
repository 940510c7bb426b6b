"""Which steps were made, which of them stand, and what would be undone or redone next.

A step is plain, or it reverts another: an undo reverts a plain step, a redo reverts an undo. A step
stands while nothing that stands itself reverts it. Rows are only ever added; what each item of a
step is now, its ``Role``, is kept with it, so that the thousandth undo finds its step as quickly as
the first.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from enum import IntEnum
from typing import Any

from sqlalchemy import ColumnElement, Select, and_, func, select, text
from sqlalchemy.engine import Connection

from annotator.domain.edits import Edit, Step, key_of
from annotator.domain.model import Annotation
from annotator.store import codec
from annotator.store.database import take_ids
from annotator.store.tables import step, step_item
from annotator.store.unfinished import IS_FINISHED


class Role(IntEnum):
    """What the items of a step are for undo and redo on their image."""

    OVER = 0
    DONE = 1
    UNDONE = 2
    UNDO = 3


_LINE = (step.c.id, step.c.text, step.c.created, step.c.person, step.c.about, step.c.gesture)
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
_is_on_images = (
    select(step_item.c.step_id)
    .where(step_item.c.step_id == step.c.id, step_item.c.image_id.is_not(None))
    .exists()
)
_belongs_to_none = and_(step.c.image_id.is_(None), _has_items)
_COLUMNS = (
    *(step.c.id, step.c.image_id, step.c.text, step.c.gesture, step.c.reverts_id),
    step.c.about,
)


@dataclass(frozen=True, slots=True)
class HistoryEntry:
    """One line of the history list.

    Attributes:
        when: ISO 8601, UTC.
        is_bulk: it touched images, but belongs to none.
        about: the one object it changed, as the lists called it then; empty for others.
        gesture: lines of one gesture that follow each other are undone together.
        can_redo: it was undone and can be made again on the image asked for.
    """

    id: int
    text: str
    when: str
    person: str
    is_undone: bool
    is_bulk: bool
    about: str = ""
    gesture: str | None = None
    can_redo: bool = False


def insert(
    connection: Connection, made: Step, *, person: str, reverts_id: int | None = None
) -> int:
    """Write a step and its items; its id."""
    key = insert_line(connection, made, person=person, reverts=reverts_id)
    role = _take_roles(connection, reverts_id, is_bulk=made.image_id is None)
    items = [item(key, place, edit, made.image_id) for place, edit in enumerate(made.edits)]
    if items:
        connection.execute(step_item.insert(), [item | {"role": int(role)} for item in items])
    return key


def insert_line(
    connection: Connection, made: Step, *, person: str, reverts: int | None = None
) -> int:
    """Write a step without its items; its id."""
    key = take_ids(connection, "step", 1)[0]
    created = datetime.now(UTC).isoformat(timespec="milliseconds")
    row = {"text": made.text, "image_id": made.image_id, "gesture": made.gesture}
    fixed = {"id": key, "person": person, "created": created, "reverts_id": reverts}
    connection.execute(step.insert().values(**row, **fixed, about=made.about or None))
    return key


def undo_of(connection: Connection, step_id: int) -> int | None:
    """The step that undid a plain step, while that undo stands."""
    is_redone = select(_redo.c.id).where(_redo.c.reverts_id == _undo.c.id).exists()
    query = select(_undo.c.id).where(_undo.c.reverts_id == step_id, ~is_redone)
    return connection.execute(query.order_by(_undo.c.id.desc())).scalar()


def plain_below(connection: Connection, step_id: int) -> tuple[int, bool]:
    """The plain step that an undo or redo is about in the end, and whether it is a redo."""
    below = select(step.c.reverts_id)
    first = connection.execute(below.where(step.c.id == step_id)).scalar_one()
    second = connection.execute(below.where(step.c.id == first)).scalar_one()
    return (first, False) if second is None else (second, True)


def _take_roles(connection: Connection, reverts_id: int | None, *, is_bulk: bool) -> Role:
    """Give what a new step reverts its role from now on; the role of the step itself.

    The undo of a bulk step is no image's to redo.
    """
    if reverts_id is None:
        return Role.DONE
    plain_id = connection.execute(select(step.c.reverts_id).where(step.c.id == reverts_id)).scalar()
    if plain_id is None:
        _set_role(connection, reverts_id, Role.UNDONE)
        return Role.OVER if is_bulk else Role.UNDO
    _set_role(connection, reverts_id, Role.OVER)
    _set_role(connection, plain_id, Role.DONE)
    return Role.OVER


def _set_role(connection: Connection, step_id: int, role: Role) -> None:
    items = step_item.update().where(step_item.c.step_id == step_id)
    connection.execute(items.values(role=int(role)))


def item(step_id: int, position: int, edit: Edit, image_id: int | None) -> dict[str, Any]:
    """An edit as a row of the history."""
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
    if image_id is not None:
        return _one_gesture(connection, _with_role(image_id, Role.DONE))
    query = select(*_COLUMNS).where(_belongs_to_none, _is_plain, ~_is_undone, text(IS_FINISHED))
    return _one_gesture(connection, query.order_by(step.c.id.desc()))


def to_redo(connection: Connection, image_id: int | None) -> list[Any]:
    """Undos that one redo takes back, newest first; none once a newer plain step was made."""
    if image_id is not None:
        cut = newest_plain(connection, image_id)
        return _one_gesture(connection, _with_role(image_id, Role.UNDO).where(step.c.id > cut))
    newest = select(func.coalesce(func.max(step.c.id), 0)).where(_belongs_to_none, _is_plain)
    cut = connection.execute(newest).scalar_one()
    taken_back = select(_redo.c.id).where(_redo.c.reverts_id == step.c.id).exists()
    reverted = select(_undo.c.id).where(_undo.c.id == step.c.reverts_id)
    is_undo = and_(~_is_plain, reverted.where(_undo.c.reverts_id.is_(None)).exists())
    query = select(*_COLUMNS).where(_belongs_to_none, is_undo, ~taken_back, step.c.id > cut)
    return _one_gesture(connection, query.order_by(step.c.id.desc()))


def last(connection: Connection) -> int:
    """The last step that was written, of whatever kind; 0 for none."""
    return connection.execute(select(func.max(step.c.id))).scalar() or 0


def newest_plain(connection: Connection, image_id: int) -> int:
    """The last step that was made on the image and is no undo or redo; 0 for none."""
    found = 0
    for role in (Role.DONE, Role.UNDONE):
        own = step_item.c.image_id == image_id, step_item.c.role == int(role)
        newest = connection.execute(select(func.max(step_item.c.step_id)).where(*own)).scalar()
        found = max(found, newest or 0)
    return found


def role_of(connection: Connection, step_id: int, image_id: int) -> Role | None:
    """What a step is for undo and redo on an image; None where it touched nothing there."""
    own = step_item.c.step_id == step_id, step_item.c.image_id == image_id
    role = connection.execute(select(step_item.c.role).where(*own).limit(1)).scalar()
    return None if role is None else Role(role)


def bulk_above(connection: Connection, step_id: int, image_id: int) -> Any | None:
    """A bulk step that stands on the image and is newer than that step."""
    query = _with_role(image_id, Role.DONE).where(step.c.id > step_id, step.c.image_id.is_(None))
    return connection.execute(query.limit(1)).first()


def _with_role(image_id: int, role: Role) -> Select[Any]:
    """Steps of an image with that role, newest first, a row for each of their items."""
    own = step_item.c.image_id == image_id, step_item.c.role == int(role)
    query = select(*_COLUMNS).join_from(step_item, step, step.c.id == step_item.c.step_id)
    return query.where(*own).order_by(step_item.c.step_id.desc())


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


def entries(
    connection: Connection, image_id: int | None, limit: int, before: int | None = None
) -> list[HistoryEntry]:
    """Plain steps touching the image, or all of the project, newest first.

    Args:
        connection: of the transaction.
        image_id: None for all of the project.
        limit: how many at most.
        before: only steps older than this one.
    """
    can_redo: set[int] = set()
    is_undone: ColumnElement[bool] = _is_undone
    is_bulk: ColumnElement[bool] = and_(step.c.image_id.is_(None), _is_on_images)
    if image_id is None:
        query = select(*_LINE, is_undone.label("is_undone"), is_bulk.label("is_bulk"))
        query = query.where(_is_plain)
    else:
        can_redo = redoable(connection, image_id)
        is_undone, is_bulk = step_item.c.role == int(Role.UNDONE), step.c.image_id.is_(None)
        query = select(*_LINE, is_undone.label("is_undone"), is_bulk.label("is_bulk")).distinct()
        query = query.join_from(step_item, step, step.c.id == step_item.c.step_id)
        roles = step_item.c.role.in_([Role.DONE, Role.UNDONE])
        query = query.where(step_item.c.image_id == image_id, roles)
    query = query.where(text(IS_FINISHED))
    if before is not None:
        query = query.where(step.c.id < before)
    rows = connection.execute(query.order_by(step.c.id.desc()).limit(limit))
    return [
        HistoryEntry(
            *(row.id, row.text, row.created, row.person, bool(row.is_undone), bool(row.is_bulk)),
            *(row.about or "", row.gesture, row.id in can_redo),
        )
        for row in rows
    ]


def redoable(connection: Connection, image_id: int) -> set[int]:
    """Steps of an image that were undone and can be made again."""
    cut = newest_plain(connection, image_id)
    query = _with_role(image_id, Role.UNDO).with_only_columns(step.c.reverts_id)
    return set(connection.execute(query.where(step.c.id > cut)).scalars())


def _one_gesture(connection: Connection, newest_first: Select[Any]) -> list[Any]:
    found: list[Any] = []
    with connection.execute(newest_first) as rows:
        for row in rows:
            if found and row.id == found[-1].id:
                continue  # another item of the same step
            if found and row.gesture != found[0].gesture:
                break
            found.append(row)
            if row.gesture is None:
                break
    return found
