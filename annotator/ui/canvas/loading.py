"""Brings the image in view from disk: at screen size first, then whole, never on the GUI thread."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial
from pathlib import Path

from PySide6.QtCore import QObject, QTimer, Signal

from annotator.domain.errors import KnownError
from annotator.domain.model import Image
from annotator.ui.background import run
from annotator.ui.canvas.picture import Picture, read_picture

SLOW_AFTER_MS = 100
"""From here on a person would wonder, so the canvas says that it is loading."""
SMALL_IMAGE = 2_000_000
"""Pixels up to which a reduced decode is not worth its time."""


class PictureLoader(QObject):
    """Loads one image at a time; a newer request makes the older one's answer void.

    Signals:
        arrived: a Picture; once or twice an image.
        failed: words about what is wrong with the file and what to do.
        slowed: nothing has arrived for a moment.
    """

    arrived = Signal(object)
    failed = Signal(str)
    slowed = Signal()

    def __init__(self, parent: QObject) -> None:
        super().__init__(parent)
        self._request = 0
        self._slow = QTimer(self)
        self._slow.setSingleShot(True)
        self._slow.setInterval(SLOW_AFTER_MS)
        self._slow.timeout.connect(self.slowed)

    def stop(self) -> None:
        """Want nothing any more."""
        self._request += 1
        self._slow.stop()

    def load(self, image: Image, path: Path | None, *, short_side: int) -> None:
        """Start loading.

        Args:
            image: the row; its size decides whether a first, reduced decode pays.
            path: the file.
            short_side: pixels of the short side that fill the screen.
        """
        self.stop()
        if image.is_missing or path is None:
            self.failed.emit(missing_text(image, path))
            return
        self._slow.start()
        first = short_side if image.width * image.height > SMALL_IMAGE else None
        self._read(image, path, first, then=self._read_whole)

    def _read(
        self,
        image: Image,
        path: Path,
        short_side: int | None,
        then: Callable[[Image, Path], None],
    ) -> None:
        request = self._request

        def done(picture: Picture) -> None:
            if request == self._request:
                self._slow.stop()
                if not picture.is_whole:
                    then(image, path)
                self.arrived.emit(picture)

        run(
            partial(read_picture, path, short_side=short_side, is_raw=image.is_raw),
            done=done,
            failed=lambda error: self._on_read_failed(request, image, path, error),
            owner=self,
            priority=1,
        )

    def _read_whole(self, image: Image, path: Path) -> None:
        self._read(image, path, None, then=lambda *_: None)

    def _on_read_failed(self, request: int, image: Image, path: Path, error: Exception) -> None:
        if request != self._request:
            return
        self._slow.stop()
        if not path.exists():
            self.failed.emit(missing_text(image, path))
        elif isinstance(error, KnownError):
            self.failed.emit(
                f"{image.file_name} cannot be read\n\n{error} "
                "Replace the file by a readable copy, or take the image out of the project."
            )
        else:
            raise error


def missing_text(image: Image, path: Path | None) -> str:
    """What to say about an image whose file is gone."""
    place = f" in {path.parent}" if path is not None else ""
    return (
        f"{image.file_name} is missing\n\n"
        f"It was expected{place}. Put the file back there, or choose File > Find moved images… "
        "What was drawn on it is kept."
    )
