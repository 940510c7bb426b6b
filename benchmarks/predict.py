"""Predict with our network and with torchvision's detector around the same weights; prints JSON.

    python benchmarks/predict.py --checkpoints FOLDER

FOLDER holds nuclei.safetensors, fruits.safetensors and mouse.safetensors as benchmarks/fewshot.py
writes them with --checkpoint; what is missing there is trained first, which takes minutes.
Speed and memory are of one image with about a hundred detections at three sizes, from its pixels,
and from a JPEG file. Ours goes as far as outlines and joints; torchvision ends with masks pasted
into the image. AP is of images at COCO's size, which the bar is about, and of the files as they
are. The data is looked for in $ANNOTATOR_SHARED, else ../shared beside the repository.
"""

from __future__ import annotations

import argparse
import json
import subprocess
import sys
import tempfile
from pathlib import Path
from typing import Any

sys.path.insert(0, str(Path(__file__).resolve().parent.parent))

import numpy as np
from numpy.typing import NDArray
from PIL import Image
from pycocotools import mask as coco_mask

from annotator.services.pixels import read_pixels
from benchmarks.fewshot import load
from benchmarks.machine import alternating, facts, resident_bytes
from benchmarks.pictures import SIZES, crowd, network_for_crowds
from benchmarks.sized import COCO_SIDE, at_most
from benchmarks.stock import predict_stock, stock_of
from models import checkpoint
from models.coco_metrics import coco_metrics
from models.evaluate import coco_truth, evaluate
from models.joints import sigmas_of
from models.mask_rcnn import Network
from models.predict import predict
from models.types import PixelReader, Sample
from models.zoo import find_device

DATA = {"fruits": 12, "nuclei": 20, "mouse": 29}
"""Labelled images each network learned from."""

BARS = {"speed_2": 1.5, "speed_12": 5.0, "memory_12": 0.25, "ap": 0.003}


BAR_DATA = ("fruits", "nuclei")
"""Where AP is held to the bar; on 29 frames of one mouse each, a single joint moves it by more."""


def reader_of(source: Path | NDArray[np.uint8]) -> PixelReader:
    """Ours reads a file reduced, as the program does; pixels are taken as they are."""
    if isinstance(source, Path):
        return lambda short_side: read_pixels(source, short_side=short_side)
    return lambda _short_side: source


def pixels_of(source: Path | NDArray[np.uint8]) -> NDArray[np.uint8]:
    """All pixels, as a loop around torchvision reads them."""
    if isinstance(source, Path):
        with Image.open(source) as image:
            return np.asarray(image.convert("RGB"))
    return source


def ways_of(network: Network, source: Path | NDArray[np.uint8], size: tuple[int, int]) -> Any:
    """The two ways to predict one image, or a batch of it on a GPU."""
    stock = stock_of(network)
    count = 1 if network.device.type == "cpu" else 8

    def ours() -> int:
        samples = [Sample(n, size, reader_of(source)) for n in range(count)]
        return sum(len(one.detections) for one in predict(network, samples))

    def theirs() -> int:
        images = [pixels_of(source) for _ in range(count)]
        return sum(len(one["scores"]) for one in predict_stock(stock, images))

    return {"ours": ours, "stock": theirs}


