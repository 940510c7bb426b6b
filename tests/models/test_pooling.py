"""Regions are pooled as torchvision pools them, only faster."""

import pytest
import torch
from hypothesis import given, settings
from hypothesis import strategies as st
from torchvision.ops import MultiScaleRoIAlign

from models.pooling import FeaturePool

NAMES = ["0", "1", "2"]


def pyramid(seed=0, images=2, channels=3):
    torch.manual_seed(seed)
    batch = torch.zeros(images, 3, 128, 160)
    levels = [torch.randn(images, channels, 128 // s, 160 // s) for s in (4, 8, 16)]
    levels = [one.contiguous(memory_format=torch.channels_last) for one in levels]
    return batch, levels


def expected(levels, boxes, side):
    pooler = MultiScaleRoIAlign(NAMES, side, 2)
    return pooler(dict(zip(NAMES, levels, strict=True)), boxes, [(128, 160)] * len(boxes))


corners = st.tuples(st.floats(-20, 170), st.floats(-20, 140), st.floats(0, 200), st.floats(0, 200))
boxes = st.lists(corners, max_size=6).map(
    lambda rows: torch.tensor([(x, y, x + w, y + h) for x, y, w, h in rows]).reshape(-1, 4)
)


@settings(max_examples=60, deadline=None)
@given(boxes, boxes, st.sampled_from([1, 7, 14]))
def test_any_regions_are_pooled_to_torchvisions_numbers(first, second, side):
    batch, levels = pyramid()
    if not len(first) + len(second):
        return

    pooled = FeaturePool(levels, batch).pool([first, second], side)

    # torchvision cannot tell a region without area its level.
    flat = ((torch.cat([first, second])[:, 2:] - torch.cat([first, second])[:, :2]) == 0).any(1)
    wanted = expected(levels, [first, second], side)
    assert torch.allclose(pooled[~flat], wanted[~flat], atol=1e-4)


def test_gradients_are_torchvisions():
    batch, levels = pyramid()
    regions = [
        torch.tensor([[3.0, 5, 90, 70], [0, 0, 16, 16]]),
        torch.tensor([[40.0, 2, 150, 127]]),
    ]
    push = torch.randn(3, 3, 7, 7)

    def gradients(pool):
        leaves = [one.clone().requires_grad_() for one in levels]
        (pool(leaves) * push).sum().backward()
        return [torch.zeros_like(one) if one.grad is None else one.grad for one in leaves]

    ours = gradients(lambda leaves: FeaturePool(leaves, batch).pool(regions, 7))
    theirs = gradients(lambda leaves: expected(leaves, regions, 7))

    for one, other in zip(ours, theirs, strict=True):
        assert torch.allclose(one, other, atol=1e-5)


def test_no_regions_give_no_features():
    batch, levels = pyramid()

    pooled = FeaturePool(levels, batch).pool([torch.zeros(0, 4), torch.zeros(0, 4)], 7)

    assert pooled.shape == (0, 3, 7, 7)


def test_both_ways_of_pooling_agree():
    batch, levels = pyramid()
    regions = torch.tensor([[3.0, 5, 90, 70], [0, 0, 16, 16], [-9, -9, 200, 200]])
    image, pool = torch.tensor([0, 1, 1]), FeaturePool(levels, batch)
    level = pool.level_of(regions)

    ours, theirs = (
        pool._gathered(regions, image, level, 14),
        pool._aligned(regions, image, level, 14),
    )

    assert torch.allclose(ours, theirs, atol=1e-5)
    assert ours.is_contiguous(memory_format=torch.channels_last)


@pytest.mark.parametrize(
    ("side", "level"), [(20, 0), (111, 0), (113, 1), (223, 1), (230, 2), (900, 2)]
)
def test_small_regions_are_pooled_at_the_finer_levels(side, level):
    batch, levels = pyramid()

    assert FeaturePool(levels, batch).level_of(torch.tensor([[0.0, 0, side, side]])) == level
