"""Opening a project to edit it, or for looking only when somebody else edits it."""

from __future__ import annotations

from pathlib import Path

from annotator.domain.errors import KnownError, ProjectLockedError
from annotator.store.lock import EditorLock
from annotator.store.store import Store


def open_for_editing(folder: Path, person: str) -> tuple[Store, EditorLock | None, str]:
    """Open a project, as its editor if nobody else is.

    Returns:
        The store; the lock, None when somebody else holds it and the store is for looking only;
        why so, in words, else "".

    Raises:
        KnownError: the project cannot be opened.
    """
    lock = EditorLock(folder)
    try:
        lock.acquire(person)
    except ProjectLockedError as error:
        return Store.open(folder, writable=False), None, str(error)
    try:
        return Store.open(folder), lock, ""
    except KnownError:
        lock.release()
        raise
