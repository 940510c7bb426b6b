"""One object a person points at: what the learner answers, on drawn squares."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest
import shapely

from annotator.domain.edits import Edit, Step
from annotator.domain.model import Category
from annotator.learning import assistance, jobs
from annotator.learning.assist_messages import Assist, Assisted, mask_of
from annotator.learning.protocol import Event, Predict, Train
from annotator.store.store import Store
from models.assist import Gaze
from models.mask_rcnn import Network
from tests.learning.squares import never

BOX = (20.0, 24.0, 40.0, 46.0)
"""Of the square on the first image."""


@pytest.fixture(autouse=True)
def _nothing_held() -> Iterator[None]:
    yield
    assistance._held.network = None
    assistance._held.gazes.clear()


@pytest.fixture
def trained(store: Store) -> Store:
    request = Train("squeezenet1_0", None, 1, "cpu", 0, "Ada")
    jobs.train(store, request, lambda _: None, never)
    return store


def ask(store: Store, request: Assist) -> list[Assisted]:
    told: list[Assisted] = []
    assistance.assist(store, replace(request, device="cpu"), told.append)
    return told


def iou(answer: Assisted, box: tuple[float, float, float, float]) -> float:
    mask = mask_of(answer.outlines)
    assert mask is not None
    shape = shapely.unary_union(
        [shapely.Polygon([*zip(p.outer[::2], p.outer[1::2], strict=True)]) for p in mask.parts]
    )
    wanted = shapely.box(box[0], box[1], box[0] + box[2], box[1] + box[3])
    return float(shape.intersection(wanted).area / shape.union(wanted).area)


def test_a_box_is_answered_with_mask_and_joints_and_nothing_is_stored(trained: Store) -> None:
    image = trained.images.all()[0]
    before = trained.annotations.of_image(image.id)
    (answer,) = ask(trained, Assist(7, image.id, BOX, 1))
    assert (answer.number, answer.version, answer.text) == (7, "v1", "")
    assert iou(answer, BOX) > 0.7
    assert len(answer.joints) == 2
    assert 0 <= answer.sure <= 1
    assert trained.annotations.of_image(image.id) == before
    assert not trained.predictions.of_image(image.id)


def test_a_category_the_model_never_saw_gets_a_mask_and_no_joints(trained: Store) -> None:
    ball = Category(2, "ball", joints=("top", "bottom"))
    trained.history.apply(Step("Create", (Edit(None, ball),)), person="Ada")
    (answer,) = ask(trained, Assist(1, trained.images.all()[0].id, BOX, 2))
    assert iou(answer, BOX) > 0.7
    assert answer.joints == ()


def test_joints_come_in_the_order_the_category_has_now(trained: Store) -> None:
    image = trained.images.all()[0]
    (before,) = ask(trained, Assist(1, image.id, BOX, 1))
    (category,) = trained.categories.all()
    after = replace(category, joints=category.joints[::-1])
    trained.history.apply(Step("Change", (Edit(category, after),)), person="Ada")
    (turned,) = ask(trained, Assist(2, image.id, BOX, 1))
    assert turned.joints == before.joints[::-1]


def test_clicks_correct_a_mask(trained: Store) -> None:
    image = trained.images.all()[0]
    corner = (62.0, 72.0, True)
    (answer,) = ask(trained, Assist(1, image.id, (20.0, 24.0, 60.0, 60.0), 1, (corner,)))
    mask = mask_of(answer.outlines)
    assert mask is not None
    assert answer.joints == ()


def test_an_image_is_looked_at_once_and_only_a_few_are_kept(
    trained: Store, monkeypatch: pytest.MonkeyPatch
) -> None:
    looked: list[int] = []
    plain = Gaze.__init__

    def counted(self: Gaze, network: Network, sample: object) -> None:
        looked.append(sample.key)  # type: ignore[attr-defined]
        plain(self, network, sample)  # type: ignore[arg-type]

    monkeypatch.setattr(Gaze, "__init__", counted)
    images = trained.images.all()
    assert ask(trained, Assist(1, images[0].id)) == []
    assert len(ask(trained, Assist(2, images[0].id, BOX, 1))) == 1
    assert looked == [images[0].id]
    for image in images[:5]:
        ask(trained, Assist(3, image.id))
    assert len(assistance._held.gazes) == 3
    ask(trained, Assist(4, images[4].id, BOX, 1))
    assert looked == [image.id for image in images[:5]]


def test_another_version_looks_anew(trained: Store) -> None:
    image = trained.images.all()[0]
    ask(trained, Assist(1, image.id))
    jobs.train(trained, Train("squeezenet1_0", None, 1, "cpu", 1, "Ada"), lambda _: None, never)
    second = max(v.id for v in trained.versions.all())
    (answer,) = ask(trained, Assist(2, image.id, BOX, 1, version_id=second))
    assert answer.version == "v2"


def test_without_a_model_or_an_image_the_answer_says_why(store: Store, trained: Store) -> None:
    (answer,) = ask(trained, Assist(1, 999, BOX, 1))
    assert "not part of the project" in answer.text
    (answer,) = ask(trained, Assist(2, store.images.all()[0].id, BOX, 1, version_id=99))
    assert "no model version 99" in answer.text
    assert ask(trained, Assist(3, 999)) == []
    image = trained.images.all()[1]
    trained.images.path(image).write_bytes(b"no image")
    (answer,) = ask(trained, Assist(4, image.id, BOX, 1))
    assert "not an image" in answer.text


def test_before_there_is_a_model_the_starter_answers(store: Store) -> None:
    (answer,) = ask(store, Assist(1, store.images.all()[0].id, BOX, 1))
    assert (answer.text, answer.version, answer.joints) == ("", "the starter", ())
    assert answer.outlines
    assert 0 <= answer.sure <= 1
    click = (30.0, 40.0, True)
    (corrected,) = ask(store, Assist(2, store.images.all()[0].id, BOX, 1, (click,)))
    assert (corrected.text, corrected.version) == ("", "the starter")
    assert store.versions.all(even_deleted=True) == []  # the window writes down that it helped


def test_a_damaged_starter_says_what_to_do(
    store: Store, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    damaged = tmp_path / "starter.safetensors"
    monkeypatch.setattr("models.starting.starter_of", lambda _: damaged)
    monkeypatch.setattr("annotator.learning.jobs._loaded", jobs._Loaded())
    (answer,) = ask(store, Assist(1, store.images.all()[0].id, BOX, 1))
    assert answer.text.startswith("The starter cannot be used")
    assert "Install the program again" in answer.text


def test_without_the_starter_it_says_what_to_do(
    store: Store, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("models.starting.starter_of", lambda _: None)
    monkeypatch.setattr("annotator.learning.jobs._loaded", jobs._Loaded())
    (answer,) = ask(store, Assist(1, store.images.all()[0].id, BOX, 1))
    assert answer.text == "The starter is missing. Install the program again."


def test_predicting_everything_lets_questions_in_between(trained: Store) -> None:
    image = trained.images.all()[0]
    told: list[Event] = []
    asked: list[int] = []

    def pause() -> None:
        asked.append(len(told))
        assistance.assist(trained, Assist(len(asked), image.id, BOX, 1, device="cpu"), told.append)

    done = jobs.predict(trained, Predict(device="cpu"), told.append, lambda: False, pause=pause)
    assert len(done) == len(asked) == 8
    answers = [e for e in told if isinstance(e, Assisted)]
    assert len(answers) == 8
    assert all(iou(one, BOX) > 0.7 for one in answers)
