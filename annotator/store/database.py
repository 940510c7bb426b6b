"""One SQLite file: how it is opened, read and written; all of the store goes through it."""

from __future__ import annotations

import os
import sqlite3
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from sqlalchemy import Column, ColumnElement, create_engine, event, func, literal, select
from sqlalchemy.engine import Connection, Engine
from sqlalchemy.exc import DatabaseError, OperationalError
from sqlalchemy.pool import ConnectionPoolEntry, QueuePool

from annotator.domain.errors import (
    KnownError,
    ProjectLockedError,
    RefusedError,
    UnreadableFileError,
)
from annotator.store.tables import sequence

BUSY_SECONDS = 15.0  # a writer waits this long for another's short transaction


class Database:
    """Connections to one project file; every ``write`` is a transaction that waits for its turn."""

    def __init__(self, file: Path, *, is_writable: bool) -> None:
        self.file = file
        self.is_writable = is_writable
        self._engine = create_engine("sqlite://", creator=self._connect, poolclass=QueuePool)
        self._is_closed = False
        event.listen(self._engine, "checkin", self._on_connection_given_back)
        _begin_as_asked(self._engine)
        self._writer = self._engine.execution_options(writes=True)

    def _connect(self) -> sqlite3.Connection:
        name, uri = str(self.file), False
        if not self.is_writable and not os.access(self.file.parent, os.W_OK):
            name, uri = read_only_uri(self.file), True
        link = sqlite3.connect(
            name, timeout=BUSY_SECONDS, isolation_level=None, check_same_thread=False, uri=uri
        )
        link.execute("PRAGMA foreign_keys=ON")
        link.execute("PRAGMA temp_store=MEMORY")
        link.execute("PRAGMA trusted_schema=OFF")  # what a foreign file would have run
        if self.is_writable:
            link.execute("PRAGMA journal_mode=WAL")
            link.execute("PRAGMA synchronous=FULL")  # an edit that was saved survives a power cut
        else:
            link.execute("PRAGMA query_only=ON")
        return link

    @contextmanager
    def read(self) -> Iterator[Connection]:
        """A consistent view; nothing is written.

        Raises:
            UnreadableFileError: the file is damaged or gone.
        """
        with self._known(), self._engine.connect() as connection, connection.begin():
            yield connection

    @contextmanager
    def write(self, *, is_lasting: bool = True) -> Iterator[Connection]:
        """One transaction, committed at the end, rolled back on any error.

        Args:
            is_lasting: False does not wait until the disk has it, some ten milliseconds: it
                outlives the process, but not a power cut that follows at once.

        Raises:
            RefusedError: the project was opened for reading only, or the disk takes no more.
            ProjectLockedError: another process has been writing for too long.
            UnreadableFileError: the file is damaged or gone.
        """
        if not self.is_writable:
            raise RefusedError(f"{self.file.parent} is open for reading only; nothing was changed.")
        if not self.file.exists():  # the system would go on writing to what nobody can find again
            raise UnreadableFileError(
                f"{self.file} is gone; nothing was changed. Put the project back there."
            )
        with self._known(is_writing=True), self._writer.connect() as connection:
            link = connection.connection.driver_connection
            assert link is not None
            link.execute(f"PRAGMA synchronous={'FULL' if is_lasting else 'NORMAL'}")
            with connection.begin():
                yield connection

    @contextmanager
    def _known(self, *, is_writing: bool = False) -> Iterator[None]:
        try:
            yield
        except OperationalError as error:
            raise self._told(error, is_writing=is_writing) from error
        except DatabaseError as error:
            if "not a database" in str(error) or "malformed" in str(error):
                raise self._told(error) from error
            raise
        except sqlite3.DatabaseError as error:
            raise self._told(error) from error

    def _told(self, error: Exception, *, is_writing: bool = False) -> KnownError:
        reason = str(getattr(error, "orig", error))
        if "locked" in reason:
            return ProjectLockedError(
                f"Another process has been writing to {self.file} for more than "
                f"{BUSY_SECONDS:.0f} seconds; try again."
            )
        # A quota, or a limit on one file, arrives as an error of the device.
        if "full" in reason or "readonly" in reason or (is_writing and "I/O" in reason):
            return RefusedError(f"{self.file} could not be written: {reason}.")
        return UnreadableFileError(f"{self.file} could not be read: {reason}.")

    def close(self) -> None:
        """Let go of the file; who is still reading in a thread lets go when he is done."""
        self._is_closed = True
        self._engine.dispose()

    def _on_connection_given_back(self, _link: object, entry: ConnectionPoolEntry) -> None:
        if self._is_closed:
            entry.invalidate()


def read_only_uri(file: Path) -> str:
    """For opening without writing; the files SQLite puts beside cannot be made in every folder."""
    journal = file.with_name(f"{file.name}-wal")
    is_still = not os.access(file.parent, os.W_OK) and not journal.exists()
    return f"{file.resolve().as_uri()}?mode=ro{'&immutable=1' if is_still else ''}"


def _begin_as_asked(engine: Engine) -> None:
    """Begin writes at once as writer: one that starts as a reader may find itself out of date."""

    @event.listens_for(engine, "begin")
    def _on_engine_begin(connection: Connection) -> None:
        writes = connection.get_execution_options().get("writes", False)
        connection.exec_driver_sql("BEGIN IMMEDIATE" if writes else "BEGIN")


def take_ids(connection: Connection, kind: str, count: int) -> range:
    """``count`` ids of that kind that no row ever had."""
    row = connection.execute(select(sequence.c.next).where(sequence.c.kind == kind)).first()
    first = 1 if row is None else int(row[0])
    if row is None:
        connection.execute(sequence.insert().values(kind=kind, next=first + count))
    else:
        change = sequence.update().where(sequence.c.kind == kind)
        connection.execute(change.values(next=first + count))
    return range(first, first + count)


def is_among(column: Column[Any], ids: Iterable[int]) -> ColumnElement[bool]:
    """``column IN ids`` for any number of ids (SQLite limits parameters, not JSON)."""
    text = "[" + ",".join(str(int(i)) for i in ids) + "]"
    values = func.json_each(literal(text)).table_valued("value")
    return column.in_(select(values.c.value))
