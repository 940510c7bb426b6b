"""Plant 30 errors in labels and count how many the label-error finder ranks first; prints JSON.

    python benchmarks/label_errors.py --data fruits --keep found.json

10 objects are removed, 10 given another category, 10 outlines shifted by a quarter of their size.
Three networks, each trained on two thirds of the images with these errors in them, predict the
other third. An error counts as found when a suspect among the first 60 points at it: at the object
whose label is wrong, or, for a removed one, at its place (IoU of 0.5 and more).
"""

from __future__ import annotations

import argparse
import json
import sys
import tempfile
import time
from collections import Counter
from collections.abc import Sequence
from pathlib import Path
from typing import Any

sys.path.insert(0, str(Path(__file__).resolve().parent.parent))

import torch

from annotator.domain.geometry import box_iou
from annotator.domain.model import Box, ImageState, Prediction
from annotator.domain.suspects import Fault, Suspect
from annotator.learning.checking import judge, propose
from annotator.learning.protocol import Check, Event, Progress
from annotator.services import steps
from annotator.services.exchange import import_coco
from annotator.store.codec import prediction_geometry, prediction_of
from annotator.store.store import Store
from benchmarks.bases import base_of, offer_bases
from benchmarks.coco_samples import read_coco, shared
from benchmarks.machine import facts
from benchmarks.planting import Planted, plant
from models.starting import BEST

FIRST = 60
_RIGHT = {"removed": Fault.MISSED, "swapped": Fault.CATEGORY, "shifted": Fault.OUTLINE}


def make_project(name: str, folder: Path, *, count: int, seed: int) -> tuple[Store, list[Planted]]:
    """A project of the data set, reviewed, with errors planted in it."""
    root = shared() / "data" / name
    has_pool = (root / "pool.json").exists()
    labels = root / ("pool.json" if has_pool else "trainval.json")
    changed, planted = plant(read_coco(labels), count, seed)
    file = folder / "labels.json"
    file.write_text(json.dumps(changed), encoding="utf-8")
    store = Store.create(folder / "project")
    import_coco(store, file, images=root / ("pool" if has_pool else "images"))
    images = store.images.all()
    step = steps.mark(images, ImageState.REVIEWED, complete=True, text="Reviewed")
    if step is not None:  # labelled images of an import are reviewed already
        store.history.apply(step, person="benchmark")
    return store, planted


def tell(event: Event) -> None:
    """Progress on stderr, one line in twenty steps."""
    if isinstance(event, Progress) and event.done % 20 == 0:
        left = round(event.seconds_left or 0)
        print(f"{event.text} {event.done}/{event.total}, {left} s", file=sys.stderr, flush=True)


def rank_of(error: Planted, found: Sequence[Suspect], store: Store) -> tuple[int, bool] | None:
    """The place (from 1) of the first suspect that points at an error; whether it says what."""
    names = {i.id: i.file_name for i in store.images.all()}
    for place, one in enumerate(found, start=1):
        if names[one.image_id] == error.image and points_at(one, error):
            return place, one.fault == _RIGHT[error.kind]
    return None


def points_at(suspect: Suspect, error: Planted) -> bool:
    """Whether a suspect of the error's image is about it."""
    if error.kind == "removed":
        said = suspect.proposal
        is_missing = suspect.annotation is None and said is not None
        return is_missing and box_iou(said.box, Box(*error.box)) >= 0.5
    own = suspect.annotation
    return own is not None and own.file_id == json.dumps(error.object_id)


def figures(store: Store, planted: Sequence[Planted], found: Sequence[Suspect]) -> dict[str, Any]:
    """What was found, and where."""
    ranks = {error: rank_of(error, found, store) for error in planted}
    kinds = Counter(error.kind for error in planted)
    within = {e: r for e, r in ranks.items() if r is not None and r[0] <= FIRST}
    by_kind = Counter(error.kind for error in within)
    return {
        "planted": len(planted),
        "suspects": len(found),
        "first": FIRST,
        "found": len(within),
        "share": round(len(within) / len(planted), 3),
        "found_with_the_right_reason": sum(right for _, right in within.values()),
        "by_kind": {kind: f"{by_kind[kind]} of {total}" for kind, total in kinds.items()},
        "found_within": {
            str(n): sum(r is not None and r[0] <= n for r in ranks.values())
            for n in (15, 30, 60, 90, 120)
        },
        "ranks": {
            kind: [r[0] if r else None for e, r in ranks.items() if e.kind == kind]
            for kind in kinds
        },
        "faults_of_the_first": Counter(s.fault.value for s in found[:FIRST]),
    }


def keep(found: dict[int, list[Prediction]], file: Path) -> None:
    """Write predictions down, so that the ranking can be worked on without new trainings."""
    rows = [
        (
            p.image_id,
            p.category_id,
            p.score,
            *p.box,
            prediction_geometry(p),
        )
        for said in found.values()
        for p in said
    ]
    file.write_text(json.dumps({"images": list(found), "rows": rows}), encoding="utf-8")


def recall(file: Path) -> dict[int, list[Prediction]]:
    """What was written down."""
    kept = json.loads(file.read_text(encoding="utf-8"))
    found: dict[int, list[Prediction]] = {key: [] for key in kept["images"]}
    for image_id, category_id, *rest in kept["rows"]:
        found[image_id].append(prediction_of((0, image_id, category_id, 0, *rest)))
    return found


def run(options: argparse.Namespace, folder: Path) -> dict[str, Any]:
    """Plant, train, predict, rank, count."""
    store, planted = make_project(options.data, folder, count=options.count, seed=options.seed)
    request = Check(
        preset=options.preset,
        weights=str(base_of(options.weights, options.preset)),
        steps=options.steps,
        device=options.device,
        seed=options.seed,
    )
    began = time.monotonic()
    is_kept = options.keep is not None and options.keep.exists()
    found = recall(options.keep) if is_kept else propose(store, request, tell, lambda: False)
    seconds = time.monotonic() - began
    if options.keep is not None and not is_kept:
        keep(found, options.keep)
    began = time.monotonic()
    suspects = judge(store, found)
    told = {
        "data": options.data,
        "images": len(found),
        "seed": options.seed,
        "steps": options.steps,
        "train_and_predict_seconds": None if is_kept else round(seconds, 1),
        "compare_seconds": round(time.monotonic() - began, 2),
        **figures(store, planted, suspects),
        "machine": facts(torch.device(options.device or "cpu")),
    }
    store.close()
    return told


def main() -> None:
    """Read the options, run, print."""
    parser = argparse.ArgumentParser(description=__doc__.split("\n")[0] if __doc__ else None)
    parser.add_argument("--data", default="fruits", choices=("fruits", "animals", "nuclei"))
    parser.add_argument("--count", type=int, default=10, help="errors of each kind")
    parser.add_argument("--seed", type=int, default=0)
    parser.add_argument("--steps", type=int, help="of each training")
    parser.add_argument("--preset", default="squeezenet1_0")
    offer_bases(parser, BEST)
    parser.add_argument("--device", default="cpu")
    parser.add_argument("--keep", type=Path, help="predictions: written, or read if they are there")
    with tempfile.TemporaryDirectory() as folder:
        print(json.dumps(run(parser.parse_args(), Path(folder)), indent=2))


if __name__ == "__main__":
    main()
