"""Which images come first, and what is said of them."""

import numpy as np
from hypothesis import given, settings
from hypothesis import strategies as st

from models.selection import rank
from models.types import CategorySpec, Detection, Doubt, ImagePrediction

CATEGORIES = [CategorySpec("person", ("nose", "left_wrist")), CategorySpec("ball")]


def found(label=2, score=0.9, classification=0.1, box=0.1, mask=None, joints=()):
    points = np.zeros((2, 3), np.float32) if joints else None
    return Detection(
        label, score, (0, 0, 9, 9), (), points, Doubt(classification, box, mask, joints)
    )


def image(key, *detections):
    return ImagePrediction(key, tuple(detections))


def test_no_images_have_no_order():
    assert rank([], CATEGORIES) == []


def test_the_more_doubtful_image_comes_first():
    calm, torn = image(1, found()), image(2, found(score=0.5, classification=1.0, box=0.4))

    order = rank([calm, torn], CATEGORIES)

    assert [item.key for item in order] == [2, 1]
    assert order[0].score > order[1].score


def test_an_image_without_detections_is_not_a_sure_one():
    pool = [image(i, found(classification=i / 10)) for i in range(1, 10)]

    order = rank([*pool, image(99)], CATEGORIES)

    place = [item.key for item in order].index(99)
    assert place in (2, 3)
    assert order[place].reasons == ("the model found nothing here",)


def test_a_pool_of_empty_images_has_scores():
    assert [item.score for item in rank([image(1), image(2)], CATEGORIES)] == [0.8, 0.8]


def test_reasons_say_what_is_unsure_in_words():
    calm = [image(i, found(), found(1, joints=(0.1, 0.1), mask=0.1)) for i in range(3)]
    wrist = image(10, found(1, 0.31, mask=0.1, joints=(0.2, 0.9)))
    outline = image(11, found(2, 0.87, mask=0.8))
    other = image(12, found(2, 0.42, classification=0.99))
    edges = image(13, found(2, 0.9, box=0.45))

    reasons = {r.key: r.reasons for r in rank([*calm, wrist, outline, other, edges], CATEGORIES)}

    assert reasons[10] == ("person 0.31: left wrist unsure",)
    assert reasons[11] == ("ball 0.87: outline unsure",)
    assert reasons[12] == ("ball 0.42: may not be one",)
    assert reasons[13] == ("ball 0.90: box unsure",)
    assert reasons[0] == ("the model is fairly sure of all it found",)


def test_a_joint_the_category_no_longer_has_is_still_told():
    calm = [image(i, found(1, joints=(0.1, 0.1))) for i in range(3)]
    old = image(9, found(1, joints=(0.1, 0.2, 0.9)))

    reasons = {r.key: r.reasons for r in rank([*calm, old], CATEGORIES)}

    assert reasons[9] == ("person 0.90: joints unsure",)


def test_barely_seen_objects_do_not_drown_the_others():
    shadows = [found(score=0.05, classification=0.3, box=0.5) for _ in range(20)]
    sure, torn = image(1, found(0 + 2, 0.99), *shadows), image(2, found(2, 0.6, 0.97, 0.3))

    assert [item.key for item in rank([sure, torn], CATEGORIES)] == [2, 1]


doubts = st.builds(
    found,
    label=st.sampled_from([1, 2]),
    score=st.floats(0, 1),
    classification=st.floats(0, 1),
    box=st.floats(0, 1),
    mask=st.none() | st.floats(0, 1),
    joints=st.just(()) | st.tuples(st.floats(0, 1), st.floats(0, 1)),
)


@settings(max_examples=60, deadline=None)
@given(st.lists(st.lists(doubts, max_size=4), max_size=6))
def test_every_image_is_ranked_once_with_a_score_and_a_reason(pool):
    images = [
        image(i, *[d for d in ds if d.label == 1 or not d.doubt.joints])
        for i, ds in enumerate(pool)
    ]

    order = rank(images, CATEGORIES)

    assert sorted(item.key for item in order) == list(range(len(images)))
    assert all(0 <= item.score <= 1 and 1 <= len(item.reasons) <= 3 for item in order)
    assert [item.score for item in order] == sorted((item.score for item in order), reverse=True)
