"""Outlines found inside the bounds of run lengths are those of the whole frame."""

from __future__ import annotations

import numpy as np
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra.numpy import arrays

from annotator.domain import masks
from annotator.domain.combining import outline_of
from annotator.domain.model import Polygons, Rle
from annotator.domain.outlines import from_bitmap
from annotator.domain.run_facts import facts_of_runs


@given(
    blob=arrays(bool, st.tuples(st.integers(1, 9), st.integers(1, 9))),
    before=st.tuples(st.integers(0, 6), st.integers(0, 6)),
    after=st.tuples(st.integers(0, 6), st.integers(0, 6)),
)
def test_outlines_inside_the_bounds_are_those_of_the_whole_frame(
    blob: np.ndarray, before: tuple[int, int], after: tuple[int, int]
) -> None:
    bitmap = np.pad(blob, tuple(zip(before, after, strict=True)))
    rle = masks.bitmap_to_rle(bitmap)
    assert outline_of(rle, rle.size) == from_bitmap(bitmap)
    facts = facts_of_runs(rle)
    assert facts is not None
    assert facts.bounds == masks.bounds(from_bitmap(bitmap))
    assert facts.area == bitmap.sum()


def test_an_empty_mask_has_no_outlines() -> None:
    empty = masks.bitmap_to_rle(np.zeros((5, 7), bool))
    assert outline_of(empty, empty.size) == Polygons(())
    assert facts_of_runs(empty).bounds is None


def test_broken_run_lengths_have_no_facts() -> None:
    assert facts_of_runs(Rle((4, 4), (3, 2))) is None
    assert facts_of_runs(Rle((0, 0), ())) is None
