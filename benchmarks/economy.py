"""How much labelling a model of a given quality costs: a simulated annotator and the real network.

    python benchmarks/economy.py --data nuclei --size cpu --out economy.json

Labels of a labelled pool are hidden. All ways begin with the same 20 images, where nothing but the
starter can help. Each round trains from the base weights, is scored on images never used for
anything else, and labels 20 more: in random order or in the order of the queue, by hand, by
correcting what the network says, with box to object beside that, and with clicks as well. Ways of
one order share its trainings, since what they label is the same; only the seconds differ. Every
finished round is written at once, and a run goes on from there. Prints the summary as JSON. The
data is looked for in $ANNOTATOR_SHARED, else ../shared.
"""

from __future__ import annotations

import argparse
import json
import math
import random
import sys
import time
from collections.abc import Sequence
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

sys.path.insert(0, str(Path(__file__).resolve().parent.parent))

import numpy as np
import torch

from benchmarks.bases import base_of, offer_bases
from benchmarks.clicking import Looker
from benchmarks.coco_samples import categories_of, read_coco, samples_of, shared
from benchmarks.economy_orders import ORDERS
from benchmarks.economy_summary import summary
from benchmarks.labelling import PRELABELLED, WAYS, Annotator, Work
from benchmarks.machine import facts
from models import checkpoint
from models.annotator_cost import SHOWN
from models.evaluate import result_of, score
from models.mask_rcnn import Network
from models.predict import predict
from models.starting import BEST, starter_of
from models.train import TrainSettings, train
from models.types import CategorySpec, ImagePrediction, Sample
from models.zoo import build, find_device

Json = dict[str, Any]

_STAINED = 10.0  # mean spread of a pixel's channels; fluorescence is grey


@dataclass(frozen=True, slots=True)
class Size:
    """How much of the benchmark is done; steps None are as many as the program takes."""

    seeds: int
    rounds: int
    steps: int | None
    pool: int | None = None
    test: int | None = None
    batch: int = 20


SIZES = {
    "smoke": Size(1, 1, 10, pool=60, test=10),
    "cpu": Size(3, 3, 150),
    "full": Size(5, 8, None),
}


@dataclass(frozen=True, slots=True)
class Material:
    """What is learned from and tested on."""

    categories: list[CategorySpec]
    pool: dict[int, Sample]
    test: list[Sample]
    rare: frozenset[int]


def material_of(name: str, size: Size) -> Material:
    """A data set with a pool and a test."""
    root = shared() / "data" / name
    pool, test = read_coco(root / "pool.json"), read_coco(root / "test.json")
    samples = samples_of(pool, pool["images"][: size.pool], root / "pool")
    tests = samples_of(test, test["images"][: size.test], root / "test")
    rare = frozenset(s.key for s in tests if name == "nuclei" and is_stained(s))
    return Material(categories_of(pool), {s.key: s for s in samples}, tests, rare)


def is_stained(sample: Sample) -> bool:
    """Whether a picture is in colour: the rare imaging method among the nuclei."""
    pixels = sample.read(min(sample.size)).astype(np.int64)
    return float(np.ptp(pixels, axis=2).mean()) > _STAINED


Learned = tuple[Network, Json, dict[int, ImagePrediction]]


