"""How far the expected IoU of predicted masks can be believed, before and after; prints JSON.

    python benchmarks/calibration.py --checkpoint nuclei.safetensors --data nuclei

The checkpoint is one of benchmarks/fewshot.py. A prediction (score of 0.3 or more) belongs to the
object whose box it overlaps most, by an IoU of 0.5 or more, each object once. The pairs of images
the network was not trained on are divided by image: a simulated person works through the first
part, leaving masks of IoU 0.9 and more as they are, drawing the others right. The curve is fitted
to what that tells, and judged on the true IoU of the masks of the other part.

The expected calibration error is the mean distance between expected and true IoU over ten equal
parts of 0 to 1, by how many masks fall into each. Three ways to count a mask that was left as it is
are compared: as perfect, as just good enough, and as the program does.
The data is looked for in $ANNOTATOR_SHARED, else ../shared beside the repository.
"""

from __future__ import annotations

import argparse
import json
import random
import sys
import time
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any

sys.path.insert(0, str(Path(__file__).resolve().parent.parent))

import numpy as np
import torch

from annotator.domain.calibration import FEWEST_PAIRS, GOOD_IOU, Curve, Pair
from annotator.ui.settings import Settings
from benchmarks.fewshot import load
from benchmarks.machine import facts
from benchmarks.outlines import iou, overlap, painted, truth
from models import checkpoint
from models.mask_rcnn import Network
from models.predict import predict
from models.types import Sample

SCORE, MATCH = 0.3, 0.5
BINS = 10
_TRAINED_ON = {"fruits": 12, "nuclei": 20, "animals": 200, "mouse": 29}
_SHUFFLE = 7

ACCEPTED: dict[str, Callable[[float], float]] = {
    "as perfect": lambda _: 1.0,
    "as just good enough": lambda _: GOOD_IOU,
    "as expected, good enough at least": lambda expected: max(GOOD_IOU, expected),
}
"""What a mask left as it is counts as, by what was expected of it."""


def unseen(data: str) -> list[Sample]:
    """Images the network was not trained on, of pool and test set, in a fixed order."""
    _, train, test = load(data, 10_000)
    seen = {id(one) for one in train[: _TRAINED_ON[data]]}
    found = [*(one for one in train if id(one) not in seen), *test]
    random.Random(_SHUFFLE).shuffle(found)
    return found


def pairs_of(network: Network, samples: Sequence[Sample]) -> list[list[Pair]]:
    """Expected and true IoU of the masks of each image."""
    return [
        _pairs_of_image(sample, said.detections)
        for sample, said in zip(samples, predict(network, samples), strict=True)
    ]


def _pairs_of_image(sample: Sample, detections: Sequence[Any]) -> list[Pair]:
    left = [o for o in sample.objects if o.mask and o.box is not None and not o.is_crowd]
    found = []
    for one in detections:
        if one.score < SCORE or one.doubt.mask is None:
            continue
        best = max(left, key=lambda o: overlap(o.box, one.box), default=None)
        if best is None or overlap(best.box, one.box) < MATCH:
            continue
        left.remove(best)
        frame, wanted = truth(best, sample.size)
        true = iou(painted(one.regions, frame), wanted)
        found.append(Pair(one.label, 1 - one.doubt.mask, true))
    return found


def error_of(expected: Sequence[float], found: Sequence[float]) -> float:
    """Expected calibration error."""
    said, true = np.asarray(expected), np.asarray(found)
    bins = np.minimum((said * BINS).astype(int), BINS - 1)
    gaps = [abs(float((said - true)[bins == n].sum())) for n in range(BINS)]
    return sum(gaps) / max(1, len(said))


def summary(expected: Sequence[float], pairs: Sequence[Pair], mask_from: float) -> dict[str, float]:
    """How well expectations fit the truth, and what the gate of the window lets through."""
    said, true = np.asarray(expected), np.asarray([p.found for p in pairs])
    shown = said >= mask_from
    worth = true >= mask_from
    return {
        "expected_calibration_error": round(error_of(expected, true.tolist()), 4),
        "mean_absolute_error": round(float(np.abs(said - true).mean()), 4),
        "mean_expected": round(float(said.mean()), 4),
        "masks_drawn": round(float(shown.mean()), 4),
        "of_them_worth_it": round(float(worth[shown].mean()), 4) if shown.any() else 0.0,
        "worth_it_and_drawn": round(float(shown[worth].mean()), 4) if worth.any() else 0.0,
    }


def run(options: argparse.Namespace) -> dict[str, Any]:
    """Pairs of all images; fitted on the first part, judged on the other."""
    network = checkpoint.load(options.checkpoint)
    samples = unseen(options.data)[: options.images]
    began = time.perf_counter()
    rows = pairs_of(network, samples)
    half = round(len(rows) * options.share)
    learn = [pair for row in rows[:half] for pair in row]
    judged = [pair for row in rows[half:] for pair in row]
    mask_from = Settings().mask_from
    result: dict[str, Any] = {
        "checkpoint": options.checkpoint.name,
        "data": options.data,
        "images": [half, len(rows) - half],
        "pairs": [len(learn), len(judged)],
        "enough": len(learn) >= FEWEST_PAIRS,
        "left_as_they_are": round(float(np.mean([p.found >= GOOD_IOU for p in learn])), 4),
        "mean_true": round(float(np.mean([p.found for p in judged])), 4),
        "seconds": round(time.perf_counter() - began, 1),
        "before": summary([p.expected for p in judged], judged, mask_from),
        "machine": facts(torch.device("cpu")),
    }
    for name, count in ACCEPTED.items():
        told = [
            Pair(p.category_id, p.expected, count(p.expected) if p.found >= GOOD_IOU else p.found)
            for p in learn
        ]
        curve = Curve.of(told)
        result[name] = summary([curve.at(p.expected) for p in judged], judged, mask_from)
    knows = Curve.of(learn)
    result["true IoU of all"] = summary([knows.at(p.expected) for p in judged], judged, mask_from)
    return result


def main() -> None:
    """Read the options, run, print."""
    parser = argparse.ArgumentParser(description=__doc__.split("\n")[0] if __doc__ else None)
    parser.add_argument("--checkpoint", type=Path, required=True)
    parser.add_argument("--data", choices=sorted(_TRAINED_ON), required=True)
    parser.add_argument("--images", type=int, default=140)
    parser.add_argument("--share", type=float, default=0.5, help="of the images, to learn from")
    print(json.dumps(run(parser.parse_args()), indent=2))


if __name__ == "__main__":
    main()
