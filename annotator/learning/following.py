"""A training as it goes on: every event is told and written down, and snapshots are kept."""

from __future__ import annotations

import logging
import time
from collections.abc import Callable
from contextlib import closing
from typing import TYPE_CHECKING

from annotator.learning.protocol import (
    Began,
    Ending,
    Evaluated,
    Event,
    Progress,
    Saved,
    Told,
    TrainStep,
)
from annotator.learning.record import Record

if TYPE_CHECKING:
    from models.coco_metrics import Metrics
    from models.train import Trainer
    from models.train_events import TrainEvent

_log = logging.getLogger(__name__)

FIRST_AFTER_S = 15.0
"""A training that dies in its first seconds costs nobody much; one in its first minute would."""
EVERY_S = 45.0
"""With the time of a slow step no more than a minute of work is ever lost."""


class Keeper:
    """One training's snapshots.

    A disk that is full is told once; training goes on without snapshots until one fits again.
    """

    def __init__(self, record: Record, trainer: Trainer, emit: Callable[[Event], None]) -> None:
        self._record, self._trainer, self._emit = record, trainer, emit
        self._due = time.monotonic() + FIRST_AFTER_S
        self._is_failing = False

    def write_plan(self) -> None:
        """Write down what is learned, and the attempts so far."""
        try:
            self._record.save_plan()
            self._record.save_curves()
        except OSError as error:
            self._tell(error)

    def keep_when_due(self) -> None:
        """Write a snapshot when the last one is old enough."""
        if time.monotonic() >= self._due:
            self.keep()

    def keep(self) -> bool:
        """Write a snapshot of this moment; whether it is on disk."""
        from models import snapshot  # noqa: PLC0415

        record, trainer = self._record, self._trainer
        place = record.place(record.attempt.number, trainer.step)
        try:
            record.save_curves()
            snapshot.write(place, trainer.network, trainer.state())
        except OSError as error:
            self._tell(error)
            return False
        finally:
            self._due = time.monotonic() + EVERY_S
        record.prune()
        self._is_failing = False
        self._emit(Saved(record.attempt.number, trainer.step, record.bytes()))
        return True

    def _tell(self, error: OSError) -> None:
        _log.warning("a training could not be written down: %s", error)
        if not self._is_failing:
            self._emit(
                Told(
                    "train",
                    f"The training could not be written down ({error.strerror or error}). It goes "
                    "on, but an interruption now would lose what it learned since then. Free some "
                    "space on the disk.",
                )
            )
        self._is_failing = True


def follow(
    trainer: Trainer,
    record: Record,
    emit: Callable[[Event], None],
    asked: Callable[[], Ending | None],
) -> tuple[Ending | None, Metrics | None]:
    """Train until it ends or is asked to.

    What was learned is on disk when this returns, unless it is to be thrown away. A pause that
    cannot be written down waits until it can.

    Returns:
        What it was asked, None when it ended by itself; and scores of the network where they are
        known.
    """
    from models.train_events import TrainingDone  # noqa: PLC0415

    keeper = Keeper(record, trainer, emit)
    keeper.write_plan()
    emit(Began(record.attempt.number, trainer.step, trainer.steps))
    waits = False
    with closing(trainer.events()) as events:
        for event in events:
            if isinstance(event, TrainingDone):
                keeper.keep()
                return None, event.metrics
            _tell(event, record, emit, keeper)
            ending = asked()
            if not ending or (waits and ending == Ending.PAUSE):
                continue
            is_written = ending == Ending.DISCARD or not trainer.step or keeper.keep()
            if not is_written and ending == Ending.PAUSE:
                waits = True
                emit(Told("train", "It goes on: without space on the disk it cannot be paused."))
                continue
            return ending, _scores_now(trainer)
    raise AssertionError("a training ends with its last event")


def _tell(event: TrainEvent, record: Record, emit: Callable[[Event], None], keeper: Keeper) -> None:
    from models import train_events as told  # noqa: PLC0415

    match event:
        case told.StepDone():
            record.add_losses(event.step, event.losses)
            left, rate = event.seconds_left, event.learning_rate
            emit(TrainStep(event.step, event.steps, event.losses, left, rate))
            keeper.keep_when_due()
        case told.Evaluating():
            text = "Testing on held-out images"
            emit(Progress("train", event.done, event.total, text=text))
            keeper.keep_when_due()
        case told.Evaluated():
            metrics = event.metrics.to_json()
            record.add_evaluation(event.step, metrics)
            emit(Evaluated(event.step, metrics))
            keeper.keep()
        case told.BatchHalved():
            text = f"Memory ran out; going on with {event.batch_size} at once."
            emit(Told("train", text))


def _scores_now(trainer: Trainer) -> Metrics | None:
    """Of the last evaluation, where no step was taken since."""
    standing = trainer.state().standing
    return standing.metrics if standing.evaluated == trainer.step else None
