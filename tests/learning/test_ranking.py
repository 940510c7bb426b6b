"""The queue as it is made of what is stored: order, reasons, flags, outlook."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest

from annotator.domain.calibration import Calibration, Pair
from annotator.domain.model import Box, Doubt, ImageState, ModelVersion, Prediction, ScoredJoint
from annotator.domain.queueing import Appearance, Reason
from annotator.learning import jobs
from annotator.learning.difficulty import quality_of
from annotator.learning.protocol import Predict, Train
from annotator.learning.ranking import rank
from annotator.services.calibrating import Calibrator
from annotator.store.store import Store
from tests.learning.squares import make_labelled, never

SURE, TORN = Doubt(0.05, 0.02, 0.05, (0.1, 0.1)), Doubt(0.9, 0.4, 0.2, (0.1, 0.3), "left")
WRIST = Doubt(0.05, 0.02, 0.05, (0.1, 0.95))


@pytest.fixture
def store(tmp_path: Path):  # type: ignore[no-untyped-def]
    """Twelve images, two of them reviewed, all predicted by one version."""
    with make_labelled(tmp_path, count=12, reviewed=2) as made:
        made.versions.add(ModelVersion(0, "v1", "squeezenet1_0", "v1.safetensors", is_active=True))
        yield made


def told(store: Store, image_id: int, *doubts: Doubt, score: float = 0.8) -> list[int]:
    joints = (ScoredJoint(1, 1, 0.9), ScoredJoint(2, 2, 0.9))
    said = [
        Prediction(0, image_id, 1, 1, score, Box(5, 5, 40, 40), None, joints, d) for d in doubts
    ]
    return list(store.predictions.write(1, image_id, said))


def test_an_empty_project_has_an_empty_queue(tmp_path: Path) -> None:
    with Store.create(tmp_path / "empty") as empty:
        assert rank(empty) == []
        assert empty.queue.outlook is None


def test_the_queue_holds_what_is_not_reviewed_once_with_places(store: Store) -> None:
    images = store.images.all()
    for image in images:
        told(store, image.id, SURE)
    ranked = rank(store)
    assert sorted(r.image_id for r in ranked) == [i.id for i in images]
    waiting = [i for i in store.images.all() if i.state != ImageState.REVIEWED]
    assert sorted(i.place for i in waiting) == list(range(10))
    assert {i.place for i in store.images.all() if i.state == ImageState.REVIEWED} == {None}
    first = min(waiting, key=lambda i: i.place)
    assert ranked[0].image_id == first.id
    outlook = store.queue.outlook
    assert outlook is not None
    assert (outlook.images, outlook.iou) == (10, pytest.approx(0.95))
    assert outlook.is_mostly_checking
    assert outlook.seconds > 10 * 7.8


def test_reasons_say_which_object_which_joint_and_which_side(store: Store) -> None:
    images = store.images.all()
    for image in images:
        told(store, image.id, SURE, SURE)
    torn = images[5].id
    _, of_object = told(store, torn, SURE, TORN)
    (of_wrist,) = told(store, images[6].id, WRIST)
    told(store, images[7].id)
    rank(store)
    (why,) = [r for r in store.queue.reasons_of(torn) if r.prediction_id == of_object]
    assert why in (
        Reason("square 0.80: may not be one", "category", of_object),
        Reason("square 0.80: left edge unsure", "box", of_object, None, "left"),
    )
    assert store.queue.reasons_of(images[6].id) == (
        Reason("square 0.80: right top unsure", "joint", of_wrist, 1),
    )
    assert store.queue.reasons_of(images[7].id) == (
        Reason("the model found nothing here", "empty"),
    )
    flagged = {i.id: i.flag for i in store.images.all() if i.flag}
    assert len(flagged) == 1
    (flag,) = flagged.values()
    assert "square 0.80" in flag or "found nothing" in flag


def test_what_the_mirrored_image_does_not_show_is_told(store: Store) -> None:
    images = store.images.all()
    for image in images:
        (key,) = told(store, image.id, SURE)
        scene = np.full(4, image.id, np.float16)
        lost = (key,) if image.id == images[4].id else ()
        store.queue.set_appearance(
            Appearance(image.id, 1, scene, key, np.ones((1, 3), np.float16), lost)
        )
    rank(store)
    (why,) = store.queue.reasons_of(images[4].id)
    assert (why.part, why.text) == ("unconfirmed", "square 0.80: not found in the mirrored image")


def test_near_duplicates_do_not_follow_each_other(store: Store) -> None:
    images = store.images.all()
    draws = np.random.default_rng(0).normal(size=(6, 8))
    for n, image in enumerate(images):
        told(store, image.id, SURE)
        store.queue.set_appearance(Appearance(image.id, 1, draws[n % 6].astype(np.float16)))
    found = [r.image_id for r in rank(store)][:4]  # 0 and 1 are labelled: 6 and 7 are like them
    kinds = [[i.id for i in images].index(key) % 6 for key in found]
    assert sorted(kinds) == [2, 3, 4, 5]


def test_a_deleted_category_and_looks_of_another_version_do_not_disturb(store: Store) -> None:
    for image in store.images.all():
        told(store, image.id, SURE)
        store.queue.set_appearance(Appearance(image.id, 9, np.ones(4, np.float16)))
    assert len(rank(store)) == 12


def test_how_good_the_model_is_at_a_category_comes_from_held_out_images(store: Store) -> None:
    first = store.images.all()[0]
    (square,) = store.annotations.of_image(first.id)
    right = Prediction(1, first.id, 1, 1, 1.0, square.box)
    wrong = Prediction(2, first.id, 1, 1, 1.0, Box(0, 0, 4, 4))
    faint = Prediction(3, first.id, 1, 1, 0.1, Box(0, 0, 4, 4))
    said = {first.id: [right] * 4 + [wrong, faint]}
    assert quality_of(store, [first.id], said, {1: 1}) == {1: pytest.approx(0.8)}
    assert quality_of(store, [first.id], {first.id: [right]}, {1: 1}) == {}
    assert quality_of(store, [], {}, {1: 1}) == {}


def test_predicting_all_gives_looks_and_a_second_look(store: Store, tmp_path: Path) -> None:
    jobs.train(store, Train("squeezenet1_0", None, 1, "cpu", 0, "Ada"), lambda _: None, never)
    version = store.versions.active()
    assert version is not None
    jobs.predict(store, Predict(only_unreviewed=True, device="cpu"), lambda _: None, never)
    seen = store.queue.appearances(version.id)
    assert set(seen) == {i.id for i in store.images.all()}  # labelled ones too, to keep away from
    for image in store.images.all():
        found = store.predictions.of_image(image.id)
        if image.state == ImageState.REVIEWED:
            continue
        assert image.place is not None
        assert len(seen[image.id].traits) == len(found)
        if found:
            assert seen[image.id].unconfirmed is not None
            assert all(seen[image.id].traits_of(p.id) is not None for p in found)
    one = store.images.all()[5].id
    jobs.predict(store, Predict((one,), device="cpu"), lambda _: None, never)
    assert store.queue.appearances(version.id)[one].unconfirmed is None


def test_the_outlook_believes_masks_as_far_as_they_have_proved_true(
    store: Store, monkeypatch: pytest.MonkeyPatch
) -> None:
    for image in store.images.all():
        told(store, image.id, SURE)
    known = Calibration.of([Pair(1, 0.95, 0.7)] * 200)
    monkeypatch.setattr(Calibrator, "fit", lambda _: known)
    rank(store)
    outlook = store.queue.outlook
    assert outlook is not None
    assert outlook.iou == pytest.approx(0.7)
    assert not outlook.is_mostly_checking
