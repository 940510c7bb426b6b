"""Which prediction belongs to which annotation of an image, and which belong to none."""

from __future__ import annotations

from collections.abc import Container, Mapping, Sequence
from dataclasses import dataclass, replace

import numpy as np

from annotator.domain.geometry import box_area, box_ious
from annotator.domain.masks import bounds
from annotator.domain.model import Annotation, Box, Prediction
from annotator.domain.poses import bounds_of

SAME_PLACE = 0.6
"""Predictions that overlap so much are one object that is given several categories."""
NEAR = 0.25
"""Of one category, object and prediction belong together from this IoU on."""
FAR = 0.5
"""Of different categories they must lie on each other; an unlabelled place must not."""
KNOWN = 0.1
"""A score from which on a place is also of that category."""
INSIDE = 0.5
"""A prediction that lies so far inside a crowd is one of it."""


@dataclass(frozen=True, slots=True)
class Place:
    """Where the model sees one object.

    Attributes:
        leads: the surest prediction of each category there, by category id.
    """

    leads: Mapping[int, Prediction]

    @property
    def best(self) -> Prediction:
        """The surest one."""
        return max(self.leads.values(), key=lambda p: p.score)

    def score(self, category_id: int) -> float:
        """How sure the model is of that category, 0 to 1."""
        found = self.leads.get(category_id)
        return 0.0 if found is None else found.score

    def like(self, category_id: int) -> Prediction:
        """The prediction of that category, unless the model hardly believes in it."""
        return self.leads[category_id] if self.score(category_id) >= KNOWN else self.best


@dataclass(frozen=True, slots=True)
class Match:
    """A annotation and the place it belongs to."""

    annotation: Annotation
    place: Place

    @property
    def proposal(self) -> Prediction:
        """What the model says of the annotation."""
        return self.place.like(self.annotation.category_id)


@dataclass(frozen=True, slots=True)
class Matched:
    """One image's objects and places.

    Attributes:
        missed: places without a annotation, each with its highest IoU with any annotation.
        extra: objects without a place, each with the highest score times IoU that speaks for it.
    """

    matches: tuple[Match, ...]
    missed: tuple[tuple[Place, float], ...]
    extra: tuple[tuple[Annotation, float], ...]


def match_image(
    annotations: Sequence[Annotation],
    predictions: Sequence[Prediction],
    categories: Container[int],
) -> Matched:
    """Labels and predictions of one image, one to one, the best agreement first.

    Crowds are left out with what lies in them; so are objects that have no box, mask or joint, and
    those of other categories.
    """
    known = [(a, _box_of(a)) for a in annotations if a.category_id in categories]
    owned = [(a, box) for a, box in known if box is not None and not a.is_crowd]
    crowds = [box for a, box in known if box is not None and a.is_crowd]
    own = [p for p in predictions if p.category_id in categories]
    places = _places([p for p in own if not _is_inside(p.box, crowds)])
    values = np.zeros((len(owned), len(places)))
    nearest = np.zeros_like(values)
    for column, place in enumerate(places):
        for row, (annotation, box) in enumerate(owned):
            values[row, column], nearest[row, column] = _agreement(annotation, box, place)
    pairs = _one_to_one(values)
    taken_rows = {row for row, _ in pairs}
    taken_columns = {column for _, column in pairs}
    best = nearest.max(axis=0, initial=0.0)
    speaks = np.asarray([p.best.score for p in places]) * nearest
    support = speaks.max(axis=1, initial=0.0)
    return Matched(
        tuple(Match(owned[row][0], places[column]) for row, column in pairs),
        tuple(
            (place, float(best[n]))
            for n, place in enumerate(places)
            if n not in taken_columns and best[n] < FAR
        ),
        tuple(
            (annotation, float(support[n]))
            for n, (annotation, _) in enumerate(owned)
            if n not in taken_rows
        ),
    )


def _places(predictions: Sequence[Prediction]) -> list[Place]:
    """Predictions of all categories, gathered where they are one object; the surest first."""
    order = sorted(predictions, key=lambda p: -p.score)
    overlap = box_ious([p.box for p in order], [p.box for p in order])
    free = np.ones(len(order), bool)
    places = []
    for n, first in enumerate(order):
        if not free[n]:
            continue
        here = np.flatnonzero(free & (overlap[n] >= SAME_PLACE))
        free[here] = False
        free[n] = False
        leads = {first.category_id: first}
        for other in here:
            leads.setdefault(order[other].category_id, order[other])
        places.append(Place(leads))
    return places


def _agreement(annotation: Annotation, box: Box, place: Place) -> tuple[float, float]:
    """How well a annotation and a place go together (0: not at all), and their IoU."""
    boxes = [p.box for p in place.leads.values()]
    iou = float(box_ious([box], boxes).max())
    own = place.score(annotation.category_id)
    if own >= KNOWN:
        here = float(box_ious([box], [place.leads[annotation.category_id].box])[0, 0])
        if here >= NEAR:
            return here + 0.1 * own, iou
    return (iou if iou >= FAR else 0.0), iou


def _one_to_one(values: np.ndarray[tuple[int, int], np.dtype[np.float64]]) -> list[tuple[int, int]]:
    """Row and column of each pair, the highest value first, each used once."""
    left = values.copy()
    pairs = []
    while left.size and left.max() > 0:
        row, column = np.unravel_index(int(left.argmax()), left.shape)
        pairs.append((int(row), int(column)))
        left[row, :] = 0
        left[:, column] = 0
    return pairs


def _is_inside(box: Box, crowds: Sequence[Box]) -> bool:
    for crowd in crowds:
        width = min(box.right, crowd.right) - max(box.x, crowd.x)
        height = min(box.bottom, crowd.bottom) - max(box.y, crowd.y)
        if width > 0 and height > 0 and width * height >= INSIDE * box_area(box):
            return True
    return False


def _box_of(annotation: Annotation) -> Box | None:
    if annotation.box is not None:
        return annotation.box
    if annotation.mask is not None:
        return bounds(annotation.mask)
    return bounds_of(annotation.keypoints)


def boxed(annotation: Annotation) -> Annotation:
    """The annotation with a box, where one can be told from its mask or joints."""
    box = annotation.box or _box_of(annotation)
    return annotation if box == annotation.box else replace(annotation, box=box)
