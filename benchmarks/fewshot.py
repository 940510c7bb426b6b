"""Train on a few labelled images and score the rest; prints JSON.

    python benchmarks/fewshot.py --data fruits --images 12

The data is looked for in $ANNOTATOR_SHARED, else ../shared beside the repository.
"""

from __future__ import annotations

import argparse
import json
import os
import platform
import random
import sys
import time
from collections.abc import Sequence
from dataclasses import asdict
from pathlib import Path
from typing import Any

sys.path.insert(0, str(Path(__file__).resolve().parent.parent))

import torch

from benchmarks.bases import TRUNK, base_of, offer_bases
from benchmarks.coco_samples import categories_of, read_coco, samples_of, shared
from models.augment import Augmentation
from models.checkpoint import save
from models.evaluate import evaluate
from models.schedule import default_rate
from models.train import StepDone, TrainSettings, train
from models.types import CategorySpec, Sample
from models.zoo import build, find_device

_SHUFFLE = 5


def load(name: str, images: int) -> tuple[list[CategorySpec], list[Sample], list[Sample]]:
    """Categories, training samples and test samples of a data set."""
    root = shared() / "data" / name
    if (root / "pool.json").exists():
        pool, test = read_coco(root / "pool.json"), read_coco(root / "test.json")
        chosen = list(pool["images"])
        random.Random(_SHUFFLE).shuffle(chosen)
        train_set = samples_of(pool, chosen[:images], root / "pool")
        return categories_of(pool), train_set, samples_of(test, test["images"], root / "test")
    data = read_coco(root / ("trainval.json" if name == "fruits" else "images.json"))
    every = list(data["images"])
    random.Random(_SHUFFLE).shuffle(every)
    cut = 12 if name == "fruits" else len(every) // 2
    return (
        categories_of(data),
        samples_of(data, every[: min(images, cut)], root / "images"),
        samples_of(data, every[cut:], root / "images"),
    )


def run(options: argparse.Namespace) -> dict[str, Any]:
    """Train, then score."""
    categories, samples, test = load(options.data, options.images)
    device = find_device(options.device)
    weights = base_of(options.weights, options.preset)
    network = build(options.preset, categories, weights, seed=options.seed).to(device)
    change = Augmentation(scale=tuple(options.scale), turns=options.turns, paste=options.paste)
    settings = TrainSettings(
        seed=options.seed,
        steps=options.steps,
        learning_rate=options.learning_rate,
        augmentation=change,
    )
    started = time.monotonic()
    steps = 0
    for event in train(network, samples, (), settings):
        if isinstance(event, StepDone):
            steps = event.step
            if options.verbose and steps % 20 == 0:
                losses = {name: round(value, 3) for name, value in event.losses.items()}
                print(steps, losses, round(event.seconds_left), file=sys.stderr, flush=True)
    trained = time.monotonic()
    if options.checkpoint:
        save(network, options.checkpoint)
    metrics = evaluate(network, test)
    done = time.monotonic()
    return {
        "data": options.data,
        "images": len(samples),
        "test_images": len(test),
        "preset": options.preset,
        "weights": options.weights,
        "seed": options.seed,
        "augmentation": asdict(change),
        "learning_rate": options.learning_rate or default_rate(network),
        "steps": steps,
        "train_seconds": round(trained - started, 1),
        "seconds_a_step": round((trained - started) / max(1, steps), 3),
        "predict_seconds_an_image": round((done - trained) / max(1, len(test)), 3),
        "metrics": metrics.to_json(),
        "machine": f"{platform.machine()}, {os.cpu_count()} cores, {device}",
        "torch": torch.__version__,
    }


def options_of(arguments: Sequence[str] | None = None) -> argparse.Namespace:
    """What was asked for on the command line, or in these arguments."""
    parser = argparse.ArgumentParser(description=__doc__.split("\n")[0] if __doc__ else None)
    parser.add_argument(
        "--data", default="fruits", choices=("fruits", "mouse", "nuclei", "animals")
    )
    parser.add_argument("--images", type=int, default=12)
    parser.add_argument("--preset", default="squeezenet1_0")
    offer_bases(parser, TRUNK)
    parser.add_argument("--steps", type=int)
    parser.add_argument("--seed", type=int, default=0)
    parser.add_argument("--learning-rate", type=float)
    plain = Augmentation()
    parser.add_argument("--scale", type=float, nargs=2, default=plain.scale)
    parser.add_argument("--paste", type=float, default=plain.paste, help="share of images")
    parser.add_argument("--turns", action="store_true", help="objects lie in any direction")
    parser.add_argument("--device")
    parser.add_argument("--checkpoint", type=Path, help="where to keep the trained network")
    parser.add_argument("--verbose", action="store_true", help="losses on stderr")
    return parser.parse_args(arguments)


def main() -> None:
    """Read the options, run, print."""
    print(json.dumps(run(options_of()), indent=2))


if __name__ == "__main__":
    main()
