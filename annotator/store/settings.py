"""Facts about a project that are no rows of their own: threshold, where it was left, ..."""

from __future__ import annotations

import json

from sqlalchemy import select
from sqlalchemy.dialects.sqlite import insert

from annotator.store.codec import to_text
from annotator.store.database import Database
from annotator.store.tables import setting

JsonValue = None | bool | int | float | str | list["JsonValue"] | dict[str, "JsonValue"]

ANY_DIRECTION = "any_direction"
"""Whether objects of the project lie in any direction: a training turns its pictures then."""


class Settings:
    """Values by name. Every method is one transaction."""

    def __init__(self, database: Database) -> None:
        self._database = database

    def get(self, key: str, default: JsonValue = None) -> JsonValue:
        """The value, or ``default`` where none was set, or one that cannot be read."""
        with self._database.read() as connection:
            text = connection.execute(select(setting.c.value).where(setting.c.key == key)).scalar()
        try:
            value: JsonValue = default if text is None else json.loads(text)
        except (ValueError, TypeError, RecursionError):
            return default  # nothing hangs on it
        return value

    def set(self, key: str, value: JsonValue, *, is_lasting: bool = True) -> None:
        """Keep a value; ``is_lasting`` as ``Database.write`` has it."""
        row = insert(setting).values(key=key, value=to_text(value))
        row = row.on_conflict_do_update(index_elements=["key"], set_={"value": row.excluded.value})
        with self._database.write(is_lasting=is_lasting) as connection:
            connection.execute(row)
