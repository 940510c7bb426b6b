"""Labels as tensors: what is known of each object, and only that, becomes something to learn.

A mask is kept as one small crop an object with the place it covers, never as an image-sized bitmap:
mirroring, scaling and cutting an image then only move that place, and memory does not grow with the
image (dense N x H x W masks at full size are the known memory sink).
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace

import numpy as np
import torch
from numpy.typing import NDArray
from pycocotools import mask as coco_mask
from torch import Tensor
from torch.nn import functional

from models.types import CategorySpec, ObjectTarget, Region, Rle, Sample

CROP = 112
"""Side of a mask crop in cells, four for each of the 28 the mask head predicts."""

_MARGIN = 2
MARGIN_SHARE = _MARGIN / CROP
"""Of a frame's side that lies around the object, on each side."""
_INNER = CROP - 2 * _MARGIN
_HULL_PADDING = 0.1
_CUT_SHARE = 0.3  # an object cut to less than this share of its box is no fair example

_UNKNOWN = (0.0, 0.0, 0.0, 0.0)


@dataclass(frozen=True, slots=True)
class Target:
    """The labels of one image, in pixels of the image as it is fed to the network.

    Attributes:
        boxes: float32 [N, 4] xyxy.
        labels: int64 [N], 1..K.
        has_box: bool [N]; False where the box is only the padded hull of joints: it tells where an
            object is, but its edges are not learned.
        masks: uint8 [N, CROP, CROP], 0..255 the share of a cell inside; zeros without a mask.
        frames: float32 [N, 4] xyxy, the place a crop covers.
        has_mask: bool [N].
        joints: float32 [N, J, 3] of x, y, v over the joints of all categories one after the other;
            v = 0 is not learned.
        ignored: float32 [M, 4] xyxy regions that are neither object nor background (crowds).
        is_complete: whether what is not labelled is background.
    """

    boxes: Tensor
    labels: Tensor
    has_box: Tensor
    masks: Tensor
    frames: Tensor
    has_mask: Tensor
    joints: Tensor
    ignored: Tensor
    is_complete: bool

    def to(self, device: torch.device) -> Target:
        """The same on another device."""
        return Target(
            boxes=self.boxes.to(device),
            labels=self.labels.to(device),
            has_box=self.has_box.to(device),
            masks=self.masks.to(device),
            frames=self.frames.to(device),
            has_mask=self.has_mask.to(device),
            joints=self.joints.to(device),
            ignored=self.ignored.to(device),
            is_complete=self.is_complete,
        )

    def scaled(self, *, x: float, y: float) -> Target:
        """All coordinates multiplied."""
        four = self.boxes.new_tensor([x, y, x, y])
        return replace(
            self,
            boxes=self.boxes * four,
            frames=self.frames * four,
            ignored=self.ignored * four,
            joints=self.joints * self.joints.new_tensor([x, y, 1.0]),
        )

    def mirrored(self, width: float, swap: Tensor) -> Target:
        """Left and right exchanged.

        Args:
            width: of the image.
            swap: int64 [J], for each joint the one that takes its place.
        """
        joints = self.joints[:, swap].clone()
        joints[..., 0] = width - joints[..., 0]
        return replace(
            self,
            boxes=_mirror(self.boxes, width),
            frames=_mirror(self.frames, width),
            ignored=_mirror(self.ignored, width),
            masks=self.masks.flip(-1),
            joints=joints,
        )

    def transposed(self, swap: Tensor) -> Target:
        """Rows and columns exchanged: mirrored along the diagonal, so that joints trade sides.

        ``swap`` is that of ``mirrored``.
        """
        turned = [1, 0, 3, 2]
        return replace(
            self,
            boxes=self.boxes[:, turned],
            frames=self.frames[:, turned],
            ignored=self.ignored[:, turned],
            masks=self.masks.transpose(-1, -2),
            joints=self.joints[:, swap][..., [1, 0, 2]],
        )

    def cropped(self, *, x: float, y: float, width: float, height: float) -> Target:
        """Only what lies in a window, which becomes the image.

        Objects cut to less than 30 % of their box become ignored regions; joints outside get v = 0.
        """
        offset = self.boxes.new_tensor([x, y, x, y])
        low = self.boxes.new_zeros(4)
        high = self.boxes.new_tensor([width, height, width, height])
        boxes = (self.boxes - offset).clamp(low, high)
        ignored = (self.ignored - offset).clamp(low, high)
        joints = self.joints.clone()
        joints[..., :2] -= offset[:2]
        xy = joints[..., :2]
        inside = ((xy >= 0) & (xy < high[:2])).all(-1)
        joints[..., 2] *= inside
        left = area(boxes)
        keep = left >= _CUT_SHARE * area(self.boxes)
        cut = boxes[~keep & (left > 0)]
        return Target(
            boxes=boxes[keep],
            labels=self.labels[keep],
            has_box=self.has_box[keep],
            masks=self.masks[keep],
            frames=(self.frames - offset)[keep],
            has_mask=self.has_mask[keep],
            joints=joints[keep],
            ignored=torch.cat([ignored[area(ignored) > 0], cut]),
            is_complete=self.is_complete,
        )


