"""Small pictures of images: read on the thread pool, kept in memory and in the project's cache."""

from __future__ import annotations

from collections import OrderedDict
from collections.abc import Callable
from functools import partial
from pathlib import Path

import numpy as np
from numpy.typing import NDArray
from PIL import Image as Pillow
from PySide6.QtCore import QByteArray, QObject, Signal
from PySide6.QtGui import QImage, QImageWriter, QPixmap

from annotator.domain.errors import KnownError
from annotator.domain.model import Image
from annotator.services.cache import thumbnail_file, trim, use
from annotator.services.large import large_cache, open_large
from annotator.services.pixels import thumbnail
from annotator.ui import background

KEPT = 400
"""Pictures in memory: 400 of 192 x 144 pixels are 44 MB."""
MOST_BYTES = 256_000_000
"""What the pictures on disk may take: some 40,000 of them."""
_TRIM_EVERY = 500
"""Pictures between two looks at what the folder takes."""
_AT_ONCE = 2
_WAITING = 48
"""Requests beyond the newest 48 are dropped: the person has scrolled past them."""


class Thumbnails(QObject):
    """Hands out pictures; those not at hand are fetched, the newest request first.

    Signals:
        loaded: the picture of this image id is at hand now.
    """

    loaded = Signal(object)

    def __init__(self, side: int, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._side = side
        self._path_of: Callable[[Image], Path] | None = None
        self._folder: Path | None = None
        self._kept: OrderedDict[int, QPixmap | None] = OrderedDict()
        self._wanted: OrderedDict[int, Image] = OrderedDict()
        self._running: set[int] = set()
        self._round = self._loaded = 0

    def attach(self, path_of: Callable[[Image], Path] | None, folder: Path | None) -> None:
        """Serve another project, or none.

        Args:
            path_of: where an image's file is.
            folder: where pictures are kept on disk; None keeps none.
        """
        self._path_of = path_of
        self._folder = folder
        self._round += 1
        self._kept.clear()
        self._wanted.clear()
        self._running.clear()
        self._trim()

    def picture(self, image: Image) -> QPixmap | None:
        """The image's picture, or None while it is being fetched or cannot be read."""
        if image.id in self._kept:
            self._kept.move_to_end(image.id)
            return self._kept[image.id]
        if not image.is_missing and image.id not in self._running:
            self._wanted[image.id] = image
            self._wanted.move_to_end(image.id)
            while len(self._wanted) > _WAITING:
                self._wanted.popitem(last=False)
            self._start_more()
        return None

    def _start_more(self) -> None:
        while self._wanted and len(self._running) < _AT_ONCE and self._path_of is not None:
            image_id, image = self._wanted.popitem()
            self._running.add(image_id)
            kept = None if self._folder is None else thumbnail_file(self._folder, image_id)
            background.run(
                load_picture,
                self._path_of(image),
                kept,
                self._side,
                image.is_raw,
                done=partial(self._on_picture_loaded, self._round, image_id),
                failed=partial(self._on_picture_failed, self._round, image_id),
                owner=self,
                priority=-1,
            )

    def _on_picture_loaded(self, number: int, image_id: int, picture: QImage) -> None:
        self._keep(number, image_id, QPixmap.fromImage(picture))

    def _on_picture_failed(self, number: int, image_id: int, error: Exception) -> None:
        self._keep(number, image_id, None)
        if not isinstance(error, KnownError | OSError):
            raise error

    def _keep(self, number: int, image_id: int, picture: QPixmap | None) -> None:
        if number != self._round:
            return
        self._running.discard(image_id)
        self._kept[image_id] = picture
        self._loaded += 1
        if self._loaded % _TRIM_EVERY == 0:
            self._trim()
        while len(self._kept) > KEPT:
            self._kept.popitem(last=False)
        self.loaded.emit(image_id)
        self._start_more()

    def _trim(self) -> None:
        """Keep the folder within its bound."""
        if self._folder is not None:
            trimmed = partial(trim, self._folder, most_bytes=MOST_BYTES)
            background.run(trimmed, done=lambda _count: None, owner=self, priority=-2)


def load_picture(path: Path, kept: Path | None, side: int, is_raw: bool) -> QImage:
    """The picture from the cache when it is newer than the image, else from the image.

    Raises:
        UnreadableFileError: the image cannot be read.
        OSError: it is gone.
    """
    written = path.stat().st_mtime_ns
    if kept is not None and kept.exists() and kept.stat().st_mtime_ns >= written:
        stored = QImage(str(kept))
        if not stored.isNull():
            use(kept)
            return stored
    pixels = _small(path, kept, side, is_raw)
    height, width = pixels.shape[:2]
    made = QImage(pixels.data, width, height, 3 * width, QImage.Format.Format_RGB888).copy()
    if kept is not None:
        _write(made, kept)
    return made


def _small(path: Path, kept: Path | None, side: int, is_raw: bool) -> NDArray[np.uint8]:
    """A thumbnail's pixels; of a large image from the small picture that the canvas shows too."""
    cache = None if kept is None else large_cache(kept.parent.parent)
    large = open_large(path, is_raw=is_raw, cache=cache)
    if large is None:
        return thumbnail(path, side, is_raw=is_raw)
    image, _ = large.small()
    image.thumbnail((side, side), Pillow.Resampling.BICUBIC)
    return np.ascontiguousarray(image)


def _write(picture: QImage, kept: Path) -> None:
    """Write beside, then replace; a cache that cannot be written is no reason to stop."""
    beside = kept.with_suffix(".part")
    try:
        kept.parent.mkdir(parents=True, exist_ok=True)
        writer = QImageWriter(str(beside), QByteArray(b"jpg"))
        writer.setQuality(88)
        if writer.write(picture):
            beside.replace(kept)
    except OSError:
        return
