"""One window edits a project at a time."""

from __future__ import annotations

import json
import os
from datetime import UTC, datetime
from pathlib import Path

from filelock import FileLock, Timeout

from annotator.domain.errors import ProjectLockedError


class EditorLock:
    """Held while a window, or a command that changes things, edits; let go when its process ends.

    The system keeps the lock, so that a killed process leaves none behind; who holds it stands in a
    small file beside, for the message only.
    """

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        self._lock = FileLock(folder / ".editor.lock")
        self._owner_file = folder / ".editor.json"

    @property
    def is_held(self) -> bool:
        """Whether this object holds it."""
        return bool(self._lock.is_locked)

    def acquire(self, owner: str) -> None:
        """Take it at once or not at all.

        Args:
            owner: who edits, for the message others get: "Ada's window".

        Raises:
            ProjectLockedError: someone else edits; the message names them.
        """
        try:
            self._lock.acquire(timeout=0)
        except Timeout as error:
            raise ProjectLockedError(
                f"{self._folder} is being edited by {self.owner()}; it opens for reading only."
            ) from error
        started = datetime.now(UTC).isoformat(timespec="seconds")
        entry = {"owner": owner, "pid": os.getpid(), "since": started}
        part = self._owner_file.with_suffix(".part")
        part.write_text(json.dumps(entry), encoding="utf-8")
        part.replace(self._owner_file)

    def owner(self) -> str:
        """Who holds it, in words."""
        try:
            entry = json.loads(self._owner_file.read_text(encoding="utf-8"))
            return f"{entry['owner']} (process {entry['pid']}, since {entry['since']})"
        except (OSError, ValueError, KeyError, TypeError):
            return "another process"

    def release(self) -> None:
        """Give it back; nothing happens when it is not held."""
        if self.is_held:
            self._owner_file.unlink(missing_ok=True)
            self._lock.release()
