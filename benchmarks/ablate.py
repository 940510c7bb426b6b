"""Change one default of the recipe at a time, train, and score; prints JSON.

    python benchmarks/ablate.py --data nuclei --images 20 --steps 200 --out ablation.json

Every row trains the small preset from the same weights with the same seed on the same images. Rows
that are in the output already are not trained again, so that a run can be gone on with.
"""

from __future__ import annotations

import argparse
import json
import math
import sys
import time
from collections.abc import Iterator, Mapping
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass, field, replace
from pathlib import Path
from types import ModuleType
from typing import Any
from unittest.mock import patch

sys.path.insert(0, str(Path(__file__).resolve().parent.parent))

import torch

from benchmarks.bases import NOTHING, TRUNK, base_of, offer_bases
from benchmarks.fewshot import load
from models import averaging, certainty, contours, schedule, train
from models.augment import Augmentation
from models.evaluate import evaluate
from models.mask_rcnn import Network
from models.schedule import make_optimizer
from models.train_events import TrainSettings
from models.zoo import build, find_device

Change = tuple[ModuleType, str, Any]


@dataclass(frozen=True, slots=True)
class Variant:
    """One default that is different.

    Attributes:
        augmentation: fields of `Augmentation`.
        settings: fields of `TrainSettings`.
        constants: of the recipe, by module and name.
        weights: what to begin with, if not with what all rows begin with.
    """

    augmentation: Mapping[str, Any] = field(default_factory=dict)
    settings: Mapping[str, Any] = field(default_factory=dict)
    constants: tuple[Change, ...] = ()
    weights: str = ""


def with_momentum(network: Network, rate: float) -> torch.optim.Optimizer:
    """SGD with momentum, as torchvision's references train detectors, of the same weights."""
    groups = make_optimizer(network, rate).param_groups
    own = [{key: group[key] for key in ("params", "lr", "full")} for group in groups]
    return torch.optim.SGD(own, lr=rate, momentum=0.9, weight_decay=1e-4)


def stays_then_falls(step: int, steps: int) -> float:
    """Warm-up, the full rate for seven tenths of the way, and straight down from there."""
    warm = max(1, min(100, steps // 5))
    return min((step + 1) / warm, 1.0, (steps - step) / (0.3 * steps))


AS_SHIPPED = "as shipped"
VARIANTS = {
    AS_SHIPPED: Variant(),
    "no change of size": Variant({"scale": (1.0, 1.0)}),
    "size 0.5 to 1.5": Variant({"scale": (0.5, 1.5)}),
    "never mirrored": Variant({"flip": 0.0}),
    "any orientation": Variant({"turns": True}),
    "no change of light": Variant({"light": 0.0, "hue": 0.0}),
    "copy and paste, half of the images": Variant({"paste": 0.5}),
    "learning rate 0.0005": Variant(settings={"learning_rate": 0.0005}),
    "learning rate 0.002": Variant(settings={"learning_rate": 0.002}),
    "SGD, learning rate 0.01": Variant(
        settings={"learning_rate": 0.01}, constants=((schedule, "make_optimizer", with_momentum),)
    ),
    "no running mean": Variant(constants=((averaging, "_DECAY", 0.0),)),
    "trunk never rests": Variant(constants=((train, "FEW_IMAGES", 0),)),
    "trunk always rests": Variant(constants=((train, "RESTS_FOR", 1.0),)),
    "trunk at the full rate": Variant(constants=((schedule, "_TRUNK", 1.0),)),
    "no warm-up": Variant(constants=((schedule, "_WARM_UP", 1),)),
    "rate stays": Variant(constants=((schedule, "learning_factor", lambda *_: 1.0),)),
    "rate stays, then falls": Variant(constants=((schedule, "learning_factor", stays_then_falls),)),
    "no clipping": Variant(constants=((train, "_CLIP", math.inf),)),
    "rare categories more often": Variant(settings={"repeat": 0.3}),
    "masks count twice": Variant(settings={"loss_weights": {"mask": 2.0}}),
    "starter weights": Variant(weights="starter"),
    "fresh weights": Variant(weights=NOTHING),
}

TOLD_OTHERWISE = {
    "category's score alone": ((certainty, "certainty", lambda scores, *_: scores),),
    "outlines to 0.995": ((contours, "SELF_IOU", 0.995),),
}
"""Changes to what is told of the same weights."""


@contextmanager
def changed(changes: tuple[Change, ...]) -> Iterator[None]:
    """The recipe with other constants, wherever they were imported to."""
    with ExitStack() as stack:
        for module, name, value in changes:
            was = getattr(module, name)
            for other in list(sys.modules.values()):
                is_ours = getattr(other, "__name__", "").startswith("models")
                if is_ours and getattr(other, name, None) is was:
                    stack.enter_context(patch.object(other, name, value))
        yield


def row(name: str, options: argparse.Namespace) -> dict[str, Any]:
    """Train one variant and score it; the shipped one also as it would be told otherwise."""
    variant = VARIANTS[name]
    categories, samples, test = load(options.data, options.images)
    weights = base_of(variant.weights or options.weights, options.preset)
    network = build(options.preset, categories, weights, seed=options.seed)
    network.to(find_device(options.device))
    settings = TrainSettings(seed=options.seed, steps=options.steps)
    change = replace(Augmentation(), **variant.augmentation)
    settings = replace(settings, augmentation=change, **variant.settings)
    started = time.monotonic()
    with changed(variant.constants):
        for _ in train.train(network, samples, (), settings):
            pass
    seconds = time.monotonic() - started
    found: dict[str, Any] = {
        "seconds": round(seconds, 1),
        "metrics": evaluate(network, test).to_json(),
    }
    if name == AS_SHIPPED:
        found["told"] = {}
        for other, changes in TOLD_OTHERWISE.items():
            with changed(changes):
                found["told"][other] = evaluate(network, test).to_json()
    return found


def main() -> None:
    """Train what is missing in the output, and write it after every row."""
    parser = argparse.ArgumentParser(description=__doc__.split("\n")[0] if __doc__ else None)
    parser.add_argument("--data", default="nuclei")
    parser.add_argument("--images", type=int, default=20)
    parser.add_argument("--steps", type=int, default=200)
    parser.add_argument("--preset", default="squeezenet1_0")
    offer_bases(parser, TRUNK)
    parser.add_argument("--seed", type=int, default=0)
    parser.add_argument("--device")
    parser.add_argument("--only", nargs="+", default=list(VARIANTS), choices=list(VARIANTS))
    parser.add_argument("--out", type=Path, required=True)
    options = parser.parse_args()
    rows = json.loads(options.out.read_text()) if options.out.exists() else {}
    for name in options.only:
        key = f"{options.data} {options.images}, {options.steps} steps, seed {options.seed}: {name}"
        if key not in rows:
            rows[key] = row(name, options) | {"torch": torch.__version__}
            options.out.write_text(json.dumps(rows, indent=1), encoding="utf-8")
            print(key, file=sys.stderr, flush=True)
    print(json.dumps(rows, indent=1))


if __name__ == "__main__":
    main()
