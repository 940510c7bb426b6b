"""Level of detail: no more vertices than can be told apart, and nothing that matters lost."""

from __future__ import annotations

import numpy as np
import pytest
import shapely
from hypothesis import given
from hypothesis import strategies as st
from PySide6.QtCore import QRect, Qt
from PySide6.QtGui import QColor, QImage, QPainter

from annotator.domain import masks
from annotator.domain.geometry import Point
from annotator.domain.model import Annotation, Box, Category, Keypoint, Part, Polygons
from annotator.domain.polygons import box_of_polygons, polygons_area
from annotator.ui.canvas.detail import level_of, simplified
from annotator.ui.canvas.idle import IdlePainter
from annotator.ui.canvas.measure import measure
from annotator.ui.canvas.shapes import LEVELS_KEPT, Shape, work_out_paths
from annotator.ui.canvas.viewport import Viewport

BALL = Category(1, "ball", colour="#ff00ff")


def circle(radius: float, x: float = 500, y: float = 500, count: int = 200) -> np.ndarray:
    turns = np.linspace(0, 2 * np.pi, count, endpoint=False)
    return np.stack([x + radius * np.cos(turns), y + radius * np.sin(turns)], axis=1)


def flat(ring: np.ndarray) -> tuple[float, ...]:
    return tuple(ring.ravel().tolist())


def view_at(zoom: float) -> Viewport:
    view = Viewport()
    view.resize(300, 300, 1.0)
    view.set_image_size(1000, 1000)
    view.look_at(500, 500, zoom)
    return view


def painted(shape: Shape, zoom: float) -> QImage:
    """What an idle shape looks like on black."""
    picture = QImage(300, 300, QImage.Format.Format_RGB32)
    picture.fill(Qt.GlobalColor.black)
    painter = QPainter(picture)
    painter.setRenderHint(QPainter.RenderHint.Antialiasing)
    IdlePainter(painter, view_at(zoom)).paint(shape)
    painter.end()
    return picture


def ink_in(picture: QImage) -> QRect:
    """The box around all that is not black."""
    pixels = np.frombuffer(picture.constBits(), np.uint8).reshape(300, 300, 4)[..., :3]
    rows, columns = np.nonzero(pixels.any(axis=2))
    if not len(rows):
        return QRect()
    return QRect(columns.min(), rows.min(), np.ptp(columns) + 1, np.ptp(rows) + 1)


def test_from_half_size_on_every_vertex_is_drawn() -> None:
    assert level_of(0.51) is None
    assert level_of(1.0) is None
    assert level_of(64.0) is None


@given(zoom=st.floats(0.02, 0.5))
def test_what_is_left_out_is_smaller_than_half_a_pixel(zoom: float) -> None:
    level = level_of(zoom)
    assert level is not None
    assert 0.25 < 2.0**level * zoom <= 0.5


@given(level=st.integers(0, 4), radius=st.floats(20, 400), count=st.integers(8, 300))
def test_an_outline_stays_within_the_tolerance_and_has_fewer_vertices(
    level: int, radius: float, count: int
) -> None:
    ring = circle(radius, count=count)
    [[short]] = simplified([([ring], [False])], level)
    assert 3 <= len(short) <= len(ring)
    apart = shapely.hausdorff_distance(shapely.LinearRing(ring), shapely.LinearRing(short))
    assert apart <= 2.0**level + 1e-6


def test_a_hole_that_can_be_seen_stays_and_one_that_cannot_goes() -> None:
    outer, hole, pinprick = circle(300), circle(40), circle(0.4, 700)
    [rings] = simplified([([outer, hole, pinprick], [False, True, True])], 3)
    assert len(rings) == 2


def test_a_part_too_thin_for_its_outline_stays_as_a_box() -> None:
    sliver = np.array([(0, 0), (90, 0.2), (95, 0.2), (99, 0.2), (99, 0.4), (95, 0.4), (9, 0.4),
                       (5, 0.4), (1, 0.3)], float)  # fmt: skip
    [rings] = simplified([([circle(300), sliver], [False, False])], 4)
    assert len(rings) == 2
    assert np.ptp(rings[1][:, 0]) == pytest.approx(99)


