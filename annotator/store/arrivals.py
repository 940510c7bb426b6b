"""An imported file's rows, worked out before, written in one transaction with plain inserts."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime
from itertools import islice
from typing import Any, Final, NamedTuple

from sqlalchemy.engine import Connection

from annotator.domain.edits import Step
from annotator.domain.model import Annotation, Box, Category, Image
from annotator.store import steps, subjects
from annotator.store.database import Database, is_among, take_ids
from annotator.store.tables import image, image_record, opaque, source

_CHUNK: Final = 10_000

_INSERT_ANNOTATION: Final = (
    "INSERT INTO annotation (id, image_id, category_id, x, y, width, height, is_crowd, has_mask, "
    "has_keypoints, file_id, attributes, note, group_id, "
    "is_edited, made_by, corrected_by, ordinal) "
    "VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, 0, 'file', '', 0)"
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


@dataclass(slots=True)
class Arrival:
    """All that an import writes.

    Attributes:
        text: of the line in the history.
        head: the file's top level, JSON text.
        new_images, changed_images: whole rows; counts in them are ignored.
        records: new entries of ``images``; changed_records: record id to its text from now on.
        categories: new ones and changed ones.
        united: objects that were here already, as they are from now on.
        reviewed: images that count as reviewed and complete from now on.
        is_known_file: a file with the same top level is here and nothing of this one is new; it is
            not listed again.
    """

    name: str
    person: str
    text: str
    head: str
    new_images: list[Image] = field(default_factory=list)
    changed_images: list[Image] = field(default_factory=list)
    records: list[RecordRow] = field(default_factory=list)
    changed_records: dict[int, str] = field(default_factory=dict)
    categories: list[Category] = field(default_factory=list)
    objects: list[ObjectRow] = field(default_factory=list)
    united: list[Annotation] = field(default_factory=list)
    opaque: list[OpaqueEntry] = field(default_factory=list)
    reviewed: set[int] = field(default_factory=set)
    is_known_file: bool = False


def receive(database: Database, arrival: Arrival) -> int:
    """Write everything or nothing; the id of the line in the history."""
    with database.write() as connection:
        source_id = take_ids(connection, "source", 1)[0]
        created = datetime.now(UTC).isoformat(timespec="seconds")
        names = {"name": arrival.name, "person": arrival.person, "head": arrival.head}
        if not arrival.is_known_file:
            connection.execute(source.insert().values(id=source_id, created=created, **names))
        _write_images(connection, arrival)
        _write_records(connection, arrival, source_id)
        changes: dict[Any, Any] = {("category", value.id): value for value in arrival.categories}
        subjects.write(connection, changes)
        _write_objects(connection, arrival.objects)
        changes = {("annotation", value.id): value for value in arrival.united}
        subjects.write(connection, changes)
        _write_opaque(connection, arrival.opaque, source_id)
        reviewed = image.update().where(is_among(image.c.id, arrival.reviewed))
        connection.execute(reviewed.values(state="reviewed", is_complete=True))
        return steps.insert(connection, Step(arrival.text, ()), person=arrival.person)


def _write_images(connection: Connection, arrival: Arrival) -> None:
    if arrival.new_images:
        last = connection.exec_driver_sql("SELECT coalesce(max(ordinal), -1) FROM image").scalar()
        rows = [
            {"id": value.id, "ordinal": int(last or 0) + place, **_image_row(value)}
            for place, value in enumerate(arrival.new_images, start=1)
        ]
        connection.execute(image.insert(), rows)
    for value in arrival.changed_images:
        chosen = image.update().where(image.c.id == value.id)
        connection.execute(chosen.values(**_image_row(value)))


def _image_row(value: Image) -> Mapping[str, Any]:
    names = ("root_id", "file_name", "width", "height", "is_missing", "is_raw", "is_from_file")
    return {name: getattr(value, name) for name in names}


def _write_records(connection: Connection, arrival: Arrival, source_id: int) -> None:
    if arrival.records:
        rows = [{"source_id": source_id, **row._asdict()} for row in arrival.records]
        connection.execute(image_record.insert(), rows)
    changed = [(text, key) for key, text in arrival.changed_records.items()]
    if changed:
        connection.exec_driver_sql("UPDATE image_record SET text=? WHERE id=?", changed)


def _write_objects(connection: Connection, objects: Sequence[ObjectRow]) -> None:
    for chunk in _chunks(objects):
        rows = [(*r[:3], *(r.box or (None,) * 4), *r[4:8], *r[9:]) for r in chunk]
        connection.exec_driver_sql(_INSERT_ANNOTATION, rows)
        connection.exec_driver_sql(_INSERT_SOURCE, [(r.id, r.source) for r in chunk])


def _write_opaque(connection: Connection, entries: Sequence[OpaqueEntry], source_id: int) -> None:
    ids = take_ids(connection, "opaque", len(entries))
    rows = [
        {"id": key, "source_id": source_id, **entry._asdict()}
        for key, entry in zip(ids, entries, strict=True)
    ]
    if rows:
        connection.execute(opaque.insert(), rows)


def _chunks(rows: Iterable[ObjectRow]) -> Iterator[list[ObjectRow]]:
    left = iter(rows)
    while chunk := list(islice(left, _CHUNK)):
        yield chunk
