"""Average precision as COCO defines it, of boxes, masks and keypoints; pycocotools does the sums.

No torch here: stored predictions are scored from the command line too.
"""

from __future__ import annotations

import contextlib
import io
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Final

import numpy as np
from pycocotools import mask as coco_mask
from pycocotools.coco import COCO
from pycocotools.cocoeval import COCOeval

from models.joints import sigmas_for

Json = dict[str, Any]

_AREA_FIELDS: Final = (
    *("AP", "AP50", "AP75", "APs", "APm", "APl"),
    *("AR1", "AR10", "AR100", "ARs", "ARm", "ARl"),
)
_KEYPOINT_FIELDS: Final = (
    *("AP", "AP50", "AP75", "APm", "APl"),
    *("AR", "AR50", "AR75", "ARm", "ARl"),
)


@dataclass(frozen=True, slots=True)
class Scores:
    """COCO's summary of one kind of result; -1 where COCO leaves a number undefined.

    AP is the mean over IoU (or OKS) 0.50:0.05:0.95; AP50 and AP75 are at one threshold; s, m, l are
    small, medium and large objects; AR1, AR10, AR100 are recalls with that many detections. For
    keypoints COCO has no small objects, at most 20 detections, and gives AR, AR50 and AR75.
    """

    AP: float = -1.0
    AP50: float = -1.0
    AP75: float = -1.0
    APs: float = -1.0
    APm: float = -1.0
    APl: float = -1.0
    AR1: float = -1.0
    AR10: float = -1.0
    AR100: float = -1.0
    ARs: float = -1.0
    ARm: float = -1.0
    ARl: float = -1.0
    AR: float = -1.0
    AR50: float = -1.0
    AR75: float = -1.0


@dataclass(frozen=True, slots=True)
class Metrics:
    """Scores by kind; None where the truth, or what was predicted, has none of that kind."""

    box: Scores | None = None
    mask: Scores | None = None
    keypoints: Scores | None = None

    def to_json(self) -> dict[str, dict[str, float]]:
        """`{"box": {"AP": ..., ...}, "mask": ..., ...}`, without kinds that are None."""
        kinds = (
            ("box", self.box, _AREA_FIELDS),
            ("mask", self.mask, _AREA_FIELDS),
            ("keypoints", self.keypoints, _KEYPOINT_FIELDS),
        )
        return {
            kind: {field: float(getattr(scores, field)) for field in fields}
            for kind, scores, fields in kinds
            if scores is not None
        }

    @classmethod
    def from_json(cls, body: Mapping[str, Mapping[str, float]]) -> Metrics:
        """Back from `to_json`.

        Raises:
            TypeError: it holds other names.
        """
        return cls(**{kind: Scores(**scores) for kind, scores in body.items()})

    def mean_ap50(self) -> float:
        """Mean AP50 of the kinds that are defined, 0 where none is."""
        kinds = (self.box, self.mask, self.keypoints)
        values = [scores.AP50 for scores in kinds if scores is not None and scores.AP50 >= 0]
        return float(np.mean(values)) if values else 0.0


def coco_metrics(
    truth: Mapping[str, Any],
    results: Sequence[Mapping[str, Any]],
    sigmas: Mapping[Any, Sequence[float]] | None = None,
) -> Metrics:
    """Score results against a COCO dictionary.

    A kind is scored when the truth has it and, unless there are no results at all, some result has
    it. Objects whose mask (or joints) nobody drew are neither right nor wrong for that kind.

    Args:
        truth: `images`, `annotations`, `categories` in COCO's form; it is not altered. Missing
            `area`, `iscrowd`, `num_keypoints` and `bbox` are worked out.
        results: COCO results with `image_id`, `category_id`, `score` and any of `bbox` (xywh),
            `segmentation` (RLE or polygons), `keypoints`. Those of unknown images are left out.
        sigmas: category id to one sigma a joint, where not the default of `models.joints`.

    Returns:
        The scores. Keypoints are scored a category at a time and averaged.
    """
    images = {image["id"]: image for image in truth.get("images", ())}
    annotations = [_complete(item, images) for item in truth.get("annotations", ())]
    annotations = [item for item in annotations if item["image_id"] in images]
    for number, item in enumerate(annotations, start=1):
        item["id"] = number  # COCOeval takes a match with id 0 for none
    data = {
        "images": list(images.values()),
        "categories": list(truth.get("categories", ())),
        "annotations": annotations,
    }
    known = [result for result in results if result["image_id"] in images]
    with contextlib.redirect_stdout(io.StringIO()):
        return Metrics(
            box=_box_scores(data, known),
            mask=_mask_scores(data, known),
            keypoints=_keypoint_scores(data, known, sigmas or {}),
        )


