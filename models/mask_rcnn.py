"""The network: one trunk, a proposal stage, and heads for boxes, masks and keypoints side by side.

Mask R-CNN (He et al., 2017) with its keypoint branch, composed of torchvision's parts. Categories
may have different skeletons: the keypoint head speaks of all joints of all categories in a row, and
each category reads its own.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

import torch
from torch import Tensor, nn
from torchvision.models.detection.image_list import ImageList
from torchvision.ops import clip_boxes_to_image

from models import losses
from models.detections import Kept, RawDetections, anchor_rows, suppress
from models.parts import make_parts
from models.presets import Preset
from models.regions import Regions, draw_regions
from models.targets import Target, joint_offsets
from models.types import CategorySpec

MEAN, DEVIATION = (0.485, 0.456, 0.406), (0.229, 0.224, 0.225)
"""Of ImageNet's pixels, as torchvision's weights expect."""

_STRIDE = 32
_MASK_SIDE, _JOINT_SIDE = 28, 56
_GUESSES = 300  # proposals looked at for objects nobody labelled


class Network(nn.Module):
    """Boxes, masks and keypoints of the categories it was built for.

    Attributes:
        preset: its sizes.
        categories: in label order.
        is_pretrained: whether its trunk began with learned weights; then batch norms and the first
            stage stay as they are.
        mask_channel: int64 [K + 1], the mask channel each label reads: its own; 0, which learns
            from every category, where there are few masks; -1 where none were ever labelled.
    """

    mask_channel: Tensor

    def __init__(self, preset: Preset, categories: Sequence[CategorySpec]) -> None:
        """Build it with fresh weights.

        Raises:
            ValueError: when there are no categories, or the preset's sizes are out of bounds.
        """
        super().__init__()
        if not categories:
            raise ValueError("a network needs at least one category")
        preset.check()
        self.preset = preset
        self.categories = tuple(categories)
        self.is_pretrained = False
        self.joint_offsets = joint_offsets(categories)
        labels = len(categories) + 1
        parts = make_parts(preset, labels=labels, joints=self.joint_offsets[-1])
        self.backbone, self.rpn, self.roi_heads = parts.backbone, parts.rpn, parts.roi_heads
        self.register_buffer("mask_channel", torch.arange(labels))

    @property
    def device(self) -> torch.device:
        """Where its weights are."""
        return self.mask_channel.device

    @property
    def has_joints(self) -> bool:
        """Whether any category has joints."""
        return self.joint_offsets[-1] > 0

    def train(self, mode: bool = True) -> Network:
        """Training or evaluation mode; batch norms of pretrained weights never train."""
        super().train(mode)
        if self.is_pretrained:
            for module in self.modules():
                if isinstance(module, nn.BatchNorm2d):
                    module.eval()
        return self

    def forward(
        self, images: Sequence[Tensor], targets: Sequence[Target], generator: torch.Generator
    ) -> dict[str, Tensor]:
        """Losses of a batch.

        Args:
            images: float32 [3, H, W] each, 0..1, on the network's device.
            targets: one an image.
            generator: on the CPU, draws the examples.

        Returns:
            Scalars by name: objectness, proposals, category, box, mask, and joints where any
            category has some.
        """
        batch, sizes = self._batch(images)
        features = self.backbone(batch)
        anchors, objectness, deltas, proposals = self._propose(batch, sizes, features)
        targets = [
            target
            if target.is_complete
            else self._spare_unlabelled(index, target, features, proposals, sizes)
            for index, target in enumerate(targets)
        ]
        labels, wanted, edges = self._match_anchors(anchors, targets)
        result = losses.proposal_losses(objectness, deltas, labels, wanted, edges, generator)
        rois = self.preset.rois
        drawn = [
            draw_regions(self.roi_heads, boxes, target, count=rois, generator=generator)
            for boxes, target in zip(proposals, targets, strict=True)
        ]
        result.update(self._head_losses(features, drawn, sizes))
        return result

    def _batch(self, images: Sequence[Tensor]) -> tuple[Tensor, list[tuple[int, int]]]:
        """Normalised images in one tensor, padded right and below; and their (height, width)."""
        sizes = [(int(image.shape[-2]), int(image.shape[-1])) for image in images]
        height, width = (-(-max(side) // _STRIDE) * _STRIDE for side in zip(*sizes, strict=True))
        mean = images[0].new_tensor(MEAN)[:, None, None]
        deviation = images[0].new_tensor(DEVIATION)[:, None, None]
        batch = images[0].new_zeros(len(images), 3, height, width)
        for row, image in zip(batch, images, strict=True):
            row[:, : image.shape[-2], : image.shape[-1]] = (image - mean) / deviation
        return batch.contiguous(memory_format=torch.channels_last), sizes

    def _propose(
        self, batch: Tensor, sizes: list[tuple[int, int]], features: dict[str, Tensor]
    ) -> tuple[list[Tensor], Tensor, Tensor, list[Tensor]]:
        """Anchors an image, logits [A, 1] and offsets [A, 4] of all, and proposals an image."""
        names = self.preset.proposal_levels or tuple(features)
        levels = [features[name] for name in names]
        objectness, deltas = self.rpn.head(levels)
        anchors = self.rpn.anchor_generator(ImageList(batch, sizes), levels)
        counts = [level[0].numel() for level in objectness]
        logits, offsets = anchor_rows(objectness, 1), anchor_rows(deltas, 4)
        decoded = self.rpn.box_coder.decode(offsets.detach(), anchors).view(len(sizes), -1, 4)
        proposals, _ = self.rpn.filter_proposals(decoded, logits, sizes, counts)
        return anchors, logits, offsets, proposals

    @torch.no_grad()
    def _spare_unlabelled(
        self,
        index: int,
        target: Target,
        features: dict[str, Tensor],
        proposals: list[Tensor],
        sizes: list[tuple[int, int]],
    ) -> Target:
        """An incomplete image's target, ignoring what the network is confident is an object."""
        own = {name: level[index : index + 1] for name, level in features.items()}
        boxes = proposals[index][:_GUESSES]
        logits, deltas = self._box_head(own, [boxes], [sizes[index]])
        scores, label = logits.softmax(-1)[:, 1:].max(-1)
        decoded = self.roi_heads.box_coder.decode(deltas, [boxes])
        guesses = decoded[torch.arange(len(boxes), device=boxes.device), label + 1]
        guesses = clip_boxes_to_image(guesses, sizes[index])
        spared = losses.unmatched(guesses, scores, target.boxes)
        return replace(target, ignored=torch.cat([target.ignored, spared]))

    def _match_anchors(
        self, anchors: list[Tensor], targets: Sequence[Target]
    ) -> tuple[list[Tensor], list[Tensor], list[Tensor]]:
        """Per image: anchor labels (1, 0, -1), offsets to learn, and whether their box is known."""
        boxes = [{"boxes": target.boxes} for target in targets]
        labels, matched = self.rpn.assign_targets_to_anchors(anchors, boxes)
        wanted = self.rpn.box_coder.encode(matched, anchors)
        edges = []
        for label, own, match, target in zip(labels, anchors, matched, targets, strict=True):
            label[(label == 0) & losses.covered(own, target.ignored)] = losses.IGNORED
            vague = target.boxes[~target.has_box]
            edges.append(~(match[:, None] == vague[None]).all(-1).any(-1))
        return labels, list(wanted), edges

    def _box_head(
        self, features: dict[str, Tensor], boxes: list[Tensor], sizes: list[tuple[int, int]]
    ) -> tuple[Tensor, Tensor]:
        heads = self.roi_heads
        logits, deltas = heads.box_predictor(
            heads.box_head(heads.box_roi_pool(features, boxes, sizes))
        )
        return logits, deltas

    def _mask_logits(
        self, features: dict[str, Tensor], boxes: list[Tensor], sizes: list[tuple[int, int]]
    ) -> Tensor:
        heads = self.roi_heads
        pooled = heads.mask_roi_pool(features, boxes, sizes)
        logits: Tensor = heads.mask_predictor(heads.mask_head(pooled))
        return logits

    def _joint_logits(
        self, features: dict[str, Tensor], boxes: list[Tensor], sizes: list[tuple[int, int]]
    ) -> Tensor:
        heads = self.roi_heads
        pooled = heads.keypoint_roi_pool(features, boxes, sizes)
        logits: Tensor = heads.keypoint_predictor(heads.keypoint_head(pooled))
        return logits

    def _head_losses(
        self, features: dict[str, Tensor], drawn: list[Regions], sizes: list[tuple[int, int]]
    ) -> dict[str, Tensor]:
        boxes = [regions.boxes for regions in drawn]
        logits, deltas = self._box_head(features, boxes, sizes)
        wanted, known = zip(*(r.wanted(self.roi_heads.box_coder) for r in drawn), strict=True)
        labels = torch.cat([regions.labels for regions in drawn])
        result = losses.box_losses(logits, deltas, labels, torch.cat(wanted), torch.cat(known))
        result["mask"] = self._mask_loss(features, drawn, sizes)
        if self.has_joints:
            result["joints"] = self._joint_loss(features, drawn, sizes)
        return result

    def _mask_loss(
        self, features: dict[str, Tensor], drawn: list[Regions], sizes: list[tuple[int, int]]
    ) -> Tensor:
        boxes, labels, wanted = [], [], []
        for regions in drawn:
            rows = regions.with_masks()
            own, matched = regions.boxes[rows], regions.matched[rows]
            boxes.append(own)
            labels.append(regions.labels[rows])
            wanted.append(losses.mask_targets(regions.target, matched, own, _MASK_SIDE))
        logits = self._mask_logits(features, boxes, sizes)
        channels, truth = torch.cat(labels), torch.cat(wanted)
        loss = losses.mask_loss(logits, channels, truth)
        if bool((self.mask_channel[1:] == 0).any()):
            loss = (loss + losses.mask_loss(logits, torch.zeros_like(channels), truth)) / 2
        return loss

    def _joint_loss(
        self, features: dict[str, Tensor], drawn: list[Regions], sizes: list[tuple[int, int]]
    ) -> Tensor:
        boxes, joints = [], []
        for regions in drawn:
            rows = regions.with_joints()
            boxes.append(regions.boxes[rows])
            joints.append(regions.target.joints[regions.matched[rows]])
        logits = self._joint_logits(features, boxes, sizes)
        return losses.joint_loss(logits, torch.cat(joints), torch.cat(boxes))

    @torch.inference_mode()
    def detect(
        self, images: Sequence[Tensor], *, floor: float, limit: int = 100
    ) -> list[RawDetections]:
        """What is in each image; the network must be in evaluation mode.

        Args:
            images: float32 [3, H, W] each, 0..1, on the network's device.
            floor: lowest score to keep.
            limit: detections an image.
        """
        batch, sizes = self._batch(images)
        features = self.backbone(batch)
        _, _, _, proposals = self._propose(batch, sizes, features)
        logits, deltas = self._box_head(features, proposals, sizes)
        scores = logits.softmax(-1)
        boxes = self.roi_heads.box_coder.decode(deltas, proposals)
        counts = [len(one) for one in proposals]
        found = [
            suppress(b, s, size, floor=floor, limit=limit)
            for b, s, size in zip(
                torch.split(boxes, counts), torch.split(scores, counts), sizes, strict=True
            )
        ]
        return self._with_shapes(features, found, sizes)

    def _with_shapes(
        self, features: dict[str, Tensor], kept: list[Kept], sizes: list[tuple[int, int]]
    ) -> list[RawDetections]:
        """Masks and joint maps of the detections kept."""
        boxes = [one.boxes for one in kept]
        counts = [len(one) for one in boxes]
        channels = self.mask_channel[torch.cat([one.labels for one in kept])].clamp(min=0)
        logits = self._mask_logits(features, boxes, sizes)
        rows = torch.arange(len(channels), device=logits.device)
        masks = logits[rows, channels].float().sigmoid()
        if self.has_joints:
            maps = self._joint_logits(features, boxes, sizes).float()
        else:
            maps = masks.new_zeros(len(masks), 0, _JOINT_SIDE, _JOINT_SIDE)
        shapes = zip(kept, torch.split(masks, counts), torch.split(maps, counts), strict=True)
        return [RawDetections(one, mask, joints) for one, mask, joints in shapes]
