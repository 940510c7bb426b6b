"""The folders images are found under."""

from __future__ import annotations

import os
from dataclasses import dataclass
from pathlib import Path

from sqlalchemy import select
from sqlalchemy.engine import Connection

from annotator.domain.errors import RefusedError
from annotator.store.database import Database, take_ids
from annotator.store.tables import root


@dataclass(frozen=True, slots=True)
class Root:
    """A folder of images, absolute."""

    id: int
    path: Path


class Roots:
    """Folders, kept relative to the project and absolute: either may move, the project or both."""

    def __init__(self, database: Database, folder: Path) -> None:
        self._database = database
        self._folder = folder
        self._paths: dict[int, Path] = {}

    def all(self) -> list[Root]:
        """Every root, oldest first."""
        with self._database.read() as connection:
            rows = connection.execute(select(root).order_by(root.c.id)).all()
        self._paths = {row.id: self._found(row.path, row.absolute) for row in rows}
        return [Root(key, path) for key, path in self._paths.items()]

    def path_of(self, root_id: int) -> Path:
        """The folder, whether or not it is there now.

        Raises:
            RefusedError: the project has no such root.
        """
        if root_id not in self._paths:
            self.all()
        if root_id not in self._paths:
            raise RefusedError(f"The project has no image folder number {root_id}.")
        return self._paths[root_id]

    def add(self, path: Path) -> int:
        """The id of that folder, a new one where it was not known."""
        known = self._known(_absolute(path))
        if known is not None:
            return known
        with self._database.write() as connection:
            return self.add_within(connection, path)

    def add_within(self, connection: Connection, path: Path) -> int:
        """The same within someone's transaction, which may yet come to nothing."""
        path = _absolute(path)
        known = self._known(path)
        if known is not None:
            return known
        key = take_ids(connection, "root", 1)[0]
        connection.execute(root.insert().values(id=key, **self._columns(path)))
        return key

    def relink(self, root_id: int, path: Path) -> None:
        """Say where the folder is now."""
        path = _absolute(path)
        with self._database.write() as connection:
            change = root.update().where(root.c.id == root_id)
            connection.execute(change.values(**self._columns(path)))
        self._paths[root_id] = path

    def _known(self, path: Path) -> int | None:
        for known in self.all():
            if known.path == path or known.path.resolve() == path.resolve():
                return known.id
        return None

    def _columns(self, path: Path) -> dict[str, str]:
        try:
            relative = Path(os.path.relpath(path, self._folder)).as_posix()
        except ValueError:  # another drive
            relative = str(path)
        return {"path": relative, "absolute": str(path)}

    def _found(self, relative: str, absolute: str) -> Path:
        near = _absolute(self._folder / relative)
        return near if near.is_dir() or not Path(absolute).is_dir() else Path(absolute)


def _absolute(path: Path) -> Path:
    return Path(os.path.abspath(path))  # noqa: PTH100 - links stay as the person named them
