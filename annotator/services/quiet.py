"""What Pillow remarks about odd files helps nobody who labels images."""

from __future__ import annotations

import logging
import threading
import warnings

logging.getLogger("PIL").setLevel(logging.ERROR)


class Quiet:
    """Silences warnings while any thread is inside.

    ``warnings.catch_warnings`` alone is not safe among threads: whoever leaves last would put back
    the filters that somebody else had already changed. So the first one in changes them, and the
    last one out puts them back.
    """

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._inside = 0
        self._caught: warnings.catch_warnings[None] | None = None

    def __enter__(self) -> None:
        with self._lock:
            if self._inside == 0:
                self._caught = warnings.catch_warnings()
                self._caught.__enter__()
                warnings.simplefilter("ignore")
            self._inside += 1

    def __exit__(self, *_: object) -> None:
        with self._lock:
            self._inside -= 1
            if self._inside == 0 and self._caught is not None:
                self._caught.__exit__(None, None, None)
                self._caught = None


quiet = Quiet()
"""For all who decode."""
