"""Training as a generator of small frozen events; whoever consumes it decides when to stop."""

from __future__ import annotations

import math
import time
from collections.abc import Generator, Iterator, Mapping, Sequence
from dataclasses import dataclass, field

import torch
from torch import Tensor

from models.augment import Augmentation
from models.averaging import Average
from models.batches import Batches
from models.coco_metrics import Metrics
from models.errors import OutOfMemory, TrainingDiverged
from models.evaluate import evaluate
from models.mask_rcnn import Network
from models.schedule import (
    Optimizer,
    default_steps,
    learning_factor,
    make_optimizer,
    set_trunk_training,
)
from models.types import Sample

FEW_MASKS = 20
"""Below so many masks a category reads the channel that learns from all categories."""

FEW_IMAGES = 50
"""Below so many images the trunk rests for the first 30 % of the steps."""

_PATIENCE = 5
_STOPPABLE = 5  # held-out images from which on early stopping means anything
_CLIP = 10.0


@dataclass(frozen=True, slots=True)
class TrainSettings:
    """How to train.

    Attributes:
        steps: how many; None takes 15 an image, at least 400 and at most 4000.
        batch_size: images a step.
        learning_rate: of heads and pyramid; a pretrained trunk learns at a tenth of it.
        seed: of everything drawn at random; on a CPU the same seed gives the same losses.
        evaluate_every: steps between two evaluations on the held-out images; None takes a tenth
            of the steps, at least 50. The last step is always followed by one.
        augmentation: how images are changed.
        loss_weights: factor by loss name, 1 where not named.
    """

    steps: int | None = None
    batch_size: int = 2
    learning_rate: float = 0.005
    seed: int = 0
    evaluate_every: int | None = None
    augmentation: Augmentation = field(default_factory=Augmentation)
    loss_weights: Mapping[str, float] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class StepDone:
    """One step was taken: its number from 1, how many there will be, losses by name, time left."""

    step: int
    steps: int
    losses: dict[str, float]
    seconds_left: float


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


TrainEvent = StepDone | Evaluated | BatchHalved | TrainingDone


def train(
    network: Network,
    samples: Sequence[Sample],
    held_out: Sequence[Sample] = (),
    settings: TrainSettings | None = None,
) -> Generator[TrainEvent, None, None]:
    """Train a network in place, an event at a time.

    However it ends (finished, closed by the consumer, or an error) the network is left in
    evaluation mode with the averaged weights, ready to use.

    Args:
        network: on the device to train on.
        samples: to learn from.
        held_out: to score on; never learned from.
        settings: defaults where None.

    Yields:
        Events; `TrainingDone` last.

    Raises:
        ValueError: without samples.
        TrainingDiverged: when a loss is not finite.
        OutOfMemory: when one image at a time is too much.
    """
    if not samples:
        raise ValueError("there is nothing to train on: no image was given")
    run = _Run(network, samples, held_out, settings or TrainSettings())
    try:
        yield from run.events()
    finally:
        run.finish()


