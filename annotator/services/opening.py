"""Opening a project to edit it, or for looking only when somebody else edits it."""

from __future__ import annotations

from pathlib import Path

from annotator.domain.errors import KnownError, ProjectLockedError, UnreadableFileError
from annotator.services.folder import is_file
from annotator.store.lock import EditorLock
from annotator.store.store import FILE_NAME, Store


def open_for_editing(folder: Path, person: str) -> tuple[Store, EditorLock | None, str]:
    """Open a project, as its editor if nobody else is.

    Returns:
        The store; the lock, None when somebody else holds it, or the folder cannot be written to,
        and the store is for looking only; why so, in words, else "".

    Raises:
        KnownError: the project cannot be opened.
    """
    if not is_file(folder / FILE_NAME):
        raise UnreadableFileError(f"{folder} holds no project: {FILE_NAME} is missing.")
    lock = EditorLock(folder)
    try:
        lock.acquire(person)
    except ProjectLockedError as error:
        return Store.open(folder, writable=False), None, str(error)
    except OSError:
        words = f"{folder} cannot be written to; it opens for reading only."
        return Store.open(folder, writable=False), None, words
    try:
        return Store.open(folder), lock, ""
    except KnownError:
        lock.release()
        raise
