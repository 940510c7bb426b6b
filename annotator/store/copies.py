"""Copying a project file while it is in use, checking one, and putting a copy in its place."""

from __future__ import annotations

import os
import shutil
import sqlite3
import time
from collections.abc import Iterator
from contextlib import closing, contextmanager, suppress
from pathlib import Path
from typing import Final

from annotator.domain.errors import (
    KnownError,
    ProjectLockedError,
    RefusedError,
    UnreadableFileError,
)
from annotator.store.database import read_only_uri

_WAIT_S: Final = 15.0
_COUNTS: Final = ("image", "annotation")
_INTENT: Final = ".restoring-"
PATIENCE_S = 10.0
"""A thread of this process that still reads is waited for so long."""
_BESIDE: Final = ("-wal", "-shm")


def mark_of(file: Path) -> tuple[tuple[str, int], ...]:
    """What differs between two states of a project: the next number of each kind of row.

    Raises:
        UnreadableFileError: it is no project file, or damaged.
    """
    with _reading(file) as link:
        return tuple(link.execute("SELECT kind, next FROM sequence ORDER BY kind").fetchall())


def counts_of(file: Path) -> tuple[int, int]:
    """How many images and objects a project file holds.

    Raises:
        UnreadableFileError: it is no project file, or damaged.
    """
    with _reading(file) as link:
        counts = [link.execute(f"SELECT count(*) FROM {name}").fetchone()[0] for name in _COUNTS]
    return counts[0], counts[1]


def damage_of(file: Path, *, is_thorough: bool = False) -> str:
    """What is wrong with a project file, in SQLite's words; "" when nothing is.

    Args:
        file: a project file; what its journal holds is looked at too.
        is_thorough: also compare every index with its table, which takes several times as long.

    Raises:
        ProjectLockedError: another program keeps everybody out.
    """
    try:
        with _reading(file) as link:
            check = "integrity_check" if is_thorough else "quick_check"
            return _first_finding(link, check)
    except (UnreadableFileError, RefusedError) as error:
        return str(error.__cause__ or error)


def copy(file: Path, target: Path) -> None:
    """A consistent copy of a file that others may be writing to, checked, then in its place.

    Raises:
        UnreadableFileError: the file is damaged; there is no copy.
        RefusedError: the copy cannot be written.
        ProjectLockedError: another program keeps everybody out.
    """
    part = target.with_name(f"{target.name}.part")
    try:
        part.unlink(missing_ok=True)
        with _reading(file) as old, closing(_connect(str(part))) as new:
            new.execute("PRAGMA synchronous=OFF")  # it is flushed as a whole below
            old.backup(new)
            new.execute("PRAGMA journal_mode=DELETE").fetchone()  # so that it stands alone
            if damage := _first_finding(new, "integrity_check"):
                raise UnreadableFileError(f"{file} is damaged: {damage}.")
        _flush(part)
        part.replace(target)
        _flush_folder(target.parent)
    except OSError as error:
        raise RefusedError(f"{target} could not be written: {error.strerror}.") from error
    finally:
        with suppress(OSError):
            part.unlink(missing_ok=True)


def replace(file: Path, source: Path, aside: Path) -> None:
    """Put a copy of ``source`` in the place of ``file``, whose present state is set aside.

    What is to be done is written down before it begins: a crash in between is mended by ``finish``.

    Args:
        file: the project file; it may be damaged, or missing.
        source: a sound project file.
        aside: where the present state goes; it must not be there yet.

    Raises:
        UnreadableFileError: ``source`` is damaged; nothing was changed.
        ProjectLockedError: another program has the project open; nothing was changed.
        RefusedError: the disk takes no more; nothing was changed.
    """
    _keep_out_others(file)
    copy(source, file.with_name(f"{_INTENT}{aside.name}"))
    finish(file, aside.parent)


