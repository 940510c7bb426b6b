"""Where the pixels of a TIFF file lie: its strips or tiles, and how they are coded."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from PIL.TiffImagePlugin import TiffImageFile

MOST_OF_ONE = 64_000_000
"""Pixels of one block: a file that has larger ones cannot be read by pieces."""
ROWS = 32
"""Of the image, about, that are read together where strips are thin, or may be cut anywhere."""
WIDTH, HEIGHT, COMPRESSION, SAMPLES, STRIP_ROWS, PLANAR = 256, 257, 259, 277, 278, 284
"""Tags."""
_TILE_WIDTH, _TILE_HEIGHT = 322, 323
_COPIED = (258, 259, 262, 266, 277, 317, 320, 338, 339, 347, 530)
"""Tags that say how pixels are coded."""
_SHORTER = {16: 4}
"""Types of BigTIFF files as others have them."""

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
        plain: values a pixel, where strips hold nothing but bytes of RGB or grey; 0 for others.
    """

    size: tuple[int, int]
    rows: tuple[tuple[Block, ...], ...]
    order: str
    tags: tuple[tuple[int, int, Any], ...]
    strip_rows: int
    plain: int


def blocks_of(image: TiffImageFile, file_size: int) -> Layout | None:
    """Where the blocks of an opened file are; None if it has none that are small, and sound.

    Args:
        image: only its header is looked at.
        file_size: bytes; a block must lie within them.
    """
    tags = image.tag_v2
    width, height = int(tags[WIDTH]), int(tags[HEIGHT])
    if tags.get(PLANAR, 1) != 1:
        return None  # each band by itself
    is_tiled = _TILE_WIDTH in tags
    offsets, counts = (_numbers(tags.get(n)) for n in ((324, 325) if is_tiled else (273, 279)))
    if is_tiled:
        tile = int(tags[_TILE_WIDTH]), int(tags[_TILE_HEIGHT])
        strip_rows = tile[1]
        rows = _tiles((width, height), tile, list(zip(offsets, counts, strict=False)))
    else:
        strip_rows = min(int(tags.get(STRIP_ROWS, height)), height)
        if tags.get(COMPRESSION, 1) == 1:
            line = -(-width * sum(_numbers(tags.get(258, 1))) // 8)
            offsets, counts, strip_rows = _cut(offsets, height, strip_rows, line)
        places = list(zip(offsets, counts, strict=False))
        rows = _strips((width, height), strip_rows, places)
    copied = tuple(
        (n, _SHORTER.get(k := int(tags.tagtype[n]), k), tags[n]) for n in _COPIED if n in tags
    )
    order = "<" if tags.prefix == b"II" else ">"
    plain = 0 if is_tiled else _plain_values(tags)
    lines = tuple(tuple(row) for row in rows)
    found = Layout((width, height), lines, order, copied, strip_rows, plain)
    return found if _is_sound(found, is_tiled, file_size) else None


def _numbers(value: object) -> list[int]:
    if value is None:
        return []
    return [int(v) for v in value] if isinstance(value, tuple) else [int(str(value))]


def _plain_values(tags: Any) -> int:
    """Values a pixel of strips that are neither coded nor of other colours than RGB or grey."""
    bits, colours = _numbers(tags.get(258, 1)), tags.get(262)
    is_bytes = set(bits) == {8} and tags.get(COMPRESSION, 1) == 1 and not tags.get(338)
    is_known = (len(bits), colours) in ((3, 2), (1, 1)) and tags.get(266, 1) == 1
    return len(bits) if is_bytes and is_known and tags.get(SAMPLES, 1) == len(bits) else 0


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
