"""What is true of a project: frozen values, in COCO's terms.

Frames: every coordinate is in pixels of the image as people see it (upright), x to the right,
y down, (0, 0) the outer corner of the first pixel, not its centre. A ring is flat:
x0, y0, x1, y1, ... as COCO writes it.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from enum import IntEnum, StrEnum
from typing import NamedTuple

from annotator.domain.attributes import Attributes

Ring = tuple[float, ...]


class Box(NamedTuple):
    """An axis-parallel rectangle: left, top, width, height (COCO's ``bbox``), pixels."""

    x: float
    y: float
    width: float
    height: float

    @property
    def right(self) -> float:
        """The x of the right edge."""
        return self.x + self.width

    @property
    def bottom(self) -> float:
        """The y of the bottom edge."""
        return self.y + self.height


@dataclass(frozen=True, slots=True)
class Part:
    """One connected piece of a polygon mask: an outer ring and the holes in it."""

    outer: Ring
    holes: tuple[Ring, ...] = ()


@dataclass(frozen=True, slots=True)
class Polygons:
    """A mask drawn as outlines; several parts are still one object."""

    parts: tuple[Part, ...]


@dataclass(frozen=True, slots=True)
class Rle:
    """A mask as COCO run lengths, column by column, starting with background.

    Attributes:
        size: height, width of the bitmap.
        counts: COCO's compressed text, or the plain run lengths.
    """

    size: tuple[int, int]
    counts: str | tuple[int, ...]


Mask = Polygons | Rle


class Visibility(IntEnum):
    """COCO's ``v``: whether a joint was placed, and whether it can be seen."""

    ABSENT = 0
    OCCLUDED = 1
    VISIBLE = 2


class Keypoint(NamedTuple):
    """One joint of one object; x and y are meaningless (and 0) where it is absent."""

    x: float
    y: float
    visibility: int


class ImageState(StrEnum):
    """How far a person is with an image."""

    NEW = "new"
    IN_PROGRESS = "in_progress"
    REVIEWED = "reviewed"


class Split(StrEnum):
    """Whether an image teaches the model or tests it; fixed once chosen."""

    NONE = "none"
    TRAIN = "train"
    HELD_OUT = "held_out"


@dataclass(frozen=True, slots=True)
class Image:
    """One picture of the project.

    Attributes:
        id: our own id, 64 bits. root_id: the root folder it is found under.
        file_name: path below the root, with forward slashes, as COCO's ``file_name``.
        width, height: pixels of the upright image (of the raw frame when ``is_raw``), 0 unknown.
        is_complete: "all objects here are labelled"; so is a reviewed one unless said otherwise.
        is_missing: no file was found under the root.
        is_raw: the imported sizes match only the frame before EXIF rotation: it is shown unrotated.
        is_from_file: an annotation file named it (such images are always exported).
        flag: why a person should look here, in words; empty when there is no reason.
        uncertainty: 0 (sure) to 1, None when it was never predicted.
        object_count, prediction_count: for lists. version_id: of its predictions. place: in queue.
    """

    id: int
    root_id: int
    file_name: str
    width: int = 0
    height: int = 0
    state: ImageState = ImageState.NEW
    is_complete: bool = False
    is_missing: bool = False
    is_raw: bool = False
    is_from_file: bool = False
    split: Split = Split.NONE
    flag: str = ""
    uncertainty: float | None = None
    ordinal: int = 0
    object_count: int = 0
    prediction_count: int = 0
    version_id: int | None = None
    place: int | None = None


@dataclass(frozen=True, slots=True)
class Category:
    """A class of objects the person defined.

    Attributes:
        joints: the joints' names, in order; empty when its objects have none.
        skeleton: bones as pairs of 0-based joint indices.
        pairs: (left, right) joints as 0-based indices.
        colour: "#rrggbb".
        file_id: the id in the imported file as JSON text; None for our own.
        source: the whole category as the imported file had it, JSON text.
    """

    id: int
    name: str
    supercategory: str = ""
    joints: tuple[str, ...] = ()
    skeleton: tuple[tuple[int, int], ...] = ()
    pairs: tuple[tuple[int, int], ...] = ()
    colour: str = "#4477aa"
    ordinal: int = 0
    file_id: str | None = None
    source: str | None = None


@dataclass(frozen=True, slots=True)
class Origin:
    """Who made an object and who changed it since.

    Attributes:
        made_by: a person's name, "file" for an import.
        version_id: the model version whose prediction it was, None when a person drew it.
        corrected_by: the person who last changed what a model or a file said; empty for nobody.
    """

    made_by: str = ""
    version_id: int | None = None
    corrected_by: str = ""


@dataclass(frozen=True, slots=True)
class Annotation:
    """One object on one image, owned by a person: box, mask and keypoints together.

    Attributes:
        keypoints: one entry a joint of the category, or empty when it has none.
        is_crowd: COCO's ``iscrowd``: a region of many, neither learned nor judged.
        is_edited: a person changed or made it here, so ``area``, ``bbox``, ``num_keypoints`` are
            worked out anew.
        ordinal: where it is drawn among the objects of its image; of equal ones, the id decides.
        file_id: the id in the imported file as JSON text; None for our own.
        source: the whole object as the imported file had it, JSON text; the geometry of an object
            that nobody edited is exported from here, to the last digit.
        note: free text. group_id: objects of an image with one number belong together.
    """

    id: int
    image_id: int
    category_id: int
    box: Box | None = None
    mask: Mask | None = None
    keypoints: tuple[Keypoint, ...] = ()
    is_crowd: bool = False
    origin: Origin = field(default_factory=Origin)
    is_edited: bool = True
    ordinal: int = 0
    file_id: str | None = None
    source: str | None = None
    attributes: Attributes = ()
    note: str = ""
    group_id: int | None = None

    @property
    def has_keypoints(self) -> bool:
        """Whether any joint was placed."""
        return any(k.visibility for k in self.keypoints)


@dataclass(frozen=True, slots=True)
class Doubt:
    """How unsure the model is by head, each 0 (sure) to 1, and on which ``side`` of the box."""

    classification: float = 0.0
    box: float = 0.0
    mask: float | None = None
    joints: tuple[float, ...] = ()
    side: str = ""


@dataclass(frozen=True, slots=True)
class ScoredJoint:
    """One predicted joint; score 0 to 1."""

    x: float
    y: float
    score: float


@dataclass(frozen=True, slots=True)
class Prediction:
    """One object the model proposes; immutable. Accepted, it becomes an annotation."""

    id: int
    image_id: int
    category_id: int
    version_id: int
    score: float
    box: Box
    mask: Polygons | None = None
    joints: tuple[ScoredJoint, ...] = ()
    doubt: Doubt = field(default_factory=Doubt)


class Verdict(StrEnum):
    """What a person decided about a prediction."""

    ACCEPTED = "accepted"
    CORRECTED = "corrected"
    REJECTED = "rejected"


@dataclass(frozen=True, slots=True)
class Decision:
    """A person's verdict on one prediction, and the annotation it became."""

    prediction_id: int
    image_id: int
    verdict: Verdict
    annotation_id: int | None = None


@dataclass(frozen=True, slots=True)
class Review:
    """How far a person is with one image, as a value that edits can change."""

    image_id: int
    state: ImageState
    is_complete: bool


@dataclass(frozen=True, slots=True)
class ModelVersion:
    """One trained checkpoint with its numbers.

    Attributes:
        checkpoint: file below the project's ``checkpoints`` folder.
        metrics: JSON text of the held-out metrics, {"box": {"AP": ...}, "mask": ..., ...}.
        receipt: JSON text: the images and objects it learned from and the settings.
        created: ISO 8601, UTC.
        is_active: the version in use.
    """

    id: int
    name: str
    preset: str
    checkpoint: str
    metrics: str = "{}"
    receipt: str = "{}"
    created: str = ""
    train_images: int = 0
    held_out_images: int = 0
    is_active: bool = False
    note: str = ""
