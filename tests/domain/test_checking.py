"""Errors planted in labels of drawn scenes are suspected first, and for the right reason."""

from __future__ import annotations

import random
from dataclasses import replace

import pytest

from annotator.domain.checking import Compared, Known, find_suspects
from annotator.domain.model import (
    Annotation,
    Box,
    Category,
    Doubt,
    Keypoint,
    Part,
    Polygons,
    Prediction,
    ScoredJoint,
)
from annotator.domain.poses import swapped
from annotator.domain.suspects import Fault, Suspect, is_same_question, is_settled

SIDES = Category(3, "dog", joints=("left", "middle", "right"), pairs=((0, 2),))
CATEGORIES = {1: Category(1, "apple"), 2: Category(2, "pear"), 3: SIDES}
KNOWN = Known(CATEGORIES, {})


def ring(box: Box) -> Polygons:
    x, y, right, bottom = box.x, box.y, box.right, box.bottom
    return Polygons((Part((x, y, right, y, right, bottom, x, bottom)),))


def joints(box: Box) -> tuple[Keypoint, ...]:
    middle = box.y + box.height / 2
    return tuple(Keypoint(box.x + share * box.width, middle, 2) for share in (0.1, 0.5, 0.9))


def label(key: int, image_id: int, category_id: int, box: Box) -> Annotation:
    points = joints(box) if category_id == 3 else ()
    return Annotation(key, image_id, category_id, box=box, mask=ring(box), keypoints=points)


def said(of: Annotation, chance: random.Random, score: float = 0.9) -> Prediction:
    """What a fair model says of an object: a little beside it, and nearly as sure as it may be."""
    assert of.box is not None
    dx, dy = (chance.uniform(-2, 2) for _ in range(2))
    box = Box(of.box.x + dx, of.box.y + dy, of.box.width, of.box.height)
    points = tuple(ScoredJoint(j.x + dx, j.y + dy, 0.9) for j in of.keypoints)
    doubt = Doubt(0.1, 0.1, 0.1, tuple(0.1 for _ in points))
    return Prediction(0, of.image_id, of.category_id, 0, score, box, ring(box), points, doubt)


@pytest.fixture
def scene() -> dict[int, Compared]:
    """Twelve images of six objects each, which a model sees well; all labels are right."""
    chance = random.Random(3)
    made = {}
    for image_id in range(1, 13):
        labels = [
            label(100 * image_id + n, image_id, 1 + n % 3, Box(60.0 * n, 20.0 * n, 50, 40))
            for n in range(6)
        ]
        made[image_id] = Compared(image_id, labels, [said(a, chance) for a in labels])
    return made


def found(scene: dict[int, Compared]) -> list[Suspect]:
    return find_suspects(list(scene.values()), KNOWN)


def with_labels(image: Compared, labels: list[Annotation]) -> Compared:
    return replace(image, annotations=labels)


def change(image: Compared, n: int, after: Annotation) -> Compared:
    return with_labels(image, [*image.annotations[:n], after, *image.annotations[n + 1 :]])


def test_nothing_in_nothing() -> None:
    assert find_suspects([], KNOWN) == []
    assert find_suspects([Compared(1, [], [])], KNOWN) == []


def test_right_labels_are_hardly_suspected(scene: dict[int, Compared]) -> None:
    assert all(s.badness < 0.6 for s in found(scene))


def test_a_removed_label_is_missed(scene: dict[int, Compared]) -> None:
    scene[4] = with_labels(scene[4], list(scene[4].annotations[1:]))
    worst = found(scene)[0]
    assert (worst.fault, worst.image_id, worst.annotation) == (Fault.MISSED, 4, None)
    assert worst.proposal is not None
    assert worst.words == "Missing: apple (0.90)"


def test_a_label_where_nothing_is_seen_is_extra(scene: dict[int, Compared]) -> None:
    more = label(999, 5, 1, Box(400, 400, 50, 40))
    scene[5] = with_labels(scene[5], [*scene[5].annotations, more])
    worst = found(scene)[0]
    assert (worst.fault, worst.annotation_id, worst.proposal) == (Fault.EXTRA, 999, None)


def test_a_wrong_category_is_named_with_both_scores(scene: dict[int, Compared]) -> None:
    scene[6] = change(scene[6], 0, replace(scene[6].annotations[0], category_id=2))
    worst = found(scene)[0]
    assert (worst.fault, worst.annotation_id) == (Fault.CATEGORY, 600)
    assert worst.words == "Looks like apple (0.90), labelled pear (0.00)"