def speed(
    network: Network, source: Path | NDArray[np.uint8], size: tuple[int, int], rounds: int
) -> dict[str, Any]:
    """Images a second both ways, and how many detections each found."""
    ways = ways_of(network, source, size)
    count = 1 if network.device.type == "cpu" else 8
    detections = {name: way() // count for name, way in ways.items()}
    seconds = alternating(ways, rounds, network.device)
    return {
        "detections": detections,
        "images_a_second": {name: round(count / s["wall"], 3) for name, s in seconds.items()},
        "times_as_fast": round(seconds["stock"]["wall"] / seconds["ours"]["wall"], 2),
        "by_cpu_seconds": round(seconds["stock"]["cpu"] / seconds["ours"]["cpu"], 2),
    }


def memory(options: argparse.Namespace, size: tuple[int, int], *, joints: bool) -> dict[str, Any]:
    """Peak memory of one image both ways, each in a process of its own."""
    found = {}
    for way in ("ours", "stock"):
        command = [sys.executable, __file__, "--way", way, "--size", *map(str, size)]
        command += ["--checkpoints", str(options.checkpoints), *(["--joints"] if joints else [])]
        done = subprocess.run(command, capture_output=True, text=True, check=True)
        found[way] = json.loads(done.stdout)
    return {
        "megabytes": {way: round(value / 2**20) for way, value in found.items()},
        "share_of_stock": round(found["ours"] / found["stock"], 3),
    }


def memory_here(options: argparse.Namespace) -> int:
    """What one prediction adds to this process at its peak, beyond network and pixels."""
    network = network_for_crowds(options.checkpoints / "nuclei.safetensors", joints=options.joints)
    size = (options.size[0], options.size[1])
    way = ways_of(network, crowd(size), size)[options.way]
    before, _ = resident_bytes()
    way()
    return resident_bytes()[1] - before


def accuracy(name: str, network: Network, long: int | None = None) -> dict[str, Any]:
    """AP both ways on the test images of a data set, their longer side at most so long."""
    _, _, test = load(name, DATA[name])
    test = test if long is None else [at_most(sample, long) for sample in test]
    ours = evaluate(network, test).to_json()
    theirs = {
        "stock": _stock_metrics(network, test, our_pixels=False, kinds=tuple(ours)),
        "stock_on_our_pixels": _stock_metrics(network, test, our_pixels=True, kinds=tuple(ours)),
    }
    return {
        kind: {"ours": round(ours[kind]["AP"], 4)}
        | {way: round(metrics[kind]["AP"], 4) for way, metrics in theirs.items()}
        for kind in ours
    }


def _stock_metrics(
    network: Network, test: list[Sample], *, our_pixels: bool, kinds: tuple[str, ...]
) -> dict[str, dict[str, float]]:
    stock = stock_of(network, our_pixels=our_pixels)
    results: list[dict[str, Any]] = []
    for sample in test:
        (found,) = predict_stock(stock, [sample.read(min(sample.size))])
        results += _results(sample, found, has_masks="mask" in kinds)
    sigmas = {
        label: sigmas_of(category) for label, category in enumerate(network.categories, start=1)
    }
    return coco_metrics(coco_truth(test, network.categories), results, sigmas).to_json()


def _results(sample: Sample, found: Any, *, has_masks: bool) -> list[dict[str, Any]]:
    """A stock detector's output as COCO results."""
    rows = []
    for row, (box, score) in enumerate(
        zip(found["boxes"].tolist(), found["scores"].tolist(), strict=True)
    ):
        result: dict[str, Any] = {
            "image_id": sample.key,
            "category_id": int(found["labels"][row]),
            "score": score,
            "bbox": [box[0], box[1], box[2] - box[0], box[3] - box[1]],
        }
        if has_masks:
            painted = (found["masks"][row, 0] >= 0.5).cpu().numpy()
            result["segmentation"] = coco_mask.encode(np.asfortranarray(painted.astype(np.uint8)))
        if "keypoints" in found:
            result["keypoints"] = found["keypoints"][row].flatten().tolist()
        rows.append(result)
    return rows


def run(options: argparse.Namespace) -> dict[str, Any]:
    """Everything."""
    device = find_device(options.device)
    for name, images in DATA.items():
        path = options.checkpoints / f"{name}.safetensors"
        if not path.exists():
            print(f"training on {name}", file=sys.stderr, flush=True)
            script = Path(__file__).with_name("fewshot.py")
            command = [sys.executable, script, "--data", name, "--images", str(images)]
            subprocess.run([*command, "--checkpoint", path], stdout=sys.stderr, check=True)
    rows = []
    for joints in (False, True):
        network = network_for_crowds(options.checkpoints / "nuclei.safetensors", joints=joints)
        rows += _rows(network.to(device), options, joints=joints)
    found: dict[str, Any] = {"machine": facts(device), "rows": rows}
    networks = {
        name: checkpoint.load(options.checkpoints / f"{name}.safetensors").to(device)
        for name in DATA
    }
    found["ap"] = {name: accuracy(name, one, COCO_SIDE) for name, one in networks.items()}
    found["ap_of_files"] = {name: accuracy(name, one) for name, one in networks.items()}
    found["bars"] = bars(found)
    return found


def _rows(network: Network, options: argparse.Namespace, *, joints: bool) -> list[dict[str, Any]]:
    rows = []
    for megapixels, size in SIZES.items():
        pixels = crowd(size)
        with tempfile.TemporaryDirectory() as folder:
            file = Path(folder) / "crowd.jpg"
            Image.fromarray(pixels).save(file, quality=92)
            row = {
                "megapixels": megapixels,
                "parts": "boxes, masks, joints" if joints else "boxes, masks",
                "from_pixels": speed(network, pixels, size, options.rounds),
                "from_a_file": speed(network, file, size, options.rounds),
            }
        if network.device.type == "cpu":
            row["memory"] = memory(options, size, joints=joints)
        print(json.dumps(row), file=sys.stderr, flush=True)
        rows.append(row)
    return rows


def bars(found: dict[str, Any]) -> dict[str, bool]:
    """Which of the bars for a processor are met, each by its worst row."""

    def worst(megapixels: float) -> float:
        rows = [row for row in found["rows"] if row["megapixels"] == megapixels]
        return min(row["from_pixels"]["times_as_fast"] for row in rows)

    shares = [
        row["memory"]["share_of_stock"]
        for row in found["rows"]
        if row["megapixels"] == 12 and "memory" in row
    ]
    losses = [
        max(row["stock"], row["stock_on_our_pixels"]) - row["ours"]
        for name in BAR_DATA
        for row in found["ap"][name].values()
    ]
    return {
        "speed_2": worst(2) >= BARS["speed_2"],
        "speed_12": worst(12) >= BARS["speed_12"],
        "memory_12": all(share <= BARS["memory_12"] for share in shares),
        "ap": max(losses) <= BARS["ap"],
    }


def main() -> None:
    """Read the options, run, print."""
    parser = argparse.ArgumentParser(description=__doc__.split("\n")[0] if __doc__ else None)
    parser.add_argument("--checkpoints", type=Path, required=True)
    parser.add_argument("--rounds", type=int, default=5, help="turns each way takes")
    parser.add_argument("--device")
    parser.add_argument("--way", choices=("ours", "stock"), help=argparse.SUPPRESS)
    parser.add_argument("--size", type=int, nargs=2, help=argparse.SUPPRESS)
    parser.add_argument("--joints", action="store_true", help=argparse.SUPPRESS)
    options = parser.parse_args()
    print(json.dumps(memory_here(options) if options.way else run(options), indent=2))


if __name__ == "__main__":
    main()
