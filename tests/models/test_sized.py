"""Labelled images made smaller for the benchmarks."""

import numpy as np
import pytest

from benchmarks.sized import at_most
from models.types import ObjectTarget, Region, Rle, Sample

RING = (10.0, 20, 50, 20, 50, 60, 10, 60)
HOLE = (20.0, 30, 30, 30, 30, 40, 20, 40)


MASK = (Region(RING, (HOLE,)),)


def sample(mask=MASK):
    joints = np.array([[20, 40, 2], [0, 0, 0]], np.float32)
    pixels = np.zeros((100, 200, 3), np.uint8)
    pixels[:, :100] = 200
    objects = (ObjectTarget(1, (10.0, 20, 50, 60), mask, joints), ObjectTarget(1, None, None, None))
    return Sample(1, (200, 100), lambda _: pixels, objects)


def test_pixels_boxes_outlines_and_joints_shrink_together():
    found = at_most(sample(), 100)
    assert found.size == (100, 50)
    pixels = found.read(50)
    assert pixels.shape == (50, 100, 3)
    assert (pixels[:, :45] > 190).all()
    assert (pixels[:, 55:] < 10).all()
    first, bare = found.objects
    assert first.box == (5, 10, 25, 30)
    assert first.mask == (Region(tuple(v / 2 for v in RING), (tuple(v / 2 for v in HOLE),)),)
    assert first.joints.tolist() == [[10, 20, 2], [0, 0, 0]]
    assert (bare.box, bare.mask, bare.joints) == (None, None, None)


def test_a_small_one_stays_as_it_is_and_run_lengths_are_refused():
    whole = sample()
    assert at_most(whole, 200) is whole
    with pytest.raises(ValueError, match="run lengths"):
        at_most(sample(Rle((100, 200), "0")), 100)
