"""Model versions: one trained checkpoint each, with its numbers."""

from __future__ import annotations

from dataclasses import asdict
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from sqlalchemy import Connection, select

from annotator.domain.errors import RefusedError
from annotator.domain.model import ModelVersion
from annotator.store.database import Database, take_ids
from annotator.store.foreign import plain_name, stored
from annotator.store.tables import version

_IS_THERE = version.c.checkpoint != ""

STARTER = ModelVersion(0, "the starter", "squeezenet1_0", "", note="It came with the program.")
"""What helps with single objects before the project has a model version of its own.

It is nothing to choose or to delete, so it has no checkpoint in the project.
"""


class Versions:
    """Every method is one transaction."""

    def __init__(self, database: Database, checkpoints: Path) -> None:
        self._database = database
        self._checkpoints = checkpoints

    def add(self, value: ModelVersion) -> int:
        """Keep a new version; its id is ignored. With ``is_active`` it becomes the one in use."""
        with self._database.write() as connection:
            return _insert(connection, value)

    def all(self, *, even_deleted: bool = False) -> list[ModelVersion]:
        """Every version, newest first; of a deleted one all but the checkpoint is still known."""
        query = select(version).order_by(version.c.id.desc())
        with self._database.read() as connection:
            rows = connection.execute(query if even_deleted else query.where(_IS_THERE)).all()
        return [_version_of(row) for row in rows]

    def next_name(self) -> str:
        """What the next one is called: a name is never given twice."""
        names = [value.name for value in self.all(even_deleted=True)]
        taken = (name[1:] for name in names if name[:1] == "v")
        return f"v{1 + max((int(number) for number in taken if number.isdigit()), default=0)}"

    def get(self, version_id: int) -> ModelVersion:
        """One version.

        Raises:
            RefusedError: there is no such version.
        """
        with self._database.read() as connection:
            query = select(version).where(version.c.id == version_id, _IS_THERE)
            row = connection.execute(query).first()
        if row is None:
            raise RefusedError(f"The project has no model version with the number {version_id}.")
        return _version_of(row)

    def active(self) -> ModelVersion | None:
        """The version in use."""
        with self._database.read() as connection:
            row = connection.execute(select(version).where(version.c.is_active)).first()
        return None if row is None else _version_of(row)

    def starter(self) -> ModelVersion:
        """The starter's row, which objects refer to as to a version; written when first needed."""
        query = select(version).where(version.c.name == STARTER.name, ~_IS_THERE)
        with self._database.write() as connection:
            row = connection.execute(query).first()
            if row is None:
                _insert(connection, STARTER)
                row = connection.execute(query).one()
        return _version_of(row)

    def activate(self, version_id: int) -> None:
        """Use this one from now on.

        Raises:
            RefusedError: there is no such version.
        """
        self.get(version_id)
        with self._database.write() as connection:
            connection.execute(version.update().values(is_active=version.c.id == version_id))

    def delete(self, version_id: int) -> None:
        """Delete a version's checkpoint; what it proposed stays, and so does its name.

        Its row stays too, without a checkpoint: that is what a deleted version is.

        Raises:
            RefusedError: it is in use, or there is no such version.
        """
        value = self.get(version_id)
        if value.is_active:
            raise RefusedError(f"{value.name} is in use; switch to another version first.")
        with self._database.write() as connection:
            gone = version.update().where(version.c.id == version_id)
            connection.execute(gone.values(checkpoint=""))
            same = select(version.c.id).where(version.c.checkpoint == value.checkpoint)
            is_shared = connection.execute(same).first() is not None
        if value.checkpoint and not is_shared:
            place = self._checkpoints / value.checkpoint
            for file in (place, place.with_suffix(".json")):
                file.unlink(missing_ok=True)

    def set_note(self, version_id: int, note: str) -> None:
        """Write down why it is worth keeping."""
        with self._database.write() as connection:
            connection.execute(version.update().where(version.c.id == version_id).values(note=note))


def _insert(connection: Connection, value: ModelVersion) -> int:
    key = take_ids(connection, "version", 1)[0]
    if value.is_active:
        connection.execute(version.update().values(is_active=False))
    created = value.created or datetime.now(UTC).isoformat(timespec="seconds")
    row = asdict(value) | {"id": key, "created": created}
    connection.execute(version.insert().values(**row))
    return key


@stored
def _version_of(row: Any) -> ModelVersion:
    plain_name(row.checkpoint)  # with another one, deleting the version would delete that file
    return ModelVersion(**row._mapping)
