"""How well a annotation agrees with a prediction of the same object: IoU of masks or boxes, OKS."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import shapely

from annotator.domain.geometry import box_iou
from annotator.domain.masks import area, rle_iou, to_rle
from annotator.domain.model import Annotation, Keypoint, Polygons, Prediction, Rle
from annotator.domain.polygons import shape_of

DEFAULT_SIGMA = 0.05
"""COCO's allowance for a joint nobody knows, as a share of the object's size."""


def overlap(annotation: Annotation, prediction: Prediction) -> tuple[float, bool]:
    """IoU of the masks, or of the boxes where one has no mask; and whether it was the masks'."""
    if annotation.mask is not None and prediction.mask is not None and prediction.mask.parts:
        return mask_iou(annotation.mask, prediction.mask), True
    if annotation.box is None:
        return 0.0, False
    return box_iou(annotation.box, prediction.box), False


def mask_iou(a: Polygons | Rle, b: Polygons) -> float:
    """IoU of a annotation's mask with predicted outlines, 0 to 1."""
    if isinstance(a, Rle):
        return rle_iou(a, to_rle(b, a.size))
    one, two = (shapely.make_valid(shape_of(mask)) for mask in (a, b))
    shared = float(one.intersection(two).area)
    union = float(one.area) + float(two.area) - shared
    return shared / union if union > 0 else 0.0


def joint_similarity(
    keypoints: Sequence[Keypoint],
    prediction: Prediction,
    sigmas: Sequence[float],
    *,
    pixels: float,
) -> tuple[float, float] | None:
    """Mean OKS of the placed joints, ``exp(-d^2 / (2 A (2 sigma)^2))``, and the expected one.

    Args:
        keypoints: of the annotation, perhaps exchanged.
        prediction: its joints' scores are their expected OKS.
        sigmas: COCO's, one a joint; 0.05 where there are too few.
        pixels: A, the object's area.

    Returns:
        Both 0 to 1; None where no joint is placed, or the joints are not the same.
    """
    placed = [n for n, joint in enumerate(keypoints) if joint.visibility]
    if not placed or len(prediction.joints) != len(keypoints):
        return None
    allowed = np.asarray([sigmas[n] if n < len(sigmas) else DEFAULT_SIGMA for n in placed])
    ours = np.asarray([(keypoints[n].x, keypoints[n].y) for n in placed])
    theirs = np.asarray([(prediction.joints[n].x, prediction.joints[n].y) for n in placed])
    apart = ((ours - theirs) ** 2).sum(axis=1)
    near = np.exp(-apart / (2 * max(pixels, 1.0) * (2 * allowed) ** 2))
    expected = np.asarray([prediction.joints[n].score for n in placed])
    return float(near.mean()), float(expected.mean())


def pixels_of(annotation: Annotation) -> float:
    """The area that OKS is measured by: the mask's, as COCO does, else half the box."""
    if annotation.mask is not None:
        return area(annotation.mask)
    return 0.5 * annotation.box.width * annotation.box.height if annotation.box is not None else 1.0
