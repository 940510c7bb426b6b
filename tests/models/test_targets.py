"""Labels become tensors, and only what is known."""

import numpy as np
import pytest
import torch
from hypothesis import given, settings
from hypothesis import strategies as st
from pycocotools import mask as coco_mask

from models.targets import CROP, make_target
from models.types import ObjectTarget, Region, Rle, Sample
from tests.models.drawn import BOX, FACE, square


def target_of(*objects, is_complete=True):
    sample = Sample(1, (200, 100), lambda s: None, tuple(objects), is_complete)
    return make_target(sample, [BOX, FACE])


def test_an_image_without_objects_has_empty_tensors():
    target = target_of()

    assert target.boxes.shape == (0, 4)
    assert target.labels.shape == (0,)
    assert target.masks.shape == (0, CROP, CROP)
    assert target.joints.shape == (0, 3, 3)
    assert target.ignored.shape == (0, 4)


def test_a_mask_without_a_box_gives_the_box():
    target = target_of(ObjectTarget(1, None, square(10, 20, 30), None))

    assert target.boxes.tolist() == [[10, 20, 40, 50]]
    assert target.has_box.tolist() == [True]


def test_joints_alone_give_a_padded_hull_that_is_no_box_to_learn():
    joints = np.array([[10, 20, 2], [110, 20, 1], [0, 0, 0]], np.float32)

    target = target_of(ObjectTarget(2, None, None, joints))

    assert target.boxes.tolist() == [[0, 19, 120, 21]]
    assert target.has_box.tolist() == [False]
    assert target.joints[0, :, 2].tolist() == [2, 1, 0]


def test_a_crowd_is_ignored_and_no_object():
    target = target_of(ObjectTarget(1, (0, 0, 50, 50), None, None, is_crowd=True))

    assert len(target.labels) == 0
    assert target.ignored.tolist() == [[0, 0, 50, 50]]


def test_objects_without_extent_are_left_out():
    flat = ObjectTarget(1, (5, 5, 5, 9), None, None)
    nothing = ObjectTarget(2, None, None, np.zeros((3, 3), np.float32))
    empty = ObjectTarget(1, None, (), None)

    assert len(target_of(flat, nothing, empty).labels) == 0


def test_a_label_without_a_category_is_refused():
    with pytest.raises(ValueError, match="label 3"):
        target_of(ObjectTarget(3, (0, 0, 5, 5), None, None))


def test_holes_and_parts_reach_the_crop():
    ring = Region((0, 0, 100, 0, 100, 100, 0, 100), ((25, 25, 75, 25, 75, 75, 25, 75),))

    target = target_of(ObjectTarget(1, None, (ring,), None))

    filled = target.masks[0].float().mean() / 255 * (CROP / (CROP - 4)) ** 2
    assert filled == pytest.approx(0.75, abs=0.01)
    assert target.masks[0, CROP // 2, CROP // 2] == 0


def test_run_lengths_and_polygons_give_the_same_crop():
    bitmap = np.zeros((100, 200), np.uint8, order="F")
    bitmap[20:60, 30:110] = 1
    rle = coco_mask.encode(bitmap)
    compressed = Rle((100, 200), rle["counts"].decode())
    flat = bitmap.ravel(order="F")
    changes = np.flatnonzero(np.diff(np.concatenate([[0], flat])))
    plain = Rle((100, 200), tuple(np.diff([0, *changes, flat.size]).tolist()))
    polygon = (Region((30, 20, 110, 20, 110, 60, 30, 60)),)

    crops = [target_of(ObjectTarget(1, None, m, None)) for m in (compressed, plain, polygon)]

    assert all(torch.equal(crop.masks, crops[0].masks) for crop in crops)
    assert all(torch.allclose(crop.frames, crops[0].frames) for crop in crops)


def test_joints_of_each_category_have_their_own_place():
    other = np.array([[1, 2, 2]], np.float32)
    sample = Sample(1, (9, 9), lambda s: None, (ObjectTarget(2, (0, 0, 5, 5), None, other),))
    second = type(FACE)("tip", ("tip",))

    target = make_target(sample, [FACE, second])

    assert target.joints.shape == (1, 4, 3)
    assert target.joints[0, 3].tolist() == [1, 2, 2]
    assert not target.joints[0, :3].any()


def test_joints_added_to_the_category_later_are_not_labelled():
    two = np.array([[1, 2, 2], [3, 4, 1]], np.float32)
    four = np.ones((4, 3), np.float32)

    fewer = target_of(ObjectTarget(2, (0, 0, 5, 5), None, two))
    more = target_of(ObjectTarget(2, (0, 0, 5, 5), None, four))

    assert fewer.joints[0, :, 2].tolist() == [2, 1, 0]
    assert more.joints[0, :, 2].tolist() == [1, 1, 1]


def test_mirroring_swaps_left_and_right_joints():
    joints = np.array([[10, 5, 2], [30, 6, 1], [20, 9, 2]], np.float32)
    target = target_of(ObjectTarget(2, (0, 0, 40, 10), None, joints))

    mirrored = target.mirrored(200, torch.tensor([1, 0, 2]))

    assert mirrored.boxes.tolist() == [[160, 0, 200, 10]]
    assert mirrored.joints[0].tolist() == [[170, 6, 1], [190, 5, 2], [180, 9, 2]]


@settings(max_examples=30, deadline=None)
@given(st.integers(0, 150), st.integers(0, 60), st.integers(3, 40))
def test_mirroring_twice_changes_nothing(x, y, side):
    joints = np.array([[x, y, 2], [x + side, y, 1], [0, 0, 0]], np.float32)
    target = target_of(ObjectTarget(2, None, square(x, y, side), joints))
    swap = torch.tensor([1, 0, 2])

    again = target.mirrored(200, swap).mirrored(200, swap)

    assert torch.equal(again.masks, target.masks)
    assert torch.allclose(again.boxes, target.boxes, atol=1e-3)
    assert torch.allclose(again.frames, target.frames, atol=1e-3)
    assert torch.allclose(
        again.joints[target.joints[..., 2] > 0], target.joints[target.joints[..., 2] > 0]
    )


def test_a_cut_object_keeps_what_is_left_and_one_cut_to_a_sliver_is_ignored():
    half = ObjectTarget(1, (0, 0, 40, 40), None, None)
    sliver = ObjectTarget(1, (10, 0, 24, 40), None, None)
    outside = ObjectTarget(1, (0, 0, 10, 10), None, None)
    joints = np.array([[15, 5, 2], [30, 5, 2], [0, 0, 0]], np.float32)
    face = ObjectTarget(2, (12, 0, 60, 40), None, joints)

    cut = target_of(half, sliver, outside, face).cropped(x=20, y=0, width=100, height=100)

    assert cut.boxes.tolist() == [[0, 0, 20, 40], [0, 0, 40, 40]]
    assert cut.ignored.tolist() == [[0, 0, 4, 40]]
    assert cut.joints[1, :, 2].tolist() == [0, 2, 0]


def test_scaling_moves_everything():
    joints = np.array([[10, 5, 2], [30, 6, 1], [20, 9, 2]], np.float32)
    target = target_of(ObjectTarget(2, (0, 0, 40, 10), square(0, 0, 10), joints))

    scaled = target.scaled(x=2, y=3)

    assert scaled.boxes.tolist() == [[0, 0, 80, 30]]
    assert scaled.joints[0, 0].tolist() == [20, 15, 2]
    assert torch.allclose(scaled.frames, target.frames * torch.tensor([2, 3, 2, 3]))
