"""Keeps a folder of files that can be made again within bounds: what was not used longest goes."""

from __future__ import annotations

import os
from pathlib import Path


def thumbnails_in(cache: Path) -> Path:
    """Where a project's cache folder has small pictures of its images, a file each."""
    return cache / "thumbnails"


def thumbnail_file(folder: Path, image_id: int) -> Path:
    """The small picture of one image."""
    return folder / f"{image_id}.jpg"


def is_newer(made: Path, source: Path) -> bool:
    """Whether what was made of a file is there, and made of the file as it is."""
    try:
        return made.stat().st_mtime_ns >= source.stat().st_mtime_ns
    except OSError:
        return False


def trim(folder: Path, *, most_bytes: int) -> int:
    """Remove files until the rest takes less than three quarters of the bound, if it is passed.

    A file counts as used when it was last changed; ``use`` says that it is used now. Files that go
    or come meanwhile, and such as cannot be removed, are left out.

    Returns:
        How many files were removed.
    """
    found: list[tuple[int, int, str]] = []
    try:
        with os.scandir(folder) as entries:
            for entry in entries:
                if entry.is_file(follow_symlinks=False):
                    known = entry.stat(follow_symlinks=False)
                    found.append((known.st_mtime_ns, known.st_size, entry.path))
    except OSError:
        return 0  # no such folder, or one that may not be read: nothing to keep within bounds
    left = sum(size for _, size, _ in found)
    if left <= most_bytes:
        return 0
    removed = 0
    for _, size, path in sorted(found):
        if left <= 3 * most_bytes // 4:
            break
        removed += _remove(Path(path))
        left -= size
    return removed


def use(file: Path) -> None:
    """Say that a file is used now; one that cannot be marked counts by its age."""
    try:
        os.utime(file)
    except OSError:
        return


def _remove(file: Path) -> bool:
    try:
        file.unlink()
    except OSError:
        return False
    return True
