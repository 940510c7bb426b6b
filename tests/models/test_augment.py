"""Images that lie another way keep their labels."""

import numpy as np
import pytest
import torch
from hypothesis import given
from hypothesis import strategies as st

from models.augment import Augmentation, augmented, swapped_joints
from models.targets import make_target
from tests.models.drawn import BOX, FACE, make_sample

SWAP = swapped_joints([BOX, FACE])


def turned(seed: int, *, kind: str = "mixed"):
    sample = make_sample(seed, kind)
    return augmented(
        sample,
        make_target(sample, [BOX, FACE]),
        short=96,
        long=160,
        is_lit=True,
        swap=SWAP,
        change=Augmentation(turns=True, light=0.0, hue=0.0),
        random=np.random.default_rng(seed),
    )


def colour_at(image, x: float, y: float) -> str:
    red, _, blue = image[:, int(y), int(x)].tolist()
    return "blue" if blue > red + 60 else "red" if red > blue + 60 else "grey"


@given(st.integers(0, 10_000))
def test_whichever_way_an_image_lies_boxes_and_joints_stay_on_their_objects(seed):
    image, labels = turned(seed)

    for box, label in zip(labels.boxes.tolist(), labels.labels.tolist(), strict=True):
        middle = (box[0] + box[2]) / 2, (box[1] + box[3]) / 2
        assert colour_at(image, *middle) == ("red" if label == 1 else "blue")
    for x, y, v in labels.joints.reshape(-1, 3).tolist():
        if v > 0:
            assert colour_at(image, x, y) == "blue"


def test_all_eight_ways_come_up():
    """Told apart by where the face's joints lie to each other."""
    ways = set()
    for seed in range(80):
        _, labels = turned(seed)
        for face in labels.joints[labels.labels == 2]:
            if bool((face[:, 2] > 0).all()):
                left, right, chin = face[:, :2]
                across = (right - left).sign().int().tolist()
                down = (chin - (left + right) / 2).round().sign().int().tolist()
                ways.add((*across, *down))

    assert len(ways) == 4  # a mirrored face has its eyes renamed, so mirrors look like turns


def test_an_empty_image_can_be_turned():
    image, labels = turned(3, kind="none")

    assert image.shape[0] == 3
    assert labels.boxes.shape == (0, 4)


def test_turning_twice_along_the_diagonal_changes_nothing():
    target = make_target(make_sample(1), [BOX, FACE])

    again = target.transposed(SWAP).transposed(SWAP)

    assert torch.equal(again.boxes, target.boxes)
    assert torch.equal(again.joints, target.joints)
    assert torch.equal(again.masks, target.masks)


@pytest.mark.parametrize("seed", [0, 1])
def test_without_turns_an_image_stays_upright(seed):
    sample = make_sample(seed)
    random = np.random.default_rng(seed)
    for _ in range(10):
        _, labels = augmented(
            sample,
            make_target(sample, [BOX, FACE]),
            short=96,
            long=160,
            is_lit=True,
            swap=SWAP,
            change=Augmentation(),
            random=random,
        )
        for face in labels.joints[labels.labels == 2]:
            if bool((face[:, 2] > 0).all()):
                assert face[2, 1] > face[0, 1]
                assert face[0, 0] < face[1, 0]
