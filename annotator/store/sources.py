"""What imported files said beyond objects: their top level, their image rows, rows without a place."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from sqlalchemy import func, select

from annotator.store.database import Database
from annotator.store.tables import image_record, opaque, source


@dataclass(frozen=True, slots=True)
class Source:
    """One imported file.

    Attributes:
        head: its top level as JSON text, the lists ``images``, ``annotations``, ``categories`` emptied.
    """

    id: int
    name: str
    person: str
    created: str
    head: str


@dataclass(frozen=True, slots=True)
class ImageRecord:
    """An entry of a file's ``images``; ``text`` is the entry as JSON, ``file_id`` its id as JSON."""

    id: int
    image_id: int
    source_id: int
    file_id: str | None
    text: str


@dataclass(frozen=True, slots=True)
class OpaqueRow:
    """A row that has no place on a canvas, kept as it came.

    Attributes:
        id: shares its numbers with the rows of its section, so that both sort as in the file.
        section: "images", "annotations" or "categories".
        image_id: our image it belongs to, if any.
        reason: why it cannot be shown, in words.
        text: the row as JSON.
    """

    id: int
    source_id: int
    section: str
    image_id: int | None
    file_id: str | None
    reason: str
    text: str


class Sources:
    """Every method is one transaction."""

    def __init__(self, database: Database) -> None:
        self._database = database

    def all(self) -> list[Source]:
        """Every imported file, oldest first."""
        return self._values(source, Source)

    def image_records(self) -> list[ImageRecord]:
        """Every image entry of every file, in the order they came."""
        return self._values(image_record, ImageRecord)

    def opaque(self) -> list[OpaqueRow]:
        """Every row without a place, in the order they came."""
        return self._values(opaque, OpaqueRow)

    def opaque_count(self) -> int:
        """How many rows have no place on a canvas."""
        with self._database.read() as connection:
            return int(connection.execute(select(func.count()).select_from(opaque)).scalar_one())

    def _values(self, table: Any, kind: type[Any]) -> list[Any]:
        with self._database.read() as connection:
            rows = connection.execute(select(table).order_by(table.c.id)).all()
        return [kind(*row) for row in rows]
