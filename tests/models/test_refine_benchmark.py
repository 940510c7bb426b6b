"""The simulated person of benchmarks/refine.py."""

from __future__ import annotations

import numpy as np
import pytest

from benchmarks.outlines import SIDE, deepest, iou, overlap, painted, truth, vertices_needed
from benchmarks.refine import Worked, next_click
from models.types import ObjectTarget, Region

SQUARE = Region((10.0, 10.0, 50.0, 10.0, 50.0, 50.0, 10.0, 50.0))
FRAME = (0.0, 0.0, 64.0, 64.0)


def test_a_square_needs_four_vertices_and_fills_its_share_of_the_frame() -> None:
    drawn = painted((SQUARE,), FRAME)
    assert drawn.shape == (SIDE, SIDE)
    assert drawn.mean() == pytest.approx((40 / 64) ** 2, abs=0.01)
    assert vertices_needed(drawn, 0.9) == 4


def test_a_hole_is_no_part_of_a_mask() -> None:
    ring = Region(SQUARE.outer, ((20.0, 20.0, 40.0, 20.0, 40.0, 40.0, 20.0, 40.0),))
    assert not painted((ring,), FRAME)[SIDE * 30 // 64, SIDE * 30 // 64]


def test_truth_has_room_around_it_inside_the_image() -> None:
    frame, wanted = truth(ObjectTarget(1, (10, 10, 50, 50), (SQUARE,), None), (64, 64))
    assert frame == pytest.approx((0, 0, 62, 62))
    assert iou(wanted, painted((SQUARE,), frame)) == 1.0


def test_a_click_goes_into_the_middle_of_the_largest_error() -> None:
    wanted = painted((SQUARE,), FRAME)
    nothing = np.zeros_like(wanted)
    inside, outside = next_click(nothing, wanted, FRAME), next_click(wanted, nothing, FRAME)
    assert (inside.is_inside, outside.is_inside) == (True, False)
    assert (inside.x, inside.y) == pytest.approx((30, 30), abs=1)
    assert deepest(nothing) == (0, (0, 0))


def test_boxes_overlap_by_their_iou() -> None:
    assert overlap((0, 0, 2, 2), (1, 0, 3, 2)) == pytest.approx(1 / 3)
    assert overlap((0, 0, 1, 1), (2, 2, 3, 3)) == 0


def test_seconds_are_those_of_the_notes() -> None:
    done = Worked((0.8, 0.95), 8, 0.7, 20.0, (10.0,), None)
    assert done.polygon_s == pytest.approx(1.55 + 8 * 1.3)
    assert done.seconds(7.0) == pytest.approx(7 + 1.2 + 0.4)
    assert done.checked_s == done.seconds(7.0)
    failed = Worked((0.8,), 8, 0.7, 20.0, (), 0)
    assert failed.seconds(7.0) == pytest.approx(7 + failed.polygon_s)
    assert failed.checked_s == pytest.approx(1.6)
