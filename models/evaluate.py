"""How good a network is on labelled images, in COCO's terms."""

from __future__ import annotations

from collections.abc import Generator, Sequence
from typing import Any, TypeVar

import numpy as np
from pycocotools import mask as coco_mask

from models.coco_metrics import Metrics, coco_metrics
from models.joints import sigmas_of
from models.mask_rcnn import Network
from models.predict import predict
from models.targets import compress
from models.types import CategorySpec, Detection, ObjectTarget, Region, Rle, Sample

Json = dict[str, Any]
T = TypeVar("T")


def evaluate(network: Network, samples: Sequence[Sample]) -> Metrics:
    """Predict labelled images and score the result; the network is left in evaluation mode.

    Everything in the images is taken to be labelled: on an incomplete one a right detection of an
    unlabelled object counts as wrong.
    """
    return outcome(evaluating(network, samples))


def evaluating(network: Network, samples: Sequence[Sample]) -> Generator[int, None, Metrics]:
    """`evaluate`, an image at a time: yields how many are done, and returns the scores."""
    results = yield from detecting(network, samples)
    return score(network.categories, samples, results)


def detecting(network: Network, samples: Sequence[Sample]) -> Generator[int, None, list[Json]]:
    """Predict samples: yields how many are done, and returns the detections as COCO results."""
    results: list[Json] = []
    found = zip(samples, predict(network, samples), strict=True)
    for done, (sample, prediction) in enumerate(found, start=1):
        results += [result_of(sample, detection) for detection in prediction.detections]
        yield done
    return results


def score(
    categories: Sequence[CategorySpec], samples: Sequence[Sample], results: Sequence[Json]
) -> Metrics:
    """COCO's scores of results, as `detecting` gives them, against the samples' labels."""
    sigmas = {label: sigmas_of(category) for label, category in enumerate(categories, start=1)}
    return coco_metrics(coco_truth(samples, categories), results, sigmas)


def outcome(steps: Generator[Any, None, T]) -> T:
    """What a generator returns when nobody wants to see how it gets there."""
    while True:
        try:
            next(steps)
        except StopIteration as end:
            result: T = end.value
            return result


def coco_truth(samples: Sequence[Sample], categories: Sequence[CategorySpec]) -> Json:
    """The labels of samples as a COCO dictionary; category ids are labels."""
    annotations = [_annotation(sample, item) for sample in samples for item in sample.objects]
    return {
        "images": [{"id": s.key, "width": s.size[0], "height": s.size[1]} for s in samples],
        "categories": [
            {"id": label, "name": category.name, "keypoints": list(category.joints)}
            for label, category in enumerate(categories, start=1)
        ],
        "annotations": annotations,
    }


def _annotation(sample: Sample, item: ObjectTarget) -> Json:
    row: Json = {
        "image_id": sample.key,
        "category_id": item.label,
        "iscrowd": int(item.is_crowd),
    }
    if item.box is not None:
        row["bbox"] = _xywh(item.box)
    if isinstance(item.mask, Rle):
        row["segmentation"] = compress(item.mask)
    elif item.mask:
        row["segmentation"] = regions_to_rle(item.mask, sample.size)
    if item.joints is not None and len(item.joints):
        row["keypoints"] = np.asarray(item.joints, dtype=float).ravel().tolist()
    return row


def result_of(sample: Sample, detection: Detection) -> Json:
    """A detection as a COCO result."""
    row: Json = {
        "image_id": sample.key,
        "category_id": detection.label,
        "score": detection.score,
        "bbox": _xywh(detection.box),
    }
    if detection.regions:
        row["segmentation"] = regions_to_rle(detection.regions, sample.size)
    if detection.joints is not None:
        row["keypoints"] = np.asarray(detection.joints, dtype=float).ravel().tolist()
    return row


def _xywh(box: Sequence[float]) -> list[float]:
    return [box[0], box[1], box[2] - box[0], box[3] - box[1]]


def regions_to_rle(regions: Sequence[Region], size: tuple[int, int]) -> Json:
    """COCO's compressed RLE of regions, holes left out, for an image of (width, height)."""
    width, height = size
    outers = [list(region.outer) for region in regions if len(region.outer) >= 6]
    holes = [list(hole) for region in regions for hole in region.holes if len(hole) >= 6]
    if not outers:
        return dict(coco_mask.encode(np.zeros((height, width), np.uint8, order="F")))
    filled = coco_mask.merge(coco_mask.frPyObjects(outers, height, width))
    if not holes:
        return dict(filled)
    empty = coco_mask.merge(coco_mask.frPyObjects(holes, height, width))
    left = coco_mask.decode(filled) & ~coco_mask.decode(empty).astype(bool)
    return dict(coco_mask.encode(np.asfortranarray(left.astype(np.uint8))))
