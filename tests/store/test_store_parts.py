"""Images, predictions, versions, settings and roots, as the store remembers them."""

from __future__ import annotations

import os
from dataclasses import replace
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from annotator.domain.edits import Edit
from annotator.domain.errors import RefusedError
from annotator.domain.lines import Line
from annotator.domain.model import (
    Annotation,
    Box,
    Decision,
    Doubt,
    Keypoint,
    ModelVersion,
    Origin,
    Part,
    Polygons,
    Prediction,
    Rle,
    ScoredJoint,
    Split,
    Verdict,
)
from annotator.store import codec
from annotator.store.images import FoundImage
from annotator.store.store import Store
from tests.store.project_hand import TRIANGLE, Hand


def proposal(hand: Hand, image: int, score: float) -> Prediction:
    doubt = Doubt(0.1, 0.2, 0.3, (0.4,))
    joints = (ScoredJoint(1, 2, 0.5),)
    return Prediction(
        0, image, hand.category.id, 0, score, Box(1, 2, 3, 4), TRIANGLE, joints, doubt
    )


# images


def test_images_are_added_once_and_found_again(hand: Hand) -> None:
    store, root = hand.store, hand.store.roots.all()[0].id
    store.images.set_missing([hand.first], True)
    found = [FoundImage("a.jpg", 40, 30), FoundImage("new.jpg", 1, 2), FoundImage("new.jpg", 1, 2)]
    added = store.images.add(root, found)
    assert len(added) == 1
    assert [i.file_name for i in store.images.all()] == ["a.jpg", "sub/b.jpg", "new.jpg"]
    assert not store.images.get(hand.first).is_missing
    assert store.images.count() == 3
    assert store.images.add(root, []) == []


def test_images_come_in_the_order_asked_for(hand: Hand) -> None:
    found = hand.store.images.many([hand.second, 999, hand.first])
    assert [i.id for i in found] == [hand.second, hand.first]
    with pytest.raises(RefusedError, match="999"):
        hand.store.images.get(999)


def test_images_count_their_objects_and_open_proposals(hand: Hand) -> None:
    hand.draw(hand.first)
    hand.draw(hand.first)
    hand.store.predictions.write(1, hand.first, [proposal(hand, hand.first, s) for s in (0.9, 0.1)])
    best = hand.store.predictions.of_image(hand.first)[0]
    hand.do("Reject", Edit(None, Decision(best.id, hand.first, Verdict.REJECTED)), image=hand.first)
    first, second = hand.store.images.all()
    assert (first.object_count, first.prediction_count, first.version_id) == (2, 1, 1)
    assert (second.object_count, second.prediction_count, second.version_id) == (0, 0, None)
    assert hand.store.images.get(hand.first) == first


def test_what_is_known_of_images_can_be_set(hand: Hand) -> None:
    images = hand.store.images
    images.set_split({hand.first: Split.TRAIN, hand.second: Split.HELD_OUT})
    images.set_ranks({hand.first: (0.25, "left wrist 0.31"), hand.second: (None, "")})
    images.set_size(hand.first, width=3, height=4, is_raw=True)
    images.set_split({})
    first = images.get(hand.first)
    assert (first.split, first.uncertainty, first.flag) == (Split.TRAIN, 0.25, "left wrist 0.31")
    assert (first.width, first.height, first.is_raw) == (3, 4, True)


def test_an_image_taken_out_takes_along_what_was_on_it(hand: Hand) -> None:
    hand.draw(hand.first)
    kept = hand.draw(hand.second)
    hand.store.predictions.write(1, hand.first, [proposal(hand, hand.first, 0.5)])
    hand.store.images.remove([hand.first])
    assert hand.store.annotations.count() == 1
    assert hand.store.history.undo(hand.first, person="Ada") is None
    assert hand.on(hand.second) == (kept,)
    assert hand.undo(hand.second)


def test_many_thousand_ids_are_one_question(hand: Hand) -> None:
    drawn = hand.draw(hand.first)
    assert hand.store.images.many(range(100_000))[0].id == hand.first
    found = hand.store.annotations.of_images(range(50_000))
    assert found[hand.first] == (drawn,)
    assert hand.store.annotations.count_by_category() == {hand.category.id: 1}


# roots


def test_a_project_that_moves_with_its_images_finds_them(tmp_path: Path) -> None:
    (tmp_path / "one/images").mkdir(parents=True)
    with Store.create(tmp_path / "one/project") as store:
        root = store.roots.add(tmp_path / "one/images")
        assert store.roots.add(tmp_path / "one/project/../images") == root
    (tmp_path / "one").rename(tmp_path / "two")
    with Store.open(tmp_path / "two/project") as store:
        assert store.roots.path_of(root) == tmp_path / "two/images"


