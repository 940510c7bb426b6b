"""Box-to-object and clicks against drawing polygons, in seconds of work; prints JSON.

    python benchmarks/refine.py --checkpoint fruits.safetensors --data fruits --objects 60

The checkpoint is one of benchmarks/fewshot.py; of its own data only images it was not trained on
are taken. On other data than its own it knows no category, and the look of the image has to help.
A simulated person draws a box around an object, then clicks into the middle of the largest error
until the IoU is 0.9, at most 20 times; if that does not do, the polygon is drawn after all.

Costs are those of the project's notes: a box 7 s (extreme points), a click 1.1 s to point and 0.1 s
to press, two keys of 0.2 s where there are clicks; a polygon 1.3 s a vertex and 1.55 s, with the
vertices of the coarsest Douglas-Peucker outline of IoU 0.9. A box dragged in the same model costs
two points, a press and a release: 2.4 s. "predicted_before" is an image that was pre-labelled: a
look of 1.6 s at the prediction in place of a box, where there is one.
The data is looked for in $ANNOTATOR_SHARED, else ../shared beside the repository.
"""

from __future__ import annotations

import argparse
import json
import random
import sys
import time
from dataclasses import dataclass
from pathlib import Path
from typing import Any

sys.path.insert(0, str(Path(__file__).resolve().parent.parent))

import numpy as np
import torch

from benchmarks.fewshot import load
from benchmarks.machine import facts, spread
from benchmarks.outlines import Bitmap, deepest, iou, overlap, painted, truth, vertices_needed
from models import checkpoint
from models.annotator_cost import CHECK_S, CLICK_S, KEYS_S, outline_seconds
from models.assist import Click, Gaze
from models.mask_rcnn import Network
from models.predict import predict
from models.types import Box, Detection, ObjectTarget, Region, Sample

BOX_S, DRAGGED_BOX_S = 7.0, 2.4
WANTED, MOST_CLICKS = 0.9, 20
SHOWN_FROM, MATCH = 0.3, 0.5
"""Score from which predictions are looked at, and box IoU from which one is of an object."""
BARS = {"share_of_seconds": 1 / 3, "box_ms": 100.0, "click_ms": 150.0}

_SHUFFLE = 3
_SMALLEST = 6.0  # pixels a side
_SHAKE = 0.02  # of a box's sides: how far a hand misses the edges, standard deviation
_TRAINED_ON = {"fruits": 12, "nuclei": 20, "animals": 200, "mouse": 29}


@dataclass(frozen=True, slots=True)
class Worked:
    """One object.

    Attributes:
        ious: after the box, and after each click.
        vertices: that a polygon needs.
        sure: what the network expected of the box's mask.
        box_ms, click_ms: how long each answer took.
        after_prediction: clicks that a prediction of it needs; None where there is none, or where
            they do not do.
    """

    ious: tuple[float, ...]
    vertices: int
    sure: float
    box_ms: float
    click_ms: tuple[float, ...]
    after_prediction: int | None

    @property
    def is_done(self) -> bool:
        """Whether the IoU was reached."""
        return self.ious[-1] >= WANTED

    @property
    def clicks(self) -> int:
        """How many were made."""
        return len(self.ious) - 1

    @property
    def polygon_s(self) -> float:
        """Seconds of drawing it from scratch."""
        return outline_seconds(self.vertices)

    def seconds(self, box_s: float) -> float:
        """Of box and clicks; where they did not do, the polygon is drawn after all."""
        return box_s + clicking_s(self.clicks) + (0.0 if self.is_done else self.polygon_s)

    @property
    def checked_s(self) -> float:
        """Seconds where the image was predicted before: a look, and clicks; else a box."""
        if self.after_prediction is None:
            return self.seconds(BOX_S)
        return CHECK_S + clicking_s(self.after_prediction)


def clicking_s(clicks: int) -> float:
    """Seconds of clicks, and of the keys before and after them."""
    return CLICK_S * clicks + (KEYS_S if clicks else 0.0)


