"""Stored predictions are scored against a COCO file."""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from annotator.domain.errors import RefusedError
from annotator.domain.model import Box, Part, Polygons, Prediction, ScoredJoint
from annotator.learning.evaluation import as_text, evaluate_predictions
from annotator.services.exchange import import_coco
from annotator.store.store import Store
from models.coco_metrics import coco_metrics

SQUARE = [1.0, 2.0, 31.0, 2.0, 31.0, 34.0, 1.0, 34.0]
TRUTH: dict[str, Any] = {
    "images": [
        {"id": "x", "file_name": "val/a.jpg", "width": 64, "height": 48},
        {"id": "y", "file_name": "val/b.jpg"},
    ],
    "annotations": [
        {"id": 1, "image_id": "x", "category_id": 9, "bbox": [1, 2, 30, 32], "iscrowd": 0,
         "segmentation": [SQUARE], "area": 960, "keypoints": [5, 6, 2, 20, 20, 2]},
        {"id": 2, "image_id": "x", "caption": "a person"},
    ],
    "categories": [{"id": 9, "name": "person", "keypoints": ["left_eye", "right_eye"]}],
}  # fmt: skip


@pytest.fixture
def store(tmp_path: Path) -> Iterator[Store]:
    data = json.loads(json.dumps(TRUTH).replace("val/", "").replace("9,", "3,"))
    data["categories"][0]["id"] = 3
    file = tmp_path / "own.json"
    file.write_text(json.dumps(data | {"annotations": []}))
    with Store.create(tmp_path / "project") as made:
        import_coco(made, file)
        yield made


@pytest.fixture
def truth(tmp_path: Path) -> Path:
    file = tmp_path / "truth.json"
    file.write_text(json.dumps(TRUTH))
    return file


def predict(store: Store, version: int, x: float = 0.0) -> None:
    first, category = store.images.all()[0], store.categories.all()[0]
    ring = tuple(v + x if place % 2 == 0 else v for place, v in enumerate(SQUARE))
    found = Prediction(
        0, first.id, category.id, version, 0.9, Box(1 + x, 2, 30, 32), Polygons((Part(ring),)),
        (ScoredJoint(5 + x, 6, 0.9), ScoredJoint(20 + x, 20, 0.9)),
    )  # fmt: skip
    store.predictions.write(version, first.id, [found])


def test_what_is_right_scores_one(store: Store, truth: Path) -> None:
    predict(store, 1)
    metrics = evaluate_predictions(store, truth)
    assert [metrics[kind]["AP"] for kind in ("box", "mask", "keypoints")] == pytest.approx(
        [1, 1, 1]
    )
    assert "IoU=0.50      | area=   all | maxDets=100 ] = 1.000" in as_text(metrics)


@pytest.mark.parametrize(("kind", "name"), [("mask", "segm"), ("box", "bbox")])
def test_the_text_is_the_published_table_line_by_line(shared: Path, kind: str, name: str) -> None:
    golden = shared / "data" / "golden_ap"
    truth = json.loads((golden / "instances_val2014_100.json").read_text())
    results = json.loads((golden / f"instances_val2014_fake{name}100_results.json").read_text())
    found = as_text({kind: coco_metrics(truth, results).to_json()[kind]}).splitlines()
    published = (golden / "val2014_fake_eval_res.txt").read_text()
    table = published.split(f"type={name}\n")[1].split("-----")[0].splitlines()
    assert found[1:] == [line for line in table if line.startswith(" Average")]


def test_joints_are_told_as_cocoeval_tells_them() -> None:
    names = ("AP", "AP50", "AP75", "APm", "APl", "AR", "AR50", "AR75", "ARm", "ARl")
    lines = as_text({"keypoints": dict.fromkeys(names, 0.5)}).splitlines()
    assert lines[0] == "Keypoints:"
    assert lines[7] == (
        " Average Recall    (AR) @[ IoU=0.50      | area=   all | maxDets= 20 ] = 0.500"
    )


def test_what_is_beside_scores_nothing(store: Store, truth: Path) -> None:
    predict(store, 1, x=30)
    metrics = evaluate_predictions(store, truth)
    assert [metrics[kind]["AP"] for kind in ("box", "mask", "keypoints")] == [0, 0, 0]


def test_only_one_version_is_asked_for(store: Store, truth: Path) -> None:
    predict(store, 1)
    with pytest.raises(RefusedError, match="predictions"):
        evaluate_predictions(store, truth, version_id=2)


def test_nothing_predicted_and_nothing_in_common_are_told(store: Store, truth: Path) -> None:
    with pytest.raises(RefusedError, match="predictions"):
        evaluate_predictions(store, truth)
    truth.write_text(json.dumps(TRUTH | {"images": [{"id": 1, "file_name": "z.jpg"}]}))
    with pytest.raises(RefusedError, match="None of the images"):
        evaluate_predictions(store, truth)


@pytest.mark.parametrize(
    ("section", "odd"),
    [
        ("annotations", {"area": "x"}),
        ("annotations", {"iscrowd": "x"}),
        ("annotations", {"area": None, "segmentation": [[1e300, 1.0, -1e300, 1.0, 5.0, 9.0]]}),
        ("images", {"height": "x"}),
        ("images", {"width": 2**40, "height": 2**40}),
        ("images", {"id": None}),
        ("categories", {"id": None}),
    ],
)
def test_a_truth_that_says_odd_things_is_scored_all_the_same(
    store: Store, truth: Path, section: str, odd: dict[str, Any]
) -> None:
    predict(store, 1)
    data = json.loads(truth.read_text())
    data[section].append(data[section][0] | odd)
    truth.write_text(json.dumps(data))
    assert set(evaluate_predictions(store, truth)) == {"box", "mask", "keypoints"}
