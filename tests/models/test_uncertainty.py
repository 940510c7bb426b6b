"""Joints, and what the network doubts."""

import math

import numpy as np
import pytest
import torch
from hypothesis import given, settings
from hypothesis import strategies as st

from models.keypoints import decode_peaks, place_peaks
from models.uncertainty import box_doubt, class_doubt, expected_oks, mask_doubt


def bump(x, y, width=2.0, side=56):
    """Logits of a Gaussian around x, y in cells: [1, 1, side, side]."""
    middle = torch.arange(side) + 0.5
    away = (middle[None] - x) ** 2 + (middle[:, None] - y) ** 2
    return (-away / (2 * width**2))[None, None]


@settings(max_examples=50, deadline=None)
@given(st.floats(1.5, 54.5), st.floats(1.5, 54.5))
def test_the_peak_of_a_smooth_map_is_found_between_cells(x, y):
    peak = decode_peaks(bump(x, y))

    assert peak[0, 0].tolist() == pytest.approx([x, y], abs=1e-2)


def test_peaks_at_the_border_and_on_flat_maps_stay_inside():
    corner = torch.zeros(1, 2, 56, 56)
    corner[0, 0, 0, 55] = 5

    peaks = decode_peaks(corner)

    assert peaks[0].tolist() == [[55.5, 0.5], [0.5, 0.5]]


def test_no_detections_have_no_peaks():
    assert decode_peaks(torch.zeros(0, 3, 56, 56)).shape == (0, 3, 2)


def test_peaks_are_placed_in_their_box():
    placed = place_peaks(torch.tensor([[[28.0, 14.0]]]), torch.tensor([[10.0, 20, 66, 76]]), 56)

    assert placed[0, 0].tolist() == [38, 34]


def test_a_sharp_map_expects_a_high_oks_and_a_flat_one_a_low_one():
    maps = torch.cat([bump(28, 28, 0.3), bump(28, 28, 30.0)], dim=1)
    peaks, size = decode_peaks(maps), torch.tensor([[112.0, 112]])

    oks = expected_oks(maps, peaks, size, torch.tensor([0.05, 0.05]), torch.tensor([12544.0]))

    assert oks[0, 0] > 0.95
    assert oks[0, 1] < 0.3


def test_the_expected_oks_is_the_sum_it_says():
    maps = torch.randn(1, 1, 56, 56, generator=torch.Generator().manual_seed(0))
    peaks, sigma, area = decode_peaks(maps), 0.08, 5000.0
    q = maps[0, 0].flatten().softmax(0).reshape(56, 56).numpy()
    middle = np.arange(56) + 0.5
    dx = (middle - float(peaks[0, 0, 0])) * 2
    dy = (middle - float(peaks[0, 0, 1])) * 3
    near = np.exp(-(dx[None] ** 2 + dy[:, None] ** 2) / (2 * area * (2 * sigma) ** 2))

    oks = expected_oks(
        maps, peaks, torch.tensor([[112.0, 168]]), torch.tensor([sigma]), torch.tensor([area])
    )

    assert oks.item() == pytest.approx(float((q * near).sum()), rel=1e-4)


def test_a_score_of_one_half_is_the_most_doubtful():
    doubts = class_doubt(torch.tensor([0.0, 0.2, 0.5, 0.8, 1.0])).tolist()

    assert doubts[2] == pytest.approx(1)
    assert doubts[1] == pytest.approx(doubts[3])
    assert doubts[0] < 1e-3
    assert doubts[4] < 1e-3


def test_a_poor_category_raises_doubt():
    score, poor, perfect = torch.tensor([0.2]), torch.tensor([0.0]), torch.tensor([1.0])

    assert class_doubt(score, perfect).item() == pytest.approx(class_doubt(score).item())
    assert class_doubt(score, poor).item() == pytest.approx(
        1.2 * class_doubt(score).item(), rel=1e-3
    )


def test_boxes_that_agree_are_sure_and_scattered_ones_are_not():
    kept, one = torch.tensor([[0.0, 0, 10, 10]]), torch.ones(1, dtype=torch.int64)
    same, off = kept.repeat(3, 1), torch.tensor([[0.0, 0, 10, 10], [3, 0, 13, 10]])

    sure = box_doubt(kept, one, same, one.repeat(3), torch.ones(3))
    unsure = box_doubt(kept, one, off, one.repeat(2), torch.ones(2))
    other = box_doubt(kept, one, off, torch.tensor([1, 2]), torch.ones(2))

    assert sure.item() == pytest.approx(0, abs=1e-6)
    assert other.item() == pytest.approx(0, abs=1e-6)
    assert unsure.item() == pytest.approx(1 - (1 + 7 / 13) / 2)


def test_no_boxes_have_no_doubt():
    none = torch.zeros(0, 4)
    empty = torch.zeros(0, dtype=torch.int64)

    assert box_doubt(none, empty, none, empty, torch.zeros(0)).shape == (0,)


def test_the_expected_iou_of_a_mask_is_what_simulation_gives():
    random = np.random.default_rng(0)
    mask = random.beta(0.6, 0.9, (28, 28))
    inside = mask >= 0.5
    draws = random.random((4000, 28, 28)) < mask
    simulated = np.mean((draws & inside).sum((1, 2)) / (draws | inside).sum((1, 2)))

    doubt = mask_doubt(torch.from_numpy(mask)[None])

    assert 1 - doubt.item() == pytest.approx(float(simulated), abs=0.01)


def test_an_empty_mask_is_entirely_unsure():
    assert mask_doubt(torch.zeros(1, 28, 28)).item() == 1
    assert math.isclose(mask_doubt(torch.ones(1, 28, 28)).item(), 0, abs_tol=1e-6)
