"""The strips or tiles of a TIFF file, each decoded by itself: any part of a large image is at hand.

Each block is handed to Pillow as a TIFF file of its own, in memory, so that whatever Pillow reads
(LZW, Deflate, JPEG, predictors, palettes, ...) is read here too, to the same pixels.
"""

from __future__ import annotations

import io
import struct
from collections import OrderedDict
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray
from PIL import Image
from PIL.TiffImagePlugin import TiffImageFile

from annotator.services.quiet import quiet
from annotator.services.rgb import Span, is_deep, to_rgb

MOST_OF_ONE = 64_000_000
"""Pixels of one block: a file that has larger ones cannot be read by pieces."""
ROWS = 64
"""Of the image, about, that are read together where strips are thin, or may be cut anywhere."""
KEPT_BYTES = 64_000_000
"""Of decoded blocks: a strip runs across all the image, but is asked for piece by piece."""
_COPIED = (258, 259, 262, 266, 277, 317, 320, 338, 339, 347, 530)
"""Tags that say how pixels are coded."""
_WIDTH, _HEIGHT, _COMPRESSION, _SAMPLES, _ROWS, _PLANAR = 256, 257, 259, 277, 278, 284
_TILE_WIDTH, _TILE_HEIGHT = 322, 323
_SHORTER = {16: 4}
"""Types of BigTIFF files as others have them."""
_PROBES = 48
"""Blocks, about, in which the darkest and brightest value of a deep image are looked for."""

Area = tuple[int, int, int, int]
"""Left, top, width, height; pixels."""


@dataclass(frozen=True, slots=True)
class Block:
    """A piece of the file.

    Attributes:
        area: pixels of the frame that it covers; a tile at the edge is coded larger.
        coded: width and height of what is coded.
        places: offset and number of bytes of each of its strips in the file.
    """

    area: Area
    coded: tuple[int, int]
    places: tuple[tuple[int, int], ...]


@dataclass(frozen=True, slots=True)
class Layout:
    """Where the blocks of an image are.

    Attributes:
        size: width and height of the frame.
        rows: the blocks, row by row.
        order: "<" or ">", the order of bytes.
        tags: how pixels are coded: tag, type and value as the file has them.
        strip_rows: rows of each strip within a block.
    """

    size: tuple[int, int]
    rows: tuple[tuple[Block, ...], ...]
    order: str
    tags: tuple[tuple[int, int, Any], ...]
    strip_rows: int


