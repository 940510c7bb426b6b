"""Crash reports: text files on this machine, bounded in number. Nothing sends them anywhere."""

from __future__ import annotations

import faulthandler
import os
import platform
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from datetime import datetime
from importlib.metadata import PackageNotFoundError, version
from pathlib import Path
from typing import Final

MOST: Final = 20
_PACKAGES = ("annotator", "PySide6-Essentials", "torch", "numpy", "Pillow", "SQLAlchemy")
_FAULT = "fault-"


def write(folder: Path, title: str, detail: str) -> Path | None:
    """Keep a report; older ones beyond the bound go.

    Args:
        folder: where reports are kept.
        title: what happened, in one line.
        detail: a traceback, or what else is known.

    Returns:
        The file; None where it could not be written: a report is never one more failure.
    """
    moment = datetime.now().astimezone()
    number = 1 + max((_number_of(path) for path in every(folder)), default=0)
    place = folder / f"report-{number:04d}-{moment:%Y%m%dT%H%M%S}.txt"
    lines = (title, f"{moment:%Y-%m-%d %H:%M:%S %z}", *_facts(), "", detail.rstrip(), "")
    try:
        folder.mkdir(parents=True, exist_ok=True)
        place.write_text("\n".join(lines), encoding="utf-8")
        for old in every(folder)[MOST:]:
            old.unlink(missing_ok=True)
    except OSError:
        return None
    return place


def every(folder: Path) -> list[Path]:
    """All reports, newest first."""
    return sorted(folder.glob("report-*.txt"), key=_number_of, reverse=True)


def read(report: Path) -> str:
    """The text of a report, or why there is none."""
    try:
        return report.read_text(encoding="utf-8", errors="replace")
    except OSError as error:
        return f"{report} cannot be read: {error.strerror}."


def collect_faults(folder: Path) -> list[Path]:
    """Make reports of what programs wrote that the system ended since; the reports, newest last."""
    made = []
    for left in sorted(folder.glob(f"{_FAULT}*.txt")):
        text = read(left)
        if not text.strip() and _is_running(left):
            continue
        report = write(folder, "The program was ended by a fault", text) if text.strip() else None
        with suppress(OSError):
            left.unlink()
        if report is not None:
            made.append(report)
    return made


@contextmanager
def faults_written_down(folder: Path) -> Iterator[None]:
    """Meanwhile, what Python knows at a fault (a bad memory access, say) goes to a file."""
    place = folder / f"{_FAULT}{os.getpid()}.txt"
    try:
        folder.mkdir(parents=True, exist_ok=True)
        file = place.open("w", encoding="utf-8")
    except OSError:
        yield
        return
    with file:
        faulthandler.enable(file)
        try:
            yield
        finally:
            faulthandler.disable()
    with suppress(OSError):
        place.unlink()


def _number_of(report: Path) -> int:
    part = report.stem.split("-")[1]
    return int(part) if part.isdigit() else 0


def _is_running(left: Path) -> bool:
    """Whether the program that would write there may still run."""
    number = left.stem.removeprefix(_FAULT)
    if not number.isdigit() or os.name != "posix":
        return number.isdigit()
    try:
        os.kill(int(number), 0)
    except OSError:
        return False
    return int(number) != os.getpid()


def _facts() -> Iterator[str]:
    yield f"Python {platform.python_version()} on {platform.platform()}"
    for name in _PACKAGES:
        with suppress(PackageNotFoundError):
            yield f"{name} {version(name)}"
