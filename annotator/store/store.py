"""One open project: a folder with ``project.sqlite``, ``checkpoints/`` and ``cache/``."""

from __future__ import annotations

from pathlib import Path
from types import TracebackType
from typing import Final, Self

from annotator.domain.errors import RefusedError, UnreadableFileError
from annotator.store import backups, schema
from annotator.store.annotations import Annotations
from annotator.store.bulk import Bulk
from annotator.store.categories import Categories
from annotator.store.database import Database, take_ids
from annotator.store.history import History
from annotator.store.images import Images
from annotator.store.outcomes import Outcomes
from annotator.store.predictions import Predictions
from annotator.store.queue import Queue
from annotator.store.roots import Roots
from annotator.store.settings import Settings
from annotator.store.sources import Sources
from annotator.store.statistics import Counts
from annotator.store.suspects import Suspects
from annotator.store.versions import Versions
from annotator.store.work import WorkLog

FILE_NAME: Final = "project.sqlite"


class Store:
    """What a project remembers.

    Methods of its parts return domain values and are one transaction each.
    Safe to use from several threads and processes; edits wait their turn.
    """

    def __init__(self, folder: Path, database: Database) -> None:
        self.folder = folder
        self.checkpoints = folder / "checkpoints"
        self.cache = folder / "cache"
        self.is_writable = database.is_writable
        self._database = database
        self.roots = Roots(database, folder)
        self.images = Images(database, self.roots)
        self.categories = Categories(database)
        self.annotations = Annotations(database)
        self.predictions = Predictions(database)
        self.outcomes = Outcomes(database)
        self.history = History(database)
        self.bulk = Bulk(database)
        self.versions = Versions(database, self.checkpoints)
        self.settings = Settings(database)
        self.counts = Counts(database)
        self.sources = Sources(database, self.roots)
        self.suspects = Suspects(database)
        self.work = WorkLog(database)
        self.queue = Queue(database, self.settings)

    @classmethod
    def create(cls, folder: Path) -> Store:
        """Make an empty project in a folder, which may hold other files.

        Raises:
            RefusedError: it holds a project already, or cannot be written.
        """
        folder = folder.absolute()
        file = folder / FILE_NAME
        if file.exists():
            raise RefusedError(f"{folder} holds a project already.")
        try:
            folder.mkdir(parents=True, exist_ok=True)
            _make_folders(folder)
            part = file.with_suffix(".part")
            part.unlink(missing_ok=True)
            schema.create(part)
            part.replace(file)
        except OSError as error:
            raise RefusedError(f"No project can be made in {folder}: {error}.") from error
        return cls.open(folder)

    @classmethod
    def open(cls, folder: Path, *, writable: bool = True) -> Store:
        """Open a project; an older one is brought up to date, with a copy beside.

        Raises:
            UnreadableFileError: there is no project, or its file is damaged.
            RefusedError: a newer program wrote it.
        """
        folder = folder.absolute()
        file = folder / FILE_NAME
        if writable:
            backups.finish_restoring(folder, FILE_NAME)
        if not file.is_file():
            raise UnreadableFileError(f"{folder} holds no project: {FILE_NAME} is missing.")
        schema.bring_up_to_date(file, is_writable=writable)
        if writable:
            _make_folders(folder)
        return cls(folder, Database(file, is_writable=writable))

    def close(self) -> None:
        """Let go of the file; what was written stays written."""
        self._database.close()

    def take_ids(self, kind: str, count: int = 1) -> range:
        """Ids for new "annotation" or "category" rows: never used before, never given again."""
        with self._database.write() as connection:
            return take_ids(connection, kind, count)

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self.close()


def _make_folders(folder: Path) -> None:
    for name in ("checkpoints", "cache"):
        (folder / name).mkdir(exist_ok=True)
