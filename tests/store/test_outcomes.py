"""What became of predictions, as the store tells it."""

from __future__ import annotations

from dataclasses import replace

import pytest

from annotator.domain.calibration import Outcome, pair_of
from annotator.domain.edits import Edit
from annotator.domain.model import (
    Annotation,
    Box,
    Decision,
    Doubt,
    ImageState,
    ModelVersion,
    Part,
    Polygons,
    Prediction,
    Review,
    Verdict,
)
from annotator.services.calibrating import Calibrator
from annotator.store import outcomes
from tests.store.project_hand import TRIANGLE, Hand

BIG = Polygons((Part((0.0, 0.0, 20.0, 0.0, 20.0, 20.0)),))


def predict(hand: Hand, image: int, count: int = 1, **parts: object) -> list[Prediction]:
    known = hand.store.versions.all()
    version = known[0].id if known else hand.store.versions.add(ModelVersion(0, "v1", "t", "v1"))
    said = Prediction(
        0, image, hand.category.id, version, 0.9, Box(1, 2, 3, 4), TRIANGLE, doubt=Doubt(mask=0.25)
    )
    said = replace(said, **parts)  # type: ignore[arg-type]
    ids = hand.store.predictions.write(version, image, [said] * count)
    return [replace(said, id=key) for key in ids]


def decide(
    hand: Hand, said: Prediction, verdict: Verdict, mask: Polygons | None = TRIANGLE
) -> Annotation | None:
    made = None
    if verdict != Verdict.REJECTED:
        made = Annotation(
            hand.store.take_ids("annotation")[0], said.image_id, said.category_id, said.box, mask
        )
    decision = Decision(said.id, said.image_id, verdict, made.id if made else None)
    edits = [Edit(None, made), Edit(None, decision)] if made else [Edit(None, decision)]
    hand.do("Decide", *edits, image=said.image_id)
    return made


def review(hand: Hand, image: int) -> None:
    before = Review(image, ImageState.NEW, False)
    hand.do("Review", Edit(before, replace(before, state=ImageState.REVIEWED)), image=image)


def test_what_was_corrected_counts_at_once_and_what_was_accepted_once_it_is_reviewed(
    hand: Hand,
) -> None:
    assert hand.store.outcomes.latest() == []
    one, other, last = predict(hand, hand.first, 3)
    decide(hand, one, Verdict.CORRECTED, BIG)
    decide(hand, other, Verdict.ACCEPTED)
    decide(hand, last, Verdict.REJECTED)
    changed = Outcome(hand.category.id, 0.75, TRIANGLE, BIG)
    assert hand.store.outcomes.latest() == [changed]
    review(hand, hand.first)
    kept = Outcome(hand.category.id, 0.75, TRIANGLE, TRIANGLE)
    assert hand.store.outcomes.latest() == [kept, changed]
    found = [pair_of(one).found for one in hand.store.outcomes.latest()]
    assert found == [0.9, pytest.approx(0.21)]  # 42 of 200 square pixels


def test_an_undone_decision_and_a_deleted_object_are_no_outcome(hand: Hand) -> None:
    one, other = predict(hand, hand.first, 2)
    decide(hand, one, Verdict.CORRECTED, BIG)
    hand.undo(hand.first)
    made = decide(hand, other, Verdict.CORRECTED, BIG)
    assert made is not None
    hand.delete(made)
    assert hand.store.outcomes.latest() == []


def test_without_masks_or_in_another_category_nothing_can_be_compared(hand: Hand) -> None:
    (boxed,) = predict(hand, hand.first, mask=None, doubt=Doubt())
    decide(hand, boxed, Verdict.CORRECTED, BIG)
    (alone,) = predict(hand, hand.second)
    made = decide(hand, alone, Verdict.CORRECTED, None)
    assert made is not None
    assert hand.store.outcomes.latest() == []
    drawn = replace(made, mask=BIG)  # a mask drawn later, over a box accepted alone
    hand.do("Draw mask", Edit(made, drawn), image=hand.second)
    assert [one.mask for one in hand.store.outcomes.latest()] == [BIG]
    lynx = replace(hand.category, id=hand.store.take_ids("category")[0], name="lynx")
    hand.do("Add", Edit(None, lynx))
    other = replace(drawn, category_id=lynx.id)
    hand.do("Recategorise", Edit(drawn, other), image=hand.second)
    assert hand.store.outcomes.latest() == []


def test_only_the_latest_are_read_and_the_same_are_compared_once(
    hand: Hand, monkeypatch: pytest.MonkeyPatch
) -> None:
    for number in range(5):
        (said,) = predict(hand, hand.first, doubt=Doubt(mask=number / 10))
        decide(hand, said, Verdict.CORRECTED, BIG)
    monkeypatch.setattr(outcomes, "_QUERY", outcomes._QUERY.limit(3))
    calibrator = Calibrator(hand.store)
    assert calibrator.fit().pairs == 3
    monkeypatch.setattr("annotator.services.calibrating.pair_of", pytest.fail)
    assert calibrator.fit().pairs == 3
    expected = [round(one.expected, 3) for one in hand.store.outcomes.latest()]
    assert expected == [0.6, 0.7, 0.8]