def finish(file: Path, folder: Path) -> None:
    """Finish a restoring that a crash broke off; nothing happens where none was.

    Args:
        file: the project file.
        folder: where present states are set aside.
    """
    for intent in sorted(file.parent.glob(f"{_INTENT}*{file.suffix}")):
        aside = folder / intent.name.removeprefix(_INTENT)
        folder.mkdir(exist_ok=True)
        journal, its = (p.with_name(f"{p.name}{_BESIDE[0]}") for p in (file, aside))
        if file.exists() and not aside.exists():
            _link(file, aside)
        if journal.exists() and not its.exists():
            journal.rename(its)
        for beside in _BESIDE:
            file.with_name(f"{file.name}{beside}").unlink(missing_ok=True)
        intent.replace(file)
        _flush_folder(file.parent)


def _keep_out_others(file: Path) -> None:
    """Fold the journal in; that fails while anybody else has the file open.

    What is damaged is only read: whoever may write, tidies the journal away when he closes.
    """
    if not file.exists() or damage_of(file):
        return
    give_up = time.monotonic() + PATIENCE_S
    while (error := _fold_in(file)) is not None:
        if "locked" not in str(error):
            return
        if time.monotonic() > give_up:
            raise ProjectLockedError(
                f"{file.parent} is still open in another window or program. Close it there, then "
                "restore again; nothing was changed."
            ) from error
        time.sleep(0.05)  # a thread may still be reading; SQLite itself does not wait for readers


def _fold_in(file: Path) -> sqlite3.Error | None:
    try:
        with closing(_connect(f"{file.absolute().as_uri()}?mode=rw", uri=True, wait=2.0)) as link:
            link.execute("PRAGMA journal_mode=DELETE").fetchone()
    except sqlite3.Error as error:
        return error
    return None


@contextmanager
def _reading(file: Path) -> Iterator[sqlite3.Connection]:
    """A connection that writes nothing, not even beside a copy that stands alone."""
    try:
        with closing(_connect(_uri(file), uri=True)) as link:
            link.execute("BEGIN")
            yield link
    except sqlite3.Error as error:
        raise _told(error, file) from error


def _told(error: sqlite3.Error, file: Path) -> KnownError:
    reason = str(error)
    if "locked" in reason:
        return ProjectLockedError(f"{file} is held by another program; try again.")
    if any(word in reason for word in ("full", "readonly", "I/O")):
        return RefusedError(f"{file} could not be copied: {reason}.")
    return UnreadableFileError(f"{file} could not be read: {reason}.")


def _uri(file: Path) -> str:
    """How to open it; one without a journal beside is looked at first.

    Who closes a file gives up every lock that his process has on it, SQLite's too. The next process
    to close the project would take its journal away under a window that works with it.
    """
    uri = read_only_uri(file)
    if file.with_name(f"{file.name}{_BESIDE[0]}").exists():
        return uri
    with suppress(OSError), file.open("rb") as raw:
        raw.seek(18)
        is_alone = raw.read(1) == b"\1"  # the format's "write version": 2 for one with a journal
        if is_alone and "immutable" not in uri:
            return f"{uri}&immutable=1"
    return uri


def _connect(name: str, *, uri: bool = False, wait: float = _WAIT_S) -> sqlite3.Connection:
    return sqlite3.connect(name, timeout=wait, isolation_level=None, uri=uri)


def _first_finding(link: sqlite3.Connection, check: str) -> str:
    found = str(link.execute(f"PRAGMA {check}(1)").fetchone()[0])
    return "" if found == "ok" else " ".join(found.split())


def _link(file: Path, aside: Path) -> None:
    """One more name for the file; a copy where the disk knows no such thing."""
    try:
        os.link(file, aside)
    except OSError:
        part = aside.with_name(f"{aside.name}.part")
        shutil.copyfile(file, part)
        _flush(part)
        part.replace(aside)


def _flush(file: Path) -> None:
    with file.open("rb+") as raw:
        os.fsync(raw.fileno())


def _flush_folder(folder: Path) -> None:
    """A new name survives a power cut only when its folder is flushed, where that can be asked."""
    with suppress(OSError):
        handle = os.open(folder, os.O_RDONLY)
        try:
            os.fsync(handle)
        finally:
            os.close(handle)
