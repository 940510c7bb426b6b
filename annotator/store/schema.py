"""Which form a project file has, and how an older one is brought up to date.

Alembic is imported only when there is something to migrate: a window opens without it.
"""

from __future__ import annotations

import shutil
import sqlite3
from contextlib import closing
from pathlib import Path
from typing import Final

from sqlalchemy import create_engine
from sqlalchemy.engine import URL

import annotator.store.review_tables  # noqa: F401  its tables belong to the schema too
from annotator.domain.errors import RefusedError, UnreadableFileError
from annotator.store.database import read_only_uri
from annotator.store.tables import metadata

SCRIPTS: Final = Path(__file__).parent / "migrations"
KNOWN: Final = ("0001", "0002", "0003", "0004", "0006")
"""Oldest first; the last is what this program writes."""
APPLICATION_ID: Final = 0x414E4E4F  # "ANNO", so that `file` and we know one of ours


def create(file: Path) -> None:
    """Write an empty project file."""
    engine = create_engine(URL.create("sqlite", database=str(file)))
    with engine.begin() as connection:
        connection.exec_driver_sql(f"PRAGMA application_id={APPLICATION_ID}")
        metadata.create_all(connection)
        connection.exec_driver_sql(
            "CREATE TABLE alembic_version (version_num VARCHAR(32) NOT NULL, "
            "CONSTRAINT alembic_version_pkc PRIMARY KEY (version_num))"
        )
        connection.exec_driver_sql("INSERT INTO alembic_version VALUES (?)", (KNOWN[-1],))
    engine.dispose()


def version_of(file: Path) -> str:
    """The form of a project file, "" for one from before the first.

    Raises:
        UnreadableFileError: it is no project file.
    """
    try:
        with closing(sqlite3.connect(read_only_uri(file), uri=True)) as link:
            application = link.execute("PRAGMA application_id").fetchone()[0]
            tables = {row[0] for row in link.execute("SELECT name FROM sqlite_master")}
            rows = "SELECT version_num FROM alembic_version"
            found = link.execute(rows).fetchone() if "alembic_version" in tables else None
    except sqlite3.Error as error:
        raise UnreadableFileError(f"{file} is no project file: {error}.") from error
    if application != APPLICATION_ID:
        raise UnreadableFileError(f"{file} is a database, but not one of an Annotator project.")
    return str(found[0]) if found else ""


def bring_up_to_date(file: Path, *, is_writable: bool, scripts: Path = SCRIPTS) -> None:
    """Migrate an older file, after putting a copy of it beside.

    Raises:
        UnreadableFileError: it is no project file.
        RefusedError: a newer program wrote it, or it is older and may not be written.
    """
    found = version_of(file)
    if found == KNOWN[-1]:
        return
    if found and found not in KNOWN:
        raise RefusedError(
            f"{file.parent} was written by a newer version of Annotator (form {found}; this "
            f"program knows up to {KNOWN[-1]}). Update the program to open it; nothing was changed."
        )
    if not is_writable:
        raise RefusedError(
            f"{file.parent} was written by an older version of Annotator and has to be brought up "
            "to date first: open it once for editing."
        )
    _copy_beside(file, found)
    migrate(file, scripts=scripts)


def migrate(file: Path, *, scripts: Path = SCRIPTS) -> None:
    """Run what migrations are left."""
    from alembic import command  # noqa: PLC0415 - a third of a second that a window need not wait
    from alembic.config import Config  # noqa: PLC0415

    config = Config()
    config.set_main_option("script_location", str(scripts).replace("%", "%%"))
    config.set_main_option("path_separator", "os")
    engine = create_engine(URL.create("sqlite", database=str(file)))
    try:
        with engine.begin() as connection:
            config.attributes["connection"] = connection
            command.upgrade(config, "head")
    finally:
        engine.dispose()


def _copy_beside(file: Path, found: str) -> None:
    """A consistent copy, through SQLite, since part of it may still be in the journal."""
    target = file.with_name(f"{file.stem}-before-{KNOWN[-1]}{file.suffix}")
    part = target.with_suffix(".part")
    with closing(sqlite3.connect(file)) as old, closing(sqlite3.connect(part)) as new:
        old.backup(new)
    shutil.move(part, target)
