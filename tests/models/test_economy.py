"""The benchmark of economy: what images cost, what curves say, and going on from a file."""

import json
from dataclasses import replace
from functools import partial

import numpy as np
import pytest

from benchmarks import economy
from benchmarks.economy_orders import ORDERS
from benchmarks.economy_summary import summary
from benchmarks.labelling import ASSISTED, BY_HAND, CLICKED, PRELABELLED, Annotator
from benchmarks.paired import difference, mean_height
from models.annotator_cost import (
    BOX_S,
    CHECK_S,
    CLICK_S,
    CORRECT_S,
    KEYS_S,
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
from models.valuation import valued

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


class Knows:
    """A helper that finds one shape in every box, and after so many clicks another."""

    def __init__(self, inside, after=(), clicks=1):
        self.shape, self.clicks = (inside,), clicks
        self.after = (after,) if after else ()
        self.asked = []

    def inside(self, _sample, _box, _label):
        return self.shape

    def clicked(self, question, clicks):
        self.asked.append(clicks[-1])
        return self.after if len(clicks) >= self.clicks else question.drawn


def every_way(labels, *detections, helper=None):
    return Annotator().every_way(sample(*labels), ImagePrediction(1, detections), helper)


def costs(labels, *detections):
    return every_way(labels, *detections)[PRELABELLED]


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
    work = Annotator(0.3).every_way(sample(1), said)
    assert work[PRELABELLED].seconds == pytest.approx(LOOK_S + CHECK_S)
    assert work[BY_HAND].seconds == pytest.approx(LOOK_S + DRAWN_S)


def test_box_to_object_is_used_where_it_is_quicker():
    helped = every_way([1], helper=Knows(SQUARE))
    assert helped[ASSISTED].seconds == pytest.approx(LOOK_S + BOX_S + CHECK_S)
    assert helped[ASSISTED].ways == helped[CLICKED].ways == {"box to object": 1}
    assert every_way([1], helper=Knows(FAR, FAR))[ASSISTED].ways == {"drawn": 1}
    assert helped[PRELABELLED].ways == {"drawn": 1}


def test_clicks_go_where_the_mask_is_wrong_and_are_used_where_they_are_quicker():
    helper = Knows(SQUARE, SQUARE)
    said = found(Region((30.0, 20, 50, 20, 50, 60, 30, 60)))  # the left half of it
    work = every_way([1], said, helper=helper)[CLICKED]
    assert work.seconds == pytest.approx(LOOK_S + CORRECT_S + KEYS_S + CLICK_S)
    assert work.ways == {"clicked": 1}
    (click,) = helper.asked
    assert click.is_inside
    assert 50 < click.x < 70
    assert 20 < click.y < 60


def test_a_click_takes_away_what_is_too_much():
    helper = Knows(FAR, SQUARE)
    wide = Region((30.0, 20, 90, 20, 90, 60, 30, 60))
    every_way([1], found(wide), helper=helper)
    assert not helper.asked[0].is_inside
    assert helper.asked[0].x > 70


def test_clicks_that_take_too_long_are_given_up():
    never = Knows(FAR, FAR)
    work = every_way([1], found(Region((30.0, 20, 50, 20, 50, 60, 30, 60))), helper=never)
    assert "clicked" not in work[CLICKED].ways
    assert "box and clicks" not in work[CLICKED].ways
    assert len(never.asked) < DRAWN_S / CLICK_S


def test_clicks_are_made_in_a_box_drawn_by_hand_too():
    plain = every_way([1], helper=Knows(FAR, SQUARE))[CLICKED]
    assert plain.ways == {"drawn": 1}  # four vertices are quicker than a box and a click
    corners = "10 30 30 30 30 10 50 10 50 30 70 30 70 50 50 50 50 70 30 70 30 50 10 50"
    cross = Region(tuple(float(value) for value in corners.split()))
    many = sample(1)
    many = replace(many, objects=(replace(many.objects[0], mask=(cross,)),))
    work = Annotator().every_way(many, ImagePrediction(1, ()), Knows(FAR, cross))[CLICKED]
    assert work.ways == {"box and clicks": 1}
    assert work.seconds == pytest.approx(LOOK_S + BOX_S + CORRECT_S + KEYS_S + CLICK_S)


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
        "images": images, "mask_AP": quality, "first_s": dict.fromkeys(work, 100.0), "work": work,
        "rare_recall": recall, "other_recall": 0.9, "work_on": "rest",
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
    compared = told["against_random"]["queue"]
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
        curves_only=False, out=tmp_path / "e.json",
    )  # fmt: skip
    scored = economy.Economy(options)._scored(network)
    assert (scored["rare_recall"], scored["other_recall"]) == (None, 1.0)