def _complete(annotation: Mapping[str, Any], images: Mapping[Any, Any]) -> Json:
    """A copy with what COCOeval needs: bbox, area, iscrowd, num_keypoints, a clean mask or None."""
    item = dict(annotation)
    item["iscrowd"] = int(item.get("iscrowd") or 0)
    image = images.get(item["image_id"])
    item["segmentation"] = image and as_rle(item.get("segmentation"), image)
    if not item.get("bbox"):
        item["bbox"] = _box_of(item)
    if item.get("area") is None:
        rle = item["segmentation"]
        item["area"] = float(coco_mask.area(rle)) if rle else item["bbox"][2] * item["bbox"][3]
    points = item.get("keypoints") or []
    item["num_keypoints"] = sum(1 for visible in points[2::3] if visible > 0)
    return item


def _box_of(item: Json) -> list[float]:
    """Box (xywh) of the mask, else of the labelled joints, else nothing at the corner."""
    if item["segmentation"]:
        return [float(value) for value in coco_mask.toBbox(item["segmentation"])]
    points = np.asarray(item.get("keypoints") or [], dtype=float).reshape(-1, 3)
    points = points[points[:, 2] > 0, :2]
    if not len(points):
        return [0.0, 0.0, 0.0, 0.0]
    return [*map(float, points.min(0)), *map(float, np.ptp(points, axis=0))]


def as_rle(segmentation: Any, image: Mapping[str, Any]) -> Json | None:
    """COCO's compressed RLE of a segmentation in any of COCO's forms; None where there is no mask.

    Args:
        segmentation: polygons, one flat polygon, RLE with a string or a list of counts, or nothing.
        image: its COCO image, for `height` and `width`.
    """
    if not segmentation:
        return None
    if isinstance(segmentation, Mapping):
        counts, size = segmentation["counts"], list(segmentation["size"])
        if isinstance(counts, (str, bytes)):
            return {"size": size, "counts": counts}
        whole = {"size": size, "counts": list(counts)}
        return dict(coco_mask.frPyObjects(whole, size[0], size[1]))
    parts = [segmentation] if isinstance(segmentation[0], (int, float)) else segmentation
    polygons = [[float(value) for value in part] for part in parts if len(part) >= 6]
    if not polygons:
        return None
    height, width = int(image["height"]), int(image["width"])
    return dict(coco_mask.merge(coco_mask.frPyObjects(polygons, height, width)))


def _box_scores(data: Json, results: Sequence[Mapping[str, Any]]) -> Scores | None:
    found = _with(results, "bbox")
    if not data["annotations"] or (results and not found):
        return None
    detections = [{**_head(r), "bbox": list(r["bbox"]), "area": _area(r["bbox"])} for r in found]
    return _scores(_AREA_FIELDS, _stats(data, detections, "bbox"))


