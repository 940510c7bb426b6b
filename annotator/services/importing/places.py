"""Where the images that a file names are: on disk, and among those the project has already.

A file rarely says in which folder its images lie. In this order, the first folder that holds the
most of them is taken: the folder given, or else the file's own; its ``images``; one named like the
file or like the split in its name (``instances_train2017.json`` -> ``train2017``); the same beside
a folder called ``annotations``. Where none holds any, the images are kept as missing under the
first.
"""

from __future__ import annotations

import filecmp
import os
import posixpath
from collections import defaultdict
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import islice
from pathlib import Path
from typing import Final

from annotator.domain.model import Image
from annotator.formats.coco.rows import clean
from annotator.store.store import Store

_ANNOTATION_FOLDERS: Final = frozenset({"annotations", "annotation", "labels", "json"})
_ASKED: Final = 200  # names that are tried in every folder
_COMPARED: Final = 3  # files of one name whose bytes are compared


@dataclass(frozen=True, slots=True)
class Place:
    """Where one image is.

    Attributes:
        file_name: below the root.
        is_there: a file lies there.
        known: the image of the project that it is.
    """

    file_name: str
    is_there: bool
    known: Image | None = None


def normalised(file_name: str) -> str:
    """With forward slashes and no detours."""
    return posixpath.normpath(clean(file_name).replace("\\", "/").replace("\0", "?"))


def folder_of(file: Path, names: Sequence[str], images: Path | None) -> Path:
    """The folder that holds the most of the first names; the file's own where none holds any."""
    folders = list(dict.fromkeys(_folders(file, images)))
    asked = list(islice(names, _ASKED))
    counts = [sum((folder / name).is_file() for name in asked) for folder in folders]
    return folders[counts.index(max(counts))]


def _folders(file: Path, images: Path | None) -> Iterator[Path]:
    stem = file.name.removesuffix(".json").removesuffix(".coco")
    split = stem.rpartition("_")[2]
    base = file.absolute().parent if images is None else images.absolute()
    bases = [base]
    if images is None and base.name.lower() in _ANNOTATION_FOLDERS:
        bases.append(base.parent)
    for folder in bases:
        yield folder
        yield folder / "images"
        for name in (stem, split):
            if name:
                yield folder / name
                yield folder / "images" / name


class Finder:
    """Finds the images of one file."""

    def __init__(
        self, store: Store, file: Path, names: Sequence[str], *, images: Path | None = None
    ) -> None:
        """Look around.

        Args:
            store: the project.
            file: the annotation file.
            names: its images' names, normalised.
            images: the folder the person named, if any.
        """
        self.root = folder_of(file, names, images)
        self._resolved = self.root.resolve()
        self._bases: dict[str, int] = defaultdict(int)
        for name in names:
            self._bases[posixpath.basename(name)] += 1
        self._below = _tails(self.root) if images is not None else {}
        folders = {root.id: root.path.resolve() for root in store.roots.all()}
        self._by_path: dict[str, Image] = {}
        self._by_base: dict[str, list[Image]] = defaultdict(list)
        self._paths: dict[int, Path] = {}
        for known in store.images.all():
            path = folders[known.root_id] / known.file_name
            self._paths[known.id] = path
            self._by_path[os.path.normpath(path)] = known
            self._by_base[posixpath.basename(known.file_name)].append(known)

    def place(self, name: str, size: tuple[int, int]) -> Place:
        """Where that image is; ``size`` is its width and height in the file, 0 where not said."""
        found = self._on_disk(name)
        path = self._resolved / (found or name)
        same = self._by_path.get(os.path.normpath(path))
        if same is not None:
            return Place(same.file_name, found is not None, same)
        if found is None:
            return Place(name, False, self._alike(name, size))
        alike = self._by_base[posixpath.basename(name)]
        lost = [i for i in alike if i.is_missing and i.file_name in (name, found)]
        if len(lost) == 1:
            return Place(found, True, lost[0])
        for known in alike[:_COMPARED]:
            if self._paths[known.id].is_file() and filecmp.cmp(
                path, self._paths[known.id], shallow=False
            ):
                return Place(found, True, known)
        return Place(found, True)

    def _on_disk(self, name: str) -> str | None:
        """The name below the root under which it is there: whole, or without its first folders."""
        if (self.root / name).is_file():
            return name
        base = posixpath.basename(name)
        if self._bases[base] > 1:
            return None
        parts = name.split("/")
        for first in range(1, len(parts)):
            rest = "/".join(parts[first:])
            if rest and (self.root / rest).is_file():
                return rest
        deeper = [tail for tail in self._below.get(base, ()) if _is_tail(name, tail)]
        return deeper[0] if len(deeper) == 1 else None

    def _alike(self, name: str, size: tuple[int, int]) -> Image | None:
        """The one known image of that name, or whose name ends like it or is its end."""
        alike = self._by_base.get(posixpath.basename(name), [])
        same = [known for known in alike if known.file_name == name]
        if same:
            return same[0] if len(same) == 1 else None
        ends = [k for k in alike if _is_tail(name, k.file_name) or _is_tail(k.file_name, name)]
        ends = [k for k in ends if _may_be(k, size)]
        return ends[0] if len(ends) == 1 and self._bases[posixpath.basename(name)] == 1 else None


def _is_tail(end: str, whole: str) -> bool:
    return whole.endswith("/" + end)


def _may_be(known: Image, size: tuple[int, int]) -> bool:
    """Whether the sizes speak for one image; a rotated one is the same."""
    have = (known.width, known.height)
    return 0 in have or 0 in size or size in (have, have[::-1])


def _tails(root: Path) -> dict[str, list[str]]:
    """Files in sub-folders, by base name."""
    found: dict[str, list[str]] = defaultdict(list)
    for folder, _, names in os.walk(root):
        below = Path(folder).relative_to(root).as_posix()
        if below != ".":
            for name in names:
                found[name].append(f"{below}/{name}")
    return found
