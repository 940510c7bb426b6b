"""What a training leaves on disk while it goes on: its plan, its curves and its snapshots.

It lies in ``checkpoints/training`` and goes when the training becomes a model version. The window
reads it too, so nothing here knows torch. Files are written beside and then replaced.
"""

from __future__ import annotations

import json
import re
import shutil
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any, Final, Self

from filelock import FileLock, Timeout

from annotator.domain.errors import RefusedError

Json = dict[str, Any]

FOLDER: Final = "training"
MOST_SNAPSHOTS: Final = 10
"""Snapshots of evaluations that are kept, beside the last one."""

_FORMAT = 1
_PLAN, _CURVES = "plan.json", "curves.json"
_NAME = re.compile(r"(\d+)-(\d+)\.safetensors")
_LOCK_WAIT_S = 30.0


@dataclass(frozen=True, slots=True)
class Attempt:
    """A stretch of a training, from one moment on with one learning rate.

    Attributes:
        number: its place among the attempts, from 0.
        parent: the attempt it went on from; None for the first.
        start: the step it went on from.
        steps: where it was to end.
        learning_rate: of heads and pyramid, at its height.
    """

    number: int
    parent: int | None
    start: int
    steps: int
    learning_rate: float


@dataclass(frozen=True, slots=True)
class Point:
    """What was measured at a step of an attempt: losses by name, or metrics as in a version."""

    attempt: int
    step: int
    values: Json


@dataclass(frozen=True, slots=True)
class SnapshotFile:
    """One snapshot on disk."""

    attempt: int
    step: int
    bytes: int


