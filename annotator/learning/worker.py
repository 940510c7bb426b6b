"""Process 2: takes requests on stdin, does them one after the other, tells events on stdout.

Traps of such a process, and what is done about them:
- A library's ``print`` would break the protocol: the protocol keeps a duplicate of fd 1, and fd 1
  itself is pointed at stderr.
- Stop and the end of input are events, not queue items: they take effect while a job runs.
- So does a question about one object: a person waits for it, and a job can wait for a moment.
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
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import TextIO

from annotator.domain.errors import KnownError
from annotator.learning import jobs
from annotator.learning.alikes import find_alike
from annotator.learning.assistance import assist
from annotator.learning.beginning import suggest
from annotator.learning.checking import check
from annotator.learning.comparison import compare
from annotator.learning.protocol import (
    Assist,
    Check,
    Compare,
    Ending,
    Event,
    Failed,
    Finished,
    Job,
    Keep,
    Predict,
    Question,
    Ready,
    Resume,
    Stop,
    Suggest,
    Train,
    decode,
    encode,
    job_of,
)
from annotator.learning.threads import wait_asleep
from annotator.store.store import Store

TRAINING_NICENESS = 15
_log = logging.getLogger(__name__)


class Mailbox:
    """Requests as they come in, with *stop* and *closed* kept apart from them and each other."""

    def __init__(self, source: TextIO) -> None:
        self._requests: queue.Queue[tuple[int, Job | None] | None] = queue.Queue()
        self._questions: queue.SimpleQueue[Question] = queue.SimpleQueue()
        self._source = source
        self._asked = 0
        self._current = 0
        self._stopped = 0
        self._then = Ending.KEEP
        self.closed = threading.Event()

    def start(self) -> None:
        """Read the source in a thread until it ends."""
        threading.Thread(target=self._read, name="mailbox", daemon=True).start()

    def requests(self) -> Iterator[Job | Question]:
        """Jobs in order, and questions as they come, until the input closes."""
        while (entry := self._requests.get()) is not None:
            number, request = entry
            if request is None:
                yield from self.questions()
            else:
                self._current = number
                yield request

    def questions(self) -> Iterator[Question]:
        """Questions that nobody answered yet; to be asked for while a job runs, too."""
        while not self._questions.empty():
            yield self._questions.get()

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
        elif isinstance(message, Question):
            self._questions.put(message)
            self._requests.put((self._asked, None))  # wakes a learner that has nothing to do
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


class _Clerk:
    """Does what the mailbox asks for, and tells of it."""

    def __init__(self, store: Store, mailbox: Mailbox, emit: Callable[[Event], None]) -> None:
        self._store, self._mailbox, self._emit = store, mailbox, emit

    def do(self, request: Job) -> None:
        """Do one job; what goes wrong is told."""
        job = job_of(request)
        if self._mailbox.should_stop():
            self._emit(Finished(job, "It was stopped before it began; nothing changed."))
            return
        try:
            self._begin(request)
        except KnownError as error:
            self._emit(Failed(job, str(error)))
        except Exception as error:  # a bug: told to the window, which reports it once
            self._emit(_bug(job, error))

    def answer(self, question: Question) -> None:
        """Answer one question."""
        try:
            if isinstance(question, Assist):
                assist(self._store, question, self._emit)
            else:
                find_alike(self._store, question, self._emit)
        except Exception as error:
            self._emit(_bug("assist", error))

    def _begin(self, request: Job) -> None:
        store, emit, mailbox = self._store, self._emit, self._mailbox
        match request:
            case Train() | Resume() | Keep():
                _yield_to_others()
                jobs.train(store, request, emit, mailbox.ending)
            case Check():
                _yield_to_others()
                check(store, request, emit, mailbox.should_stop)
            case Compare():
                compare(store, request, emit, self._should_stop)
            case Suggest():
                suggest(store, request, emit, mailbox.should_stop)
            case Predict():
                jobs.predict(store, request, emit, mailbox.should_stop, pause=self._pause)

    def _pause(self) -> None:
        for question in self._mailbox.questions():
            self.answer(question)

    def _should_stop(self) -> bool:
        self._pause()
        return self._mailbox.should_stop()


def _bug(job: str, error: Exception) -> Failed:
    return Failed(job, f"The learner met a bug: {error}", traceback.format_exc())


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
    clerk = _Clerk(store, mailbox, emit)
    for request in mailbox.requests():
        if isinstance(request, Question):
            clerk.answer(request)
        else:
            clerk.do(request)


def main() -> None:
    """Serve one project: ``python -m annotator.learning.worker PROJECT [DEVICE]``."""
    wait_asleep()
    out = _claim_stdout()
    faulthandler.enable()  # the last words of a fault go where the window reads them
    logging.basicConfig(stream=sys.stderr, level=logging.INFO)
    mailbox = Mailbox(sys.stdin)
    mailbox.start()
    with Store.open(Path(sys.argv[1])) as store:
        serve(store, mailbox, out, device=sys.argv[2] if len(sys.argv) > 2 else None)


if __name__ == "__main__":
    main()
