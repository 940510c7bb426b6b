"""Steps by name, as values."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest

from annotator.domain.edits import Edit, Step
from annotator.domain.model import (
    Annotation,
    Box,
    Category,
    Decision,
    Image,
    ImageState,
    Keypoint,
    Prediction,
    Review,
    ScoredJoint,
    Verdict,
)
from annotator.services import bulk, steps
from annotator.services.bulk_jobs import ChangeCategory, DeleteCategory, Undo
from annotator.store.codec import subject_to_text
from annotator.store.images import FoundImage
from annotator.store.store import Store

CAT = Category(1, "cat", joints=("nose", "tail"))
DOG = Category(2, "dog", ordinal=1)
BOX = Box(1, 2, 3, 4)


@pytest.fixture
def store(tmp_path: Path) -> Iterator[Store]:
    """Two images and two categories."""
    with Store.create(tmp_path / "project") as made:
        root = made.roots.add(tmp_path)
        made.images.add(root, [FoundImage("a.png", 40, 30), FoundImage("b.png", 40, 30)])
        made.take_ids("category", 2)
        step = Step("Create", (Edit(None, CAT), Edit(None, DOG)))
        made.history.apply(step, person="Ada")
        yield made


def drawn(store: Store, image: Image, category: Category = CAT, **more: object) -> Annotation:
    key = store.take_ids("annotation")[0]
    made = Annotation(key, image.id, category.id, BOX, **more)  # type: ignore[arg-type]
    store.history.apply(Step("Draw", (Edit(None, made),), image.id), person="Ada")
    return made


def proposed(key: int, image_id: int, *scores: float) -> Prediction:
    joints = tuple(ScoredJoint(5, 6, s) for s in scores)
    return Prediction(key, image_id, CAT.id, 3, 0.9, BOX, joints=joints)


def test_an_adopted_prediction_keeps_the_joints_that_are_sure_enough() -> None:
    two = replace(CAT, joints=("nose", "tail"))
    made = steps.adopted(proposed(1, 2, 0.2, 0.19), two, annotation_id=7, person="Ada")
    assert made.keypoints == (Keypoint(5, 6, 2), Keypoint(0, 0, 0))
    assert (made.id, made.image_id, made.box) == (7, 2, BOX)
    assert (made.origin.made_by, made.origin.version_id) == ("Ada", 3)


def test_joints_of_before_a_category_was_given_others_stay_behind() -> None:
    changed = replace(CAT, joints=("nose", "tail", "ear"))
    made = steps.adopted(proposed(1, 2, 0.9, 0.9), changed, annotation_id=7, person="Ada")
    assert made.keypoints == ()
    assert made.box == BOX


def test_accepting_on_one_image_belongs_to_it_and_on_many_to_none(store: Store) -> None:
    first, second = store.images.all()
    here = steps.accept(store, [proposed(1, first.id)], person="Ada", image=first, text="Accept")
    assert here.image_id == first.id
    both = [proposed(1, first.id), proposed(2, second.id)]
    bulk = steps.accept(store, both, person="Ada", image=None, text="Accept 2")
    assert bulk.image_id is None
    reviews = [e.after for e in bulk.edits if isinstance(e.after, Review)]
    assert {r.image_id for r in reviews} == {first.id, second.id}
    assert {r.state for r in reviews} == {ImageState.IN_PROGRESS}
    made = [e.after.id for e in bulk.edits if isinstance(e.after, Annotation)]
    decided = [e.after for e in bulk.edits if isinstance(e.after, Decision)]
    assert [d.annotation_id for d in decided] == made
    assert {d.verdict for d in decided} == {Verdict.ACCEPTED}


@pytest.mark.parametrize("state", [ImageState.IN_PROGRESS, ImageState.REVIEWED])
def test_only_a_new_image_is_begun(state: ImageState) -> None:
    assert steps.begun(Image(1, 1, "a.png", state=state)) == ()
    (edit,) = steps.begun(Image(1, 1, "a.png"))
    assert edit.after == Review(1, ImageState.IN_PROGRESS, False)


def test_marking_what_is_marked_already_is_no_step() -> None:
    done = Image(1, 1, "a.png", state=ImageState.REVIEWED, is_complete=True)
    assert steps.mark([done], ImageState.REVIEWED, complete=True, text="Mark") is None
    partly = steps.mark([done], ImageState.REVIEWED, complete=False, text="Mark")
    assert partly is not None
    assert partly.image_id == 1


def test_a_bulk_mark_leaves_out_what_has_the_state_and_belongs_to_no_image() -> None:
    done = Image(1, 1, "a.png", state=ImageState.REVIEWED, is_complete=True)
    step = steps.mark(
        [done, Image(2, 1, "b.png")], ImageState.REVIEWED, complete=True, text="Mark 2"
    )
    assert step is not None
    assert step.image_id is None
    assert [e.image_id for e in step.edits] == [2]


def test_deleting_a_category_takes_its_objects_on_all_images(store: Store) -> None:
    first, second = store.images.all()
    drawn(store, first)
    drawn(store, second)
    kept = drawn(store, first, DOG)
    outcome = bulk.run(store, DeleteCategory("Ada", CAT.id))
    assert outcome.text == "Deleted category cat and its 2 objects."
    assert store.categories.all() == (DOG,)
    assert store.annotations.of_image(first.id) == (kept,)
    bulk.run(store, Undo("Ada", outcome.step_id))
    assert store.categories.all() == (CAT, DOG)
    assert store.annotations.count() == 3


def test_deleting_an_unused_category_says_so(store: Store) -> None:
    text = bulk.run(store, DeleteCategory("Ada", DOG.id)).text
    assert text == "Deleted category dog and its 0 objects."


def change(store: Store, after: Category) -> int:
    """The step that makes a category what it shall be."""
    return bulk.run(store, ChangeCategory("Ada", subject_to_text(after) or "")).step_id


def test_other_joints_keep_the_placed_ones_by_name(store: Store) -> None:
    image = store.images.all()[0]
    pose = (Keypoint(1, 1, 2), Keypoint(2, 2, 1))
    posed = drawn(store, image, keypoints=pose)
    drawn(store, image)
    step = change(store, Category(1, "cat", joints=("tail", "paw")))
    assert store.bulk.size(step) == 2
    changed = store.annotations.of_image(image.id)[0]
    assert (changed.id, changed.is_edited) == (posed.id, True)
    assert changed.keypoints == (pose[1], Keypoint(0, 0, 0))


def test_a_rename_touches_no_object_and_is_called_one(store: Store) -> None:
    drawn(store, store.images.all()[0], keypoints=(Keypoint(1, 1, 2), Keypoint(2, 2, 1)))
    step = change(store, Category(1, "kitten", joints=CAT.joints))
    assert store.bulk.size(step) == 1
    assert store.history.entries()[0].text == "Rename cat to kitten"


def test_categories_in_order_already_need_no_step() -> None:
    assert steps.reorder_categories([CAT, DOG]) is None
    step = steps.reorder_categories([DOG, CAT])
    assert step is not None
    assert [e.after.ordinal for e in step.edits if isinstance(e.after, Category)] == [0, 1]


def test_an_accepted_look_alike_is_an_assisted_object_and_decides_nothing(store: Store) -> None:
    image = store.images.all()[0]
    offer, stored = proposed(-1, image.id, 0.9, 0.9), proposed(5, image.id, 0.9, 0.9)
    step = steps.accept(store, [offer, stored], person="Ada", image=image, text="Accept")
    first, second, decision, begun = (edit.after for edit in step.edits)
    assert isinstance(first, Annotation)
    assert isinstance(second, Annotation)
    assert (first.origin.version_id, first.origin.corrected_by) == (3, "Ada")
    assert (second.origin.version_id, second.origin.corrected_by) == (3, "")
    assert isinstance(decision, Decision)
    assert (decision.prediction_id, decision.annotation_id) == (5, second.id)
    assert isinstance(begun, Review)
