"""Store and model together: train, predict, rank, on drawn images."""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path

import numpy as np
import pytest
from PIL import Image as Pillow
from torch import Tensor

from annotator.domain.edits import Edit, Step
from annotator.domain.errors import KnownError, RefusedError
from annotator.domain.model import ImageState, Split
from annotator.learning import jobs, samples
from annotator.learning.difficulty import quality_of
from annotator.learning.protocol import (
    Ending,
    Event,
    Finished,
    Predict,
    Predicted,
    Progress,
    Told,
    Train,
    TrainStep,
)
from annotator.store.store import Store
from models import checkpoint, starting, valuation, zoo
from models import predict as prediction
from models.detections import RawDetections
from models.errors import WeightsUnavailable
from models.mask_rcnn import Network
from models.types import CategorySpec, ImagePrediction
from tests.learning.squares import SIDE, never


def trained(store: Store, steps: int = 2) -> list[Event]:
    events: list[Event] = []
    request = Train("squeezenet1_0", None, steps, "cpu", 0, "Ada")
    jobs.train(store, request, events.append, never)
    return events


def test_nothing_reviewed_is_refused_with_what_to_do(tmp_path: Path) -> None:
    with Store.create(tmp_path / "p") as empty, pytest.raises(RefusedError, match="ten images"):
        jobs.train(empty, Train(weights=None), lambda _: None, never)


def test_predicting_without_a_model_is_refused(store: Store) -> None:
    with pytest.raises(RefusedError, match="no model yet"):
        jobs.predict(store, Predict(), lambda _: None, never)


def test_an_unknown_device_is_refused(store: Store) -> None:
    with pytest.raises(RefusedError, match="device"):
        jobs.train(store, Train(device="abacus"), lambda _: None, never)


