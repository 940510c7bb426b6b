"""A training on disk: everything it needs to go on from one step as if it had never been left.

A file of tensors and a card in JSON, as for checkpoints; neither can run anything when it is read.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from torch import Tensor, nn

from models import checkpoint
from models.coco_metrics import Metrics
from models.errors import CheckpointError
from models.judge import Best, Standing
from models.mask_rcnn import Network
from models.schedule import Optimizer
from models.train_events import TrainSettings

Json = dict[str, Any]

_WEIGHTS, _MEAN, _BEST, _OPTIMIZER = "weights/", "mean/", "best/", "optimizer/"
_REMEMBERED = ("step", "exp_avg", "exp_avg_sq")  # by AdamW, of each weight
_DRAWS = "draws"
_STATE = "state"


@dataclass(frozen=True, slots=True)
class TrainState:
    """One moment of a training, between two steps.

    The tensors may be those in use: write them before the training goes on.

    Attributes:
        settings: with the steps and the evaluations' distance it goes by.
        step: how many were taken.
        batch_size: images a step, less than in the settings once memory ran out.
        weights: the whole state of the network being trained, by name.
        mean: the averaged weights, which are served.
        updates: how many steps are in the mean.
        optimizer: tensors by "name of the weight/what it is".
        numbers: what else the optimizer keeps of a weight, by the same names.
        batches: where the order of the images stands, as JSON.
        draws: uint8, the state of the generator of examples.
        standing: what the evaluations said so far.
        seconds: the training took so far.
    """

    settings: TrainSettings
    step: int
    batch_size: int
    weights: Mapping[str, Tensor]
    mean: Mapping[str, Tensor]
    updates: int
    optimizer: Mapping[str, Tensor]
    numbers: Json
    batches: Json
    draws: Tensor
    standing: Standing
    seconds: float


def write(path: Path, network: Network, state: TrainState) -> None:
    """Write a moment of a network's training; an older one at the same place survives a failure.

    Raises:
        OSError: when it cannot be written.
    """
    tensors = {_DRAWS: state.draws}
    best = state.standing.best
    for prefix, group in (
        (_WEIGHTS, state.weights),
        (_MEAN, state.mean),
        (_BEST, best.mean if best is not None else {}),
        (_OPTIMIZER, state.optimizer),
    ):
        tensors |= {prefix + name: v.detach().cpu().contiguous() for name, v in group.items()}
    card = {**checkpoint.describe(network), _STATE: _card_of(state)}
    checkpoint.write(path, tensors, card)


def _card_of(state: TrainState) -> Json:
    standing, best = state.standing, state.standing.best
    return {
        "settings": state.settings.to_json(),
        "step": state.step,
        "batch_size": state.batch_size,
        "updates": state.updates,
        "numbers": state.numbers,
        "batches": state.batches,
        "best": best and {"value": best.value, "metrics": best.metrics.to_json()},
        "stale": standing.stale,
        "evaluated": standing.evaluated,
        "metrics": standing.metrics and standing.metrics.to_json(),
        "seconds": state.seconds,
    }


def read(path: Path) -> tuple[Network, TrainState]:
    """A network of the right shape, on the CPU, and the moment of its training.

    The network still has fresh weights: a `Trainer` takes it up, or `install` serves the mean.

    Raises:
        CheckpointError: when the files are missing, truncated, altered, foreign, or no snapshot.
    """
    card = checkpoint.read_card(path)
    if _STATE not in card:
        raise CheckpointError(f"{path.name} is a checkpoint, but no snapshot of a training.")
    network, tensors = checkpoint.read(path, card, prefix=_WEIGHTS)
    try:
        return network, _state_of(card[_STATE], tensors)
    except (KeyError, TypeError, ValueError, AttributeError) as error:
        raise CheckpointError(f"{path.name} does not fit its description: {error!r}") from error


def _state_of(card: Json, tensors: Mapping[str, Tensor]) -> TrainState:
    def group(prefix: str) -> dict[str, Tensor]:
        return {n.removeprefix(prefix): v for n, v in tensors.items() if n.startswith(prefix)}

    return TrainState(
        settings=TrainSettings.from_json(card["settings"]),
        step=int(card["step"]),
        batch_size=int(card["batch_size"]),
        weights=group(_WEIGHTS),
        mean=group(_MEAN),
        updates=int(card["updates"]),
        optimizer=group(_OPTIMIZER),
        numbers=dict(card["numbers"]),
        batches=dict(card["batches"]),
        draws=tensors[_DRAWS],
        standing=_standing_of(card, group(_BEST)),
        seconds=float(card["seconds"]),
    )


def _standing_of(card: Json, mean: Mapping[str, Tensor]) -> Standing:
    best, metrics = card["best"], card["metrics"]
    return Standing(
        int(card["evaluated"]),
        None if metrics is None else Metrics.from_json(metrics),
        None if best is None else Best(best["value"], mean, Metrics.from_json(best["metrics"])),
        int(card["stale"]),
    )


def install(network: Network, state: TrainState) -> None:
    """Put the averaged weights of that moment into a network, to be used and not trained on.

    Raises:
        CheckpointError: when they are of another network.
    """
    try:
        network.load_state_dict({**state.weights, **state.mean})
    except RuntimeError as error:
        raise CheckpointError(f"The snapshot is of another network: {error}") from error
    network.eval()


def optimizer_state(network: nn.Module, optimizer: Optimizer) -> tuple[dict[str, Tensor], Json]:
    """What an optimizer remembers of each weight, by the weight's name: tensors, and the rest."""
    names = {id(parameter): name for name, parameter in network.named_parameters()}
    tensors: dict[str, Tensor] = {}
    numbers: Json = {}
    for parameter, kept in optimizer.state.items():
        for what, value in kept.items():
            name = f"{names[id(parameter)]}/{what}"
            if isinstance(value, Tensor):
                tensors[name] = value
            else:
                numbers[name] = value
    return tensors, numbers


def restore_optimizer(network: nn.Module, optimizer: Optimizer, state: TrainState) -> None:
    """Let an optimizer remember again; its rates stay as they are.

    Raises:
        ValueError: when it is of another network, or of another kind of optimizer, as in a training
            that an older release began.
    """
    parameters = dict(network.named_parameters())
    for name, value in {**state.optimizer, **state.numbers}.items():
        weight, _, what = name.rpartition("/")
        if weight not in parameters:
            raise ValueError(f"there is no weight {weight!r} to be optimized")
        if what not in _REMEMBERED:
            raise ValueError(f"the optimizer of this release does not know {what!r}")
        own = parameters[weight]
        is_tensor = isinstance(value, Tensor)
        optimizer.state[own][what] = _like(own, value) if is_tensor else value


def _like(own: Tensor, value: Tensor) -> Tensor:
    """On the weight's device, and in its memory format: a fused step goes through both in one."""
    if value.shape == own.shape:
        return own.detach().clone().copy_(value)
    if value.numel() > 1:
        raise ValueError("what is remembered of a weight has another shape")
    return value.to(own.device)
