"""Two versions on the same held-out images."""

from __future__ import annotations

import json
from collections.abc import Iterator
from dataclasses import replace

import numpy as np
import pytest

from annotator.domain.edits import Edit, Step
from annotator.domain.errors import RefusedError, UnreadableFileError
from annotator.domain.model import Category, ModelVersion, Split
from annotator.learning import comparison, jobs
from annotator.learning.comparison import compare
from annotator.learning.protocol import Compare, Compared, Event, Finished, Progress, Train
from annotator.store.store import Store
from models import evaluate
from models.types import Detection, Doubt, ImagePrediction, Region, Sample
from tests.learning.squares import never

ONE_STEP = Train("squeezenet1_0", None, 1, "cpu", person="Ada")


@pytest.fixture
def pair(store: Store) -> tuple[ModelVersion, ModelVersion]:
    made = [jobs.train(store, replace(ONE_STEP, seed=n), lambda _: None, never) for n in range(2)]
    first, second = made
    assert first is not None
    assert second is not None
    return first, second


def finding(sample: Sample, shift: float) -> ImagePrediction:
    """The labelled squares, moved."""
    found = []
    for item in sample.objects:
        assert item.box is not None
        assert item.joints is not None
        x0, y0, x1, y1 = item.box
        box = (x0 + shift, y0, x1 + shift, y1)
        ring = (box[0], y0, box[2], y0, box[2], y1, box[0], y1)
        joints = item.joints + np.array([shift, 0, 0], np.float32)
        doubt = Doubt(0.1, 0.1, None, ())
        found.append(Detection(item.label, 0.9, box, (Region(ring),), joints, doubt))
    return ImagePrediction(sample.key, tuple(found))


@pytest.fixture
def shifts(monkeypatch: pytest.MonkeyPatch) -> list[float]:
    """Networks that find every square, so far beside; the first is asked first."""
    asked: list[float] = []

    def predict(_network: object, samples: list[Sample]) -> Iterator[ImagePrediction]:
        shift = asked.pop(0)
        for sample in samples:
            yield finding(sample, shift if sample is samples[0] else 0.0)

    monkeypatch.setattr(evaluate, "predict", predict)
    return asked


def test_both_are_tested_on_the_same_images(
    store: Store, pair: tuple[ModelVersion, ModelVersion], shifts: list[float]
) -> None:
    first, second = pair
    shifts += [30.0, 0.0]
    told: list[Event] = []
    result = compare(store, Compare(first.id, second.id, "cpu"), told.append, lambda: False)

    assert result is not None
    assert Compared(first.id, second.id, result) in told
    assert isinstance(told[-1], Finished)
    assert [e.done for e in told if isinstance(e, Progress)] == [1, 2, 3, 4]
    assert json.loads(json.dumps(result)) == result
    assert (result["images"], result["reviewed"], result["left_out"]) == (2, 6, 0)
    assert result["second"]["box"]["AP"] == pytest.approx(1)
    assert result["first"]["box"]["AP50"] < 0.9
    assert set(result["first"]) == {"box", "mask", "keypoints"}
    (row,) = result["categories"]
    assert (row["name"], row["objects"]) == ("square", 2)
    assert row["second"]["mask"]["AP50"] == pytest.approx(1)
    held_out = [i.id for i in store.images.all() if i.split == Split.HELD_OUT]
    (image,) = result["differing"]
    assert image["image_id"] == held_out[0]
    assert image["first"] < image["second"]


def test_a_category_that_only_one_knows_does_not_count(
    store: Store, pair: tuple[ModelVersion, ModelVersion]
) -> None:
    store.history.apply(Step("Create", (Edit(None, Category(7, "moon")),)), person="Ada")
    later = jobs.train(store, ONE_STEP, lambda _: None, never)
    assert later is not None
    result = compare(store, Compare(pair[0].id, later.id, "cpu"), lambda _: None, lambda: False)
    assert result is not None
    assert [row["name"] for row in result["categories"]] == ["square"]


