"""A COCO file as it stands: its top level and its three lists, nothing changed, nothing lost.

A file is looked through once to the end before anything is made of it: so one that cannot be read
changes nothing, and how much is in it is known. Its images and annotations are then read again, one
by one; they are never all in memory.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Final

from annotator.domain.errors import UnreadableFileError
from annotator.formats.coco.stream import Window

SECTIONS: Final = ("images", "annotations", "categories")
_TICKS: Final = 20_000

Looked = Callable[[int], None]
"""Called now and then with how many rows have been seen."""


@dataclass(frozen=True, slots=True)
class CocoFile:
    """One file, whole in memory.

    Attributes:
        head: the top level in its order; the lists of rows emptied.
        images, annotations, categories: the rows, which may be anything JSON can say.
    """

    path: Path
    head: dict[str, Any]
    images: list[Any]
    annotations: list[Any]
    categories: list[Any]


@dataclass(slots=True)
class Section:
    """What is known of one list of rows after a look at it.

    Attributes:
        place: characters before it in the file; None where the file has no such list.
        count: how many rows it has.
        largest: the largest whole number among their ids, 0 where there is none.
    """

    place: int | None = None
    count: int = 0
    largest: int = 0


@dataclass(slots=True)
class Outline:
    """One file, looked through to its end.

    Attributes:
        head: as that of ``CocoFile``.
        names: what its images say they are called, in order, where they say so.
        categories: these rows are few and kept.
        stamp: the file's size and time of change, when the look began.
    """

    path: Path
    head: dict[str, Any] = field(default_factory=dict)
    sections: dict[str, Section] = field(default_factory=lambda: {s: Section() for s in SECTIONS})
    names: list[str] = field(default_factory=list)
    categories: list[Any] = field(default_factory=list)
    stamp: tuple[int, int] = (0, 0)

    def rows(self, section: str) -> Iterator[tuple[Any, str]]:
        """Each row of a section, and its text in the file.

        Raises:
            UnreadableFileError: the file has changed meanwhile.
        """
        known = self.sections[section]
        if known.place is None:
            return
        with _known(self.path), Window(self.path) as window:
            self._check()
            window.skip(known.place)
            for count, row in enumerate(window.values()):
                if count == known.count:
                    break
                yield row
            self._check()

    def _check(self) -> None:
        if _stamp(self.path) != self.stamp:
            raise UnreadableFileError(f"{self.path} was changed while it was read; try again.")


def read(file: Path) -> CocoFile:
    """Read a whole file.

    Raises:
        UnreadableFileError: it cannot be opened, is no JSON, or JSON of another kind.
    """
    outline = look(file)
    images, annotations = ([row for row, _ in outline.rows(s)] for s in SECTIONS[:2])
    return CocoFile(file, outline.head, images, annotations, outline.categories)


def look(file: Path, looked: Looked | None = None) -> Outline:
    """Look through a whole file.

    Raises:
        UnreadableFileError: it cannot be opened, is no JSON, or JSON of another kind.
    """
    outline = Outline(file)
    with _known(file), Window(file) as window:
        outline.stamp = _stamp(file)
        first = window.peek()
        if first == "[":
            for _ in window.values():
                pass
        elif first == "{":
            _look_through(window, outline, looked)
        else:
            window.value()
        window.end()
    if first == "[":
        raise UnreadableFileError(
            f"{file} is a list at its top level, as COCO results are; an annotation file has "
            "“images” and “annotations”."
        )
    if outline.sections["images"].place is None:
        raise UnreadableFileError(f"{file} is no COCO file: it has no list “images”.")
    for section in SECTIONS:
        if not isinstance(outline.head.get(section, []), list | None):
            raise UnreadableFileError(f"{file} is no COCO file: “{section}” is no list.")
    return outline


def _look_through(window: Window, outline: Outline, looked: Looked | None) -> None:
    """The top level, key by key; of a key that stands twice the last counts."""
    window.expect("{", "Expecting '{'")
    if window.peek() == "}":
        window.at += 1
        return
    while True:
        if window.peek() != '"':
            window.expect('"', "Expecting property name enclosed in double quotes")
        key, _ = window.value()
        window.expect(":", "Expecting ':' delimiter")
        begin = window.peek()
        if key in SECTIONS:
            outline.sections[key] = Section()
        if key in SECTIONS and begin == "[":
            outline.head[key] = []
            _look_at_rows(window, outline, key, looked)
        else:
            outline.head[key] = window.value()[0]
        if window.peek() == "}":
            window.at += 1
            return
        window.expect(",", "Expecting ',' delimiter")


def _look_at_rows(window: Window, outline: Outline, key: str, looked: Looked | None) -> None:
    section = outline.sections[key]
    section.place = window.place
    names: list[str] = []
    categories: list[Any] = []
    count = largest = 0
    for row, _ in window.values():
        count += 1
        if isinstance(row, dict):
            told = row.get("id")
            if type(told) is int and told > largest:
                largest = told
            if key == "images" and isinstance(row.get("file_name"), str):
                names.append(row["file_name"])
        if key == "categories":
            categories.append(row)
        if looked is not None and count % _TICKS == 0:
            looked(count)
    section.count, section.largest = count, largest
    if key == "images":
        outline.names = names
    elif key == "categories":
        outline.categories = categories


def _stamp(file: Path) -> tuple[int, int]:
    now = file.stat()
    return now.st_size, now.st_mtime_ns


@contextmanager
def _known(file: Path) -> Iterator[None]:
    try:
        yield
    except OSError as error:
        raise UnreadableFileError(f"{file} could not be read: {error.strerror}.") from error
    except json.JSONDecodeError as error:
        raise UnreadableFileError(
            f"{file} is no JSON: line {error.lineno}, column {error.colno}: {error.msg}."
        ) from error
    except UnicodeDecodeError as error:
        raise UnreadableFileError(f"{file} is no text in UTF-8: {error.reason}.") from error
    except (ValueError, RecursionError) as error:  # numbers or nesting beyond every reader
        raise UnreadableFileError(f"{file} could not be read: {error}.") from error