class _Run:
    """The state of one training."""

    def __init__(
        self,
        network: Network,
        samples: Sequence[Sample],
        held_out: Sequence[Sample],
        settings: TrainSettings,
    ) -> None:
        self.network, self.samples, self.held_out = network, samples, held_out
        self.settings, self.batch_size = settings, settings.batch_size
        self.steps = default_steps(len(samples)) if settings.steps is None else settings.steps
        self.draws = torch.Generator().manual_seed(settings.seed)
        self.batches = Batches(network, samples, settings.augmentation, settings.seed)
        choose_mask_channels(network, samples)
        self.average = Average(network)
        self.optimizer: Optimizer = make_optimizer(network, settings.learning_rate)
        self.best: tuple[float, dict[str, Tensor], Metrics] | None = None
        self.stale = 0
        self.began = time.monotonic()
        self.pace = 0.0

    def events(self) -> Iterator[TrainEvent]:
        every = self.settings.evaluate_every or max(50, self.steps // 10)
        metrics, step = None, 0
        while step < self.steps and self.stale < _PATIENCE:
            started = time.monotonic()
            losses = self._try_step(step)
            if losses is None:
                yield BatchHalved(step + 1, self.batch_size)
                continue
            step += 1
            yield StepDone(step, self.steps, losses, self._seconds_left(step, started))
            if self.held_out and (step % every == 0 or step == self.steps):
                metrics = self._evaluate()
                yield Evaluated(step, metrics)
        stopped_early = step < self.steps
        if stopped_early and self.best is not None:
            self.average.restore(self.best[1])
            metrics = self.best[2]
        self.average.install()
        yield TrainingDone(step, metrics, time.monotonic() - self.began, stopped_early)

    def finish(self) -> None:
        self.average.install()
        self.network.zero_grad(set_to_none=True)
        self.network.eval()

    def _try_step(self, step: int) -> dict[str, float] | None:
        """One step; None when memory ran out and the batch was halved."""
        try:
            return self._step(step)
        except (torch.OutOfMemoryError, MemoryError, RuntimeError) as error:
            if not is_out_of_memory(error):
                raise
            if self.batch_size == 1:
                raise OutOfMemory(
                    "Not even one image at a time fits into memory; choose a smaller preset or "
                    "close other programs."
                ) from error
        self.batch_size //= 2
        self.network.zero_grad(set_to_none=True)
        if self.network.device.type == "cuda":
            torch.cuda.empty_cache()
        return None

    def _step(self, step: int) -> dict[str, float]:
        rests = len(self.samples) < FEW_IMAGES and step < 0.3 * self.steps
        set_trunk_training(self.network, not (rests and self.network.is_pretrained))
        self.network.train()
        factor = learning_factor(step, self.steps)
        for group in self.optimizer.param_groups:
            group["lr"] = group["full"] * factor
        images, targets = self.batches.draw(self.batch_size)
        losses = self.network(images, targets, self.draws)
        total = sum(self.settings.loss_weights.get(k, 1.0) * v for k, v in losses.items())
        values = {name: float(value.detach()) for name, value in losses.items()}
        self._check_finite(values, step)
        self.optimizer.zero_grad(set_to_none=True)
        total.backward()
        trained = [p for p in self.network.parameters() if p.grad is not None]
        torch.nn.utils.clip_grad_norm_(trained, _CLIP)
        self.optimizer.step()
        self.average.update()
        return values

    def _check_finite(self, losses: Mapping[str, float], step: int) -> None:
        broken = [name for name, value in losses.items() if not math.isfinite(value)]
        if broken:
            raise TrainingDiverged(
                f"The loss of {', '.join(broken)} is no finite number at step {step + 1}; the "
                "weights from before are kept. Try a lower learning rate "
                f"(now {self.settings.learning_rate:g})."
            )

    def _evaluate(self) -> Metrics:
        with self.average.installed():
            metrics = evaluate(self.network, self.held_out)
        value = metrics.mean_ap50()
        if len(self.held_out) < _STOPPABLE:
            return metrics
        if self.best is None or value > self.best[0]:
            self.best, self.stale = (value, self.average.snapshot(), metrics), 0
        else:
            self.stale += value < self.best[0]
        return metrics

    def _seconds_left(self, step: int, started: float) -> float:
        took = time.monotonic() - started
        self.pace = took if step == 1 else 0.9 * self.pace + 0.1 * took
        return (self.steps - step) * self.pace


def is_out_of_memory(error: BaseException) -> bool:
    """Whether an error of torch, or of Python, means that memory ran out (CUDA, MPS or CPU)."""
    if isinstance(error, (torch.OutOfMemoryError, MemoryError)):
        return True
    text = str(error).lower()
    return "out of memory" in text or "not enough memory" in text or "can't allocate" in text


def choose_mask_channels(network: Network, samples: Sequence[Sample]) -> None:
    """Decide which mask channel speaks for each category, by how many masks it has."""
    counts = [0] * (len(network.categories) + 1)
    for sample in samples:
        for item in sample.objects:
            if item.mask and not item.is_crowd and 1 <= item.label < len(counts):
                counts[item.label] += 1
    channels = [
        -1 if count == 0 else 0 if count < FEW_MASKS else label
        for label, count in enumerate(counts)
    ]
    channels[0] = 0
    network.mask_channel.copy_(torch.tensor(channels))
