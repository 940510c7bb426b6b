"""Make the starter weights: the small preset, trained on drawn pictures; prints JSON.

    python benchmarks/make_starter.py --trunk squeezenet1_0-imagenet.safetensors

Pictures are drawn by the program itself, each from its own seed: half of them scenes of people,
balls and crates, the other half cells, so that trunk, pyramid and heads know few large things as
well as many small ones. The starter is given no category for the cells. It is written in half
precision into ``models/starter``. On a GPU more pictures and steps are cheap: give more of both.
"""

from __future__ import annotations

import argparse
import json
import os
import platform
import sys
import time
from collections.abc import Iterator
from io import BytesIO
from pathlib import Path
from typing import Any

sys.path.insert(0, str(Path(__file__).resolve().parent.parent))

import numpy as np
import torch
from numpy.typing import NDArray
from PIL import Image
from pycocotools import mask as rle

from annotator.services.drawing.pose import JOINTS
from annotator.services.drawing.scene import CATEGORIES, SceneObject, draw_scene
from benchmarks import cells
from models import checkpoint
from models.augment import Augmentation
from models.evaluate import evaluate
from models.mask_rcnn import Network
from models.schedule import default_rate
from models.train import Evaluated, StepDone, TrainSettings, train
from models.types import CategorySpec, ObjectTarget, PixelReader, Rle, Sample
from models.zoo import adopt, build, find_device

HERE = Path(__file__).resolve().parent.parent
SIZES = ((640, 480), (480, 640), (720, 480), (512, 512), (800, 450), (420, 320))
CHANGE = Augmentation(scale=(0.5, 1.5), light=0.4, hue=0.06)
"""Wider than for a person's own images: what comes after is unknown."""
_LOSSLESS = 0.3
_TEST_SEED = 1_000_000
"""Far from every seed of the scenes learned from, and of the demo's."""


def categories() -> list[CategorySpec]:
    """What is drawn, with joints that trade places in a mirrored image."""
    pairs = tuple(
        (JOINTS.index(name), JOINTS.index(name.replace("left", "right")))
        for name in JOINTS
        if name.startswith("left")
    )
    return [
        CategorySpec(name, JOINTS if name == "person" else (), pairs if name == "person" else ())
        for name in CATEGORIES
    ]


def scenes(count: int, seed: int) -> Iterator[Sample]:
    """So many drawn scenes with all that is true of them."""
    for number in range(count):
        random = np.random.default_rng([seed, number])
        size = SIZES[random.integers(len(SIZES))]
        scene = draw_scene(random, size)
        objects = tuple(_target(thing) for thing in scene.objects)
        yield Sample(number, size, _reader(_file(scene.pixels, random)), objects)


def cell_pictures(count: int, seed: int) -> Iterator[Sample]:
    """So many drawn pictures of cells, whose label comes after those of the scenes."""
    for number in range(count):
        random = np.random.default_rng([seed, number, 1])
        size = cells.SIZES[random.integers(len(cells.SIZES))]
        drawn = cells.draw_cells(random, size)
        objects = tuple(_cell(mask) for mask in drawn.masks)
        yield Sample(-1 - number, size, _reader(_file(drawn.pixels, random)), objects)


def _cell(mask: NDArray[np.bool_]) -> ObjectTarget:
    rows, columns = np.flatnonzero(mask.any(1)), np.flatnonzero(mask.any(0))
    box = columns[0], rows[0], columns[-1] + 1, rows[-1] + 1
    return ObjectTarget(
        label=len(CATEGORIES) + 1,
        box=(float(box[0]), float(box[1]), float(box[2]), float(box[3])),
        mask=_runs(mask),
        joints=None,
    )


def without_cells(network: Network) -> Network:
    """The same network without the category of the cells."""
    kept = build(network.preset, categories())
    state = {key: value for key, value in network.state_dict().items() if key != "mask_channel"}
    adopt(kept, state, network.categories, source="the training")
    return kept


def _target(thing: SceneObject) -> ObjectTarget:
    joints = np.array([tuple(point) for point in thing.keypoints], np.float32).reshape(-1, 3)
    return ObjectTarget(
        label=CATEGORIES.index(thing.category) + 1,
        box=(thing.box.x, thing.box.y, thing.box.right, thing.box.bottom),
        mask=_runs(thing.mask),
        joints=joints if len(joints) else None,
    )


