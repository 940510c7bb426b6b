"""Adding parts, cutting holes and taking rings out: areas add up, what is not met stays."""

from __future__ import annotations

import pytest
from hypothesis import given

from annotator.domain.model import Part, Polygons, Ring
from annotator.domain.parts import ring_at, with_hole, with_part, with_ring, without_ring
from annotator.domain.polygons import intersect, polygons_area, subtract
from tests.domain.drawn import is_sound, one, scribbles, square, stars

SQUARE = square(10, 10, 60)
FAR = square(120, 120, 30)


def area(mask: Polygons | None) -> float:
    return polygons_area(mask) if mask is not None else 0.0


@given(stars(), scribbles)
def test_a_part_added_and_cut_out_again_leaves_what_was_not_under_it(
    ring: Ring, drawn: Ring
) -> None:
    mask = one(ring)
    added = with_part(mask, drawn)
    if added is None:
        return
    assert is_sound(added)
    gained = area(added) - area(mask)
    assert gained >= -1e-6
    cut = with_hole(added, drawn)
    assert cut is None or is_sound(cut)
    rest = with_hole(mask, drawn)
    assert area(cut) == pytest.approx(area(rest), abs=1e-3)


@given(stars(), stars())
def test_a_hole_takes_away_what_the_ring_shares_with_the_mask(ring: Ring, drawn: Ring) -> None:
    mask, tool = one(ring), one(drawn)
    cut = with_hole(mask, drawn)
    assert area(mask) - area(cut) == pytest.approx(area(intersect(mask, tool)), abs=1e-3)
    assert area(cut) == pytest.approx(area(subtract(mask, tool)), abs=1e-3)


@given(stars())
def test_a_part_beside_and_cut_out_again_gives_the_mask_back_exactly(ring: Ring) -> None:
    far = square(500, 500, 20)
    added = with_part(one(ring), far)
    assert added == Polygons((Part(ring), Part(far)))
    assert with_hole(added, far) == one(ring)
    assert without_ring(added, 1, 0) == one(ring)


def test_only_the_parts_that_are_met_are_united() -> None:
    mask = Polygons((Part(FAR), Part(SQUARE)))
    united = with_part(mask, square(60, 10, 60))
    assert united is not None
    assert united.parts[0].outer == FAR
    assert area(united) == 900 + 3600 + 3000
    assert len(united.parts) == 2


def test_parts_that_share_a_border_become_one_and_those_at_a_corner_stay_two() -> None:
    assert len(with_part(one(SQUARE), square(70, 10, 60)).parts) == 1
    assert len(with_part(one(SQUARE), square(70, 70, 60)).parts) == 2


def test_a_part_inside_the_mask_gains_nothing_and_fills_a_hole() -> None:
    mask = one(SQUARE)
    assert with_part(mask, square(20, 20, 10)) is mask
    holed = with_hole(mask, square(20, 20, 10))
    assert holed == one(SQUARE, square(20, 20, 10))
    assert area(with_part(holed, square(18, 18, 14))) == pytest.approx(3600)
    assert len(with_part(holed, square(23, 23, 3)).parts) == 2


def test_a_hole_beside_changes_nothing_and_one_over_all_leaves_nothing() -> None:
    mask = one(SQUARE)
    assert with_hole(mask, FAR) is mask
    assert with_hole(mask, square(70, 10, 60)) is mask
    assert with_hole(mask, square(0, 0, 200)) is None
    assert with_hole(mask, (20.0, 20.0, 40.0, 20.0, 60.0, 20.0)) is mask
    assert with_part(mask, (20.0, 20.0, 40.0, 20.0, 60.0, 20.0)) is None


def test_holes_that_overlap_become_one_and_a_bite_is_no_hole() -> None:
    holed = with_hole(one(SQUARE), square(20, 20, 20))
    wider = with_hole(holed, square(30, 20, 20))
    assert area(wider) == 3600 - 600
    assert len(wider.parts[0].holes) == 1
    bitten = with_hole(one(SQUARE), square(60, 20, 20))
    assert bitten.parts[0].holes == ()
    assert area(bitten) == 3600 - 200


def test_a_ring_is_taken_out_with_what_belongs_to_it() -> None:
    hole = square(20, 20, 10)
    mask = Polygons((Part(SQUARE, (hole, square(40, 40, 10))), Part(FAR)))
    assert without_ring(mask, 0, 1).parts[0].holes == (square(40, 40, 10),)
    assert without_ring(mask, 0, 0) == one(FAR)
    assert without_ring(one(SQUARE), 0, 0) is None


def test_a_ring_is_read_and_exchanged_by_its_numbers() -> None:
    hole = square(20, 20, 10)
    mask = Polygons((Part(FAR), Part(SQUARE, (hole,))))
    assert ring_at(mask, 1, 0) == SQUARE
    assert ring_at(mask, 1, 1) == hole
    other = square(30, 30, 5)
    assert ring_at(with_ring(mask, 1, 1, other), 1, 1) == other
    assert with_ring(mask, 0, 0, other).parts[1] == mask.parts[1]
