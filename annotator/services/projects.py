"""Where projects are: the folder of images somebody opens leads to the project beside them."""

from __future__ import annotations

import contextlib
import hashlib
import os
import shutil
from pathlib import Path

from annotator.domain.errors import KnownError, RefusedError
from annotator.paths import user_data
from annotator.services.folder import AddReport, Progress, add_folder, is_file
from annotator.store.store import Store

PROJECT_FILE = "project.sqlite"
BESIDE = "annotator"
"""Name of the project's folder inside the folder of images."""


def find_project(folder: Path) -> Path | None:
    """The project a folder is or holds; None when there is none."""
    for place in (folder, folder / BESIDE, _place_elsewhere(folder)):
        if is_file(place / PROJECT_FILE):
            return place
    return None


def create_from_folder(
    images: Path, progress: Progress | None = None, *, may_be_empty: bool = False
) -> tuple[Path, AddReport]:
    """Make a project of a folder of images, in it if it can be written to.

    Returns:
        The project's folder, and what was found.

    Raises:
        RefusedError: there is no image in the folder (unless it may be empty); nothing was made.
        KnownError: the folder cannot be read.
    """
    place = images / BESIDE if os.access(images, os.W_OK) else _place_elsewhere(images)
    was_there = place.exists()
    store = Store.create(place)
    try:
        with store:
            report = add_folder(store, images, progress)
            if not store.images.count() and not may_be_empty:
                raise RefusedError(
                    f"There is no image in {images.name}. Choose the folder that holds them; "
                    "sub-folders are looked through."
                )
    except KnownError:
        _take_back(place, was_there)
        raise
    return place, report


def _take_back(place: Path, was_there: bool) -> None:
    """Remove the project made there; what else lies in a folder that was there stays."""
    if not was_there:
        shutil.rmtree(place)
        return
    for file in place.glob(f"{PROJECT_FILE}*"):
        file.unlink()
    for name in ("checkpoints", "cache"):
        with contextlib.suppress(OSError):  # not empty, so it was the person's own
            (place / name).rmdir()


def _place_elsewhere(images: Path) -> Path:
    """A place for the project of a folder that cannot be written to."""
    whole = images.resolve()
    mark = hashlib.sha256(whole.as_posix().encode()).hexdigest()[:12]
    return user_data() / "projects" / f"{whole.name or 'images'}-{mark}"
