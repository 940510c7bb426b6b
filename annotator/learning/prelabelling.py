"""What goes into pre-labelling, and how what comes out of it is told."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator, Sequence
from dataclasses import replace
from typing import TYPE_CHECKING

from annotator.domain.errors import UnreadableFileError
from annotator.domain.model import Image, ImageState, ModelVersion, Prediction
from annotator.learning.protocol import Event, Predict, Predicted, Progress, Told
from annotator.learning.samples import joint_orders, make_sample, to_predictions
from annotator.services.pixels import read_frame_size, read_size
from annotator.store.store import Store

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

    from models.types import ImagePrediction, Sample

Emit = Callable[[Event], None]

_TELL_EVERY_S = 1.0


def images_of(store: Store, request: Predict) -> list[Image]:
    """The images a request is about, those whose files are there."""
    if request.image_ids is None:
        images = store.images.all()
    else:
        images = store.images.many(request.image_ids)
    if request.only_unreviewed:
        images = [i for i in images if i.state != ImageState.REVIEWED]
    return [i for i in images if not i.is_missing]


def samples_of(
    store: Store, images: Sequence[Image], skip: Callable[[Sample, Exception], None]
) -> Iterator[Sample]:
    """Samples of known size; their pixels are read later, reduced, while the network is busy."""
    for image in images:
        sample = make_sample(store, image)
        if image.width and image.height:
            yield sample
            continue
        path = store.images.path(image)
        try:
            size = read_frame_size(path) if image.is_raw else read_size(path)
        except UnreadableFileError as error:
            skip(sample, error)
        else:
            yield replace(sample, size=size)


def leave_out(store: Store, emit: Emit, sample: Sample, error: Exception) -> None:
    """Tell of an image that cannot be read, and flag it.

    Raises:
        Exception: the error, when it is of another kind.
    """
    if not isinstance(error, UnreadableFileError):
        raise error
    emit(Told("predict", f"{error} It was left out."))
    flag = f"Unreadable: {error}"
    store.images.set_ranks({i.id: (i.uncertainty, flag) for i in store.images.many([sample.key])})


Kept = list[tuple[Prediction, "NDArray[np.float16] | None"]]


def converter(store: Store, version: ModelVersion) -> Callable[[ImagePrediction], Kept]:
    """Detections of the version's network as predictions of the project's categories.

    With each goes what it looks like; those of deleted categories are left out.
    """
    from models import checkpoint  # noqa: PLC0415

    card = checkpoint.read_card(store.checkpoints / version.checkpoint)
    alive = {c.id: c for c in store.categories.all()}
    ids = {n + 1: c for n, c in enumerate(card["extra"]["category_ids"]) if c in alive}
    trained = [category["joints"] for category in card["categories"]]
    orders = joint_orders(trained, {label: alive[key] for label, key in ids.items()})

    def convert(found: ImagePrediction) -> Kept:
        looks = [d.traits for d in found.detections if d.label in ids]
        return list(zip(to_predictions(found, ids, version.id, orders), looks, strict=True))

    return convert


class Courier:
    """Tells of predicted images at most once a second."""

    def __init__(self, emit: Emit) -> None:
        self._emit = emit
        self._waiting: list[int] = []
        self._progress: Progress | None = None
        self._told = 0.0

    def add(self, image_id: int, progress: Progress) -> None:
        """One more image is stored."""
        self._waiting.append(image_id)
        self._progress = progress
        if time.monotonic() - self._told >= _TELL_EVERY_S:
            self.flush()

    def flush(self) -> None:
        """Tell what was not told yet."""
        if self._progress is not None and self._waiting:
            self._emit(Predicted(tuple(self._waiting)))
            self._emit(self._progress)
        self._waiting.clear()
        self._told = time.monotonic()
