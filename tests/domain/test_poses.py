"""Joints as a whole: what is done to them, checked against distances and against its inverse."""

from __future__ import annotations

import itertools
import math

import numpy as np
import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

from annotator.domain import poses
from annotator.domain.geometry import Point
from annotator.domain.joint_sets import TEMPLATES, known_layout
from annotator.domain.model import Box, Keypoint
from annotator.domain.poses import ABSENT, Layout

WIDTH, HEIGHT = 640.0, 480.0
PAIRS = ((1, 2), (3, 4))

coordinate = st.floats(-50, 700, allow_nan=False)
placed = st.builds(Keypoint, coordinate, coordinate, st.sampled_from([1, 2]))
joint = st.one_of(st.just(ABSENT), placed)
skeletons = st.lists(joint, min_size=5, max_size=9).map(tuple)
angle = st.floats(-720, 720, allow_nan=False)
boxes = st.builds(
    Box, st.floats(0, 300), st.floats(0, 300), st.floats(0.5, 300), st.floats(0.5, 300)
)
share = st.floats(0, 1, allow_nan=False)
layouts = st.lists(st.one_of(st.none(), st.tuples(share, share)), max_size=9).map(
    lambda places: Layout(tuple(places))
)


def points(joints: tuple[Keypoint, ...]) -> np.ndarray:
    return np.array([joint[:2] for joint in joints if joint.visibility]).reshape(-1, 2)


def distances(joints: tuple[Keypoint, ...]) -> list[float]:
    return [math.dist(a, b) for a, b in itertools.combinations(points(joints), 2)]


def seen(joints: tuple[Keypoint, ...]) -> list[int]:
    return [joint.visibility for joint in joints]


@given(skeletons)
def test_swapping_twice_is_nothing_and_once_moves_no_place(joints: tuple[Keypoint, ...]) -> None:
    once = poses.swapped(joints, PAIRS)
    assert sorted(once) == sorted(joints)
    assert (once[1], once[2]) == (joints[2], joints[1])
    assert poses.swapped(once, PAIRS) == joints


def test_swapping_leaves_out_pairs_that_an_object_does_not_have() -> None:
    two = (Keypoint(1, 1, 2), Keypoint(2, 2, 2))
    assert poses.swapped(two, ((0, 1), (2, 3))) == (two[1], two[0])


@given(skeletons)
def test_mirroring_twice_is_nothing_and_keeps_bounds_and_names(
    joints: tuple[Keypoint, ...],
) -> None:
    once = poses.mirrored(joints)
    assert seen(once) == seen(joints)
    assert points(poses.mirrored(once)) == pytest.approx(points(joints), abs=1e-6)
    box, after = poses.bounds_of(joints), poses.bounds_of(once)
    assert (box is None) == (after is None)
    if box is not None:
        assert after == pytest.approx(box, abs=1e-6)


@given(skeletons, coordinate, coordinate, angle)
def test_turning_keeps_every_distance_and_is_undone_by_the_other_way(
    joints: tuple[Keypoint, ...], x: float, y: float, degrees: float
) -> None:
    after = poses.rotated(joints, Point(x, y), degrees)
    assert seen(after) == seen(joints)
    assert distances(after) == pytest.approx(distances(joints), abs=1e-6)
    back = poses.rotated(after, Point(x, y), -degrees)
    assert points(back) == pytest.approx(points(joints), abs=1e-6)


def test_a_quarter_turn_is_clockwise_on_the_screen() -> None:
    assert poses.turned(Point(10, 0), Point(0, 0), 90) == pytest.approx((0, 10))


@given(skeletons, coordinate, coordinate, st.floats(0.1, 8), st.floats(0.1, 8))
def test_scaling_multiplies_the_bounds_and_keeps_the_anchor(
    joints: tuple[Keypoint, ...], x: float, y: float, fx: float, fy: float
) -> None:
    after = poses.scaled((Keypoint(x, y, 2), *joints), Point(x, y), fx, fy)
    assert after[0][:2] == pytest.approx((x, y))
    box, grown = poses.bounds_of(joints), poses.bounds_of(after[1:])
    if box is not None and grown is not None:
        assert grown.width == pytest.approx(box.width * fx, abs=1e-6)
        assert grown.height == pytest.approx(box.height * fy, abs=1e-6)
    back = poses.scaled(after[1:], Point(x, y), 1 / fx, 1 / fy)
    assert points(back) == pytest.approx(points(joints), abs=1e-6)


@given(skeletons, coordinate, coordinate)
def test_moving_back_is_nothing(joints: tuple[Keypoint, ...], dx: float, dy: float) -> None:
    back = poses.moved(poses.moved(joints, dx, dy), -dx, -dy)
    assert points(back) == pytest.approx(points(joints), abs=1e-6)


