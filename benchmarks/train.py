"""Train with our loop and with a plain torchvision loop around the same network; prints JSON.

    python benchmarks/train.py --data fruits nuclei mouse

The plain loop is that of torchvision's references: a stock detector, dense masks of the size of the
image, horizontal flips, stochastic gradient descent, no loader processes. Both begin with the same
weights and the same frozen layers, decode each image once, and see it at the same size and batch.
Ours does all that its trainings do, averaging and clipping included. Steps are taken in turns. The
data is looked for in $ANNOTATOR_SHARED, else ../shared beside the repository.
"""

from __future__ import annotations

import argparse
import json
import random
import sys
from collections.abc import Callable, Sequence
from dataclasses import replace
from pathlib import Path
from typing import Any

sys.path.insert(0, str(Path(__file__).resolve().parent.parent))

import numpy as np
import torch
from pycocotools import mask as coco_mask
from torch import Tensor, nn

from benchmarks.coco_samples import shared
from benchmarks.fewshot import load
from benchmarks.machine import alternating, facts
from benchmarks.stock import stock_of
from models.augment import Augmentation
from models.evaluate import regions_to_rle
from models.images import Recall
from models.mask_rcnn import Network
from models.schedule import default_rate, set_trunk_training
from models.targets import compress
from models.train import FEW_IMAGES, StepDone, TrainSettings, train
from models.types import ObjectTarget, Rle, Sample
from models.zoo import build, find_device

IMAGES = {"fruits": 12, "nuclei": 20, "mouse": 29}
BAR = {"cpu": 1.3, "cuda": 2.0}
_SETTINGS = TrainSettings()


def our_steps(network: Network, samples: Sequence[Sample]) -> Callable[[], None]:
    """One of our steps a call; images change only by being mirrored, as in the plain loop."""
    plain = replace(Augmentation(), scale=(1.0, 1.0), light=0.0, hue=0.0)
    run = train(network, samples, (), TrainSettings(steps=10_000, augmentation=plain))

    def step() -> None:
        while not isinstance(next(run), StepDone):
            pass

    return step


def plain_steps(network: Network, samples: Sequence[Sample]) -> Callable[[], None]:
    """One step of torchvision's references a call."""
    model = stock_of(network).train()
    has_masks = any(item.mask for sample in samples for item in sample.objects)
    if not has_masks:  # a KeypointRCNN has no mask head
        heads = model.roi_heads
        heads.mask_roi_pool = heads.mask_head = heads.mask_predictor = None
    for module in model.modules():
        if isinstance(module, nn.BatchNorm2d):
            module.eval()
    weights = [p for p in model.parameters() if p.requires_grad]
    rate = default_rate(network) / 10
    optimizer = torch.optim.AdamW(weights, lr=rate)
    chance, recall = random.Random(0), Recall()
    order = [recall.of(number, sample) for number, sample in enumerate(samples)]

    def step() -> None:
        chosen = chance.sample(order, _SETTINGS.batch_size)
        images, targets = zip(
            *(_plain_sample(one, network, has_masks, chance.random() < 0.5) for one in chosen),
            strict=True,
        )
        losses = model(list(images), list(targets))
        total = sum(losses.values())
        optimizer.zero_grad()
        total.backward()
        optimizer.step()
        total.item()  # the references log it

    return step


def _plain_sample(
    sample: Sample, network: Network, has_masks: bool, is_mirrored: bool
) -> tuple[Tensor, dict[str, Tensor]]:
    """Image and dense targets of one sample, as torchvision wants them."""
    width = sample.size[0]
    pixels = torch.from_numpy(np.array(sample.read(min(sample.size))))
    image = pixels.permute(2, 0, 1).to(network.device).float() / 255
    objects = [item for item in sample.objects if item.box is not None]
    target = {
        "boxes": torch.tensor([item.box for item in objects], dtype=torch.float32).reshape(-1, 4),
        "labels": torch.tensor([item.label for item in objects], dtype=torch.int64),
    }
    if has_masks:
        masks = [_dense(item, sample.size) for item in objects]
        target["masks"] = torch.from_numpy(np.stack(masks))
    if network.has_joints:
        joints = np.stack([np.asarray(item.joints, np.float32) for item in objects])
        target["keypoints"] = torch.from_numpy(joints)
    if is_mirrored:
        image = image.flip(-1)
        target["boxes"] = _mirrored(target["boxes"], width)
        if has_masks:
            target["masks"] = target["masks"].flip(-1)
        if network.has_joints:
            target["keypoints"][..., 0] = width - target["keypoints"][..., 0]
    return image, {name: value.to(network.device) for name, value in target.items()}


def _dense(item: ObjectTarget, size: tuple[int, int]) -> np.ndarray[Any, np.dtype[np.uint8]]:
    if item.mask is None:
        return np.zeros((size[1], size[0]), np.uint8)
    is_rle = isinstance(item.mask, Rle)
    rle = compress(item.mask) if is_rle else regions_to_rle(item.mask, size)
    return np.asarray(coco_mask.decode(rle), np.uint8)


def _mirrored(boxes: Tensor, width: int) -> Tensor:
    return torch.stack([width - boxes[:, 2], boxes[:, 1], width - boxes[:, 0], boxes[:, 3]], dim=1)


def compare(name: str, options: argparse.Namespace, *, rests: bool) -> dict[str, Any]:
    """Steps a second both ways on one data set.

    Args:
        name: of the data.
        options: of the command line.
        rests: whether the whole trunk is frozen, as at the beginning of a small training.
    """
    categories, samples, _ = load(name, IMAGES[name])
    if not rests:  # from so many images on the trunk learns from the first step
        samples = samples * (1 + FEW_IMAGES // len(samples))
    weights = shared() / "weights" / "squeezenet1_0-imagenet.safetensors"
    device = find_device(options.device)
    network = build(options.preset, categories, options.weights or weights).to(device)
    set_trunk_training(network, not rests)
    ways = {"plain": plain_steps(network, samples), "ours": our_steps(network, samples)}
    seconds = alternating(ways, options.rounds, device)
    return {
        "data": name,
        "trunk": "rests" if rests else "learns",
        "steps_a_second": {way: round(1 / taken["wall"], 3) for way, taken in seconds.items()},
        "times_as_fast": round(seconds["plain"]["wall"] / seconds["ours"]["wall"], 2),
        "by_cpu_seconds": round(seconds["plain"]["cpu"] / seconds["ours"]["cpu"], 2),
    }


def run(options: argparse.Namespace) -> dict[str, Any]:
    """All comparisons, and whether each is above the bar."""
    device = find_device(options.device)
    rows = [compare(n, options, rests=rests) for n in options.data for rests in (True, False)]
    bar = BAR.get(device.type, BAR["cpu"])
    return {
        "machine": facts(device),
        "preset": options.preset,
        "batch": _SETTINGS.batch_size,
        "rows": rows,
        "bar": bar,
        "is_met": all(row["times_as_fast"] >= bar for row in rows),
    }


def main() -> None:
    """Read the options, run, print."""
    parser = argparse.ArgumentParser(description=__doc__.split("\n")[0] if __doc__ else None)
    parser.add_argument("--data", nargs="+", default=list(IMAGES), choices=list(IMAGES))
    parser.add_argument("--preset", default="squeezenet1_0")
    parser.add_argument("--weights", type=Path)
    parser.add_argument("--rounds", type=int, default=12, help="steps each way takes")
    parser.add_argument("--device")
    print(json.dumps(run(parser.parse_args()), indent=2))


if __name__ == "__main__":
    main()
