"""What window and learner say about objects that a person points at, and about their look-alikes.

These answers are the exception: they travel inside the message, and the learner never stores them.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import NamedTuple

from annotator.domain.model import Part, Polygons, Ring

Corners = tuple[float, float, float, float]
"""Left, top, width and height of a box, pixels."""

Places = tuple[tuple[float, float, float], ...]
"""(x, y, expected OKS) of each joint."""

Outlines = tuple[tuple[Ring, ...], ...]
"""Each part of a mask: its outer ring, then its holes."""


@dataclass(frozen=True, slots=True)
class Assist:
    """Find the object in a box, or correct its mask by clicks.

    Attributes:
        number: the answer bears it.
        image_id: on which image.
        box: left, top, width, height, pixels; None only looks at the image, so that the first
            question about it is answered quickly, and is not answered.
        category_id: what the object is.
        clicks: (x, y, whether it is inside the object), in order; none asks for the object itself.
        outlines: the mask that the clicks correct; empty for what is found in the box.
        version_id, device: as for ``Predict``.
    """

    number: int
    image_id: int
    box: Corners | None = None
    category_id: int | None = None
    clicks: tuple[tuple[float, float, bool], ...] = ()
    outlines: Outlines = ()
    version_id: int | None = None
    device: str | None = None


@dataclass(frozen=True, slots=True)
class Assisted:
    """The answer to an ``Assist``.

    Attributes:
        number: of the question.
        outlines: the mask; empty where nothing was found.
        joints: (x, y, expected OKS) of each joint of the category; empty without joints and for an
            answer to clicks.
        sure: the IoU the mask can expect, 0 .. 1; 1 for an answer to clicks.
        version: name of the model version that was asked.
        text: why there is no answer; empty when there is one.
    """

    number: int
    outlines: Outlines = ()
    joints: Places = ()
    sure: float = 1.0
    version: str = ""
    text: str = ""


@dataclass(frozen=True, slots=True)
class FindAlike:
    """Find objects that look like examples.

    Attributes:
        number: the answers bear it.
        image_id: on which image.
        category_id: what the examples are.
        examples: (image, box) of each; that image may be another one.
        taken: boxes on the image where something stands already.
        version_id, device: as for ``Predict``.
    """

    number: int
    image_id: int
    category_id: int
    examples: tuple[tuple[int, Corners], ...]
    taken: tuple[Corners, ...] = ()
    version_id: int | None = None
    device: str | None = None


class LookAlike(NamedTuple):
    """An object that looks like the examples.

    Attributes:
        box: where.
        likeness: how alike it is, 0 .. 1.
        outlines, joints, sure: as in ``Assisted``.
    """

    box: Corners
    likeness: float
    outlines: Outlines = ()
    joints: Places = ()
    sure: float = 1.0


@dataclass(frozen=True, slots=True)
class FoundAlike:
    """An answer to a ``FindAlike``: the boxes at once, then the same with masks and joints.

    Attributes:
        number: of the question.
        found: the most alike first; in the same order in both answers.
        is_final: nothing more comes.
        version: name of the model version that was asked.
        text: why there is no answer; empty when there is one.
    """

    number: int
    found: tuple[LookAlike, ...] = ()
    is_final: bool = True
    version: str = ""
    text: str = ""

    def __post_init__(self) -> None:
        """Rows that travelled are look-alikes again."""
        object.__setattr__(self, "found", tuple(LookAlike(*row) for row in self.found))


Question = Assist | FindAlike
"""What a person waits for: answered between two images of a job."""


def outlines_of(mask: Polygons) -> Outlines:
    """A mask as it travels."""
    return tuple((part.outer, *part.holes) for part in mask.parts)


def mask_of(outlines: Outlines) -> Polygons | None:
    """A mask that travelled; None for an empty one."""
    parts = tuple(Part(rings[0], rings[1:]) for rings in outlines)
    return Polygons(parts) if parts else None
