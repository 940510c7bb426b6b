"""An import's rows, written in one transaction with plain inserts as they are worked out."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from datetime import UTC, datetime
from pathlib import Path
from typing import Any, Final, NamedTuple

from sqlalchemy.engine import Connection

from annotator.domain.edits import Step
from annotator.domain.model import Annotation, Box, Category, Image
from annotator.store import steps, subjects
from annotator.store.database import Database, is_among, take_ids
from annotator.store.roots import Roots
from annotator.store.tables import image, opaque, source

_CACHE_KIB: Final = 48 * 1024
"""Pages kept while an import writes: its indexes fit in, and are not written over and over."""

_INSERT_ANNOTATION: Final = (
    "INSERT INTO annotation (id, image_id, category_id, x, y, width, height, is_crowd, has_mask, "
    "has_keypoints, file_id, attributes, note, group_id, "
    "is_edited, made_by, corrected_by, ordinal) "
    "VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, 0, 'file', '', 0)"
)
_INSERT_RECORD: Final = (
    "INSERT INTO image_record (id, image_id, source_id, file_id, text) VALUES (?, ?, ?, ?, ?)"
)
_INSERT_SOURCE: Final = "INSERT INTO annotation_geometry (annotation_id, source) VALUES (?, ?)"


class ObjectRow(NamedTuple):
    """One arriving object.

    Attributes:
        source: what the file said of it, JSON text.
        attributes: as ``codec.attributes_to_text`` writes them.
    """

    id: int
    image_id: int
    category_id: int
    box: Box | None
    is_crowd: bool
    has_mask: bool
    has_keypoints: bool
    file_id: str | None
    source: str
    attributes: str | None = None
    note: str | None = None
    group_id: int | None = None


class RecordRow(NamedTuple):
    """One arriving entry of ``images``."""

    id: int
    image_id: int
    file_id: str | None
    text: str


class OpaqueEntry(NamedTuple):
    """One arriving row that no canvas can show; ``place`` sorts it among those of its section."""

    place: int
    section: str
    image_id: int | None
    file_id: str | None
    reason: str
    text: str


class Arriving:
    """One import on its way into the project: one transaction, so all of it or nothing stays."""

    def __init__(self, connection: Connection, roots: Roots, *, name: str, person: str) -> None:
        self._connection = connection
        self._roots = roots
        self._name, self._person = name, person
        self._source_id = self.take_ids("source", 1)[0]
        last = connection.exec_driver_sql("SELECT coalesce(max(ordinal), -1) FROM image").scalar()
        self._last_ordinal = int(last or 0)

    def take_ids(self, kind: str, count: int) -> range:
        """Ids that are given to nothing else, unless the import comes to nothing."""
        return take_ids(self._connection, kind, count)

    def add_root(self, folder: Path) -> int:
        """The id of a folder of images, a new one where it was not known."""
        return self._roots.add_within(self._connection, folder)

    def write_images(self, new: Sequence[Image], changed: Iterable[Image]) -> None:
        """Whole rows; counts in them are ignored."""
        rows = [
            {"id": value.id, "ordinal": place, **_image_row(value)}
            for place, value in enumerate(new, start=self._last_ordinal + 1)
        ]
        self._last_ordinal += len(rows)
        if rows:
            self._connection.execute(image.insert(), rows)
        for value in changed:
            chosen = image.update().where(image.c.id == value.id)
            self._connection.execute(chosen.values(**_image_row(value)))

    def write_records(self, new: Sequence[RecordRow], changed: Mapping[int, str]) -> None:
        """New entries of ``images``; and the texts that known ones have from now on."""
        if new:
            rows = [(row.id, row.image_id, self._source_id, *row[2:]) for row in new]
            self._connection.exec_driver_sql(_INSERT_RECORD, rows)
        texts = [(text, key) for key, text in changed.items()]
        if texts:
            self._connection.exec_driver_sql("UPDATE image_record SET text=? WHERE id=?", texts)

    def write_categories(self, values: Iterable[Category]) -> None:
        """New ones and changed ones."""
        subjects.write(self._connection, {("category", value.id): value for value in values})

    def write_objects(self, rows: Sequence[ObjectRow]) -> None:
        """New objects, as many as are at hand."""
        if rows:
            thin = [(*r[:3], *(r.box or (None,) * 4), *r[4:8], *r[9:]) for r in rows]
            self._connection.exec_driver_sql(_INSERT_ANNOTATION, thin)
            self._connection.exec_driver_sql(_INSERT_SOURCE, [(r.id, r.source) for r in rows])

    def write_united(self, values: Iterable[Annotation]) -> None:
        """Objects that were here already, as they are from now on."""
        subjects.write(self._connection, {("annotation", value.id): value for value in values})

    def write_opaque(self, entries: Sequence[OpaqueEntry]) -> None:
        """Rows that have no place on a canvas."""
        ids = self.take_ids("opaque", len(entries))
        rows = [
            {"id": key, "source_id": self._source_id, **entry._asdict()}
            for key, entry in zip(ids, entries, strict=True)
        ]
        if rows:
            self._connection.execute(opaque.insert(), rows)

    def finish(self, text: str, head: str, *, reviewed: Iterable[int], is_known: bool) -> int:
        """Say what came; the id of the line in the history.

        Args:
            text: of the line in the history.
            head: the file's top level, JSON text.
            reviewed: images that count as reviewed and complete from now on.
            is_known: a file with the same top level is here and nothing of this one is new; it is
                not listed again.
        """
        chosen = image.update().where(is_among(image.c.id, reviewed))
        self._connection.execute(chosen.values(state="reviewed", is_complete=True))
        if not is_known:
            created = datetime.now(UTC).isoformat(timespec="seconds")
            names = {"name": self._name, "person": self._person, "head": head}
            row = source.insert().values(id=self._source_id, created=created, **names)
            self._connection.execute(row)
        return steps.insert(self._connection, Step(text, ()), person=self._person)


@contextmanager
def arriving(database: Database, roots: Roots, *, name: str, person: str) -> Iterator[Arriving]:
    """One transaction for an import; an error on the way takes everything back."""
    with database.write() as connection:
        connection.exec_driver_sql(f"PRAGMA cache_size=-{_CACHE_KIB}")
        try:
            yield Arriving(connection, roots, name=name, person=person)
        finally:
            connection.exec_driver_sql("PRAGMA cache_size=-2000")


def _image_row(value: Image) -> Mapping[str, Any]:
    names = ("root_id", "file_name", "width", "height", "is_missing", "is_raw", "is_from_file")
    return {name: getattr(value, name) for name in names}
