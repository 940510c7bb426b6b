"""Labels are compared with what networks say that never saw them."""

from __future__ import annotations

import json
from collections.abc import Iterator, Sequence
from dataclasses import replace
from typing import Any

import pytest

from annotator.domain.calibration import Calibration, Pair
from annotator.domain.edits import Edit, Step
from annotator.domain.errors import RefusedError
from annotator.domain.model import Annotation, Box, Decision, ModelVersion, Prediction, Verdict
from annotator.domain.model import Doubt as Belief
from annotator.domain.suspects import Fault
from annotator.learning import checking, jobs
from annotator.learning.checking import check
from annotator.learning.protocol import Check, Checked, Event, Finished, Progress, Train
from annotator.services.calibrating import Calibrator
from annotator.store.store import Store
from models import predict as prediction
from models import train as training
from models.types import Detection, Doubt, ImagePrediction, Region, Sample
from tests.learning.squares import make_labelled, never, square

REQUEST = Check(folds=3, preset="squeezenet1_0", weights=None, steps=2, device="cpu")


def run(store: Store, request: Check = REQUEST) -> list[Event]:
    events: list[Event] = []
    check(store, request, events.append, lambda: False)
    return events


@pytest.fixture
def lessons(monkeypatch: pytest.MonkeyPatch) -> list[tuple[set[int], set[int]]]:
    """Which images each network learned from and predicted; it sees the drawn squares exactly."""
    seen: list[tuple[set[int], set[int]]] = []
    really = training.train

    def train(network: Any, samples: Sequence[Sample], *rest: Any) -> Iterator[Any]:
        seen.append(({s.key for s in samples}, set()))
        yield from really(network, samples, *rest)

    def predict(_network: object, samples: Sequence[Sample]) -> Iterator[ImagePrediction]:
        for sample in samples:
            if seen:
                seen[-1][1].add(sample.key)
            x = 20.0 + sample.key - 1
            box = (x, 24.0, x + 40, 70.0)
            ring = (x, 24.0, x + 40, 24.0, x + 40, 70.0, x, 70.0)
            doubt = Doubt(0.1, 0.1, 0.1, ())
            found = Detection(1, 0.9, box, (Region(ring),), None, doubt)
            yield ImagePrediction(sample.key, (found,))

    monkeypatch.setattr(training, "train", train)
    monkeypatch.setattr(prediction, "predict", predict)
    return seen


def remove(store: Store, image_id: int) -> Annotation:
    """The square of an image goes."""
    gone = store.annotations.of_image(image_id)[0]
    store.history.apply(Step("Delete", (Edit(gone, None),), image_id), person="Ada")
    return gone


def test_no_image_is_predicted_by_a_network_that_learned_from_it(
    store: Store, lessons: list[tuple[set[int], set[int]]]
) -> None:
    run(store)
    everything = {i.id for i in store.images.all() if i.object_count}
    assert len(lessons) == 3
    for learned, predicted in lessons:
        assert predicted
        assert not learned & predicted
        assert learned | predicted == everything
    assert set().union(*(predicted for _, predicted in lessons)) == everything


@pytest.mark.usefixtures("lessons")
def test_a_removed_square_is_the_worst_suspect(store: Store) -> None:
    gone = remove(store, 3)
    events = run(store)
    worst = store.suspects.undecided()[0]
    assert (worst.fault, worst.image_id, worst.annotation_id) == (Fault.MISSED, 3, None)
    assert worst.proposal is not None
    assert worst.proposal.box == gone.box
    assert isinstance(events[-1], Finished)
    assert Checked((1, 2, 3, 4, 5, 6)) in [
        replace(e, image_ids=tuple(sorted(e.image_ids))) for e in events if isinstance(e, Checked)
    ]


@pytest.mark.usefixtures("lessons")
def test_progress_counts_steps_and_images_and_tells_the_time_left(store: Store) -> None:
    told = [e for e in run(store) if isinstance(e, Progress) and e.total]
    assert [e.done for e in told] == list(range(1, 13))  # three trainings of two steps, six images
    assert {e.total for e in told} == {12}
    assert all(e.seconds_left is not None for e in told)
    assert told[-1].seconds_left == 0


@pytest.mark.usefixtures("lessons")
def test_what_is_right_as_it_is_stays_so_and_can_be_taken_back(store: Store) -> None:
    remove(store, 3)
    run(store)
    worst = store.suspects.undecided()[0]
    verdict = Decision(worst.id, 3, Verdict.REJECTED)
    store.history.apply(Step("Right as it is", (Edit(None, verdict),), 3), person="Ada")
    run(store)
    assert 3 not in {s.image_id for s in store.suspects.undecided()}
    store.history.undo(3, person="Ada")
    assert worst.id in {s.id for s in store.suspects.undecided()}


@pytest.mark.usefixtures("lessons")
def test_stopped_it_keeps_what_whole_parts_have_told(store: Store) -> None:
    for image_id in range(1, 7):
        store.history.apply(
            Step("More", (Edit(None, square(store, store.images.get(image_id), 1)),), image_id),
            person="Ada",
        )
    events: list[Event] = []

    def should_stop() -> bool:
        return any(isinstance(e, Progress) and "Learning without part 2" in e.text for e in events)

    check(store, REQUEST, events.append, should_stop)
    checked = next(e for e in events if isinstance(e, Checked))
    assert len(checked.image_ids) == 2
    assert {s.image_id for s in store.suspects.undecided()} <= set(checked.image_ids)


def test_too_few_images_are_refused(tmp_path: Any) -> None:
    with (
        make_labelled(tmp_path, reviewed=3) as few,
        pytest.raises(RefusedError, match="6 reviewed"),
    ):
        run(few)


def test_images_the_version_did_not_see_are_compared_without_training(
    store: Store, lessons: list[tuple[set[int], set[int]]]
) -> None:
    with pytest.raises(RefusedError, match="no model yet"):
        run(store, Check(folds=0, device="cpu"))
    request = Train("squeezenet1_0", None, 1, "cpu", person="Ada")
    version = jobs.train(store, request, lambda _: None, never)
    assert isinstance(version, ModelVersion)
    learned = {int(key) for key in json.loads(version.receipt)["train"]}
    lessons.clear()
    found = checking.propose(store, Check(folds=0, device="cpu"), lambda _: None, lambda: False)
    assert set(found) == {1, 2, 3, 4, 5, 6} - learned
    assert found
    assert not lessons


def test_outlines_are_compared_with_what_an_expectation_has_proved_to_be_worth(
    store: Store, monkeypatch: pytest.MonkeyPatch
) -> None:
    known = Calibration.of([Pair(1, 0.9, 0.6)] * 200)
    monkeypatch.setattr(Calibrator, "fit", lambda _: known)
    seen: list[float | None] = []

    def look(images: Sequence[Any], _known: object) -> list[Any]:
        seen.extend(p.doubt.mask for one in images for p in one.proposals)
        return []

    monkeypatch.setattr(checking, "find_suspects", look)
    image = store.images.all()[0]
    mask = store.annotations.of_image(image.id)[0].mask
    said = Prediction(0, image.id, 1, 1, 0.9, Box(1, 1, 9, 9), mask, doubt=Belief(mask=0.1))
    checking.judge(store, {image.id: [said]})
    assert seen == [pytest.approx(0.4)]
