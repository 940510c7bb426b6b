"""The objects of a project; they are changed through the history and arrive through imports."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from sqlalchemy import Select, func, select
from sqlalchemy.engine import Connection

from annotator.domain.attributes import Attributes
from annotator.domain.model import Annotation, Box
from annotator.domain.proposing import Placed
from annotator.store.codec import annotation_of, attributes_from_text
from annotator.store.database import Database, is_among
from annotator.store.tables import annotation, annotation_geometry

COLUMNS = [
    *(
        annotation.c[name]
        for name in (
            *("id", "image_id", "category_id", "x", "y", "width", "height", "is_crowd"),
            *("has_mask", "has_keypoints", "is_edited", "made_by", "version_id", "corrected_by"),
            "ordinal",
        )
    ),
    annotation_geometry.c.geometry,
    annotation_geometry.c.source,
    annotation.c.file_id,
    *(annotation.c[name] for name in ("attributes", "note", "group_id")),
]


_NEXT_WORDS = "SELECT min(attributes) FROM annotation WHERE category_id = ? AND attributes > ?"


class Annotations:
    """Every method is one transaction."""

    def __init__(self, database: Database) -> None:
        self._database = database

    def of_image(self, image_id: int) -> tuple[Annotation, ...]:
        """The objects on one image, in drawing order."""
        query = _query().where(annotation.c.image_id == image_id)
        with self._database.read() as connection:
            rows = connection.execute(query).all()
        return tuple(map(annotation_of, rows))

    def of_images(self, ids: Iterable[int]) -> dict[int, tuple[Annotation, ...]]:
        """The objects on each of those images, in drawing order; an empty tuple for none."""
        found: dict[int, list[Annotation]] = {key: [] for key in ids}
        with self._database.read() as connection:
            rows = connection.execute(_query().where(is_among(annotation.c.image_id, found))).all()
        for row in rows:
            found[row[1]].append(annotation_of(row))
        return {key: tuple(values) for key, values in found.items()}

    def boxes_of_images(self, ids: Iterable[int]) -> dict[int, list[Placed]]:
        """Category and box of the objects on each of those images; absent for none."""
        names = ("image_id", "category_id", "x", "y", "width", "height")
        query = select(*(annotation.c[n] for n in names))
        found: dict[int, list[Placed]] = {}
        with self._database.read() as connection:
            for row in connection.execute(query.where(is_among(annotation.c.image_id, ids))):
                box = None if row[2] is None else Box(*row[2:])
                found.setdefault(row[0], []).append(Placed(row[1], box))
        return found

    def some_of_category(
        self, category_id: int, *, above: int, limit: int
    ) -> tuple[Annotation, ...]:
        """The next objects of a category by id.

        Args:
            category_id: the category.
            above: only ids above this one.
            limit: how many at most.
        """
        own = (annotation.c.category_id == category_id) & (annotation.c.id > above)
        query = _query().where(own).order_by(None).order_by(annotation.c.id).limit(limit)
        with self._database.read() as connection:
            return tuple(map(annotation_of, connection.execute(query).all()))

    def of_category(self, category_id: int) -> tuple[Annotation, ...]:
        """Every object of one category, on all images, by id."""
        query = _query().where(annotation.c.category_id == category_id)
        with self._database.read() as connection:
            rows = connection.execute(query.order_by(None).order_by(annotation.c.id)).all()
        return tuple(map(annotation_of, rows))

    def newest_of_category(
        self, category_id: int, *, limit: int, with_joints: bool = False
    ) -> tuple[Annotation, ...]:
        """The newest objects of one category, newest first.

        Args:
            category_id: the category.
            limit: the most to return; a hundred times as many are looked through.
            with_joints: only those that have joints, perhaps all absent.
        """
        own = select(annotation.c.id, annotation.c.has_keypoints)
        own = own.where(annotation.c.category_id == category_id)
        newest = own.order_by(annotation.c.id.desc()).limit(100 * limit).subquery()
        ids = select(newest.c.id).order_by(newest.c.id.desc()).limit(limit)
        if with_joints:
            ids = ids.where(newest.c.has_keypoints)
        query = _query().where(annotation.c.id.in_(ids))
        with self._database.read() as connection:
            rows = connection.execute(query.order_by(None).order_by(annotation.c.id.desc())).all()
        return tuple(map(annotation_of, rows))

    def count(self) -> int:
        """How many objects there are."""
        with self._database.read() as connection:
            query = select(func.count()).select_from(annotation)
            return int(connection.execute(query).scalar_one())

    def attributes_used(self, category_id: int, limit: int = 1_000) -> list[Attributes]:
        """What objects of a category say beside it, each once.

        The index holds nothing else and is asked for the next other text each time: objects that
        say the same cost nothing.

        Args:
            category_id: the category.
            limit: how many at most.
        """
        found: list[Attributes] = []
        text = ""
        with self._database.read() as connection:
            while len(found) < limit:
                row = connection.exec_driver_sql(_NEXT_WORDS, (category_id, text)).first()
                if row is None or row[0] is None:
                    break
                text = row[0]
                found.append(attributes_from_text(text))
        return found

    def count_by_category(self) -> dict[int, int]:
        """How many objects there are of each category that has any."""
        key = annotation.c.category_id
        with self._database.read() as connection:
            rows = connection.execute(select(key, func.count()).group_by(key)).all()
        return {row[0]: row[1] for row in rows}


def load(connection: Connection, ids: Iterable[int]) -> dict[int, Annotation]:
    """Those objects by id, within someone's transaction."""
    query = select(*COLUMNS).outerjoin(annotation_geometry).where(is_among(annotation.c.id, ids))
    return {row[0]: annotation_of(row) for row in connection.execute(query)}


def _query() -> Select[Any]:
    query = select(*COLUMNS).outerjoin(annotation_geometry)
    return query.order_by(annotation.c.ordinal, annotation.c.id)
