"""Score published results and lay our numbers beside the published ones; prints JSON.

    python benchmarks/golden_ap.py

The data is looked for in $ANNOTATOR_SHARED, else ../shared beside the repository. The program ends
with 1 when any number differs in its third decimal.
"""

from __future__ import annotations

import json
import re
import sys
from pathlib import Path
from typing import Any

sys.path.insert(0, str(Path(__file__).resolve().parent.parent))

from benchmarks.coco_samples import read_coco, shared
from models.coco_metrics import coco_metrics

DECIMALS = 3

_TABLE = "val2014_fake_eval_res.txt"
_LINE = re.compile(
    r"\((A[PR])\) @\[ IoU=(\S+)\s*\| area=\s*(\w+) \| maxDets=\s*(\d+) \] = (-?[\d.]+)"
)
_KINDS = {
    "segm": ("mask", "instances_val2014_fakesegm100_results.json"),
    "bbox": ("box", "instances_val2014_fakebbox100_results.json"),
    "keypoints": ("keypoints", "person_keypoints_val2014_fakekeypoints100_results.json"),
}
"""The kinds of cocodataset/cocoapi's table: what we call them, and the results they are of."""

_TRUTH = {
    "segm": "instances_val2014_100.json",
    "bbox": "instances_val2014_100.json",
    "keypoints": "person_keypoints_val2014_100.json",
}
_PAIR = {
    "AP": 0.505,
    "AP50": 0.723,
    "AP75": 0.634,
    "APm": 0.466,
    "APl": 0.750,
    "AR": 0.518,
    "AR50": 0.727,
    "AR75": 0.636,
    "ARm": 0.467,
    "ARl": 0.750,
}
"""What tests/test_keypoints.py of MiXaiLL76/faster_coco_eval expects of its pair, rounded."""


def run(folder: Path) -> dict[str, Any]:
    """Every published number with ours beside it.

    Args:
        folder: with the published table, the results it is of, and the keypoints pair.
    """
    published = _published((folder / _TABLE).read_text(encoding="utf-8"))
    tables, absent = {}, []
    for kind, (ours, results) in _KINDS.items():
        files = folder / _TRUTH[kind], folder / results
        if all(file.is_file() for file in files):
            tables[kind] = _rows(published[kind], _scores(*files)[ours])
        else:
            absent.append(f"{kind}: {results} is not in the folder")
    pair = _scores(folder / "keypoints/gt_dataset.json", folder / "keypoints/dt_dataset.json")
    tables["keypoints pair"] = _rows(_PAIR, pair["keypoints"])
    differences = [row["difference"] for rows in tables.values() for row in rows]
    return {
        "tables": tables,
        "not_compared": absent,
        "numbers": len(differences),
        "max_difference": max(differences),
    }


def _scores(truth: Path, results: Path) -> dict[str, dict[str, float]]:
    return coco_metrics(read_coco(truth), json.loads(results.read_text(encoding="utf-8"))).to_json()


def _published(text: str) -> dict[str, dict[str, float]]:
    """COCOeval's printed tables by kind, each number by the name it has with us."""
    tables: dict[str, dict[str, float]] = {}
    for section in text.split("type=")[1:]:
        found = _LINE.findall(section)
        most = max(int(line[3]) for line in found)
        tables[section.split()[0]] = {_name(*line[:4], most=most): float(line[4]) for line in found}
    return tables


def _name(what: str, iou: str, area: str, count: str, *, most: int) -> str:
    """Make "AP50" of the words of one line: its threshold, its area or its count of detections."""
    if area != "all":
        return what + area[0]
    if ":" not in iou:
        return what + iou.removeprefix("0.")
    counts_detections = what == "AR" and most == 100
    return what + (count if counts_detections else "")


def _rows(published: dict[str, float], ours: dict[str, float]) -> list[dict[str, Any]]:
    return [
        {
            "name": name,
            "published": value,
            "ours": round(ours[name], DECIMALS),
            "difference": round(abs(round(ours[name], DECIMALS) - value), DECIMALS),
        }
        for name, value in published.items()
    ]


def main() -> None:
    """Run and print."""
    found = run(shared() / "data" / "golden_ap")
    print(json.dumps(found, indent=2))
    sys.exit(found["max_difference"] > 0)


if __name__ == "__main__":
    main()
