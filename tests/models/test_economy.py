"""The benchmark of economy: what images cost, what curves say, and going on from a file."""

import json
from dataclasses import replace
from functools import partial

import numpy as np
import pytest

from benchmarks import economy
from benchmarks.economy_summary import summary
from benchmarks.labelling import Annotator
from benchmarks.paired import difference, mean_height
from models.annotator_cost import (
    BOX_S,
    CHECK_S,
    LOOK_S,
    REMOVE_S,
    RENAME_S,
    expected_iou,
    outline_seconds,
    predicted_seconds,
)
from models.types import (
    CategorySpec,
    Detection,
    Doubt,
    ImagePrediction,
    ObjectTarget,
    Region,
    Sample,
)

BOX = (30.0, 20.0, 70.0, 60.0)
SQUARE = Region((30.0, 20, 70, 20, 70, 60, 30, 60))
FAR = Region((5.0, 70, 15, 70, 15, 90, 5, 90))
DRAWN_S = outline_seconds(4)


def sample(*labels, key=1):
    target = partial(ObjectTarget, box=BOX, mask=(SQUARE,), joints=None)
    objects = tuple(target(label) for label in labels)
    return Sample(key, (100, 100), lambda _: np.zeros((100, 100, 3), np.uint8), objects)


def found(region, label=1, score=0.9, mask=0.05, joints=()):
    return Detection(label, score, BOX, (region,), None, Doubt(0.1, 0.1, mask, joints))


def costs(labels, *detections, assist=None):
    said = ImagePrediction(1, detections)
    return Annotator().corrected(sample(*labels), said, assist)


def test_by_hand_is_a_look_and_every_outline():
    assert Annotator().by_hand(sample(1)).seconds == pytest.approx(LOOK_S + DRAWN_S)
    assert Annotator().by_hand(sample()).seconds == LOOK_S


def test_what_is_right_is_checked_what_is_false_removed_what_is_missing_drawn():
    assert costs([1], found(SQUARE)).seconds == pytest.approx(LOOK_S + CHECK_S)
    assert costs([], found(FAR)).seconds == pytest.approx(LOOK_S + REMOVE_S)
    both = costs([1], found(FAR))
    assert both.seconds == pytest.approx(LOOK_S + REMOVE_S + DRAWN_S)
    assert both.ways == {"removed": 1, "drawn": 1}


def test_a_wrong_category_is_renamed_and_a_second_one_removed():
    assert costs([1], found(SQUARE, 2)).seconds == pytest.approx(LOOK_S + CHECK_S + RENAME_S)
    twice = costs([1], found(SQUARE), found(SQUARE, score=0.6))
    assert twice.seconds == pytest.approx(LOOK_S + CHECK_S + REMOVE_S)


def test_what_is_too_unsure_to_be_shown_neither_helps_nor_disturbs():
    assert costs([1], found(SQUARE, score=0.4)).seconds == pytest.approx(LOOK_S + DRAWN_S)


def test_the_threshold_can_be_set_lower():
    said = ImagePrediction(1, (found(SQUARE, score=0.4),))
    assert Annotator(0.3).corrected(sample(1), said).seconds == pytest.approx(LOOK_S + CHECK_S)


def test_box_to_object_is_used_where_it_is_quicker():
    right = lambda _sample, boxes, _labels: [(SQUARE,)] * len(boxes)  # noqa: E731
    wrong = lambda _sample, boxes, _labels: [(FAR,)] * len(boxes)  # noqa: E731
    helped = costs([1], assist=right)
    assert helped.seconds == pytest.approx(LOOK_S + BOX_S + CHECK_S)
    assert helped.ways == {"box to object": 1}
    assert costs([1], assist=wrong).ways == {"drawn": 1}


def test_crowds_are_not_labelled_and_recall_counts_the_right_category():
    crowd = sample(1)
    crowd = replace(crowd, objects=(replace(crowd.objects[0], is_crowd=True),))
    assert Annotator().by_hand(crowd).seconds == LOOK_S
    said = [ImagePrediction(1, (found(SQUARE, 2),)), ImagePrediction(2, (found(SQUARE),))]
    assert Annotator().found_share([sample(1), sample(1, key=2)], said) == 0.5
    assert np.isnan(Annotator().found_share([], []))


def test_the_work_to_expect_grows_with_doubt():
    assert predicted_seconds(ImagePrediction(1, ())) == LOOK_S
    sure = replace(found(SQUARE), score=1.0)
    assert expected_iou(sure) == pytest.approx(0.95)
    assert predicted_seconds(ImagePrediction(1, (sure,))) == pytest.approx(LOOK_S + CHECK_S)
    vague = found(SQUARE, score=1.0, mask=0.5)
    whole = LOOK_S + outline_seconds(12)
    assert predicted_seconds(ImagePrediction(1, (vague,))) == pytest.approx(whole)
    hidden = found(SQUARE, score=0.1)
    expected = LOOK_S + 0.1 * outline_seconds(12)
    assert predicted_seconds(ImagePrediction(1, (hidden,))) == pytest.approx(expected)
    jointed = found(SQUARE, score=1.0, joints=(0.5, 0.5))
    assert predicted_seconds(ImagePrediction(1, (jointed,))) == pytest.approx(LOOK_S + 1.6 + 1.9)


