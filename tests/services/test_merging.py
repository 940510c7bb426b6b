"""Merging categories, as a step and undone."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from annotator.domain.edits import Edit, Step
from annotator.domain.errors import RefusedError
from annotator.domain.model import Annotation, Box, Category, Keypoint
from annotator.services import bulk, merging
from annotator.services.bulk_jobs import ChangeCategory, MergeCategories, Undo
from annotator.services.bulk_writing import Outcome
from annotator.services.merging import Loss
from annotator.store.codec import subject_to_text
from annotator.store.images import FoundImage
from annotator.store.store import Store

CAT = Category(1, "cat", joints=("nose", "tail", "ear"))
DOG = Category(2, "dog", joints=("Ear", "nose"), ordinal=1)
BALL = Category(3, "ball", ordinal=2)
BOX = Box(1, 2, 3, 4)
POSE = (Keypoint(1, 1, 2), Keypoint(2, 2, 1), Keypoint(3, 3, 2))


@pytest.fixture
def store(tmp_path: Path) -> Iterator[Store]:
    """Two images and three categories."""
    with Store.create(tmp_path / "project") as made:
        root = made.roots.add(tmp_path)
        made.images.add(root, [FoundImage("a.png", 40, 30), FoundImage("b.png", 40, 30)])
        made.take_ids("category", 3)
        edits = tuple(Edit(None, c) for c in (CAT, DOG, BALL))
        made.history.apply(Step("Create", edits), person="Ada")
        yield made


def draw(store: Store, category: Category, *joints: Keypoint, row: int = 0) -> Annotation:
    key = store.take_ids("annotation")[0]
    image = store.images.all()[row].id
    made = Annotation(key, image, category.id, BOX, keypoints=joints)
    store.history.apply(Step("Draw", (Edit(None, made),), image), person="Ada")
    return made


def merge(store: Store, sources: list[Category], target: Category) -> Outcome:
    job = MergeCategories("Ada", tuple(source.id for source in sources), target.id)
    return bulk.run(store, job)


def change(store: Store, after: Category, origins: tuple[int | None, ...]) -> int:
    """The step that makes a category what it shall be."""
    job = ChangeCategory("Ada", subject_to_text(after) or "", origins)
    return bulk.run(store, job).step_id


def test_objects_of_all_images_move_over_with_the_joints_of_the_same_name(store: Store) -> None:
    cat, ball = draw(store, CAT, *POSE), draw(store, BALL, row=1)
    dog = draw(store, DOG, *POSE[:2])
    outcome = merge(store, [CAT, BALL, DOG], DOG)
    assert outcome.text == "Merged cat, ball into dog, 2 objects."
    assert store.categories.all() == (DOG,)
    moved = {a.id: a for a in store.annotations.of_category(DOG.id)}
    assert moved[dog.id] == dog
    assert moved[cat.id].keypoints == (POSE[2], POSE[0])
    assert moved[cat.id].is_edited
    assert moved[ball.id].keypoints == ()
    bulk.run(store, Undo("Ada", outcome.step_id))
    assert store.categories.all() == (CAT, DOG, BALL)
    assert store.annotations.of_category(CAT.id) == (cat,)
    assert store.annotations.of_category(BALL.id) == (ball,)


def test_a_merge_says_beforehand_what_it_drops(store: Store) -> None:
    draw(store, CAT, *POSE)
    draw(store, CAT, POSE[0], Keypoint(0, 0, 0), POSE[2])
    assert merging.losses(store, [CAT, BALL], DOG) == [Loss("cat", "tail", 1)]
    assert merging.losses(store, [CAT], BALL) == [
        Loss("cat", "nose", 2),
        Loss("cat", "tail", 1),
        Loss("cat", "ear", 2),
    ]
    assert merging.losses(store, [DOG], DOG) == []
    assert merging.placed_counts(store, BALL) == ()


def test_what_is_merged_away_counts_no_joints_the_target_has_not(store: Store) -> None:
    cat = draw(store, CAT, *POSE)
    merge(store, [CAT], BALL)
    (moved,) = store.annotations.of_category(BALL.id)
    assert (moved.id, moved.keypoints) == (cat.id, ())


def test_one_category_alone_is_no_merge(store: Store) -> None:
    for sources in ([], [DOG]):
        with pytest.raises(RefusedError, match="two categories"):
            merge(store, sources, DOG)


def test_a_category_without_objects_is_merged_too(store: Store) -> None:
    assert merge(store, [BALL], DOG).text == "Merged ball into dog, 0 objects."
    assert store.categories.all() == (CAT, DOG)


def test_a_renamed_joint_keeps_its_points_and_edits_no_object(store: Store) -> None:
    draw(store, CAT, *POSE)
    after = Category(1, "cat", joints=("snout", "tail", "ear"))
    assert store.bulk.size(change(store, after, (0, 1, 2))) == 1
    assert store.categories.all()[0] == after


def test_a_renamed_and_moved_joint_takes_its_points_along(store: Store) -> None:
    draw(store, CAT, *POSE)
    after = Category(1, "cat", joints=("tail", "paw", "snout"))
    change(store, after, (1, None, 0))
    (changed,) = store.annotations.of_category(CAT.id)
    assert changed.keypoints == (POSE[1], Keypoint(0, 0, 0), POSE[0])
