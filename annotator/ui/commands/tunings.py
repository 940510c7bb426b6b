"""What a slider does to masks: thin their outlines, smooth them, take specks away."""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import Callable, Sequence
from functools import lru_cache

from annotator.domain.cleaning import remove_specks, smooth
from annotator.domain.combining import in_form_of, outline_of, with_mask
from annotator.domain.masks import Size
from annotator.domain.model import Annotation, Polygons
from annotator.domain.patches import iou, patch_of
from annotator.domain.polygons import mend
from annotator.domain.simplifying import Simplifier, vertices_of
from annotator.ui.words import counted

_POSITIONS = 40
_FINEST = 0.25
"""Pixels of the first tolerance that is not 0."""
_COARSEST = 0.1
"""Share of an object's longer side that is the last tolerance."""
_FIRST_LOOK = 0.005
"""Share of the longer side that is tried first: it can hardly be seen."""
_MOST_AT_FIRST = 0.7
"""Pixels that are tried first at most: enough to take the stairs of pixels away."""
_STRENGTHS = (0.0, 0.5, 1.0, 1.5, 2.0, 3.0, 4.0, 5.0, 6.0, 8.0, 10.0, 12.0, 16.0, 20.0, 25.0, 32.0)
"""Pixels."""
_SPECKS = (
    *(0, 4, 9, 16, 25, 50, 100, 200, 400, 800, 1_600, 3_200, 6_400, 12_800, 25_600, 51_200),
    *(102_400, 409_600),
)
"""Square pixels."""


def _parts(outline: Polygons) -> int:
    return len(outline.parts)


def _holes(outline: Polygons) -> int:
    return sum(len(part.holes) for part in outline.parts)


class MaskTuning(ABC):
    """Masks of several objects at each position of a slider; what was worked out is kept a while.

    Attributes:
        title: what is being done.
        text: of the step.
        start: where the slider stands at first.
        last: its last position.
        counts: what is told in numbers, with its noun.
    """

    title = ""
    text = ""
    start = 0
    last = 0
    counts: tuple[tuple[Callable[[Polygons], int], str], ...] = ()

    def __init__(self, values: Sequence[Annotation], size: Size) -> None:
        """Take the objects up.

        Args:
            values: each has a readable mask.
            size: height and width of the image.
        """
        self._values = [(value, value.mask) for value in values if value.mask is not None]
        self._size = size
        outlines = [outline_of(mask, size) for _, mask in self._values]
        self._before = [mend(outline) or outline for outline in outlines]
        self._pixels = [patch_of(mask, size) for _, mask in self._values]
        self._after = lru_cache(maxsize=4)(self._outlines)

    @abstractmethod
    def setting(self, position: int) -> str:
        """What a position stands for."""

    @abstractmethod
    def changed(self, number: int, outline: Polygons, position: int) -> Polygons:
        """The outline of one object at a position."""

    def preview(self, position: int) -> Sequence[Annotation]:
        """Each object as it would look."""
        pairs = zip(self._values, self._after(position), strict=True)
        return [with_mask(value, outline) for (value, _), outline in pairs]

    def outcome(self, position: int) -> Sequence[Annotation]:
        """Each object as it would be stored: pixels stay pixels."""
        afters = []
        rows = zip(self._values, self._before, self._after(position), strict=True)
        for (value, mask), before, outline in rows:
            is_same = outline == before
            stored = mask if is_same else in_form_of(mask, outline, self._size)
            afters.append(value if is_same or stored is None else with_mask(value, stored))
        return afters

    def facts(self, position: int) -> str:
        """What is counted before and after, and how much of old and new masks is shared."""
        after = self._after(position)
        words = [
            _changed(sum(map(count, self._before)), sum(map(count, after)), noun)
            for count, noun in self.counts
        ]
        pairs = zip(self._pixels, after, strict=True)
        least = min(iou(pixels, patch_of(one, self._size)) for pixels, one in pairs)
        name = "IoU" if len(after) == 1 else "lowest IoU"
        return " · ".join([*words, f"{name} {least:.3f}"])

    def _outlines(self, position: int) -> list[Polygons]:
        return [
            self.changed(number, outline, position) if position else outline
            for number, outline in enumerate(self._before)
        ]


class Simplify(MaskTuning):
    """Fewer points; pixels become an outline."""

    title = "Simplify"
    text = "Simplify mask"
    last = _POSITIONS
    counts = ((vertices_of, "point"),)

    def __init__(self, values: Sequence[Annotation], size: Size) -> None:
        super().__init__(values, size)
        sides = [max(p.bitmap.shape, default=0) for p in self._pixels]
        coarsest = max(_COARSEST * max(sides, default=0), 4 * _FINEST)
        ratio = (coarsest / _FINEST) ** (1 / (_POSITIONS - 1))
        self._tolerances = [0.0, *(_FINEST * ratio**n for n in range(_POSITIONS))]
        self._simplifiers = [Simplifier(outline, self._tolerances) for outline in self._before]
        first = min(_FIRST_LOOK * max(sides, default=0), _MOST_AT_FIRST)
        away = [abs(tolerance - first) for tolerance in self._tolerances[1:]]
        self.start = 1 + away.index(min(away))

    def setting(self, position: int) -> str:
        """How far the outline may give way."""
        return f"{self._tolerances[position]:.1f} px" if position else "exact"

    def changed(self, number: int, outline: Polygons, position: int) -> Polygons:
        """The outline with fewer points."""
        return self._simplifiers[number].at(position)

    def outcome(self, position: int) -> Sequence[Annotation]:
        """Each object with its outline."""
        return self.preview(position)


class Smooth(MaskTuning):
    """A calmer outline."""

    title = "Smooth"
    text = "Smooth mask"
    last = len(_STRENGTHS) - 1
    start = _STRENGTHS.index(2.0)

    def setting(self, position: int) -> str:
        """The strength."""
        return f"{_STRENGTHS[position]:g} px" if position else "not at all"

    def changed(self, number: int, outline: Polygons, position: int) -> Polygons:
        """The outline averaged along itself."""
        height, width = self._size
        return smooth(outline, _STRENGTHS[position], width=width, height=height) or outline


class RemoveSpecks(MaskTuning):
    """Without small parts and small holes."""

    title = "Remove specks"
    text = "Remove specks"
    last = len(_SPECKS) - 1
    start = _SPECKS.index(50)
    counts = ((_parts, "part"), (_holes, "hole"))

    def setting(self, position: int) -> str:
        """The size below which parts and holes go."""
        return f"< {_SPECKS[position]:,} px²" if position else "none"

    def changed(self, number: int, outline: Polygons, position: int) -> Polygons:
        """The outline without them."""
        return remove_specks(outline, _SPECKS[position])


def _changed(before: int, after: int, noun: str) -> str:
    """What became of a number: "412 → 96 points", or "3 parts" where it stays."""
    return counted(after, noun) if before == after else f"{before:,} → {counted(after, noun)}"
