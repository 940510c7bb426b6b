"""torchvision's own detector around the weights of one of our networks, to measure ours against.

It is what `torchvision.models.detection.MaskRCNN` and `KeypointRCNN` compose of their parts: their
transform, proposal stage, region heads and post-processing as shipped, with our network's trunk,
pyramid, heads and numbers of proposals and detections.
"""

from __future__ import annotations

import copy
from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np
import torch
from numpy.typing import NDArray
from torch import Tensor, nn
from torchvision.models.detection.generalized_rcnn import GeneralizedRCNN
from torchvision.models.detection.image_list import ImageList
from torchvision.models.detection.rpn import RegionProposalNetwork
from torchvision.models.detection.transform import GeneralizedRCNNTransform

from models.images import DEVIATION, MEAN, fitted, resized
from models.levels import lit
from models.mask_rcnn import Network


class _SomeLevels(nn.Module):
    """torchvision's proposal stage on the levels that the network proposes on."""

    def __init__(self, proposer: RegionProposalNetwork, levels: tuple[str, ...]) -> None:
        super().__init__()
        self.proposer, self.levels = proposer, levels

    def forward(
        self, images: ImageList, features: dict[str, Tensor], targets: Any = None
    ) -> tuple[list[Tensor], dict[str, Tensor]]:
        names = self.levels or tuple(features)
        found: tuple[list[Tensor], dict[str, Tensor]] = self.proposer(
            images, {name: features[name] for name in names}, targets
        )
        return found


class _OurPixels(GeneralizedRCNNTransform):
    """torchvision's transform, but lit and resized as we do it."""

    is_lit = True

    def normalize(self, image: Tensor) -> Tensor:
        return image

    def resize(self, image: Tensor, target: Any = None) -> tuple[Tensor, Any]:
        size = (image.shape[-1], image.shape[-2])
        width, height = fitted(size, short=self.min_size[-1], long=self.max_size)
        octets = (image * 255).round().to(torch.uint8)
        seen = octets.permute(1, 2, 0).cpu().numpy()
        if self.is_lit:
            seen = lit(seen)
        smaller = resized(torch.from_numpy(seen).permute(2, 0, 1), (width, height))
        return super().normalize(smaller.to(image.device).float() / 255), target


def stock_of(network: Network, *, floor: float = 0.05, our_pixels: bool = False) -> GeneralizedRCNN:
    """A stock detector with a copy of a network's weights, in evaluation mode.

    A category that reads the mask channel of all categories has its weights copied into its own
    channel, since stock heads know no other.

    Args:
        network: which weights.
        floor: lowest score of a detection.
        our_pixels: light and resize images as we do it, where torchvision does neither the first
            nor antialias: what is left of the difference is in what comes after the network. Only
            for prediction.
    """
    own = copy.deepcopy(network).to(memory_format=torch.contiguous_format)
    heads, preset = own.roi_heads, own.preset
    heads.score_thresh = floor
    last = heads.mask_predictor.mask_fcn_logits
    channels = own.mask_channel.clamp(min=0)
    with torch.no_grad():
        last.weight.copy_(last.weight[channels])
        last.bias.copy_(last.bias[channels])
    proposer = _SomeLevels(own.rpn, preset.proposal_levels)
    kind = _OurPixels if our_pixels else GeneralizedRCNNTransform
    transform = kind(preset.short_side, preset.long_side, list(MEAN), list(DEVIATION))
    if isinstance(transform, _OurPixels):
        transform.is_lit = preset.is_lit
    return GeneralizedRCNN(own.backbone, proposer, heads, transform).eval()


@torch.inference_mode()
def predict_stock(
    model: GeneralizedRCNN, images: Sequence[NDArray[np.uint8]]
) -> list[Mapping[str, Tensor]]:
    """What torchvision's examples do with RGB uint8 [H, W, 3]; masks are pasted into the images."""
    device = next(model.parameters()).device
    tensors = [torch.from_numpy(np.array(image)).permute(2, 0, 1) for image in images]
    found: list[Mapping[str, Tensor]] = model([one.to(device).float() / 255 for one in tensors])
    return found
