"""Model versions: one trained checkpoint each, with its numbers."""

from __future__ import annotations

from dataclasses import asdict
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from sqlalchemy import select

from annotator.domain.errors import RefusedError
from annotator.domain.model import ModelVersion
from annotator.store.database import Database, take_ids
from annotator.store.tables import decision, image, prediction, version


class Versions:
    """Every method is one transaction."""

    def __init__(self, database: Database, checkpoints: Path) -> None:
        self._database = database
        self._checkpoints = checkpoints

    def add(self, value: ModelVersion) -> int:
        """Keep a new version; its id is ignored. With ``is_active`` it becomes the one in use."""
        with self._database.write() as connection:
            key = take_ids(connection, "version", 1)[0]
            if value.is_active:
                connection.execute(version.update().values(is_active=False))
            created = value.created or datetime.now(UTC).isoformat(timespec="seconds")
            row = asdict(value) | {"id": key, "created": created}
            connection.execute(version.insert().values(**row))
        return key

    def all(self) -> list[ModelVersion]:
        """Every version, newest first."""
        with self._database.read() as connection:
            rows = connection.execute(select(version).order_by(version.c.id.desc())).all()
        return [_version_of(row) for row in rows]

    def get(self, version_id: int) -> ModelVersion:
        """One version.

        Raises:
            RefusedError: there is no such version.
        """
        with self._database.read() as connection:
            row = connection.execute(select(version).where(version.c.id == version_id)).first()
        if row is None:
            raise RefusedError(f"The project has no model version with the number {version_id}.")
        return _version_of(row)

    def active(self) -> ModelVersion | None:
        """The version in use."""
        with self._database.read() as connection:
            row = connection.execute(select(version).where(version.c.is_active)).first()
        return None if row is None else _version_of(row)

    def activate(self, version_id: int) -> None:
        """Use this one from now on.

        Raises:
            RefusedError: there is no such version.
        """
        self.get(version_id)
        with self._database.write() as connection:
            connection.execute(version.update().values(is_active=version.c.id == version_id))

    def delete(self, version_id: int) -> None:
        """Forget a version, its checkpoint and what it proposed and nobody decided.

        Raises:
            RefusedError: it is in use, or there is no such version.
        """
        value = self.get(version_id)
        if value.is_active:
            raise RefusedError(f"{value.name} is in use; switch to another version first.")
        decided = select(decision.c.prediction_id)
        undecided = prediction.c.id.not_in(decided)
        with self._database.write() as connection:
            connection.execute(version.delete().where(version.c.id == version_id))
            of_version = prediction.c.version_id == version_id
            connection.execute(prediction.delete().where(of_version, undecided))
            chosen = image.update().where(image.c.version_id == version_id)
            connection.execute(chosen.values(version_id=None))
            same = select(version.c.id).where(version.c.checkpoint == value.checkpoint)
            is_shared = connection.execute(same).first() is not None
        if value.checkpoint and not is_shared:
            (self._checkpoints / value.checkpoint).unlink(missing_ok=True)

    def set_note(self, version_id: int, note: str) -> None:
        """Write down why it is worth keeping."""
        with self._database.write() as connection:
            connection.execute(version.update().where(version.c.id == version_id).values(note=note))


def _version_of(row: Any) -> ModelVersion:
    return ModelVersion(**row._mapping)
