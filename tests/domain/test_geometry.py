"""Boxes, rings and polygon masks, checked against shapely and against themselves."""

from __future__ import annotations

import numpy as np
import pytest
import shapely
from hypothesis import example, given
from hypothesis import strategies as st

from annotator.domain import geometry, polygons
from annotator.domain.model import Box, Keypoint, Part, Polygons

coordinate = st.floats(0, 200, allow_nan=False).map(lambda v: round(v, 2))
boxes = st.builds(
    Box,
    coordinate,
    coordinate,
    st.floats(1, 100).map(lambda v: round(v, 2)),
    st.floats(1, 100).map(lambda v: round(v, 2)),
)
scribbles = st.lists(st.tuples(coordinate, coordinate), min_size=3, max_size=12).map(
    geometry.ring_of
)


@st.composite
def stars(draw: st.DrawFn) -> tuple[float, ...]:
    """A simple ring around a centre: never crosses itself."""
    count = draw(st.integers(3, 14))
    x, y = draw(st.floats(60, 140)), draw(st.floats(60, 140))
    radii = draw(st.lists(st.floats(10, 55), min_size=count, max_size=count))
    angles = np.arange(count) * 2 * np.pi / count
    return geometry.ring_of(
        np.column_stack([x + np.cos(angles) * radii, y + np.sin(angles) * radii])
    )


def one(ring: tuple[float, ...], *holes: tuple[float, ...]) -> Polygons:
    return Polygons((Part(ring, holes),))


SQUARE = (10.0, 10.0, 30.0, 10.0, 30.0, 30.0, 10.0, 30.0)
HOLE = (15.0, 15.0, 25.0, 15.0, 25.0, 25.0, 15.0, 25.0)
EIGHT = (0.0, 0.0, 20.0, 20.0, 20.0, 0.0, 0.0, 20.0)


@given(stars())
def test_the_area_of_a_ring_is_shapelys(ring: tuple[float, ...]) -> None:
    assert geometry.ring_area(ring) == pytest.approx(
        shapely.area(shapely.Polygon(geometry.points_of(ring))), abs=1e-6
    )


@given(stars(), coordinate, coordinate)
def test_a_point_is_inside_when_shapely_says_so(
    ring: tuple[float, ...], x: float, y: float
) -> None:
    polygon = shapely.Polygon(geometry.points_of(ring))
    point = shapely.Point(x, y)
    if shapely.distance(polygon.exterior, point) > 1e-6:
        assert geometry.ring_contains(ring, x, y) == polygon.contains(point)


@given(stars(), coordinate, coordinate)
def test_the_nearest_place_on_a_ring_is_as_far_as_shapely_says(
    ring: tuple[float, ...], x: float, y: float
) -> None:
    nearest = geometry.nearest_on_ring(ring, x, y)
    outline = shapely.Polygon(geometry.points_of(ring)).exterior
    assert nearest.distance == pytest.approx(shapely.distance(outline, shapely.Point(x, y)))
    assert shapely.distance(outline, shapely.Point(nearest.x, nearest.y)) < 1e-6


def test_an_open_line_has_no_edge_back_to_its_start() -> None:
    line = (0.0, 0.0, 100.0, 0.0, 100.0, 100.0)
    assert geometry.nearest_on_ring(line, 50, 50, closed=False).distance == pytest.approx(50)
    assert geometry.nearest_on_ring(line, 50, 50).distance == pytest.approx(0)
    assert geometry.nearest_on_ring((3.0, 4.0), 0, 0).distance == pytest.approx(5)


def test_the_nearest_vertex_is_told_with_its_distance() -> None:
    assert geometry.nearest_vertex(SQUARE, 31, 30) == (pytest.approx(1), 2)


def test_empty_and_flat_things_have_no_area_and_contain_nothing() -> None:
    assert geometry.ring_area(()) == 0
    assert geometry.ring_area((1.0, 1.0, 5.0, 5.0)) == 0
    assert not geometry.ring_contains((), 0, 0)
    assert geometry.box_of_ring(()) is None
    assert polygons.box_of_polygons(Polygons(())) is None
    assert polygons.polygons_area(Polygons(())) == 0
    assert not polygons.polygons_contain(Polygons(()), 0, 0)
    assert geometry.box_of_joints((), margin=0.1, width=10, height=10) is None
    assert geometry.box_of_joints((Keypoint(0, 0, 0),), margin=0.1, width=10, height=10) is None


