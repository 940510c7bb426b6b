"""The part of the protocol that is about trainings and model versions: what is asked, what is told.

Import these from ``annotator.learning.protocol``, which knows all messages.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from enum import StrEnum
from typing import Any


class Ending(StrEnum):
    """What becomes of a job that is asked to end."""

    KEEP = "keep"
    """What it has so far is kept; a training becomes a model version."""
    PAUSE = "pause"
    """A training is written down, to be gone on with."""
    DISCARD = "discard"
    """What a training learned is thrown away."""
    CLOSED = "closed"
    """Nobody listens any more; a training is written down, as for a pause."""


# --- what the window asks ------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Train:
    """Train a new model version on the reviewed images, from base weights.

    Attributes:
        preset: name of the trunk's preset; None for the device's default.
        weights: "best" for the preset, "hub", "starter", a file's path, or None for nothing.
        steps: None for as many as the number of images asks for.
        device: as for ``Predict``.
        seed: of everything random.
        person: whose name stands in the receipt.
        learning_rate: None for the usual one.
        loss_weights: factor by the name of a loss; 1 where not named.
        evaluate_every: steps between two tests on the held-out images; None for a tenth of all.
        replaces: throw away a training that was paused or interrupted, if there is one.
        turns: objects may lie in any direction: pictures are turned and mirrored while it learns.
    """

    preset: str | None = None
    weights: str | None = "best"
    steps: int | None = None
    device: str | None = None
    seed: int = 0
    person: str = ""
    learning_rate: float | None = None
    loss_weights: dict[str, float] = field(default_factory=dict)
    evaluate_every: int | None = None
    replaces: bool = False
    turns: bool = False


@dataclass(frozen=True, slots=True)
class Resume:
    """Go on with the training that was paused or interrupted.

    Attributes:
        attempt, step: the snapshot to go on from; None for the last one.
        learning_rate, steps: others from here on; None leaves them.
        device: as for ``Predict``.
        person: whose name stands in the receipt.
    """

    attempt: int | None = None
    step: int | None = None
    learning_rate: float | None = None
    steps: int | None = None
    device: str | None = None
    person: str = ""


@dataclass(frozen=True, slots=True)
class Keep:
    """Make a model version of a snapshot, and end the training it is of.

    Attributes:
        attempt, step: the snapshot; None for the last one.
        device: as for ``Predict``.
        person: whose name stands in the receipt.
    """

    attempt: int | None = None
    step: int | None = None
    device: str | None = None
    person: str = ""


@dataclass(frozen=True, slots=True)
class Compare:
    """Test two model versions on the same held-out images."""

    first_id: int
    second_id: int
    device: str | None = None


@dataclass(frozen=True, slots=True)
class Stop:
    """End the job in hand; ``then`` is one of ``Ending``, which only a training tells apart."""

    then: str = Ending.KEEP


# --- what the learner says -----------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Began:
    """A training began or goes on; what was before stands in its record.

    Attributes:
        attempt: the stretch of it that begins or goes on.
        step: from where.
        steps: where it will end.
    """

    attempt: int
    step: int
    steps: int


@dataclass(frozen=True, slots=True)
class TrainStep:
    """One step of training was made."""

    step: int
    steps: int
    losses: dict[str, float] = field(default_factory=dict)
    seconds_left: float | None = None
    learning_rate: float | None = None


@dataclass(frozen=True, slots=True)
class Evaluated:
    """The model in training was tried on the held-out images; ``metrics`` as in a model version."""

    step: int
    metrics: dict[str, Any] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Saved:
    """A snapshot of a training is on disk; all of them take so many bytes."""

    attempt: int
    step: int
    bytes: int


@dataclass(frozen=True, slots=True)
class Paused:
    """A training ended for now, and can go on from its last snapshot."""

    step: int
    steps: int
    text: str = ""


@dataclass(frozen=True, slots=True)
class Compared:
    """Two model versions were tested; ``result`` as ``annotator.learning.comparison`` says."""

    first_id: int
    second_id: int
    result: dict[str, Any] = field(default_factory=dict)
