"""An image with about a hundred real objects at any size, for the benchmarks."""

from __future__ import annotations

from collections import Counter
from dataclasses import replace
from pathlib import Path

import numpy as np
from numpy.typing import NDArray
from PIL import Image

from benchmarks.coco_samples import read_coco, shared
from models import checkpoint
from models.mask_rcnn import Network

SIZES = {0.3: (640, 480), 2.0: (1632, 1224), 12.0: (4000, 3000)}
"""(width, height) by megapixels."""

JOINTS = 17
_TILE, _FEWEST, _MOST = 256, 20, 26


def crowd(size: tuple[int, int]) -> NDArray[np.uint8]:
    """Four of the nuclei images side by side, about a hundred nuclei: RGB [height, width, 3]."""
    folder = shared() / "data" / "nuclei"
    data = read_coco(folder / "test.json")
    counts = Counter(item["image_id"] for item in data["annotations"])
    fitting = [
        image
        for image in data["images"]
        if image["width"] == image["height"] == _TILE and _FEWEST <= counts[image["id"]] <= _MOST
    ]
    fitting.sort(key=lambda image: (-counts[image["id"]], image["id"]))
    names = [folder / "test" / image["file_name"] for image in fitting[:4]]
    quarters = [np.asarray(Image.open(name).convert("RGB")) for name in names]
    whole = np.vstack([np.hstack(quarters[:2]), np.hstack(quarters[2:])])
    enlarged = Image.fromarray(whole).resize(size, Image.Resampling.BICUBIC)
    return np.asarray(enlarged, np.uint8)


def network_for_crowds(path: Path, *, joints: bool) -> Network:
    """A network trained on nuclei; with joints, also a keypoint head of seventeen.

    What decoding joints costs does not depend on what they say, so that head keeps fresh weights.
    """
    network = checkpoint.load(path)
    if not joints:
        return network
    names = tuple(f"joint {number}" for number in range(JOINTS))
    (category,) = network.categories
    jointed = Network(network.preset, [replace(category, joints=names)])
    jointed.load_state_dict(network.state_dict(), strict=False)
    return jointed.eval()
