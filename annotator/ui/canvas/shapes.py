"""What stands on the canvas: objects and predictions with everything worked out once."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from functools import cached_property

import numpy as np
from numpy.typing import NDArray
from PySide6.QtGui import QPainterPath

from annotator.domain.combining import outline_of
from annotator.domain.geometry import Point, box_area, points_of
from annotator.domain.model import Annotation, Box, Category, Polygons, Prediction, Rle
from annotator.domain.polygons import box_of_polygons, polygons_area, polygons_contain, rings_of
from annotator.domain.run_facts import RunFacts, facts_of_runs
from annotator.ui.canvas.contents import Contents
from annotator.ui.canvas.detail import simplified
from annotator.ui.canvas.hit import HitIndex
from annotator.ui.canvas.measure import Measured, can_measure, measure
from annotator.ui.canvas.paths import path_of, paths_of
from annotator.ui.workspace import Workspace

Key = tuple[str, int]
"""("annotation", id) or ("prediction", id)."""
LEVELS_KEPT = 2
"""Of detail, for each shape: a wheel goes to and fro between two."""


class Shape:
    """One object or prediction as it is drawn and hit; values never change, so nothing goes stale.

    Attributes:
        value: the object; of a prediction, what it would be as one.
        prediction: the prediction it comes from, None for a person's object.
        category: its category.
        is_locked: it cannot be dragged.
        key: what it is, across changes of its value.
    """

    def __init__(
        self,
        value: Annotation,
        category: Category,
        *,
        prediction: Prediction | None = None,
        is_locked: bool = False,
    ) -> None:
        self.value = value
        self.category = category
        self.prediction = prediction
        self.is_locked = is_locked
        self.key: Key = ("annotation", value.id)
        if prediction is not None:
            self.key = ("prediction", prediction.id)
        self._paths: dict[int, QPainterPath] = {}

    def says(self, value: Annotation, category: Category) -> bool:
        """Whether it is of this value and category; asked of thousands after each edit."""
        is_same = self.value is value or self.value == value
        return is_same and (self.category is category or self.category == category)

    def with_value(self, value: Annotation) -> Shape:
        """The same object in another form, for a change in progress."""
        return Shape(value, self.category, prediction=self.prediction, is_locked=self.is_locked)

    @cached_property
    def outline(self) -> Polygons | None:
        """The mask as polygons, whatever it is stored as."""
        mask = self.value.mask
        if isinstance(mask, Rle):
            mask = outline_of(mask, mask.size) if self._runs is not None else None
        return mask if mask is not None and mask.parts else None

    @property
    def rings(self) -> tuple[NDArray[np.float64], ...]:
        """Every ring of the mask as float64 [N, 2], image pixels."""
        return tuple(points_of(r) for r in rings_of(self.outline)) if self.outline else ()

    @cached_property
    def path(self) -> QPainterPath:
        """The mask's outline in image pixels, holes left out by the odd-even rule."""
        return path_of(self.rings)

    def path_at(self, level: int | None) -> QPainterPath:
        """The outline at a level of detail, as ``detail.level_of`` names it."""
        if level is None:
            return self.path
        if level not in self._paths:
            work_out_paths([self], level)
        return self._paths[level]

    @cached_property
    def mask_box(self) -> Box | None:
        """The smallest box around the mask."""
        if self._runs is not None:
            return self._runs.bounds
        return box_of_polygons(self.outline) if self.outline else None

    @cached_property
    def joints(self) -> NDArray[np.float64]:
        """The placed joints, float64 [N, 2], image pixels."""
        placed = [(k.x, k.y) for k in self.value.keypoints if k.visibility]
        return np.array(placed, dtype=np.float64).reshape(-1, 2)

    @cached_property
    def bounds(self) -> Box:
        """The smallest box around all that is drawn of it."""
        boxes = [b for b in (self.value.box, self.mask_box) if b]
        joints = [Box(k.x, k.y, 0, 0) for k in self.value.keypoints if k.visibility]
        return _around(boxes + joints)

    @cached_property
    def edges(self) -> tuple[float, float, float, float]:
        """Left, top, right and bottom of its bounds."""
        box = self.bounds
        return box.x, box.y, box.right, box.bottom

    @cached_property
    def side(self) -> float:
        """The longer side of its bounds, image pixels."""
        return max(self.bounds.width, self.bounds.height)

    @cached_property
    def top(self) -> Point:
        """Where its name is written: its highest vertex, else the box's corner."""
        rings = self.rings
        if rings:
            highest = min((ring[ring[:, 1].argmin()] for ring in rings), key=lambda p: p[1])
            return Point(*highest.tolist())
        return Point(self.bounds.x, self.bounds.y)

    @cached_property
    def area(self) -> float:
        """Square pixels that decide which of two objects is the smaller one."""
        if self._runs is not None:
            return self._runs.area
        if self.outline is not None:
            return polygons_area(self.outline)
        return box_area(self.value.box or self.bounds)

    @cached_property
    def vertex_count(self) -> int:
        """What it costs to draw, roughly; of run lengths about two a run."""
        mask = self.value.mask
        if isinstance(mask, Rle):
            return len(mask.counts)
        corners = sum(len(ring) // 2 for ring in rings_of(mask)) if mask is not None else 0
        return corners + len(self.value.keypoints) + 4

    @cached_property
    def _runs(self) -> RunFacts | None:
        """What the mask's run lengths say; None for another mask, or when nobody can read them."""
        mask = self.value.mask
        return facts_of_runs(mask) if isinstance(mask, Rle) else None

    def take_measured(self, known: Measured) -> None:
        """Take over what ``measure`` found out about its polygon mask, so that none asks again."""
        self.__dict__.update(mask_box=known.box, area=known.area)

    def covers(self, x: float, y: float, tolerance: float) -> bool:
        """Whether a place is in its mask or, without one, its box; or at a joint."""
        if self._is_at_joint(x, y, tolerance):
            return True
        if self.outline is not None:
            return polygons_contain(self.outline, x, y)
        box = self.value.box or self.bounds
        return (
            box.x - tolerance <= x <= box.right + tolerance
            and box.y - tolerance <= y <= box.bottom + tolerance
        )

    def _is_at_joint(self, x: float, y: float, tolerance: float) -> bool:
        if not len(self.joints):
            return False
        return bool(np.hypot(self.joints[:, 0] - x, self.joints[:, 1] - y).min() <= tolerance)


def work_out_paths(shapes: Iterable[Shape], level: int | None) -> None:
    """Have the paths of all these shapes at a level ready, worked out together."""
    if level is None:
        new = [s for s in shapes if "path" not in s.__dict__]
        for shape, path in zip(new, paths_of([s.rings for s in new]), strict=True):
            shape.__dict__["path"] = path
        return
    new = [s for s in shapes if level not in s._paths]
    short = simplified([(s.rings, _are_holes(s)) for s in new], level)
    for shape, path in zip(new, paths_of(short), strict=True):
        while len(shape._paths) >= LEVELS_KEPT:
            del shape._paths[next(iter(shape._paths))]
        shape._paths[level] = path


class Shapes:
    """Everything that stands on the canvas, in drawing order: objects, then predictions."""

    def __init__(self) -> None:
        self._by_key: dict[Key, Shape] = {}
        self._index: HitIndex[Shape] | None = None

    def __len__(self) -> int:
        return len(self._by_key)

    def __iter__(self) -> Iterator[Shape]:
        return iter(self._by_key.values())

    def get(self, key: Key | None) -> Shape | None:
        """The shape of that key, if it is shown."""
        return None if key is None else self._by_key.get(key)

    @property
    def index(self) -> HitIndex[Shape]:
        """Finds shapes by place."""
        if self._index is None:
            self._index = HitIndex(tuple(self._by_key.values()))
        return self._index

    def at(self, x: float, y: float, tolerance: float) -> list[Shape]:
        """Shapes under a place, the smallest first."""
        return [s for s in self.index.near(x, y, tolerance) if s.covers(x, y, tolerance)]

    def refresh(self, workspace: Workspace, contents: Contents = Contents.ALL) -> list[Box]:
        """Take over what the workspace shows; shapes whose value did not change are kept.

        Returns:
            Where on the image something is drawn differently now.
        """
        before = self._by_key
        categories = {c.id: c for c in workspace.categories}
        after: dict[Key, Shape] = {}
        for shape in (
            *self._objects(workspace, categories, contents),
            *self._predictions(workspace, categories, contents),
        ):
            after[shape.key] = shape
        changed = [s for k, s in after.items() if before.get(k) is not s]
        gone = [s for k, s in before.items() if after.get(k) is not s]
        _measure_at_once(changed)
        self._by_key = after
        if changed or gone or list(before) != list(after):
            self._index = None
        return [s.bounds for s in (*changed, *gone)]

    def _objects(
        self, workspace: Workspace, categories: Mapping[int, Category], contents: Contents
    ) -> Iterable[Shape]:
        hidden, locked = workspace.hidden, workspace.locked
        shown = {n: c for n, c in categories.items() if n not in workspace.hidden_categories}
        for value in contents.annotations(workspace):
            category = shown.get(value.category_id)
            if category is None or value.id in hidden:
                continue
            is_locked = value.id in locked
            known = self._by_key.get(("annotation", value.id))
            if known is not None and known.says(value, category):
                known.is_locked = is_locked
                yield known
            else:
                yield Shape(value, category, is_locked=is_locked)

    def _predictions(
        self, workspace: Workspace, categories: Mapping[int, Category], contents: Contents
    ) -> Iterable[Shape]:
        for prediction in reversed(
            contents.predictions(workspace)
        ):  # the surest is drawn last, on top
            category = categories.get(prediction.category_id)
            if category is None:
                continue
            known = self._by_key.get(("prediction", prediction.id))
            if known is not None and known.prediction == prediction and known.category == category:
                yield known
            else:
                yield Shape(workspace.adopt(prediction), category, prediction=prediction)


def _measure_at_once(shapes: Iterable[Shape]) -> None:
    """Find out about all their polygon masks together."""
    masks = [(s, s.value.mask) for s in shapes if isinstance(s.value.mask, Polygons)]
    sound = [(shape, mask) for shape, mask in masks if can_measure(mask)]
    found = measure([mask for _, mask in sound])
    for (shape, _), measured in zip(sound, found, strict=True):
        shape.take_measured(measured)


def _are_holes(shape: Shape) -> list[bool]:
    """For each of its rings whether it is a hole."""
    parts = shape.outline.parts if shape.outline is not None else ()
    return [is_hole for part in parts for is_hole in (False, *[True] * len(part.holes))]


def _around(boxes: Sequence[Box]) -> Box:
    """The smallest box around others."""
    if len(boxes) < 2:
        return boxes[0] if boxes else Box(0, 0, 0, 0)
    left, top = min(b.x for b in boxes), min(b.y for b in boxes)
    right, bottom = max(b.right for b in boxes), max(b.bottom for b in boxes)
    return Box(left, top, right - left, bottom - top)
