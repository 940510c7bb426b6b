"""The strips or tiles of a TIFF file, each decoded by itself: any part of a large image is at hand.

Each block is handed to Pillow as a TIFF file of its own, in memory, so that whatever Pillow reads
(LZW, Deflate, JPEG, predictors, palettes, ...) is read here too, to the same pixels.
"""

from __future__ import annotations

import io
import struct
from collections import OrderedDict
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray
from PIL import Image

from annotator.services.layout import HEIGHT, PLANAR, STRIP_ROWS, WIDTH, Area, Block, Layout
from annotator.services.quiet import quiet
from annotator.services.rgb import Span, is_deep, to_rgb

KEPT_BYTES = 160_000_000
"""Of decoded blocks: a strip runs across all the image, but is asked for piece by piece."""
_PROBES = 48
"""Blocks, about, in which the darkest and brightest value of a deep image are looked for."""


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
        if self.layout.plain:
            self._copy_rows(area, found)
            return found
        for block in self._under(area):
            x, y, across, down = block.area
            x0, y0 = max(x, left), max(y, top)
            x1, y1 = min(x + across, left + width), min(y + down, top + height)
            part = self.read(block)[y0 - y : y1 - y, x0 - x : x1 - x]
            found[y0 - top : y1 - top, x0 - left : x1 - left] = part
        return found

    def _copy_rows(self, area: Area, found: NDArray[np.uint8]) -> None:
        """A part of strips that need no decoding."""
        left, top, width, height = area
        values = self.layout.plain
        line = self.layout.size[0] * values
        data = np.memmap(self._path, np.uint8, "r")
        for block in self._under(area):
            y = block.area[1]
            for start, count in block.places:
                rows = data[start : start + count // line * line].reshape(-1, line)
                first, last = max(y, top), min(y + len(rows), top + height)
                if first < last:
                    part = rows[first - y : last - y, left * values : (left + width) * values]
                    found[first - top : last - top] = part.reshape(last - first, width, values)
                y += len(rows)

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
        (WIDTH, 4, block.coded[0]),
        (HEIGHT, 4, block.coded[1]),
        (273, 4, tuple(starts)),
        (STRIP_ROWS, 4, layout.strip_rows),
        (279, 4, tuple(len(strip) for strip in strips)),
        (PLANAR, 3, 1),
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