@pytest.mark.parametrize("has_starter", [True, False])
def test_before_there_is_a_network_the_starter_helps_where_there_is_one(
    tmp_path, monkeypatch, has_starter
):
    pool = {key: sample(1, key=key) for key in range(3)}
    material = economy.Material([CategorySpec("thing")], pool, [], frozenset())
    monkeypatch.setattr(economy, "material_of", lambda *_: material)
    monkeypatch.setattr(economy, "Looker", lambda _, knows_labels: Knows(SQUARE))
    options = economy.argparse.Namespace(
        data="nuclei", size="smoke", seeds=None, weights="best", device="cpu",
        shown=0.5, curves_only=False, out=tmp_path / "e.json",
        preset="squeezenet1_0" if has_starter else "resnet50",
    )  # fmt: skip
    first = economy.Economy(options)._first_images(0, [0, 2])
    assert first[BY_HAND] == first[PRELABELLED] == pytest.approx(2 * (LOOK_S + DRAWN_S))
    quickest = min(DRAWN_S, BOX_S + CHECK_S) if has_starter else DRAWN_S
    assert first[ASSISTED] == first[CLICKED] == pytest.approx(2 * (LOOK_S + quickest))


@pytest.mark.parametrize("helper", [Knows(SQUARE), Knows(FAR, SQUARE)])
def test_no_way_takes_longer_than_the_one_before_whatever_the_category(helper):
    half = Region((30.0, 20, 50, 20, 50, 60, 30, 60))
    for label in (1, 2):
        for region in (SQUARE, half, FAR):
            work = every_way([1], found(region, label), helper=helper)
            seconds = [work[way].seconds for way in (PRELABELLED, ASSISTED, CLICKED)]
            assert seconds == sorted(seconds, reverse=True)


def test_a_prediction_of_another_category_is_removed_where_it_is_not_kept():
    speck = Region((30.0, 20, 58, 20, 58, 62, 30, 62))
    work = costs([1], found(speck, 2))
    assert work.ways == {"drawn": 1}
    assert work.seconds == pytest.approx(LOOK_S + DRAWN_S + REMOVE_S)


def test_no_kinds_are_found_where_nothing_waits():
    assert ORDERS["kinds"](None, {}, {}, [], 4, 0) == []


def test_a_run_for_the_curves_alone_says_nothing_of_the_whole_pool():
    runs = {"0/random/0": row(20, 0.1, 100, 50) | {"work_on": "nothing"}}
    told = summary({"about": {"rounds": 1}, "machine": {}, "pool_by_hand_s": 9.0, "rounds": runs})
    assert told["whole_pool_share_of_by_hand"] == {}
    assert told["orders"]["random"][0]["rounds"][0]["mask_AP"] == 0.1


@pytest.mark.parametrize("name", ["kinds", "best of kinds"])
def test_each_kind_of_picture_is_chosen_once(name):
    kinds = {key: key % 4 for key in range(40)}
    scenes = np.random.default_rng(1).normal(0, 0.05, (40, 8)) + np.eye(8)[[*kinds.values()]]
    said = {
        key: ImagePrediction(key, (found(SQUARE, mask=0.05 + 0.01 * key),), scene)
        for key, scene in zip(kinds, scenes.astype(np.float16), strict=True)
    }
    chosen = ORDERS[name](None, {}, said, [0, 1, 2], 4, 0)
    assert sorted(kinds[key] for key in chosen) == [0, 1, 2, 3]
    assert not {0, 1, 2} & set(chosen)
    if name == "best of kinds":
        worth = {one.key: one.value for one in valued(list(said.values())[3:])}
        assert all(worth[key] == max(worth[n] for n in worth if n % 4 == key % 4) for key in chosen)


def test_a_run_goes_on_from_its_file(tmp_path, monkeypatch):
    rounds = []
    pool = {key: sample(1, key=key) for key in range(60)}
    material = economy.Material([CategorySpec("thing")], pool, [], frozenset())
    monkeypatch.setattr(economy, "material_of", lambda *_: material)
    monkeypatch.setitem(economy.SIZES, "smoke", economy.Size(1, 2, 1))

    def learned(_self, seed, turn, labelled):
        rounds.append((seed, turn, len(labelled)))
        if len(rounds) == 3:
            raise KeyboardInterrupt
        said = {key: ImagePrediction(key, (found(SQUARE),)) for key in pool}
        return None, {"mask_AP": 0.1 * turn, "rare_recall": None, "other_recall": 0.5}, said

    monkeypatch.setattr(economy.Economy, "_learned", learned)
    monkeypatch.setattr(economy, "Looker", lambda _: Knows(SQUARE))
    options = economy.argparse.Namespace(
        data="nuclei", size="smoke", orders=["random"], seeds=None, preset="p", weights="best",
        device="cpu", shown=0.5, curves_only=False, out=tmp_path / "e.json",
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
