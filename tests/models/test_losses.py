"""The losses, against torchvision's and by the rules for partial labels."""

from dataclasses import replace

import numpy as np
import pytest
import torch
from torchvision.models.detection.roi_heads import fastrcnn_loss, keypoints_to_heatmap

from models import losses, mask_rcnn
from models.pooling import FeaturePool
from models.regions import draw_regions
from models.targets import make_target
from models.types import ObjectTarget, Sample
from tests.models.drawn import BOX, FACE, square


def generator():
    return torch.Generator().manual_seed(0)


def test_boxes_half_inside_a_region_are_covered():
    regions = torch.tensor([[0.0, 0, 10, 10]])
    boxes = torch.tensor([[0.0, 0, 5, 5], [5, 5, 16, 16], [5, 0, 15, 10], [20, 20, 30, 30]])

    assert losses.covered(boxes, regions).tolist() == [True, False, True, False]
    assert losses.covered(boxes, regions[:0]).tolist() == [False] * 4
    assert losses.covered(boxes[:0], regions).tolist() == []


def test_only_confident_predictions_no_label_explains_are_unmatched():
    boxes = torch.tensor([[0.0, 0, 10, 10], [50, 50, 60, 60], [80, 80, 90, 90]])
    scores = torch.tensor([0.9, 0.9, 0.2])

    assert losses.unmatched(boxes, scores, boxes[:1]).tolist() == [[50, 50, 60, 60]]
    assert len(losses.unmatched(boxes, scores, boxes[:0])) == 2


def test_ignored_examples_are_never_drawn():
    labels = torch.tensor([1, 0, -1, 0, 2, -1])

    positive, negative = losses.balanced(labels, count=6, share=0.5, generator=generator())

    assert sorted(positive.tolist()) == [0, 4]
    assert sorted(negative.tolist()) == [1, 3]


def test_nothing_to_draw_gives_zero_losses_not_nan():
    nothing = torch.full((5,), -1.0)
    wanted = torch.zeros(5, 4)

    result = losses.proposal_losses(
        lambda rows: (torch.zeros(5)[rows], wanted[rows]),
        [nothing],
        [wanted],
        [nothing > 0],
        generator(),
    )

    assert all(float(value) == 0 for value in result.values())


def test_box_losses_are_torchvisions_where_all_edges_are_known():
    torch.manual_seed(0)
    logits, deltas = torch.randn(8, 3), torch.randn(8, 12)
    labels, wanted = torch.tensor([0, 1, 2, 0, 1, 0, 2, 0]), torch.randn(8, 4)

    ours = losses.box_losses(logits, deltas, labels, wanted, torch.ones(8, dtype=torch.bool))
    category, box = fastrcnn_loss(logits, deltas, [labels], [wanted])

    assert torch.allclose(ours["category"], category)
    assert torch.allclose(ours["box"], box)


def test_joint_cells_are_torchvisions():
    random = np.random.default_rng(0)
    regions = torch.tensor([[0.0, 0, 40, 20], [10, 10, 90, 70]])
    joints = torch.from_numpy(random.uniform(0, 60, (2, 5, 3)).astype(np.float32))
    joints[..., 2] = torch.tensor([0, 1, 2, 2, 2])
    joints[0, 3, :2] = torch.tensor([40.0, 20.0])

    cells, valid = losses.joint_cells(joints, regions, 56)
    expected, known = keypoints_to_heatmap(joints, regions, 56)

    assert torch.equal(valid, known.bool())
    assert torch.equal(cells[valid], expected[valid])


def test_mask_targets_are_the_mask_seen_through_the_region():
    drawn = (ObjectTarget(1, None, square(20, 20, 40), None),)
    target = make_target(Sample(1, (100, 100), lambda s: None, drawn), [BOX, FACE])
    regions = torch.tensor([[20.0, 20, 60, 60], [0, 0, 80, 80], [40, 20, 80, 60], [70, 70, 99, 99]])

    masks = losses.mask_targets(target, torch.zeros(4, dtype=torch.int64), regions, 28)

    assert masks[0].min() > 0.95
    assert masks[1].mean().item() == pytest.approx(0.25, abs=0.01)
    assert masks[2, :, :13].min() > 0.95
    assert masks[2, :, 15:].max() < 0.05
    assert masks[3].max() == 0


def test_a_mask_loss_without_masks_is_zero_with_a_gradient():
    logits = torch.randn(0, 1, 28, 28, requires_grad=True)

    loss = losses.mask_loss(logits, torch.zeros(0, 1, 28, 28))

    loss.backward()
    assert loss.item() == 0


def draw_background(network, target):
    proposals = torch.tensor([[60.0, 60, 90, 90], [0, 60, 30, 90]])
    return draw_regions(
        network.roi_heads, proposals, target, count=10, generator=generator()
    ).boxes.tolist()


def test_a_crowd_is_neither_object_nor_background(tiny):
    box = ObjectTarget(1, (0, 0, 40, 40), None, None)
    crowd = ObjectTarget(1, (55, 55, 95, 95), None, None, is_crowd=True)
    target = make_target(Sample(1, (100, 100), lambda s: None, (box, crowd)), tiny.categories)

    assert sorted(draw_background(tiny, target)) == [[0, 0, 40, 40], [0, 60, 30, 90]]


def test_confident_finds_in_incomplete_images_are_no_background(tiny, monkeypatch):
    """The network says 'face' for one proposal of two: only the other one is background."""
    target = make_target(Sample(1, (100, 100), lambda s: None, (), False), tiny.categories)
    proposals = [torch.tensor([[60.0, 60, 90, 90], [0, 60, 30, 90]])]
    logits = torch.tensor([[0.0, 0, 9], [9.0, 0, 0]])
    monkeypatch.setattr(mask_rcnn, "box_outputs", lambda *_: (logits, torch.zeros(2, 12)))
    pool = FeaturePool([torch.zeros(1, 1, 25, 25)], torch.zeros(1, 3, 100, 100))

    spared = tiny._spare_unlabelled(0, target, pool, proposals, [(100, 100)])

    assert spared.ignored.tolist() == [[60, 60, 90, 90]]
    assert draw_background(tiny, spared) == [[0, 60, 30, 90]]
    assert len(draw_background(tiny, replace(spared, ignored=target.ignored))) == 2
