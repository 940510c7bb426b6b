"""A network with base weights, ready to be trained on the project's categories."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import TYPE_CHECKING, Literal

from annotator.domain.errors import RefusedError
from annotator.domain.model import Category
from annotator.learning.protocol import Check, Event, Progress, Told, Train, job_of
from annotator.learning.samples import category_specs

if TYPE_CHECKING:
    import torch

    from models.mask_rcnn import Network


def build_network(
    request: Train | Check,
    categories: Sequence[Category],
    device: torch.device,
    emit: Callable[[Event], None],
) -> tuple[Network, str | None]:
    """The network, and the base weights it has: others, with a word, when those are not there.

    Raises:
        RefusedError: an unknown preset.
    """
    from models import zoo  # noqa: PLC0415
    from models.errors import WeightsUnavailable  # noqa: PLC0415
    from models.starting import source_of, starter_of  # noqa: PLC0415

    job = job_of(request)
    preset = request.preset or zoo.default_preset(device)
    specs = category_specs(categories)
    weights = source_of(request.weights, preset)
    emit(Progress(job, 0, 0, text=f"Loading weights for {preset}"))
    try:
        network = zoo.build(preset, specs, weights, seed=request.seed)
    except WeightsUnavailable as error:
        if weights != "hub":
            raise
        instead: Literal["starter"] | None = "starter" if starter_of(preset) else None
        words = "with the starter weights that came with the program"
        words = words if instead else "without them"
        emit(Told(job, f"{error} Going on {words}."))
        network = zoo.build(preset, specs, instead, seed=request.seed)
        weights = instead
    except ValueError as error:
        raise RefusedError(str(error)) from error
    return network.to(device), None if weights is None else str(weights)
