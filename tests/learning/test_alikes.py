"""Look-alikes: what the learner answers, on drawn squares."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace

import pytest

from annotator.domain.edits import Edit, Step
from annotator.domain.model import Category
from annotator.learning import assistance, jobs
from annotator.learning.alikes import find_alike
from annotator.learning.assist_messages import FindAlike, FoundAlike, LookAlike
from annotator.learning.protocol import Train, decode, encode
from annotator.store.store import Store
from models import alike
from models.assist import Gaze
from tests.learning.squares import never

BOX = (20.0, 24.0, 40.0, 46.0)
"""Of the square on the first image."""


@pytest.fixture(autouse=True)
def _nothing_held(monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    """A network of one step is sure of nothing: all it finds is told."""
    monkeypatch.setattr(alike, "KNOWN", alike.Line(0.0, 0.0))
    monkeypatch.setattr(alike, "PLAIN", alike.Line(0.0, 0.0))
    monkeypatch.setattr(alike, "MOST", 3)
    yield
    assistance._held.network = None
    assistance._held.gazes.clear()
    assistance._held.examples.clear()


@pytest.fixture
def trained(store: Store) -> Store:
    request = Train("squeezenet1_0", None, 1, "cpu", 0, "Ada")
    jobs.train(store, request, lambda _: None, never)
    return store


def ask(store: Store, request: FindAlike) -> list[FoundAlike]:
    told: list[FoundAlike] = []
    find_alike(store, replace(request, device="cpu"), told.append)
    return told


def test_boxes_come_first_then_the_same_with_masks_and_nothing_is_stored(trained: Store) -> None:
    image = trained.images.all()[0]
    before = trained.annotations.of_image(image.id)
    first, last = ask(trained, FindAlike(7, image.id, 1, ((image.id, BOX),), (BOX,)))
    assert (first.number, first.is_final, first.version) == (7, False, "v1")
    assert (last.number, last.is_final, last.text) == (7, True, "")
    assert [one.box for one in first.found] == [one.box for one in last.found]
    assert all(not one.outlines for one in first.found)
    assert all(one.outlines and len(one.joints) == 2 for one in last.found)
    assert 0 < len(last.found) <= 3
    assert trained.annotations.of_image(image.id) == before
    assert not trained.predictions.of_image(image.id)


def test_a_category_the_model_never_saw_gets_masks_and_no_joints(trained: Store) -> None:
    ball = Category(2, "ball", joints=("top", "bottom"))
    trained.history.apply(Step("Create", (Edit(None, ball),)), person="Ada")
    image = trained.images.all()[0]
    *_, last = ask(trained, FindAlike(1, image.id, 2, ((image.id, BOX),)))
    assert last.found
    assert all(one.outlines and one.joints == () for one in last.found)


def test_an_example_of_another_image_is_looked_at_once(
    trained: Store, monkeypatch: pytest.MonkeyPatch
) -> None:
    looked: list[int] = []
    plain = Gaze.__init__

    def counted(self: Gaze, network: object, sample: object) -> None:
        looked.append(sample.key)  # type: ignore[attr-defined]
        plain(self, network, sample)  # type: ignore[arg-type]

    monkeypatch.setattr(Gaze, "__init__", counted)
    images = trained.images.all()
    for image in images[1:6]:
        *_, last = ask(trained, FindAlike(1, image.id, 1, ((images[0].id, BOX),)))
        assert last.text == ""
    assert looked == [image.id for image in images[:6]]


def test_an_example_that_cannot_be_read_is_left_out_and_without_any_the_answer_says_why(
    trained: Store,
) -> None:
    images = trained.images.all()
    trained.images.path(images[1]).write_bytes(b"no image")
    places = ((images[1].id, BOX), (images[0].id, BOX))
    *_, last = ask(trained, FindAlike(1, images[2].id, 1, places))
    assert (last.text, bool(last.found)) == ("", True)
    (answer,) = ask(trained, FindAlike(2, images[2].id, 1, places[:1]))
    assert "not an image" in answer.text
    (answer,) = ask(trained, FindAlike(3, images[2].id, 1, ()))
    assert answer.text == "There is no object to go by."
    (answer,) = ask(trained, FindAlike(4, images[1].id, 1, places[1:]))
    assert "not an image" in answer.text
    (answer,) = ask(trained, FindAlike(5, images[2].id, 1, places[1:], version_id=99))
    assert "no model version 99" in answer.text


def test_where_nothing_is_alike_the_answer_is_empty(
    trained: Store, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(alike, "KNOWN", alike.Line(1.1, 0.0))
    monkeypatch.setattr(alike, "PLAIN", alike.Line(1.1, 0.0))
    image = trained.images.all()[0]
    (answer,) = ask(trained, FindAlike(1, image.id, 1, ((image.id, BOX),)))
    assert (answer.found, answer.is_final, answer.text) == ((), True, "")


def test_question_and_answer_come_through_the_wire_as_they_were() -> None:
    question = FindAlike(3, 2**40, 1, ((5, BOX), (6, BOX)), (BOX,), 4, "cpu")
    assert decode(encode(question)) == question
    ring = (1.0, 2.0, 3.0, 2.0, 3.0, 4.0)
    found = LookAlike(BOX, 0.75, ((ring, ring),), ((1.0, 2.0, 0.5),), 0.8)
    answer = FoundAlike(3, (found, LookAlike(BOX, 0.5)), False, "v1")
    again = decode(encode(answer))
    assert again == answer
    assert isinstance(again, FoundAlike)
    assert again.found[0].likeness == 0.75
