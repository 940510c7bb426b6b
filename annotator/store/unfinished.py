"""The bulk step that is being written: it will be part of the history, or be taken back.

Its items and what they change are written in many short transactions. Which step that is stands in
the project's settings until the last of them; whoever finds it there, after a crash, takes it back.
"""

from __future__ import annotations

import json
from dataclasses import dataclass
from typing import Final

from sqlalchemy.engine import Connection

from annotator.store.foreign import stored

KEY: Final = "unfinished_step"
IS_FINISHED: Final = (
    f"step.id <> coalesce((SELECT json_extract(value, '$.step_id') FROM setting"
    f" WHERE key = '{KEY}'), 0)"
)
"""A condition in SQL: the step is no unfinished one."""


@dataclass(frozen=True, slots=True)
class Unfinished:
    """A bulk step that is being written.

    Attributes:
        text: what it does.
        reverts_id: the step it takes back; None for a plain one.
        is_given_up: it is being taken back; nobody may add to it.
    """

    step_id: int
    text: str
    reverts_id: int | None
    is_given_up: bool


@stored
def find(connection: Connection) -> Unfinished | None:
    """The step that is being written, if one is."""
    text = connection.exec_driver_sql("SELECT value FROM setting WHERE key = ?", (KEY,)).scalar()
    told = None if text is None else json.loads(text)
    if told is None:
        return None
    query = "SELECT text, reverts_id FROM step WHERE id = ?"
    row = connection.exec_driver_sql(query, (int(told["step_id"]),)).first()
    if row is None:
        return None
    return Unfinished(int(told["step_id"]), row[0], row[1], bool(told["is_given_up"]))


def put(connection: Connection, step_id: int, *, is_given_up: bool = False) -> None:
    """Note that a step is being written, or taken back."""
    text = json.dumps({"step_id": step_id, "is_given_up": is_given_up})
    connection.exec_driver_sql(
        "INSERT INTO setting (key, value) VALUES (?, ?)"
        " ON CONFLICT (key) DO UPDATE SET value = excluded.value",
        (KEY, text),
    )


def clear(connection: Connection) -> None:
    """Nothing is being written any more."""
    connection.exec_driver_sql("DELETE FROM setting WHERE key = ?", (KEY,))