def blocks_of(image: TiffImageFile, file_size: int) -> Layout | None:
    """Where the blocks of an opened file are; None if it has none that are small, and sound.

    Args:
        image: only its header is looked at.
        file_size: bytes; a block must lie within them.
    """
    tags = image.tag_v2
    width, height = int(tags[_WIDTH]), int(tags[_HEIGHT])
    if tags.get(_PLANAR, 1) != 1:
        return None  # each band by itself
    is_tiled = _TILE_WIDTH in tags
    offsets, counts = (_numbers(tags.get(n)) for n in ((324, 325) if is_tiled else (273, 279)))
    if is_tiled:
        tile = int(tags[_TILE_WIDTH]), int(tags[_TILE_HEIGHT])
        strip_rows = tile[1]
        rows = _tiles((width, height), tile, list(zip(offsets, counts, strict=False)))
    else:
        strip_rows = min(int(tags.get(_ROWS, height)), height)
        if tags.get(_COMPRESSION, 1) == 1:
            line = -(-width * sum(_numbers(tags.get(258, 1))) // 8)
            offsets, counts, strip_rows = _cut(offsets, height, strip_rows, line)
        places = list(zip(offsets, counts, strict=False))
        rows = _strips((width, height), strip_rows, places)
    copied = tuple(
        (n, _SHORTER.get(k := int(tags.tagtype[n]), k), tags[n]) for n in _COPIED if n in tags
    )
    order = "<" if tags.prefix == b"II" else ">"
    found = Layout((width, height), tuple(tuple(row) for row in rows), order, copied, strip_rows)
    return found if _is_sound(found, is_tiled, file_size) else None


def _numbers(value: object) -> list[int]:
    if value is None:
        return []
    return [int(v) for v in value] if isinstance(value, tuple) else [int(str(value))]


def _cut(
    offsets: Sequence[int], height: int, strip_rows: int, line: int
) -> tuple[list[int], list[int], int]:
    """Strips of uncompressed rows, cut into thinner ones, each of as many rows."""
    thin = min(ROWS, strip_rows)
    while strip_rows % thin and len(offsets) > 1:
        thin -= 1
    starts, counts = [], []
    for number, offset in enumerate(offsets):
        here = min(strip_rows, height - number * strip_rows)
        for row in range(0, here, thin):
            starts.append(offset + row * line)
            counts.append(min(thin, here - row) * line)
    return starts, counts, thin


def _tiles(
    size: tuple[int, int], tile: tuple[int, int], places: Sequence[tuple[int, int]]
) -> list[list[Block]]:
    (width, height), (across, down) = size, tile
    columns = -(-width // across) if across > 0 else 0
    rows = []
    for row, top in enumerate(range(0, height, max(1, down))):
        here = places[row * columns : (row + 1) * columns]
        lefts = range(0, width, max(1, across))
        rows.append(
            [
                Block((x, top, min(across, width - x), min(down, height - top)), tile, (place,))
                for x, place in zip(lefts, here, strict=False)
            ]
        )
    return rows


def _strips(
    size: tuple[int, int], strip_rows: int, places: Sequence[tuple[int, int]]
) -> list[list[Block]]:
    width, height = size
    together = max(1, ROWS // max(1, strip_rows))
    rows = []
    for first in range(0, len(places), together):
        some = tuple(places[first : first + together])
        top = first * strip_rows
        down = min(len(some) * strip_rows, height - top)
        rows.append([Block((0, top, width, down), (width, down), some)])
    return rows


def _is_sound(layout: Layout, is_tiled: bool, file_size: int) -> bool:
    """Whether blocks cover all, lie in the file, and are small."""
    width, height = layout.size
    blocks = [block for row in layout.rows for block in row]
    covered = sum(block.area[2] * block.area[3] for block in blocks)
    places = [place for block in blocks for place in block.places]
    is_there = all(
        start > 0 and count > 0 and start + count <= file_size for start, count in places
    )
    largest = max((b.coded[0] * b.coded[1] for b in blocks), default=0)
    is_apart = len({start for start, _ in places}) == len(places)
    return covered == width * height and is_there and is_apart and largest <= MOST_OF_ONE


class Blocks:
    """Reads blocks of one file; not for two threads at once."""

    def __init__(self, path: Path, layout: Layout) -> None:
        self.layout = layout
        self._path = path
        self._kept: OrderedDict[Area, NDArray[np.uint8]] = OrderedDict()
        self._span: Span | None = None

    def read(self, block: Block) -> NDArray[np.uint8]:
        """One block: RGB, uint8 [H, W, 3].

        Raises:
            OSError: the file, or the block, cannot be read.
        """
        if block.area in self._kept:
            self._kept.move_to_end(block.area)
            return self._kept[block.area]
        image = self._decoded(block)
        if is_deep(image) and self._span is None:
            self._span = self._probed()
        pixels = np.asarray(to_rgb(image, span=self._span))[: block.area[3], : block.area[2]]
        self._kept[block.area] = pixels
        while sum(one.nbytes for one in self._kept.values()) > KEPT_BYTES and len(self._kept) > 1:
            self._kept.popitem(last=False)
        return pixels

    def small(self, block: Block, size: tuple[int, int]) -> Image.Image:
        """One block reduced to a size (width, height), mode RGB; it is not kept."""
        image = self._decoded(block)
        if is_deep(image) and self._span is None:
            self._span = self._probed()
        _, _, width, height = block.area
        part = to_rgb(image, span=self._span).crop((0, 0, width, height))
        step = width // size[0]
        if step > 1 and (width, height) == (size[0] * step, size[1] * step):
            return part.reduce(step)
        return part.resize(size, Image.Resampling.BOX)

    def region(self, area: Area) -> NDArray[np.uint8]:
        """Any part of the frame: RGB, uint8 [H, W, 3]."""
        left, top, width, height = area
        found = np.empty((height, width, 3), np.uint8)
        for block in self._under(area):
            x, y, across, down = block.area
            x0, y0 = max(x, left), max(y, top)
            x1, y1 = min(x + across, left + width), min(y + down, top + height)
            part = self.read(block)[y0 - y : y1 - y, x0 - x : x1 - x]
            found[y0 - top : y1 - top, x0 - left : x1 - left] = part
        return found

    def _under(self, area: Area) -> Iterator[Block]:
        left, top, width, height = area
        for row in self.layout.rows:
            _, y, _, down = row[0].area
            if y < top + height and y + down > top:
                yield from (
                    b for b in row if b.area[0] < left + width and b.area[0] + b.area[2] > left
                )

    def _probed(self) -> Span:
        """The lowest and the highest value of some blocks evenly spread."""
        blocks = [block for row in self.layout.rows for block in row]
        chosen = blocks[:: max(1, len(blocks) // _PROBES)]
        values = [np.asarray(self._decoded(block)).astype(np.float64) for block in chosen]
        known = [v[np.isfinite(v)] for v in values]
        lows = [float(v.min()) for v in known if v.size]
        highs = [float(v.max()) for v in known if v.size]
        return (min(lows), max(highs)) if lows else (0.0, 1.0)

    def _decoded(self, block: Block) -> Image.Image:
        with self._path.open("rb") as file:
            strips = []
            for start, count in block.places:
                file.seek(start)
                strips.append(file.read(count))
        with quiet, Image.open(io.BytesIO(_as_file(self.layout, block, strips))) as image:
            image.load()
            return image.copy()


def _as_file(layout: Layout, block: Block, strips: Sequence[bytes]) -> bytes:
    """A TIFF file of one block: header, pixels, tags."""
    order = layout.order
    starts, at = [], 8
    for strip in strips:
        starts.append(at)
        at += len(strip) + len(strip) % 2
    own: list[tuple[int, int, Any]] = [
        (_WIDTH, 4, block.coded[0]),
        (_HEIGHT, 4, block.coded[1]),
        (273, 4, tuple(starts)),
        (_ROWS, 4, layout.strip_rows),
        (279, 4, tuple(len(strip) for strip in strips)),
        (_PLANAR, 3, 1),
    ]
    tags = sorted([*layout.tags, *own], key=lambda tag: tag[0])
    packed, more = struct.pack(order + "H", len(tags)), b""
    after = at + 2 + 12 * len(tags) + 4
    for number, kind, value in tags:
        data, count = _packed(order, kind, value)
        if len(data) > 4:
            place = struct.pack(order + "L", after + len(more))
            more += data + b"\0" * (len(data) % 2)
        else:
            place = data.ljust(4, b"\0")
        packed += struct.pack(order + "HHL", number, kind, count) + place
    head = (b"II*\0" if order == "<" else b"MM\0*") + struct.pack(order + "L", at)
    body = b"".join(strip + b"\0" * (len(strip) % 2) for strip in strips)
    return head + body + packed + b"\0\0\0\0" + more


def _packed(order: str, kind: int, value: Any) -> tuple[bytes, int]:
    """A value as bytes, and how many numbers it is."""
    if isinstance(value, bytes):
        return value, len(value)
    numbers = value if isinstance(value, tuple) else (value,)
    letter = {1: "B", 3: "H", 4: "L"}[kind]
    return struct.pack(f"{order}{len(numbers)}{letter}", *(int(n) for n in numbers)), len(numbers)