def _mask_scores(data: Json, results: Sequence[Mapping[str, Any]]) -> Scores | None:
    found = _with(results, "segmentation")
    drawn = any(item["segmentation"] and not item["iscrowd"] for item in data["annotations"])
    if not drawn or (results and not found):
        return None
    images = {image["id"]: image for image in data["images"]}
    truth = {**data, "annotations": [_maskless_as_crowd(a, images) for a in data["annotations"]]}
    detections = []
    for result in found:
        rle = as_rle(result["segmentation"], images[result["image_id"]])
        if rle is not None:
            detections.append(
                {**_head(result), "segmentation": rle, "area": float(coco_mask.area(rle))}
            )
    return _scores(_AREA_FIELDS, _stats(truth, detections, "segm"))


def _maskless_as_crowd(item: Json, images: Mapping[Any, Any]) -> Json:
    """An object without a mask stands for its box as a crowd: what lies in it is not counted."""
    if item["segmentation"]:
        return item
    x, y, w, h = item["bbox"]
    corners = [[x, y, x + w, y, x + w, y + h, x, y + h]]
    return {**item, "iscrowd": 1, "segmentation": as_rle(corners, images[item["image_id"]])}


def _keypoint_scores(
    data: Json, results: Sequence[Mapping[str, Any]], sigmas: Mapping[Any, Sequence[float]]
) -> Scores | None:
    found = _with(results, "keypoints")
    if results and not found:
        return None
    rows = []
    for category in data["categories"]:
        names = category.get("keypoints") or ()
        own = [item for item in data["annotations"] if item["category_id"] == category["id"]]
        if not names or not any(item["num_keypoints"] for item in own):
            continue
        blank = [0] * (3 * len(names))
        own = [{**item, "keypoints": item.get("keypoints") or blank} for item in own]
        detections = [
            {**_head(r), **_extent(r["keypoints"]), "keypoints": list(r["keypoints"])}
            for r in found
            if r["category_id"] == category["id"]
        ]
        spread = np.asarray(sigmas.get(category["id"]) or sigmas_for(names), dtype=float)
        truth = {**data, "annotations": own, "categories": [category]}
        rows.append(_stats(truth, detections, "keypoints", spread))
    return _scores(_KEYPOINT_FIELDS, _mean_defined(rows)) if rows else None


def _with(results: Iterable[Mapping[str, Any]], kind: str) -> list[Mapping[str, Any]]:
    return [result for result in results if result.get(kind)]


def _head(result: Mapping[str, Any]) -> Json:
    return {
        "image_id": result["image_id"],
        "category_id": result["category_id"],
        "score": float(result["score"]),
        "iscrowd": 0,
    }


def _area(box: Sequence[float]) -> float:
    return float(box[2]) * float(box[3])


def _extent(keypoints: Sequence[float]) -> Json:
    """Box and area of all joints, which COCO uses as the size of a keypoint result."""
    points = np.asarray(keypoints, dtype=float).reshape(-1, 3)[:, :2]
    box = [*map(float, points.min(0)), *map(float, np.ptp(points, axis=0))]
    return {"bbox": box, "area": _area(box)}


def _index(data: Json, annotations: Sequence[Json]) -> Any:
    coco = COCO()
    numbered = [{**item, "id": number} for number, item in enumerate(annotations, start=1)]
    coco.dataset = {**data, "annotations": numbered}
    coco.createIndex()
    return coco


def _stats(data: Json, detections: Sequence[Json], kind: str, sigmas: Any = None) -> list[float]:
    evaluation = COCOeval(_index(data, data["annotations"]), _index(data, detections), kind)
    if sigmas is not None:
        evaluation.params.kpt_oks_sigmas = sigmas
    evaluation.evaluate()
    evaluation.accumulate()
    evaluation.summarize()
    return [float(value) for value in evaluation.stats]


def _mean_defined(rows: Sequence[Sequence[float]]) -> list[float]:
    columns = ([value for value in column if value >= 0] for column in zip(*rows, strict=True))
    return [float(np.mean(column)) if column else -1.0 for column in columns]


def _scores(fields: Sequence[str], values: Sequence[float]) -> Scores:
    return Scores(**dict(zip(fields, values, strict=True)))