def chosen(data: str, count: int) -> list[tuple[Sample, ObjectTarget]]:
    """Objects with masks of the test images."""
    _, _, test = load(data, _TRAINED_ON[data])
    found = [
        (sample, one)
        for sample in test
        for one in sample.objects
        if one.mask and not one.is_crowd and one.box is not None and _is_large(one.box)
    ]
    random.Random(_SHUFFLE).shuffle(found)
    return sorted(found[:count], key=lambda pair: pair[0].key)


def _is_large(box: Box) -> bool:
    return min(box[2] - box[0], box[3] - box[1]) >= _SMALLEST


def shaken(box: Box, size: tuple[int, int], hand: random.Random) -> Box:
    """The box as a hand draws it."""
    by = _SHAKE * (box[2] - box[0]), _SHAKE * (box[3] - box[1])
    x0, y0, x1, y1 = (value + hand.gauss(0, by[n % 2]) for n, value in enumerate(box))
    return max(0.0, x0), max(0.0, y0), min(float(size[0]), x1), min(float(size[1]), y1)


def work(
    gaze: Gaze,
    one: ObjectTarget,
    *,
    label: int | None,
    hand: random.Random,
    predicted: list[Detection],
) -> Worked:
    """Box and clicks on one object."""
    assert one.box is not None
    box = shaken(one.box, gaze.sample.size, hand)
    began = time.perf_counter()
    found = gaze.object_in(box, label)
    box_ms = 1000 * (time.perf_counter() - began)
    frame, wanted = truth(one, gaze.sample.size)
    ious, click_ms = follow(gaze, box, label, found.regions, (frame, wanted))
    sure = 1 - (found.doubt.mask if found.doubt.mask is not None else 1.0)
    clicks = None
    near = max(predicted, key=lambda d: overlap(d.box, one.box), default=None)
    if near is not None and overlap(near.box, one.box) >= MATCH and label in (None, near.label):
        after, _ = follow(gaze, near.box, near.label, near.regions, (frame, wanted))
        clicks = len(after) - 1 if after[-1] >= WANTED else None
    vertices = vertices_needed(wanted, WANTED)
    return Worked(tuple(ious), vertices, sure, box_ms, tuple(click_ms), clicks)


def follow(
    gaze: Gaze,
    box: Box,
    label: int | None,
    regions: tuple[Region, ...],
    target: tuple[Box, Bitmap],
) -> tuple[list[float], list[float]]:
    """Clicks until the mask is right: the IoU before and after each, and their milliseconds."""
    frame, wanted = target
    start, drawn = regions, painted(regions, frame)
    ious, click_ms, clicks = [iou(drawn, wanted)], list[float](), list[Click]()
    while ious[-1] < WANTED and len(clicks) < MOST_CLICKS:
        clicks.append(next_click(drawn, wanted, frame))
        began = time.perf_counter()
        regions = gaze.corrected(box, label, start, clicks)
        click_ms.append(1000 * (time.perf_counter() - began))
        drawn = painted(regions, frame)
        ious.append(iou(drawn, wanted))
    return ious, click_ms


def predictions(network: Network, sample: Sample) -> list[Detection]:
    """What pre-labelling would show of an image."""
    (found,) = predict(network, [sample])
    return [one for one in found.detections if one.score >= SHOWN_FROM]


def next_click(drawn: Bitmap, wanted: Bitmap, frame: Box) -> Click:
    """Into the middle of the largest error."""
    missing, extra = deepest(wanted & ~drawn), deepest(drawn & ~wanted)
    is_inside = missing[0] >= extra[0]
    row, column = (missing if is_inside else extra)[1]
    share_x, share_y = (column + 0.5) / drawn.shape[1], (row + 0.5) / drawn.shape[0]
    x = frame[0] + share_x * (frame[2] - frame[0])
    y = frame[1] + share_y * (frame[3] - frame[1])
    return Click(x, y, is_inside)


