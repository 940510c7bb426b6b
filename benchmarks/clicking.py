"""A simulated person who corrects a mask by clicks, and the network that answers."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Protocol

import numpy as np
from numpy.typing import NDArray

from benchmarks.flips import Bits, filled
from benchmarks.outlines import deepest
from benchmarks.simulated import Crop, crop_of
from models.annotator_cost import CHECK_S, CLICK_S, CORRECT_S, GOOD_IOU, KEYS_S
from models.assist import Click, Gaze
from models.mask_rcnn import Network
from models.types import Box, Region, Sample


@dataclass(frozen=True, slots=True)
class Question:
    """A mask on an image that clicks are to correct: its box (xyxy, pixels), label and parts."""

    sample: Sample
    box: Box
    label: int
    drawn: tuple[Region, ...]


class Helper(Protocol):
    """What finds objects in boxes and follows clicks; parts of masks come largest first."""

    def inside(self, sample: Sample, box: Box, label: int) -> tuple[Region, ...]:
        """The object of that label in a box (xyxy, pixels)."""
        ...

    def clicked(self, question: Question, clicks: Sequence[Click]) -> tuple[Region, ...]:
        """A mask after all these clicks."""
        ...


class Looker:
    """The network as the helper; it holds one image at a time in view."""

    def __init__(self, network: Network, *, knows_labels: bool = True) -> None:
        """Help with this network; the starter knows none of the labels."""
        self._network, self._knows_labels = network, knows_labels
        self._gaze: Gaze | None = None

    def inside(self, sample: Sample, box: Box, label: int) -> tuple[Region, ...]:
        """See `Helper`."""
        return self._at(sample).object_in(box, self._known(label)).regions

    def clicked(self, question: Question, clicks: Sequence[Click]) -> tuple[Region, ...]:
        """See `Helper`."""
        gaze, label = self._at(question.sample), self._known(question.label)
        return gaze.corrected(question.box, label, question.drawn, clicks)

    def _known(self, label: int) -> int | None:
        return label if self._knows_labels else None

    def _at(self, sample: Sample) -> Gaze:
        if self._gaze is None or self._gaze.sample is not sample:
            self._gaze = Gaze(self._network, sample)
        return self._gaze


def clicked_seconds(
    helper: Helper, question: Question, bitmap: NDArray[np.uint8], limit: float
) -> float:
    """To click into the middle of the largest error until the mask has an IoU of 0.9.

    Args:
        helper: answers each click.
        question: the mask to begin with.
        bitmap: [height, width] of the image, the true object.
        limit: seconds from which on it is given up.

    Returns:
        1.6 where it is right as it is; infinity where it is given up.
    """
    regions, clicks, spent = question.drawn, list[Click](), CORRECT_S + KEYS_S
    while True:
        crop = crop_of(bitmap, regions)
        drawn = _painted(crop, regions)
        if crop.iou(drawn) >= GOOD_IOU:
            seconds = spent if clicks else CHECK_S
            return seconds if seconds < limit else np.inf
        if spent + CLICK_S >= limit:
            return np.inf
        clicks.append(_next(crop, drawn))
        spent += CLICK_S
        regions = helper.clicked(question, clicks)


def _painted(crop: Crop, regions: Sequence[Region]) -> Bits:
    rings = [crop.to_cells(ring) for one in regions for ring in (one.outer, *one.holes)]
    return filled(rings, *crop.truth.shape) if rings else np.zeros_like(crop.truth)


def _next(crop: Crop, drawn: Bits) -> Click:
    missing, extra = deepest(crop.truth & ~drawn), deepest(drawn & ~crop.truth)
    is_inside = missing[0] >= extra[0]
    row, column = (missing if is_inside else extra)[1]
    x, y = crop.origin + (np.array([column, row]) + 0.5) * crop.cell
    return Click(float(x), float(y), is_inside)
