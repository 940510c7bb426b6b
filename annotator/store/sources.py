"""What imported files said beyond objects: top levels, image entries, rows without a place."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import AbstractContextManager
from dataclasses import dataclass
from typing import Any, Final

from sqlalchemy import func, select

from annotator.domain.model import Annotation
from annotator.store.annotations import COLUMNS
from annotator.store.arrivals import Arriving, arriving
from annotator.store.codec import annotation_of
from annotator.store.database import Database, is_among
from annotator.store.roots import Roots
from annotator.store.tables import annotation, annotation_geometry, image_record, opaque, source


@dataclass(frozen=True, slots=True)
class Source:
    """One imported file.

    Attributes:
        head: its top level as JSON text, the lists of rows emptied.
    """

    id: int
    name: str
    person: str
    created: str
    head: str


@dataclass(frozen=True, slots=True)
class ImageRecord:
    """An entry of a file's ``images``; ``text`` is the entry and ``file_id`` its id, as JSON."""

    id: int
    image_id: int
    source_id: int
    file_id: str | None
    text: str


@dataclass(frozen=True, slots=True)
class OpaqueRow:
    """A row that has no place on a canvas, kept as it came.

    Attributes:
        place: sorts it among the rows of its section: a number of the kind that image records or
            annotations have as ids, categories as ordinals.
        section: "images", "annotations" or "categories".
        image_id: our image it belongs to, if any.
        reason: why it cannot be shown, in words.
        text: the row as JSON.
    """

    id: int
    source_id: int
    place: int
    section: str
    image_id: int | None
    file_id: str | None
    reason: str
    text: str


@dataclass(frozen=True, slots=True)
class ToldObject:
    """An object on its way out: the file's own ``text``, or the ``value`` a person edited.

    Attributes:
        place: where it stands among all objects: its id, or on an image whose objects were
            re-ordered the id of the one whose place it takes.
    """

    place: int
    id: int
    image_id: int
    category_id: int
    text: str | None
    value: Annotation | None


_SPAN: Final = """
    SELECT count(*), max(id), max(CASE WHEN length(file_id) <= 18 AND file_id NOT GLOB '*[^0-9]*'
        THEN CAST(file_id AS INTEGER) END)
    FROM annotation
"""
_LONG_IDS: Final = (
    "SELECT file_id FROM annotation WHERE length(file_id) > 18 AND file_id NOT GLOB '*[^0-9]*'"
)
_REORDERED: Final = """
    SELECT DISTINCT image_id FROM (
        SELECT image_id, ordinal, max(ordinal) OVER (PARTITION BY image_id ORDER BY id) AS highest
        FROM annotation
    ) WHERE ordinal < highest
"""


class Sources:
    """Every method is one transaction."""

    def __init__(self, database: Database, roots: Roots) -> None:
        self._database = database
        self._roots = roots

    def all(self) -> list[Source]:
        """Every imported file, oldest first."""
        return self._values(source, Source)

    def image_records(self) -> list[ImageRecord]:
        """Every image entry of every file, in the order they came."""
        return self._values(image_record, ImageRecord)

    def opaque(self) -> list[OpaqueRow]:
        """Every row without a place on a canvas, in the order they came."""
        return self._values(opaque, OpaqueRow)

    def opaque_count(self) -> int:
        """How many rows have no place on a canvas."""
        with self._database.read() as connection:
            return int(connection.execute(select(func.count()).select_from(opaque)).scalar_one())

    def arriving(self, *, name: str, person: str) -> AbstractContextManager[Arriving]:
        """A transaction for all that an import writes; an error within it takes everything back.

        Args:
            name: of the file.
            person: who imports.
        """
        return arriving(self._database, self._roots, name=name, person=person)

    def object_keys(self) -> list[tuple[int, int, int, str | None]]:
        """Every object's id, image, category and the id its file gave it, by id."""
        columns = (annotation.c[name] for name in ("id", "image_id", "category_id", "file_id"))
        with self._database.read() as connection:
            rows = connection.execute(select(*columns).order_by(annotation.c.id)).all()
        return [(row[0], row[1], row[2], row[3]) for row in rows]

    def object_span(self) -> tuple[int, int, list[str]]:
        """How many objects there are, the last one's id, and the largest ids files gave them.

        The ids are JSON texts: the largest whole number of 18 digits or fewer, and every text that
        is longer than that, among which a larger one may be.
        """
        with self._database.read() as connection:
            count, last, largest = connection.exec_driver_sql(_SPAN).one()
            longer = connection.exec_driver_sql(_LONG_IDS).scalars().all()
        return count, last or 0, [*longer, str(largest or 0)]

    def objects(self, *, page: int = 5_000) -> Iterator[ToldObject]:
        """Every object by its place, with the file's own text as long as nobody edited it.

        Objects come by id; those of an image take each other's places to be in drawing order.
        """
        last, moved = 0, self._moved()
        while True:
            query = select(*COLUMNS).outerjoin(annotation_geometry).order_by(annotation.c.id)
            with self._database.read() as connection:
                rows = connection.execute(query.where(annotation.c.id > last).limit(page)).all()
                wanted = {moved[row.id] for row in rows if row.id in moved}
                found = query.where(is_among(annotation.c.id, wanted))
                others = {row.id: row for row in connection.execute(found)} if wanted else {}
            for row in rows:
                yield _told(row.id, others[moved[row.id]] if row.id in moved else row)
            if len(rows) < page:
                return
            last = rows[-1].id

    def _moved(self) -> dict[int, int]:
        """Places of re-ordered images, each an id, to the id of the object that stands there."""
        with self._database.read() as connection:
            images = connection.exec_driver_sql(_REORDERED).scalars().all()
            query = select(annotation.c.id, annotation.c.image_id, annotation.c.ordinal)
            query = query.where(is_among(annotation.c.image_id, images)).order_by(annotation.c.id)
            rows = connection.execute(query).all() if images else []
        by_image: dict[int, list[tuple[int, int]]] = {}
        for key, image_id, ordinal in rows:
            by_image.setdefault(image_id, []).append((ordinal, key))
        pairs = (
            (place, key)
            for row in by_image.values()
            for (_, place), (_, key) in zip(row, sorted(row), strict=True)
        )
        return {place: key for place, key in pairs if place != key}

    def _values(self, table: Any, kind: type[Any]) -> list[Any]:
        with self._database.read() as connection:
            rows = connection.execute(select(table).order_by(table.c.id)).all()
        return [kind(*row) for row in rows]


def _told(place: int, row: Any) -> ToldObject:
    is_told = row.source is not None and not row.is_edited
    value = None if is_told else annotation_of(row)
    text = row.source if is_told else None
    return ToldObject(place, row.id, row.image_id, row.category_id, text, value)
