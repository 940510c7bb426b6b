"""What a training is told, and what it tells: settings in, small frozen events out."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import asdict, dataclass, field, fields
from typing import Any

from models.augment import Augmentation
from models.coco_metrics import Metrics


@dataclass(frozen=True, slots=True)
class TrainSettings:
    """How to train.

    Attributes:
        steps: how many; None takes 15 an image, at least 400 and at most 4000.
        batch_size: images a step.
        learning_rate: of heads and pyramid at its height; a pretrained trunk learns at a tenth of
            it. None takes what suits the network, 0.001 or 0.0001.
        seed: of everything drawn at random; on a CPU the same seed gives the same losses.
        evaluate_every: steps between two evaluations on the held-out images; None takes a tenth
            of the steps, at least 50. The last step is always followed by one.
        augmentation: how images are changed.
        repeat: share of the images below which a category counts as rare, and images that show it
            come more often; 0 repeats none.
        loss_weights: factor by loss name, 1 where not named.
    """

    steps: int | None = None
    batch_size: int = 2
    learning_rate: float | None = None
    seed: int = 0
    evaluate_every: int | None = None
    augmentation: Augmentation = field(default_factory=Augmentation)
    repeat: float = 0.0
    loss_weights: Mapping[str, float] = field(default_factory=dict)

    def to_json(self) -> dict[str, Any]:
        """Every setting as JSON."""
        return asdict(self)

    @classmethod
    def from_json(cls, body: Mapping[str, Any]) -> TrainSettings:
        """Back from JSON; what is unknown there is left out, what is missing takes its default.

        Raises:
            TypeError: a value is of another kind.
        """
        known = _known(cls, body)
        known["augmentation"] = Augmentation(**_known(Augmentation, body.get("augmentation", {})))
        return cls(**known)


def _known(kind: type[Any], body: Mapping[str, Any]) -> dict[str, Any]:
    names = {f.name for f in fields(kind)}
    values = {k: v for k, v in body.items() if k in names}
    return {k: tuple(v) if isinstance(v, list) else v for k, v in values.items()}


@dataclass(frozen=True, slots=True)
class StepDone:
    """One step was taken.

    Attributes:
        step, steps: its number from 1, and how many there will be.
        losses: by name.
        seconds_left: with the evaluations still to come.
        learning_rate: of heads and pyramid in this step.
    """

    step: int
    steps: int
    losses: dict[str, float]
    seconds_left: float
    learning_rate: float = 0.0


@dataclass(frozen=True, slots=True)
class Evaluating:
    """So many of the held-out images were looked at; a long evaluation may be left here too."""

    step: int
    done: int
    total: int


@dataclass(frozen=True, slots=True)
class Evaluated:
    """The averaged weights were scored on the held-out images."""

    step: int
    metrics: Metrics


@dataclass(frozen=True, slots=True)
class BatchHalved:
    """Memory ran out; the step is repeated, and training goes on, with fewer images at once."""

    step: int
    batch_size: int


@dataclass(frozen=True, slots=True)
class TrainingDone:
    """Training ended by itself and the network holds what it is served with.

    Attributes:
        step: the last one taken.
        metrics: of the network as it is now; None without held-out images.
        seconds: it took.
        stopped_early: whether the held-out scores had stopped rising.
    """

    step: int
    metrics: Metrics | None
    seconds: float
    stopped_early: bool


TrainEvent = StepDone | Evaluating | Evaluated | BatchHalved | TrainingDone
