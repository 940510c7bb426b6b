"""The parts of the network, from torchvision: trunk with feature pyramid, proposals, heads."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from torch import nn
from torchvision.models import get_model
from torchvision.models.detection import maskrcnn_resnet50_fpn, maskrcnn_resnet50_fpn_v2
from torchvision.models.detection.anchor_utils import AnchorGenerator
from torchvision.models.detection.backbone_utils import BackboneWithFPN
from torchvision.models.detection.faster_rcnn import FastRCNNPredictor, TwoMLPHead
from torchvision.models.detection.keypoint_rcnn import KeypointRCNNHeads, KeypointRCNNPredictor
from torchvision.models.detection.mask_rcnn import MaskRCNNHeads, MaskRCNNPredictor
from torchvision.models.detection.roi_heads import RoIHeads
from torchvision.models.detection.rpn import RegionProposalNetwork, RPNHead
from torchvision.ops import MultiScaleRoIAlign

from models.presets import Preset

BOX_POOL, MASK_POOL = 7, 14
NMS_IOU = 0.5
_QUIET = 0.001


@dataclass(frozen=True, slots=True)
class Parts:
    """What a network is composed of; names follow torchvision's state dictionaries."""

    backbone: BackboneWithFPN
    rpn: RegionProposalNetwork
    roi_heads: RoIHeads


def make_parts(preset: Preset, *, labels: int, joints: int) -> Parts:
    """Build all parts with fresh weights.

    Args:
        preset: the sizes.
        labels: categories plus one for the background.
        joints: joints of all categories together; 0 builds no keypoint head.
    """
    if preset.levels:
        parts = _narrow_parts(preset, labels)
        levels = [str(level) for level in range(len(preset.levels))]
    else:
        parts = _torchvision_parts(preset, labels)
        levels = ["0", "1", "2", "3"]
    if joints:
        width = 512 if preset.channels >= 256 else preset.channels
        heads = parts.roi_heads
        heads.keypoint_roi_pool = MultiScaleRoIAlign(levels, MASK_POOL, 2)
        heads.keypoint_head = KeypointRCNNHeads(preset.channels, (width,) * preset.joint_layers)
        heads.keypoint_predictor = KeypointRCNNPredictor(width, joints)
        nn.init.normal_(heads.keypoint_predictor.kps_score_lowres.weight, std=_QUIET)
    _quieten(parts.roi_heads)
    return parts


def _quieten(heads: RoIHeads) -> None:
    """Begin undecided: last layers near zero, as in Detectron, so that no head starts out wrong."""
    box = heads.box_predictor
    nn.init.normal_(box.cls_score.weight, std=0.01)
    nn.init.normal_(box.bbox_pred.weight, std=_QUIET)
    nn.init.normal_(heads.mask_predictor.mask_fcn_logits.weight, std=_QUIET)
    for layer in (box.cls_score, box.bbox_pred, heads.mask_predictor.mask_fcn_logits):
        nn.init.zeros_(layer.bias)


def _torchvision_parts(preset: Preset, labels: int) -> Parts:
    make = {"resnet50": maskrcnn_resnet50_fpn, "resnet50_v2": maskrcnn_resnet50_fpn_v2}
    limits = {
        "rpn_pre_nms_top_n_train": 2 * preset.train_proposals,
        "rpn_pre_nms_top_n_test": 2 * preset.test_proposals,
        "rpn_post_nms_top_n_train": preset.train_proposals,
        "rpn_post_nms_top_n_test": preset.test_proposals,
        "box_batch_size_per_image": preset.rois,
    }
    whole = make[preset.trunk](
        weights=None,
        weights_backbone=None,
        num_classes=labels,
        **limits,
    )
    if preset.trunk == "resnet50":
        # torchvision evaluates these COCO weights with eps 0, as they were trained
        for module in whole.modules():
            if isinstance(module, nn.BatchNorm2d):
                module.eps = 0.0
    return Parts(whole.backbone, whole.rpn, whole.roi_heads)


def _narrow_parts(preset: Preset, labels: int) -> Parts:
    return Parts(_pyramid(preset), _proposer(preset), _heads(preset, labels))


def _pyramid(preset: Preset) -> BackboneWithFPN:
    features = get_model(preset.trunk, weights=None).features
    if preset.trunk == "squeezenet1_0":
        _align_squeezenet(features)
    return BackboneWithFPN(
        features,
        return_layers={child: str(level) for level, (child, _) in enumerate(preset.levels)},
        in_channels_list=[channels for _, channels in preset.levels],
        out_channels=preset.channels,
        norm_layer=_group_norm,
    )


def _group_norm(channels: int) -> nn.GroupNorm:
    """Normalisation that does not depend on the batch.

    SqueezeNet has no normalisation of its own and its features are large: without this, the first
    losses of masks and joints are in the hundreds.
    """
    return nn.GroupNorm(max(1, channels // 8), channels)


def _align_squeezenet(features: Any) -> None:
    """Pad so that cells lie over the pixels that boxes are measured in.

    As published, the first convolution has no padding: a stride-4 cell then looks 3 pixels to the
    right of and below the place that anchors and RoIAlign give it, and 400 pixels make 98 cells.
    With this padding they make 100, and every level is within 2.5 pixels of its place.
    """
    features[0].padding = (3, 3)
    features[11] = nn.MaxPool2d(kernel_size=3, stride=2, padding=1)


def _proposer(preset: Preset) -> RegionProposalNetwork:
    ratios = (0.5, 1.0, 2.0)
    anchors = AnchorGenerator(preset.anchors, (ratios,) * len(preset.anchors))
    return RegionProposalNetwork(
        anchors,
        RPNHead(preset.channels, anchors.num_anchors_per_location()[0]),
        fg_iou_thresh=0.7,
        bg_iou_thresh=0.3,
        batch_size_per_image=256,
        positive_fraction=0.5,
        pre_nms_top_n={
            "training": 2 * preset.train_proposals,
            "testing": 2 * preset.test_proposals,
        },
        post_nms_top_n={"training": preset.train_proposals, "testing": preset.test_proposals},
        nms_thresh=0.7,
    )


def _heads(preset: Preset, labels: int) -> RoIHeads:
    levels = [str(level) for level in range(len(preset.levels))]
    width = preset.channels
    return RoIHeads(
        MultiScaleRoIAlign(levels, BOX_POOL, 2),
        TwoMLPHead(width * BOX_POOL**2, preset.box_width),
        FastRCNNPredictor(preset.box_width, labels),
        fg_iou_thresh=0.5,
        bg_iou_thresh=0.5,
        batch_size_per_image=preset.rois,
        positive_fraction=0.25,
        bbox_reg_weights=None,
        score_thresh=0.05,
        nms_thresh=NMS_IOU,
        detections_per_img=100,
        mask_roi_pool=MultiScaleRoIAlign(levels, MASK_POOL, 2),
        mask_head=MaskRCNNHeads(width, (width,) * preset.mask_layers, 1),
        mask_predictor=MaskRCNNPredictor(width, width, labels),
    )
