"""Brings the image in view from disk: at screen size first, then whole, never on the GUI thread.

When it is all here, its neighbours are decoded at screen size, so that they are seen at once.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from functools import partial
from pathlib import Path

from PySide6.QtCore import QObject, Signal

from annotator.domain.errors import KnownError
from annotator.domain.model import Image
from annotator.ui.background import run
from annotator.ui.canvas.ahead import Ahead
from annotator.ui.canvas.picture import GROWING, Picture, picture_of_large, read_picture
from annotator.ui.timers import once

SLOW_AFTER_MS = 100
"""From here on a person would wonder, so the canvas says that it is loading."""
SMALL_IMAGE = 2_000_000
"""Pixels up to which a reduced decode is not worth its time."""
WHOLE_AFTER_MS = 120
"""Whoever leafs through images looks at none for so long, and needs none of them whole."""

Wanted = tuple[Image, Path]


class Request:
    """One wish for an image; a newer one makes it void, wherever it is by then."""

    def __init__(self) -> None:
        self.is_void = False


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
        self._request = Request()
        self._next: Callable[[], None] = _nothing
        self._ahead = Ahead()
        self._cache: Path | None = None
        self._neighbours: Callable[[], Iterable[Wanted]] = tuple
        self._slow = once(self, self.slowed.emit, after_ms=SLOW_AFTER_MS)
        self._rest = once(self, self._on_rested, after_ms=WHOLE_AFTER_MS)

    def stop(self) -> None:
        """Want nothing any more."""
        self._request.is_void = True
        self._request = Request()
        self._slow.stop()
        self._rest.stop()

    def forget(self, cache: Path | None = None) -> None:
        """Let go of all pictures: another project.

        Args:
            cache: its folder for what is made once of large images.
        """
        self.stop()
        self._cache = cache
        self._ahead.clear()

    def keep(self, image: Image, path: Path, picture: Picture, *, short_side: int) -> None:
        """Keep what a picture left behind has at screen size, for going back."""
        self._ahead.put(image.id, path, picture.reduced(short_side))

    def load(
        self,
        image: Image,
        path: Path | None,
        *,
        short_side: int,
        neighbours: Callable[[], Iterable[Wanted]] = tuple,
    ) -> None:
        """Start loading.

        Args:
            image: the row; its size decides whether a first, reduced decode pays.
            path: the file.
            short_side: pixels of the short side that fill the screen.
            neighbours: asked when all is here: what to decode ahead of need.
        """
        self.stop()
        if image.is_missing or path is None:
            self.failed.emit(missing_text(image, path))
            return
        self._neighbours = neighbours
        at_hand = self._ahead.get(image.id, path, short_side)
        if at_hand is not None:
            self._on_arrived(image, path, short_side, at_hand)
            return
        self._slow.start()
        side = short_side if image.width * image.height > SMALL_IMAGE else None
        done = partial(self._on_arrived, image, path, short_side)
        self._read(image, path, side, done, partial(self._on_read_failed, image, path))

    def _read(
        self,
        image: Image,
        path: Path,
        side: int | None,
        done: Callable[[Picture], None],
        failed: Callable[[Exception], None],
        priority: int = 1,
    ) -> None:
        read = partial(read_picture, path, short_side=side, is_raw=image.is_raw, cache=self._cache)
        self._start_reading(read, done, failed, priority)

    def _start_reading(
        self,
        make: Callable[[], Picture],
        done: Callable[[Picture], None],
        failed: Callable[[Exception], None],
        priority: int = 1,
    ) -> None:
        request = self._request

        def read() -> Picture | None:
            return None if request.is_void else make()

        def answered(picture: Picture | None) -> None:
            if picture is not None and not request.is_void:
                done(picture)

        def refused(error: Exception) -> None:
            if not request.is_void:
                failed(error)

        run(read, done=answered, failed=refused, owner=self, priority=priority)

    def _on_arrived(self, image: Image, path: Path, side: int, picture: Picture) -> None:
        self._slow.stop()
        failed = partial(self._on_read_failed, image, path)
        again = partial(self._on_arrived, image, path, side)
        if picture.is_whole:
            neighbours = self._neighbours
            self._next = lambda: self._look_ahead(iter(neighbours()), side)
        elif picture.large is not None:
            make = partial(picture_of_large, picture.large, seconds=GROWING)
            self._next = partial(self._start_reading, make, again, failed)
        else:
            self._next = partial(self._read, image, path, None, again, failed)
        self._rest.start()
        self.arrived.emit(picture)

    def _on_rested(self) -> None:
        self._next()

    def _look_ahead(self, wanted: Iterator[Wanted], side: int) -> None:
        """Decode neighbours one after the other, after everything else that waits."""
        for image, path in wanted:
            if image.is_missing or self._ahead.get(image.id, path, side) is not None:
                continue

            def go_on(_: object = None) -> None:
                self._look_ahead(wanted, side)

            def arrived(picture: Picture, image: Image = image, path: Path = path) -> None:
                self._ahead.put(image.id, path, picture.reduced(side))
                go_on()

            # What is wrong with a neighbour is told when somebody comes to it.
            is_large = image.width * image.height > SMALL_IMAGE or not image.width
            first = side if is_large else None
            self._read(image, path, first, arrived, failed=go_on, priority=-1)
            return

    def _on_read_failed(self, image: Image, path: Path, error: Exception) -> None:
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


def _nothing() -> None:
    """What a loader does next that was asked for nothing."""
