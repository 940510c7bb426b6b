"""One score an object: how sure the network is of all it says of it; and each pose told only once.

A category's score says nothing of outline and joints. Multiplied by what their quality is expected
to be, as Mask Scoring R-CNN does for masks (Huang et al., 2019), it orders objects by how good they
are: what was measured stands in ``docs/performance.md``.
"""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import torch
from numpy.typing import NDArray
from torch import Tensor

SAME_POSE = 0.5
"""OKS from which on two poses of one category are one."""


def certainty(scores: Tensor, mask_iou: Tensor, joints: Sequence[Tensor]) -> Tensor:
    """Scores of categories times what is to be expected of masks and joints.

    Args:
        scores: [D], 0..1.
        mask_iou: [D], expected IoU of each mask; 1 where there is none.
        joints: [J] for each detection, expected OKS of the joints of its category; may be empty.

    Returns:
        [D], 0..1.
    """
    poses = [one.mean() if len(one) else one.new_ones(()) for one in joints]
    return scores * mask_iou * torch.stack(poses) if poses else scores * mask_iou


def oks(
    places: NDArray[np.float32], sigmas: NDArray[np.float32], areas: NDArray[np.float32]
) -> NDArray[np.float32]:
    """Object keypoint similarity of poses among each other, as COCO defines it.

    Args:
        places: [N, J, 2] x, y in pixels.
        sigmas: [J] of COCO.
        areas: [N] pixels of each object.

    Returns:
        [N, N]; row n is measured by the area of n.
    """
    away = ((places[:, None] - places[None]) ** 2).sum(-1)
    spread = 2 * np.maximum(areas, 1.0)[:, None, None] * (2 * sigmas) ** 2
    similar: NDArray[np.float32] = np.exp(-away / spread).mean(-1)
    return similar


def distinct(similar: NDArray[np.float32]) -> NDArray[np.bool_]:
    """Which poses stay when each gives way to a better one that is the same.

    Args:
        similar: [N, N] of ``oks``, the best pose first.

    Returns:
        bool [N].
    """
    stays = np.ones(len(similar), bool)
    for row in range(len(similar)):
        if stays[row]:
            stays[row + 1 :] &= similar[row, row + 1 :] < SAME_POSE
    return stays
