"""An object's features as a template that is slid over an image: where it looks the same.

Normalised cross-correlation on the feature pyramid instead of on pixels. It proposes objects of the
example's size where the proposal stage, which learned other objects, proposes none.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

import torch
from torch import Tensor
from torch.nn import functional
from torchvision.ops import clip_boxes_to_image, nms, roi_align

from models.seen import Seen

_SIZES = (0.8, 1.0, 1.25)
"""Sizes that are looked for, of the example's."""
_MOST_CELLS = 12.0  # a side of the example has on the level it is looked for on
_PEAKS = 100  # of each size
_KEPT = 200
_OVERLAP = 0.7  # IoU from which two peaks are one place


@dataclass(frozen=True, slots=True)
class Template:
    """What one object looks like on a level of the pyramid.

    Attributes:
        level: number of the level.
        size: width and height of the object, pixels of the batch.
        kernels: float32 [1, F, h, w] of unit length, one a size.
    """

    level: int
    size: tuple[float, float]
    kernels: tuple[Tensor, ...]


@torch.inference_mode()
def template_of(seen: Seen, box: Tensor) -> Template:
    """What lies in a box [4] xyxy, pixels of the batch, no thinner than a pixel."""
    width, height = (box[2:] - box[:2]).tolist()
    levels = seen.pyramid
    sides = [max(width, height) / seen.stride(level) for level in levels]
    fits = (number for number, side in enumerate(sides) if side <= _MOST_CELLS)
    level = next(fits, len(levels) - 1)
    features, stride = _centred(levels[level]), seen.stride(levels[level])
    kernels = []
    for factor in _SIZES:
        cells = [max(1, round(factor * side / stride)) for side in (height, width)]
        cut = roi_align(features, [box[None]], (cells[0], cells[1]), 1 / stride, 2)
        kernels.append(cut / cut.norm().clamp(min=1e-6))
    return Template(level, (width, height), tuple(kernels))


@torch.inference_mode()
def matches(seen: Seen, templates: Sequence[Template]) -> Tensor:
    """Where objects look like templates: float32 [N, 4] xyxy, pixels of the batch, best first."""
    found = [match for one in templates for match in _matches(seen, one)]
    if not found:
        return seen.batch.new_zeros(0, 4)
    boxes, scores = (torch.cat(rows) for rows in zip(*found, strict=True))
    boxes = clip_boxes_to_image(boxes, seen.size)
    kept: Tensor = boxes[nms(boxes, scores, _OVERLAP)[:_KEPT]]
    return kept


def _matches(seen: Seen, template: Template) -> Iterator[tuple[Tensor, Tensor]]:
    """Boxes and correlations of the best places for each size that fits into the image."""
    level = seen.pyramid[template.level]
    features, stride = _centred(level), seen.stride(level)
    energy = (features**2).sum(1, keepdim=True)
    for factor, kernel in zip(_SIZES, template.kernels, strict=True):
        cells = kernel.shape[-2], kernel.shape[-1]
        if cells[0] > level.shape[-2] or cells[1] > level.shape[-1]:
            continue
        norm = functional.avg_pool2d(energy, cells, 1) * (cells[0] * cells[1])
        alike = (functional.conv2d(features, kernel) / norm.clamp(min=1e-6).sqrt())[0, 0]
        top = functional.max_pool2d(alike[None, None], 3, 1, 1)[0, 0]
        rows, columns = torch.where(alike == top)
        best = alike[rows, columns].topk(min(_PEAKS, len(rows)))
        corner = torch.stack([columns, rows], 1)[best.indices] * stride
        size = corner.new_tensor(template.size) * factor
        yield torch.cat([corner, corner + size], 1), best.values


def _centred(level: Tensor) -> Tensor:
    """A level less its mean: what all places share says nothing."""
    centred: Tensor = level - level.mean((2, 3), keepdim=True)
    return centred