def test_the_area_under_a_curve_by_hand():
    curve = [(0.0, 0.0), (10.0, 1.0), (20.0, 1.0)]
    assert mean_height(curve, 20) == pytest.approx(0.75)
    assert mean_height(curve, 5) == pytest.approx(0.25)
    assert mean_height(curve, 40) == pytest.approx(0.875)
    with pytest.raises(ValueError, match="no area"):
        mean_height(curve, 0)


def test_a_paired_difference_by_hand():
    gain = difference([2.0, 3.0, 4.0], [1.0, 1.0, 1.0])  # 1, 2, 3: mean 2, deviation 1
    assert (gain.mean, gain.seeds) == (2.0, 3)
    assert gain.high - gain.mean == pytest.approx(4.303 / 3**0.5)
    assert difference([1.0], [0.5]).low == -np.inf
    with pytest.raises(ValueError, match="nothing"):
        difference([], [])


def row(images, quality, hand, corrected, recall=0.5):
    work = {"by_hand": {"seconds": hand}, "prelabelled": {"seconds": corrected}}
    return {
        "images": images, "mask_AP": quality, "first_by_hand_s": 100.0, "work": work,
        "rare_recall": recall, "other_recall": 0.9,
    }  # fmt: skip


def test_the_summary_adds_up_seconds_and_pairs_seeds():
    runs = {
        "0/random/0": row(20, 0.1, 100, 50), "0/random/1": row(40, 0.2, 800, 300),
        "0/queue/0": row(20, 0.1, 100, 50), "0/queue/1": row(40, 0.3, 800, 200, 0.7),
        "1/queue/0": row(20, 0.1, 100, 50),
    }  # fmt: skip
    state = {"about": {"rounds": 2}, "machine": {}, "pool_by_hand_s": 1000.0, "rounds": runs}
    told = summary(state)
    shares = told["whole_pool_share_of_by_hand"]
    assert shares["by_hand, random"] == [1.0]
    assert (shares["prelabelled, random"], shares["prelabelled, queue"]) == ([0.45], [0.35])
    compared = told["queue_against_random"]
    assert compared["seeds"] == [0]
    gain = compared["along prelabelled"]["difference"]["mean"]
    assert gain == pytest.approx((10 + 30) / 2 - (10 + 20) / 2)
    assert compared["last rare_recall"]["difference"]["mean"] == pytest.approx(0.2)


def test_recall_is_that_of_the_test_images_whatever_keys_the_pool_has(tmp_path, monkeypatch):
    pool, test = {1: sample(1, 1, 1, key=1)}, [sample(1, key=1)]
    material = economy.Material([CategorySpec("thing")], pool, test, frozenset())
    monkeypatch.setattr(economy, "material_of", lambda *_: material)
    said = [ImagePrediction(1, (found(SQUARE),))]
    monkeypatch.setattr(economy, "predict", lambda *_: said)
    network = economy.argparse.Namespace(categories=material.categories)
    options = economy.argparse.Namespace(
        data="nuclei", size="smoke", preset="p", weights="best", device="cpu", shown=0.5,
        out=tmp_path / "e.json",
    )  # fmt: skip
    scored = economy.Economy(options)._scored(network)
    assert (scored["rare_recall"], scored["other_recall"]) == (None, 1.0)


def test_a_run_goes_on_from_its_file(tmp_path, monkeypatch):
    rounds = []
    pool = {key: sample(1, key=key) for key in range(60)}
    material = economy.Material([CategorySpec("thing")], pool, [], frozenset())
    monkeypatch.setattr(economy, "material_of", lambda *_: material)
    monkeypatch.setitem(economy.SIZES, "smoke", economy.Size(1, 2, 1))

    def in_boxes(_sample, boxes, _labels):
        return [found(SQUARE).regions for _ in boxes]

    def learned(_self, seed, turn, labelled):
        rounds.append((seed, turn, len(labelled)))
        if len(rounds) == 3:
            raise KeyboardInterrupt
        said = {key: ImagePrediction(key, (found(SQUARE),)) for key in pool}
        return None, {"mask_AP": 0.1 * turn, "rare_recall": None, "other_recall": 0.5}, said

    monkeypatch.setattr(economy.Economy, "_learned", learned)
    monkeypatch.setattr(economy, "assist_of", lambda _: in_boxes)
    options = economy.argparse.Namespace(
        data="nuclei", size="smoke", orders=["random"], seeds=None, preset="p", weights="best",
        device="cpu", shown=0.5, out=tmp_path / "e.json",
    )  # fmt: skip
    economy.Economy(options).run()
    assert rounds == [(0, 0, 20), (0, 1, 40)]
    economy.Economy(options).run()
    assert len(rounds) == 2
    kept = json.loads(options.out.read_text())
    del kept["rounds"]["0/random/1"]
    options.out.write_text(json.dumps(kept))
    with pytest.raises(KeyboardInterrupt):
        economy.Economy(options).run()
    assert rounds[-1] == (0, 1, 40)
    options.data = "animals"
    with pytest.raises(SystemExit, match="another run"):
        economy.Economy(options)
