"""Where projects are: the folder of images somebody opens leads to the project beside them."""

from __future__ import annotations

import os
import shutil
from pathlib import Path

from annotator.domain.errors import KnownError, RefusedError
from annotator.paths import user_data
from annotator.services.folder import AddReport, Progress, add_folder
from annotator.store.store import Store

PROJECT_FILE = "project.sqlite"
BESIDE = "annotator"
"""Name of the project's folder inside the folder of images."""


def find_project(folder: Path) -> Path | None:
    """The project a folder is or holds; None when there is none."""
    for place in (folder, folder / BESIDE, _place_elsewhere(folder)):
        if (place / PROJECT_FILE).is_file():
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
        shutil.rmtree(place)
        raise
    return place, report


def _place_elsewhere(images: Path) -> Path:
    """A place for the project of a folder that cannot be written to."""
    return user_data() / "projects" / images.resolve().as_posix().strip("/").replace("/", "-")