def area(boxes: Tensor) -> Tensor:
    """Areas [N] of boxes [N, 4] xyxy."""
    return (boxes[:, 2] - boxes[:, 0]) * (boxes[:, 3] - boxes[:, 1])


def _mirror(boxes: Tensor, width: float) -> Tensor:
    x0, y0, x1, y1 = boxes.unbind(1)
    return torch.stack([width - x1, y0, width - x0, y1], dim=1)


def joint_offsets(categories: Sequence[CategorySpec]) -> list[int]:
    """Where each category's joints begin in the concatenation, and its whole length at the end."""
    return [0, *np.cumsum([len(category.joints) for category in categories]).tolist()]


def make_target(sample: Sample, categories: Sequence[CategorySpec]) -> Target:
    """The labels of one image in original pixels.

    An object without a box takes its mask's, one with joints only their hull padded by a tenth; an
    object with nothing, or with a flat box, is left out. A crowd only marks its box as ignored.
    Joints added to the category after the object was labelled count as not labelled.

    Raises:
        ValueError: when a label has no category.
    """
    offsets = joint_offsets(categories)
    rows, ignored = [], []
    for item in sample.objects:
        box, has_box = _box_of(item)
        if box is None or box[2] <= box[0] or box[3] <= box[1]:
            continue
        if item.is_crowd:
            ignored.append(box)
            continue
        if not 1 <= item.label <= len(categories):
            raise ValueError(f"label {item.label} has no category among {len(categories)}")
        crop, frame = _crop_of(item.mask)
        rows.append((item, box, has_box, crop, frame))
    blank = np.zeros((CROP, CROP), np.uint8)
    joints = [_spread(row[0], offsets) for row in rows]
    return Target(
        boxes=_floats([row[1] for row in rows], 4),
        labels=torch.tensor([row[0].label for row in rows], dtype=torch.int64),
        has_box=torch.tensor([row[2] for row in rows], dtype=torch.bool),
        masks=torch.from_numpy(
            np.stack([blank if row[3] is None else row[3] for row in rows])
            if rows
            else np.zeros((0, CROP, CROP), np.uint8)
        ),
        frames=_floats([row[4] for row in rows], 4),
        has_mask=torch.tensor([row[3] is not None for row in rows], dtype=torch.bool),
        joints=_floats(joints, 3 * offsets[-1]).reshape(len(rows), offsets[-1], 3),
        ignored=_floats(ignored, 4),
        is_complete=sample.is_complete,
    )


def _floats(rows: Sequence[object], width: int) -> Tensor:
    return torch.tensor(np.asarray(rows, dtype=np.float32).reshape(len(rows), width))


def _spread(item: ObjectTarget, offsets: Sequence[int]) -> NDArray[np.float32]:
    """The object's joints at their place among those of all categories; flat float32 [J * 3]."""
    table = np.zeros((offsets[-1], 3), np.float32)
    start, end = offsets[item.label - 1], offsets[item.label]
    if item.joints is not None:
        known = np.asarray(item.joints, np.float32).reshape(-1, 3)[: end - start]
        table[start : start + len(known)] = known
    return table.ravel()


