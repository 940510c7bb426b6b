"""One object being found and corrected: from a first belief, click by click, to a mask."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from models.contours import outline
from models.patch import SIDE, Patch, colour_odds
from models.types import Box, Region
from models.walker import Field, settle

_TRUST = 0.05  # in a belief that is certain; the least certain has a sixth of it
_TRUST_OUTSIDE = 0.1  # that nothing lies outside the box
_TRUST_DRAWN = 0.3  # in a mask a person drew
_TRUST_CLICK = 0.1  # in what lies around a click
_CERTAIN = 10.0  # of the cells under a click
_UNDER = 1.2  # cells around a click that are under it
_REACH = 1.2  # how far a click tells of its surroundings, in distances to the mask's edge
_NEAREST = 1.5  # cells, the shortest such distance
_THIN = 6.0  # cells from the edge, within which a click may tell of the edge all around
_ALIKE, _ALONG, _EDGE = 2.0, 40.0, 0.5  # how alike, how far (cells), and how much at most
_FADES = 0.7  # with each click, so that later ones do not undo earlier ones
_SLACK = 0.02  # of the box's sides, by which a hand misses the object's edge
_COLOUR_ROUNDS = 3
_MOST_ODDS = 2.0
_SPECK = 0.03  # of the largest part, below which a part without a click is noise
_ROUND = 3.0  # log odds in the middle of the ellipse that an object in a box is taken for
_TOSS_UP = 0.2, 0.5  # mean certainty of the head's cells, from which it says nothing, and all
_SPARSE, _FULL = 0.4, 0.8  # share of the box that the head's mask spans: unlike it, and like it


@dataclass(frozen=True, slots=True)
class Click:
    """A place, in pixels of the original, and whether it is inside the object."""

    x: float
    y: float
    is_inside: bool


@dataclass(frozen=True, slots=True)
class _Told:
    """What a click says: how far each cell is concerned, and which cells are certain."""

    click: Click
    share: Field
    under: NDArray[np.bool_]
    mask: Field


class Walk:
    """A mask over a patch, and the clicks that corrected it.

    Attributes:
        patch: where.
    """

    def __init__(self, patch: Patch, looks: Field, belief: Field, trust: Field) -> None:
        """Begin with a belief and how firmly it is held, both [SIDE, SIDE]."""
        self.patch = patch
        spread = float(looks.reshape(-1, looks.shape[-1]).std(0).mean()) + 1e-3
        self._looks = looks / spread
        self._belief, self._trust = belief, trust
        self._first = self._settled(belief, trust)
        self._told: list[_Told] = []

    @property
    def mask(self) -> Field:
        """[SIDE, SIDE], 0 .. 1."""
        return self._told[-1].mask if self._told else self._first

    def follow(self, clicks: Sequence[Click]) -> None:
        """Be where these clicks lead, from as many of them as were followed already."""
        common = 0
        while common < min(len(clicks), len(self._told)):
            if self._told[common].click != clicks[common]:
                break
            common += 1
        del self._told[common:]
        for click in clicks[common:]:
            self._take(click)

    def regions(self) -> tuple[Region, ...]:
        """The mask as simplified outlines, without specks that nobody clicked at."""
        found = outline(self.mask, self.patch.box)
        areas = [_extent(region) for region in found]
        inside = [one.click for one in self._told if one.click.is_inside]
        return tuple(
            region
            for region, area in zip(found, areas, strict=True)
            if area >= _SPECK * max(areas) or any(_spans(region, click) for click in inside)
        )

    def _edge_alike(self, away: Field, near: float, agrees: NDArray[np.bool_]) -> Field:
        """How far cells along the mask's edge are concerned too: those that look like the click.

        Where the mask is a little too wide or too narrow in one place, it often is all around.
        """
        edge = agrees
        for _ in range(1 + round(2 * near)):
            wide = np.pad(edge, 1)
            edge = edge | wide[:-2, 1:-1] | wide[2:, 1:-1] | wide[1:-1, :-2] | wide[1:-1, 2:]
        here = self._looks[away <= _UNDER].mean(0)
        unlike = ((self._looks - here) ** 2).sum(-1)
        alike = np.exp(-_ALIKE * unlike / (float(unlike.mean()) + 1e-9) - (away / _ALONG) ** 2)
        most = _EDGE * _FADES ** len(self._told)
        return np.asarray(most * alike * (edge & ~agrees), np.float32)

    def _settled(self, belief: Field, trust: Field) -> Field:
        """The mask of a belief, its edge as smooth as a hand would draw it."""
        wide = np.pad(settle(belief, trust, self._looks), 1, mode="edge")
        tall = (wide[:-2] + 2 * wide[1:-1] + wide[2:]) / 4
        return np.asarray((tall[:, :-2] + 2 * tall[:, 1:-1] + tall[:, 2:]) / 4, np.float32)

    def _take(self, click: Click) -> None:
        x0, y0, x1, y1 = self.patch.box
        cell_x, cell_y = (x1 - x0) / SIDE, (y1 - y0) / SIDE
        x, y = self.patch.grid()
        away = np.hypot((x - click.x) / cell_x, (y - click.y) / cell_y)
        agrees = (self.mask >= 0.5) == click.is_inside
        near = float(away[agrees].min()) if agrees.any() else SIDE / 4
        reach = _REACH * max(near, _NEAREST)
        share = np.exp(-((away / reach) ** 2)).astype(np.float32)
        if near <= _THIN:
            share = np.maximum(share, self._edge_alike(away, near, agrees))
        told = [*self._told, _Told(click, share, away <= _UNDER, self.mask)]
        belief, trust = self._belief, self._trust
        for one in told:
            value = float(one.click.is_inside)
            belief = belief + one.share * (value - belief)
            trust = trust + one.share * (_TRUST_CLICK - trust)
        for one in told:
            belief = np.where(one.under, float(one.click.is_inside), belief)
            trust = np.where(one.under, _CERTAIN, trust)
        mask = self._settled(belief.astype(np.float32), trust.astype(np.float32))
        self._told.append(_Told(click, share, away <= _UNDER, mask))


def from_head(patch: Patch, looks: Field, box: Box, mask: NDArray[np.float32]) -> Walk:
    """Begin with what the mask head says of a box, and with the colours in and around it.

    An object touches all four sides of its box. The less of the box the head's mask spans, the less
    the head knows such objects, and the more an ellipse takes its place.

    Args:
        patch: around the box.
        looks: of its cells.
        box: as it was drawn.
        mask: [S, S] probabilities over the box; zeros where none were ever learned.
    """
    slack_x, slack_y = _SLACK * (box[2] - box[0]), _SLACK * (box[3] - box[1])
    wide = (box[0] - slack_x, box[1] - slack_y, box[2] + slack_x, box[3] + slack_y)
    x, y = patch.grid()
    is_inside = (x >= wide[0]) & (x <= wide[2]) & (y >= wide[1]) & (y <= wide[3])
    known = likeness(mask)
    odds = known * _log_odds(patch.laid(mask, box)) + (1 - known) * _ellipse(patch, box)
    belief = _chance(odds)
    for _ in range(_COLOUR_ROUNDS):
        by_colour = colour_odds(looks, belief * is_inside).clip(-_MOST_ODDS, _MOST_ODDS)
        belief = _chance(odds + by_colour)
    belief = np.where(is_inside, belief, 0.02).astype(np.float32)
    trust = np.where(is_inside, _TRUST * (0.2 + np.abs(2 * belief - 1)), _TRUST_OUTSIDE)
    return Walk(patch, looks, belief, trust.astype(np.float32))


def from_drawn(patch: Patch, looks: Field, regions: Sequence[Region]) -> Walk:
    """Begin with a mask that is right but where a person clicks."""
    belief = patch.painted(regions)
    return Walk(patch, looks, belief, np.full_like(belief, _TRUST_DRAWN))


def likeness(mask: NDArray[np.float32]) -> float:
    """How far a mask [S, S] is like that of an object its box was drawn around: 0 .. 1.

    It spans the box, and its cells are no toss-up.
    """
    inside = mask >= 0.5
    columns, rows = np.flatnonzero(inside.any(0)), np.flatnonzero(inside.any(1))
    if not len(columns):
        return 0.0
    spanned = (columns[-1] - columns[0] + 1) * (rows[-1] - rows[0] + 1) / mask.size
    sure = float(np.abs(2 * mask - 1).mean())
    return _share(float(spanned), _SPARSE, _FULL) * _share(sure, *_TOSS_UP)


def _share(value: float, low: float, high: float) -> float:
    return min(1.0, max(0.0, (value - low) / (high - low)))


def _extent(region: Region) -> float:
    """Area inside a region's outer ring, square pixels."""
    x, y = np.reshape(region.outer, (-1, 2)).T
    return float(abs(np.dot(x, np.roll(y, 1)) - np.dot(y, np.roll(x, 1))) / 2)


def _spans(region: Region, click: Click) -> bool:
    """Whether a click lies in the box around a region."""
    points = np.reshape(region.outer, (-1, 2))
    at = np.array([click.x, click.y])
    return bool((points.min(0) <= at).all() and (at <= points.max(0)).all())


def _ellipse(patch: Patch, box: Box) -> Field:
    """Log odds [SIDE, SIDE] that a cell is in the ellipse a box encloses."""
    x, y = patch.grid()
    across = (2 * x - box[0] - box[2]) / max(box[2] - box[0], 1e-6)
    down = (2 * y - box[1] - box[3]) / max(box[3] - box[1], 1e-6)
    return np.asarray((_ROUND * (1 - np.hypot(across, down))).clip(-1.5, 1.5), np.float32)


def _log_odds(chance: Field) -> Field:
    held = chance.clip(0.02, 0.98)
    return np.asarray(np.log(held / (1 - held)), np.float32)


def _chance(odds: Field) -> Field:
    return np.asarray(1 / (1 + np.exp(-odds)), np.float32)
