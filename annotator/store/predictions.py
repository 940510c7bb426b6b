"""What the model proposes, and what a person decided about it."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import Any

from sqlalchemy import ColumnElement, Select, and_, case, func, select, true
from sqlalchemy.engine import Connection

from annotator.domain.lines import Line
from annotator.domain.model import Decision, Prediction, Verdict
from annotator.store.codec import box_to_columns, prediction_geometry, prediction_of
from annotator.store.database import Database, is_among, take_ids
from annotator.store.foreign import stored
from annotator.store.tables import decision, image, prediction

COLUMNS = [
    prediction.c[name]
    for name in (
        *("id", "image_id", "category_id", "version_id", "score"),
        *("x", "y", "width", "height", "geometry"),
    )
]


class Predictions:
    """Immutable rows; an image's current set is what was written last.

    Every method is one transaction.
    """

    def __init__(self, database: Database) -> None:
        self._database = database

    def write(self, version_id: int, image_id: int, predictions: Sequence[Prediction]) -> range:
        """Make these the image's current set; their own ids are ignored.

        Older ones that nobody decided go; decided ones stay, outside the current set.

        Returns:
            Their ids, in their order.
        """
        rows = [_row(value, version_id=version_id, image_id=image_id) for value in predictions]
        with self._database.write() as connection:
            of_image = prediction.c.image_id == image_id
            _drop_undecided(connection, of_image)
            connection.execute(prediction.update().where(of_image).values(is_current=False))
            ids = take_ids(connection, "prediction", len(rows))
            if rows:
                named = [row | {"id": key} for key, row in zip(ids, rows, strict=True)]
                connection.execute(prediction.insert(), named)
            chosen = image.update().where(image.c.id == image_id)
            connection.execute(chosen.values(version_id=version_id))
        return ids

    def of_image(self, image_id: int) -> tuple[Prediction, ...]:
        """The current set of one image, highest score first, decided ones too."""
        with self._database.read() as connection:
            rows = connection.execute(_current().where(prediction.c.image_id == image_id)).all()
        return tuple(map(prediction_of, rows))

    def of_images(self, ids: Iterable[int]) -> dict[int, tuple[Prediction, ...]]:
        """The current set of each of those images; an empty tuple where there is none."""
        found: dict[int, list[Prediction]] = {key: [] for key in ids}
        with self._database.read() as connection:
            query = _current().where(is_among(prediction.c.image_id, found))
            rows = connection.execute(query).all()
        for row in rows:
            found[row[1]].append(prediction_of(row))
        return {key: tuple(values) for key, values in found.items()}

    def decisions_of(self, image_id: int) -> dict[int, Decision]:
        """What was decided on one image, by prediction id."""
        with self._database.read() as connection:
            query = select(decision).where(decision.c.image_id == image_id)
            return {row.prediction_id: decision_of(row) for row in connection.execute(query)}

    def waiting_by_image(
        self,
        line: Line,
        *,
        image_ids: Iterable[int] | None = None,
        category_id: int | None = None,
        hidden: Iterable[int] = (),
    ) -> list[tuple[int, int]]:
        """Images with undecided current predictions that are sure enough, and how many, by id.

        Args:
            line: how sure.
            image_ids: only these images.
            category_id: only this category.
            hidden: not these categories.
        """
        where = _waiting(line, image_ids=image_ids, category_id=category_id)
        key = prediction.c.image_id
        query = select(key, func.count()).where(*where, ~is_among(prediction.c.category_id, hidden))
        with self._database.read() as connection:
            found = connection.execute(query.group_by(key).order_by(key))
            return [(row[0], row[1]) for row in found]

    def count(
        self,
        *,
        limit: int,
        image_ids: Iterable[int] | None = None,
        category_id: int | None = None,
    ) -> int:
        """How many there are, old ones too; no more than ``limit`` are counted."""
        query = select(prediction.c.id).limit(limit)
        if image_ids is not None:
            query = query.where(is_among(prediction.c.image_id, image_ids))
        if category_id is not None:
            query = query.where(prediction.c.category_id == category_id)
        with self._database.read() as connection:
            counted = select(func.count()).select_from(query.subquery())
            return int(connection.execute(counted).scalar_one())

    def undecided_above(
        self,
        line: Line,
        *,
        image_ids: Iterable[int] | None = None,
        category_id: int | None = None,
    ) -> list[Prediction]:
        """Current ones that are sure enough and nobody decided, by image, then by score."""
        where = _waiting(line, image_ids=image_ids, category_id=category_id)
        query = _current().where(*where)
        with self._database.read() as connection:
            return [prediction_of(row) for row in connection.execute(query)]

    def clear(
        self, image_ids: Sequence[int] | None = None, *, category_id: int | None = None
    ) -> int:
        """Drop undecided ones, of some images or one category only if given; how many went."""
        where = true() if image_ids is None else is_among(prediction.c.image_id, image_ids)
        if category_id is not None:
            where = and_(where, prediction.c.category_id == category_id)
        of_images = true() if image_ids is None else is_among(image.c.id, image_ids)
        left = select(prediction.c.id).where(
            prediction.c.image_id == image.c.id, prediction.c.is_current
        )
        with self._database.write() as connection:
            count = _drop_undecided(connection, where)
            chosen = image.update().where(of_images, ~left.exists())
            connection.execute(chosen.values(version_id=None))
        return count


@stored
def decision_of(row: Any) -> Decision:
    """From a row of the decision table."""
    return Decision(row.prediction_id, row.image_id, Verdict(row.verdict), row.annotation_id)


def _row(value: Prediction, *, version_id: int, image_id: int) -> dict[str, Any]:
    return {
        "image_id": image_id,
        "category_id": value.category_id,
        "version_id": version_id,
        "score": float(value.score),
        **box_to_columns(value.box),
        "is_current": True,
        "geometry": prediction_geometry(value),
    }


def _current() -> Select[Any]:
    query = select(*COLUMNS).where(prediction.c.is_current)
    return query.order_by(prediction.c.image_id, prediction.c.score.desc(), prediction.c.id)


def _waiting(
    line: Line, *, image_ids: Iterable[int] | None, category_id: int | None
) -> list[ColumnElement[bool]]:
    """Conditions: current ones that are sure enough and nobody decided."""
    where = [prediction.c.is_current.is_(True), _is_admitted(line), ~_is_decided()]
    if image_ids is not None:
        where.append(is_among(prediction.c.image_id, image_ids))
    if category_id is not None:
        where.append(prediction.c.category_id == category_id)
    return where


def _is_admitted(line: Line) -> ColumnElement[bool]:
    """``Line.admits`` in SQL."""
    if not line.own:
        return prediction.c.score >= line.general
    wanted = case(dict(line.own), value=prediction.c.category_id, else_=line.general)
    return prediction.c.score >= wanted


def _is_decided() -> ColumnElement[bool]:
    return (
        select(decision.c.prediction_id).where(decision.c.prediction_id == prediction.c.id).exists()
    )


def _drop_undecided(connection: Connection, where: ColumnElement[bool]) -> int:
    return connection.execute(prediction.delete().where(where, ~_is_decided())).rowcount
