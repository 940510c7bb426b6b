"""Tells the window of predicted images, not of each one by itself."""

from __future__ import annotations

import time
from collections.abc import Callable

from annotator.learning.protocol import Event, Predicted, Progress

_TELL_EVERY_S = 1.0


class Courier:
    """Tells of predicted images at most once a second."""

    def __init__(self, emit: Callable[[Event], None]) -> None:
        self._emit = emit
        self._waiting: list[int] = []
        self._progress: Progress | None = None
        self._told = 0.0

    def add(self, image_id: int, progress: Progress) -> None:
        """One more image is stored."""
        self._waiting.append(image_id)
        self._progress = progress
        if time.monotonic() - self._told >= _TELL_EVERY_S:
            self.flush()

    def flush(self) -> None:
        """Tell what was not told yet."""
        if self._progress is not None and self._waiting:
            self._emit(Predicted(tuple(self._waiting)))
            self._emit(self._progress)
        self._waiting.clear()
        self._told = time.monotonic()
