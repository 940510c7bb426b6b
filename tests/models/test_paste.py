"""Objects of one image laid over another."""

import numpy as np
import torch
from hypothesis import given
from hypothesis import strategies as st

from models.paste import pasted
from models.targets import make_target
from models.types import ObjectTarget, Sample
from tests.models.drawn import BOX, FACE, square


def scene(*squares, size=(96, 96), colour=(220, 30, 30), with_mask=True):
    """A picture with squares (x, y, side) of one colour, and its labels."""
    pixels = np.full((size[1], size[0], 3), 100, np.uint8)
    objects = []
    for x, y, side in squares:
        pixels[y : y + side, x : x + side] = colour
        mask = square(x, y, side) if with_mask else None
        objects.append(ObjectTarget(1, (x, y, x + side, y + side), mask, None))
    sample = Sample(1, size, lambda _: pixels, tuple(objects))
    image = torch.from_numpy(pixels.copy()).permute(2, 0, 1)
    return image, make_target(sample, [BOX, FACE])


def always():
    """A random generator that takes every object along and puts it at the far corner."""

    class Corner:
        def random(self):
            return 0.0

        def integers(self, end):
            return end - 1

    return Corner()


def test_nothing_to_paste_changes_nothing():
    image, labels = scene((10, 10, 20))
    for other in (scene(), scene((10, 10, 30), with_mask=False)):
        same, kept = pasted(image, labels, *other, np.random.default_rng(0))
        assert torch.equal(same, image)
        assert torch.equal(kept.boxes, labels.boxes)


@given(st.integers(0, 10_000))
def test_a_pasted_object_is_where_its_box_says(seed):
    blue = (30, 30, 220)
    image, labels = scene()

    made, kept = pasted(
        image, labels, *scene((20, 30, 24), colour=blue), np.random.default_rng(seed)
    )

    is_blue = (made[2] > 150) & (made[0] < 80)
    assert int(is_blue.any()) == len(kept.labels)
    for x0, y0, x1, y1 in kept.boxes.round().int().tolist():
        assert bool(is_blue[y0 + 1 : y1 - 1, x0 + 1 : x1 - 1].all())
        assert is_blue.sum() >= 22 * 22
        assert is_blue.sum() <= 26 * 26


def test_what_is_almost_covered_becomes_an_ignored_region():
    image, labels = scene((58, 56, 36))  # x 58..94, y 56..92
    other = scene((8, 8, 40), colour=(30, 30, 220))  # goes to 55..95, 55..95

    _, kept = pasted(image, labels, *other, always())

    assert kept.boxes.round().tolist() == [[55.0, 55.0, 95.0, 95.0]]
    assert kept.ignored.round().tolist() == [[58.0, 56.0, 94.0, 92.0]]


def test_what_is_partly_covered_stays_with_what_is_seen():
    image, labels = scene((35, 58, 30))  # x 35..65: two thirds of it are seen
    other = scene((8, 8, 40), colour=(30, 30, 220))

    _, kept = pasted(image, labels, *other, always())

    left, _, right, _ = kept.boxes[0].tolist()
    assert left == 35
    assert abs(right - 55) <= 1
    assert len(kept.labels) == 2
    seen = kept.masks[0].float().mean() / labels.masks[0].float().mean()
    assert abs(float(seen) - 2 / 3) < 0.05


def test_an_object_cut_by_the_border_is_not_pasted():
    image, labels = scene()
    other = scene((20, 20, 30))
    cut = other[1].cropped(x=30, y=0, width=66, height=96)

    made, kept = pasted(image, labels, other[0][:, :, 30:], cut, always())

    assert len(kept.labels) == 0
    assert torch.equal(made, image)
