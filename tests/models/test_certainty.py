"""One score an object, and each pose told once."""

from __future__ import annotations

import numpy as np
import pytest
import torch
from hypothesis import given
from hypothesis import strategies as st

from models.certainty import SAME_POSE, certainty, distinct, oks


def test_a_score_is_worth_what_mask_and_joints_are_expected_to_be() -> None:
    scores, ious = torch.tensor([0.9, 0.8]), torch.tensor([0.5, 1.0])
    joints = [torch.zeros(0), torch.tensor([0.5, 1.0])]
    assert certainty(scores, ious, joints).tolist() == pytest.approx([0.45, 0.6])


def test_no_detections_have_no_scores() -> None:
    assert certainty(torch.zeros(0), torch.zeros(0), []).shape == (0,)


def test_similarity_is_that_of_coco() -> None:
    places = np.array([[[10, 10], [30, 10]], [[10, 10], [33, 14]]], np.float32)
    sigmas, areas = np.array([0.05, 0.1], np.float32), np.array([400, 900], np.float32)
    moved = np.exp(-25 / (2 * 400 * 0.2**2))
    found = oks(places, sigmas, areas)
    assert found[0] == pytest.approx([1, (1 + moved) / 2], abs=1e-6)
    assert found[1, 0] == pytest.approx((1 + np.exp(-25 / (2 * 900 * 0.2**2))) / 2, abs=1e-6)


def test_a_pose_gives_way_to_a_better_one_that_is_the_same() -> None:
    similar = np.array([[1, 0.9, 0.1], [0.9, 1, 0.9], [0.1, 0.9, 1]], np.float32)
    assert distinct(similar).tolist() == [True, False, True]


@given(st.integers(0, 6), st.integers(0, 2**16))
def test_no_two_poses_that_stay_are_the_same(count: int, seed: int) -> None:
    random = np.random.default_rng(seed)
    places = random.uniform(0, 40, (count, 3, 2)).astype(np.float32)
    similar = oks(places, np.full(3, 0.05, np.float32), np.full(count, 900, np.float32))
    kept = np.flatnonzero(distinct(similar))
    assert all(similar[a, b] < SAME_POSE for a in kept for b in kept if a < b)
    assert not count or kept[0] == 0