@given(stars(), st.floats(-50, 50), st.floats(-50, 50))
def test_moving_there_and_back_changes_nothing(
    ring: tuple[float, ...], dx: float, dy: float
) -> None:
    there = polygons.move_polygons(one(ring), dx, dy)
    back = polygons.move_polygons(there, -dx, -dy)
    assert back.parts[0].outer == pytest.approx(ring)
    assert polygons.polygons_area(there) == pytest.approx(geometry.ring_area(ring))


@given(boxes, boxes)
def test_overlap_of_boxes_is_shapelys_and_symmetric(a: Box, b: Box) -> None:
    p, q = (shapely.box(box.x, box.y, box.right, box.bottom) for box in (a, b))
    expected = shapely.area(p & q) / shapely.area(p | q)
    assert geometry.box_iou(a, b) == pytest.approx(expected, abs=1e-9)
    assert geometry.box_iou(a, b) == geometry.box_iou(b, a)
    assert geometry.box_iou(a, a) == pytest.approx(1)


@given(boxes)
def test_a_clipped_box_lies_inside_the_image(box: Box) -> None:
    inside = geometry.clip_box(box, width=120, height=90)
    assert 0 <= inside.x <= inside.right <= 120
    assert 0 <= inside.y <= inside.bottom <= 90


def test_a_box_has_its_corners_in_any_order() -> None:
    assert geometry.box_between((30, 10), (10, 40)) == Box(10, 10, 20, 30)
    assert geometry.box_contains(Box(10, 10, 20, 30), 30, 40)
    assert geometry.move_box(Box(1, 2, 3, 4), 5, 6) == Box(6, 8, 3, 4)


def test_boxes_are_close_to_a_hundredth_of_a_pixel() -> None:
    assert geometry.are_close(Box(1, 2, 3, 4), Box(1.005, 2, 3, 4))
    assert not geometry.are_close(Box(1, 2, 3, 4), Box(1.02, 2, 3, 4))
    assert geometry.are_close(None, None)
    assert not geometry.are_close(None, Box(1, 2, 3, 4))


def test_the_box_of_joints_has_a_margin_and_stays_inside() -> None:
    joints = (Keypoint(10, 10, 2), Keypoint(50, 30, 1), Keypoint(0, 0, 0))
    assert geometry.box_of_joints(joints, margin=0.1, width=52, height=100) == Box(6, 6, 46, 28)


def test_a_hole_is_not_inside_and_not_counted() -> None:
    mask = one(SQUARE, HOLE)
    assert polygons.polygons_area(mask) == pytest.approx(300)
    assert not polygons.polygons_contain(mask, 20, 20)
    assert polygons.polygons_contain(mask, 12, 20)
    assert polygons.rings_of(mask) == (SQUARE, HOLE)


def test_a_valid_mask_is_mended_to_itself() -> None:
    mask = one(SQUARE, HOLE)
    assert polygons.mend(mask) is mask


def test_a_figure_of_eight_becomes_two_parts() -> None:
    mended = polygons.mend(one(EIGHT))
    assert mended is not None
    assert len(mended.parts) == 2
    assert polygons.polygons_area(mended) == pytest.approx(200)


def test_a_loop_over_its_own_start_is_filled() -> None:
    loop = (
        0.0,
        0.0,
        40.0,
        0.0,
        40.0,
        40.0,
        0.0,
        40.0,
        0.0,
        10.0,
        30.0,
        10.0,
        30.0,
        30.0,
        -5.0,
        30.0,
    )
    mended = polygons.mend(one(loop))
    assert mended is not None
    assert polygons.polygons_contain(mended, 20, 20)


def test_what_has_no_area_mends_to_nothing() -> None:
    assert polygons.mend(one((1.0, 1.0, 5.0, 5.0))) is None
    assert polygons.mend(one((1.0, 1.0, 5.0, 5.0, 9.0, 9.0))) is None
    assert polygons.mend(one((float("nan"), 1.0, 5.0, 5.0, 9.0, 0.0))) is None


