"""A simulated annotator: the seconds a person needs to label one object, by hand or by correcting.

Prices and rules are those of the project's notes on learning. Everything happens on a grid of 48
cells along the longer side of the object, which is as fine as an IoU of 0.9 asks for.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

import numpy as np
import shapely
from contourpy import contour_generator
from numpy.typing import NDArray

from benchmarks.flips import Bits, Floats, filled, sums
from models.annotator_cost import (
    CHECK_S,
    CORRECT_S,
    DELETE_S,
    DRAG_S,
    GOOD_IOU,
    INSERT_S,
    VERTEX_S,
    outline_seconds,
)
from models.types import Region

GRID = 40
_MARGIN = 3
_LEAST_GAIN = 1e-3  # of IoU; less is no reason to move a hand
_SPECK = 0.01  # rings below this share of the object are not drawn
_TOLERANCES = GRID / 3 * 0.75 ** np.arange(14)  # cells, coarse to fine


@dataclass(frozen=True, slots=True)
class Crop:
    """The surroundings of an object as a grid.

    Attributes:
        truth: bool [H, W], the cells of the object.
        origin: x, y of the grid's corner in pixels of the image.
        cell: pixels a cell.
    """

    truth: Bits
    origin: Floats
    cell: float

    def to_cells(self, ring: Sequence[float]) -> Floats:
        """A flat x0, y0, x1, y1, ... in pixels as [E, 2] in cells."""
        return (np.asarray(ring, np.float64).reshape(-1, 2) - self.origin) / self.cell

    def iou(self, mask: Bits) -> float:
        """Of a mask [H, W] with the object."""
        union = int((mask | self.truth).sum())
        return int((mask & self.truth).sum()) / union if union else 0.0


def crop_of(bitmap: NDArray[np.uint8], others: Sequence[Region] = ()) -> Crop:
    """A grid that holds an object [height, width] of an image, and what was proposed for it.

    Raises:
        ValueError: the object has no pixel.
    """
    rows, columns = np.flatnonzero(bitmap.any(1)), np.flatnonzero(bitmap.any(0))
    if not len(rows):
        raise ValueError("an object without a pixel cannot be labelled")
    corners = [np.array([columns[0], rows[0]]), np.array([columns[-1] + 1, rows[-1] + 1])]
    corners += [np.asarray(region.outer).reshape(-1, 2) for region in others]
    points = np.vstack([np.atleast_2d(one) for one in corners]).astype(np.float64)
    low, size = points.min(0), np.ptp(points, axis=0)
    cell = float(max(size.max(), 1e-6)) / GRID
    origin = low - _MARGIN * cell
    width, height = (int(np.ceil(side / cell)) + 2 * _MARGIN for side in size)
    x = np.floor(origin[0] + (np.arange(width) + 0.5) * cell).astype(int)
    y = np.floor(origin[1] + (np.arange(height) + 0.5) * cell).astype(int)
    is_inside = ((y >= 0) & (y < bitmap.shape[0]))[:, None] & ((x >= 0) & (x < bitmap.shape[1]))
    seen = bitmap[y.clip(0, bitmap.shape[0] - 1)][:, x.clip(0, bitmap.shape[1] - 1)]
    return Crop(seen.astype(bool) & is_inside, origin, cell)


def rings_of(truth: Bits) -> list[Floats]:
    """The rings around and inside an object [H, W], largest first, in cells, not closed."""
    field = np.pad(truth.astype(np.float64), 1)
    found = [np.asarray(line)[:-1] - 0.5 for line in contour_generator(z=field).lines(0.5)]
    areas = [abs(_area(ring)) for ring in found]
    order = sorted(range(len(found)), key=lambda n: -areas[n])
    return [found[n] for n in order if areas[n] >= _SPECK * areas[order[0]]]


def _area(ring: Floats) -> float:
    x, y = ring.T
    return float(np.dot(x, np.roll(y, -1)) - np.dot(y, np.roll(x, -1))) / 2


@dataclass(frozen=True, slots=True)
class ByHand:
    """The object as a person would draw it: vertices [E, 2] of each ring, in cells."""

    rings: tuple[Floats, ...]

    @property
    def seconds(self) -> float:
        """To draw it."""
        return sum(outline_seconds(len(ring)) for ring in self.rings)


def drawn(crop: Crop) -> ByHand:
    """The coarsest Douglas-Peucker outline with an IoU of 0.9, else the finest there is."""
    rings = rings_of(crop.truth)
    if not rings:  # narrower than a cell
        return ByHand((np.array([[0.0, 0], [1, 0], [1, 1]]),))
    lines = shapely.polygons([shapely.linearrings(ring) for ring in rings])
    kept: list[Floats] = list(rings)
    for tolerance in _TOLERANCES:
        simple = shapely.simplify(lines, tolerance, preserve_topology=False)
        some = [shapely.get_coordinates(one)[:-1] for one in simple]
        kept = [ring for ring in some if len(ring) >= 3]
        if kept and crop.iou(filled(kept, *crop.truth.shape)) >= GOOD_IOU:
            break
    return ByHand(tuple(kept or rings))


@dataclass(frozen=True, slots=True)
class _Change:
    """One edit of an outline: so many vertices from one on give way to others, at a price.

    Moving a vertex is one for one, putting one in is none for one, taking one out is one for none.
    """

    start: int
    gone: int
    come: Floats
    seconds: float

    def turned(self, ring: Floats) -> Floats:
        """What it turns over: the polygon [E, 2] between the old course and the new one."""
        count = len(ring)
        old = ring[[(self.start + n) % count for n in range(self.gone, -2, -1)]]
        return np.concatenate([self.come, old])

    def applied(self, ring: Floats) -> Floats:
        """The outline after it."""
        return np.concatenate([self.come, np.roll(ring, -self.start, axis=0)[self.gone :]])


def correcting_seconds(crop: Crop, proposed: Sequence[Region], limit: float = np.inf) -> float:
    """To correct what was proposed until it has an IoU of 0.9, the best gain a second first.

    The edits: drag a vertex to where the object's outline is near, put one in and drag it, take
    one out, trace a stretch anew along the object. The largest part is what is edited.

    Args:
        crop: made with the same proposal.
        proposed: the parts of the mask, largest first.
        limit: seconds from which on it is given up.

    Returns:
        1.6 where it is right as it is; infinity where it is given up, or no edit helps.
    """
    if not proposed:
        return np.inf
    shape = crop.truth.shape
    every = [crop.to_cells(ring) for one in proposed for ring in (one.outer, *one.holes)]
    mask = filled(every, *shape)
    if crop.iou(mask) >= GOOD_IOU:
        return CHECK_S
    aim = rings_of(crop.truth)
    if not aim:
        return np.inf
    ring, spent = every[0], CORRECT_S
    target = _Target(aim[0], crop)
    while spent < limit:
        best = _best(crop, mask, ring, list(_changes(ring, target)))
        if best is None:
            return np.inf
        mask ^= filled([best.turned(ring)], *shape)
        ring, spent = best.applied(ring), spent + best.seconds
        if crop.iou(mask) >= GOOD_IOU:
            return spent if spent < limit else np.inf
    return np.inf


def _best(crop: Crop, mask: Bits, ring: Floats, changes: Sequence[_Change]) -> _Change | None:
    """The change with the largest gain of IoU a second; None where none gains."""
    truth = crop.truth
    both = np.where(truth, np.where(mask, -1.0, 1.0), 0.0)
    either = np.where(truth, 0.0, np.where(mask, -1.0, 1.0))
    turned = [change.turned(ring) for change in changes]
    more = sums(np.stack([both, either], -1), turned)
    inside, union = int((truth & mask).sum()), int((truth | mask).sum())
    gains = (inside + more[:, 0]) / np.maximum(union + more[:, 1], 1) - inside / union
    paces = gains / np.array([change.seconds for change in changes])
    place = int(np.argmax(np.where(gains >= _LEAST_GAIN, paces, -np.inf)))
    return changes[place] if gains[place] >= _LEAST_GAIN else None


class _Target:
    """The object's outline: all of its points, and those a person would click."""

    def __init__(self, ring: Floats, crop: Crop) -> None:
        self.points = ring
        clicked = drawn(crop).rings[0]
        near = ((clicked[:, None] - ring[None]) ** 2).sum(-1).argmin(1)
        self._clicked = np.sort(near)

    def near(self, points: Floats) -> NDArray[np.int64]:
        """The number of the outline's point nearest to each of these [N, 2]."""
        return ((points[:, None] - self.points[None]) ** 2).sum(-1).argmin(1)

    def stretch(self, start: int, end: int) -> Floats:
        """Clicks [N, 2] along the outline from one of its points to another, the shorter way."""
        return self.points[self._way(start, end, self._clicked)]

    def farthest(self, start: int, end: int) -> Floats:
        """The point [1, 2] between two of its points that is farthest from the line between them.

        Where Douglas and Peucker would put the next vertex, and so would a person.
        """
        between = self.points[self._way(start, end, np.arange(len(self.points)))]
        line, away = between[-1] - between[0], between - between[0]
        if not line.any():
            off = (away**2).sum(1)
        else:
            off = np.abs(line[0] * away[:, 1] - line[1] * away[:, 0])
        return between[[int(off.argmax())]]

    def _way(self, start: int, end: int, among: NDArray[np.int64]) -> NDArray[np.int64]:
        """Numbers of points from start to end, the shorter way, with some of those between."""
        count = len(self.points)
        ahead, back = (end - start) % count, (start - end) % count
        sign, reach = (1, ahead) if ahead <= back else (-1, back)
        steps = np.sort((sign * (among - start)) % count)
        between = (start + sign * steps[(steps > 0) & (steps < reach)]) % count
        return np.concatenate([[start], between, [end]])


def _changes(ring: Floats, target: _Target) -> Iterator[_Change]:
    count, length = len(ring), len(target.points)
    near, step = target.near(ring), max(1, length // 24)
    for n in range(count):
        before, after = int(near[n - 1]), int(near[(n + 1) % count])
        here = int(near[n])
        for shift in (-step, 0, step):
            yield _Change(n, 1, target.points[[(here + shift) % length]], DRAG_S)
        yield _Change(n, 1, target.farthest(before, after), DRAG_S)
        yield _Change((n + 1) % count, 0, target.farthest(here, after), INSERT_S)
        if count > 3:
            yield _Change(n, 1, ring[:0], DELETE_S)
        for span in _spans(count):  # a stretch given the object's course; every click is a vertex
            course = target.stretch(here, int(near[(n + span) % count]))
            yield _Change(n, span + 1, course, VERTEX_S * len(course))


def _spans(count: int) -> list[int]:
    """Lengths of stretches worth trying, up to half of the outline."""
    return [n for n in (1, 2, 3, 4, 6, 8, 12) if n <= count // 2]
