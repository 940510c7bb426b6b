"""Training as a generator of small frozen events; whoever consumes it decides when to stop."""

from __future__ import annotations

import math
import time
from collections.abc import Generator, Mapping, Sequence
from dataclasses import replace

import torch

from models.averaging import Average
from models.batches import Batches
from models.errors import CheckpointError, OutOfMemory, TrainingDiverged
from models.judge import Judge
from models.mask_channels import choose_mask_channels
from models.mask_rcnn import Network
from models.memory import is_out_of_memory
from models.schedule import (
    Optimizer,
    default_rate,
    default_steps,
    learning_factor,
    make_optimizer,
    set_trunk_training,
)
from models.snapshot import TrainState, optimizer_state, restore_optimizer
from models.train_events import (
    BatchHalved,
    Evaluated,
    Evaluating,
    StepDone,
    TrainEvent,
    TrainingDone,
    TrainSettings,
)
from models.types import Sample

__all__ = [
    "BatchHalved",
    "Evaluated",
    "Evaluating",
    "StepDone",
    "TrainEvent",
    "TrainSettings",
    "Trainer",
    "TrainingDone",
    "train",
]

FEW_IMAGES = 50
"""Below so many images the trunk rests at first."""
RESTS_FOR = 0.3
"""Share of the steps that it rests for."""

_CLIP = 10.0


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
    yield from Trainer(network, samples, held_out, settings).events()


class Trainer:
    """One training, an event at a time; between two events its whole state can be taken.

    Attributes:
        step: how many steps were taken.
        steps: how many there will be.
        learning_rate: at its height.
    """

    def __init__(
        self,
        network: Network,
        samples: Sequence[Sample],
        held_out: Sequence[Sample] = (),
        settings: TrainSettings | None = None,
        *,
        state: TrainState | None = None,
    ) -> None:
        """Begin a training, or go on with one.

        Args:
            network: on the device to train on.
            samples: to learn from; with a state those it learned from before, in their order.
            held_out: to score on; never learned from.
            settings: the state's, or the defaults, where None.
            state: a moment of a training of this network, to go on from.

        Raises:
            ValueError: without samples.
            CheckpointError: the state is of another network.
        """
        if not samples:
            raise ValueError("there is nothing to train on: no image was given")
        self.network, self.samples, self.held_out = network, samples, held_out
        chosen = settings or (state.settings if state is not None else TrainSettings())
        self.steps = default_steps(len(samples)) if chosen.steps is None else chosen.steps
        every = chosen.evaluate_every or max(50, self.steps // 10)
        rate = chosen.learning_rate
        self.learning_rate = default_rate(network) if rate is None else rate
        self.settings = replace(
            chosen, steps=self.steps, evaluate_every=every, learning_rate=self.learning_rate
        )
        self.step, self.batch_size = 0, chosen.batch_size
        self._draws = torch.Generator().manual_seed(chosen.seed)
        self._batches = Batches(
            network, samples, chosen.augmentation, chosen.seed, repeat=chosen.repeat
        )
        self._began = time.monotonic()
        self._pace = 0.0
        if state is None:
            choose_mask_channels(network, samples)
        self._average = Average(network)
        self._judge = Judge(network, self._average, held_out, every=every)
        self._optimizer: Optimizer = make_optimizer(network, self.learning_rate)
        if state is not None:
            self._resume(state)

    @property
    def seconds(self) -> float:
        """It took so far, without the time it was left alone."""
        return time.monotonic() - self._began

    def _resume(self, state: TrainState) -> None:
        try:
            self.network.load_state_dict(dict(state.weights))
            self._average.resume(dict(state.mean), state.updates)
            restore_optimizer(self.network, self._optimizer, state)
            self._batches.resume(state.batches)
            self._draws.set_state(state.draws.cpu())
        except (KeyError, TypeError, ValueError, RuntimeError) as error:
            raise CheckpointError(f"The snapshot does not fit this training: {error}") from error
        self.step, self.batch_size = state.step, state.batch_size
        self._judge.standing = state.standing
        self._began = time.monotonic() - state.seconds

    def state(self) -> TrainState:
        """This moment; its tensors are those in use, so it must be written before the next event.

        In the middle of an evaluation it is the moment before it.
        """
        tensors, numbers = optimizer_state(self.network, self._optimizer)
        return TrainState(
            settings=self.settings,
            step=self.step,
            batch_size=self.batch_size,
            weights={**self.network.state_dict(), **(self._average.live or {})},
            mean=self._average.mean,
            updates=self._average.updates,
            optimizer=tensors,
            numbers=numbers,
            batches=self._batches.state(),
            draws=self._draws.get_state(),
            standing=self._judge.standing,
            seconds=self.seconds,
        )

    def events(self) -> Generator[TrainEvent, None, None]:
        """Train; see `train`."""
        try:
            while True:
                if self._judge.is_due(self.step, last=self.steps):
                    yield from self._judge.evaluate(self.step)
                if self.step >= self.steps or self._judge.has_seen_enough:
                    break
                yield self._advance()
            yield self._end()
        finally:
            self._average.install()
            self.network.zero_grad(set_to_none=True)
            self.network.eval()

    def _advance(self) -> StepDone | BatchHalved:
        started = time.monotonic()
        losses = self._try_step(self.step)
        if losses is None:
            return BatchHalved(self.step + 1, self.batch_size)
        self.step += 1
        took = time.monotonic() - started
        self._pace = took if not self._pace else 0.9 * self._pace + 0.1 * took
        rate = max(float(group["lr"]) for group in self._optimizer.param_groups)
        return StepDone(self.step, self.steps, losses, self._seconds_left(), rate)

    def _seconds_left(self) -> float:
        left = self.steps - self.step
        tests = math.ceil(left / (self.settings.evaluate_every or left or 1))
        return left * self._pace + tests * self._judge.seconds

    def _end(self) -> TrainingDone:
        standing, stopped_early = self._judge.standing, self.step < self.steps
        metrics = standing.metrics
        if stopped_early and standing.best is not None:
            self._average.resume(dict(standing.best.mean), self._average.updates)
            metrics = standing.best.metrics
        self._average.install()
        return TrainingDone(self.step, metrics, self.seconds, stopped_early)

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
        rests = len(self.samples) < FEW_IMAGES and step < RESTS_FOR * self.steps
        set_trunk_training(self.network, not (rests and self.network.is_pretrained))
        self.network.train()
        factor = learning_factor(step, self.steps)
        for group in self._optimizer.param_groups:
            group["lr"] = group["full"] * factor
        images, targets = self._batches.draw(self.batch_size)
        losses = self.network(images, targets, self._draws)
        total = sum(self.settings.loss_weights.get(k, 1.0) * v for k, v in losses.items())
        values = {name: float(value.detach()) for name, value in losses.items()}
        self._check_finite(values, step)
        self._optimizer.zero_grad(set_to_none=True)
        total.backward()
        trained = [p for p in self.network.parameters() if p.grad is not None]
        torch.nn.utils.clip_grad_norm_(trained, _CLIP)
        self._optimizer.step()
        self._average.update()
        return values

    def _check_finite(self, losses: Mapping[str, float], step: int) -> None:
        broken = [name for name, value in losses.items() if not math.isfinite(value)]
        if broken:
            raise TrainingDiverged(
                f"The loss of {', '.join(broken)} is no finite number at step {step + 1}; the "
                "weights from before are kept. Try a lower learning rate "
                f"(now {self.learning_rate:g})."
            )