class Record:
    """One training as it stands on disk.

    Attributes:
        plan: JSON: what is learned, from what, with which settings, and how often it was left.
        attempts: in the order they began; the last one is under way.
        losses, evaluations: of all attempts, in the order they were measured.
    """

    def __init__(self, folder: Path, plan: Json) -> None:
        """Use ``begin`` or ``open``."""
        self.folder, self.plan = folder, plan
        self.attempts: list[Attempt] = []
        self.losses: list[Point] = []
        self.evaluations: list[Point] = []

    @classmethod
    def begin(cls, checkpoints: Path, plan: Json, *, steps: int, learning_rate: float) -> Self:
        """Write down a new training in the place of any former one.

        Raises:
            OSError: it cannot be written.
        """
        folder = checkpoints / FOLDER
        shutil.rmtree(folder, ignore_errors=True)
        folder.mkdir(parents=True)
        made = cls(folder, {"format": _FORMAT, **plan})
        made.attempts.append(Attempt(0, None, 0, steps, learning_rate))
        made.save_plan()
        made.save_curves()
        return made

    @classmethod
    def open(cls, checkpoints: Path) -> Self | None:
        """The training that was left there; None where there is none that can be read."""
        folder = checkpoints / FOLDER
        try:
            plan = json.loads((folder / _PLAN).read_text(encoding="utf-8"))
            curves = json.loads((folder / _CURVES).read_text(encoding="utf-8"))
            if plan["format"] > _FORMAT:
                return None
            made = cls(folder, plan)
            made.attempts = [Attempt(**row) for row in curves["attempts"]]
            made.losses = [Point(*row) for row in curves["losses"]]
            made.evaluations = [Point(*row) for row in curves["evaluations"]]
        except (OSError, ValueError, KeyError, TypeError):
            return None
        return made if made.attempts else None

    # --- what was measured -----------------------------------------------------------------

    @property
    def attempt(self) -> Attempt:
        """The one under way."""
        return self.attempts[-1]

    def add_losses(self, step: int, losses: Json) -> None:
        """Losses of a step of the attempt under way."""
        self.losses.append(Point(self.attempt.number, step, losses))

    def add_evaluation(self, step: int, metrics: Json) -> None:
        """Metrics after a step of the attempt under way."""
        self.evaluations.append(Point(self.attempt.number, step, metrics))

    def rewind(self, step: int) -> None:
        """Forget what the attempt under way measured after a step it goes on from."""
        number = self.attempt.number

        def is_past(point: Point) -> bool:
            return point.attempt != number or point.step <= step

        self.losses = [p for p in self.losses if is_past(p)]
        self.evaluations = [p for p in self.evaluations if is_past(p)]

    def branch(self, origin: SnapshotFile, *, steps: int, learning_rate: float) -> Attempt:
        """Begin another attempt from a snapshot."""
        number = len(self.attempts)
        self.attempts.append(Attempt(number, origin.attempt, origin.step, steps, learning_rate))
        return self.attempt

    def path(self, attempt: int | None = None) -> dict[int, tuple[int, int | None]]:
        """Which steps of which attempts lead to an attempt's end (None: of the one under way).

        Returns:
            By attempt the step after which, and the step up to which (None: all) its points count.
        """
        found: dict[int, tuple[int, int | None]] = {}
        at: int | None = self.attempt.number if attempt is None else attempt
        last: int | None = None
        while at is not None and at not in found:
            here = self.attempts[at]
            found[at] = (here.start, last)
            at, last = here.parent, here.start
        return found

    def is_on_path(self, attempt: int, step: int) -> bool:
        """Whether a point led to where the training is now."""
        first, last = self.path().get(attempt, (0, -1))
        return first < step and (last is None or step <= last)

    # --- snapshots -------------------------------------------------------------------------

    def place(self, attempt: int, step: int) -> Path:
        """Where the tensors of a snapshot lie; its card lies beside."""
        return self.folder / f"{attempt}-{step:06d}.safetensors"

    def snapshots(self) -> list[SnapshotFile]:
        """All there are, by attempt and step."""
        found = []
        for file in self.folder.glob("*.safetensors"):
            name = _NAME.fullmatch(file.name)
            card = file.with_suffix(".json")
            if name is not None and card.is_file():
                size = file.stat().st_size + card.stat().st_size
                found.append(SnapshotFile(int(name[1]), int(name[2]), size))
        return sorted(found, key=lambda s: (s.attempt, s.step))

    def latest(self) -> SnapshotFile | None:
        """The one to go on from: the last of the attempt under way, else the one it began with."""
        here, known = self.attempt, self.snapshots()
        own = [s for s in known if s.attempt == here.number]
        if own:
            return own[-1]
        return next((s for s in known if (s.attempt, s.step) == (here.parent, here.start)), None)

    def find(self, attempt: int | None, step: int | None) -> SnapshotFile | None:
        """The snapshot of that step; with None the latest."""
        if attempt is None or step is None:
            return self.latest()
        return next((s for s in self.snapshots() if (s.attempt, s.step) == (attempt, step)), None)

    def bytes(self) -> int:
        """What all snapshots take on disk."""
        return sum(s.bytes for s in self.snapshots())

    def prune(self) -> None:
        """Keep the last snapshot and those of the evaluations, up to ten of them.

        What goes first are snapshots of attempts that were left behind, then the oldest.
        """
        known, latest, here = self.snapshots(), self.latest(), self.attempt
        evaluated = [(p.attempt, p.step) for p in self.evaluations]
        spare = [s for s in known if (s.attempt, s.step) in evaluated]
        spare.sort(key=lambda s: (self.is_on_path(s.attempt, s.step), s.attempt, s.step))
        kept = {(s.attempt, s.step) for s in spare[-MOST_SNAPSHOTS:]}
        if latest is not None:
            kept.add((latest.attempt, latest.step))
        if here.parent is not None:
            kept.add((here.parent, here.start))
        for one in known:
            if (one.attempt, one.step) not in kept:
                self.forget(one)

    def forget(self, snapshot: SnapshotFile) -> None:
        """Delete one snapshot."""
        place = self.place(snapshot.attempt, snapshot.step)
        place.with_suffix(".json").unlink(missing_ok=True)
        place.unlink(missing_ok=True)

    # --- writing ---------------------------------------------------------------------------

    def save_plan(self) -> None:
        """Write the plan.

        Raises:
            OSError: it cannot be written.
        """
        _write(self.folder / _PLAN, self.plan)

    def save_curves(self) -> None:
        """Write what was measured.

        Raises:
            OSError: it cannot be written.
        """
        body = {
            "attempts": [asdict(a) for a in self.attempts],
            "losses": [[p.attempt, p.step, p.values] for p in self.losses],
            "evaluations": [[p.attempt, p.step, p.values] for p in self.evaluations],
        }
        _write(self.folder / _CURVES, body)

    def note_end(self, how: str, words: str) -> None:
        """Write down why it was left: "pause", "closed" or "failed"; a crash writes nothing."""
        self.plan["ended"] = {"how": how, "words": words}
        with suppress(OSError):  # the disk is full: only the words of the window hang on it
            self.save_plan()

    @property
    def end(self) -> tuple[str, str]:
        """Why it was left, as ``note_end`` was told; two empty texts after a crash."""
        noted = self.plan.get("ended") or {}
        return str(noted.get("how", "")), str(noted.get("words", ""))

    def remove(self) -> None:
        """Delete all of it."""
        shutil.rmtree(self.folder, ignore_errors=True)


def _write(place: Path, body: Json) -> None:
    part = place.with_name(place.name + ".part")
    try:
        part.write_text(json.dumps(body), encoding="utf-8")
        part.replace(place)
    finally:
        part.unlink(missing_ok=True)


@contextmanager
def held(checkpoints: Path) -> Iterator[None]:
    """One process trains a project at a time; the system lets go when its process dies.

    Raises:
        RefusedError: another one still trains it.
    """
    lock = FileLock(checkpoints / f".{FOLDER}.lock")
    try:
        lock.acquire(timeout=_LOCK_WAIT_S)
    except Timeout as error:
        raise RefusedError(
            "Another process is training this project. Let it end, or stop it, first."
        ) from error
    try:
        yield
    finally:
        lock.release()
