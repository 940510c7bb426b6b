"""Count the small objects that plain prediction and tiles find in large images; prints JSON.

    python benchmarks/tiles.py --checkpoint nuclei.safetensors

The images are squares of nuclei test images side by side, so that a nucleus keeps its few pixels
while the image grows. The checkpoint is one of benchmarks/fewshot.py --data nuclei. The data is
looked for in $ANNOTATOR_SHARED, else ../shared beside the repository.
"""

from __future__ import annotations

import argparse
import json
import sys
import time
from pathlib import Path
from typing import Any

sys.path.insert(0, str(Path(__file__).resolve().parent.parent))

import numpy as np
import torch
from PIL import Image
from torchvision.ops import box_iou

from benchmarks.coco_samples import read_coco, shared
from benchmarks.machine import facts
from models import checkpoint
from models.mask_rcnn import Network
from models.predict import predict
from models.types import Sample
from models.zoo import find_device

TILE, SURE = 256, 0.5


def mosaic(count: int) -> tuple[Sample, list[tuple[float, ...]]]:
    """So many images by so many, and the boxes (xyxy) of all nuclei on it."""
    folder = shared() / "data" / "nuclei"
    data = read_coco(folder / "test.json")
    squares = [i for i in data["images"] if i["width"] == i["height"] == TILE]
    pixels = np.zeros((TILE * count, TILE * count, 3), np.uint8)
    boxes = []
    for number in range(count * count):
        image = squares[number % len(squares)]
        top, left = (TILE * at for at in divmod(number, count))
        with Image.open(folder / "test" / image["file_name"]) as picture:
            pixels[top : top + TILE, left : left + TILE] = np.asarray(picture.convert("RGB"))
        for item in data["annotations"]:
            if item["image_id"] == image["id"]:
                x, y, width, height = item["bbox"]
                boxes.append((x + left, y + top, x + left + width, y + top + height))
    return Sample(1, (TILE * count, TILE * count), lambda _short_side: pixels), boxes


def found(
    network: Network, sample: Sample, truth: list[tuple[float, ...]], *, tiles: bool
) -> dict[str, Any]:
    """How many objects are shown from a score of 0.5 on, and how many of them are right."""
    began = time.perf_counter()
    (prediction,) = predict(network, [sample], tiles=tiles)
    seconds = time.perf_counter() - began
    boxes = [d.box for d in prediction.detections if d.score >= SURE]
    overlap = box_iou(torch.tensor(boxes).reshape(-1, 4), torch.tensor(truth))
    best = overlap.max(1) if boxes else None
    right = set() if best is None else set(best.indices[best.values >= 0.5].tolist())
    return {"shown": len(boxes), "right": len(right), "seconds": round(seconds, 1)}


def main() -> None:
    """Read the options, run, print."""
    parser = argparse.ArgumentParser(description=__doc__.split("\n")[0] if __doc__ else None)
    parser.add_argument("--checkpoint", type=Path, required=True)
    parser.add_argument("--device")
    options = parser.parse_args()
    device = find_device(options.device)
    network = checkpoint.load(options.checkpoint).to(device)
    rows = []
    for count in (1, 2, 3, 4, 6):
        sample, truth = mosaic(count)
        row: dict[str, Any] = {"side": TILE * count, "nuclei": len(truth)}
        for name, tiles in (("plain", False), ("tiles", True)):
            row[name] = found(network, sample, truth, tiles=tiles)
        rows.append(row)
    print(json.dumps({"machine": facts(device), "rows": rows}, indent=2))


if __name__ == "__main__":
    main()
