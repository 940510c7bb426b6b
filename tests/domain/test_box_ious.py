"""Overlaps of many boxes at once."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from annotator.domain.geometry import box_iou, box_ious
from annotator.domain.model import Box

number = st.floats(0, 500, allow_nan=False)
boxes = st.lists(st.builds(Box, number, number, number, number), max_size=5)


@given(boxes, boxes)
def test_all_pairs_agree_with_single_ones(a: list[Box], b: list[Box]) -> None:
    found = box_ious(a, b)
    assert found.shape == (len(a), len(b))
    for i, one in enumerate(a):
        for j, other in enumerate(b):
            assert abs(found[i, j] - box_iou(one, other)) < 1e-9
