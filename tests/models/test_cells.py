"""Drawn pictures of cells, for the starter."""

import numpy as np
import pytest

from benchmarks import cells
from benchmarks.make_starter import CATEGORIES, cell_pictures, without_cells
from models.types import CategorySpec, Rle
from models.zoo import build


def drawn(number, size=(120, 90)):
    return cells.draw_cells(np.random.default_rng([5, number]), size)


@pytest.mark.parametrize("number", range(12))
def test_each_pixel_belongs_to_one_thing_at_most(number):
    found = drawn(number)
    assert found.pixels.shape == (90, 120, 3)
    assert found.pixels.dtype == np.uint8
    assert len(found.masks) >= 1
    assert np.sum(found.masks, axis=0).max() == 1
    assert min(mask.sum() for mask in found.masks) >= 20


def test_what_is_drawn_is_seen():
    """Inside and outside differ, in the dark and in the light."""
    for found in map(drawn, range(12)):
        inside = np.any(found.masks, axis=0)
        light = found.pixels.mean(2)
        spread = light[inside].mean() - light[~inside].mean()
        assert abs(spread) > light[~inside].std() / 4


def test_the_same_seed_draws_the_same_and_another_another():
    assert (drawn(1).pixels == drawn(1).pixels).all()
    assert (drawn(1).pixels != drawn(2).pixels).any()


def test_dark_and_light_fields_both_come():
    means = [np.median(drawn(number).pixels) for number in range(20)]
    assert min(means) < 60
    assert max(means) > 120


def test_pictures_come_as_samples_with_boxes_around_their_masks():
    (sample,) = cell_pictures(1, seed=3)
    pixels = sample.read(min(sample.size))
    assert pixels.shape[:2] == sample.size[::-1]
    for thing in sample.objects:
        assert thing.label == len(CATEGORIES) + 1
        assert isinstance(thing.mask, Rle)
        assert thing.mask.size == sample.size[::-1]
        x0, y0, x1, y1 = thing.box
        assert 0 <= x0 < x1 <= sample.size[0]
        assert 0 <= y0 < y1 <= sample.size[1]


def test_the_starter_is_given_no_category_for_cells_and_keeps_the_others():
    named = [CategorySpec("ball"), CategorySpec("person"), CategorySpec("cell")]
    learned = build("squeezenet1_0", named)
    kept = without_cells(learned)
    names = [category.name for category in kept.categories]
    assert names == list(CATEGORIES)
    for layer in ("box_predictor.cls_score", "mask_predictor.mask_fcn_logits"):
        key = f"roi_heads.{layer}.weight"
        own, theirs = kept.state_dict()[key], learned.state_dict()[key]
        assert (own[names.index("ball") + 1] == theirs[1]).all()
        assert (own[names.index("person") + 1] == theirs[2]).all()
    trunk = next(key for key in learned.state_dict() if key.startswith("backbone.body."))
    assert (kept.state_dict()[trunk] == learned.state_dict()[trunk]).all()
