"""What window and learner say to each other: frozen dataclasses, one JSON object a line.

Images, weights and results do not travel here; the learner writes them into the project's store and
says only what happened.
"""

from __future__ import annotations

import json
from dataclasses import asdict, dataclass
from typing import Any

from annotator.learning.training_messages import (
    Began,
    Compare,
    Compared,
    Ending,
    Evaluated,
    Keep,
    Paused,
    Resume,
    Saved,
    Stop,
    Train,
    TrainStep,
)

__all__ = [
    "Began",
    "Compare",
    "Compared",
    "Ending",
    "Evaluated",
    "Event",
    "Failed",
    "Finished",
    "Job",
    "Keep",
    "Paused",
    "Predict",
    "Predicted",
    "Progress",
    "Ready",
    "Request",
    "Resume",
    "Saved",
    "Stop",
    "Told",
    "Train",
    "TrainStep",
    "decode",
    "encode",
    "job_of",
]

# --- what the window asks ------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Predict:
    """Pre-label images.

    Attributes:
        image_ids: which; None for all.
        version_id: with which model version; None for the one in use.
        device: "cuda", "mps", "cpu"; None finds one by itself.
        only_unreviewed: leave out reviewed images.
        tiles: also look closely, in tiles, for objects that are small in a large image.
    """

    image_ids: tuple[int, ...] | None = None
    version_id: int | None = None
    device: str | None = None
    only_unreviewed: bool = False
    tiles: bool = False


Job = Predict | Train | Resume | Keep | Compare
Request = Job | Stop


def job_of(request: Job) -> str:
    """The job's name in events: "predict", "train", "compare"."""
    if isinstance(request, Predict):
        return "predict"
    return "compare" if isinstance(request, Compare) else "train"


# --- what the learner says -----------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Ready:
    """The learner is up; ``device`` in words ("CPU, 2 threads")."""

    device: str


@dataclass(frozen=True, slots=True)
class Progress:
    """How far a job is.

    Attributes:
        job: "train", "predict" or "compare".
        done, total: in steps or images; total 0 while unknown.
        seconds_left: None while unknown.
        text: what it is doing, sentence case.
    """

    job: str
    done: int
    total: int
    seconds_left: float | None = None
    text: str = ""


@dataclass(frozen=True, slots=True)
class Predicted:
    """Predictions of these images were stored."""

    image_ids: tuple[int, ...]


@dataclass(frozen=True, slots=True)
class Told:
    """Something the person should know while the job goes on (no weights, memory ran out)."""

    job: str
    text: str


@dataclass(frozen=True, slots=True)
class Finished:
    """A job ended well; ``version_id`` is the model version it made."""

    job: str
    text: str
    version_id: int | None = None


@dataclass(frozen=True, slots=True)
class Failed:
    """A job ended badly: ``text`` for the person, ``detail`` (a traceback, if any) for a report."""

    job: str
    text: str
    detail: str = ""


Event = (
    Ready
    | Progress
    | Began
    | TrainStep
    | Evaluated
    | Saved
    | Paused
    | Compared
    | Predicted
    | Told
    | Finished
    | Failed
)

_KINDS: dict[str, type[Any]] = {
    kind.__name__: kind
    for kind in (
        Predict,
        Train,
        Resume,
        Keep,
        Compare,
        Stop,
        Ready,
        Progress,
        Began,
        TrainStep,
        Evaluated,
        Saved,
        Paused,
        Compared,
        Predicted,
        Told,
        Finished,
        Failed,
    )
}


def encode(message: Request | Event) -> str:
    """The message as one line of JSON, without the line's end."""
    return json.dumps({"kind": type(message).__name__, **asdict(message)})


def decode(line: str) -> Request | Event:
    """The message a line holds.

    Raises:
        ValueError: the line is no message of this protocol.
    """
    try:
        body = json.loads(line)
        kind = _KINDS[body.pop("kind")]
        if body.get("image_ids") is not None:
            body["image_ids"] = tuple(body["image_ids"])
        message: Request | Event = kind(**body)
    except (KeyError, TypeError, AttributeError, ValueError, RecursionError) as error:
        raise ValueError(f"not a message: {line[:80]!r}") from error
    return message