def test_joints_that_were_changed_since_are_left_out(
    store: Store, pair: tuple[ModelVersion, ModelVersion], shifts: list[float]
) -> None:
    category = store.categories.get(1)
    more = replace(category, joints=("left_top", "right_top", "middle"))
    store.history.apply(Step("Change", (Edit(category, more),)), person="Ada")
    shifts += [0.0, 0.0]
    request = Compare(pair[0].id, pair[1].id, "cpu")
    result = compare(store, request, lambda _: None, lambda: False)
    assert result is not None
    assert "keypoints" not in result["first"]
    assert result["first"]["box"]["AP"] == pytest.approx(1)


def test_joints_in_another_order_are_put_right(
    store: Store, pair: tuple[ModelVersion, ModelVersion], monkeypatch: pytest.MonkeyPatch
) -> None:
    category = store.categories.get(1)
    turned = replace(category, joints=tuple(reversed(category.joints)))
    edits = [Edit(category, turned)]
    for row in store.annotations.of_images([i.id for i in store.images.all()]).values():
        edits += [Edit(a, replace(a, keypoints=tuple(reversed(a.keypoints)))) for a in row]
    store.history.apply(Step("Turn the joints", tuple(edits)), person="Ada")

    def predict(_network: object, samples: list[Sample]) -> Iterator[ImagePrediction]:
        for sample in samples:
            found = finding(sample, 0.0)
            told = [replace(d, joints=d.joints[::-1]) for d in found.detections]  # type: ignore[index]
            yield ImagePrediction(sample.key, tuple(told))

    monkeypatch.setattr(evaluate, "predict", predict)
    request = Compare(pair[0].id, pair[1].id, "cpu")
    result = compare(store, request, lambda _: None, lambda: False)
    assert result is not None
    assert result["first"]["keypoints"]["AP"] == pytest.approx(1)


def test_an_image_one_of_them_learned_from_is_left_out(
    store: Store, pair: tuple[ModelVersion, ModelVersion]
) -> None:
    learned = int(next(iter(json.loads(pair[0].receipt)["train"])))
    store.images.set_split({learned: Split.HELD_OUT})
    request = Compare(pair[0].id, pair[1].id, "cpu")
    result = compare(store, request, lambda _: None, lambda: False)
    assert result is not None
    assert (result["images"], result["left_out"]) == (2, 1)


def test_it_can_be_stopped(store: Store, pair: tuple[ModelVersion, ModelVersion]) -> None:
    told: list[Event] = []
    request = Compare(pair[0].id, pair[1].id, "cpu")
    assert compare(store, request, told.append, lambda: True) is None
    assert told[-1] == Finished("compare", "The comparison was stopped.")


def test_what_cannot_be_compared_is_refused(
    store: Store, pair: tuple[ModelVersion, ModelVersion]
) -> None:
    def refused(first: int, second: int) -> None:
        compare(store, Compare(first, second, "cpu"), lambda _: None, lambda: False)

    with pytest.raises(RefusedError, match="no model version"):
        refused(pair[0].id, 99)
    (store.checkpoints / pair[0].checkpoint).write_bytes(b"")
    with pytest.raises(UnreadableFileError, match="v1 cannot be used"):
        refused(pair[0].id, pair[1].id)
    store.images.set_split({i.id: Split.TRAIN for i in store.images.all()})
    with pytest.raises(RefusedError, match="no held-out image"):
        refused(pair[1].id, pair[1].id)


def test_no_more_than_a_dozen_images_are_listed(
    store: Store, pair: tuple[ModelVersion, ModelVersion], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(comparison, "MOST_DIFFERING", 0)
    request = Compare(pair[0].id, pair[1].id, "cpu")
    result = compare(store, request, lambda _: None, lambda: False)
    assert result is not None
    assert result["differing"] == []
