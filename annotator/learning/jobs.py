"""What the learner does: the one place where store and model meet. No Qt; heavy imports inside.

Every job takes the store, a request, ``emit`` for events and ``should_stop``, which is asked after
each step; what was reached until then is kept.
"""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING

from annotator.domain.errors import KnownError, RefusedError, UnreadableFileError
from annotator.domain.model import ModelVersion
from annotator.learning.prelabelling import (
    Courier,
    images_of,
    leave_out,
    samples_of,
)
from annotator.learning.protocol import (
    Ending,
    Event,
    Finished,
    Keep,
    Predict,
    Predicted,
    Progress,
    Resume,
    Train,
)
from annotator.learning.ranking import RankedImage, rank
from annotator.learning.record import held
from annotator.learning.survey import Keeper, survey
from annotator.learning.training import Training
from annotator.store.store import Store

if TYPE_CHECKING:
    import torch

    from models.mask_rcnn import Network
    from models.types import ImagePrediction

__all__ = ["RankedImage", "device_in_words", "predict", "rank", "train"]

Emit = Callable[[Event], None]
ShouldStop = Callable[[], bool]

_GIB = 2**30


def find_device(name: str | None) -> torch.device:
    """The device of that name, or the best there is.

    Raises:
        RefusedError: it cannot be used here.
    """
    from models import zoo

    try:
        return zoo.find_device(None if name in (None, "", "auto") else name)
    except ValueError as error:
        raise RefusedError(
            f"{error}. Choose another device in the settings, or Automatic."
        ) from error


def device_in_words(name: str | None = None) -> str:
    """The device as people say it: "CPU, 2 threads", "NVIDIA H200, 139 GB"."""
    import torch

    device = find_device(name)
    if device.type == "cuda":
        facts = torch.cuda.get_device_properties(device)
        return f"{facts.name}, {facts.total_memory / _GIB:.0f} GB"
    if device.type == "mps":
        return "Apple GPU"
    threads = torch.get_num_threads()
    return f"CPU, {threads} thread{'' if threads == 1 else 's'}"


def train(
    store: Store,
    request: Train | Resume | Keep,
    emit: Emit,
    ending: Callable[[], Ending | None],
) -> ModelVersion | None:
    """Train a model version, go on with a training that was left, or make a version of it.

    Args:
        store: the project.
        request: which of these, and how.
        emit: told everything.
        ending: asked after each step and each image tested whether to end, and how.

    Returns:
        The version; None when it did not come to one.

    Raises:
        RefusedError: nothing to learn from or go on with, an unknown preset or device.
        KnownError: training failed in a way the person can act on.
    """
    from models.errors import ModelError

    emit(Progress("train", 0, 0, text="Preparing"))
    job = Training(store, emit, find_device(request.device), ending)
    try:
        with held(store.checkpoints):
            match request:
                case Train():
                    version = job.begin(request)
                case Resume():
                    version = job.resume(request)
                case Keep():
                    version = job.keep(request)
    except ModelError as error:
        raise KnownError(str(error)) from error
    if version is None:
        return None
    text = f"{version.name} is trained and in use."
    if not version.is_active:
        text = f"{version.name} is trained, but the former version stays in use. {version.note}"
    emit(Finished("train", text, version.id))
    return version


@dataclass(slots=True)
class _Loaded:
    """The network in memory, kept between requests."""

    key: tuple[Path, int, str] | None = None
    network: Network | None = None


_loaded = _Loaded()


def load_network(store: Store, version: ModelVersion, device: torch.device) -> Network:
    """The version's network on a device; loaded once and kept.

    Raises:
        UnreadableFileError: its checkpoint is missing or broken.
        RefusedError: it is the starter, and that is missing.
    """
    from models import checkpoint
    from models.errors import CheckpointError

    key = (store.folder, version.id, str(device))
    if _loaded.network is None or _loaded.key != key:
        try:
            _loaded.network = checkpoint.load(_place_of(store, version)).to(device)
        except CheckpointError as error:
            name, remedy = version.name, "Choose another version, or retrain."
            if not version.checkpoint:
                name, remedy = "The starter", "Install the program again, or retrain."
            raise UnreadableFileError(f"{name} cannot be used: {error}. {remedy}") from error
        _loaded.key = key
    return _loaded.network


def _place_of(store: Store, version: ModelVersion) -> Path:
    from models.starting import starter_of

    if version.checkpoint:
        return store.checkpoints / version.checkpoint
    starter = starter_of(version.preset)
    if starter is None:
        raise RefusedError("The starter is missing. Install the program again.")
    return starter


def predict(
    store: Store,
    request: Predict,
    emit: Emit,
    should_stop: ShouldStop,
    *,
    pause: Callable[[], None] | None = None,
) -> list[int]:
    """Pre-label images, store the predictions, and rank all predicted images anew.

    With all images of a project in hand the queue gets its second look too.
    ``pause`` is called before each look at an image, or at a tile of one: what is more urgent may
    be done there.

    Returns:
        The images that were predicted.

    Raises:
        RefusedError: there is no such model version.
        UnreadableFileError: its checkpoint cannot be read.
    """
    from models.predict import predict as run

    version = version_of(store, request.version_id)
    device = find_device(request.device)
    images = images_of(store, request)
    if not images:
        emit(Finished("predict", "There is no image to pre-label."))
        return []
    emit(Progress("predict", 0, len(images), text=f"Loading {version.name}"))
    network = load_network(store, version, device)
    keep = Keeper(store, version)
    done: list[int] = []
    began = time.monotonic()
    courier = Courier(emit)
    skip = partial(leave_out, store, emit)
    samples = samples_of(store, images, skip)
    for found in _told(run(network, samples, tiles=request.tiles, skipped=skip, pause=pause)):
        keep(found)
        done.append(found.key)
        left = (time.monotonic() - began) / len(done) * (len(images) - len(done))
        courier.add(found.key, Progress("predict", len(done), len(images), left, "Pre-labelling"))
        if should_stop():
            break
    courier.flush()
    if request.image_ids is None and not should_stop():
        survey(store, network, version, emit, should_stop)
    ranked = rank(store)
    emit(Predicted(tuple(r.image_id for r in ranked)))
    emit(Finished("predict", _summary(len(done), len(images)), version.id))
    return done


def _told(found: Iterator[ImagePrediction]) -> Iterator[ImagePrediction]:
    """Predictions as they come.

    Raises:
        KnownError: the network failed in a way the person can act on.
    """
    from models.errors import ModelError

    try:
        yield from found
    except ModelError as error:
        raise KnownError(str(error)) from error


def _summary(done: int, wanted: int) -> str:
    noun = "image" if done == 1 else "images"
    if done == wanted:
        return f"Pre-labelled {done} {noun}. Space walks the queue."
    return f"Pre-labelled {done} of {wanted} images."


def version_of(store: Store, version_id: int | None) -> ModelVersion:
    """The version of that id, or the one in use for None.

    Raises:
        RefusedError: there is none.
    """
    version = store.versions.active() if version_id is None else None
    if version_id is not None:
        version = next((v for v in store.versions.all() if v.id == version_id), None)
    if version is None:
        raise RefusedError(
            "There is no model yet. Label about ten images, then Model > Retrain."
            if version_id is None
            else f"There is no model version {version_id} in this project."
        )
    return version
