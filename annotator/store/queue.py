"""The order images are worth working in, why, and what it was worked out from."""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import asdict
from typing import Any

import numpy as np
from sqlalchemy import delete, select
from sqlalchemy.dialects.sqlite import insert

from annotator.domain.queueing import Appearance, Outlook, Reason
from annotator.store.codec import to_text
from annotator.store.database import Database, is_among
from annotator.store.foreign import stored
from annotator.store.settings import Settings
from annotator.store.tables import appearance, image, reason

AT_ONCE = 500
"""Rows in one transaction, so that the window never waits long for its own."""

_OUTLOOK = "queue_outlook"


class Queue:
    """Every method is one transaction; ``set_order`` one for 500 images."""

    def __init__(self, database: Database, settings: Settings) -> None:
        self._database = database
        self._settings = settings

    # --- what images look like -------------------------------------------------------------

    def set_appearance(self, value: Appearance) -> None:
        """Keep what an image looks like, in place of what it looked like before."""
        row = {
            "image_id": value.image_id,
            "version_id": value.version_id,
            "first_prediction": value.first_prediction,
            "scene": value.scene.astype("<f2").tobytes(),
            "objects": len(value.traits),
            "traits": value.traits.astype("<f2").tobytes(),
            "unconfirmed": _to_text(value.unconfirmed),
        }
        statement = insert(appearance).values(**row)
        with self._database.write() as connection:
            connection.execute(
                statement.on_conflict_do_update(index_elements=["image_id"], set_=row)
            )

    def set_unconfirmed(self, image_id: int, predictions: Sequence[int]) -> None:
        """Say which predictions of an image its mirrored one does not show."""
        chosen = appearance.update().where(appearance.c.image_id == image_id)
        with self._database.write() as connection:
            connection.execute(chosen.values(unconfirmed=_to_text(predictions)))

    def appearances(self, version_id: int) -> dict[int, Appearance]:
        """What each image looks like to a version, where that is known."""
        query = select(appearance).where(appearance.c.version_id == version_id)
        with self._database.read() as connection:
            return {row.image_id: _appearance_of(row) for row in connection.execute(query)}

    # --- the order -------------------------------------------------------------------------

    def set_order(self, ids: Sequence[int], reasons: Mapping[int, Sequence[Reason]]) -> None:
        """Give images their places, others none, and the reasons of some."""
        places = list(enumerate(ids))
        with self._database.write() as connection:
            waiting = image.c.place.is_not(None) & ~is_among(image.c.id, ids)
            connection.execute(image.update().where(waiting).values(place=None))
            connection.execute(delete(reason))
        for start in range(0, len(places), AT_ONCE):
            part = places[start : start + AT_ONCE]
            rows = [
                {"image_id": key, "text": to_text([asdict(one) for one in reasons[key]])}
                for _, key in part
                if key in reasons
            ]
            with self._database.write() as connection:
                connection.exec_driver_sql("UPDATE image SET place=? WHERE id=?", part)
                if rows:
                    connection.execute(reason.insert(), rows)

    def forget(self, ids: Iterable[int]) -> None:
        """Take images out of the order: their predictions are gone."""
        ids = list(ids)
        with self._database.write() as connection:
            connection.execute(image.update().where(is_among(image.c.id, ids)).values(place=None))
            for table in (reason, appearance):
                connection.execute(delete(table).where(is_among(table.c.image_id, ids)))

    def reasons_of(self, image_id: int) -> tuple[Reason, ...]:
        """Why an image is worth a look, the best reason first; empty where nobody said."""
        query = select(reason.c.text).where(reason.c.image_id == image_id)
        with self._database.read() as connection:
            text = connection.execute(query).scalar()
        return () if text is None else _reasons_of(text)

    @property
    def outlook(self) -> Outlook | None:
        """What the next images will bring; None before images were ordered."""
        said = self._settings.get(_OUTLOOK)
        return _outlook_of(said) if isinstance(said, dict) else None

    def set_outlook(self, value: Outlook | None) -> None:
        """Keep what the next images will bring."""
        self._settings.set(_OUTLOOK, None if value is None else asdict(value))


def _to_text(ids: Sequence[int] | None) -> str | None:
    return None if ids is None else to_text(list(ids))


@stored
def _reasons_of(text: str) -> tuple[Reason, ...]:
    found = tuple(Reason(**row) for row in json.loads(text))
    for one in found:
        if not all(isinstance(words, str) for words in (one.text, one.part, one.side)):
            raise TypeError("a reason without words")
        if not all(isinstance(n, int | None) for n in (one.prediction_id, one.joint)):
            raise TypeError("a reason about what is no number")
    return found


@stored
def _outlook_of(said: dict[str, Any]) -> Outlook:
    iou = said.get("iou")
    return Outlook(
        int(said["images"]),
        float(said.get("seconds", 0.0)),
        None if iou is None else float(iou),
        bool(said.get("is_start")),
    )


@stored
def _appearance_of(row: Any) -> Appearance:
    return Appearance(
        row.image_id,
        row.version_id,
        np.frombuffer(row.scene, "<f2"),
        row.first_prediction,
        np.frombuffer(row.traits, "<f2").reshape(row.objects, -1)
        if row.objects
        else np.zeros((0, 0), np.float16),
        None if row.unconfirmed is None else tuple(json.loads(row.unconfirmed)),
    )
