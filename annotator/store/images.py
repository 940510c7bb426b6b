"""The images of a project."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from sqlalchemy import func, select
from sqlalchemy.engine import Connection

from annotator.domain.columns import ImageColumns
from annotator.domain.errors import RefusedError
from annotator.domain.model import Image, ImageState, Review, Split
from annotator.domain.query import Query
from annotator.store import image_columns, search
from annotator.store.database import Database, is_among, take_ids
from annotator.store.foreign import stored
from annotator.store.roots import Roots
from annotator.store.tables import annotation, decision, image, prediction

_STATES = {state.value: state for state in ImageState}
_SPLITS = {split.value: split for split in Split}
_COLUMNS = [
    image.c[name]
    for name in (
        *("id", "root_id", "file_name", "width", "height", "state", "is_complete", "is_missing"),
        *(
            "is_raw",
            "is_from_file",
            "split",
            "flag",
            "uncertainty",
            "ordinal",
            "version_id",
            "place",
        ),
    )
]


@dataclass(frozen=True, slots=True)
class FoundImage:
    """An image file below a root: its name with forward slashes and its upright size in pixels."""

    file_name: str
    width: int
    height: int


class Images:
    """Every method is one transaction."""

    def __init__(self, database: Database, roots: Roots) -> None:
        self._database = database
        self._roots = roots

    def add(self, root_id: int, found: Sequence[FoundImage]) -> list[int]:
        """Add those not known under that root; known ones are there again. New ids in order."""
        with self._database.write() as connection:
            query = select(image.c.file_name, image.c.id, image.c.width, image.c.is_missing)
            rows = connection.execute(query.where(image.c.root_id == root_id)).all()
            known = {row.file_name: row for row in rows}
            again = [f for f in found if f.file_name in known]
            _mark_found(connection, [(known[f.file_name], f) for f in again])
            new = list({f.file_name: f for f in found if f.file_name not in known}.values())
            return _insert(connection, root_id, new)

    def get(self, image_id: int) -> Image:
        """One image.

        Raises:
            RefusedError: there is no such image.
        """
        found = self.many([image_id])
        if not found:
            raise RefusedError(f"The project has no image with the number {image_id}.")
        return found[0]

    def many(self, ids: Iterable[int]) -> list[Image]:
        """Those images, in the order of ``ids``; unknown ids are left out."""
        wanted = list(ids)
        with self._database.read() as connection:
            found = {value.id: value for value in _select(connection, wanted)}
        return [found[key] for key in wanted if key in found]

    def reviews(self, ids: Iterable[int]) -> list[Review]:
        """How far a person is with each of those images, by id."""
        query = select(image.c.id, image.c.state, image.c.is_complete).order_by(image.c.id)
        with self._database.read() as connection:
            found = connection.execute(query.where(is_among(image.c.id, ids))).all()
        return [Review(row[0], _STATES[row[1]], bool(row[2])) for row in found]

    def all(self) -> list[Image]:
        """Every image, by ordinal."""
        with self._database.read() as connection:
            return _select(connection, None)

    def columns(self) -> ImageColumns:
        """What lists and walks need to know of every image, in order."""
        with self._database.read() as connection:
            return image_columns.read(connection)

    def search(self, query: Query) -> list[int]:
        """The ids of the images that a query finds, in the order it asks for, else by id."""
        with self._database.read() as connection:
            return search.search(connection, query)

    def count(self) -> int:
        """How many there are."""
        with self._database.read() as connection:
            return int(connection.execute(select(func.count()).select_from(image)).scalar_one())

    def path(self, value: Image) -> Path:
        """Where its file is, or would be."""
        return self._roots.path_of(value.root_id) / value.file_name

    def set_missing(self, ids: Iterable[int], missing: bool) -> None:
        """Mark files as gone or there."""
        with self._database.write() as connection:
            chosen = image.update().where(is_among(image.c.id, ids))
            connection.execute(chosen.values(is_missing=missing))

    def set_size(self, image_id: int, *, width: int, height: int, is_raw: bool = False) -> None:
        """Give its size in pixels, of the raw frame when ``is_raw``."""
        with self._database.write() as connection:
            chosen = image.update().where(image.c.id == image_id)
            connection.execute(chosen.values(width=width, height=height, is_raw=is_raw))

    def set_split(self, splits: Mapping[int, Split]) -> None:
        """Say which images teach and which test."""
        self._set_each({key: {"split": value.value} for key, value in splits.items()})

    def set_ranks(self, ranks: Mapping[int, tuple[float | None, str]]) -> None:
        """Give uncertainty (0 sure to 1, None: not predicted) and the reason to look, in words."""
        self._set_each({key: {"uncertainty": u, "flag": flag} for key, (u, flag) in ranks.items()})

    def remove(self, ids: Iterable[int]) -> None:
        """Take images out with all that was drawn on them and their history; files stay."""
        with self._database.write() as connection:
            connection.execute(image.delete().where(is_among(image.c.id, ids)))

    def _set_each(self, changes: Mapping[int, dict[str, Any]]) -> None:
        if not changes:
            return
        names = next(iter(changes.values()))
        text = f"UPDATE image SET {', '.join(f'{name}=?' for name in names)} WHERE id=?"
        with self._database.write() as connection:
            rows = [(*values.values(), key) for key, values in changes.items()]
            connection.exec_driver_sql(text, rows)


def _insert(connection: Connection, root_id: int, new: Sequence[FoundImage]) -> list[int]:
    if not new:
        return []
    ids = list(take_ids(connection, "image", len(new)))
    last = connection.execute(select(func.coalesce(func.max(image.c.ordinal), -1))).scalar_one()
    rows = [
        {
            "id": key,
            "root_id": root_id,
            "file_name": value.file_name,
            "width": value.width,
            "height": value.height,
            "ordinal": last + place,
        }
        for place, (key, value) in enumerate(zip(ids, new, strict=True), start=1)
    ]
    connection.execute(image.insert(), rows)
    return ids


def _mark_found(connection: Connection, pairs: Sequence[tuple[Any, FoundImage]]) -> None:
    lost = [row.id for row, _ in pairs if row.is_missing]
    if lost:
        chosen = image.update().where(is_among(image.c.id, lost))
        connection.execute(chosen.values(is_missing=False))
    sized = [(f.width, f.height, row.id) for row, f in pairs if not row.width and f.width]
    if sized:
        connection.exec_driver_sql("UPDATE image SET width=?, height=? WHERE id=?", sized)


def _select(connection: Connection, ids: Sequence[int] | None) -> list[Image]:
    query = select(*_COLUMNS).order_by(image.c.ordinal, image.c.id)
    if ids is not None:
        query = query.where(is_among(image.c.id, ids))
    rows = connection.execute(query).all()
    objects = _counts(connection, annotation, ids)
    predicted = _counts(connection, prediction, ids)
    for key, count in _decided(connection, ids).items():
        predicted[key] = predicted.get(key, 0) - count
    return [_image_of(r, objects, predicted) for r in rows]


@stored
def _image_of(r: Any, objects: Mapping[int, int], predicted: Mapping[int, int]) -> Image:
    """From a row of ``_COLUMNS``."""
    return Image(
            r[0], r[1], r[2], r[3], r[4], _STATES[r[5]], r[6], r[7], r[8], r[9], _SPLITS[r[10]],
            r[11], r[12], r[13], objects.get(r[0], 0), predicted.get(r[0], 0), r[14],
            r[15],
    )  # fmt: skip


def _counts(connection: Connection, table: Any, ids: Sequence[int] | None) -> dict[int, int]:
    query = select(table.c.image_id, func.count()).group_by(table.c.image_id)
    if table is prediction:
        query = query.where(prediction.c.is_current)
    if ids is not None:
        query = query.where(is_among(table.c.image_id, ids))
    return {row[0]: row[1] for row in connection.execute(query)}


def _decided(connection: Connection, ids: Sequence[int] | None) -> dict[int, int]:
    """Decisions on predictions of the current set, by image."""
    on_current = (prediction.c.id == decision.c.prediction_id) & prediction.c.is_current
    query = select(decision.c.image_id, func.count()).join(prediction, on_current)
    if ids is not None:
        query = query.where(is_among(decision.c.image_id, ids))
    return {row[0]: row[1] for row in connection.execute(query.group_by(decision.c.image_id))}