class Economy:
    """One run of the benchmark, round by round, in a file."""

    def __init__(self, options: argparse.Namespace) -> None:
        self._options = options
        self._size: Size = SIZES[options.size]
        self._device = find_device(options.device)
        self._material = material_of(options.data, self._size)
        self._annotator = Annotator(options.shown)
        self._first: tuple[int, Learned] | None = None
        self._begun: dict[int, dict[str, float]] = {}
        self._file: Path = options.out
        self.state = self._read()

    def _read(self) -> Json:
        about = {"data": self._options.data, "size": self._options.size} | asdict(self._size)
        told = ("preset", "weights", "shown", "curves_only")
        about |= {key: getattr(self._options, key) for key in told}
        about |= {"ways": list(WAYS), "starter": _digest_of_starter(self._options.preset)}
        if self._file.exists():
            state: Json = json.loads(self._file.read_text(encoding="utf-8"))
            if state["about"] != about:
                raise SystemExit(f"{self._file} is of another run: {state['about']}")
            return state
        pool = self._material.pool.values()
        whole = sum((self._annotator.by_hand(s).seconds for s in pool), 0.0)
        return {
            "about": about,
            "machine": facts(self._device),
            "pool_by_hand_s": whole,
            "rounds": {},
        }

    def _write(self) -> None:
        part = self._file.with_suffix(".part")
        part.write_text(json.dumps(self.state, indent=1), encoding="utf-8")
        part.replace(self._file)

    def run(self) -> None:
        """Every round that is not in the file yet."""
        for seed in self._options.seeds or range(self._size.seeds):
            keys = list(self._material.pool)
            random.Random(seed).shuffle(keys)
            for order in self._options.orders:
                labelled = keys[: self._size.batch]
                for turn in range(self._size.rounds):
                    name = f"{seed}/{order}/{turn}"
                    if name not in self.state["rounds"]:
                        done = self._round(seed, order, turn, labelled)
                        self.state["rounds"][name] = done
                        self._write()
                        print(name, done["mask_AP"], done["took_s"], file=sys.stderr, flush=True)
                    labelled = labelled + self.state["rounds"][name]["next"]

    def _round(self, seed: int, order: str, turn: int, labelled: Sequence[int]) -> Json:
        """Train on what is labelled, score it, and label the next images."""
        began = time.monotonic()
        pool = self._material.pool
        network, scored, said = self._learned(seed, turn, labelled)
        trained = time.monotonic()
        waiting = [key for key in pool if key not in set(labelled)]
        choose = ORDERS[order]
        chosen = choose(network, pool, said, labelled, self._size.batch, seed)
        predicted = time.monotonic()
        rest = waiting if turn == self._size.rounds - 1 else chosen
        if self._options.curves_only and rest is waiting:
            rest = []
        work = self._labelled(network, rest, said)
        return {
            "images": len(labelled),
            "first_s": self._first_images(seed, labelled[: self._size.batch]),
            **scored,
            "next": chosen,
            "work_on": "rest" if rest is waiting else "next" if rest else "nothing",
            "work": {way: asdict(spent) for way, spent in work.items()},
            "train_s": round(trained - began, 1),
            "simulate_s": round(time.monotonic() - predicted, 1),
            "took_s": round(time.monotonic() - began, 1),
        }

    def _learned(self, seed: int, turn: int, labelled: Sequence[int]) -> Learned:
        """A network that learned from these images, its scores, and what it says of the pool.

        The first training of a seed is the same for all orders, so it is kept.
        """
        if turn == 0 and self._first is not None and self._first[0] == seed:
            return self._first[1]
        network = self._network(seed, turn, labelled)
        scored = self._scored(network)
        said = {found.key: found for found in predict(network, self._material.pool.values())}
        if turn == 0:
            self._first = (seed, (network, scored, said))
        return network, scored, said

    def _network(self, seed: int, turn: int, labelled: Sequence[int]) -> Network:
        options = self._options
        weights = base_of(options.weights, options.preset)
        network = build(options.preset, self._material.categories, weights, seed=seed)
        network = network.to(self._device)
        samples = [self._material.pool[key] for key in labelled]
        settings = TrainSettings(seed=100 * seed + turn, steps=self._size.steps)
        for _ in train(network, samples, (), settings):
            pass
        return network

    def _scored(self, network: Network) -> Json:
        """AP on the test images, and the recall on each kind of them."""
        test, judge = self._material.test, Annotator(self._options.shown)  # keys are not the pool's
        said = list(predict(network, test))
        metrics = score(network.categories, test, results_of(test, said))
        is_rare = [s.key in self._material.rare for s in test]

        def recall(kind: bool) -> float | None:
            some = [n for n, rare in enumerate(is_rare) if rare is kind]
            share = judge.found_share([test[n] for n in some], [said[n] for n in some])
            return None if math.isnan(share) else round(share, 4)

        found: Json = {"rare_recall": recall(True), "other_recall": recall(False)}
        if metrics.mask is not None:
            found |= {"mask_AP": metrics.mask.AP, "mask_AP50": metrics.mask.AP50}
        if metrics.box is not None:
            found |= {"box_AP": metrics.box.AP}
        return found

    def _labelled(
        self, network: Network, keys: Sequence[int], said: dict[int, ImagePrediction]
    ) -> dict[str, Work]:
        """What these images take in each way."""
        helper, work = Looker(network), {way: Work() for way in WAYS}
        for sample in (self._material.pool[key] for key in keys):
            own = self._annotator.every_way(sample, said[sample.key], helper)
            for way, spent in own.items():
                work[way] += spent
        return work

    def _first_images(self, seed: int, keys: Sequence[int]) -> dict[str, float]:
        """Seconds of each way before there is a network: the starter helps where there is one."""
        if seed not in self._begun:
            place = starter_of(self._options.preset)
            helper = None
            if place is not None:
                starter = checkpoint.load(place).to(self._device)
                helper = Looker(starter, knows_labels=False)
            works = {way: Work() for way in WAYS}
            for sample in (self._material.pool[key] for key in keys):
                nothing = ImagePrediction(sample.key, ())
                own = self._annotator.every_way(sample, nothing, helper)
                for way in WAYS:
                    works[way] += own.get(way, own[PRELABELLED])
            self._begun[seed] = {way: work.seconds for way, work in works.items()}
        return self._begun[seed]


def _digest_of_starter(preset: str) -> str | None:
    """Which starter it is; None where there is none."""
    place = starter_of(preset)
    return None if place is None else str(checkpoint.read_card(place)["sha256"])


def results_of(samples: Sequence[Sample], said: Sequence[ImagePrediction]) -> list[Json]:
    """Predictions as COCO results."""
    pairs = zip(samples, said, strict=True)
    return [result_of(sample, one) for sample, found in pairs for one in found.detections]


def main() -> None:
    """Read the options, run what is left, print the summary."""
    parser = argparse.ArgumentParser(description=__doc__.split("\n")[0] if __doc__ else None)
    parser.add_argument("--data", default="nuclei", choices=("nuclei", "animals"))
    parser.add_argument("--size", default="cpu", choices=tuple(SIZES))
    parser.add_argument("--orders", nargs="+", default=list(ORDERS)[:2], choices=tuple(ORDERS))
    parser.add_argument("--seeds", type=int, nargs="+", help="only these, to share the work")
    parser.add_argument("--curves-only", action="store_true", help="not what the whole pool takes")
    parser.add_argument("--preset", default="squeezenet1_0")
    offer_bases(parser, BEST)
    parser.add_argument(
        "--shown", type=float, default=SHOWN, help="score of what is on the picture"
    )
    parser.add_argument("--device")
    parser.add_argument("--threads", type=int, help="of the processor")
    parser.add_argument("--out", type=Path, default=Path("economy.json"), help="goes on from it")
    options = parser.parse_args()
    if options.threads:
        torch.set_num_threads(options.threads)
    economy = Economy(options)
    economy.run()
    print(json.dumps(summary(economy.state), indent=2))


if __name__ == "__main__":
    main()