def run(options: argparse.Namespace) -> dict[str, Any]:
    """All objects of one data set with one network."""
    torch.set_num_threads(options.threads)
    network = checkpoint.load(options.checkpoint)
    names = [category.name for category in network.categories]
    categories = [category.name for category in load(options.data, 1)[0]]
    is_known = names == categories and not options.unknown
    hand, looks = random.Random(_SHUFFLE), list[float]()
    done: list[Worked] = []
    gaze: Gaze | None = None
    predicted: list[Detection] = []
    for sample, one in chosen(options.data, options.objects):
        if gaze is None or gaze.sample is not sample:
            began = time.perf_counter()
            gaze = Gaze(network, sample)
            looks.append(1000 * (time.perf_counter() - began))
            predicted = predictions(network, sample) if is_known else []
        label = one.label if is_known else None
        done.append(work(gaze, one, label=label, hand=hand, predicted=predicted))
        print(len(done), done[-1].ious[0], done[-1].clicks, file=sys.stderr, flush=True)
    return {
        "data": options.data,
        "network": options.checkpoint.name,
        "categories_known": is_known,
        "objects": len(done),
        **summary(done),
        "look_ms": spread(looks),
        "machine": facts(network.device),
    }


def summary(done: list[Worked]) -> dict[str, Any]:
    """Clicks, seconds and milliseconds of all objects."""
    box_ms = spread([one.box_ms for one in done])
    click_ms = spread([ms for one in done for ms in one.click_ms])
    polygons = sum(one.polygon_s for one in done)
    costs = {"box_7_s": BOX_S, "box_dragged_2_4_s": DRAGGED_BOX_S}
    assisted = {name: sum(one.seconds(cost) for one in done) for name, cost in costs.items()}
    assisted["predicted_before"] = sum(one.checked_s for one in done)
    shares = {name: round(total / polygons, 3) for name, total in assisted.items()}
    return {
        "iou": {
            "box": round(float(np.mean([one.ious[0] for one in done])), 3),
            "sure_of_it": round(float(np.mean([one.sure for one in done])), 3),
            **{
                f"{n}_clicks": round(float(np.mean([_after(one, n) for one in done])), 3)
                for n in (1, 3, 5)
            },
        },
        "done_by_box": round(sum(one.clicks == 0 for one in done) / len(done), 3),
        "clicks": spread([one.clicks for one in done]),
        "predicted": round(sum(one.after_prediction is not None for one in done) / len(done), 3),
        "not_reached": sum(not one.is_done for one in done),
        "vertices": spread([one.vertices for one in done]),
        "seconds_an_object": {
            "polygon": round(polygons / len(done), 2),
            **{name: round(total / len(done), 2) for name, total in assisted.items()},
        },
        "share_of_seconds": shares,
        "shown_from_0_75": shown(done),
        "box_ms": box_ms,
        "click_ms": click_ms,
        "bars": {
            "share_of_seconds": shares["box_7_s"] <= BARS["share_of_seconds"],
            "box_ms": box_ms["p95"] <= BARS["box_ms"],
            "click_ms": click_ms["p95"] <= BARS["click_ms"],
        },
    }


def shown(done: list[Worked]) -> dict[str, float]:
    """Of the masks the network is sure enough of, and of the others: how many, and how good."""
    sure = [one.ious[0] for one in done if one.sure >= 0.75]
    other = [one.ious[0] for one in done if one.sure < 0.75]
    return {
        "share": round(len(sure) / len(done), 3),
        "iou": round(float(np.mean(sure)), 3) if sure else 0.0,
        "iou_of_others": round(float(np.mean(other)), 3) if other else 0.0,
    }


def _after(one: Worked, clicks: int) -> float:
    return one.ious[min(clicks, one.clicks)]


def main() -> None:
    """Read the options, run, print."""
    parser = argparse.ArgumentParser(description=__doc__.split("\n")[0] if __doc__ else None)
    parser.add_argument("--checkpoint", type=Path, required=True)
    parser.add_argument("--data", default="fruits", choices=("fruits", "nuclei", "animals"))
    parser.add_argument("--objects", type=int, default=60)
    parser.add_argument("--threads", type=int, default=2)
    parser.add_argument("--unknown", action="store_true", help="as if no category were known")
    print(json.dumps(run(parser.parse_args()), indent=2))


if __name__ == "__main__":
    main()