@given(skeletons)
def test_what_is_held_lies_inside_the_image_undistorted(joints: tuple[Keypoint, ...]) -> None:
    after = poses.held(joints, width=WIDTH, height=HEIGHT)
    box = poses.bounds_of(joints)
    if after is None:
        assert box is not None
        assert box.width > WIDTH or box.height > HEIGHT
        return
    assert distances(after) == pytest.approx(distances(joints), abs=1e-6)
    for x, y in points(after):
        assert -1e-9 <= x <= WIDTH + 1e-9
        assert -1e-9 <= y <= HEIGHT + 1e-9
    assert poses.held(after, width=WIDTH + 1, height=HEIGHT + 1) is not None


@given(layouts, boxes)
def test_fitting_puts_every_known_joint_inside_the_box(layout: Layout, box: Box) -> None:
    joints = poses.fitted(layout, box)
    assert len(joints) == len(layout.places)
    assert [k.visibility == 2 for k in joints] == [p is not None for p in layout.places]
    for x, y in points(joints):
        assert box.x <= x <= box.right + 1e-9
        assert box.y <= y <= box.bottom + 1e-9


@given(layouts, st.lists(boxes, min_size=1, max_size=4))
def test_the_mean_of_one_pose_in_many_boxes_is_that_pose(layout: Layout, many: list[Box]) -> None:
    count = len(layout.places)
    mean = poses.mean_layout([(box, poses.fitted(layout, box)) for box in many], count)
    assert [p is None for p in mean.places] == [p is None for p in layout.places]
    for got, wanted in zip(mean.places, layout.places, strict=True):
        if got is not None:
            assert got == pytest.approx(wanted, abs=1e-6)


def test_the_mean_leaves_out_flat_boxes_and_other_joints_and_stays_in_the_box() -> None:
    outside = (Keypoint(20, -5, 2), ABSENT)
    flat = (Box(0, 0, 0, 10), outside)
    fewer = (Box(0, 0, 10, 10), outside[:1])
    assert poses.mean_layout([flat, fewer], 2) == Layout((None, None), 1.0)
    assert not Layout((None, None)).is_known
    found = poses.mean_layout([(Box(0, 0, 10, 20), outside), flat], 2)
    assert found == Layout(((1.0, 0.0), None), 0.5)


@given(skeletons, skeletons)
def test_completing_changes_no_joint_that_is_placed(
    joints: tuple[Keypoint, ...], others: tuple[Keypoint, ...]
) -> None:
    assume(len(others) >= len(joints))
    after = poses.completed(joints, others)
    assert len(after) == len(others)
    for own, got in zip(joints, after, strict=False):
        assert got == own or not own.visibility
    assert poses.completed((), others) == others


def test_nothing_placed_has_no_bounds_and_stays_as_it_is() -> None:
    none = (ABSENT, ABSENT)
    assert poses.bounds_of(none) is None
    assert poses.bounds_of(()) is None
    assert poses.mirrored(none) == none
    assert poses.held(none, width=1, height=1) == none
    assert poses.rounded(poses.rotated(none, Point(3, 3), 20)) == none


def test_the_nearest_bone_is_between_placed_joints() -> None:
    joints = (Keypoint(0, 0, 2), Keypoint(10, 0, 1), ABSENT, Keypoint(0, 10, 2))
    bones = ((0, 1), (1, 2), (0, 3), (3, 9))
    assert poses.nearest_bone(joints, bones, 5, 2) == (2.0, (0, 1))
    assert poses.nearest_bone(joints, bones, 1, 8) == (1.0, (0, 3))
    assert poses.nearest_bone((), bones, 1, 8) == (math.inf, None)


@pytest.mark.parametrize("known", TEMPLATES, ids=lambda t: t.title)
def test_the_joints_of_a_known_set_have_places_inside_and_apart(known) -> None:
    layout = known_layout(known.joints)
    assert layout == known.layout
    assert len(set(layout.places)) == len(known.joints)
    assert all(0 <= v <= 1 for place in layout.places for v in place)
    for name, (x, _) in zip(known.joints, layout.places, strict=True):
        if known.title.startswith("Person") and not name.startswith(("nose", "neck", "head")):
            assert (x > 0.5) == name.startswith("left"), "people face the viewer"


def test_known_joints_are_found_by_name_however_it_is_written() -> None:
    layout = known_layout(["Left Wrist", "head-top", "nose"])
    assert layout is not None
    assert layout.places[0] == known_layout(["left_wrist"]).places[0]
    assert known_layout(["left_wrist", "tail"]) is None
    assert known_layout([]) is None
