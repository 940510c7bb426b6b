"""The heads on pooled features, asked only for what is needed of them."""

from __future__ import annotations

import torch
from torch import Tensor, nn
from torchvision.models.detection.roi_heads import RoIHeads


def box_outputs(heads: RoIHeads, pooled: Tensor) -> tuple[Tensor, Tensor]:
    """Category logits [R, K + 1] and box offsets [R, 4 * (K + 1)] of regions [R, C, 7, 7]."""
    logits, deltas = heads.box_predictor(heads.box_head(pooled))
    return logits, deltas


def mask_outputs(heads: RoIHeads, pooled: Tensor, channels: Tensor) -> Tensor:
    """Mask logits of chosen channels.

    The last layer has a channel a category, of which an object needs one: with 80 categories the
    others would cost more than the rest of the head's end.

    Args:
        heads: with a mask head.
        pooled: [R, C, 14, 14].
        channels: int64 [R, c].

    Returns:
        float32 [R, c, 28, 28].
    """
    predictor = heads.mask_predictor
    grown = predictor.relu(predictor.conv5_mask(heads.mask_head(pooled)))
    last: nn.Conv2d = predictor.mask_fcn_logits
    places = grown.permute(0, 2, 3, 1).flatten(1, 2)
    weights = last.weight.flatten(1)[channels].transpose(1, 2)
    logits = torch.bmm(places, weights.to(places)).float().transpose(1, 2)
    if last.bias is not None:
        logits = logits + last.bias[channels][..., None]
    return logits.reshape(*channels.shape, *grown.shape[-2:])


def joint_outputs(heads: RoIHeads, pooled: Tensor) -> Tensor:
    """Heat map logits [R, J, 56, 56] of regions [R, C, 14, 14]."""
    maps: Tensor = heads.keypoint_predictor(heads.keypoint_head(pooled))
    return maps.float()
