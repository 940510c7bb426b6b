"""What the history's items are about, as plain rows: thousands at a time, none made into a value.

A side of an item is the JSON text of a row. Two rows are the same when the columns that the text
names are; where they are not, ``reverting`` looks at the values.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Collection, Iterable, Mapping, Sequence
from typing import Any, Final

from sqlalchemy.engine import Connection

Row = dict[str, Any]

_ANNOTATION: Final = (
    *("id", "image_id", "category_id", "file_id", "x", "y", "width", "height", "is_crowd"),
    *("has_mask", "has_keypoints", "is_edited", "made_by", "version_id", "corrected_by"),
    *("ordinal", "attributes", "note", "group_id"),
)
_SHAPE: Final = ("geometry", "source")
_DECISION: Final = ("prediction_id", "image_id", "verdict", "annotation_id")
_REVIEW: Final = ("image_id", "state", "is_complete")
_PREDICTION: Final = (
    *("id", "image_id", "category_id", "version_id", "score", "x", "y", "width", "height"),
    *("is_current", "geometry"),
)
_AMONG: Final = "IN (SELECT value FROM json_each(?))"
_NAMES: Final = {
    "annotation": (*_ANNOTATION, *_SHAPE),
    "decision": _DECISION,
    "review": _REVIEW,
    "prediction": _PREDICTION,
}
_READ: Final = {
    "annotation": (
        f"SELECT a.id, a.{', a.'.join(_ANNOTATION)}, g.geometry, g.source FROM annotation a"
        f" LEFT JOIN annotation_geometry g ON g.annotation_id = a.id WHERE a.id {_AMONG}"
    ),
    "decision": f"SELECT prediction_id, {', '.join(_DECISION)} FROM decision"
    f" WHERE prediction_id {_AMONG}",
    "review": f"SELECT id, id, state, is_complete FROM image WHERE id {_AMONG}",
    "prediction": f"SELECT id, {', '.join(_PREDICTION)} FROM prediction WHERE id {_AMONG}",
}
KINDS: Final = frozenset(_READ)
"""What can be handled as rows; categories are few and are not."""


def read(connection: Connection, kind: str, ids: Iterable[int]) -> dict[int, Row]:
    """The rows of a kind by id; absent where there is none."""
    names = _NAMES[kind]
    found = connection.exec_driver_sql(_READ[kind], (_listed(ids),))
    return {row[0]: dict(zip(names, row[1:], strict=True)) for row in found}


def current_predictions(connection: Connection, ids: Iterable[int]) -> set[int]:
    """Which of those predictions are of their image's current set."""
    query = f"SELECT id FROM prediction WHERE id {_AMONG} AND is_current"
    return set(connection.exec_driver_sql(query, (_listed(ids),)).scalars())


def parsed(kind: str, text: str | None) -> Row | None:
    """One side of an item; None where the subject did not exist.

    Raises:
        KeyError: a text of before objects had words: only the values know what it means.
    """
    if text is None:
        return None
    row: Row = json.loads(text)
    if kind == "annotation":
        _ = row["attributes"]
    return row


def are_same(said: Row | None, now: Row | None) -> bool:
    """Whether what is stored is what a text says."""
    if said is None or now is None:
        return said is now
    return all(now[name] == value for name, value in said.items())


def write(
    connection: Connection, kind: str, rows: Mapping[int, Row | None], *, there: Collection[int]
) -> None:
    """Make those rows what is stored; None takes one away.

    Args:
        connection: of the transaction.
        kind: of all of them.
        rows: by id. One without "source" leaves what the file said as it is.
        there: which of the ids are stored now.
    """
    _WRITERS[kind](connection, rows, there)


def _write_annotations(
    connection: Connection, rows: Mapping[int, Row | None], there: Collection[int]
) -> None:
    _delete(connection, "annotation", "id", [key for key, row in rows.items() if row is None])
    new = [row for key, row in rows.items() if row is not None and key not in there]
    old = [row for key, row in rows.items() if row is not None and key in there]
    _insert(connection, "annotation", _ANNOTATION, [[row[n] for n in _ANNOTATION] for row in new])
    shapes = [(row["id"], row["geometry"], row.get("source")) for row in new]
    _insert(connection, "annotation_geometry", ("annotation_id", *_SHAPE), shapes)
    names = _ANNOTATION[1:]
    changes = [(*(row[n] for n in names), row["id"]) for row in old]
    _run(connection, f"UPDATE annotation SET {'=?, '.join(names)}=? WHERE id=?", changes)
    shape = "UPDATE annotation_geometry SET geometry=?"
    kept = [(row["geometry"], row["id"]) for row in old if "source" not in row]
    _run(connection, f"{shape} WHERE annotation_id=?", kept)
    told = [(row["geometry"], row["source"], row["id"]) for row in old if "source" in row]
    _run(connection, f"{shape}, source=? WHERE annotation_id=?", told)


def _write_decisions(
    connection: Connection, rows: Mapping[int, Row | None], there: Collection[int]
) -> None:
    _delete(connection, "decision", "prediction_id", [key for key in rows if key in there])
    new = [[row[name] for name in _DECISION] for row in rows.values() if row is not None]
    _insert(connection, "decision", _DECISION, new)


def _write_reviews(
    connection: Connection, rows: Mapping[int, Row | None], _there: Collection[int]
) -> None:
    changes = [(r["state"], r["is_complete"], key) for key, r in rows.items() if r is not None]
    _run(connection, "UPDATE image SET state=?, is_complete=? WHERE id=?", changes)


def _write_predictions(
    connection: Connection, rows: Mapping[int, Row | None], there: Collection[int]
) -> None:
    _delete(connection, "prediction", "id", [key for key in rows if key in there])
    new = [[row[name] for name in _PREDICTION] for row in rows.values() if row is not None]
    _insert(connection, "prediction", _PREDICTION, new)


_WRITERS: Final[
    dict[str, Callable[[Connection, Mapping[int, Row | None], Collection[int]], None]]
] = {
    "annotation": _write_annotations,
    "decision": _write_decisions,
    "review": _write_reviews,
    "prediction": _write_predictions,
}


def _delete(connection: Connection, table: str, key: str, ids: Collection[int]) -> None:
    if ids:
        connection.exec_driver_sql(f"DELETE FROM {table} WHERE {key} {_AMONG}", (_listed(ids),))


def _insert(
    connection: Connection, table: str, names: Sequence[str], rows: Sequence[Sequence[Any]]
) -> None:
    marks = ", ".join("?" * len(names))
    text = f"INSERT INTO {table} ({', '.join(names)}) VALUES ({marks})"
    _run(connection, text, [tuple(row) for row in rows])


def _run(connection: Connection, text: str, rows: list[tuple[Any, ...]]) -> None:
    if rows:
        connection.exec_driver_sql(text, rows)


def _listed(ids: Iterable[int]) -> str:
    return "[" + ",".join(str(int(key)) for key in ids) + "]"