def _runs(mask: NDArray[np.bool_]) -> Rle:
    runs = rle.encode(np.asfortranarray(mask, dtype=np.uint8))
    return Rle(tuple(runs["size"]), runs["counts"].decode("ascii"))


def _file(pixels: NDArray[np.uint8], random: np.random.Generator) -> bytes:
    """Mostly a JPEG of some quality; pictures that lost nothing are seen, too."""
    file, quality = BytesIO(), int(random.integers(60, 96))
    lossless = random.random() < _LOSSLESS
    kind: dict[str, Any] = {"format": "PNG"} if lossless else {"format": "JPEG", "quality": quality}
    Image.fromarray(pixels).save(file, **kind)
    return file.getvalue()


def _reader(data: bytes) -> PixelReader:
    def read(short_side: int) -> NDArray[np.uint8]:
        with Image.open(BytesIO(data)) as image:
            image.draft("RGB", (short_side, short_side))
            return np.asarray(image.convert("RGB"))

    return read


def make(options: argparse.Namespace) -> dict[str, Any]:
    """Draw, train, score on scenes never learned from, and write."""
    started = time.monotonic()
    learn = list(scenes(options.scenes, options.seed))
    learn += cell_pictures(options.cells, options.seed)
    test = list(scenes(options.test, _TEST_SEED))
    cell_test = list(cell_pictures(options.test, _TEST_SEED))
    drawn = time.monotonic()
    device = find_device(options.device)
    known = [*categories(), CategorySpec("cell")]
    network = build("squeezenet1_0", known, options.trunk, seed=options.seed).to(device)
    settings = TrainSettings(
        steps=options.steps,
        batch_size=options.batch,
        learning_rate=options.learning_rate,
        seed=options.seed,
        evaluate_every=max(1, options.steps // 4),
        augmentation=CHANGE,
    )
    for event in train(network, learn, (*test[:10], *cell_test[:10]), settings):
        if isinstance(event, StepDone) and event.step % 25 == 0:
            losses = {name: round(value, 3) for name, value in event.losses.items()}
            print(event.step, losses, round(event.seconds_left), file=sys.stderr, flush=True)
        elif isinstance(event, Evaluated):
            print(event, file=sys.stderr, flush=True)
    trained = time.monotonic()
    of_cells = evaluate(network, cell_test).to_json()
    network = without_cells(network.cpu().half().float()).to(device)
    found = {
        "scenes": options.scenes,
        "cells": options.cells,
        "steps": options.steps,
        "batch": options.batch,
        "learning_rate": options.learning_rate or default_rate(network),
        "seed": options.seed,
        "draw_seconds": round(drawn - started, 1),
        "train_seconds": round(trained - drawn, 1),
        "metrics": evaluate(network, test).to_json(),
        "metrics_of_cells": of_cells,
        "test_scenes": options.test,
        "machine": f"{platform.machine()}, {os.cpu_count()} cores, {device}",
        "torch": torch.__version__,
    }
    checkpoint.save(network.half(), options.out, {"starter": found})
    found["megabytes"] = round(options.out.stat().st_size / 1e6, 1)
    return found


def main() -> None:
    """Read the options, make, print."""
    parser = argparse.ArgumentParser(description=__doc__.split("\n")[0] if __doc__ else None)
    parser.add_argument("--trunk", type=Path, help="weights of the trunk; fresh ones where absent")
    parser.add_argument("--scenes", type=int, default=1000)
    parser.add_argument("--cells", type=int, default=1000)
    parser.add_argument("--test", type=int, default=60)
    parser.add_argument("--steps", type=int, default=2400)
    parser.add_argument("--batch", type=int, default=2)
    parser.add_argument("--learning-rate", type=float)
    parser.add_argument("--seed", type=int, default=7)
    parser.add_argument("--device")
    parser.add_argument(
        "--out", type=Path, default=HERE / "models" / "starter" / "squeezenet1_0.safetensors"
    )
    print(json.dumps(make(parser.parse_args()), indent=2))


if __name__ == "__main__":
    main()
