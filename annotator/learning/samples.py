"""Between the store's values and the network's: images become samples, detections predictions."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from functools import partial
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

from annotator.domain.model import (
    Annotation,
    Box,
    Category,
    Doubt,
    Image,
    Part,
    Polygons,
    Prediction,
    Rle,
    ScoredJoint,
)
from annotator.services.pixels import read_pixels
from annotator.store.store import Store

if TYPE_CHECKING:
    from models import types
    from models.types import CategorySpec, Detection, ImagePrediction, ObjectTarget, Sample


def category_specs(categories: Sequence[Category]) -> list[CategorySpec]:
    """The categories in label order, as the network wants them."""
    from models.types import CategorySpec  # noqa: PLC0415

    return [CategorySpec(c.name, c.joints, c.pairs) for c in categories]


def make_sample(
    store: Store,
    image: Image,
    annotations: Sequence[Annotation] = (),
    labels: Mapping[int, int] | None = None,
) -> Sample:
    """One image with its objects.

    Args:
        store: where the image is found.
        image: its size must be known.
        annotations: its objects.
        labels: the label (1..K) of each category id; objects of other categories are left out.
    """
    from models.types import Sample  # noqa: PLC0415

    path = store.images.path(image)
    labels = labels or {}
    targets = [_target(a, labels[a.category_id]) for a in annotations if a.category_id in labels]
    return Sample(
        image.id,
        (image.width, image.height),
        lambda short_side: read_pixels(path, short_side=short_side, is_raw=image.is_raw),
        tuple(t for t in targets if t is not None),
        image.is_complete,
    )


def _target(annotation: Annotation, label: int) -> ObjectTarget | None:
    """The object as a target; None when it has nothing that could be learned from."""
    from models.types import ObjectTarget  # noqa: PLC0415

    box = annotation.box
    has_box = box is not None and box.width > 0 and box.height > 0
    mask = _mask(annotation)
    if not (has_box or mask or annotation.has_keypoints):
        return None
    return ObjectTarget(
        label,
        (box.x, box.y, box.right, box.bottom) if box is not None and has_box else None,
        mask,
        np.asarray(annotation.keypoints, np.float32) if annotation.has_keypoints else None,
        annotation.is_crowd,
    )


def _mask(annotation: Annotation) -> types.Rle | tuple[types.Region, ...] | None:
    from models import types  # noqa: PLC0415

    match annotation.mask:
        case Rle(size=size, counts=counts):
            return types.Rle(size, counts)
        case Polygons(parts=parts):
            return tuple(types.Region(p.outer, p.holes) for p in parts) or None
        case _:
            return None


def joint_orders(
    trained: Sequence[Sequence[str]], categories: Mapping[int, Category]
) -> dict[int, tuple[int, ...]]:
    """How the joints a network knows are put into the order that categories have now.

    Args:
        trained: the names of the joints of each label, 1..K, as the network learned them.
        categories: the category of each label that still is one.

    Returns:
        For a label whose joints have the same names in another order: for each joint of now, the
        index of the network's.
    """
    found: dict[int, tuple[int, ...]] = {}
    for label, category in categories.items():
        names = list(trained[label - 1])
        if names != list(category.joints) and sorted(names) == sorted(category.joints):
            found[label] = tuple(names.index(name) for name in category.joints)
    return found


def to_predictions(
    found: ImagePrediction,
    categories: Mapping[int, int],
    version_id: int,
    orders: Mapping[int, Sequence[int]] | None = None,
) -> list[Prediction]:
    """Detections of one image as predictions.

    Args:
        found: what the network says; coordinates are pixels of the original image.
        categories: the category id of each label.
        version_id: of the model version that said so.
        orders: of the joints, from ``joint_orders``; None where they are as the network knows them.
    """
    convert = partial(_prediction, image_id=found.key, version_id=version_id)
    orders = orders or {}
    return [
        convert(d, category_id=categories[d.label], order=orders.get(d.label))
        for d in found.detections
        if d.label in categories
    ]


def _prediction(
    found: Detection,
    *,
    category_id: int,
    image_id: int,
    version_id: int,
    order: Sequence[int] | None,
) -> Prediction:
    x0, y0, x1, y1 = (float(v) for v in found.box)
    parts = tuple(Part(r.outer, r.holes) for r in found.regions)
    joints = [] if found.joints is None else list(found.joints)
    doubts = list(found.doubt.joints)
    if order is not None:
        joints = [joints[n] for n in order] if joints else []
        doubts = [doubts[n] for n in order] if doubts else []
    return Prediction(
        id=0,
        image_id=image_id,
        category_id=category_id,
        version_id=version_id,
        score=float(found.score),
        box=Box(x0, y0, x1 - x0, y1 - y0),
        mask=Polygons(parts) if parts else None,
        joints=tuple(ScoredJoint(float(x), float(y), float(s)) for x, y, s in joints),
        doubt=Doubt(
            found.doubt.classification,
            found.doubt.box,
            found.doubt.mask,
            tuple(doubts),
            found.doubt.side,
        ),
    )


def to_detection(
    prediction: Prediction, label: int, traits: NDArray[np.float16] | None = None
) -> Detection:
    """A stored prediction as ranking wants it; outlines are not needed there.

    Args:
        prediction: as stored.
        label: of its category.
        traits: what it looks like, where that is known.
    """
    from models import types  # noqa: PLC0415

    box, doubt = prediction.box, prediction.doubt
    joints = np.asarray([(j.x, j.y, j.score) for j in prediction.joints], np.float32)
    return types.Detection(
        label,
        prediction.score,
        (box.x, box.y, box.right, box.bottom),
        (),
        joints if prediction.joints else None,
        types.Doubt(doubt.classification, doubt.box, doubt.mask, doubt.joints, doubt.side),
        traits,
    )
