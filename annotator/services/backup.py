"""Backups of a project, for window and command line: when one is due, and how one is put back."""

from __future__ import annotations

from pathlib import Path

from annotator.domain.errors import ProjectLockedError, RefusedError, UnreadableFileError
from annotator.store import backups
from annotator.store.backups import Backup, Contents
from annotator.store.lock import EditorLock
from annotator.store.store import FILE_NAME

__all__ = [
    "Backup",
    "Contents",
    "back_up",
    "check_and_back_up",
    "has_any",
    "listed",
    "look_into",
    "restore",
]


def has_any(folder: Path) -> bool:
    """Whether there is anything a project could be restored from."""
    return bool(backups.every(folder))


def listed(folder: Path) -> list[tuple[Backup, Contents]]:
    """Every backup with what is in it, newest first; reads all of them."""
    return [(backup, look_into(backup)) for backup in backups.every(folder)]


def look_into(backup: Backup) -> Contents:
    """How many images and objects a backup holds."""
    return backups.contents(backup)


def check_and_back_up(folder: Path) -> Backup | None:
    """Look through the project file, and back it up when something changed.

    Returns:
        The backup; None when nothing changed since the newest one.

    Raises:
        UnreadableFileError: the project file is damaged; no backup was made or removed.
        RefusedError: the disk is too full for one, or takes no more.
        ProjectLockedError: another program keeps everybody out.
    """
    if damage := backups.damage(folder, FILE_NAME):
        raise UnreadableFileError(
            f"{folder / FILE_NAME} is damaged ({damage}). Restore a backup: the damaged file is "
            "set aside, not overwritten."
        )
    return back_up(folder)


def back_up(folder: Path) -> Backup | None:
    """Back a project up when something changed; the copy is looked through, not the project.

    Returns and raises as ``check_and_back_up``.
    """
    try:
        return backups.make(folder, FILE_NAME)
    except OSError as error:  # a disk that was pulled out, a folder that is somebody else's
        raise RefusedError(f"No backup of {folder} could be made: {error.strerror}.") from error


def restore(folder: Path, person: str, number: int | None = None) -> tuple[Backup, Backup | None]:
    """Put a backup in the place of the project's present state, which is set aside.

    Args:
        folder: the project's.
        person: who restores, for the message others get meanwhile.
        number: which backup; None for the newest that is sound and was not set aside.

    Returns:
        The backup restored, and what was set aside: restoring that one takes it back.

    Raises:
        RefusedError: there is no such backup, or the disk takes no more; nothing was changed.
        UnreadableFileError: that backup is damaged; nothing was changed.
        ProjectLockedError: somebody has the project open; nothing was changed.
    """
    if not folder.is_dir():
        raise UnreadableFileError(f"{folder}: there is no such folder.")
    chosen = _candidates(folder, number)
    lock = EditorLock(folder)
    try:
        lock.acquire(person)
    except ProjectLockedError as error:
        raise ProjectLockedError(
            f"{folder} is being edited by {lock.owner()}. Close it there, then restore."
        ) from error
    except OSError as error:
        raise RefusedError(f"{folder} cannot be written to: {error.strerror}.") from error
    try:
        return _restore_first(folder, chosen)
    finally:
        lock.release()


def _candidates(folder: Path, number: int | None) -> list[Backup]:
    found = backups.every(folder)
    if number is not None:
        chosen = [backup for backup in found if backup.number == number]
        if not chosen:
            raise RefusedError(f"{folder} has no backup number {number}.")
        return chosen
    own = [backup for backup in found if not backup.is_aside]
    if not own:
        raise RefusedError(f"{folder} has no backup yet.")
    return own


def _restore_first(folder: Path, chosen: list[Backup]) -> tuple[Backup, Backup | None]:
    """Restore the first that is sound."""
    for place, backup in enumerate(chosen):
        try:
            return backup, backups.restore(folder, FILE_NAME, backup)
        except UnreadableFileError:
            if place == len(chosen) - 1:
                raise
    raise AssertionError("no candidate")
