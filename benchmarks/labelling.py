"""What the simulated annotator spends on images: by hand, pre-labelled, with assistance."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field

import numpy as np
from numpy.typing import NDArray
from pycocotools import mask as coco_mask

from benchmarks.simulated import correcting_seconds, crop_of, drawn
from models.annotator_cost import BOX_S, CHECK_S, LOOK_S, REMOVE_S, RENAME_S, SHOWN
from models.evaluate import regions_to_rle
from models.targets import compress
from models.types import Box, Detection, ImagePrediction, ObjectTarget, Region, Rle, Sample

Assist = Callable[[Sample, Sequence[Box], Sequence[int]], Sequence[tuple[Region, ...]]]
"""Box to object: the mask in each box drawn on an image, of that label, as parts, largest first."""

SAME = 0.5
"""IoU from which a prediction is taken to be of an object."""


@dataclass(slots=True)
class Work:
    """What labelling took: seconds, and how many objects went which way."""

    seconds: float = 0.0
    ways: dict[str, int] = field(default_factory=dict)

    def add(self, way: str, seconds: float) -> None:
        """One more object."""
        self.seconds += seconds
        self.ways[way] = self.ways.get(way, 0) + 1

    def __iadd__(self, other: Work) -> Work:
        """All of another's too."""
        self.seconds += other.seconds
        for way, count in other.ways.items():
            self.ways[way] = self.ways.get(way, 0) + count
        return self


def encoded(target: ObjectTarget, size: tuple[int, int]) -> dict[str, object]:
    """The mask of an object as COCO's compressed RLE; that of its box where it has no mask."""
    if isinstance(target.mask, Rle):
        return dict(compress(target.mask))
    if target.mask:
        return regions_to_rle(target.mask, size)
    x0, y0, x1, y1 = target.box or (0.0, 0.0, 0.0, 0.0)
    return regions_to_rle([Region((x0, y0, x1, y0, x1, y1, x0, y1))], size)


class Annotator:
    """Labels images in simulated seconds; what an object takes by hand is worked out once."""

    def __init__(self, shown: float = SHOWN) -> None:
        """Begin.

        Args:
            shown: score from which predictions are on the picture, as the window's slider sets it.
        """
        self._shown = shown
        self._truth: dict[int, list[tuple[ObjectTarget, dict[str, object]]]] = {}
        self._by_hand: dict[tuple[int, int], float] = {}

    def truth(self, sample: Sample) -> list[tuple[ObjectTarget, dict[str, object]]]:
        """The objects to label, with their masks; crowds and empty masks are left out."""
        if sample.key not in self._truth:
            found = [(t, encoded(t, sample.size)) for t in sample.objects if not t.is_crowd]
            self._truth[sample.key] = [(t, m) for t, m in found if coco_mask.area(m) > 0]
        return self._truth[sample.key]

    def by_hand(self, sample: Sample) -> Work:
        """A look, and every object drawn."""
        work = Work(LOOK_S)
        for number in range(len(self.truth(sample))):
            work.add("drawn", self._drawn(sample, number))
        return work

    def corrected(
        self, sample: Sample, prediction: ImagePrediction, assist: Assist | None = None
    ) -> Work:
        """A look, and what is shown of a prediction put right.

        Args:
            sample: the image.
            prediction: what the network said; below the threshold nothing is shown.
            assist: box to object, used where it is quicker than drawing the outline.
        """
        work = Work(LOOK_S)
        shown = [d for d in prediction.detections if d.score >= self._shown and d.regions]
        pairs = self._matched(sample, shown)
        for _ in range(len(shown) - len(pairs)):
            work.add("removed", REMOVE_S)
        draws = self._drawing(sample, pairs, assist)
        for number, (target, mask) in enumerate(self.truth(sample)):
            detection = pairs.get(number)
            if detection is None:
                work.add(*draws[number])
                continue
            wrong = RENAME_S if detection.label != target.label else 0.0
            way, seconds = self._mended(mask, detection, draws[number])
            work.add(way if not wrong else "renamed", seconds + wrong)
        return work

    def _mended(
        self, mask: dict[str, object], detection: Detection, draw: tuple[str, float]
    ) -> tuple[str, float]:
        crop = crop_of(_bitmap(mask), detection.regions)
        seconds = correcting_seconds(crop, detection.regions, limit=draw[1])
        if seconds >= draw[1]:
            return draw
        return ("right" if seconds == CHECK_S else "corrected", seconds)

    def _drawing(
        self, sample: Sample, pairs: dict[int, Detection], assist: Assist | None
    ) -> list[tuple[str, float]]:
        """The quickest way to make each object anew."""
        count = len(self.truth(sample))
        by_hand = [("drawn", self._drawn(sample, n)) for n in range(count)]
        if assist is None or not count:
            return by_hand
        truth = self.truth(sample)
        boxes, labels = [_box(t, m) for t, m in truth], [t.label for t, _ in truth]
        said = assist(sample, boxes, labels)
        result = []
        for plain, regions, (_, mask) in zip(by_hand, said, truth, strict=True):
            limit = plain[1] - BOX_S
            crop = crop_of(_bitmap(mask), regions)
            seconds = BOX_S + correcting_seconds(crop, regions, limit=limit)
            result.append(("box to object", seconds) if seconds < plain[1] else plain)
        return result

    def _drawn(self, sample: Sample, number: int) -> float:
        key = (sample.key, number)
        if key not in self._by_hand:
            self._by_hand[key] = drawn(crop_of(_bitmap(self.truth(sample)[number][1]))).seconds
        return self._by_hand[key]

    def _matched(self, sample: Sample, shown: Sequence[Detection]) -> dict[int, Detection]:
        """The prediction of each object that has one, best score first; categories aside."""
        ious = self.ious(sample, shown)
        pairs: dict[int, Detection] = {}
        for row, detection in zip(ious, shown, strict=True):
            free = [n for n in range(len(row)) if n not in pairs and row[n] >= SAME]
            if free:
                pairs[max(free, key=lambda n: row[n])] = detection
        return pairs

    def ious(self, sample: Sample, shown: Sequence[Detection]) -> NDArray[np.float64]:
        """IoU [D, G] of predicted masks with the objects'."""
        truth = [mask for _, mask in self.truth(sample)]
        if not truth or not shown:
            return np.zeros((len(shown), len(truth)))
        masks = [regions_to_rle(d.regions, sample.size) for d in shown]
        found: NDArray[np.float64] = coco_mask.iou(masks, truth, [0] * len(truth))
        return found

    def found_share(self, samples: Sequence[Sample], said: Sequence[ImagePrediction]) -> float:
        """Recall: the share of objects with a shown prediction of a mask IoU of 0.5."""
        found = total = 0
        for sample, prediction in zip(samples, said, strict=True):
            shown = [d for d in prediction.detections if d.score >= self._shown and d.regions]
            pairs, truth = self._matched(sample, shown), self.truth(sample)
            found += sum(d.label == truth[n][0].label for n, d in pairs.items())
            total += len(truth)
        return found / total if total else float("nan")


def _bitmap(mask: dict[str, object]) -> NDArray[np.uint8]:
    found: NDArray[np.uint8] = coco_mask.decode(mask)
    return found


def _box(target: ObjectTarget, mask: dict[str, object]) -> Box:
    if target.box is not None:
        return target.box
    x, y, w, h = (float(v) for v in coco_mask.toBbox(mask))
    return (x, y, x + w, y + h)
