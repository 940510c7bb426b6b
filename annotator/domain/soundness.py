"""Whether an object makes sense: mended where that is possible, refused in words where it is not.

Only what changed is looked at: what a file said stays as it is until somebody changes it.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, replace

from annotator.domain import masks
from annotator.domain.errors import UnsoundError
from annotator.domain.geometry import are_close, box_between, clip_point
from annotator.domain.model import Annotation, Box, Keypoint, Mask, Polygons, Rle
from annotator.domain.polygons import FARTHEST, box_of_polygons, clip_polygons, mend

Size = tuple[float, float]
"""Width and height of an image, pixels."""

NO_AREA = "That outline encloses nothing. A mask needs three corners and some area."
NO_SIDES = "A box needs a width and a height."
OUTSIDE = (
    "That lies outside the image. Object > Allow objects outside the image lets a project have it."
)
NO_PLACE = "A coordinate is no place on any image, so nothing was changed."
NO_RUNS = "This mask cannot be read: its run lengths do not fill its size."


@dataclass(frozen=True, slots=True)
class Frame:
    """The image that an object is on.

    Attributes:
        size: of the image; None while it is not known.
        is_open: objects may reach outside.
    """

    size: Size | None
    is_open: bool = False

    @property
    def limits(self) -> Size | None:
        """The size that nothing may leave; None where it may, or it is not known."""
        return None if self.is_open else self.size


def sound(after: Annotation, frame: Frame, *, before: Annotation | None = None) -> Annotation:
    """The object as it may be stored.

    A mask is mended: rings that cross themselves, repeat a vertex, lie outside their part or
    enclose nothing. A box that was the mask's bounding box follows it.

    Args:
        after: as it shall be.
        frame: the image it is on.
        before: as it is; None for a new one.

    Returns:
        The very same value when there is nothing to mend.

    Raises:
        UnsoundError: nothing sensible is left.
    """
    box, mask = after.box, after.mask
    if mask is not None and (before is None or mask != before.mask):
        mask = sound_mask(mask, frame)
        if isinstance(after.mask, Polygons) and are_close(box, box_of_polygons(after.mask)):
            box = masks.bounds(mask)
    if box is not None and (before is None or box != before.box):
        was_flat = before is not None and before.box is not None and _is_flat(before.box)
        box = _sound_box(box, frame.limits, may_be_flat=was_flat)
    joints = after.keypoints
    if before is None or joints != before.keypoints:
        joints = tuple(_sound_joint(joint, frame.limits) for joint in joints)
    if (box, mask, joints) == (after.box, after.mask, after.keypoints):
        return after
    return replace(after, box=box, mask=mask, keypoints=joints)


def sift(values: Iterable[Annotation], frame: Frame) -> tuple[list[Annotation], list[str]]:
    """New objects as they may be stored, and the words about those that make no sense."""
    kept, refusals = [], []
    for value in values:
        try:
            kept.append(sound(value, frame))
        except UnsoundError as error:
            refusals.append(str(error))
    return kept, refusals


def salvaged(value: Annotation, frame: Frame) -> Annotation | None:
    """A new object as it may be stored: without its mask if only that makes no sense, else None."""
    kept, _ = sift([value], frame)
    if not kept and value.mask is not None:
        kept, _ = sift([replace(value, mask=None)], frame)
    return kept[0] if kept and (kept[0].box is not None or kept[0].mask is not None) else None


def sound_mask(mask: Mask, frame: Frame) -> Mask:
    """The mask mended and inside the image; run lengths of another image's size become outlines.

    Raises:
        UnsoundError: nothing is left of it.
    """
    if isinstance(mask, Rle):
        if not masks.is_sound(mask):
            raise UnsoundError(NO_RUNS)
        if not masks.area(mask):
            raise UnsoundError(NO_AREA)
        if frame.size is None or mask.size == (frame.size[1], frame.size[0]):
            return mask
        mask = masks.from_bitmap(masks.to_bitmap(mask, mask.size))
    mended = mend(mask)
    if mended is None:
        raise UnsoundError(NO_AREA)
    if frame.limits is None:
        return mended
    width, height = frame.limits
    inside = clip_polygons(mended, width=width, height=height)
    if inside is None:
        raise UnsoundError(OUTSIDE)
    return inside


def _sound_box(box: Box, size: Size | None, *, may_be_flat: bool) -> Box:
    if not _are_places(box):
        raise UnsoundError(NO_PLACE)
    if _is_flat(box):
        if may_be_flat:
            return box
        raise UnsoundError(NO_SIDES)
    if size is None or _is_inside(box, size):
        return box
    corner = clip_point(box.x, box.y, width=size[0], height=size[1])
    end = clip_point(box.right, box.bottom, width=size[0], height=size[1])
    inside = box_between(corner, end)
    if _is_flat(inside):
        raise UnsoundError(OUTSIDE)
    return inside


def _sound_joint(joint: Keypoint, size: Size | None) -> Keypoint:
    if not joint.visibility:
        return joint
    if not _are_places(joint[:2]):
        raise UnsoundError(NO_PLACE)
    if size is None:
        return joint
    place = clip_point(joint.x, joint.y, width=size[0], height=size[1])
    return joint if place == joint[:2] else joint._replace(x=place.x, y=place.y)


def _are_places(numbers: Iterable[float]) -> bool:
    return all(abs(number) <= FARTHEST for number in numbers)


def _is_flat(box: Box) -> bool:
    return not (box.width > 0 and box.height > 0)


def _is_inside(box: Box, size: Size) -> bool:
    """Whether it stays inside but for what rounding adds to a sum."""
    slack = 1e-6
    return min(box.x, box.y) >= 0 and box.right <= size[0] + slack and box.bottom <= size[1] + slack
