"""Images of more pixels than memory should hold: the whole in small, and any part sharp."""

from __future__ import annotations

import math
import threading
from collections import defaultdict
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import numpy as np
from numpy.typing import NDArray
from PIL import Image
from PIL.JpegImagePlugin import JpegImageFile, get_sampling
from PIL.TiffImagePlugin import TiffImageFile

from annotator.domain.errors import UnreadableFileError
from annotator.services.blocks import Blocks
from annotator.services.cache import use
from annotator.services.image_file import JPEGS, TURNS, frame_size, opened, orientation
from annotator.services.layout import Area, blocks_of
from annotator.services.overview import Overview
from annotator.services.pixels import read_image
from annotator.services.quiet import quiet
from annotator.services.slices import Coding, Slices, make_room, name_of

FROM = 100_000_000
"""Pixels from which an image is large."""
SMALL = 12_000_000
"""Pixels, at most, of the whole image in small."""
SMALL_QUALITY = 92
"""Of the small picture that is kept."""


_turns: defaultdict[str, threading.Lock] = defaultdict(threading.Lock)
"""One decode of a file at a time."""


class LargeImage:
    """One large image, upright unless it is raw.

    Attributes:
        path: its file.
        size: width and height.
        step: pixels of a side that become one where the whole is looked at in small.
        slices: of a JPEG, where they are kept; None without a folder, and for others.
        is_sliced: it is a JPEG, parts of which are read from slices.
    """

    def __init__(
        self,
        path: Path,
        frame: tuple[int, int],
        turn: int,
        source: Blocks | Coding,
        cache: Path | None,
    ) -> None:
        """One that was opened.

        Raises:
            OSError: the file is gone.
        """
        self.path = path
        self.size = frame[::-1] if turn >= 5 else frame
        self.step = 2 ** max(1, math.ceil(math.log2(frame[0] * frame[1] / SMALL) / 2))
        self.slices: Slices | None = None
        if cache is not None and isinstance(source, Coding):
            self.slices = Slices(cache, path, frame, source)
        self._cache, self._name = cache, name_of(path)
        self.is_sliced = isinstance(source, Coding)
        self._frame, self._turn, self._source = frame, turn, source
        self._lock = threading.Lock()
        self._overview = Overview(source, self.step) if isinstance(source, Blocks) else None

    def small(self, seconds: float | None = None) -> tuple[Image.Image, bool]:
        """The whole in small; when it is complete it is kept for the next time.

        Args:
            seconds: after which to be content with what there is; None to complete it.

        Returns:
            Mode RGB; and whether it is complete.

        Raises:
            UnreadableFileError: the file cannot be read.
        """
        kept = self._kept()
        if kept is not None:
            return kept, True
        if self._overview is None:
            with _turns[self._name]:  # whoever waits finds what the other one kept
                return self._kept() or self._decoded(), True
        with self._told():
            self._overview.advance(seconds)
        made = self._upright(self._overview.shown())
        if self._overview.is_complete:
            self._keep(made)
        return made, self._overview.is_complete

    def _decoded(self) -> Image.Image:
        short_side = min(self._frame) // self.step
        made = read_image(self.path, short_side=short_side, is_raw=self._turn == 1)
        self._keep(made)
        return made

    def part(self, area: Area, step: int) -> NDArray[np.uint8] | None:
        """A part of the upright image, reduced; None while its slices are not there.

        Args:
            area: its corner lies on a multiple of the step.
            step: 1, 2, 4 or 8 pixels of a side that become one.

        Returns:
            RGB, uint8 [ceil(H / step), ceil(W / step), 3].

        Raises:
            UnreadableFileError: the file cannot be read any more.
        """
        with self._told():
            if isinstance(self._source, Blocks):
                with self._lock:
                    pixels = self._source.region(self.in_frame(area))
                return self._reduced(pixels, step)
            if self.slices is None:
                return None
            if self._turn == 1:
                return self.slices.part(area, step)
            whole = self.slices.part(self.in_frame(area), 1)
            return None if whole is None else self._reduced(whole, step)

    def in_frame(self, area: Area) -> Area:
        """Where a part of the upright image lies in the frame of the file."""
        x, y, width, height = area
        if self._turn >= 5:
            x, y, width, height = y, x, height, width
        if self._turn in (2, 3, 7, 8):
            x = self._frame[0] - x - width
        if self._turn in (3, 4, 6, 7):
            y = self._frame[1] - y - height
        return x, y, width, height

    def _kept(self) -> Image.Image | None:
        """The small picture of before, if it is there and whole."""
        file = self._file()
        if file is None or not file.exists():
            return None
        try:
            with quiet, Image.open(file) as image:
                use(file)
                return image.convert("RGB")
        except OSError:
            return None

    def _keep(self, image: Image.Image) -> None:
        """Written beside, then replaced; a cache that cannot be written is no reason to stop."""
        file = self._file()
        if file is None:
            return
        beside = file.with_suffix(".part")
        try:
            make_room(file.parent, self._name)
            image.save(beside, "JPEG", quality=SMALL_QUALITY, subsampling=0)
            beside.replace(file)
        except OSError:
            return

    def _file(self) -> Path | None:
        name = f"{self._name}-small-{self.step}-{self._turn}.jpg"
        return None if self._cache is None else self._cache / name

    @contextmanager
    def _told(self) -> Iterator[None]:
        """What is wrong with the file is told in words."""
        try:
            yield
        except (OSError, ValueError, KeyError, SyntaxError) as error:
            raise UnreadableFileError(f"{self.path}: {error}") from error

    def _reduced(self, pixels: NDArray[np.uint8], step: int) -> NDArray[np.uint8]:
        image = self._upright(Image.fromarray(pixels))
        return np.asarray(image.reduce(step) if step > 1 else image)

    def _upright(self, image: Image.Image) -> Image.Image:
        return image.transpose(TURNS[self._turn]) if self._turn in TURNS else image


def large_cache(cache: Path) -> Path:
    """Where a project's cache folder has what is made once of large images."""
    return cache / "large"


def open_large(path: Path, *, is_raw: bool, cache: Path | None = None) -> LargeImage | None:
    """An image that is read in parts; None of smaller ones, and of files that cannot be.

    Args:
        path: the file.
        is_raw: the frame as it lies in the file, without EXIF rotation.
        cache: a folder for what is made of it once; without one a JPEG has no sharp parts.

    Raises:
        UnreadableFileError: it is no image, or has more pixels than can be read safely.
    """
    with opened(path) as image:
        frame = frame_size(image)
        if frame[0] * frame[1] < FROM:
            return None
        turn = 1 if is_raw else orientation(image)
        if isinstance(image, TiffImageFile):
            layout = blocks_of(image, path.stat().st_size)
            blocks = None if layout is None else Blocks(path, layout)
            return None if blocks is None else LargeImage(path, frame, turn, blocks, cache)
        coding = _coding(image) if image.format in JPEGS else None
        return None if coding is None else LargeImage(path, frame, turn, coding, cache)


def _coding(image: Image.Image) -> Coding | None:
    """How a JPEG is coded; None of what needs all its memory at once, or has other colours."""
    is_jpeg = isinstance(image, JpegImageFile) and image.mode in ("RGB", "L")
    if not is_jpeg or image.info.get("progressive"):
        return None
    assert isinstance(image, JpegImageFile)
    sampling = get_sampling(image) if image.mode == "RGB" else -1
    with quiet:
        tables = {n: list(table) for n, table in image.quantization.items()}
    return Coding(tables, max(sampling, 0) if image.mode == "RGB" else 0)