def test_a_project_that_moves_alone_finds_its_images(tmp_path: Path) -> None:
    (tmp_path / "images").mkdir()
    with Store.create(tmp_path / "project") as store:
        root = store.roots.add(tmp_path / "images")
    (tmp_path / "deep/er").mkdir(parents=True)
    os.rename(tmp_path / "project", tmp_path / "deep/er/project")  # noqa: PTH104
    with Store.open(tmp_path / "deep/er/project") as store:
        assert store.roots.path_of(root) == tmp_path / "images"
        store.roots.relink(root, tmp_path / "deep")
        assert store.roots.path_of(root) == tmp_path / "deep"
        with pytest.raises(RefusedError, match="no image folder"):
            store.roots.path_of(77)


def test_an_image_has_a_path_below_its_root(hand: Hand) -> None:
    image = hand.store.images.get(hand.second)
    assert hand.store.images.path(image) == hand.folder / "images/sub/b.jpg"


# predictions


def test_what_was_written_last_is_the_current_set(hand: Hand) -> None:
    store = hand.store.predictions
    store.write(1, hand.first, [proposal(hand, hand.first, s) for s in (0.2, 0.9)])
    old = store.of_image(hand.first)
    assert [p.score for p in old] == [0.9, 0.2]
    assert replace(old[0], id=0, version_id=0) == proposal(hand, hand.first, 0.9)
    hand.do(
        "Reject", Edit(None, Decision(old[0].id, hand.first, Verdict.REJECTED)), image=hand.first
    )
    store.write(2, hand.first, [proposal(hand, hand.first, 0.5)])
    (new,) = store.of_image(hand.first)
    assert (new.score, new.version_id) == (0.5, 2)
    assert new.id > max(p.id for p in old)
    assert list(store.decisions_of(hand.first)) == [old[0].id]
    store.write(3, hand.first, [])
    assert store.of_image(hand.first) == ()
    assert hand.store.images.get(hand.first).version_id == 3


def test_undecided_ones_above_a_score(hand: Hand) -> None:
    store = hand.store.predictions
    for image in (hand.first, hand.second):
        store.write(1, image, [proposal(hand, image, s) for s in (0.2, 0.5, 0.9)])
    best = store.of_image(hand.first)[0]
    hand.do("Reject", Edit(None, Decision(best.id, hand.first, Verdict.REJECTED)), image=hand.first)
    assert [p.score for p in store.undecided_above(Line(0.5))] == [0.5, 0.9, 0.5]
    assert [p.score for p in store.undecided_above(Line(0.5), image_ids=[hand.first])] == [0.5]
    assert store.undecided_above(Line(0.5), category_id=hand.category.id + 1) == []
    assert store.undecided_above(Line(0.1, {hand.category.id: 0.95})) == []
    own = Line(0.95, {hand.category.id: 0.6, 9: 0.1})
    assert [p.score for p in store.undecided_above(own)] == [0.9]
    assert len(store.of_images([hand.first, hand.second, 99])[hand.first]) == 3


def test_clearing_leaves_what_was_decided(hand: Hand) -> None:
    store = hand.store.predictions
    for image in (hand.first, hand.second):
        store.write(1, image, [proposal(hand, image, s) for s in (0.2, 0.9)])
    best = store.of_image(hand.first)[0]
    hand.do("Reject", Edit(None, Decision(best.id, hand.first, Verdict.REJECTED)), image=hand.first)
    assert store.clear([hand.first]) == 1
    assert store.of_image(hand.first) == (best,)
    assert store.clear() == 2
    assert hand.store.images.get(hand.second).version_id is None
    assert store.clear() == 0


# versions


def test_versions_are_kept_switched_and_deleted(hand: Hand) -> None:
    versions = hand.store.versions
    assert versions.active() is None
    made = ModelVersion(0, "v", "tiny", "one.pt", train_images=3, is_active=True)
    one = versions.add(made)
    two = versions.add(replace(made, name="w", checkpoint="two.pt", created="2026-01-01T00:00:00"))
    assert [v.id for v in versions.all()] == [two, one]
    assert versions.active() == versions.get(two)
    versions.activate(one)
    assert [v.is_active for v in versions.all()] == [False, True]
    versions.set_note(one, "good wrists")
    assert versions.get(one).note == "good wrists"
    with pytest.raises(RefusedError, match="in use"):
        versions.delete(one)
    files = [hand.store.checkpoints / name for name in ("two.pt", "two.json")]
    for file in files:
        file.write_bytes(b"x")
    versions.delete(two)
    assert [v.id for v in versions.all()] == [one]
    assert not any(file.exists() for file in files)
    for use in (versions.activate, versions.get, versions.delete):
        with pytest.raises(RefusedError, match="no model version"):
            use(two)


