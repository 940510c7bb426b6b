"""What edits are about, loaded and written set-wise within one transaction."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Iterable, Mapping, Sequence
from typing import Any

from sqlalchemy import select
from sqlalchemy.engine import Connection

from annotator.domain.edits import Edit, Subject, key_of
from annotator.domain.model import Annotation, Category, Decision, ImageState, Review
from annotator.store import codec
from annotator.store.annotations import load as load_annotations
from annotator.store.database import is_among
from annotator.store.foreign import stored
from annotator.store.predictions import decision_of
from annotator.store.tables import annotation, annotation_geometry, category, decision, image

Key = tuple[str, int]
Subjects = dict[Key, Subject]


@stored
def load(connection: Connection, keys: Iterable[Key]) -> Subjects:
    """What is stored under those keys; absent where there is nothing."""
    ids: dict[str, set[int]] = defaultdict(set)
    for kind, key in keys:
        ids[kind].add(key)
    found: Subjects = {}
    if chosen := ids["annotation"]:
        for key, value in load_annotations(connection, chosen).items():
            found["annotation", key] = value
    if chosen := ids["category"]:
        query = select(category).where(is_among(category.c.id, chosen))
        for row in connection.execute(query):
            found["category", row.id] = codec.category_of(row)
    if chosen := ids["decision"]:
        query = select(decision).where(is_among(decision.c.prediction_id, chosen))
        for row in connection.execute(query):
            found["decision", row.prediction_id] = decision_of(row)
    if chosen := ids["review"]:
        columns = select(image.c.id, image.c.state, image.c.is_complete)
        for row in connection.execute(columns.where(is_among(image.c.id, chosen))):
            found["review", row[0]] = Review(row[0], ImageState(row[1]), bool(row[2]))
    return found


def write(connection: Connection, changes: Mapping[Key, Subject | None]) -> None:
    """Make those subjects what is stored; None takes one away."""
    by_kind: dict[str, dict[int, Any]] = defaultdict(dict)
    for (kind, key), value in changes.items():
        by_kind[kind][key] = value
    for kind, values in by_kind.items():
        _WRITERS[kind](connection, values)


def keys_of(edits: Iterable[Edit]) -> set[Key]:
    """The keys of all that those edits are about."""
    return {key_of(edit.subject) for edit in edits}


def _write_annotations(connection: Connection, values: Mapping[int, Annotation | None]) -> None:
    """Rows are updated in place: deleting first would take along what refers to them."""
    known = annotation.c.id
    there = set(connection.execute(select(known).where(is_among(known, values))).scalars())
    gone = [key for key, value in values.items() if value is None]
    if gone:
        connection.execute(annotation.delete().where(is_among(known, gone)))
    new = [value for key, value in values.items() if value is not None and key not in there]
    old = [value for key, value in values.items() if value is not None and key in there]
    if new:
        connection.execute(annotation.insert(), [codec.annotation_to_row(v) for v in new])
        connection.execute(annotation_geometry.insert(), [_shape(v) for v in new])
    if old:
        _update(connection, "annotation", "id", [codec.annotation_to_row(v) for v in old])
        _update(connection, "annotation_geometry", "annotation_id", [_shape(v) for v in old])


def _shape(value: Annotation) -> dict[str, Any]:
    geometry = codec.geometry_to_text(value)
    return {"annotation_id": value.id, "geometry": geometry, "source": value.source}


def _update(
    connection: Connection, table: str, key: str, rows: Sequence[Mapping[str, Any]]
) -> None:
    """Plain statements: thousands of objects change in one step."""
    names = [name for name in rows[0] if name != key]
    text = f"UPDATE {table} SET {', '.join(f'{name}=?' for name in names)} WHERE {key}=?"
    values = [(*(row[name] for name in names), row[key]) for row in rows]
    connection.exec_driver_sql(text, values)


def _write_categories(connection: Connection, values: Mapping[int, Category | None]) -> None:
    for key, value in values.items():
        own = category.c.id == key
        if value is None:
            connection.execute(category.delete().where(own))
            continue
        row = codec.category_to_row(value)
        if connection.execute(category.update().where(own).values(**row)).rowcount == 0:
            connection.execute(category.insert().values(**row))


def _write_decisions(connection: Connection, values: Mapping[int, Decision | None]) -> None:
    connection.execute(decision.delete().where(is_among(decision.c.prediction_id, values)))
    rows = [
        {
            "prediction_id": value.prediction_id,
            "image_id": value.image_id,
            "verdict": value.verdict.value,
            "annotation_id": value.annotation_id,
        }
        for value in values.values()
        if value is not None
    ]
    if rows:
        connection.execute(decision.insert(), rows)


def _write_reviews(connection: Connection, values: Mapping[int, Review | None]) -> None:
    if None in values.values():
        raise ValueError("how far a person is with an image cannot be taken away")
    rows = [(v.state.value, v.is_complete, key) for key, v in values.items() if v is not None]
    connection.exec_driver_sql("UPDATE image SET state=?, is_complete=? WHERE id=?", rows)


_WRITERS: dict[str, Callable[[Connection, Mapping[int, Any]], None]] = {
    "annotation": _write_annotations,
    "category": _write_categories,
    "decision": _write_decisions,
    "review": _write_reviews,
}
