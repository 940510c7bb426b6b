"""Whatever a file says, it comes out as it went in."""

from __future__ import annotations

import tempfile
from pathlib import Path
from typing import Any

from hypothesis import given, settings
from hypothesis import strategies as st

from tests.services.coco_files import Desk, difference

NUMBER = st.one_of(
    st.integers(-5, 70), st.integers(), st.floats(), st.floats(-5, 70), st.booleans()
)
JSON = st.recursive(
    st.one_of(st.none(), NUMBER, st.text(max_size=5)),
    lambda inner: (
        st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=3), inner, max_size=3)
    ),
    max_leaves=5,
)
ID = st.one_of(st.integers(0, 4), st.integers(0, 2**70), st.text(max_size=2), JSON)
BOX = st.lists(st.one_of(st.integers(0, 60), st.floats(0, 60)), min_size=4, max_size=4)
RING = st.lists(st.one_of(st.integers(0, 60), st.floats(-5, 70)), min_size=6, max_size=8)
MASK = st.one_of(
    st.lists(RING, max_size=3),
    RING,
    st.fixed_dictionaries({"size": st.just([48, 64]), "counts": st.just([60, 20, 2992])}),
    st.fixed_dictionaries(
        {"size": st.just([2, 2]), "counts": st.text("0123456789PQabc", max_size=6)}
    ),
    JSON,
)
KEYPOINTS = st.one_of(st.lists(st.sampled_from([0, 1, 2, 1.5]), min_size=6, max_size=6), JSON)


def rows(required: dict[str, Any], **optional: Any) -> Any:
    """Rows that have most keys, in any state, and unknown ones."""
    more = st.dictionaries(st.sampled_from(["x", "score", "attributes"]), JSON, max_size=1)
    known = st.fixed_dictionaries(required, optional=optional)
    return st.lists(st.one_of(st.tuples(known, more).map(lambda p: p[0] | p[1]), JSON), max_size=5)


NAME = st.one_of(
    st.sampled_from(["a.jpg", "b/a.jpg", "b\\c.png", "/abs/d.png"]), st.text(max_size=4)
)
IMAGES = rows({"id": ID}, file_name=NAME, width=NUMBER, height=NUMBER)
CATEGORIES = rows(
    {"id": ID}, name=st.text(max_size=3), keypoints=st.just(["left_a", "right_a"]), skeleton=JSON
)
ANNOTATIONS = rows(
    {"id": ID, "image_id": st.integers(0, 4), "category_id": st.integers(0, 4)},
    bbox=st.one_of(BOX, JSON),
    segmentation=MASK,
    keypoints=KEYPOINTS,
    iscrowd=st.one_of(st.integers(0, 1), st.booleans()),
    area=NUMBER,
)
FILES = st.fixed_dictionaries(
    {"images": IMAGES},
    optional={"annotations": ANNOTATIONS, "categories": CATEGORIES, "info": JSON, "x": JSON},
)


@settings(max_examples=60, deadline=None)
@given(FILES)
def test_any_file_comes_out_as_it_went_in(data: dict[str, Any]) -> None:
    with tempfile.TemporaryDirectory() as folder:
        desk = Desk(Path(folder))
        desk.take(data)
        out = desk.give()
        again = desk.take(data, "again.json")
        twice = desk.give()
        desk.store.close()
    assert difference(data, out) == ""
    if not again.warnings:
        assert difference(data, twice) == ""


@settings(max_examples=25, deadline=None)
@given(FILES)
def test_every_object_of_any_file_can_be_read_from_the_store(data: dict[str, Any]) -> None:
    with tempfile.TemporaryDirectory() as folder:
        desk = Desk(Path(folder))
        report = desk.take(data)
        found = desk.store.annotations.of_images([i.id for i in desk.store.images.all()])
        desk.give(fill=True, all_images=True)
        desk.store.close()
    assert sum(map(len, found.values())) == report.annotations
    assert all(a.box or a.mask or a.keypoints for values in found.values() for a in values)
