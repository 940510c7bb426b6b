"""The real learner process with a network so small that a step takes a moment."""

from __future__ import annotations

import os
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from annotator.learning.protocol import Event, Request, decode, encode

ROOT = Path(__file__).resolve().parents[2]
QUICK = """
from dataclasses import replace
from annotator.learning import following, worker
from models.presets import PRESETS

following.FIRST_AFTER_S = following.EVERY_S = 0.0
PRESETS["squeezenet1_0"] = replace(PRESETS["squeezenet1_0"], short_side=96, rois=16)
"""


class Process:
    """One learner, and what it tells."""

    def __init__(self, project: Path, before: str) -> None:
        command = [sys.executable, "-c", f"{QUICK}{before}\nworker.main()", str(project), "cpu"]
        self.process = subprocess.Popen(
            command,
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=subprocess.DEVNULL,
            cwd=ROOT,
            env=os.environ | {"PYTHONPATH": str(ROOT)},
        )

    def send(self, request: Request) -> None:
        assert self.process.stdin is not None
        self.process.stdin.write((encode(request) + "\n").encode())
        self.process.stdin.flush()

    def events(self) -> Iterator[Event]:
        """What it tells, until it ends; a line that its end cut is left out."""
        assert self.process.stdout is not None
        for line in self.process.stdout:
            if line.endswith(b"\n"):
                yield decode(line.decode())  # type: ignore[misc]


@contextmanager
def learner(project: Path, *, before: str = "") -> Iterator[Process]:
    """A learner that is gone at the end; ``before`` is run in it before it serves."""
    made = Process(project, before)
    try:
        yield made
    finally:
        made.process.kill()
        made.process.wait()
        for stream in (made.process.stdin, made.process.stdout):
            if stream is not None:
                stream.close()