def test_a_missing_weights_file_is_an_error_but_missing_hub_weights_are_told(
    store: Store, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    with pytest.raises(KnownError, match=r"nowhere\.pth"):
        jobs.train(
            store, Train("squeezenet1_0", str(tmp_path / "nowhere.pth")), lambda _: None, never
        )

    def offline(_preset: object) -> None:
        raise WeightsUnavailable("Weights could not be fetched: no network.")

    monkeypatch.setattr(zoo, "_fetch", offline)
    monkeypatch.setattr(starting, "starter_of", lambda _preset: None)
    events: list[Event] = []
    jobs.train(store, Train("squeezenet1_0", "hub", 1, "cpu"), events.append, never)
    assert any(isinstance(e, Told) and "Going on without" in e.text for e in events)


def test_without_a_network_a_training_begins_with_the_starter(
    store: Store, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    def offline(_preset: object) -> None:
        raise WeightsUnavailable("Weights could not be fetched: no network.")

    place = tmp_path / "starter.safetensors"
    checkpoint.save(zoo.build("squeezenet1_0", [CategorySpec("ball")], seed=4).half(), place)
    monkeypatch.setattr(zoo, "_fetch", offline)
    for module in (starting, zoo):
        monkeypatch.setattr(module, "starter_of", lambda _preset: place)
    events: list[Event] = []
    jobs.train(store, Train("squeezenet1_0", "hub", 1, "cpu"), events.append, never)
    assert any(isinstance(e, Told) and "with the starter weights" in e.text for e in events)
    version = store.versions.active()
    assert version is not None
    assert json.loads(version.receipt)["weights"] == "starter"


def test_pictures_are_turned_when_objects_lie_in_any_direction(store: Store) -> None:
    request = Train("squeezenet1_0", None, 1, "cpu", turns=True)
    jobs.train(store, request, lambda _: None, never)
    version = store.versions.active()
    assert version is not None
    assert json.loads(version.receipt)["settings"]["augmentation"]["turns"] is True


def test_a_training_becomes_a_version_with_a_receipt_and_pre_labels_the_rest(store: Store) -> None:
    events = trained(store)
    assert [e.step for e in events if isinstance(e, TrainStep)] == [1, 2]
    version = store.versions.active()
    assert version is not None
    assert (version.name, version.train_images, version.held_out_images) == ("v1", 4, 2)
    receipt = json.loads(version.receipt)
    reviewed = {i.id for i in store.images.all() if i.state == ImageState.REVIEWED}
    assert {int(k) for k in receipt["train"] | receipt["held_out"]} == reviewed
    assert receipt["person"] == "Ada"
    assert all(len(objects) == 1 for objects in receipt["train"].values())
    splits = [i.split for i in store.images.all()]
    assert (splits.count(Split.HELD_OUT), splits.count(Split.NONE)) == (2, 2)
    assert set(json.loads(version.metrics)) <= {"box", "mask", "keypoints"}

    events = []
    done = jobs.predict(store, Predict(only_unreviewed=True, device="cpu"), events.append, never)
    assert set(done) == {i.id for i in store.images.all()} - reviewed
    assert isinstance(events[-1], Finished)
    assert {i for e in events if isinstance(e, Predicted) for i in e.image_ids} == set(done)
    assert any(isinstance(e, Progress) and e.done == 2 for e in events)
    for image in store.images.many(done):
        assert image.version_id == version.id
        assert image.uncertainty is not None
        for p in store.predictions.of_image(image.id):
            assert 0 <= p.score <= 1
            assert p.box.x >= 0
            assert p.box.right <= SIDE


def test_held_out_images_stay_held_out_in_the_next_training(store: Store) -> None:
    trained(store, 1)
    first = {i.id for i in store.images.all() if i.split == Split.HELD_OUT}
    trained(store, 1)
    assert {i.id for i in store.images.all() if i.split == Split.HELD_OUT} == first
    assert [v.name for v in store.versions.all()] == ["v2", "v1"]


def test_a_stop_keeps_what_was_learned(store: Store) -> None:
    events: list[Event] = []
    request = Train("squeezenet1_0", None, 50, "cpu", 0)
    asked = lambda: Ending.KEEP if len(events) > 4 else None  # noqa: E731
    version = jobs.train(store, request, events.append, asked)
    assert version is not None
    assert 0 < json.loads(version.receipt)["steps"] < 50


def test_stopping_a_prediction_keeps_the_images_done(store: Store) -> None:
    trained(store, 1)
    done = jobs.predict(store, Predict(device="cpu"), lambda _: None, lambda: True)
    assert len(done) == 1
    assert sum(i.version_id is not None for i in store.images.all()) == 1


def test_an_unreadable_image_is_told_and_left_out(store: Store) -> None:
    trained(store, 1)
    image = store.images.all()[7]
    store.images.path(image).write_bytes(b"not an image")
    events: list[Event] = []
    done = jobs.predict(store, Predict(device="cpu"), events.append, never)
    assert image.id not in done
    assert len(done) == 7
    assert any(isinstance(e, Told) and "7.png" in e.text for e in events)


def test_files_are_read_reduced_and_no_larger_than_the_network_looks(
    store: Store, monkeypatch: pytest.MonkeyPatch
) -> None:
    trained(store, 1)
    asked: list[int | None] = []
    read = samples.read_pixels

    def spy(path: Path, *, short_side: int | None = None, is_raw: bool = False) -> object:
        asked.append(short_side)
        return read(path, short_side=short_side, is_raw=is_raw)

    monkeypatch.setattr(samples, "read_pixels", spy)
    jobs.predict(store, Predict(device="cpu"), lambda _: None, never)
    assert asked == [96] * (8 + 2)  # two are not reviewed, and seen mirrored too


def test_an_image_whose_size_nobody_read_yet_is_predicted_too(store: Store) -> None:
    trained(store, 1)
    image = store.images.all()[7]
    store.images.set_size(image.id, width=0, height=0)
    done = jobs.predict(store, Predict((image.id,), device="cpu"), lambda _: None, never)
    assert done == [image.id]


def test_an_unreadable_image_of_unknown_size_is_told_and_left_out(store: Store) -> None:
    trained(store, 1)
    image = store.images.all()[7]
    store.images.set_size(image.id, width=0, height=0)
    store.images.path(image).write_bytes(b"not an image")
    events: list[Event] = []
    assert jobs.predict(store, Predict((image.id,), device="cpu"), events.append, never) == []
    assert any(isinstance(e, Told) and "7.png" in e.text for e in events)
    assert store.images.all()[7].flag.startswith("Unreadable")


def test_tiles_are_looked_at_when_they_are_asked_for(
    store: Store, monkeypatch: pytest.MonkeyPatch
) -> None:
    trained(store, 1)
    large = store.images.path(store.images.all()[7])
    Pillow.fromarray(np.zeros((400, 400, 3), np.uint8)).save(large)
    store.images.set_size(store.images.all()[7].id, width=400, height=400)
    looks: list[int] = []
    detect = Network.detect

    def spy(self: Network, images: list[Tensor], **more: float) -> list[RawDetections]:
        looks.append(len(images))
        return detect(self, images, **more)

    monkeypatch.setattr(Network, "detect", spy)
    wanted = (store.images.all()[7].id,)
    jobs.predict(store, Predict(wanted, device="cpu"), lambda _: None, never)
    assert sum(looks) == 1
    jobs.predict(store, Predict(wanted, device="cpu", tiles=True), lambda _: None, never)
    assert sum(looks) == 1 + 1 + 16


def test_a_lack_of_memory_is_told_as_something_to_act_on(
    store: Store, monkeypatch: pytest.MonkeyPatch
) -> None:
    trained(store, 1)

    def cramped(*_given: object, **_more: object) -> None:
        raise MemoryError

    monkeypatch.setattr(Network, "detect", cramped)
    with pytest.raises(KnownError, match="close other programs"):
        jobs.predict(store, Predict(device="cpu"), lambda _: None, never)


def test_what_is_stored_gives_all_that_ranking_needs(
    store: Store, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The queue is ordered from what is stored: no other pass, no network, no image file."""
    trained(store, 3)
    looks: list[int] = []
    seen: list[ImagePrediction] = []
    detect, predict = Network.detect, prediction.predict

    def look(self: Network, images: list[Tensor], **more: float) -> list[RawDetections]:
        looks.append(len(images))
        return detect(self, images, **more)

    def remember(*given: object, **more: object) -> Iterator[ImagePrediction]:
        for one in predict(*given, **more):
            seen.append(one)
            yield one

    monkeypatch.setattr(Network, "detect", look)
    monkeypatch.setattr(prediction, "predict", remember)
    jobs.predict(store, Predict(device="cpu"), lambda _: None, never)
    assert looks == [1] * (8 + 2)  # mirrored, those not reviewed
    stored = {i.id: i.uncertainty for i in store.images.all()}

    def refuse(*_given: object, **_more: object) -> None:
        raise AssertionError("ranking asked for more than is stored")

    for owner, name in ((Network, "__init__"), (Network, "detect"), (samples, "read_pixels")):
        monkeypatch.setattr(owner, name, refuse)
    store.images.set_ranks(dict.fromkeys(stored, (None, "")))
    jobs.rank(store)
    assert {i.id: i.uncertainty for i in store.images.all()} == pytest.approx(stored)
    images = store.images.all()
    held = [i.id for i in images if i.split == Split.HELD_OUT]
    said = store.predictions.of_images(held)
    quality = quality_of(store, held, said, {c.id: c.id for c in store.categories.all()})
    fresh = {one.key: one.doubt for one in valuation.valued(seen[:8], quality=quality)}
    assert any(one.detections for one in seen)
    assert stored == pytest.approx(fresh)


def test_a_broken_checkpoint_is_reported_by_its_version(store: Store) -> None:
    trained(store, 1)
    version = store.versions.active()
    assert version is not None
    (store.checkpoints / version.checkpoint).write_bytes(b"broken")
    jobs._loaded.key = None
    with pytest.raises(KnownError, match="v1 cannot be used"):
        jobs.predict(store, Predict(device="cpu"), lambda _: None, never)


def test_a_deleted_category_is_no_longer_predicted(store: Store) -> None:
    trained(store, 1)
    category = store.categories.get(1)
    objects = [
        a
        for row in store.annotations.of_images([i.id for i in store.images.all()]).values()
        for a in row
    ]
    edits = (*(Edit(a, None) for a in objects), Edit(category, None))
    store.history.apply(Step("Delete category", edits), person="Ada")
    jobs.predict(store, Predict(device="cpu"), lambda _: None, never)
    assert all(store.predictions.of_image(i.id) == () for i in store.images.all())
