"""Joints of a network that learned them in another order than they have now."""

from __future__ import annotations

import numpy as np

from annotator.domain.model import Category
from annotator.learning.samples import joint_orders, to_predictions
from models.types import Detection, Doubt, ImagePrediction

CAT = Category(5, "cat", joints=("tail", "nose", "ear"))
BALL = Category(6, "ball")
LEARNED = [("nose", "ear", "tail"), ()]


def detection(label: int, count: int) -> Detection:
    joints = np.array([(n, n, 0.5) for n in range(count)], np.float32).reshape(-1, 3)
    doubt = Doubt(0.1, 0.2, None, tuple(n / 10 for n in range(count)))
    return Detection(label, 0.9, (0, 0, 9, 9), (), joints if count else None, doubt)


def test_only_the_same_joints_in_another_order_are_put_in_order() -> None:
    assert joint_orders(LEARNED, {1: CAT, 2: BALL}) == {1: (2, 0, 1)}
    assert joint_orders([CAT.joints], {1: CAT}) == {}
    assert joint_orders([("nose", "ear", "paw")], {1: CAT}) == {}
    assert joint_orders([("nose", "ear")], {1: CAT}) == {}
    assert joint_orders(LEARNED, {}) == {}


def test_predictions_have_the_joints_in_todays_order() -> None:
    found = ImagePrediction(3, (detection(1, 3), detection(2, 0)))
    orders = joint_orders(LEARNED, {1: CAT, 2: BALL})
    cat, ball = to_predictions(found, {1: 5, 2: 6}, 7, orders)
    assert [joint.x for joint in cat.joints] == [2, 0, 1]
    assert cat.doubt.joints == (0.2, 0.0, 0.1)
    assert (ball.joints, ball.doubt.joints) == ((), ())
    same, _ = to_predictions(found, {1: 5, 2: 6}, 7)
    assert [joint.x for joint in same.joints] == [0, 1, 2]
