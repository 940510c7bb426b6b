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
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from itertools import islice
from pathlib import Path
from typing import Final, Generic, TypeVar

from annotator.domain.model import Image
from annotator.formats.coco.rows import clean
from annotator.services.folder import is_file
from annotator.store.store import Store

T = TypeVar("T")

_ANNOTATION_FOLDERS: Final = frozenset({"annotations", "annotation", "labels", "json"})
_ASKED: Final = 200  # names that are tried in every folder
_COMPARED: Final = 3  # files of one name whose bytes are compared


@dataclass(frozen=True, slots=True)
class Place:
    """Where one image is.

    Attributes:
        root: the folder it is looked for under.
        file_name: below the root.
        is_there: a file lies there.
        known: the image of the project that it is.
    """

    root: Path
    file_name: str
    is_there: bool
    known: Image | None = None

    @property
    def path(self) -> Path:
        """Where the file lies, or would lie."""
        return self.root / self.file_name


def normalised(file_name: str) -> str:
    """With forward slashes and no detours."""
    return posixpath.normpath(clean(file_name).replace("\\", "/").replace("\0", "?"))


def folder_of(file: Path, names: Sequence[str], images: Path | None) -> Path:
    """The folder that holds the most of the first names; the file's own where none holds any."""
    folders = list(dict.fromkeys(_folders(file, images)))
    asked = list(islice(names, _ASKED))
    counts = [sum(is_file(folder / name) for name in asked) for folder in folders]
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
        self._looked = folder_of(file, names, images)
        self._resolved = self._looked.resolve()
        self._bases: dict[str, int] = defaultdict(int)
        for name in names:
            self._bases[posixpath.basename(name)] += 1
        self._below = _tails(self._looked) if images is not None else {}
        self._roots = {root.id: root.path for root in store.roots.all()}
        folders = {key: path.resolve() for key, path in self._roots.items()}
        self._root, self._inside = self._home(folders)
        self._by_path: dict[str, Image] = {}
        self._by_base: dict[str, list[Image]] = defaultdict(list)
        self._paths: dict[int, Path] = {}
        for known in store.images.all():
            path = folders[known.root_id] / known.file_name
            self._paths[known.id] = path
            self._by_path[os.path.normpath(path)] = known
            self._by_base[posixpath.basename(known.file_name)].append(known)
        self._known = _Endings((k.file_name, k) for k in self._by_path.values())
        self._asked = _Endings((name, name) for name in dict.fromkeys(names))

    def _home(self, folders: dict[int, Path]) -> tuple[Path, str]:
        """The root of what is new, and the way from it: a folder is not followed twice."""
        for key, folder in folders.items():
            if self._resolved.is_relative_to(folder):
                return self._roots[key], self._resolved.relative_to(folder).as_posix()
        return self._looked, ""

    def place(self, name: str, size: tuple[int, int]) -> Place:
        """Where that image is; ``size`` is its width and height in the file, 0 where not said."""
        found = self._on_disk(name)
        path = self._resolved / (found or name)
        same = self._by_path.get(os.path.normpath(path))
        if same is not None:
            return Place(self._roots[same.root_id], same.file_name, found is not None, same)
        if found is None:
            alike = self._alike(name, size)
            return self._new(name, is_there=False) if alike is None else self._at(alike)
        new = self._new(found, is_there=True)
        return replace(new, known=self._again(name, found, path))

    def _new(self, name: str, *, is_there: bool) -> Place:
        return Place(self._root, posixpath.normpath(posixpath.join(self._inside, name)), is_there)

    def _at(self, known: Image) -> Place:
        root = self._roots[known.root_id]
        return Place(root, known.file_name, is_file(self._paths[known.id]), known)

    def _again(self, name: str, found: str, path: Path) -> Image | None:
        """The known image that a file elsewhere is: one that was lost, or a copy of it."""
        alike = self._by_base[posixpath.basename(name)]
        lost = [i for i in alike if i.is_missing and i.file_name in (name, found)]
        if len(lost) == 1:
            return lost[0]
        for known in alike[:_COMPARED]:
            there = self._paths[known.id]
            if is_file(there) and filecmp.cmp(path, there, shallow=False):
                return known
        return None

    def _on_disk(self, name: str) -> str | None:
        """The name below the root under which it is there: whole, or without its first folders."""
        if is_file(self._looked / name):
            return name
        base = posixpath.basename(name)
        if self._bases[base] > 1:
            return None
        parts = name.split("/")
        for first in range(1, len(parts)):
            rest = "/".join(parts[first:])
            if rest and is_file(self._looked / rest):
                return rest
        deeper = [tail for tail in self._below.get(base, ()) if _is_tail(name, tail)]
        return deeper[0] if len(deeper) == 1 else None

    def _alike(self, name: str, size: tuple[int, int]) -> Image | None:
        """The one known image of that name, or whose name ends like it or is its end."""
        alike = self._by_base.get(posixpath.basename(name), [])
        same = [known for known in alike if known.file_name == name]
        if same:
            return same[0] if len(same) == 1 else None
        ends = [known for known in self._known.like(name) if _may_be(known, size)]
        # Another name of the file may mean the same image.
        is_sure = len(ends) == 1 and len(self._asked.like(ends[0].file_name)) == 1
        return ends[0] if is_sure else None


class _Endings(Generic[T]):
    """Finds things by the ends of their paths."""

    def __init__(self, named: Iterable[tuple[str, T]]) -> None:
        self._whole: dict[str, list[T]] = defaultdict(list)
        self._longer: dict[str, list[T]] = defaultdict(list)
        for name, thing in named:
            self._whole[name].append(thing)
            for end in _ends(name):
                self._longer[end].append(thing)

    def like(self, name: str) -> list[T]:
        """What has that name, one that ends with it, or one that it ends with."""
        found = [*self._whole.get(name, ()), *self._longer.get(name, ())]
        for end in _ends(name):
            found += self._whole.get(end, ())
        return found


def _ends(name: str) -> Iterator[str]:
    """``b/c`` and ``c`` of ``a/b/c``."""
    while "/" in name:
        name = name.partition("/")[2]
        yield name


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
