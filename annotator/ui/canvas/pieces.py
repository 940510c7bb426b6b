"""Sharp pieces of a large image: read beside the window where somebody looks, kept in bounds."""

from __future__ import annotations

from collections import OrderedDict
from collections.abc import Iterable, Sequence
from functools import partial
from pathlib import Path

import numpy as np
from numpy.typing import NDArray
from PIL import Image as Pillow
from PySide6.QtCore import QObject, Signal

from annotator.domain.errors import KnownError
from annotator.services.large import LargeImage
from annotator.services.layout import Area
from annotator.services.slices import Slices
from annotator.ui.background import run
from annotator.ui.canvas.strips import read_strip
from annotator.ui.timers import once

SIDE = 512
"""Pixels of a piece, of its level."""
KEPT_BYTES = 96_000_000
"""Of pieces; as many as are seen are kept in any case."""
TOGETHER = 6
"""Pieces read in one go, some 20 ms of a tiled file; then those nearest to the middle come next."""
SLICE_AFTER_MS = 400
"""Whoever leafs through images looks at none for so long."""
AGAIN_MS = 300
"""Between two looks whether slices are there."""

Key = tuple[int, int, int]
"""Pixels of the image that are one of the level, row, column."""
Pixels = NDArray[np.uint32]
"""[H, W], 0xffRRGGBB each, as QImage has them."""


class Pieces(QObject):
    """Hands out pieces of one image; those not at hand are fetched.

    Signals:
        arrived: some of those that were wanted are at hand now.
        failed: words about what keeps them away.
    """

    arrived = Signal()
    failed = Signal(str)

    def __init__(self, parent: QObject, *, makes_slices: bool = True) -> None:
        super().__init__(parent)
        self._makes_slices = makes_slices
        self._large: LargeImage | None = None
        self._kept: OrderedDict[Key, Pixels] = OrderedDict()
        self._wanted: Sequence[Key] = ()
        self._is_reading = self._is_slicing = False
        self._rest = once(self, self._slice, after_ms=SLICE_AFTER_MS)
        self._again = once(self, self._read, after_ms=AGAIN_MS)

    @property
    def byte_count(self) -> int:
        """Memory of what is kept."""
        return sum(piece.nbytes for piece in self._kept.values())

    def serve(self, large: LargeImage | None) -> None:
        """Serve another image, or none."""
        if large is self._large:
            return
        self._large = large
        self._kept.clear()
        self._wanted = ()
        self._rest.stop()
        if large is not None and self._makes_slices:
            self._rest.start()

    def piece(self, key: Key) -> Pixels | None:
        """A piece, if it is at hand."""
        if key in self._kept:
            self._kept.move_to_end(key)
        return self._kept.get(key)

    def want(self, keys: Sequence[Key]) -> None:
        """Fetch these and no others any more, the first ones first."""
        self._wanted = [key for key in keys if key not in self._kept]
        self._read()

    # Reading --------------------------------------------------------------------------------------

    def _read(self) -> None:
        large = self._large
        if large is None or self._is_reading:
            return
        keys = [key for key in self._wanted if _is_there(large, key)][:TOGETHER]
        if not keys:
            if self._wanted and large.slices is not None:
                self._again.start()  # somebody else may make the slices
            return
        self._is_reading = True
        done, failed = partial(self._on_read, large), partial(self._on_read_failed, large)
        run(partial(_read_pieces, large, keys), done=done, failed=failed, owner=self, priority=2)

    def _on_read(self, large: LargeImage, found: dict[Key, Pixels]) -> None:
        self._is_reading = False
        if large is self._large:
            self._kept.update(found)
            self._wanted = [key for key in self._wanted if key not in found]
            self._forget_some(len(found))
            if found:
                self.arrived.emit()
        self._read()

    def _forget_some(self, newest: int) -> None:
        while self.byte_count > KEPT_BYTES and len(self._kept) > newest:
            self._kept.popitem(last=False)

    def _on_read_failed(self, large: LargeImage, error: Exception) -> None:
        self._is_reading = False
        if large is self._large:
            self._wanted = ()
            self._tell(error)

    # Slicing a JPEG -------------------------------------------------------------------------------

    def _slice(self) -> None:
        """Make the next slice, where somebody looks first, else from the top."""
        large = self._large
        if large is None or large.slices is None or self._is_slicing:
            return
        number = _next_slice(large, large.slices, self._wanted)
        if number is None:
            return
        self._is_slicing = True
        run(
            partial(_make_slice, large.path, large.slices, number),
            done=partial(self._on_sliced, large),
            failed=partial(self._on_slicing_failed, large),
            owner=self,
            priority=-1,
        )

    def _on_sliced(self, large: LargeImage, _: object) -> None:
        self._is_slicing = False
        self._read()
        self._slice()

    def _on_slicing_failed(self, large: LargeImage, error: Exception) -> None:
        self._is_slicing = False
        if large is self._large:
            self._large = None
            self._tell(error)
        self._slice()

    def _tell(self, error: Exception) -> None:
        if not isinstance(error, KnownError | OSError):
            raise error
        self.failed.emit(f"This image stays blurred: {error}")


def area_of(key: Key, size: tuple[int, int]) -> Area:
    """The pixels of the image that a piece covers."""
    step, row, column = key
    left, top = column * SIDE * step, row * SIDE * step
    return left, top, min(SIDE * step, size[0] - left), min(SIDE * step, size[1] - top)


def _is_there(large: LargeImage, key: Key) -> bool:
    if not large.is_sliced:
        return True
    slices = large.slices
    area = large.in_frame(area_of(key, large.size))
    return slices is not None and all(slices.has(number) for number in slices.under(area))


def _next_slice(large: LargeImage, slices: Slices, wanted: Iterable[Key]) -> int | None:
    looked_at = (large.in_frame(area_of(key, large.size)) for key in wanted)
    numbers = [number for area in looked_at for number in slices.under(area)]
    numbers += range(len(slices.areas()))
    return next((number for number in numbers if not slices.has(number)), None)


def _make_slice(path: Path, slices: Slices, number: int) -> None:
    slices.write(number, read_strip(path, slices.areas()[number]))


def _read_pieces(large: LargeImage, keys: Iterable[Key]) -> dict[Key, Pixels]:
    found = {}
    for key in keys:
        pixels = large.part(area_of(key, large.size), key[0])
        if pixels is not None:
            found[key] = as_shown(pixels)
    return found


def as_shown(pixels: NDArray[np.uint8]) -> Pixels:
    """RGB, uint8 [H, W, 3], as QImage has it."""
    height, width = pixels.shape[:2]
    data = Pillow.fromarray(pixels).convert("RGBA").tobytes("raw", "BGRA")
    return np.frombuffer(data, np.uint32).reshape(height, width)
