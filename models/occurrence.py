"""Whether the network finds the same in a mirrored image: doubts from a second look, no labels."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import replace

import numpy as np
from numpy.typing import NDArray

from models.mask_rcnn import Network
from models.predict import Skipped, predict
from models.types import Box, Detection, Sample
from models.valuation import OCCURRING

_CONFIRMED_IOU = 0.5
_FLOOR = OCCURRING / 2  # so that 0.31 on one side and 0.29 on the other is no disagreement


def unconfirmed(
    network: Network,
    samples: Iterable[Sample],
    said: Mapping[int, Sequence[Detection]],
    skipped: Skipped | None = None,
) -> Iterator[tuple[int, tuple[int, ...]]]:
    """Look at images mirrored, and say which detections are not found there.

    Args:
        network: left in evaluation mode.
        samples: the images.
        said: what the network said of each as it is.
        skipped: as for `predict`.

    Yields:
        Of each image its key and the numbers of its detections, of at least 0.3, that no detection
        of their category confirms at an IoU of 0.5.
    """
    sizes: dict[int, int] = {}

    def turned() -> Iterator[Sample]:
        for sample in samples:
            sizes[sample.key] = sample.size[0]
            yield mirrored(sample)

    for found in predict(network, turned(), _FLOOR, skipped=skipped):
        others = [(d.label, mirrored_box(d.box, sizes[found.key])) for d in found.detections]
        lost = (
            number
            for number, detection in enumerate(said[found.key])
            if detection.score >= OCCURRING and not _is_among(detection, others)
        )
        yield found.key, tuple(lost)


def mirrored(sample: Sample) -> Sample:
    """The same image, left for right, without its labels."""

    def read(short_side: int) -> NDArray[np.uint8]:
        return np.ascontiguousarray(sample.read(short_side)[:, ::-1])

    return replace(sample, read=read, objects=())


def mirrored_box(box: Box, width: float) -> Box:
    """A box of an image of that width where it is in the mirrored one."""
    return (width - box[2], box[1], width - box[0], box[3])


def _is_among(detection: Detection, others: Sequence[tuple[int, Box]]) -> bool:
    return any(
        label == detection.label and _iou(detection.box, box) >= _CONFIRMED_IOU
        for label, box in others
    )


def _iou(one: Box, other: Box) -> float:
    width = min(one[2], other[2]) - max(one[0], other[0])
    height = min(one[3], other[3]) - max(one[1], other[1])
    if width <= 0 or height <= 0:
        return 0.0
    shared = width * height
    areas = sum((box[2] - box[0]) * (box[3] - box[1]) for box in (one, other))
    return shared / (areas - shared)
