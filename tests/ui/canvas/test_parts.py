"""The parts of the canvas without a window: paths, viewport, handles, skeleton."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from PySide6.QtCore import QPointF
from PySide6.QtGui import QImage

from annotator.domain.model import Annotation, Box, Category, Keypoint, Part, Polygons
from annotator.ui.canvas import reshape
from annotator.ui.canvas.handles import Kind, box_points, handle_at
from annotator.ui.canvas.hit import HitIndex
from annotator.ui.canvas.paths import path_of
from annotator.ui.canvas.picture import picture_of
from annotator.ui.canvas.shapes import Shape
from annotator.ui.canvas.skeleton import LEFT, MIDDLE, RIGHT, bone_hue, sides_of
from annotator.ui.canvas.viewport import Viewport

PERSON = Category(1, "person", joints=("nose", "left", "right"), pairs=((1, 2),))


def shape(**parts: object) -> Shape:
    return Shape(Annotation(1, 1, 1, **parts), PERSON)  # type: ignore[arg-type]


def test_a_path_of_no_rings_is_empty() -> None:
    assert path_of([]).isEmpty()
    assert path_of([np.zeros((0, 2))]).isEmpty()
    assert path_of([np.zeros((1, 2))]).isEmpty()


def test_a_path_goes_through_all_points_and_leaves_holes_out() -> None:
    outer = np.array([[0, 0], [10, 0], [10, 10], [0, 10]], dtype=float)
    path = path_of([outer, outer / 2 + 2])
    assert path.elementCount() == 10
    assert path.contains(QPointF(1, 1))
    assert not path.contains(QPointF(5, 5))


@given(
    zoom=st.floats(0.02, 64),
    x=st.floats(0, 6000),
    y=st.floats(0, 4000),
    ratio=st.sampled_from([1.0, 1.5, 2.0]),
)
def test_what_is_under_the_cursor_stays_there(
    zoom: float, x: float, y: float, ratio: float
) -> None:
    view = Viewport()
    view.resize(1600, 1000, ratio)
    view.set_image_size(6000, 4000)
    view.look_at(x, y, 1.0)
    at = QPointF(800, 500)
    before = view.to_image(at)
    view.set_zoom(zoom, at)
    after = view.to_image(at)
    assert after.x == pytest.approx(before.x, abs=2 / view.scale)
    assert after.y == pytest.approx(before.y, abs=2 / view.scale)


def test_a_hundred_percent_is_one_device_pixel_an_image_pixel() -> None:
    view = Viewport()
    view.resize(800, 600, 2.0)
    view.set_image_size(100, 100)
    view.set_zoom(1.0)
    assert view.scale == 0.5


def test_an_empty_index_finds_nothing() -> None:
    index: HitIndex[Shape] = HitIndex(())
    assert index.near(1, 1, 5) == []
    assert index.within(Box(0, 0, 10, 10)) == []


def test_the_index_tells_the_smallest_first_and_what_lies_within() -> None:
    small, large = shape(box=Box(10, 10, 5, 5)), shape(box=Box(0, 0, 50, 50))
    index = HitIndex((large, small))
    assert index.near(12, 12, 0) == [small, large]
    assert index.touching(Box(40, 40, 5, 5)) == [large]
    assert index.within(Box(5, 5, 20, 20)) == [small]


def test_joints_come_before_vertices_and_vertices_before_the_box() -> None:
    square = Polygons((Part((0.0, 0.0, 100.0, 0.0, 100.0, 100.0, 0.0, 100.0)),))
    joint = Keypoint(100, 100, 2)
    both = shape(box=Box(0, 0, 100, 100), mask=square, keypoints=(joint,))
    assert handle_at(both, 100, 100, 8).kind is Kind.JOINT
    assert handle_at(both, 0, 0, 8).kind is Kind.VERTEX
    assert handle_at(both, 50, 0, 8).kind is Kind.BOX
    assert handle_at(both, 25, 0, 8).kind is Kind.EDGE
    assert handle_at(both, 50, 50, 8) is None
    assert handle_at(shape(mask=square), 50, 2, 8).kind is Kind.MIDDLE
    assert handle_at(shape(), 50, 50, 8) is None


@given(index=st.integers(0, 7), x=st.floats(0, 200), y=st.floats(0, 200))
def test_a_dragged_box_handle_never_makes_a_negative_box(index: int, x: float, y: float) -> None:
    value = shape(box=Box(50, 50, 80, 60)).value
    after = reshape.box_dragged(value, index, box_points(Box(x, y, 0, 0))[0])
    assert after.box.width >= 0
    assert after.box.height >= 0


@given(dx=st.floats(-500, 500), dy=st.floats(-500, 500))
def test_a_moved_object_keeps_its_size_and_stays_inside(dx: float, dy: float) -> None:
    after = reshape.moved(shape(box=Box(50, 50, 80, 60)), dx, dy, (400, 300)).box
    assert (after.width, after.height) == (80, 60)
    assert 0 <= after.x <= 320
    assert 0 <= after.y <= 240


def test_a_hole_of_three_corners_goes_with_one_of_them() -> None:
    outer = (0.0, 0.0, 100.0, 0.0, 100.0, 100.0, 0.0, 100.0)
    holed = shape(mask=Polygons((Part(outer, ((10.0, 10.0, 30.0, 10.0, 20.0, 30.0),)),)))
    handle = handle_at(holed, 20, 30, 5)
    assert (handle.kind, handle.ring) == (Kind.VERTEX, 1)
    assert reshape.vertex_deleted(holed, handle).mask.parts[0].holes == ()


def test_bones_have_the_side_of_their_joints() -> None:
    hues = sides_of(PERSON)
    assert bone_hue(hues, 0, 1) == LEFT
    assert bone_hue(hues, 2, 0) == RIGHT
    assert bone_hue(hues, 1, 2) == MIDDLE


def test_mip_levels_shrink_to_a_small_one() -> None:
    blank = QImage(1000, 600, QImage.Format.Format_RGB32)
    blank.fill(0)
    picture = picture_of(blank, width=1000, height=600)
    assert [level.width() for level in picture.levels] == [1000, 334, 112]
    assert picture.is_whole
    assert picture_of(blank.copy(0, 0, 1, 1), width=1, height=1).is_whole
