"""What the command line says while it works: a bar, plain lines, or one JSON object a line."""

from __future__ import annotations

import json
import sys
import time
from collections.abc import Mapping, Sequence
from enum import StrEnum
from types import TracebackType
from typing import TYPE_CHECKING, Any, Self

from annotator.learning import protocol

if TYPE_CHECKING:
    from rich.progress import Progress as Bar

_LINE_EVERY_S = 10.0
_ROWS = {"box": "Box", "mask": "Mask", "keypoints": "Keypoints"}
_COLUMNS = ("AP", "AP50", "AP75", "APs", "APm", "APl")


class Style(StrEnum):
    """How progress is told."""

    BAR = "bar"
    JSON = "json"


class Reporter:
    """Tells how one job goes, on stderr for people, on stdout as JSON lines for programs.

    JSON lines are the messages of ``annotator.learning.protocol``; the last one holds the closing
    words in ``text``. Without a terminal there is no bar but a line every ten seconds.
    """

    def __init__(self, job: str, style: Style, doing: str) -> None:
        """``doing`` says in a few words what goes on: "Importing"."""
        self._job = job
        self._style = style
        self._doing = doing
        self._bar: Bar | None = None
        self._task: Any = None
        self._told = time.monotonic()
        self._is_terminal = sys.stderr.isatty()

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        if self._bar is not None:
            self._bar.stop()
            self._bar = None

    def count(self, done: int, total: int) -> None:
        """So many are done, of how many."""
        self.emit(protocol.Progress(self._job, done, total, text=self._doing))

    def emit(self, event: protocol.Event) -> None:
        """Tell an event of a job. How it ends is told by ``end``."""
        if isinstance(event, protocol.Finished):
            return
        if self._style is Style.JSON:
            _write(protocol.encode(event))
        elif isinstance(event, protocol.Progress):
            self._show(event.done, event.total, event.text or self._doing, event.seconds_left)
        elif isinstance(event, protocol.TrainStep):
            text = f"{self._doing}, loss {sum(event.losses.values()):.2f}"
            self._show(event.step, event.steps, text, event.seconds_left)
        elif isinstance(event, protocol.Told | protocol.Failed):
            self._say(event.text)

    def tell(self, text: str) -> None:
        """Something the person should know, while the job goes on."""
        self.emit(protocol.Told(self._job, text))

    def end(self, text: str, *, version_id: int | None = None) -> None:
        """The closing words."""
        self.__exit__(None, None, None)
        if self._style is Style.JSON:
            _write(protocol.encode(protocol.Finished(self._job, text, version_id)))
        else:
            _write(text)

    def _show(self, done: int, total: int, text: str, seconds_left: float | None) -> None:
        if self._is_terminal:
            if self._bar is None:
                self._bar = _new_bar()
                self._bar.start()
                self._task = self._bar.add_task(text, total=None)
            left = "" if seconds_left is None else f"{_in_words(seconds_left)} left"
            self._bar.update(
                self._task, description=text, completed=done, total=total or None, left=left
            )
        elif time.monotonic() - self._told >= _LINE_EVERY_S:
            self._told = time.monotonic()
            print(f"{text}: {done} of {total or '?'}", file=sys.stderr, flush=True)  # noqa: T201

    def _say(self, text: str) -> None:
        text = " ".join(text.split())
        if self._bar is not None:
            self._bar.console.print(text, markup=False, highlight=False)
        else:
            print(text, file=sys.stderr, flush=True)  # noqa: T201


def say(text: str) -> None:
    """One line, or several, on stdout."""
    _write(text)


def say_json(value: object) -> None:
    """A value as JSON on stdout."""
    _write(json.dumps(value, indent=2, ensure_ascii=False))


def complain(text: str) -> None:
    """One line on stderr: what happened, whatever line breaks the message has."""
    print(" ".join(text.split()), file=sys.stderr, flush=True)  # noqa: T201


def table(head: Sequence[str], rows: Sequence[Sequence[str]]) -> str:
    """Columns as wide as they need to be; numbers are right-aligned."""
    widths = [max(len(row[i]) for row in (head, *rows)) for i in range(len(head))]
    lines = []
    for row in (head, *rows):
        cells = [
            cell.rjust(width) if _is_number(cell) else cell.ljust(width)
            for cell, width in zip(row, widths, strict=True)
        ]
        lines.append("  ".join(cells).rstrip())
    return "\n".join(lines)


def metrics_table(metrics: Mapping[str, Any]) -> str:
    """COCO's numbers by head, three decimals, "-" where COCO leaves one undefined."""
    rows = []
    for key, name in _ROWS.items():
        scores = metrics.get(key) or {}
        values = [scores.get(column, -1) for column in _COLUMNS]
        if any(value >= 0 for value in values):
            rows.append([name, *(f"{value:.3f}" if value >= 0 else "-" for value in values)])
    return table(["", *_COLUMNS], rows) if rows else "There was nothing to measure."


def plural(count: int, noun: str, many: str = "") -> str:
    """A count with its noun: one image, two images."""
    return f"{count:,} {noun if count == 1 else many or noun + 's'}"


def _write(line: str) -> None:
    print(line, flush=True)  # noqa: T201


def _is_number(cell: str) -> bool:
    return cell == "-" or cell.replace(".", "", 1).replace(",", "").isdigit()


def _in_words(seconds: float) -> str:
    if seconds < 90:
        return f"{max(1, round(seconds))} s"
    minutes = round(seconds / 60)
    return f"{minutes} min" if minutes < 60 else f"{minutes // 60} h {minutes % 60} min"


def _new_bar() -> Bar:
    """Made when first needed: its library takes a tenth of a second to load."""
    from rich.console import Console
    from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn

    return Progress(
        TextColumn("{task.description}", markup=False),
        BarColumn(),
        MofNCompleteColumn(),
        TextColumn("{task.fields[left]}", markup=False),
        console=Console(stderr=True),
        transient=True,
    )
