"""The time that labelling took, as it was measured."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import UTC, datetime
from typing import Any, Final

from sqlalchemy import case, func, select
from sqlalchemy.engine import Connection

from annotator.domain.model import ImageState
from annotator.store.database import Database, is_among, take_ids
from annotator.store.review_tables import work
from annotator.store.tables import annotation, image

Row = tuple[int | None, int | None, str, str, float, int]
"""Image, object, tool, way, seconds, objects."""

RECENT: Final = 20
"""Reviewed images that tell the present pace."""

_KIND = case(
    (annotation.c.has_mask & annotation.c.has_keypoints, "mask and joints"),
    (annotation.c.has_mask, "mask"),
    (annotation.c.has_keypoints, "joints"),
    else_="box",
)


class WorkLog:
    """Rows are only ever added. Every method is one transaction."""

    def __init__(self, database: Database) -> None:
        self._database = database

    def add(self, rows: Sequence[Row]) -> None:
        """Write down stretches of time; of images or objects that are gone meanwhile too."""
        names = ("image_id", "annotation_id", "tool", "origin", "seconds", "objects")
        now = datetime.now(UTC).isoformat(timespec="seconds")
        with self._database.write(is_lasting=False) as connection:  # the window waits for it
            named = {row[0] for row in rows if row[0] is not None}
            query = select(image.c.id).where(is_among(image.c.id, named))
            known = set(connection.execute(query).scalars())
            ids = take_ids(connection, "work", len(rows))
            values = []
            for key, row in zip(ids, rows, strict=True):
                value = dict(zip(names, row, strict=True)) | {"id": key, "created": now}
                value["image_id"] = row[0] if row[0] in known else None
                values.append(value)
            if values:
                connection.execute(work.insert(), values)

    def seconds_by(self, column: str) -> dict[str, float]:
        """Seconds by "tool" or by "origin"."""
        key = work.c[column]
        with self._database.read() as connection:
            rows = connection.execute(select(key, func.sum(work.c.seconds)).group_by(key)).all()
        return {row[0]: float(row[1]) for row in rows}

    def by_hand(self) -> dict[str, tuple[int, float]]:
        """Objects drawn by hand that are still there, by kind: how many, and their seconds."""
        is_own = annotation.c.version_id.is_(None) & (annotation.c.made_by != "file")
        with self._database.read() as connection:
            return _counted(connection, is_own, is_measured=True)

    def spared(self) -> dict[str, tuple[int, float]]:
        """Objects of a model that are there, by kind: how many, and the seconds they took."""
        with self._database.read() as connection:
            return _counted(connection, annotation.c.version_id.is_not(None), is_measured=False)

    def seconds_until(self, when: str) -> float:
        """What was measured up to a moment, ISO 8601 in UTC."""
        query = select(func.sum(work.c.seconds)).where(work.c.created <= when)
        with self._database.read() as connection:
            return float(connection.execute(query).scalar() or 0.0)

    def bulk_seconds(self) -> float:
        """What steps over many objects took."""
        query = select(func.sum(work.c.seconds)).where(work.c.objects > 1)
        with self._database.read() as connection:
            return float(connection.execute(query).scalar() or 0.0)

    def recent(self) -> list[float]:
        """Seconds of each of the images reviewed and worked on last, the newest first."""
        query = (
            select(func.sum(work.c.seconds))
            .join(image, image.c.id == work.c.image_id)
            .where(image.c.state == ImageState.REVIEWED.value)
            .group_by(work.c.image_id)
            .order_by(func.max(work.c.id).desc())
            .limit(RECENT)
        )
        with self._database.read() as connection:
            return [float(value) for value in connection.execute(query).scalars()]

    def waiting(self) -> int:
        """How many images are not reviewed."""
        query = select(func.count()).select_from(image)
        query = query.where(image.c.state != ImageState.REVIEWED.value, ~image.c.is_missing)
        with self._database.read() as connection:
            return int(connection.execute(query).scalar_one())


def _counted(
    connection: Connection, which: Any, *, is_measured: bool
) -> dict[str, tuple[int, float]]:
    """Objects by kind with their seconds; only those whose time is known, if so wanted."""
    own = (
        select(work.c.annotation_id, func.sum(work.c.seconds).label("seconds"))
        .where(work.c.annotation_id.is_not(None))
        .group_by(work.c.annotation_id)
        .subquery()
    )
    joined = annotation.join(own, own.c.annotation_id == annotation.c.id, isouter=not is_measured)
    seconds = func.coalesce(func.sum(own.c.seconds), 0.0)
    query = select(_KIND, func.count(), seconds).select_from(joined).where(which).group_by(_KIND)
    return {row[0]: (int(row[1]), float(row[2])) for row in connection.execute(query)}