def test_the_starter_has_one_row_that_is_no_version_to_choose(hand: Hand) -> None:
    versions = hand.store.versions
    first = versions.starter()
    assert (first.name, first.checkpoint, first.is_active) == ("the starter", "", False)
    assert first.id > 0
    assert first.created
    assert versions.starter() == first
    assert versions.all() == []
    assert versions.all(even_deleted=True) == [first]
    assert versions.active() is None
    assert versions.next_name() == "v1"


def test_what_a_deleted_version_proposed_stays_with_its_name(hand: Hand) -> None:
    versions = hand.store.versions
    one = versions.add(ModelVersion(0, "v1", "tiny", "one", is_active=True))
    two = versions.add(ModelVersion(0, "v2", "tiny", "two"))
    hand.store.predictions.write(two, hand.first, [proposal(hand, hand.first, 0.5)])
    versions.delete(two)
    assert [p.version_id for p in hand.store.predictions.of_image(hand.first)] == [two]
    assert hand.store.images.get(hand.first).version_id == two
    assert [(v.id, v.name) for v in versions.all(even_deleted=True)] == [(two, "v2"), (one, "v1")]


def test_a_checkpoint_that_two_versions_share_outlives_one(hand: Hand) -> None:
    versions = hand.store.versions
    versions.add(ModelVersion(0, "v1", "tiny", "shared", is_active=True))
    two = versions.add(ModelVersion(0, "v2", "tiny", "shared"))
    (hand.store.checkpoints / "shared").write_bytes(b"x")
    versions.delete(two)
    assert (hand.store.checkpoints / "shared").exists()


def test_a_name_is_never_given_twice(hand: Hand) -> None:
    versions = hand.store.versions
    assert versions.next_name() == "v1"
    versions.add(ModelVersion(0, "v1", "tiny", "one", is_active=True))
    two = versions.add(ModelVersion(0, "v2", "tiny", "two"))
    versions.add(ModelVersion(0, "mine", "tiny", "three"))
    versions.delete(two)
    assert versions.next_name() == "v3"


# settings


def test_settings_hold_any_json(hand: Hand) -> None:
    settings = hand.store.settings
    assert settings.get("threshold", 0.5) == 0.5
    for value in (0.3, None, ["a", {"b": 2**60}], True):
        settings.set("threshold", value)
        assert settings.get("threshold") == value


# the text that values are kept as

FINITE = st.floats(allow_nan=False, allow_infinity=False)
RINGS = st.lists(st.tuples(FINITE, FINITE), min_size=3, max_size=4).map(
    lambda points: tuple(number for point in points for number in point)
)
PARTS = st.builds(Part, RINGS, st.lists(RINGS, max_size=2).map(tuple))
MASKS = st.one_of(
    st.none(),
    st.builds(Polygons, st.lists(PARTS, max_size=2).map(tuple)),
    st.builds(Rle, st.just((4, 5)), st.one_of(st.just("\\0"), st.just((3, 17)))),
)
OBJECTS = st.builds(
    Annotation,
    st.integers(1, 2**62),
    st.just(1),
    st.just(2),
    st.one_of(st.none(), st.builds(Box, FINITE, FINITE, FINITE, FINITE)),
    MASKS,
    st.lists(st.builds(Keypoint, FINITE, FINITE, st.integers(0, 2)), max_size=2).map(tuple),
    st.booleans(),
    st.builds(Origin, st.text(), st.one_of(st.none(), st.integers(1, 9)), st.text()),
    st.booleans(),
    st.integers(0, 9),
    st.one_of(st.none(), st.just('"x"')),
    st.one_of(st.none(), st.just('{"segmentation":[[0,0,1,0,1,1]],"keypoints":[1,2,2]}')),
)


@given(OBJECTS)
def test_any_object_is_read_as_it_was_written(value: Annotation) -> None:
    text = codec.subject_to_text(value)
    assert codec.subject_of("annotation", text) == value
    bare = codec.subject_to_text(value, with_source=False)
    assert codec.subject_of("annotation", bare, source=value.source) == value


def test_a_box_that_is_not_finite_is_no_box(hand: Hand) -> None:
    with pytest.raises(ValueError, match="finite"):
        hand.draw(hand.first, Box(1, float("nan"), 3, 4))
    assert hand.on(hand.first) == ()
