"""What the simulated annotator spends on images: by hand, pre-labelled, with assistance.

Each way of labelling knows all tools of the one before. An object goes the quickest way there is.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field

import numpy as np
from numpy.typing import NDArray
from pycocotools import mask as coco_mask

from benchmarks.clicking import Helper, Question, clicked_seconds
from benchmarks.simulated import correcting_seconds, crop_of, drawn
from models.annotator_cost import BOX_S, CHECK_S, LOOK_S, REMOVE_S, RENAME_S, SHOWN
from models.evaluate import regions_to_rle
from models.targets import compress
from models.types import Box, Detection, ImagePrediction, ObjectTarget, Region, Rle, Sample

WAYS = BY_HAND, PRELABELLED, ASSISTED, CLICKED = "by_hand", "prelabelled", "assisted", "clicked"
"""Outlines drawn; predictions corrected, too; box to object, too; clicks on what is wrong, too."""

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

    def every_way(
        self, sample: Sample, prediction: ImagePrediction, helper: Helper | None = None
    ) -> dict[str, Work]:
        """A look, and what is shown of a prediction put right: the work of each way to do that.

        Args:
            sample: the image.
            prediction: what the network said; below the threshold nothing is shown.
            helper: for box to object and clicks; without one these ways are left out.
        """
        shown = [d for d in prediction.detections if d.score >= self._shown and d.regions]
        pairs = self._matched(sample, shown)
        ways = WAYS[1:2] if helper is None else WAYS[1:]
        works = {way: Work(LOOK_S) for way in ways}
        for work in works.values():
            for _ in range(len(shown) - len(pairs)):
                work.add("removed", REMOVE_S)
        for number in range(len(self.truth(sample))):
            made = self._quickest(sample, number, pairs.get(number), helper)
            for way, (how, seconds) in made.items():
                works[way].add(how, seconds)
        return {BY_HAND: self.by_hand(sample)} | works

    def _quickest(
        self, sample: Sample, number: int, found: Detection | None, helper: Helper | None
    ) -> dict[str, tuple[str, float]]:
        """By way: how an object is made, and how long that takes.

        A prediction of another category is renamed where it is kept, and removed where it is not.
        """
        target, mask = self.truth(sample)[number]
        bitmap = _bitmap(mask)
        is_wrong = found is not None and found.label != target.label
        anew, kept = (REMOVE_S, RENAME_S) if is_wrong else (0.0, 0.0)
        best = ("drawn", self._drawn(sample, number) + anew)
        if found is not None:
            seconds = _edited(bitmap, found.regions, best[1] - kept)
            how = "renamed" if is_wrong else "right" if seconds == CHECK_S else "corrected"
            best = min(best, (how, seconds + kept), key=_second)
        if helper is None:
            return {PRELABELLED: best}
        ways, inside = {PRELABELLED: best}, None
        if best[1] > anew + BOX_S + CHECK_S:  # else no box is quicker, however well it is filled in
            box = _box(target, mask)
            inside = Question(sample, box, target.label, helper.inside(sample, box, target.label))
            seconds = anew + BOX_S + _edited(bitmap, inside.drawn, best[1] - anew - BOX_S)
            best = min(best, ("box to object", seconds), key=_second)
        ways[ASSISTED] = best
        if found is not None:
            asked = Question(sample, found.box, found.label, found.regions)
            seconds = kept + clicked_seconds(helper, asked, bitmap, best[1] - kept)
            best = min(best, ("clicked", seconds), key=_second)
        if inside is not None:
            limit = best[1] - anew - BOX_S
            seconds = anew + BOX_S + clicked_seconds(helper, inside, bitmap, limit)
            best = min(best, ("box and clicks", seconds), key=_second)
        return ways | {CLICKED: best}

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


def _edited(bitmap: NDArray[np.uint8], regions: Sequence[Region], limit: float) -> float:
    return correcting_seconds(crop_of(bitmap, regions), regions, limit=limit)


def _second(option: tuple[str, float]) -> float:
    return option[1]


def _bitmap(mask: dict[str, object]) -> NDArray[np.uint8]:
    found: NDArray[np.uint8] = coco_mask.decode(mask)
    return found


def _box(target: ObjectTarget, mask: dict[str, object]) -> Box:
    if target.box is not None:
        return target.box
    x, y, w, h = (float(v) for v in coco_mask.toBbox(mask))
    return (x, y, x + w, y + h)
