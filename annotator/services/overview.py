"""A large image in small, made of its blocks by and by: all of it coarsely, then sharper."""

from __future__ import annotations

from collections.abc import Iterator
from time import perf_counter

from PIL import Image

from annotator.services.blocks import Blocks
from annotator.services.layout import Area, Block

LEAST = 12
"""Blocks that a first look is made of, however long they take."""
_STRIDES = (64, 32, 16, 8, 4, 2, 1)
"""Of all blocks those come first that are so far apart."""


class Overview:
    """The frame of an image, reduced.

    A block stands in for those around it that were not read yet: by the mean of its pixels, along
    its rows where there are blocks beside it, and along its columns where there are some below.

    Attributes:
        image: mode RGB, as far as it was made; ``shown`` is smoother while it is not complete.
        is_complete: every block was read.
    """

    def __init__(self, blocks: Blocks, step: int) -> None:
        """Begin.

        Args:
            blocks: of the image.
            step: pixels of a side that become one.
        """
        self._blocks = blocks
        self._step = step
        width, height = blocks.layout.size
        self.image = Image.new("RGB", (-(-width // step), -(-height // step)))
        self.is_complete = False
        self._read = Image.new("L", self.image.size)
        self._stride = _STRIDES[0]
        self._count = 0
        self._order = self._in_order()

    def shown(self) -> Image.Image:
        """A copy, smooth where blocks stand in for others."""
        if self.is_complete:
            return self.image.copy()
        rows = self._blocks.layout.rows
        columns, lines = (max(1, -(-n // self._stride)) for n in (len(rows[0]), len(rows)))
        size = (self.image.width if len(rows[0]) == 1 else columns, lines)
        rough = self.image.resize(size, Image.Resampling.BOX)
        rough = rough.resize(self.image.size, Image.Resampling.BICUBIC)
        rough.paste(self.image, mask=self._read)
        return rough

    def advance(self, seconds: float | None = None) -> None:
        """Read more of the blocks.

        Args:
            seconds: after which to stop; None reads all that are left.

        Raises:
            OSError: the file, or a block of it, cannot be read.
        """
        start = perf_counter()
        for block, around in self._order:
            left, top, right, bottom = self._place(block.area)
            small = self._blocks.small(block, (right - left, bottom - top))
            if around is not None:
                self._stand_in(small, block, around)
            self.image.paste(small, (left, top))
            self._read.paste(255, (left, top, right, bottom))
            is_late = seconds is not None and perf_counter() - start > seconds
            self._count += 1
            if is_late and self._count >= LEAST:
                return
        self.is_complete = True

    def _in_order(self) -> Iterator[tuple[Block, Area | None]]:
        """Each block once, and the area it stands for when it comes."""
        rows = self._blocks.layout.rows
        done: set[tuple[int, int]] = set()
        for self._stride in _STRIDES:
            stride = self._stride
            for r in range(0, len(rows), stride):
                for c in range(0, len(rows[r]), stride):
                    if (r, c) not in done:
                        done.add((r, c))
                        yield rows[r][c], self._around(r, c, stride) if stride > 1 else None

    def _around(self, row: int, column: int, stride: int) -> Area:
        rows = self._blocks.layout.rows
        left, top, _, _ = rows[row][column].area
        last = rows[min(row + stride, len(rows)) - 1]
        x, y, across, down = last[min(column + stride, len(last)) - 1].area
        return left, top, x + across - left, y + down - top

    def _stand_in(self, small: Image.Image, block: Block, around: Area) -> None:
        left, top, right, bottom = self._place(around)
        across = small.width if around[2] == block.area[2] else 1
        down = small.height if around[3] == block.area[3] else 1
        mean = small.resize((across, down), Image.Resampling.BOX)
        self.image.paste(mean.resize((right - left, bottom - top)), (left, top))

    def _place(self, area: Area) -> tuple[int, int, int, int]:
        """Left, top, right and bottom of a part of the frame, in small; at least a pixel."""
        x, y, width, height = area
        left, top = (
            min(x // self._step, self.image.width - 1),
            min(y // self._step, self.image.height - 1),
        )
        right = max(left + 1, -(-(x + width) // self._step))
        bottom = max(top + 1, -(-(y + height) // self._step))
        return left, top, right, bottom