def test_outlines_worked_out_together_are_those_worked_out_alone() -> None:
    made = [
        Shape(Annotation(n, 1, 1, mask=Polygons((Part(flat(circle(20 + 9 * n))),))), BALL)
        for n in range(12)
    ]
    alone = [Shape(s.value, BALL).path_at(2) for s in made]
    work_out_paths(made, 2)
    assert [s.path_at(2) for s in made] == alone


def test_no_more_than_a_few_levels_are_remembered() -> None:
    shape = Shape(Annotation(1, 1, 1, mask=Polygons((Part(flat(circle(200))),))), BALL)
    for level in range(5):
        shape.path_at(level)
    assert len(shape._paths) == LEVELS_KEPT


@pytest.mark.parametrize("zoom", [0.02, 0.05, 0.11, 0.3, 0.6, 1.0])
@pytest.mark.parametrize("has_mask", [True, False])
def test_an_object_is_never_gone_at_any_zoom(zoom: float, has_mask: bool) -> None:
    ring = circle(60)
    mask = Polygons((Part(flat(ring)),)) if has_mask else None
    shape = Shape(Annotation(1, 1, 1, box=Box(440, 440, 120, 120), mask=mask), BALL)
    ink = ink_in(painted(shape, zoom))
    assert ink.contains(150, 150)
    side = max(120 * zoom, 4)
    assert side - 2 <= ink.width() <= side + 6
    assert side - 2 <= ink.height() <= side + 6


@pytest.mark.parametrize("zoom", [0.05, 0.1, 1.0])
def test_joints_without_box_or_mask_are_never_gone(zoom: float) -> None:
    person = Category(1, "person", joints=("a", "b"))
    joints = (Keypoint(420, 500, 2), Keypoint(580, 500, 1))
    shape = Shape(Annotation(1, 1, 1, keypoints=joints), person)
    ink = ink_in(painted(shape, zoom))
    assert ink.width() >= 160 * zoom


def test_a_small_hole_shows_what_is_behind_it() -> None:
    mask = Polygons((Part(flat(circle(100)), (flat(circle(60)),)),))
    picture = painted(Shape(Annotation(1, 1, 1, mask=mask), BALL), 0.1)
    assert picture.pixelColor(150, 150) == QColor(Qt.GlobalColor.black)
    assert picture.pixelColor(150, 158) != QColor(Qt.GlobalColor.black)


RINGS = st.integers(3, 9).flatmap(
    lambda n: st.lists(st.floats(-50, 5000, width=32), min_size=2 * n, max_size=2 * n)
)
PARTS = st.builds(
    lambda outer, holes: Part(tuple(outer), tuple(tuple(h) for h in holes)),
    RINGS,
    st.lists(RINGS, max_size=2),
)


@given(st.lists(st.lists(PARTS, min_size=1, max_size=3), max_size=6))
def test_masks_measured_together_are_those_measured_alone(many: list[list[Part]]) -> None:
    made = [Polygons(tuple(parts)) for parts in many]
    for mask, found in zip(made, measure(made), strict=True):
        box = box_of_polygons(mask)
        assert box is not None
        assert found.box == pytest.approx(box)
        assert found.area == pytest.approx(polygons_area(mask), rel=1e-6, abs=1e-3)


def test_run_lengths_are_measured_without_their_outlines() -> None:
    bitmap = np.zeros((300, 400), bool)
    bitmap[100:160, 200:290] = True
    shape = Shape(Annotation(1, 1, 1, mask=masks.bitmap_to_rle(bitmap)), BALL)
    assert shape.bounds == Box(200, 100, 90, 60)
    assert shape.area == 90 * 60
    assert "outline" not in shape.__dict__
    assert shape.top == Point(200, 100)
    assert shape.covers(210, 110, 0)
