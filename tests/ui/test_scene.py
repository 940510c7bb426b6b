"""What is on the image in view, as values."""

from __future__ import annotations

from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from annotator.domain.edits import Edit
from annotator.domain.geometry import box_iou
from annotator.domain.lines import Line
from annotator.domain.model import Annotation, Box, Decision, Prediction, Verdict
from annotator.domain.proposing import CONFIRMED_IOU, unconfirmed
from annotator.ui.scene import Scene

boxes = st.builds(Box, *[st.integers(0, 30).map(float)] * 2, *[st.integers(1, 30).map(float)] * 2)


def own(key: int, box: Box | None, category: int = 1, ordinal: int = 0) -> Annotation:
    return Annotation(key, 5, category, box=box, ordinal=ordinal)


def proposed(key: int, box: Box, category: int = 1) -> Prediction:
    return Prediction(key, 5, category, 1, 0.9, box)


@pytest.fixture
def scene() -> Scene:
    made = Scene()
    made.image_id = 5
    return made


def test_edits_on_other_images_are_left_out(scene: Scene) -> None:
    elsewhere = replace(own(1, None), image_id=6)
    assert not scene.take([Edit(None, elsewhere)])
    assert scene.annotations == ()


def test_a_scene_without_an_image_takes_nothing() -> None:
    assert not Scene().take([Edit(None, own(1, None))])


def test_objects_come_by_ordinal_then_id(scene: Scene) -> None:
    values = [own(3, None), own(2, None, ordinal=1), own(1, None)]
    assert scene.take([Edit(None, v) for v in values])
    assert [a.id for a in scene.annotations] == [1, 3, 2]
    scene.take([Edit(values[0], None)])
    assert [a.id for a in scene.annotations] == [1, 2]
    assert scene.annotation(3) is None


def test_a_decision_hides_its_prediction_and_undo_shows_it(scene: Scene) -> None:
    one = proposed(8, Box(0, 0, 9, 9))
    scene._predictions = (one,)
    verdict = Edit(None, Decision(8, 5, Verdict.REJECTED))
    assert scene.shown(Line(0.5), ()) == (one,)
    scene.take([verdict])
    assert scene.shown(Line(0.5), ()) == ()
    assert scene.prediction(8) is None
    scene.take([verdict.inverse()])
    assert scene.shown(Line(0.5), ()) == (one,)
    assert scene.prediction(8) == one


def test_threshold_and_hidden_categories_choose_what_is_shown(scene: Scene) -> None:
    one, other = proposed(1, Box(0, 0, 9, 9)), proposed(2, Box(0, 0, 9, 9), category=2)
    scene._predictions = (one, other)
    assert scene.shown(Line(0.9), ()) == (one, other)
    assert scene.shown(Line(0.91), ()) == ()
    assert scene.shown(Line(0.5), {2}) == (one,)
    assert scene.shown(Line(0.5, {2: 0.95}), ()) == (one,)
    assert scene.shown(Line(0.95, {2: 0.5}), ()) == (other,)


@given(
    st.lists(st.tuples(boxes, st.integers(1, 2)), max_size=5),
    st.lists(st.tuples(st.one_of(st.none(), boxes), st.integers(1, 2)), max_size=5),
)
def test_confirmed_is_what_an_own_object_of_the_category_overlaps_by_half(
    predicted: list[tuple[Box, int]], drawn: list[tuple[Box | None, int]]
) -> None:
    waiting = [proposed(n, box, category) for n, (box, category) in enumerate(predicted)]
    objects = [own(n, box, category) for n, (box, category) in enumerate(drawn)]
    assert unconfirmed(waiting, objects) == tuple(
        p
        for p in waiting
        if not any(
            a.box is not None
            and a.category_id == p.category_id
            and box_iou(a.box, p.box) >= CONFIRMED_IOU
            for a in objects
        )
    )
