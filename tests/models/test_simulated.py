"""What the simulated annotator needs for shapes whose seconds can be worked out by hand."""

import numpy as np
import pytest

from benchmarks.flips import filled, sums
from benchmarks.simulated import correcting_seconds, crop_of, drawn
from models.annotator_cost import CHECK_S, CORRECT_S, DELETE_S, DRAG_S, INSERT_S, VERTEX_S
from models.types import Region

SQUARE = np.zeros((100, 100), np.uint8)
SQUARE[20:60, 30:70] = 1


def region(*points):
    return Region(tuple(float(v) for point in points for v in point))


def seconds(bitmap, *proposed, limit=np.inf):
    return correcting_seconds(crop_of(bitmap, proposed), proposed, limit)


def test_a_polygon_fills_the_cells_whose_middle_is_inside():
    ring = np.array([[1.0, 1.0], [4.0, 1.0], [4.0, 3.0], [1.0, 3.0]])
    mask = filled([ring], 5, 6)
    assert mask.sum() == 6
    assert mask[1:3, 1:4].all()
    hole = np.array([[2.0, 1.0], [3.0, 1.0], [3.0, 3.0], [2.0, 3.0]])
    assert filled([ring, hole], 5, 6).sum() == 4


def test_sums_over_many_polygons_are_those_of_the_filled_cells():
    draws = np.random.default_rng(0)
    values = draws.normal(size=(20, 30, 2))
    rings = [draws.uniform((-3, -3), (33, 23), size=(n, 2)) for n in (3, 4, 5, 8, 11)]
    expected = [values[filled([ring], 20, 30)].sum(0) for ring in rings]
    np.testing.assert_allclose(sums(values, rings), expected, atol=1e-9)


def test_a_square_is_drawn_with_four_vertices():
    by_hand = drawn(crop_of(SQUARE))
    assert len(by_hand.rings) == 1
    assert len(by_hand.rings[0]) == 4
    assert by_hand.seconds == pytest.approx(4 * 1.3 + 1.55)


def test_an_object_in_two_parts_is_drawn_in_two_outlines():
    bitmap = SQUARE.copy()
    bitmap[20:60, 80:98] = 1
    assert drawn(crop_of(bitmap)).seconds == pytest.approx(2 * (4 * 1.3 + 1.55))


def test_what_is_right_costs_a_look():
    right = region((30, 20), (70, 20), (70, 60), (30, 60))
    assert seconds(SQUARE, right) == CHECK_S


def test_one_corner_in_the_wrong_place_is_one_drag():
    bent = region((30, 20), (52, 38), (70, 60), (30, 60))
    assert seconds(SQUARE, bent) == pytest.approx(CORRECT_S + DRAG_S)


def test_a_missing_corner_is_put_in():
    cut = region((30, 20), (70, 20), (30, 60))
    assert seconds(SQUARE, cut) == pytest.approx(CORRECT_S + min(DRAG_S, INSERT_S))


def test_a_spike_is_taken_out():
    spiked = region((30, 20), (50, 20), (58, 0), (62, 20), (70, 20), (70, 60), (30, 60))
    wide = region((30, 20), (40, 20), (50, -15), (62, 20), (70, 20), (70, 60), (30, 60))
    assert seconds(SQUARE, spiked) == CHECK_S  # 5 % too much is still right
    assert seconds(SQUARE, wide) == pytest.approx(CORRECT_S + DELETE_S)


def test_a_bulge_of_many_vertices_is_traced_anew_when_that_is_quicker():
    bulge = [(70 + 22 * np.sin(a), 40 - 20 * np.cos(a)) for a in np.linspace(0, np.pi, 9)]
    outline = region((30, 20), *bulge, (30, 60))
    found = seconds(SQUARE, outline)
    assert found < CORRECT_S + 7 * DELETE_S
    assert (found - CORRECT_S) / VERTEX_S == pytest.approx(round((found - CORRECT_S) / VERTEX_S))


def test_it_is_given_up_at_the_limit_and_where_nothing_was_proposed():
    bent = region((30, 20), (52, 38), (70, 60), (30, 60))
    assert seconds(SQUARE, bent, limit=4.0) == np.inf
    assert seconds(SQUARE) == np.inf


def test_an_object_of_one_pixel_can_be_drawn_and_one_of_none_not():
    dot = np.zeros((9, 9), np.uint8)
    with pytest.raises(ValueError, match="without a pixel"):
        crop_of(dot)
    dot[4, 4] = 1
    assert drawn(crop_of(dot)).seconds == pytest.approx(4 * 1.3 + 1.55)


def test_a_hole_is_part_of_what_is_proposed():
    ring = Region((30.0, 20, 70, 20, 70, 60, 30, 60), ((40.0, 30, 60, 30, 60, 50, 40, 50),))
    holed = SQUARE.copy()
    holed[30:50, 40:60] = 0
    assert seconds(holed, ring) == CHECK_S
