"""Objects in images, in the images' own pixels, with outlines, joints and doubts."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

import numpy as np
import torch
from numpy.typing import NDArray
from torch import Tensor

from models.contours import outline, regions_area
from models.detections import RawDetections
from models.images import as_input, fitted, load_image
from models.joints import sigmas_for
from models.keypoints import decode_peaks, place_peaks
from models.mask_rcnn import Network
from models.types import Detection, Doubt, ImagePrediction, Sample
from models.uncertainty import class_doubt, expected_oks, mask_doubt

FLOOR = 0.05
"""Lowest score that ranking looks at; what is shown starts higher."""


def predict(
    network: Network, samples: Iterable[Sample], floor: float = FLOOR
) -> Iterator[ImagePrediction]:
    """Run the network over images, one result as soon as it is there.

    The network is left in evaluation mode. Masks are never painted: outlines come straight from the
    28 x 28 probabilities, joints from the 56 x 56 heat maps.

    Args:
        network: on any device.
        samples: their labels are not looked at.
        floor: lowest score to keep.

    Yields:
        A prediction for each sample, in their order.
    """
    network.eval()
    at_once = 1 if network.device.type == "cpu" else 4
    for group in _batched(samples, at_once):
        yield from _predict_batch(network, group, floor)


def _batched(samples: Iterable[Sample], count: int) -> Iterator[list[Sample]]:
    group: list[Sample] = []
    for sample in samples:
        group.append(sample)
        if len(group) == count:
            yield group
            group = []
    if group:
        yield group


def _predict_batch(network: Network, samples: list[Sample], floor: float) -> list[ImagePrediction]:
    preset = network.preset
    sizes = [fitted(s.size, short=preset.short_side, long=preset.long_side) for s in samples]
    images = [
        as_input(load_image(sample, size), network.device)
        for sample, size in zip(samples, sizes, strict=True)
    ]
    found = network.detect(images, floor=floor)
    return [
        ImagePrediction(sample.key, _detections(network, raw, sample, size))
        for sample, raw, size in zip(samples, found, sizes, strict=True)
    ]


@torch.inference_mode()
def _detections(
    network: Network, raw: RawDetections, sample: Sample, size: tuple[int, int]
) -> tuple[Detection, ...]:
    """One image's raw detections in original pixels."""
    width, height = sample.size
    factor = raw.kept.boxes.new_tensor([width / size[0], height / size[1]]).repeat(2)
    limit = raw.kept.boxes.new_tensor([width, height, width, height])
    boxes = (raw.kept.boxes * factor).clamp(min=0).minimum(limit)
    has_mask = network.mask_channel[raw.kept.labels] >= 0
    shapes = [
        outline(mask, box) if drawn else ()
        for mask, box, drawn in zip(
            raw.masks.cpu().numpy(), boxes.tolist(), has_mask.tolist(), strict=True
        )
    ]
    joints, sure = _joints(network, raw, boxes, [regions_area(shape) for shape in shapes])
    unsure = class_doubt(raw.kept.scores).tolist()
    blurred = mask_doubt(raw.masks).clamp(0, 1).tolist()
    moved = raw.kept.doubts.clamp(0, 1).tolist()
    rows = []
    for i, label in enumerate(raw.kept.labels.tolist()):
        own = slice(network.joint_offsets[label - 1], network.joint_offsets[label])
        points = np.concatenate([joints[i, own], sure[i, own, None]], axis=1)
        points[:, :2] = points[:, :2].clip(0, (width, height))
        doubt = Doubt(
            unsure[i],
            moved[i],
            blurred[i] if has_mask[i] else None,
            tuple((1 - sure[i, own]).tolist()),
        )
        box = tuple(boxes[i].tolist())
        has_joints = own.stop > own.start
        rows.append(
            Detection(
                label,
                float(raw.kept.scores[i]),
                box,
                shapes[i],
                points if has_joints else None,
                doubt,
            )
        )
    return tuple(rows)


def _joints(
    network: Network, raw: RawDetections, boxes: Tensor, areas: list[float]
) -> tuple[NDArray[np.float32], NDArray[np.float32]]:
    """Places [D, J, 2] in original pixels and expected OKS [D, J] of all joints."""
    side = raw.joint_maps.shape[-1]
    if not network.has_joints or not len(boxes):
        none = np.zeros((len(boxes), network.joint_offsets[-1], 2), np.float32)
        return none, none[..., 0]
    sigmas = [s for c in network.categories for s in (c.sigmas or sigmas_for(c.joints))]
    sizes = boxes[:, 2:] - boxes[:, :2]
    drawn = boxes.new_tensor(areas)
    covered = torch.where(drawn > 0, drawn, sizes.prod(1))
    peaks = decode_peaks(raw.joint_maps)
    sure = expected_oks(raw.joint_maps, peaks, sizes, boxes.new_tensor(sigmas), covered)
    return place_peaks(peaks, boxes, side).cpu().numpy(), sure.cpu().numpy()
