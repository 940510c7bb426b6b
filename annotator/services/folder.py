"""Folders of images: what lies in them, and how a project follows them."""

from __future__ import annotations

import os
import re
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

from annotator.domain.errors import RefusedError, UnreadableFileError
from annotator.domain.model import Image
from annotator.services.pixels import read_size
from annotator.store.images import FoundImage
from annotator.store.store import Store

# fmt: off
IMAGE_SUFFIXES = frozenset((
    ".avif", ".bmp", ".dib", ".gif", ".j2k", ".jfif", ".jp2", ".jpe", ".jpeg", ".jpg", ".mpo",
    ".pbm", ".pgm", ".png", ".ppm", ".tga", ".tif", ".tiff", ".webp",
))
# fmt: on
"""File names that are taken for images, in lower case."""

Progress = Callable[[int, int], None]
"""Called with how many are done, of how many."""

_PROJECT_FILE = "project.sqlite"
_OWN_FOLDERS = frozenset({"cache", "checkpoints"})


@dataclass(frozen=True, slots=True)
class AddReport:
    """What looking through a folder brought.

    Attributes:
        added: images that are new to the project, or found again.
        missing: images the project knows under that folder that are not there now.
        unreadable: one line a file that looks like an image and cannot be read.
    """

    added: int
    missing: int
    unreadable: tuple[str, ...] = ()


def list_images(folder: Path) -> list[str]:
    """Names of the image files below a folder, in natural order (``2.jpg`` before ``10.jpg``).

    Hidden files and folders and the project's own cache are left out. Linked folders are followed
    once each.

    Returns:
        Paths relative to ``folder``, with forward slashes.

    Raises:
        UnreadableFileError: there is no such folder.
    """
    if not folder.is_dir():
        raise UnreadableFileError(f"{folder}: there is no such folder")
    names: list[str] = []
    seen: set[str] = set()
    pending: list[str] = [""]
    links: list[str] = []
    while pending or links:
        # Links come last, so that a folder goes by its own name where it has one here.
        here = pending.pop() if pending else links.pop(0)
        real = os.path.realpath(folder / here)
        if real in seen:
            continue
        seen.add(real)
        files, folders, linked = _entries(folder, here)
        names += files
        pending += folders
        links += sorted(linked, key=natural_key)
    return sorted(names, key=natural_key)


def scan(
    folder: Path,
    *,
    progress: Progress | None = None,
    unreadable: Callable[[str], None] | None = None,
) -> Iterator[FoundImage]:
    """The images below a folder with their upright sizes, in natural order.

    Only headers are read. A file that cannot be read is told to ``unreadable``, one line, and
    left out.

    Raises:
        UnreadableFileError: there is no such folder.
    """
    yield from _measured(folder, list_images(folder), progress, unreadable)


def add_folder(store: Store, folder: Path, progress: Progress | None = None) -> AddReport:
    """Make a folder a root of the project and take in its images.

    Raises:
        UnreadableFileError: there is no such folder.
    """
    if not folder.is_dir():
        raise UnreadableFileError(f"{folder}: there is no such folder")
    return _follow(store, store.roots.add(folder), folder, progress)


def rescan(store: Store, progress: Progress | None = None) -> AddReport:
    """Look through every root again: new images come in, lost ones are marked missing."""
    reports = [
        _follow(store, root.id, store.roots.path_of(root.id), progress)
        for root in store.roots.all()
    ]
    return AddReport(
        added=sum(report.added for report in reports),
        missing=sum(report.missing for report in reports),
        unreadable=tuple(line for report in reports for line in report.unreadable),
    )


def natural_key(name: str) -> tuple[tuple[tuple[int, int, str], ...], str]:
    """Sorts names as people count: digits by value, letters without case, folder by folder."""
    parts = tuple(
        (0, int(part), "") if part.isdecimal() else (1, 0, part)
        for part in re.split(r"(\d+)", name.casefold().replace("/", "\0"))
        if part
    )
    return parts, name


def is_file(path: Path) -> bool:
    """Whether a file lies there; no where nobody may look, or for a name that no disk takes."""
    try:
        return path.is_file()
    except OSError:
        return False


def _follow(store: Store, root_id: int, folder: Path, progress: Progress | None) -> AddReport:
    """Bring what the project knows of one root up to what lies there now."""
    images = store.images.all()
    known = {image.file_name: image for image in images if image.root_id == root_id}
    elsewhere = {
        os.path.normpath(store.images.path(image)) for image in images if image.root_id != root_id
    }
    listed = list_images(folder) if folder.is_dir() else []
    present = [n for n in listed if n in known or os.path.normpath(folder / n) not in elsewhere]
    unreadable: list[str] = []
    wanted = [name for name in present if name not in known or _is_unsure(known[name])]
    found = list(_measured(folder, wanted, progress, unreadable.append))
    store.images.add(root_id, found)
    for image in found:
        before = known.get(image.file_name)
        if before is not None and before.width == 0:
            store.images.set_size(before.id, width=image.width, height=image.height)
    # A file of another suffix, named by an annotation file, counts as there when it is there.
    there = set(present)
    lost = [
        image.id
        for name, image in known.items()
        if name not in there and not is_file(folder / name)
    ]
    if lost:
        store.images.set_missing(lost, True)
    return AddReport(added=len(found), missing=len(lost), unreadable=tuple(unreadable))


def _is_unsure(image: Image) -> bool:
    return image.is_missing or image.width == 0


def _measured(
    folder: Path,
    names: Sequence[str],
    progress: Progress | None,
    unreadable: Callable[[str], None] | None,
) -> Iterator[FoundImage]:
    for done, name in enumerate(names, start=1):
        try:
            width, height = read_size(folder / name)
        except UnreadableFileError as error:
            if unreadable is not None:
                unreadable(str(error))
        else:
            yield FoundImage(file_name=name, width=width, height=height)
        if progress is not None:
            progress(done, len(names))


def _entries(folder: Path, here: str) -> tuple[list[str], list[str], list[str]]:
    """Image files, folders and linked folders of ``folder / here``, relative to ``folder``."""
    files: list[str] = []
    folders: list[str] = []
    links: list[str] = []
    own = _OWN_FOLDERS if is_file(folder / here / _PROJECT_FILE) else frozenset()
    try:
        with os.scandir(folder / here) as entries:
            for entry in entries:
                if entry.name.startswith(".") or entry.name in own:
                    continue
                name = f"{here}/{entry.name}" if here else entry.name
                if entry.is_dir():
                    (links if entry.is_symlink() else folders).append(name)
                elif entry.is_file() and Path(entry.name).suffix.lower() in IMAGE_SUFFIXES:
                    files.append(name)
    except PermissionError as error:
        if not here:
            raise RefusedError(f"{folder}: this folder may not be read") from error
    return files, folders, links