def test_repeated_vertices_go() -> None:
    mended = polygons.mend(one((0.0, 0.0, 0.0, 0.0, 10.0, 0.0, 10.0, 10.0, 0.0, 0.0)))
    assert mended is not None
    assert len(mended.parts[0].outer) == 6
    assert polygons.polygons_area(mended) == pytest.approx(50)


@given(scribbles)
def test_whatever_is_scribbled_mends_to_valid_polygons(ring: tuple[float, ...]) -> None:
    mended = polygons.mend(one(ring))
    if mended is not None:
        for part in mended.parts:
            assert shapely.is_valid(
                shapely.Polygon(
                    geometry.points_of(part.outer), [geometry.points_of(h) for h in part.holes]
                )
            )
            assert geometry.ring_area(part.outer) > 0


@given(stars(), stars())
def test_areas_of_union_and_intersection_add_up(a: tuple[float, ...], b: tuple[float, ...]) -> None:
    p, q = one(a), one(b)
    both, either = polygons.intersect(p, q), polygons.union(p, q)
    only = polygons.subtract(p, q)
    shared = polygons.polygons_area(both) if both else 0.0
    assert either is not None
    total = polygons.polygons_area(p) + polygons.polygons_area(q)
    assert polygons.polygons_area(either) == pytest.approx(total - shared, abs=1e-3)
    rest = polygons.polygons_area(only) if only else 0.0
    assert rest + shared == pytest.approx(polygons.polygons_area(p), abs=1e-3)


@given(stars(), st.floats(50, 150))
def test_the_pieces_of_a_cut_have_the_area_of_the_whole(ring: tuple[float, ...], x: float) -> None:
    pieces = polygons.split(one(ring), (x, -10.0, x, 300.0))
    area = sum(polygons.polygons_area(piece) for piece in pieces)
    assert area == pytest.approx(geometry.ring_area(ring), abs=1e-3)


def test_a_cut_across_gives_two_pieces_and_a_cut_beside_gives_the_whole() -> None:
    mask = one(SQUARE)
    assert [polygons.polygons_area(p) for p in polygons.split(mask, (15, 0, 15, 50))] == [300, 100]
    assert polygons.split(mask, (50, 0, 50, 50)) == (mask,)
    assert polygons.split(mask, (20, 0, 20, 20)) == (mask,)


@given(stars())
def test_a_clipped_mask_lies_inside_the_image(ring: tuple[float, ...]) -> None:
    clipped = polygons.clip_polygons(one(ring), width=100, height=90)
    if clipped is not None:
        box = polygons.box_of_polygons(clipped)
        assert box is not None
        assert box.right <= 100
        assert box.bottom <= 90


def test_a_mask_inside_the_image_is_clipped_to_itself() -> None:
    mask = one(SQUARE)
    assert polygons.clip_polygons(mask, width=100, height=90) is mask
    assert polygons.clip_polygons(mask, width=5, height=5) is None


WIDE = (
    *(93.0, 60.0, 68.4125353283118, 65.40640817455598, 64.15415013001886, 69.09631995354519),
    *(58.57685161726715, 69.89821441880933, 53.45139266054715, 67.55749574354259),
    *(50.40507026385502, 62.8173255684143, 41.76963350132455, 54.64708142001284),
    *(42.973620917422586, 40.35051106678929, 57.43833291108086, 42.18321404614321),
    *(64.98498015602263, 49.08441605574578, 75.56319035737685, 49.99814487707145),
)
"""Its first vertex is one that may go, too."""


@example(WIDE, 3.0)
@given(stars(), st.floats(0.1, 4))
def test_simplifying_moves_the_outline_no_further_than_told(
    ring: tuple[float, ...], tolerance: float
) -> None:
    simple = polygons.simplify(one(ring), tolerance)
    if simple is not None:
        assert len(simple.parts[0].outer) <= len(ring)
        outline = shapely.Polygon(geometry.points_of(simple.parts[0].outer)).exterior
        for x, y in geometry.points_of(ring):
            assert shapely.distance(outline, shapely.Point(x, y)) <= tolerance + 1e-6