def _box_of(item: ObjectTarget) -> tuple[tuple[float, ...] | None, bool]:
    """The object's box and whether its edges are to be believed."""
    if item.box is not None:
        return item.box, True
    if item.mask is not None:
        return mask_bounds(item.mask), True
    if item.joints is None:
        return None, False
    points = np.asarray(item.joints, dtype=float).reshape(-1, 3)
    points = points[points[:, 2] > 0, :2]
    if not len(points):
        return None, False
    low, high = points.min(0), points.max(0)
    padding = np.maximum(_HULL_PADDING * (high - low), 1.0)
    return (*(low - padding).tolist(), *(high + padding).tolist()), False


def mask_bounds(mask: Rle | tuple[Region, ...]) -> tuple[float, ...] | None:
    """Box (xyxy) around a mask, None for an empty one."""
    if isinstance(mask, Rle):
        x, y, width, height = coco_mask.toBbox(compress(mask)).tolist()
        return (x, y, x + width, y + height) if width and height else None
    points = [np.asarray(region.outer, dtype=float).reshape(-1, 2) for region in mask]
    if not points:
        return None
    every = np.concatenate(points)
    return (*every.min(0).tolist(), *every.max(0).tolist())


def compress(mask: Rle) -> dict[str, object]:
    """The mask as pycocotools wants it."""
    size = list(mask.size)
    if isinstance(mask.counts, str):
        return {"size": size, "counts": mask.counts}
    whole = {"size": size, "counts": list(mask.counts)}
    return dict(coco_mask.frPyObjects(whole, *mask.size))


def _crop_of(
    mask: Rle | tuple[Region, ...] | None,
) -> tuple[NDArray[np.uint8] | None, tuple[float, ...]]:
    """uint8 [CROP, CROP] of a mask and the xyxy it covers, with an empty margin around."""
    bounds = None if mask is None else mask_bounds(mask)
    if mask is None or bounds is None or bounds[2] <= bounds[0] or bounds[3] <= bounds[1]:
        return None, _UNKNOWN
    inner = _crop_rle(mask, bounds) if isinstance(mask, Rle) else _crop_regions(mask, bounds)
    x0, y0, x1, y1 = bounds
    dx, dy = (x1 - x0) * _MARGIN / _INNER, (y1 - y0) * _MARGIN / _INNER
    return np.pad(inner, _MARGIN), (x0 - dx, y0 - dy, x1 + dx, y1 + dy)


def _crop_regions(regions: Sequence[Region], bounds: Sequence[float]) -> NDArray[np.uint8]:
    filled = np.zeros((_INNER, _INNER), bool)
    for region in regions:
        part = _fill(region.outer, bounds)
        for hole in region.holes:
            part &= ~_fill(hole, bounds)
        filled |= part
    return filled.astype(np.uint8) * 255


def _fill(ring: Sequence[float], bounds: Sequence[float]) -> NDArray[np.bool_]:
    if len(ring) < 6:
        return np.zeros((_INNER, _INNER), bool)
    points = np.asarray(ring, dtype=float).reshape(-1, 2)
    low, high = np.asarray(bounds[:2]), np.asarray(bounds[2:])
    placed = (points - low) / (high - low) * _INNER
    runs = coco_mask.frPyObjects([placed.ravel().tolist()], _INNER, _INNER)
    filled: NDArray[np.uint8] = coco_mask.decode(runs)
    return filled[:, :, 0].astype(bool)


def _crop_rle(mask: Rle, bounds: Sequence[float]) -> NDArray[np.uint8]:
    x0, y0, x1, y1 = (round(value) for value in bounds)
    full = coco_mask.decode(compress(mask))[y0:y1, x0:x1]
    part = torch.from_numpy(np.ascontiguousarray(full))[None, None].float() * 255
    shrunk = functional.interpolate(part, (_INNER, _INNER), mode="bilinear", antialias=True)
    return shrunk[0, 0].round().clamp(0, 255).byte().numpy()
