"""The levels of a picture as they are looked at: adjusted, and turned by quarters.

Only what is seen is made, in tiles, into a sheet as large as its level. Memory that is never
written to is never taken, so that a sheet costs what was looked at. Where much is missing a coarser
level stands in, and the fine one follows in slices: a slider that is dragged never waits.
"""

from __future__ import annotations

from collections.abc import Sequence
from time import perf_counter

import numpy as np
from numpy.typing import NDArray
from PySide6.QtCore import QRect, QRectF
from PySide6.QtGui import QImage

from annotator.ui.canvas.adjustment import Adjustment, Channel, Tone, span_of, table_of
from annotator.ui.canvas.viewport import turned_rect

TILE = 256
"""Pixels of a side."""
AT_ONCE = 1_500_000
"""Pixels that are made within one paint without being felt."""
SLICE_SECONDS = 0.006
"""Of making a fine level, then the window gets its turn."""
SAMPLES = 400_000
"""Pixels, about, that an image's darkest and brightest ones are looked for in."""


class Sheet:
    """One level as it is looked at, as far as it was made."""

    def __init__(self, level: QImage, turn: int) -> None:
        self.level = level
        self._turn = turn
        size = level.size().transposed() if turn % 2 else level.size()
        self.image = QImage(size, QImage.Format.Format_RGB32)
        self._done: NDArray[np.bool_] = np.zeros(
            (-(-level.height() // TILE), -(-level.width() // TILE)), dtype=bool
        )

    def forget(self) -> None:
        """Everything is to be made anew."""
        self._done[:] = False

    def missing(self, part: QRect) -> list[tuple[int, int]]:
        """Tiles of a part of the level that are not made yet."""
        rows = range(part.top() // TILE, part.bottom() // TILE + 1)
        columns = range(part.left() // TILE, part.right() // TILE + 1)
        return [(r, c) for r in rows for c in columns if not self._done[r, c]]

    def make(self, part: QRect, tone: Tone | None, seconds: float | None = None) -> bool:
        """Make what is missing of a part of the level.

        Args:
            part: pixels of the level.
            tone: None leaves the colours as they are.
            seconds: stop when so much time went by; one tile is made in any case.

        Returns:
            Whether little enough was missing: nothing, or what the time was enough for.
        """
        missing = self.missing(part & self.level.rect())
        source, sheet = _pixels(self.level), _pixels(self.image, writes=True)
        start = perf_counter()
        for number, (row, column) in enumerate(missing):
            if number and seconds is not None and perf_counter() - start > seconds:
                return False
            tile = QRect(column * TILE, row * TILE, TILE, TILE) & self.level.rect()
            pixels = _cut(source, tile)
            shown = pixels if tone is None else tone.shown(pixels)
            place = self.place(QRectF(tile)).toRect()
            _cut(sheet, place)[:] = np.rot90(shown, -self._turn)
            self._done[row, column] = True
        return seconds is not None or not missing

    def place(self, part: QRectF) -> QRectF:
        """Where a part of the level lies on the sheet."""
        return turned_rect(part, self.level.width(), self.level.height(), self._turn)


class Developer:
    """Makes the sheets.

    Attributes:
        adjustment: how images are shown.
        is_behind: what ``develop`` gave last was coarser than wanted; asked again, it gets on.
    """

    def __init__(self) -> None:
        self.adjustment = Adjustment()
        self.is_behind = False
        self._levels: Sequence[QImage] = ()
        self._spans: dict[Channel, tuple[int, int]] = {}
        self._turn = 0
        self._made_for: Adjustment | None = None
        self._tone: Tone | None = None
        self._sheets: dict[int, Sheet] = {}

    def is_needed(self, turn: int) -> bool:
        """Whether anything is different from the levels themselves."""
        return turn != 0 or not self.adjustment.is_neutral

    def develop(
        self, levels: Sequence[QImage], number: int, part: QRect, turn: int
    ) -> tuple[QImage, QRectF]:
        """One part of a level as it is looked at, or of a coarser one for the moment.

        Args:
            levels: of the picture, RGB32, the largest first.
            number: the level wanted.
            part: pixels of that level.
            turn: quarters, clockwise.

        Returns:
            An image, and where in it the part is; around it may be anything.
        """
        self.is_behind = False
        if not self.is_needed(turn):
            self._sheets = {}
            return levels[number], QRectF(part)
        self._start(levels, turn)
        coarse = number
        while coarse + 1 < len(levels):
            if _area(_scaled(part, levels[number], levels[coarse])) <= AT_ONCE:
                break
            coarse += 1
        self._sheets = {n: self._sheet(n) for n in {number, coarse}}
        fine = self._sheets[number]
        if coarse != number and len(fine.missing(part)) * TILE**2 > AT_ONCE:
            rough = self._sheets[coarse]
            here = _scaled(part, fine.level, rough.level)
            was_ready = rough.make(here.toAlignedRect().adjusted(-1, -1, 1, 1), self._tone)
            self.is_behind = not (was_ready and fine.make(part, self._tone, SLICE_SECONDS))
            if self.is_behind:
                return rough.image, rough.place(here)
        fine.make(part, self._tone)
        return fine.image, fine.place(QRectF(part))

    def whole(self, levels: Sequence[QImage], number: int, turn: int) -> QImage:
        """A whole level as it is looked at, for small ones; nothing of it is kept."""
        level = levels[number]
        if not self.is_needed(turn):
            return level
        self._start(levels, turn)
        sheet = Sheet(level, turn)
        sheet.make(level.rect(), self._tone)
        return sheet.image

    def tone_of(self, levels: Sequence[QImage], turn: int) -> Tone | None:
        """How the colours of a picture are shown; None as they are. The same until that changes."""
        if not self.is_needed(turn):
            return None
        self._start(levels, turn)
        return self._tone

    def _start(self, levels: Sequence[QImage], turn: int) -> None:
        """Forget what was made in another way."""
        if levels is not self._levels or turn != self._turn:
            self._sheets = {}
        if levels is not self._levels:
            self._levels, self._spans, self._made_for = levels, {}, None
        self._turn = turn
        if self.adjustment != self._made_for:
            self._made_for = self.adjustment
            self._tone = None if self.adjustment.is_neutral else self._make_tone()
            for sheet in self._sheets.values():
                sheet.forget()

    def _make_tone(self) -> Tone:
        adjustment, channel = self.adjustment, self.adjustment.channel
        if not adjustment.is_stretched:
            return Tone(table_of(adjustment), channel)
        if channel not in self._spans:
            pixels = _pixels(self._levels[0])
            step = max(1, round((pixels.size / SAMPLES) ** 0.5))
            self._spans[channel] = span_of(pixels[::step, ::step], channel)
        return Tone(table_of(adjustment, self._spans[channel]), channel)

    def _sheet(self, number: int) -> Sheet:
        return self._sheets.get(number) or Sheet(self._levels[number], self._turn)


def _area(part: QRectF) -> float:
    return part.width() * part.height()


def _scaled(part: QRect, level: QImage, other: QImage) -> QRectF:
    """A part of one level on another."""
    fx, fy = other.width() / level.width(), other.height() / level.height()
    return QRectF(part.x() * fx, part.y() * fy, part.width() * fx, part.height() * fy)


def _pixels(image: QImage, *, writes: bool = False) -> NDArray[np.uint32]:
    """The pixels of an RGB32 image where they lie, uint32 [H, W]; the image must live on."""
    data = image.bits() if writes else image.constBits()
    return np.frombuffer(data, np.uint32).reshape(image.height(), image.width())


def _cut(pixels: NDArray[np.uint32], part: QRect) -> NDArray[np.uint32]:
    return pixels[part.top() : part.bottom() + 1, part.left() : part.right() + 1]
