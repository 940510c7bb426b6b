"""The values that cross the border of `models`: what is trained on, and what comes back.

Nothing here imports torch, so the window and the command line may use these types freely.
Every coordinate is in pixels of the upright original image, x to the right and y down,
with the corner of the first pixel at (0, 0).
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

PixelReader = Callable[[int], NDArray[np.uint8]]
"""`read(short_side)` gives RGB uint8 [H, W, 3], upright; a reduced decode is welcome as long as its
short side is at least `min(short_side, the original's)`."""

Box = tuple[float, float, float, float]


@dataclass(frozen=True, slots=True)
class CategorySpec:
    """A kind of object the network tells apart; its label is its place in the list plus one.

    Attributes:
        name: what the user called it.
        joints: names of the joints in their order; empty for a category without a skeleton.
        pairs: 0-based (left, right) joints that trade places in a mirrored image.
        sigmas: how far a joint may be off, one a joint, as in COCO's OKS; empty for the default.
    """

    name: str
    joints: tuple[str, ...] = ()
    pairs: tuple[tuple[int, int], ...] = ()
    sigmas: tuple[float, ...] = ()


@dataclass(frozen=True, slots=True)
class Rle:
    """A mask in COCO's run-length encoding, column by column.

    Attributes:
        size: (height, width) of the original image.
        counts: COCO's compressed string, or the plain run lengths.
    """

    size: tuple[int, int]
    counts: str | tuple[int, ...]


@dataclass(frozen=True, slots=True)
class Region:
    """One connected part of a mask: its outline and holes, each a flat x0, y0, x1, y1, ..."""

    outer: tuple[float, ...]
    holes: tuple[tuple[float, ...], ...] = ()


@dataclass(frozen=True, slots=True)
class ObjectTarget:
    """One labelled object; what is None was not labelled and is not trained.

    Attributes:
        label: 1..K, the category's place in the list plus one.
        box: xyxy.
        mask: run lengths, or regions (several for an object in several parts).
        joints: float32 [J, 3] of x, y, v in the category's order; v is COCO's 0 not labelled,
            1 hidden, 2 visible.
        is_crowd: a region of many objects, neither an example nor background.
    """

    label: int
    box: Box | None
    mask: Rle | tuple[Region, ...] | None
    joints: NDArray[np.float32] | None
    is_crowd: bool = False


@dataclass(frozen=True, slots=True)
class Sample:
    """One image with its labels.

    Attributes:
        key: the caller's identity of the image.
        size: (width, height) of the upright original.
        read: gives the pixels; see `PixelReader`.
        objects: the labelled objects.
        is_complete: whether everything in the image is labelled, so that the rest is background.
    """

    key: int
    size: tuple[int, int]
    read: PixelReader
    objects: tuple[ObjectTarget, ...] = ()
    is_complete: bool = True


SIDES = ("left", "top", "right", "bottom")
"""Of a box, in the order of its xyxy."""


@dataclass(frozen=True, slots=True)
class Doubt:
    """How unsure the network is of one detection, head by head: 0 sure .. 1 not at all.

    Attributes:
        classification: whether it is such an object.
        box: where its box lies.
        mask: where its outline lies; None without a mask.
        joints: each joint's place, in the category's order; empty without joints.
        side: of the box, where it is least sure; empty where that is not known.
    """

    classification: float
    box: float
    mask: float | None
    joints: tuple[float, ...]
    side: str = ""


@dataclass(frozen=True, slots=True)
class Detection:
    """One object the network proposes.

    Attributes:
        label: 1..K.
        score: 0..1.
        box: xyxy, inside the image.
        regions: the parts of its mask, outlines with sub-pixel vertices; empty without a mask.
        joints: float32 [J, 3] of x, y and the expected OKS of the joint (0..1); None where the
            category has no joints.
        doubt: what ranking needs.
        traits: float16 [T], what it looks like; None where that is not known.
    """

    label: int
    score: float
    box: Box
    regions: tuple[Region, ...]
    joints: NDArray[np.float32] | None
    doubt: Doubt
    traits: NDArray[np.float16] | None = None


@dataclass(frozen=True, slots=True)
class ImagePrediction:
    """All detections of one image, best score first.

    Attributes:
        scene: float16 [F], what the image looks like as a whole; None where that is not known.
    """

    key: int
    detections: tuple[Detection, ...]
    scene: NDArray[np.float16] | None = None
