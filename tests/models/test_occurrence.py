"""Looks without labels: the mirrored image, and images to begin with."""

import numpy as np
import pytest
import torch

from models.medoids import medoids
from models.occurrence import mirrored, mirrored_box, unconfirmed
from models.predict import predict
from models.traits import shortened
from models.types import Detection, Doubt
from models.uncertainty import unsure_sides


@pytest.fixture
def picture(sample):
    return sample(1)


def test_a_mirrored_box_comes_back():
    assert mirrored_box((10, 20, 30, 40), 100) == (70, 20, 90, 40)
    assert mirrored_box(mirrored_box((10, 20, 30, 40), 100), 100) == (10, 20, 30, 40)


def test_what_is_only_on_one_side_is_not_confirmed(tiny, picture, monkeypatch):
    width = picture.size[0]
    here = Detection(1, 0.9, (2.0, 2.0, 20.0, 20.0), (), None, Doubt(0, 0, None, ()))
    lost = Detection(1, 0.9, (2.0, 30.0, 12.0, 40.0), (), None, Doubt(0, 0, None, ()))
    faint = Detection(1, 0.1, (30.0, 2.0, 40.0, 12.0), (), None, Doubt(0, 0, None, ()))
    other = Detection(2, 0.9, (2.0, 2.0, 20.0, 20.0), (), None, Doubt(0, 0, None, ()))

    def told(_network, samples, floor, *, skipped):
        (one,) = samples
        assert floor == pytest.approx(0.15)
        np.testing.assert_array_equal(one.read(64), picture.read(64)[:, ::-1])
        box = mirrored_box(here.box, width)
        found = Detection(1, 0.2, box, (), None, Doubt(0, 0, None, ()))
        yield type("Said", (), {"key": one.key, "detections": (found,)})

    monkeypatch.setattr("models.occurrence.predict", told)
    said = {picture.key: (here, lost, faint, other)}
    assert list(unconfirmed(tiny, [picture], said)) == [(picture.key, (1, 3))]


def test_a_real_network_can_be_asked(tiny, picture):
    said = {one.key: one.detections for one in predict(tiny, [picture])}
    ((key, lost),) = unconfirmed(tiny, [picture], said)
    assert key == picture.key
    assert all(0 <= number < len(said[key]) for number in lost)
    assert mirrored(picture).objects == ()


def test_an_image_has_the_same_look_alone_and_beside_a_larger_one(tiny):
    draws = torch.Generator().manual_seed(0)
    small, large = (torch.rand(3, *size, generator=draws) for size in ((64, 64), (96, 128)))
    tiny.eval()
    alone, both = tiny.embed([small]), tiny.embed([small, large])
    assert alone.shape[0] == 1
    assert both.shape[0] == 2
    assert torch.isfinite(both).all()
    assert torch.nn.functional.cosine_similarity(alone[0], both[0], dim=0) > 0.9


def test_predictions_carry_looks_and_the_unsure_side(tiny, picture):
    (found,) = predict(tiny, [picture])
    assert found.scene is not None
    assert found.scene.dtype == np.float16
    for detection in found.detections:
        assert detection.traits.shape == (32,)
        assert detection.doubt.side in ("left", "top", "right", "bottom")


def test_the_side_on_which_merged_boxes_disagree_is_the_unsure_one():
    kept = torch.tensor([[0.0, 0, 10, 10], [50, 50, 60, 60]])
    every = torch.tensor([[0.0, 0, 10, 10], [0, 0, 14, 10], [50, 47, 60, 60], [50, 50, 60, 60]])
    ones = torch.ones(4, dtype=torch.int64)
    sides = unsure_sides(kept, ones[:2], every, ones, torch.ones(4))
    assert sides.tolist() == [2, 1]
    assert unsure_sides(kept[:0], ones[:0], every, ones, torch.ones(4)).shape == (0,)


def test_shortened_features_keep_their_angles():
    draws = np.random.default_rng(1)
    one = draws.normal(size=(1, 128)).astype(np.float32)
    near, far = one + 0.1 * draws.normal(size=(1, 128)).astype(np.float32), -one
    short = shortened(np.concatenate([one, near, far])).astype(np.float64)
    assert short[0] @ short[1] > 0.9
    assert short[0] @ short[2] < -0.9
    assert shortened(one[:0]).shape == (0, 32)


def test_medoids_are_one_of_each_group_the_largest_first():
    draws = np.random.default_rng(0)
    middles = np.eye(4) * 10
    rows = np.concatenate(
        [middles[k] + 0.1 * draws.normal(size=(n, 4)) for k, n in enumerate((3, 9, 5, 4))]
    )
    chosen = medoids(rows, 4)
    groups = np.repeat([0, 1, 2, 3], (3, 9, 5, 4))[chosen]
    assert sorted(groups) == [0, 1, 2, 3]
    assert groups[0] == 1


def test_medoids_of_nothing_of_few_and_of_the_same():
    assert medoids(np.zeros((0, 3)), 5) == []
    assert sorted(medoids(np.eye(3), 5)) == [0, 1, 2]
    assert len(set(medoids(np.ones((6, 3)), 2))) >= 1
