"""What window and learner say to each other: frozen dataclasses, one JSON object a line.

Images, weights and results do not travel here; the learner writes them into the project's store and
says only what happened. The one exception is the answer about one object that is pointed at.
"""

from __future__ import annotations

import json
from dataclasses import asdict, dataclass
from typing import Any

from annotator.learning.assist_messages import (
    Assist,
    Assisted,
    FindAlike,
    FoundAlike,
    Question,
)
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
    "Assist",
    "Assisted",
    "Began",
    "Check",
    "Checked",
    "Compare",
    "Compared",
    "Ending",
    "Evaluated",
    "Event",
    "Failed",
    "FindAlike",
    "Finished",
    "FoundAlike",
    "Job",
    "Keep",
    "Paused",
    "Predict",
    "Predicted",
    "Progress",
    "Question",
    "Ready",
    "Request",
    "Resume",
    "Saved",
    "Stop",
    "Suggest",
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


@dataclass(frozen=True, slots=True)
class Check:
    """Compare the labels of reviewed images with what a model says that never saw them.

    Attributes:
        folds: parts of the reviewed images; each is predicted by a network trained on the others.
            0: only images that the version in use did not learn from are compared, with it.
        preset, weights, steps, device, seed: of the trainings, as for ``Train``.
    """

    folds: int = 3
    preset: str | None = None
    weights: str | None = "best"
    steps: int | None = None
    device: str | None = None
    seed: int = 0


@dataclass(frozen=True, slots=True)
class Suggest:
    """Choose images to begin with, before any model exists.

    Attributes:
        weights: to look with: "best", "hub", "starter", a file's path, or None for none.
        device: as for ``Predict``.
    """

    weights: str | None = "best"
    device: str | None = None


Job = Predict | Suggest | Train | Resume | Keep | Compare | Check
Request = Job | Question | Stop


def job_of(request: Job) -> str:
    """The job's name in events: "predict", "train", "compare", "check"."""
    match request:
        case Predict() | Suggest():
            return "predict"
        case Compare():
            return "compare"
        case Check():
            return "check"
    return "train"


# --- what the learner says -----------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Ready:
    """The learner is up; ``device`` in words ("CPU, 2 threads")."""

    device: str


@dataclass(frozen=True, slots=True)
class Progress:
    """How far a job is.

    Attributes:
        job: "train", "predict", "compare" or "check".
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
class Checked:
    """What may be wrong with the labels of these images was stored."""

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
    | Assisted
    | FoundAlike
    | Predicted
    | Checked
    | Told
    | Finished
    | Failed
)

_KINDS: dict[str, type[Any]] = {
    kind.__name__: kind
    for kind in (
        Predict,
        Suggest,
        Train,
        Resume,
        Keep,
        Compare,
        Assist,
        Assisted,
        FindAlike,
        FoundAlike,
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
        Check,
        Checked,
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
        message: Request | Event = kind(**{name: _frozen(value) for name, value in body.items()})
    except (KeyError, TypeError, AttributeError, ValueError, RecursionError) as error:
        raise ValueError(f"not a message: {line[:80]!r}") from error
    return message


def _frozen(value: Any) -> Any:
    """Lists as the tuples they were; what stands by name stays as it is."""
    return tuple(_frozen(one) for one in value) if isinstance(value, list) else value
