"""Process 2: takes requests on stdin, does them one after the other, tells events on stdout.

Traps of such a process, and what is done about them:
- A library's ``print`` would break the protocol: the protocol keeps a duplicate of fd 1, and fd 1
  itself is pointed at stderr.
- Stop and the end of input are events, not queue items: they take effect while a job runs.
- The process ends when its stdin closes; so it never outlives the window.
"""

from __future__ import annotations

import faulthandler
import logging
import os
import queue
import sys
import threading
import traceback
from collections.abc import Iterator
from pathlib import Path
from typing import TextIO

from annotator.domain.errors import KnownError
from annotator.learning import jobs
from annotator.learning.comparison import compare
from annotator.learning.protocol import (
    Compare,
    Ending,
    Event,
    Failed,
    Finished,
    Job,
    Keep,
    Predict,
    Ready,
    Resume,
    Stop,
    Train,
    decode,
    encode,
    job_of,
)
from annotator.store.store import Store

TRAINING_NICENESS = 15
_log = logging.getLogger(__name__)


class Mailbox:
    """Requests as they come in, with *stop* and *closed* kept apart from them and each other."""

    def __init__(self, source: TextIO) -> None:
        self._requests: queue.Queue[tuple[int, Job] | None] = queue.Queue()
        self._source = source
        self._asked = 0
        self._current = 0
        self._stopped = 0
        self._then = Ending.KEEP
        self.closed = threading.Event()

    def start(self) -> None:
        """Read the source in a thread until it ends."""
        threading.Thread(target=self._read, name="mailbox", daemon=True).start()

    def requests(self) -> Iterator[Job]:
        """Jobs in order, until the input closes."""
        while (entry := self._requests.get()) is not None:
            self._current, request = entry
            yield request

    def should_stop(self) -> bool:
        """Whether the job in hand is to end."""
        return self.ending() is not None

    def ending(self) -> Ending | None:
        """How the job in hand is to end; None while it is to go on."""
        if self._current <= self._stopped:
            return self._then
        return Ending.CLOSED if self.closed.is_set() else None

    def _read(self) -> None:
        try:
            for line in self._source:
                self._take(line)
        except ValueError:
            _log.exception("the input is no text")
        finally:  # whatever broke the input, nobody can ask any more
            self.closed.set()
            self._requests.put(None)

    def _take(self, line: str) -> None:
        try:
            message = decode(line)
            then = Ending(message.then) if isinstance(message, Stop) else Ending.KEEP
        except ValueError:
            _log.exception("an unreadable request was left out")
            return
        if isinstance(message, Stop):
            self._then = then
            self._stopped = self._asked  # every job asked for so far, also one still waiting
        elif isinstance(message, Job):
            self._asked += 1
            self._requests.put((self._asked, message))


def _claim_stdout() -> TextIO:
    """The protocol's own stdout; from now on everybody else's goes to stderr."""
    own = os.fdopen(os.dup(1), "w", encoding="utf-8", buffering=1)
    os.dup2(2, 1)
    return own


def _yield_to_others() -> None:
    """Train at low priority, so that the window and the predicting process stay quick."""
    if hasattr(os, "nice"):
        os.nice(max(0, TRAINING_NICENESS - os.nice(0)))


def serve(store: Store, mailbox: Mailbox, out: TextIO, *, device: str | None = None) -> None:
    """Do requests until the input closes."""
    lock = threading.Lock()

    def emit(event: Event) -> None:
        try:
            with lock:
                out.write(encode(event) + "\n")
                out.flush()
        except OSError:  # the window is gone: the job in hand is to end and keep what it has
            mailbox.closed.set()

    emit(Ready(jobs.device_in_words(device)))
    for request in mailbox.requests():
        job = job_of(request)
        if mailbox.should_stop():
            emit(Finished(job, "It was stopped before it began; nothing changed."))
            continue
        try:
            match request:
                case Train() | Resume() | Keep():
                    _yield_to_others()
                    jobs.train(store, request, emit, mailbox.ending)
                case Compare():
                    compare(store, request, emit, mailbox.should_stop)
                case Predict():
                    jobs.predict(store, request, emit, mailbox.should_stop)
        except KnownError as error:
            emit(Failed(job, str(error)))
        except Exception as error:  # a bug: told to the window, which reports it once
            emit(Failed(job, f"The learner met a bug: {error}", traceback.format_exc()))


def main() -> None:
    """Serve one project: ``python -m annotator.learning.worker PROJECT [DEVICE]``."""
    out = _claim_stdout()
    faulthandler.enable()  # the last words of a fault go where the window reads them
    logging.basicConfig(stream=sys.stderr, level=logging.INFO)
    mailbox = Mailbox(sys.stdin)
    mailbox.start()
    with Store.open(Path(sys.argv[1])) as store:
        serve(store, mailbox, out, device=sys.argv[2] if len(sys.argv) > 2 else None)


if __name__ == "__main__":
    main()
