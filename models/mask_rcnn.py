"""The network: one trunk, a proposal stage, and heads for boxes, masks and keypoints side by side.

Mask R-CNN (He et al., 2017) with its keypoint branch, composed of torchvision's parts. Categories
may have different skeletons: the keypoint head speaks of all joints of all categories in a row, and
each category reads its own.
"""

from __future__ import annotations

from collections.abc import Sequence
from contextlib import AbstractContextManager, nullcontext
from dataclasses import replace
from functools import partial

import torch
from torch import Tensor, nn
from torchvision.ops import clip_boxes_to_image

from models import losses
from models.detections import Kept, RawDetections, chosen, suppress
from models.heads import box_outputs, joint_outputs, mask_outputs
from models.images import batched
from models.parts import BOX_POOL, MASK_POOL, make_parts
from models.pooling import FeaturePool
from models.presets import Preset
from models.proposals import AnchorOutputs, ask_again, look, propose
from models.regions import Regions, draw_regions
from models.targets import Target, joint_offsets
from models.types import CategorySpec

_MASK_SIDE, _JOINT_SIDE = 28, 56
_EPS = 1e-5
_GUESSES = 300  # proposals looked at for objects nobody labelled


class Network(nn.Module):
    """Boxes, masks and keypoints of the categories it was built for.

    Attributes:
        preset: its sizes.
        categories: in label order.
        is_pretrained: whether its trunk began with learned weights; then batch norms and the first
            stage stay as they are.
        precision: of trunk and pyramid; None takes bfloat16 on an NVIDIA GPU that has it, and
            float32 elsewhere. Everything after them is float32.
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
        self.precision: torch.dtype | None = None
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
        for module in self.modules():
            if isinstance(module, nn.BatchNorm2d):
                if self.is_pretrained:
                    module.eval()
                else:
                    module.eps = max(module.eps, _EPS)  # COCO's weights have 0, which cannot learn
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
        batch, sizes = batched(images, self.device)
        features, pool = self._features(batch)
        levels = self.proposing(features)
        is_single = len(self.rpn.head.conv) == 1
        with torch.set_grad_enabled(not is_single):
            said = look(self.rpn, batch, sizes, levels)
        proposals = propose(self.rpn, said, sizes)
        targets = [
            target
            if target.is_complete
            else self._spare_unlabelled(index, target, pool, proposals, sizes)
            for index, target in enumerate(targets)
        ]
        labels, wanted, edges = self._match_anchors(said, targets)
        ask = partial(ask_again, self.rpn, levels) if is_single else said.of
        result = losses.proposal_losses(ask, labels, wanted, edges, generator)
        rois = self.preset.rois
        drawn = [
            draw_regions(self.roi_heads, boxes, target, count=rois, generator=generator)
            for boxes, target in zip(proposals, targets, strict=True)
        ]
        result.update(self._head_losses(pool, drawn))
        return result

    def _features(self, batch: Tensor) -> tuple[dict[str, Tensor], FeaturePool]:
        """The pyramid, and what regions are cut out of: all its levels but the coarsest."""
        with self.lowered():
            levels: dict[str, Tensor] = self.backbone(batch)
        features = {name: level.float() for name, level in levels.items()}
        pooled = [level for name, level in features.items() if name != "pool"]
        return features, FeaturePool(pooled, batch)

    def lowered(self) -> AbstractContextManager[object]:
        """Where trunk and pyramid run: at the precision that was asked for, or that is usual."""
        kind = self.device.type
        can = kind == "cuda" and torch.cuda.is_bf16_supported(including_emulation=False)
        precision = self.precision or (torch.bfloat16 if can else torch.float32)
        is_full = precision == torch.float32
        return nullcontext() if is_full else torch.autocast(kind, dtype=precision)

    def proposing(self, features: dict[str, Tensor]) -> list[Tensor]:
        """The levels of the pyramid that propose."""
        return [features[name] for name in self.preset.proposal_levels or tuple(features)]

    @torch.no_grad()
    def _spare_unlabelled(
        self,
        index: int,
        target: Target,
        pool: FeaturePool,
        proposals: list[Tensor],
        sizes: list[tuple[int, int]],
    ) -> Target:
        """An incomplete image's target, ignoring what the network is confident is an object."""
        boxes = proposals[index][:_GUESSES]
        alone = [boxes if image == index else boxes[:0] for image in range(len(proposals))]
        logits, deltas = box_outputs(self.roi_heads, pool.pool(alone, BOX_POOL))
        scores, label = logits.softmax(-1)[:, 1:].max(-1)
        decoded = self.roi_heads.box_coder.decode(deltas, [boxes])
        guesses = decoded[torch.arange(len(boxes), device=boxes.device), label + 1]
        guesses = clip_boxes_to_image(guesses, sizes[index])
        spared = losses.unmatched(guesses, scores, target.boxes)
        return replace(target, ignored=torch.cat([target.ignored, spared]))

    def _match_anchors(
        self, said: AnchorOutputs, targets: Sequence[Target]
    ) -> tuple[list[Tensor], list[Tensor], list[Tensor]]:
        """Per image: anchor labels (1, 0, -1), offsets to learn, and whether their box is known."""
        anchors = [said.anchors] * len(targets)
        boxes = [{"boxes": target.boxes} for target in targets]
        labels, matched = self.rpn.assign_targets_to_anchors(anchors, boxes)
        wanted = self.rpn.box_coder.encode(matched, anchors)
        edges = []
        for label, own, match, target in zip(labels, anchors, matched, targets, strict=True):
            label[(label == 0) & losses.covered(own, target.ignored)] = losses.IGNORED
            vague = target.boxes[~target.has_box]
            edges.append(~(match[:, None] == vague[None]).all(-1).any(-1))
        return labels, list(wanted), edges

    def _head_losses(self, pool: FeaturePool, drawn: list[Regions]) -> dict[str, Tensor]:
        boxes = [regions.boxes for regions in drawn]
        logits, deltas = box_outputs(self.roi_heads, pool.pool(boxes, BOX_POOL))
        wanted, known = zip(*(r.wanted(self.roi_heads.box_coder) for r in drawn), strict=True)
        labels = torch.cat([regions.labels for regions in drawn])
        result = losses.box_losses(logits, deltas, labels, torch.cat(wanted), torch.cat(known))
        result["mask"] = self._mask_loss(pool, drawn)
        if self.has_joints:
            result["joints"] = self._joint_loss(pool, drawn)
        return result

    def _mask_loss(self, pool: FeaturePool, drawn: list[Regions]) -> Tensor:
        boxes, labels, wanted = [], [], []
        for regions in drawn:
            rows = regions.with_masks()
            own, matched = regions.boxes[rows], regions.matched[rows]
            boxes.append(own)
            labels.append(regions.labels[rows])
            wanted.append(losses.mask_targets(regions.target, matched, own, _MASK_SIDE))
        own, truth = torch.cat(labels), torch.cat(wanted)
        shares_a_channel = bool((self.mask_channel[1:] == 0).any())
        channels = torch.stack([own, own * 0], 1) if shares_a_channel else own[:, None]
        logits = mask_outputs(self.roi_heads, pool.pool(boxes, MASK_POOL), channels)
        return losses.mask_loss(logits, truth[:, None].expand_as(logits))

    def _joint_loss(self, pool: FeaturePool, drawn: list[Regions]) -> Tensor:
        boxes, joints = [], []
        for regions in drawn:
            rows = regions.with_joints()
            boxes.append(regions.boxes[rows])
            joints.append(regions.target.joints[regions.matched[rows]])
        logits = joint_outputs(self.roi_heads, pool.pool(boxes, MASK_POOL))
        return losses.joint_loss(logits, torch.cat(joints), torch.cat(boxes))

    @torch.inference_mode()
    def detect(
        self, images: Sequence[Tensor], *, floor: float, limit: int = 100
    ) -> list[RawDetections]:
        """What is in each image; the network must be in evaluation mode.

        Args:
            images: [3, H, W] each, float32 0..1 or uint8, on the network's device.
            floor: lowest score to keep.
            limit: detections an image.
        """
        batch, sizes = batched(images, self.device)
        features, pool = self._features(batch)
        said = look(self.rpn, batch, sizes, self.proposing(features))
        proposals = propose(self.rpn, said, sizes)
        pooled = pool.pool(proposals, BOX_POOL)
        logits, deltas = box_outputs(self.roi_heads, pooled)
        counts = [len(one) for one in proposals]
        scores = torch.split(logits.softmax(-1), counts)
        coder = self.roi_heads.box_coder
        rows = zip(proposals, scores, torch.split(deltas, counts), sizes, strict=True)
        found = [suppress(coder, *row, floor=floor, limit=limit) for row in rows]
        means = torch.split(pooled.mean((2, 3)), counts)
        traits = [mean[one.rows] for mean, one in zip(means, found, strict=True)]
        return self.shapes(pool, found, traits, pool.scenes(sizes))

    @torch.inference_mode()
    def embed(self, images: Sequence[Tensor]) -> Tensor:
        """What images look like to trunk and pyramid: float32 [B, F], as `RawDetections.scene`.

        Args:
            images: as for `detect`.
        """
        batch, sizes = batched(images, self.device)
        return self._features(batch)[1].scenes(sizes)

    @torch.inference_mode()
    def shapes(
        self,
        pool: FeaturePool,
        found: Sequence[Kept],
        traits: Sequence[Tensor],
        scenes: Sequence[Tensor] | Tensor,
    ) -> list[RawDetections]:
        """Masks and joint maps of boxes of each image, where their category has them.

        Args:
            pool: what regions are cut out of.
            found: the boxes.
            traits: [D, C] of each image, as in `RawDetections`.
            scenes: [F] of each image, as in `RawDetections`.
        """
        labels = torch.cat([one.labels for one in found])
        channels = self.mask_channel[labels]
        masks = torch.zeros(len(labels), _MASK_SIDE, _MASK_SIDE, device=self.device)
        drawn, boxes = chosen(found, channels >= 0)
        if len(drawn):
            own = channels[drawn, None]
            logits = mask_outputs(self.roi_heads, pool.pool(boxes, MASK_POOL), own)
            masks[drawn] = logits[:, 0].sigmoid()
        joints = self.joint_offsets[-1]
        maps = torch.zeros(len(labels), joints, _JOINT_SIDE, _JOINT_SIDE, device=self.device)
        first = torch.tensor(self.joint_offsets, device=self.device)
        jointed, boxes = chosen(found, first[labels] > first[labels - 1])
        if len(jointed):
            maps[jointed] = joint_outputs(self.roi_heads, pool.pool(boxes, MASK_POOL))
        counts = [len(one.labels) for one in found]
        parts = torch.split(masks, counts), torch.split(maps, counts)
        shapes = zip(found, *parts, traits, scenes, strict=True)
        return [RawDetections(*shape) for shape in shapes]
