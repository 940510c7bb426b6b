"""Proposals and detections come out as torchvision's, with less decoded on the way."""

import pytest
import torch

from models.detections import suppress
from models.heads import mask_outputs
from models.proposals import ask_again, look, propose

SIZES = [(90, 120), (96, 128)]


@pytest.fixture
def said(tiny):
    """What the proposal stage says of a random pyramid of two images."""
    torch.manual_seed(0)
    levels = [torch.randn(2, 16, 96 // s, 128 // s) for s in (8, 16, 32)]
    with torch.no_grad():
        for parameter in tiny.rpn.parameters():
            parameter.copy_(torch.randn_like(parameter) / 4)
        return look(tiny.rpn, torch.zeros(2, 3, 96, 128), SIZES, levels)


def test_a_few_anchors_asked_again_say_the_same_with_the_same_gradients(tiny, said):
    torch.manual_seed(1)
    levels = [torch.randn(2, 16, 96 // s, 128 // s, requires_grad=True) for s in (8, 16, 32)]
    rows = torch.randperm(len(said.logits))[:200]
    push, shove = torch.randn(200), torch.randn(200, 4)
    weights = list(tiny.rpn.parameters())

    def gradients(ask):
        logits, offsets = ask(rows)
        total = (logits * push).sum() + (offsets * shove).sum()
        return (logits, offsets, *torch.autograd.grad(total, [*levels, *weights]))

    every = look(tiny.rpn, torch.zeros(2, 3, 96, 128), SIZES, levels)
    wanted = gradients(every.of)
    found = gradients(lambda chosen: ask_again(tiny.rpn, levels, chosen))

    for one, other in zip(found, wanted, strict=True):
        assert torch.allclose(one, other, atol=1e-4)


def test_no_anchors_asked_again_say_nothing(tiny, said):
    levels = [torch.randn(2, 16, 96 // s, 128 // s) for s in (8, 16, 32)]

    logits, offsets = ask_again(tiny.rpn, levels, torch.zeros(0, dtype=torch.int64))

    assert logits.shape == (0,)
    assert offsets.shape == (0, 4)


@pytest.mark.parametrize("is_training", [True, False])
def test_the_same_boxes_are_proposed(tiny, said, is_training):
    tiny.rpn.train(is_training)
    anchors = [said.anchors] * 2

    ours = propose(tiny.rpn, said, SIZES)

    decoded = tiny.rpn.box_coder.decode(said.offsets, anchors).view(2, -1, 4)
    theirs, _ = tiny.rpn.filter_proposals(decoded, said.logits, SIZES, list(said.counts))
    assert len(ours[0]) > 10
    for one, other in zip(ours, theirs, strict=True):
        assert torch.allclose(one, other, atol=1e-4)


def test_the_same_detections_are_kept(tiny):
    torch.manual_seed(0)
    corners = torch.rand(60, 2) * 60
    proposals = torch.cat([corners, corners + 10 + torch.rand(60, 2) * 50], dim=1)
    logits, deltas = torch.randn(60, 3) * 2, torch.randn(60, 12)
    heads = tiny.roi_heads
    heads.score_thresh, heads.detections_per_img = 0.3, 25

    ours = suppress(
        heads.box_coder, proposals, logits.softmax(-1), deltas, (96, 128), floor=0.3, limit=25
    )

    boxes, scores, labels = heads.postprocess_detections(logits, deltas, [proposals], [(96, 128)])
    assert torch.allclose(ours.boxes, boxes[0], atol=1e-4)
    assert torch.allclose(ours.scores, scores[0])
    assert torch.equal(ours.labels, labels[0])


def test_nothing_above_the_floor_is_nothing(tiny):
    ours = suppress(
        tiny.roi_heads.box_coder,
        torch.tensor([[0.0, 0, 9, 9]]),
        torch.tensor([[1.0, 0.0, 0.0]]),
        torch.zeros(1, 12),
        (96, 128),
        floor=0.5,
        limit=25,
    )

    assert ours.boxes.shape == (0, 4)


def test_the_chosen_mask_channels_are_those_of_the_whole_head(tiny):
    torch.manual_seed(0)
    pooled, heads = torch.randn(4, 16, 14, 14), tiny.roi_heads
    channels = torch.tensor([[1, 0], [2, 2], [0, 1], [1, 2]])

    with torch.no_grad():
        ours = mask_outputs(heads, pooled, channels)
        whole = heads.mask_predictor(heads.mask_head(pooled))

    assert torch.allclose(ours, whole[torch.arange(4)[:, None], channels], atol=1e-5)
