"""A large JPEG in tiles on disk, since a JPEG cannot be read from its middle.

Slices of the image, some thousand rows each, are files that hold its tiles as JPEGs of the same
quality: they take as much room as the image itself, and differ from it by what decoding and coding
once more rounds. What is there serves the next time, too, until the image's file changes.
"""

from __future__ import annotations

import hashlib
import io
import zipfile
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path

import numpy as np
from numpy.typing import NDArray
from PIL import Image

from annotator.services.cache import trim, use
from annotator.services.layout import Area
from annotator.services.quiet import quiet

ROWS = 2048
"""Of the image in one slice, some 250 MB decoded: each costs decoding all that lies above it."""
TILE = 512
"""Pixels of a side."""
MOST_BYTES = 4_000_000_000
"""What the slices of all images of a project may take."""

Cut = Callable[[Area], NDArray[np.uint8]]
"""Gives a part of the frame: RGB, uint8 [H, W, 3]."""


@dataclass(frozen=True, slots=True)
class Coding:
    """How the tiles are coded: as the image is."""

    tables: dict[int, list[int]]
    sampling: int


class Slices:
    """The slices of one image."""

    def __init__(self, folder: Path, source: Path, size: tuple[int, int], coding: Coding) -> None:
        """Serve what is there.

        Args:
            folder: where slices are kept.
            source: the image's file.
            size: width and height of its frame.
            coding: of the tiles.

        Raises:
            OSError: the image's file is gone.
        """
        self._folder = folder
        self._name = name_of(source)
        self._coding = coding
        self.size = size

    def areas(self) -> list[Area]:
        """What each slice covers, from the top."""
        width, height = self.size
        return [(0, y, width, min(ROWS, height - y)) for y in range(0, height, ROWS)]

    def has(self, number: int) -> bool:
        """Whether a slice is there."""
        return self._file(number).exists()

    def under(self, area: Area) -> range:
        """The slices that a part of the frame lies in."""
        return range(area[1] // ROWS, (area[1] + area[3] - 1) // ROWS + 1)

    def write(self, number: int, cut: Cut) -> None:
        """Make a slice, beside first.

        Raises:
            OSError: it cannot be written.
        """
        make_room(self._folder, self._name)
        file = self._file(number)
        beside = file.with_suffix(".part")
        with zipfile.ZipFile(beside, "w", zipfile.ZIP_STORED) as tiles:
            for area in _tiles(self.areas()[number]):
                data = io.BytesIO()
                tables, sampling = self._coding.tables, self._coding.sampling
                image = Image.fromarray(np.ascontiguousarray(cut(area)))
                image.save(data, "JPEG", qtables=tables, subsampling=sampling)
                tiles.writestr(_entry(area), data.getvalue())
        beside.replace(file)

    def part(self, area: Area, step: int) -> NDArray[np.uint8] | None:
        """A part of the frame, reduced; None while it is not there.

        Args:
            area: its corner lies on a multiple of the step.
            step: 1, 2, 4 or 8 pixels of a side that become one.

        Returns:
            RGB, uint8 [H, W, 3].
        """
        _, _, width, height = area
        found = np.empty((-(-height // step), -(-width // step), 3), np.uint8)
        for number in self.under(area):
            try:
                with quiet, zipfile.ZipFile(self._file(number)) as tiles:
                    for tile in _tiles(self.areas()[number]):
                        if _meet(tile, area):
                            pixels = _decoded(tiles.read(_entry(tile)), step)
                            _lay(pixels, tile, found, area, step)
            except (FileNotFoundError, zipfile.BadZipFile):
                self._file(number).unlink(missing_ok=True)
                return None
            use(self._file(number))
        return found

    def _file(self, number: int) -> Path:
        return self._folder / f"{self._name}-{ROWS}-{number:03}.tiles"


def name_of(source: Path) -> str:
    """What files made of an image are called: another name when it changes.

    Raises:
        OSError: the image's file is gone.
    """
    known = source.stat()
    return f"{_short(str(source.resolve()))}-{_short(f'{known.st_mtime_ns}-{known.st_size}')}"


def make_room(folder: Path, name: str) -> None:
    """Have the folder, without what was made of the image's file of before, and within its bound.

    Raises:
        OSError: the folder cannot be made, or written to.
    """
    folder.mkdir(parents=True, exist_ok=True)
    for old in folder.glob(f"{name.partition('-')[0]}-*"):
        if not old.name.startswith(name):
            old.unlink(missing_ok=True)
    trim(folder, most_bytes=MOST_BYTES)


def _short(text: str) -> str:
    return hashlib.sha256(text.encode()).hexdigest()[:16]


def _tiles(area: Area) -> Iterator[Area]:
    left, top, width, height = area
    for y in range(top, top + height, TILE):
        for x in range(left, left + width, TILE):
            yield x, y, min(TILE, left + width - x), min(TILE, top + height - y)


def _entry(tile: Area) -> str:
    return f"{tile[0]}-{tile[1]}.jpg"


def _meet(one: Area, other: Area) -> bool:
    return all(
        one[n] < other[n] + other[n + 2] and other[n] < one[n] + one[n + 2] for n in range(2)
    )


def _decoded(data: bytes, step: int) -> NDArray[np.uint8]:
    with Image.open(io.BytesIO(data)) as image:
        width, height = image.size
        image.draft("RGB", (-(-width // step), -(-height // step)))
        return np.asarray(image.convert("RGB"))


def _lay(
    pixels: NDArray[np.uint8], tile: Area, found: NDArray[np.uint8], area: Area, step: int
) -> None:
    """Copy what a reduced tile and an area have in common."""
    (x, y, _, _), (left, top, _, _) = tile, area
    dx, dy = (x - left) // step, (y - top) // step
    height, width = pixels.shape[:2]
    x0, y0 = max(dx, 0), max(dy, 0)
    x1, y1 = min(dx + width, found.shape[1]), min(dy + height, found.shape[0])
    found[y0:y1, x0:x1] = pixels[y0 - dy : y1 - dy, x0 - dx : x1 - dx]
