"""What the network says of the very region a person points at: mask and joints, and corrections.

The image goes through the trunk once. Every question after that costs the heads on one region and a
small linear system. A region may show what the network never learned: then the look of the pixels
and the person's clicks decide.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace

import numpy as np
import torch
from PIL import Image
from torch import Tensor

from models.alike import Alike, Candidates, Example, example_of, find_alike
from models.describe import describe, weigh
from models.detections import Kept, RawDetections
from models.heads import box_outputs
from models.images import fitted, load_image
from models.mask_rcnn import Network
from models.parts import BOX_POOL
from models.patch import Patch
from models.seen import glance
from models.types import Box, Detection, Region, Sample
from models.walk import Click, Walk, from_drawn, from_head, likeness
from models.walker import Field

__all__ = ["Click", "Gaze"]

_PICTURE_SIDE = 1600  # short side up to which the pixels themselves are looked at
_MARGIN = 0.12  # of the box's sides, looked at around it
_OWN = 0.95  # IoU from which a mask counts as what the network says, and not as a person's
_SMALLEST = 1.0  # pixels of a side


@dataclass(frozen=True, slots=True)
class _Begun:
    """What a walk was begun for; another question begins another."""

    patch: Patch
    box: Box
    label: int | None
    drawn: tuple[Region, ...]


class Gaze:
    """One image held in view, to be asked about regions.

    Attributes:
        sample: the image.
    """

    def __init__(self, network: Network, sample: Sample) -> None:
        """Look at the image; this is the part that takes long.

        Args:
            network: on any device; it is left in evaluation mode.
            sample: its size must be known.
        """
        self.sample = sample
        self._network = network.eval()
        preset = network.preset
        size = fitted(sample.size, short=preset.short_side, long=preset.long_side)
        self._scale = torch.tensor([s / o for s, o in zip(size, sample.size, strict=True)] * 2)
        self._scale = self._scale.to(network.device)
        pixels = load_image(sample, size, is_lit=preset.is_lit)
        self._seen = glance(network, pixels.to(network.device))
        self._candidates: Candidates | None = None
        self._picture = Image.fromarray(sample.read(min(_PICTURE_SIDE, *sample.size)))
        self._walk: tuple[_Begun, Walk] | None = None

    def object_in(self, box: Box, label: int | None) -> Detection:
        """The object that a box was drawn around.

        Args:
            box: xyxy, pixels of the original; it is kept as it is.
            label: 1..K, what it is; None for what the network does not know, which is then taken
                for the most similar it knows, and gets no joints.

        Returns:
            With the score of its label, outlines in any case, joints where the label has them. The
            doubt about its mask is high where the network does not know such objects.
        """
        box = self._sound(box)
        raw, scores = self._said(box, label)
        facts = weigh(self._network, raw, self.sample.size).on_cpu()
        has_mask = bool(facts.has_mask.any())
        outlined = replace(facts, has_mask=torch.zeros_like(facts.has_mask))  # below, by the walk
        (found,) = describe(self._network, outlined)
        walk = self._begin(_Begun(self._patch(box, (), ()), box, label, ()), facts.masks[0])
        expected = 1 - float(facts.doubts[0, 2]) if has_mask else 0.0
        sure = expected * likeness(facts.masks[0].numpy())
        return replace(
            found,
            box=box,
            score=float(scores[found.label]),
            regions=walk.regions(),
            joints=None if label is None else found.joints,
            doubt=replace(
                found.doubt, mask=1 - sure, joints=() if label is None else found.doubt.joints
            ),
        )

    def corrected(
        self, box: Box, label: int | None, drawn: Sequence[Region], clicks: Sequence[Click]
    ) -> tuple[Region, ...]:
        """An object's mask after a person's clicks; each counts most around its place.

        Args:
            box: xyxy, pixels of the original.
            label: as for `object_in`.
            drawn: the mask as it is; empty for what `object_in` finds.
            clicks: all of them, in order. Those that were followed before are not followed again.

        Returns:
            Outlines, largest part first; empty where nothing is left.
        """
        box = self._sound(box)
        begun = _Begun(self._patch(box, drawn, clicks), box, label, tuple(drawn))
        if self._walk is None or self._walk[0] != begun:
            raw, _ = self._said(box, label)
            self._begin(begun, raw.masks[0].cpu())
        assert self._walk is not None
        self._walk[1].follow(clicks)
        return self._walk[1].regions()

    def example(self, box: Box) -> Example:
        """The object in a box (xyxy, pixels of the original), to look for others like it."""
        return example_of(self._network, self._seen, self._scaled([self._sound(box)])[0])

    def alike(
        self, examples: Sequence[Example], label: int | None, taken: Sequence[Box]
    ) -> list[Alike]:
        """Objects here that look like examples of this image or others, the most alike first.

        Args:
            examples: of the same network; at least one.
            label: what they are; None for what the network never learned.
            taken: boxes (xyxy, pixels of the original) where something stands already.
        """
        if self._candidates is None:
            self._candidates = Candidates(self._network, self._seen)
        there = self._scaled(taken)
        found = find_alike(
            self._network, self._seen, self._candidates, examples, label=label, taken=there
        )
        boxes = [(box / self._scale).tolist() for box, _ in found]
        return [
            Alike(self._sound((x0, y0, x1, y1)), likeness)
            for (x0, y0, x1, y1), (_, likeness) in zip(boxes, found, strict=True)
        ]

    def _scaled(self, boxes: Sequence[Box]) -> Tensor:
        """Boxes of the original [N, 4] in pixels of the image as it was fed in."""
        return torch.tensor(boxes, device=self._network.device).reshape(-1, 4) * self._scale

    def _begin(self, begun: _Begun, mask: Tensor) -> Walk:
        """The walk from the head's mask; from what is drawn, if that is another."""
        patch = begun.patch
        looks = patch.looks(self._picture, self._picture.width / self.sample.size[0])
        walk = from_head(patch, looks, begun.box, mask.numpy())
        if begun.drawn:
            drawn = patch.painted(begun.drawn)
            own = walk.mask, patch.laid(mask.numpy(), begun.box)
            if max(_overlap(drawn, one) for one in own) < _OWN:
                walk = from_drawn(patch, looks, begun.drawn)
        self._walk = begun, walk
        return walk

    @torch.inference_mode()
    def _said(self, box: Box, label: int | None) -> tuple[RawDetections, Tensor]:
        """What the heads say of a box, and the score [K + 1] of each label; row 0 is background."""
        network = self._network
        seen = torch.tensor([box], device=network.device) * self._scale
        pooled = self._seen.pool.pool([seen], BOX_POOL)
        logits, _ = box_outputs(network.roi_heads, pooled)
        scores = logits.softmax(-1)[0]
        if label is None:
            has_mask = network.mask_channel[1:] >= 0
            label = 1 + int((scores[1:] + has_mask).argmax())
        labels = torch.tensor([label], device=network.device)
        none = torch.zeros_like(labels)
        kept = Kept(seen, labels, scores[label][None], none.float(), none, none)
        traits = pooled.mean((2, 3))
        (raw,) = network.shapes(self._seen.pool, [kept], [traits], [traits[0]])
        return replace(raw, kept=replace(kept, boxes=seen / self._scale)), scores.cpu()

    def _sound(self, box: Box) -> Box:
        """The box inside the image, and no thinner than a pixel."""
        width, height = self.sample.size
        x0, y0 = min(max(0.0, box[0]), width - _SMALLEST), min(max(0.0, box[1]), height - _SMALLEST)
        x1, y1 = min(max(x0 + _SMALLEST, box[2]), width), min(max(y0 + _SMALLEST, box[3]), height)
        return x0, y0, float(x1), float(y1)

    def _patch(self, box: Box, drawn: Sequence[Region], clicks: Sequence[Click]) -> Patch:
        """A patch around a box, a mask and clicks, inside the image."""
        rings = [np.reshape(region.outer, (-1, 2)) for region in drawn]
        points = np.concatenate([np.reshape(box, (2, 2)), *rings])
        (x0, y0), (x1, y1) = points.min(0).tolist(), points.max(0).tolist()
        across, down = _MARGIN * (x1 - x0), _MARGIN * (y1 - y0)
        x0, y0, x1, y1 = x0 - across, y0 - down, x1 + across, y1 + down
        beyond = [c for c in clicks if not (x0 <= c.x <= x1 and y0 <= c.y <= y1)]
        for click in beyond:
            x0, y0 = min(x0, click.x - across), min(y0, click.y - down)
            x1, y1 = max(x1, click.x + across), max(y1, click.y + down)
        width, height = self.sample.size
        return Patch((max(0.0, x0), max(0.0, y0), min(float(width), x1), min(float(height), y1)))


def _overlap(first: Field, second: Field) -> float:
    """IoU of two masks on the same cells."""
    one, other = first >= 0.5, second >= 0.5
    return int((one & other).sum()) / max(1, int((one | other).sum()))
