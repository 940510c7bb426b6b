"""Which images to begin with, before any model exists: one of each kind of picture there is."""

from __future__ import annotations

import random
from collections.abc import Callable
from typing import TYPE_CHECKING, Literal

import numpy as np

from annotator.domain.errors import KnownError, RefusedError
from annotator.domain.model import ImageState
from annotator.domain.queueing import FloatRows, Outlook, Reason, in_words
from annotator.learning.protocol import Event, Finished, Predicted, Progress, Suggest, Told
from annotator.learning.samples import category_specs
from annotator.learning.survey import scenes, told
from annotator.store.store import Store

if TYPE_CHECKING:
    import torch

    from models.mask_rcnn import Network

Emit = Callable[[Event], None]
ShouldStop = Callable[[], bool]

LOOKED_AT = 400
"""Of more images so many are drawn by chance and looked at: a few minutes on a processor."""


def suggest(store: Store, request: Suggest, emit: Emit, should_stop: ShouldStop) -> list[int]:
    """Look at images with base weights, and put the most typical of each group first.

    Returns:
        The images chosen, that of the largest group first; empty where it was stopped.

    Raises:
        RefusedError: there is a model, which orders the queue better, or no image.
        KnownError: the weights given cannot be read.
    """
    from models.medoids import medoids  # noqa: PLC0415
    from models.selection import BATCH  # noqa: PLC0415

    if store.versions.active() is not None:
        raise RefusedError("There is a model already: pre-label all, and it orders the queue.")
    images = [i for i in store.images.all() if i.state != ImageState.REVIEWED and not i.is_missing]
    if not images:
        raise RefusedError("There is no image that is not reviewed.")
    emit(Progress("predict", 0, len(images), text="Loading weights"))
    network = _network(store, request, emit)
    random.Random(0).shuffle(images)
    images = images[:LOOKED_AT]
    looks: dict[int, FloatRows] = {}
    for key, scene in told(scenes(store, network, images), len(images), "Looking at images", emit):
        looks[key] = scene
        if should_stop():
            emit(Finished("predict", "Nothing was chosen."))
            return []
    keys = list(looks)
    chosen = [keys[n] for n in medoids(np.stack(list(looks.values())), BATCH)] if keys else []
    why = (Reason(in_words("typical"), "typical"),)
    store.queue.set_order(chosen, dict.fromkeys(chosen, why))
    store.queue.set_outlook(Outlook(len(chosen), is_start=True))
    emit(Predicted(tuple(i.id for i in store.images.all())))
    text = "Space walks them. Label each, mark it reviewed, then retrain."
    emit(Finished("predict", f"Chose {len(chosen)} images to begin with. {text}"))
    return chosen


def _network(store: Store, request: Suggest, emit: Emit) -> Network:
    """Base weights on the device; without them, with a word about it, when there are none."""
    from annotator.learning.jobs import find_device  # noqa: PLC0415
    from models import zoo  # noqa: PLC0415
    from models.errors import ModelError, WeightsUnavailable  # noqa: PLC0415
    from models.starting import source_of, starter_of  # noqa: PLC0415
    from models.types import CategorySpec  # noqa: PLC0415

    device: torch.device = find_device(request.device)
    preset = zoo.default_preset(device)
    specs = category_specs(store.categories.all()) or [CategorySpec("object")]
    weights = source_of(request.weights, preset)
    try:
        network = zoo.build(preset, specs, weights)
    except WeightsUnavailable as error:
        if weights != "hub":
            raise KnownError(str(error)) from error
        instead: Literal["starter"] | None = "starter" if starter_of(preset) else None
        words = "with the starter weights that came with the program" if instead else "without them"
        emit(Told("predict", f"{error} Going on {words}."))
        network = zoo.build(preset, specs, instead)
    except ModelError as error:
        raise KnownError(str(error)) from error
    return network.to(device)
