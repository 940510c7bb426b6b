"""Backups of a project: whole copies of its file in ``backups/``, numbered, checked, and bounded.

They are ordered by number, never by the clock, which may jump. What a restoring replaced lies there
too, set aside under a number of its own, and is never removed.
"""

from __future__ import annotations

import re
import shutil
import threading
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Final

from annotator.domain.errors import KnownError, RefusedError, UnreadableFileError
from annotator.store import copies, schema

FOLDER: Final = "backups"
RECENT: Final = 5
"""The newest ones are all kept."""
DAYS: Final = 7
"""Of so many of the latest days, the last one of each."""
MOST_BYTES: Final = 4_000_000_000
"""All together; the two newest are kept even if they are larger."""
_ROOM: Final = 50_000_000  # bytes of the disk that a backup leaves to the work itself
_NAME = re.compile(r"(?P<number>\d{4,})-(?P<made>\d{8}T\d{6})Z(?P<aside>-aside)?\.sqlite")
_UNFINISHED: Final = "{} could not be restored to the end: {}. Opening it again tries once more."
_one_at_a_time = threading.Lock()


@dataclass(frozen=True, slots=True)
class Backup:
    """One copy.

    Attributes:
        path: the file.
        number: counts up; a higher one is newer.
        made: when, ISO 8601 with its offset.
        is_aside: it is what a restoring replaced.
        size: bytes.
    """

    path: Path
    number: int
    made: str
    is_aside: bool
    size: int


@dataclass(frozen=True, slots=True)
class Contents:
    """What is in a backup; ``problem`` says why it cannot be restored, else ""."""

    images: int
    objects: int
    problem: str = ""


def every(folder: Path) -> list[Backup]:
    """The backups of a project, newest first; what is unlike one is left out."""
    place = folder / FOLDER
    found = [_backup_of(path) for path in place.iterdir()] if place.is_dir() else []
    return sorted((b for b in found if b is not None), key=lambda b: b.number, reverse=True)


def contents(backup: Backup) -> Contents:
    """Look into one."""
    try:
        schema.version_of(backup.path)
        return Contents(*copies.counts_of(backup.path))
    except KnownError:
        return Contents(0, 0, "It cannot be read.")


def make(folder: Path, file_name: str) -> Backup | None:
    """Back a project up, and remove backups that are superseded.

    It reads while others write. Two calls wait for each other.

    Returns:
        The backup; None when nothing changed since the newest one.

    Raises:
        UnreadableFileError: the project file is damaged; no backup was made or removed.
        RefusedError: the disk is too full, or takes no more.
        ProjectLockedError: another program keeps everybody out.
    """
    file = folder / file_name
    with _one_at_a_time:
        found = every(folder)
        if found and _is_same(file, found):
            return None
        place = folder / FOLDER
        try:
            place.mkdir(exist_ok=True)
        except OSError as error:
            raise RefusedError(f"No backup can be made in {place}: {error.strerror}.") from error
        _ask_for_room(file, place)
        target = place / _next_name(found)
        copies.copy(file, target)
        _remove_superseded(every(folder))
        return _backup_of(target)


def restore(folder: Path, file_name: str, chosen: Backup) -> Backup | None:
    """Put a backup in the place of the project file, which is set aside as it is.

    Nobody may have the project open.

    Returns:
        What was set aside; None where there was no project file.

    Raises:
        UnreadableFileError: the backup is damaged; nothing was changed.
        ProjectLockedError: somebody has the project open; nothing was changed.
        RefusedError: the disk takes no more, or the backup is of a newer program; nothing changed.
    """
    file = folder / file_name
    with _one_at_a_time:
        found = schema.version_of(chosen.path)
        if found and found not in schema.KNOWN:
            raise RefusedError(f"{chosen.path} was written by a newer version of Annotator.")
        aside = folder / FOLDER / _next_name(every(folder), is_aside=True)
        try:
            copies.replace(file, chosen.path, aside)
        except OSError as error:
            raise RefusedError(_UNFINISHED.format(folder, error.strerror)) from error
        return _backup_of(aside) if aside.exists() else None


def finish_restoring(folder: Path, file_name: str) -> None:
    """Finish what a crash broke off in the middle of ``restore``.

    Raises:
        RefusedError: a file cannot be renamed; the next opening tries again.
    """
    try:
        copies.finish(folder / file_name, folder / FOLDER)
    except OSError as error:
        raise RefusedError(_UNFINISHED.format(folder, error.strerror)) from error


def damage(folder: Path, file_name: str) -> str:
    """What is wrong with the project file, in SQLite's words; "" when nothing is.

    Raises:
        ProjectLockedError: another program keeps everybody out.
    """
    return copies.damage_of(folder / file_name)


def _backup_of(path: Path) -> Backup | None:
    name = _NAME.fullmatch(path.name)
    if name is None:
        return None
    try:
        made = datetime.strptime(name["made"], "%Y%m%dT%H%M%S").replace(tzinfo=UTC)
        size = path.stat().st_size
    except (ValueError, OSError):
        return None
    return Backup(path, int(name["number"]), made.isoformat(), bool(name["aside"]), size)


def _next_name(found: list[Backup], *, is_aside: bool = False) -> str:
    number = 1 + max((b.number for b in found), default=0)
    return f"{number:04d}-{datetime.now(UTC):%Y%m%dT%H%M%S}Z{'-aside' if is_aside else ''}.sqlite"


def _is_same(file: Path, found: list[Backup]) -> bool:
    """Whether the newest backup, unless it was set aside, says all the project says."""
    newest = found[0]
    if newest.is_aside:
        return False
    try:
        return copies.mark_of(newest.path) == copies.mark_of(file)
    except UnreadableFileError:
        return False


def _ask_for_room(file: Path, place: Path) -> None:
    journal = file.with_name(f"{file.name}-wal")
    size = sum(part.stat().st_size for part in (file, journal) if part.exists())
    free = shutil.disk_usage(place).free
    if free < size + _ROOM:
        raise RefusedError(
            f"No backup was made: the disk of {place} has only {free // 1_000_000:,} MB left."
        )


def _remove_superseded(found: list[Backup]) -> None:
    """``found`` is newest first."""
    own = [b for b in found if not b.is_aside]
    last_of_day: dict[str, Backup] = {}
    for backup in own:
        last_of_day.setdefault(backup.made[:10], backup)
    kept = [*own[:RECENT], *list(last_of_day.values())[:DAYS]]
    total = 0
    for place, backup in enumerate(own):
        total += backup.size if backup in kept else 0
        if backup not in kept or (total > MOST_BYTES and place >= 2):
            backup.path.unlink(missing_ok=True)
