"""A second look for the queue: what images look like, and what their mirrored ones do not show."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator, Sequence
from dataclasses import replace
from typing import TYPE_CHECKING, TypeVar

import numpy as np
from numpy.typing import NDArray

from annotator.domain.errors import UnreadableFileError
from annotator.domain.model import Image, ImageState, ModelVersion
from annotator.domain.queueing import Appearance
from annotator.learning.prelabelling import converter, samples_of
from annotator.learning.protocol import Event, Progress
from annotator.learning.ranking import gather, wishes_of
from annotator.store.store import Store

if TYPE_CHECKING:
    from models.mask_rcnn import Network
    from models.types import ImagePrediction, Sample

Emit = Callable[[Event], None]
ShouldStop = Callable[[], bool]

T = TypeVar("T")

MOST_LABELLED = 200
"""Reviewed images that are looked at only so that the queue keeps away from what is like them."""


class Keeper:
    """Stores what a version's network says of images, and what they look like to it."""

    def __init__(self, store: Store, version: ModelVersion) -> None:
        self._store, self._version = store, version
        self._convert = converter(store, version)

    def __call__(self, found: ImagePrediction) -> None:
        """Store one image's."""
        version, store = self._version.id, self._store
        kept = self._convert(found)
        ids = store.predictions.write(version, found.key, [prediction for prediction, _ in kept])
        if found.scene is None:
            return
        value = Appearance(found.key, version, found.scene)
        traits = [look for _, look in kept if look is not None]
        if ids and len(traits) == len(ids):
            value = replace(value, first_prediction=ids[0], traits=np.stack(traits))
        store.queue.set_appearance(value)


def survey(
    store: Store, network: Network, version: ModelVersion, emit: Emit, should_stop: ShouldStop
) -> None:
    """Look at labelled images, and at the most promising ones mirrored; store what was seen."""
    _look_at_labelled(store, network, version, emit, should_stop)
    _look_mirrored(store, network, version, emit, should_stop)


def _look_at_labelled(
    store: Store, network: Network, version: ModelVersion, emit: Emit, should_stop: ShouldStop
) -> None:
    known = store.queue.appearances(version.id)
    unknown = [
        image
        for image in store.images.all()
        if image.state == ImageState.REVIEWED and not image.is_missing and image.id not in known
    ]
    images = unknown[-MOST_LABELLED:]
    for key, scene in told(
        scenes(store, network, images), len(images), "Comparing with labelled images", emit
    ):
        store.queue.set_appearance(Appearance(key, version.id, scene))
        if should_stop():
            return


def scenes(
    store: Store, network: Network, images: Sequence[Image]
) -> Iterator[tuple[int, NDArray[np.float16]]]:
    """What images look like as a whole; those that cannot be read are left out."""
    from models.images import fitted, load_image  # noqa: PLC0415

    network.eval()
    preset = network.preset
    for sample in samples_of(store, images, _left_out):
        size = fitted(sample.size, short=preset.short_side, long=preset.long_side)
        try:
            pixels = load_image(sample, size, is_lit=preset.is_lit)
        except UnreadableFileError:
            continue  # whoever predicts it tells
        look = network.embed([pixels.to(network.device)])[0]
        yield sample.key, look.half().cpu().numpy()


def _look_mirrored(
    store: Store, network: Network, version: ModelVersion, emit: Emit, should_stop: ShouldStop
) -> None:
    from models import selection  # noqa: PLC0415
    from models.occurrence import unconfirmed  # noqa: PLC0415

    pool = gather(store)
    own = [
        one
        for one in pool.waiting
        if pool.images[one.key].version_id == version.id and one.key in pool.appearances
    ]
    chosen = selection.best(own, wishes_of(store, pool))
    said = {one.key: one.detections for one in pool.said}
    some = [key for key in chosen if said[key] and pool.appearances[key].unconfirmed is None]
    samples = samples_of(store, [pool.images[key] for key in some], _left_out)
    found = unconfirmed(network, samples, said, _left_out)
    for key, lost in told(found, len(some), "Looking again at the most promising", emit):
        store.queue.set_unconfirmed(key, [pool.predictions[key][n].id for n in lost])
        if should_stop():
            return


def _left_out(_sample: Sample, error: Exception) -> None:
    """An image that cannot be read: whoever predicts it tells.

    Raises:
        Exception: the error, when it is of another kind.
    """
    if not isinstance(error, UnreadableFileError):
        raise error


def told(found: Iterator[T], total: int, text: str, emit: Emit) -> Iterator[T]:
    """What is found, with progress told once a second."""
    began = last = time.monotonic()
    for done, one in enumerate(found, start=1):
        yield one
        now = time.monotonic()
        if now - last >= 1.0:
            emit(Progress("predict", done, total, (now - began) / done * (total - done), text))
            last = now