def test_scores_of_both_categories_at_one_place_are_weighed(scene: dict[int, Compared]) -> None:
    """A second category that is only a little surer is a weaker suspicion."""
    image = scene[6]
    second = replace(image.proposals[0], category_id=2, score=0.7)
    scene[6] = replace(image, proposals=[*image.proposals, second])
    scene[6] = change(scene[6], 0, replace(image.annotations[0], category_id=2))
    suspect = next(s for s in found(scene) if s.fault == Fault.CATEGORY)
    assert suspect.badness == pytest.approx(0.2)


def test_a_shifted_label_is_badly_outlined(scene: dict[int, Compared]) -> None:
    moved = label(700, 7, 1, Box(14, 8, 50, 40))
    scene[7] = change(scene[7], 0, moved)
    worst = found(scene)[0]
    assert (worst.fault, worst.annotation_id) == (Fault.OUTLINE, 700)
    assert "usual is 0.9" in worst.words


def test_exchanged_sides_are_told_from_joints_that_are_off(scene: dict[int, Compared]) -> None:
    dog = scene[8].annotations[2]
    scene[8] = change(scene[8], 2, replace(dog, keypoints=swapped(dog.keypoints, SIDES.pairs)))
    other = scene[9].annotations[2]
    far = tuple(Keypoint(j.x, j.y + 18, 2) for j in other.keypoints)
    scene[9] = change(scene[9], 2, replace(other, keypoints=far))
    first, second = found(scene)[:2]
    by_fault = {s.fault: s.annotation_id for s in (first, second)}
    assert by_fault == {Fault.SIDES: 802, Fault.JOINTS: 902}


def test_all_planted_errors_come_before_all_right_labels(scene: dict[int, Compared]) -> None:
    scene[1] = with_labels(scene[1], list(scene[1].annotations[1:]))
    scene[2] = change(scene[2], 3, replace(scene[2].annotations[3], category_id=2))
    scene[3] = change(scene[3], 4, label(304, 3, 2, Box(255, 88, 50, 40)))
    scene[4] = with_labels(scene[4], [*scene[4].annotations, label(499, 4, 2, Box(5, 300, 30, 30))])
    assert {s.image_id for s in found(scene)[:4]} == {1, 2, 3, 4}


def test_what_lies_in_a_crowd_is_not_missed(scene: dict[int, Compared]) -> None:
    image = scene[4]
    crowd = replace(label(450, 4, 1, Box(0, 0, 120, 90)), is_crowd=True, keypoints=())
    scene[4] = with_labels(image, [crowd, *image.annotations[2:]])
    assert not [s for s in found(scene) if s.image_id == 4 and s.fault == Fault.MISSED]


def test_a_label_without_box_mask_or_joints_is_left_out() -> None:
    empty = Annotation(1, 1, 1)
    assert find_suspects([Compared(1, [empty], [])], KNOWN) == []


def test_a_question_is_settled_when_its_label_changes(scene: dict[int, Compared]) -> None:
    scene[7] = change(scene[7], 0, label(700, 7, 1, Box(14, 8, 50, 40)))
    worst = found(scene)[0]
    before = worst.annotation
    assert before is not None
    assert not is_settled(worst, {700: before})
    assert is_settled(worst, {})
    assert is_settled(worst, {700: replace(before, category_id=2)})
    assert is_settled(worst, {700: replace(before, box=Box(0, 0, 50, 40))})
    assert not is_settled(worst, {700: replace(before, note="seen")})


def test_a_missing_label_is_settled_by_a_new_one_there(scene: dict[int, Compared]) -> None:
    first = scene[4].annotations[0]
    scene[4] = with_labels(scene[4], list(scene[4].annotations[1:]))
    worst = found(scene)[0]
    assert not is_settled(worst, {})
    assert is_settled(worst, {1: first})


def test_the_same_question_is_known_again(scene: dict[int, Compared]) -> None:
    scene[4] = with_labels(scene[4], list(scene[4].annotations[1:]))
    worst = found(scene)[0]
    assert worst.proposal is not None
    again = replace(worst, badness=0.3, proposal=replace(worst.proposal, score=0.4))
    assert is_same_question(worst, again)
    moved = replace(worst.proposal, box=Box(300, 300, 50, 40))
    assert not is_same_question(worst, replace(worst, proposal=moved))
    assert not is_same_question(worst, replace(worst, fault=Fault.EXTRA))
