"""Look-alikes: how many of a kind are found from one or three examples; prints JSON.

    python benchmarks/similar.py --checkpoint fruits.safetensors --data nuclei --images 30

The checkpoint is one of benchmarks/fewshot.py, or the starter's. On other data than its own it
knows no category. Only images it was not trained on are taken. Of each category of an image,
examples are drawn by chance; the others are to be found, there ("here") or, with the same examples,
on the whole of the next image that shows the category ("next"). A proposal is right when its box
overlaps that of an object that no better one found by an IoU of 0.5. Recall and precision are of
what the window shows: what is alike enough. "ranking" is the mean over the questions of the average
precision of all proposals, at most 60 a question.
The data is looked for in $ANNOTATOR_SHARED, else ../shared beside the repository.
"""

from __future__ import annotations

import argparse
import json
import random
import sys
import time
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

sys.path.insert(0, str(Path(__file__).resolve().parent.parent))

import numpy as np
import torch

from benchmarks.fewshot import load
from benchmarks.machine import facts, spread
from benchmarks.outlines import iou, overlap, painted, truth
from models import alike, checkpoint
from models.assist import Gaze
from models.types import Box, ObjectTarget, Sample

RIGHT = 0.5
_TRAINED_ON = {"fruits": 12, "nuclei": 20, "animals": 200, "mouse": 29}


@dataclass(slots=True)
class Tally:
    """What was found over all questions of one kind.

    Attributes:
        wanted: objects that were to be found.
        shown: for each proposal that is alike enough, whether it is right.
        ranked: average precision of each question's proposals.
        masks: IoU of the masks of right proposals.
        ms: how long each question took, by the clock, and in processor time.
    """

    wanted: int = 0
    shown: list[bool] = field(default_factory=list)
    ranked: list[float] = field(default_factory=list)
    masks: list[float] = field(default_factory=list)
    ms: list[tuple[float, float]] = field(default_factory=list)

    def summary(self) -> dict[str, Any]:
        """Recall, precision and speed."""
        right, shown = sum(self.shown), len(self.shown)
        return {
            "questions": len(self.ranked),
            "wanted": self.wanted,
            "shown": shown,
            "recall": round(right / max(1, self.wanted), 3),
            "precision": round(right / max(1, shown), 3),
            "ranking": round(float(np.mean(self.ranked)), 3) if self.ranked else None,
            "mask_iou_of_right_ones": round(float(np.mean(self.masks)), 3) if self.masks else None,
            "ms": spread([wall for wall, _ in self.ms]) if self.ms else None,
            "processor_ms": spread([cpu for _, cpu in self.ms]) if self.ms else None,
        }


def of_kinds(sample: Sample) -> dict[int, list[ObjectTarget]]:
    """The objects of an image by label."""
    found: dict[int, list[ObjectTarget]] = {}
    for one in sample.objects:
        if one.box is not None and one.mask and not one.is_crowd:
            found.setdefault(one.label, []).append(one)
    return found


def box_of(one: ObjectTarget) -> Box:
    """Its box."""
    assert one.box is not None
    return one.box


def judge(
    tally: Tally, gaze: Gaze, found: Sequence[alike.Alike], wanted: Sequence[ObjectTarget],
    *, line: alike.Line, label: int | None, masks: int,
) -> None:  # fmt: skip
    """Count which proposals are right, and how good the masks of the first right ones are."""
    left = list(wanted)
    right: list[bool] = []
    for one in found:
        best = max(left, key=lambda o: overlap(box_of(o), one.box), default=None)
        right.append(best is not None and overlap(box_of(best), one.box) >= RIGHT)
        if right[-1] and best is not None:
            left.remove(best)
            if sum(right) <= masks:
                frame, true = truth(best, gaze.sample.size)
                regions = gaze.object_in(one.box, label).regions
                tally.masks.append(iou(painted(regions, frame), true))
    start = line.start(found[0].likeness) if found else 0.0
    tally.wanted += len(wanted)
    tally.shown += [is_right for one, is_right in zip(found, right, strict=True)
                    if one.likeness >= start]  # fmt: skip
    precision = np.cumsum(right) / (1 + np.arange(len(right)))
    tally.ranked.append(float((precision * right).sum() / max(1, len(wanted))))


def questions(
    samples: Sequence[Sample], count: int, draws: int, chance: random.Random
) -> Iterator[tuple[int, int, list[ObjectTarget], list[ObjectTarget]]]:
    """Number of the image, label, examples, and the others of their kind there."""
    for number, sample in enumerate(samples):
        for label, own in sorted(of_kinds(sample).items()):
            for _ in range(draws if len(own) > count else 0):
                chosen = chance.sample(own, count)
                yield number, label, chosen, [one for one in own if one not in chosen]


def ask(
    gaze: Gaze, examples: Sequence[alike.Example], label: int | None, taken: Sequence[Box]
) -> tuple[list[alike.Alike], tuple[float, float]]:
    """What is found, and in how many milliseconds."""
    began, worked = time.perf_counter(), time.process_time()
    found = gaze.alike(examples, label, taken)
    return found, (1000 * (time.perf_counter() - began), 1000 * (time.process_time() - worked))


def run(options: argparse.Namespace) -> dict[str, Any]:
    """All questions to all images."""
    network = checkpoint.load(options.checkpoint)
    _, _, test = load(options.data, _TRAINED_ON[options.data])
    samples = test[: options.images]
    is_own = options.checkpoint.stem == options.data
    line = alike.KNOWN if is_own else alike.PLAIN
    alike.KNOWN = alike.PLAIN = alike.Line(0.0, 0.0)
    gazes, looked = [], []
    for sample in samples:
        began = time.perf_counter()
        gazes.append(Gaze(network, sample))
        looked.append(1000 * (time.perf_counter() - began))
    result: dict[str, Any] = {
        "checkpoint": options.checkpoint.name,
        "data": options.data,
        "images": len(samples),
        "first_look_ms": spread(looked),
        "machine": facts(torch.device("cpu")),
    }
    for count in (1, 3):
        here, there = Tally(), Tally()
        chance = random.Random(options.seed)
        for number, label, chosen, others in questions(samples, count, options.draws, chance):
            known = label if is_own else None
            gaze, boxes = gazes[number], [box_of(one) for one in chosen]
            examples = [gaze.example(box) for box in boxes]
            found, ms = ask(gaze, examples, known, boxes)
            here.ms.append(ms)
            judge(here, gaze, found, others, line=line, label=known, masks=options.masks)
            later = [n for n in range(number + 1, len(samples)) if label in of_kinds(samples[n])]
            if later:
                gaze, own = gazes[later[0]], of_kinds(samples[later[0]])[label]
                found, ms = ask(gaze, examples, known, [])
                there.ms.append(ms)
                judge(there, gaze, found, own, line=line, label=known, masks=0)
        result[f"{count} here"] = here.summary()
        result[f"{count} next"] = there.summary()
    return result


def main() -> None:
    """Read the options, run, print."""
    parser = argparse.ArgumentParser(description=__doc__.split("\n")[0] if __doc__ else None)
    parser.add_argument("--checkpoint", type=Path, required=True)
    parser.add_argument("--data", choices=sorted(_TRAINED_ON), required=True)
    parser.add_argument("--images", type=int, default=30)
    parser.add_argument("--draws", type=int, default=2, help="of examples, a category and image")
    parser.add_argument(
        "--masks", type=int, default=0, help="right proposals a question to outline"
    )
    parser.add_argument("--seed", type=int, default=0)
    print(json.dumps(run(parser.parse_args()), indent=2))


if __name__ == "__main__":
    main()
