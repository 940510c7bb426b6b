"""Draws very large images with structure for ``large.py``: JPEG, TIFF in strips and in tiles.

``python benchmarks/large_data.py KIND FILE``; by itself, since it holds the whole image in memory.
"""

from __future__ import annotations

import struct
import sys
import zlib
from collections.abc import Iterator, Sequence
from pathlib import Path

import numpy as np
from PIL import Image

SIZE = (30_000, 20_000)
PATCH = 2_000
"""Pixels of a side of what is drawn once and laid many times, turned and mirrored."""
MARK = 40
"""Pixels of a side of a black square on a white one of twice the side."""
MARKS = tuple((x, y) for x in range(900, 29_000, 3_100) for y in range(700, 19_500, 2_300))
"""Left and upper edge of each black square."""
QUALITY = 85
STRIP_ROWS, TILE = 16, 512
_TURNS = tuple(Image.Transpose)[:7]


def patch(rng: np.random.Generator) -> Image.Image:
    """Clouds of five sizes with a little grain."""
    found = np.zeros((PATCH, PATCH, 3), np.float32)
    for cells in (4, 16, 63, 250, 1000):
        for channel in range(3):
            cloud = Image.fromarray(rng.normal(size=(cells, cells)).astype(np.float32))
            wide = cloud.resize((PATCH, PATCH), Image.Resampling.BICUBIC)
            found[..., channel] += np.asarray(wide) * 60 * (4 / cells) ** 0.35
    found += rng.normal(size=(PATCH, PATCH, 1)) * 4
    return Image.fromarray(np.clip(found + 128, 0, 255).astype(np.uint8))


def draw(size: tuple[int, int] = SIZE) -> Image.Image:
    """The image, with its marks."""
    rng = np.random.default_rng(7)
    patches = [patch(rng) for _ in range(4)]
    image = Image.new("RGB", size)
    for top in range(0, size[1], PATCH):
        for left in range(0, size[0], PATCH):
            turn = _TURNS[int(rng.integers(len(_TURNS)))]
            image.paste(patches[int(rng.integers(4))].transpose(turn), (left, top))
    for x, y in MARKS:
        half = MARK // 2
        image.paste((255, 255, 255), (x - half, y - half, x + MARK + half, y + MARK + half))
        image.paste((0, 0, 0), (x, y, x + MARK, y + MARK))
    return image


def write_tiff(
    path: Path, image: Image.Image, *, tile: int | None = None, strip_rows: int = STRIP_ROWS
) -> None:
    """A TIFF file, little-endian.

    Args:
        path: where to.
        image: mode RGB.
        tile: side of Deflate tiles; None for strips that are not compressed.
        strip_rows: rows of a strip.
    """
    width, height = image.size
    starts, counts = [], []
    with path.open("wb") as file:
        file.write(b"II*\0" + bytes(4))
        for data in _tiles(image, tile) if tile else _strips(image, strip_rows):
            starts.append(file.tell())
            counts.append(file.write(data))
        shorts = {258: [8, 8, 8], 259: [8 if tile else 1], 262: [2], 277: [3], 284: [1]}
        longs = {256: [width], 257: [height]}
        if tile:
            longs |= {322: [tile], 323: [tile], 324: starts, 325: counts}
        else:
            longs |= {278: [strip_rows], 273: starts, 279: counts}
        file.write(bytes(file.tell() % 2))
        at = file.tell()
        file.write(_directory(at, shorts, longs))
        file.seek(4)
        file.write(struct.pack("<L", at))


def _strips(image: Image.Image, rows: int) -> Iterator[bytes]:
    for top in range(0, image.height, rows):
        yield image.crop((0, top, image.width, min(top + rows, image.height))).tobytes()


def _tiles(image: Image.Image, side: int) -> Iterator[bytes]:
    for top in range(0, image.height, side):
        for left in range(0, image.width, side):
            whole = image.crop((left, top, left + side, top + side))  # black beyond the edge
            yield zlib.compress(whole.tobytes(), 1)


def _directory(at: int, shorts: dict[int, list[int]], longs: dict[int, list[int]]) -> bytes:
    tags: list[tuple[int, int, Sequence[int]]] = [
        (tag, 3, values) for tag, values in shorts.items()
    ]
    tags += [(tag, 4, values) for tag, values in longs.items()]
    after, rows, more = at + 2 + 12 * len(tags) + 4, b"", b""
    for tag, kind, values in sorted(tags):
        data = struct.pack(f"<{len(values)}{'HL'[kind - 3]}", *values)
        place = data.ljust(4, b"\0")
        if len(data) > 4:
            place = struct.pack("<L", after + len(more))
            more += data + bytes(len(data) % 2)
        rows += struct.pack("<HHL", tag, kind, len(values)) + place
    return struct.pack("<H", len(tags)) + rows + bytes(4) + more


def main() -> None:
    kind, path = sys.argv[1], Path(sys.argv[2])
    image = draw()
    if kind == "jpeg":
        image.save(path, quality=QUALITY)
    else:
        write_tiff(path, image, tile=TILE if kind == "tiles" else None)


if __name__ == "__main__":
    main()
