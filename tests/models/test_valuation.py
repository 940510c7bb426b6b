"""What a look at an image is worth, and why."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from models.annotator_cost import LOOK_S, predicted_seconds
from models.types import Detection, Doubt, ImagePrediction
from models.valuation import Reason, difficulty, valued


def found(label=2, score=0.9, classification=0.1, box=0.1, mask=None, joints=(), traits=None):
    points = np.zeros((2, 3), np.float32) if joints else None
    doubt = Doubt(classification, box, mask, joints)
    look = None if traits is None else np.asarray(traits, np.float16)
    return Detection(label, score, (0, 0, 9, 9), (), points, doubt, look)


def image(key, *detections):
    return ImagePrediction(key, tuple(detections))


def by_key(pool, **more):
    return {one.key: one for one in valued(pool, **more)}


def reasons(*pool, **more):
    return {key: one.reasons for key, one in by_key(pool, **more).items()}


def test_no_images_have_no_values():
    assert valued([]) == []


def test_the_more_doubtful_image_is_worth_more():
    calm, torn = image(1, found()), image(2, found(score=0.5, classification=1.0, box=0.4))
    values = by_key([calm, torn])
    assert values[2].doubt > values[1].doubt
    assert values[2].value > values[1].value


def test_the_value_is_the_doubts_by_score_for_each_second():
    one = image(1, found(score=0.8), found(score=0.4))  # ties: every head of both at one half
    (value,) = valued([one])
    assert value.seconds == predicted_seconds(one)
    assert value.value == pytest.approx((0.8 * 0.625 + 0.4 * 0.625) / value.seconds, rel=0.3)
    assert value.label == 2


def test_an_image_without_detections_is_not_a_sure_one():
    pool = [image(i, found(classification=i / 10)) for i in range(1, 10)]
    values = by_key([*pool, image(99)])
    below = [v for v in values.values() if v.value < values[99].value]
    assert len(below) in (7, 8)
    assert values[99].reasons == (Reason("empty"),)
    assert values[99].seconds == LOOK_S


def test_a_pool_of_empty_images_has_doubts():
    assert [one.doubt for one in valued([image(1), image(2)])] == [0.8, 0.8]


def test_reasons_say_which_object_and_what_of_it():
    calm = [image(i, found(), found(1, joints=(0.1, 0.1), mask=0.1)) for i in range(3)]
    wrist = image(10, found(1, 0.31, mask=0.1, joints=(0.2, 0.9)))
    outline = image(11, found(2, 0.87), found(2, 0.87, mask=0.8))
    other = image(12, found(2, 0.42, classification=0.99))
    edges = image(13, found(2, 0.9, box=0.45))
    said = reasons(*calm, wrist, outline, other, edges)
    assert said[10] == (Reason("joint", 0, 1),)
    assert said[11] == (Reason("mask", 1),)
    assert said[12] == (Reason("category", 0),)
    assert said[13] == (Reason("box", 0),)
    assert said[0] == (Reason("sure"),)


def test_what_the_flipped_image_does_not_show_adds_value_and_comes_first():
    pool = [image(1, found(), found()), image(2, found(), found())]
    values = by_key(pool, unconfirmed={2: (1,)})
    assert values[2].value == pytest.approx(values[1].value + 1 / values[1].seconds)
    assert values[2].reasons[0] == Reason("unconfirmed", 1)
    assert by_key(pool, unconfirmed={2: (7,)})[2].value == values[1].value


def test_objects_that_look_alike_count_once():
    same, other = (1.0, 0.0), (-1.0, 0.2)
    alike = image(1, *[found(traits=same)] * 4)
    apart = image(2, found(traits=same), found(traits=other), found(label=1, traits=same))
    values = by_key([alike, apart])
    assert values[1].value * values[1].seconds < values[2].value * values[2].seconds
    far = found(traits=(-1.0, 0.0))
    kept = by_key([image(1, *[found(traits=same)] * 4), image(2, far, far)])
    assert kept[1].value * kept[1].seconds == pytest.approx(kept[2].value * kept[2].seconds)


def test_barely_seen_objects_do_not_drown_the_others():
    shadows = [found(score=0.05, classification=0.3, box=0.5) for _ in range(20)]
    sure, torn = image(1, found(2, 0.99), *shadows), image(2, found(2, 0.6, 0.97, 0.3))
    values = by_key([sure, torn])
    assert values[2].doubt > values[1].doubt


def test_a_category_the_network_is_poor_at_weighs_more():
    assert difficulty(1.0) == 1.0
    assert difficulty(0.0) == pytest.approx(1.2, abs=0.01)
    pool = [image(1, found(1, classification=0.5)), image(2, found(2, classification=0.5))]
    values = by_key(pool, quality={1: 0.1, 2: 0.9})
    assert values[1].doubt > values[2].doubt


doubts = st.builds(
    found,
    label=st.sampled_from([1, 2]),
    score=st.floats(0, 1),
    classification=st.floats(0, 1),
    box=st.floats(0, 1),
    mask=st.none() | st.floats(0, 1),
    joints=st.just(()) | st.tuples(st.floats(0, 1), st.floats(0, 1)),
    traits=st.none() | st.tuples(st.floats(-1, 1), st.floats(-1, 1)),
)


@settings(max_examples=60, deadline=None)
@given(st.lists(st.lists(doubts, max_size=4), max_size=6))
def test_every_image_is_valued_once_with_a_reason(pool):
    images = [image(i, *own) for i, own in enumerate(pool)]
    values = valued(images)
    assert [one.key for one in values] == list(range(len(images)))
    for one, of in zip(values, images, strict=True):
        assert 0 <= one.doubt <= 1
        assert np.isfinite(one.value)
        assert one.seconds >= LOOK_S
        assert 1 <= len(one.reasons) <= 3
        assert all(reason.detection < len(of.detections) for reason in one.reasons)
