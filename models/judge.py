"""How a network in training does on the held-out images, and whether it still gets better."""

from __future__ import annotations

import time
from collections.abc import Generator, Mapping, Sequence
from dataclasses import dataclass, replace

from torch import Tensor

from models.averaging import Average
from models.coco_metrics import Metrics
from models.evaluate import evaluating
from models.mask_rcnn import Network
from models.train_events import Evaluated, Evaluating
from models.types import Sample

_PATIENCE = 5
_STOPPABLE = 5  # held-out images from which on early stopping means anything


@dataclass(frozen=True, slots=True)
class Best:
    """The averaged weights that scored best so far: what an early stop goes back to."""

    value: float
    mean: Mapping[str, Tensor]
    metrics: Metrics


@dataclass(frozen=True, slots=True)
class Standing:
    """What the evaluations said so far.

    Attributes:
        evaluated: the step that was scored last; 0 for none.
        metrics: of that evaluation.
        best: None before an evaluation that counts.
        stale: evaluations since the best that were worse.
    """

    evaluated: int = 0
    metrics: Metrics | None = None
    best: Best | None = None
    stale: int = 0


class Judge:
    """Scores the averaged weights every so many steps, and after the last one.

    Attributes:
        standing: what was said so far.
        seconds: the last evaluation took; 0 before one.
    """

    def __init__(
        self, network: Network, average: Average, held_out: Sequence[Sample], *, every: int
    ) -> None:
        self._network, self._average, self._held_out = network, average, held_out
        self._every = every
        self.standing = Standing()
        self.seconds = 0.0

    @property
    def has_seen_enough(self) -> bool:
        """Whether the scores have stopped rising."""
        return self.standing.stale >= _PATIENCE

    def is_due(self, step: int, *, last: int) -> bool:
        """Whether the weights after that step are to be scored now."""
        is_time = step % self._every == 0 or step >= last
        return bool(self._held_out) and self.standing.evaluated < step and is_time

    def evaluate(self, step: int) -> Generator[Evaluating | Evaluated, None, None]:
        """Score the averaged weights after that step, an event an image."""
        started = time.monotonic()
        with self._average.installed():
            steps = evaluating(self._network, self._held_out)
            while True:
                try:
                    done = next(steps)
                except StopIteration as end:
                    metrics: Metrics = end.value
                    break
                yield Evaluating(step, done, len(self._held_out))
        self.seconds = time.monotonic() - started
        self.standing = self._counted(replace(self.standing, evaluated=step, metrics=metrics))
        yield Evaluated(step, metrics)

    def _counted(self, standing: Standing) -> Standing:
        if len(self._held_out) < _STOPPABLE or standing.metrics is None:
            return standing
        value, best = standing.metrics.mean_ap50(), standing.best
        if best is None or value > best.value:
            fresh = Best(value, self._average.snapshot(), standing.metrics)
            return replace(standing, best=fresh, stale=0)
        return replace(standing, stale=standing.stale + (value < best.value))
