"""The window's hand for steps over many images: a command that it starts, and talks to."""

from __future__ import annotations

import json
import sys
import threading
import time
from collections.abc import Callable
from dataclasses import asdict

from annotator.commands.console import Reporter, Style
from annotator.commands.options import Project, Told
from annotator.domain.errors import RefusedError, UnreadableFileError


def bulk(project: Project, progress: Told = Style.BAR) -> None:
    """Do one job, a line of JSON on stdin, for the window that edits the project.

    It ends early, and takes back what it did, when stdin closes: the window cancels it so, and so
    it ends when the window does.

    It has the window's priority: a lower one would keep the file from the window for longer.
    """
    from annotator.services.bulk import run
    from annotator.services.bulk_jobs import decode
    from annotator.store.store import FILE_NAME, Store

    if not (project / FILE_NAME).is_file():
        raise UnreadableFileError(f"{project} holds no project.")
    try:
        job = decode(sys.stdin.readline())
    except ValueError as error:
        raise RefusedError("This command is the window's own; it takes a job on stdin.") from error
    with Store.open(project) as store, Reporter("bulk", progress, "Writing") as reporter:
        told = run(store, job, report=_counting(reporter), is_cancelled=_watched())
        reporter.end(json.dumps(asdict(told)))


def _watched() -> Callable[[], bool]:
    """Whether stdin was closed."""
    closed = threading.Event()

    def watch() -> None:
        sys.stdin.read()
        closed.set()

    threading.Thread(target=watch, name="stdin", daemon=True).start()
    return closed.is_set


def _counting(reporter: Reporter) -> Callable[[int, int], None]:
    """What tells how much is done, with the time left once that can be said."""
    from annotator.learning.protocol import Progress

    began = time.monotonic()

    def count(done: int, total: int) -> None:
        took = time.monotonic() - began
        left = took / done * (total - done) if done and took > 1 else None
        reporter.emit(Progress("bulk", done, total, left, "Writing"))

    return count
