"""Average precision, against COCO's published table and against plain pycocotools."""

import contextlib
import copy
import io
import json
import subprocess
import sys

import pytest
from pycocotools.coco import COCO
from pycocotools.cocoeval import COCOeval

from benchmarks import golden_ap
from models.coco_metrics import Metrics, Scores, coco_metrics

FIELDS = ("AP", "AP50", "AP75", "APs", "APm", "APl", "AR1", "AR10", "AR100", "ARs", "ARm", "ARl")


def read(path):
    return json.loads(path.read_text())


def test_the_published_tables_are_reproduced(shared):
    found = golden_ap.run(shared / "data" / "golden_ap")

    assert {kind: len(rows) for kind, rows in found["tables"].items()} == {
        "segm": 12,
        "bbox": 12,
        "keypoints pair": 10,
    }
    assert found["max_difference"] == 0


def test_another_number_in_the_published_table_is_found_out(shared, tmp_path):
    folder = shared / "data" / "golden_ap"
    for name in ("instances_val2014_100.json", "instances_val2014_fakebbox100_results.json"):
        (tmp_path / name).symlink_to(folder / name)
    (tmp_path / "keypoints").symlink_to(folder / "keypoints")
    table = (folder / golden_ap._TABLE).read_text().replace("= 0.505", "= 0.507")
    (tmp_path / golden_ap._TABLE).write_text(table)

    found = golden_ap.run(tmp_path)

    assert found["max_difference"] == 0.002
    assert [line.split(":")[0] for line in found["not_compared"]] == ["segm", "keypoints"]


def test_keypoints_score_as_pycocotools_scores_them(shared):
    folder = shared / "data" / "golden_ap" / "keypoints"
    truth, results = read(folder / "gt_dataset.json"), read(folder / "dt_dataset.json")
    with contextlib.redirect_stdout(io.StringIO()):
        plain = COCO()
        plain.dataset = copy.deepcopy(truth)
        plain.createIndex()
        bare = [{k: v for k, v in r.items() if k not in ("bbox", "area")} for r in results]
        evaluation = COCOeval(plain, plain.loadRes(bare), "keypoints")
        evaluation.evaluate()
        evaluation.accumulate()
        evaluation.summarize()

    scores = coco_metrics(truth, results).to_json()["keypoints"]

    assert list(scores.values()) == pytest.approx(list(evaluation.stats), abs=1e-6)


def truth_of(*annotations, keypoints=()):
    return {
        "images": [{"id": 1, "width": 100, "height": 80}],
        "categories": [
            {"id": 1, "name": "a", "keypoints": list(keypoints)},
            {"id": 2, "name": "b"},
        ],
        "annotations": list(annotations),
    }


def annotation(**more):
    return {"id": 0, "image_id": 1, "category_id": 1, "bbox": [10, 10, 40, 40], **more}


def result(**more):
    return {"image_id": 1, "category_id": 1, "score": 0.9, **more}


SQUARE = [[10, 10, 50, 10, 50, 50, 10, 50]]


def test_nothing_to_score_gives_nothing():
    empty = {"images": [], "categories": [], "annotations": []}

    assert coco_metrics(empty, []) == Metrics()
    assert coco_metrics(empty, []).to_json() == {}
    assert coco_metrics(empty, []).mean_ap50() == 0


def test_no_results_score_zero_on_what_is_there():
    metrics = coco_metrics(truth_of(annotation(segmentation=SQUARE)), [])

    assert metrics.box.AP == 0
    assert metrics.mask.AP == 0
    assert metrics.keypoints is None


def test_a_first_annotation_with_id_zero_and_missing_keys_counts():
    metrics = coco_metrics(truth_of(annotation()), [result(bbox=[10, 10, 40, 40])])

    assert pytest.approx(1) == metrics.box.AP
    assert metrics.box.APs == -1
    assert metrics.mask is None


def test_an_object_without_a_mask_is_neither_right_nor_wrong_for_masks():
    drawn = annotation(id=1, segmentation=SQUARE)
    undrawn = annotation(id=2, bbox=[60, 10, 30, 30])
    found = [
        result(bbox=[10, 10, 40, 40], segmentation=SQUARE),
        result(bbox=[60, 10, 30, 30], segmentation=[[60, 10, 90, 10, 90, 40, 60, 40]], score=0.95),
    ]

    assert pytest.approx(1) == coco_metrics(truth_of(drawn, undrawn), found).mask.AP


def test_run_lengths_and_polygons_are_the_same_truth():
    counts = [10 * 80 + 10, *([40, 40] * 39), 40, 50 * 80 + 30 - 80 + 80]
    counts[-1] = 100 * 80 - sum(counts[:-1])
    plain = {"size": [80, 100], "counts": counts}
    found = [result(segmentation=SQUARE)]

    metrics = coco_metrics(truth_of(annotation(segmentation=plain)), found)

    assert pytest.approx(1) == metrics.mask.AP


def test_joints_of_any_number_are_scored_with_their_own_allowances():
    joints = [10, 10, 2, 50, 50, 2, 30, 30, 0]
    near = [10, 10, 1, 54, 50, 1, 99, 79, 1]
    truth = truth_of(annotation(keypoints=joints), keypoints=("nose", "tail", "hoof"))

    strict = coco_metrics(truth, [result(keypoints=near)], {1: (0.01, 0.01, 0.01)})
    lax = coco_metrics(truth, [result(keypoints=near)], {1: (0.5, 0.5, 0.5)})

    assert pytest.approx(1) == lax.keypoints.AP
    assert strict.keypoints.AP < 0.5


def test_results_of_other_images_are_left_out_and_the_truth_is_not_altered():
    truth = truth_of(annotation())
    before = copy.deepcopy(truth)

    coco_metrics(
        truth, [result(bbox=[10, 10, 40, 40]), {**result(bbox=[0, 0, 9, 9]), "image_id": 7}]
    )

    assert truth == before


def test_json_has_the_fields_of_each_kind():
    metrics = Metrics(box=Scores(AP=0.5), keypoints=Scores(AP50=0.7))

    data = metrics.to_json()

    assert tuple(data["box"]) == FIELDS
    assert "mask" not in data
    assert tuple(data["keypoints"])[:5] == ("AP", "AP50", "AP75", "APm", "APl")
    assert json.loads(json.dumps(data)) == data


def test_metrics_ranking_and_types_do_without_torch():
    program = (
        "import sys, models.types, models.coco_metrics, models.selection, models.errors;"
        "sys.exit('torch' in sys.modules)"
    )

    assert subprocess.run([sys.executable, "-c", program], check=False).returncode == 0
