"""The decoded image in mip levels, and how a part of it is painted."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

from PySide6.QtCore import QRectF
from PySide6.QtGui import QImage, QPainter

from annotator.domain.model import Box
from annotator.services.large import LargeImage, open_large
from annotator.services.pixels import read_frame_size, read_size
from annotator.ui.canvas.decode import FORMAT, decode, image_of, reduced
from annotator.ui.canvas.developing import Developer
from annotator.ui.canvas.viewport import Viewport

SMOOTH_UP_TO = 4.0
"""Device pixels an image pixel; beyond it a pixel is shown as the square it is."""
STEP = 3
"""How many times smaller each level is than the one before. A level of half the size would look a
little better between 34 and 50 %, and take a quarter of the image's memory more instead of an
eighth: 32 MB of 24 megapixels instead of 14."""
FIRST_LOOK = 0.5
"""Seconds of reading until a large image is seen, coarsely."""
GROWING = 1.0
"""Seconds of reading more of it, until a sharper picture takes its place."""
SMALLEST_LEVEL = 300
"""Pixels of the longer side at which reducing stops."""


@dataclass(frozen=True, slots=True)
class Picture:
    """An image ready to paint.

    Attributes:
        width: of the whole image, pixels, also when only a reduced decode is here.
        height: likewise.
        levels: largest first, each a third of the one before.
        is_whole: the first level has every pixel, or as many as it is ever to have.
        large: where parts of a large image are read sharp; None for others.
    """

    width: int
    height: int
    levels: tuple[QImage, ...]
    is_whole: bool
    large: LargeImage | None = None

    @property
    def byte_count(self) -> int:
        """Memory of its pixels."""
        return sum(level.sizeInBytes() for level in self.levels)

    def serves(self, short_side: int) -> bool:
        """Whether it has as many pixels as a screen can show, or all there are."""
        return self.is_whole or min(self.levels[0].width(), self.levels[0].height()) >= short_side

    def reduced(self, short_side: int) -> Picture:
        """Without the levels that are larger than a screen needs."""
        sides = [min(level.width(), level.height()) for level in self.levels]
        first = max((n for n, side in enumerate(sides) if side >= short_side), default=0)
        is_whole = self.is_whole and first == 0 and self.large is None
        return Picture(self.width, self.height, self.levels[first:], is_whole)

    def paint(self, painter: QPainter, view: Viewport, developer: Developer) -> None:
        """Paint what the view shows; the painter is in screen coordinates."""
        number = self._level_for(view.zoom)
        level = self.levels[number]
        fx, fy = level.width() / self.width, level.height() / self.height
        seen = view.visible()
        area = QRectF(seen.x * fx, seen.y * fy, seen.width * fx, seen.height * fy)
        source = area.toAlignedRect().adjusted(-1, -1, 1, 1).intersected(level.rect())
        if source.isEmpty():
            return
        box = Box(source.x() / fx, source.y() / fy, source.width() / fx, source.height() / fy)
        sheet, part = developer.develop(self.levels, number, source, view.turn)
        is_smooth = view.zoom <= SMOOTH_UP_TO and view.zoom != 1.0
        painter.setRenderHint(QPainter.RenderHint.SmoothPixmapTransform, is_smooth)
        painter.drawImage(view.to_screen_box(box), sheet, part)

    def _level_for(self, zoom: float) -> int:
        """The smallest level that has a pixel for each device pixel."""
        fitting = [n for n, image in enumerate(self.levels) if image.width() >= zoom * self.width]
        return fitting[-1] if fitting else 0


def read_picture(
    path: Path, *, short_side: int | None, is_raw: bool, cache: Path | None = None
) -> Picture:
    """Decode a file; may be called in any thread.

    Args:
        path: the file.
        short_side: pixels the short side must have at least; None for all of them.
        is_raw: the frame as it lies in the file, without EXIF rotation.
        cache: a folder for what is made once of a large image.

    Raises:
        UnreadableFileError: the file is none of an image.
    """
    large = open_large(path, is_raw=is_raw, cache=cache)
    if large is not None:
        return picture_of_large(large, seconds=FIRST_LOOK)
    width, height = (read_frame_size if is_raw else read_size)(path)
    first = decode(path, size=(width, height), short_side=short_side, is_raw=is_raw)
    return picture_of(first, width=width, height=height)


def picture_of_large(large: LargeImage, *, seconds: float | None = None) -> Picture:
    """A large image in small; may be called in any thread.

    Args:
        large: the image.
        seconds: after which to be content with what there is; None to complete it.

    Raises:
        UnreadableFileError: the file cannot be read.
    """
    small, is_complete = large.small(seconds)
    width, height = large.size
    levels = picture_of(image_of(small), width=width, height=height).levels
    return Picture(width, height, levels, is_complete, large)


def picture_of_thumbnail(file: Path, *, width: int, height: int) -> Picture | None:
    """A first, blurred look at an image of ``width`` x ``height``; None of what is no picture."""
    image = QImage(str(file)).convertToFormat(FORMAT)
    return None if image.isNull() else picture_of(image, width=width, height=height)


def picture_of(first: QImage, *, width: int, height: int) -> Picture:
    """The mip levels of decoded pixels that stand for an image of ``width`` x ``height``."""
    levels = [first]
    while max(levels[-1].width(), levels[-1].height()) > SMALLEST_LEVEL:
        levels.append(reduced(levels[-1], STEP))
    is_whole = first.width() == width and first.height() == height
    return Picture(width, height, tuple(levels), is_whole)
