"""The network as a whole, on every mixture of labels."""

import math
from dataclasses import replace

import pytest
import torch

from models import mask_rcnn
from models.images import batched
from models.mask_rcnn import Network
from models.targets import make_target
from models.types import CategorySpec
from models.zoo import build


def losses_of(network, samples, seed=0):
    images = [torch.from_numpy(s.read(96)).permute(2, 0, 1).float() / 255 for s in samples]
    targets = [make_target(s, network.categories) for s in samples]
    return network.train()(images, targets, torch.Generator().manual_seed(seed))


def fill(network):
    """The same weights whatever the generator of random numbers does."""
    with torch.no_grad():
        for number, parameter in enumerate(network.parameters(), start=1):
            ramp = torch.arange(parameter.numel(), dtype=torch.float32)
            wave = torch.sin(ramp * 0.7 + number) / math.sqrt(parameter[0].numel() + 1)
            parameter.copy_(wave.reshape(parameter.shape))


@pytest.mark.parametrize(
    "kinds",
    [
        ("none", "none"),
        ("none", "mixed"),
        ("box", "box"),
        ("mask", "mask"),
        ("joints", "joints"),
        ("box", "joints"),
        ("mixed", "none", "mask"),
    ],
)
def test_every_mixture_of_labels_gives_finite_losses_and_gradients(tiny, sample, kinds):
    losses = losses_of(tiny, [sample(i, kind) for i, kind in enumerate(kinds)])

    sum(losses.values()).backward()

    assert set(losses) == {"objectness", "proposals", "category", "box", "mask", "joints"}
    assert all(math.isfinite(float(value.detach())) for value in losses.values())
    for name, parameter in tiny.named_parameters():
        assert parameter.grad is None or bool(parameter.grad.isfinite().all()), name


def test_what_is_not_labelled_is_not_learned(tiny, sample):
    boxes_only = losses_of(tiny, [sample(0, "box")])
    joints_only = losses_of(tiny, [sample(0, "joints")])
    nothing = losses_of(tiny, [sample(0, "none")])

    assert float(boxes_only["mask"].detach()) == 0
    assert float(boxes_only["joints"].detach()) == 0
    assert float(joints_only["mask"].detach()) == 0
    assert float(joints_only["joints"].detach()) > 0
    assert all(float(nothing[name].detach()) == 0 for name in ("proposals", "box", "mask"))


def test_the_hull_of_joints_teaches_that_there_is_an_object_but_not_its_edges(tiny, sample):
    losses = losses_of(tiny, [sample(0, "joints")])

    assert float(losses["objectness"].detach()) > 0
    assert float(losses["proposals"].detach()) == 0
    assert float(losses["box"].detach()) == 0


def test_without_joints_there_is_no_keypoint_head(tiny_preset, sample):
    network = build(tiny_preset, [CategorySpec("box"), CategorySpec("face")])

    losses = losses_of(network, [sample(0, "mask")])

    assert not network.has_joints
    assert network.roi_heads.keypoint_head is None
    assert "joints" not in losses


def test_a_network_needs_a_category(tiny_preset):
    with pytest.raises(ValueError, match="at least one category"):
        Network(tiny_preset, [])


def test_outputs_of_a_deterministic_fill_are_pinned(tiny, sample):
    fill(tiny)

    losses = losses_of(tiny, [sample(0), sample(1, "mask")])

    expected = {
        "objectness": 0.706076,
        "proposals": 0.013291,
        "category": 1.019524,
        "box": 0.131781,
        "mask": 0.335303,
        "joints": 8.087109,
    }
    assert {k: float(v.detach()) for k, v in losses.items()} == pytest.approx(expected, rel=1e-3)


def test_detections_of_a_deterministic_fill_are_pinned(tiny, sample):
    fill(tiny)
    image = torch.from_numpy(sample(0).read(96)).permute(2, 0, 1).float() / 255

    raw = tiny.eval().detect([image], floor=0.05)[0]

    count = len(raw.kept.boxes)
    assert raw.kept.scores[0].item() == pytest.approx(0.3460, abs=1e-3)
    assert raw.masks[0].mean().item() == pytest.approx(0.6277, abs=1e-3)
    assert raw.masks.shape == (count, 28, 28)
    assert raw.joint_maps.shape == (count, 3, 56, 56)


def test_an_image_with_nothing_above_the_floor_has_empty_results(tiny, sample):
    image = torch.from_numpy(sample(0).read(96)).permute(2, 0, 1).float() / 255

    empty, other = tiny.eval().detect([image, image[:, :50]], floor=1.1)

    assert empty.kept.boxes.shape == (0, 4)
    assert empty.masks.shape == (0, 28, 28)
    assert other.joint_maps.shape == (0, 3, 56, 56)


def test_pretrained_batch_norms_never_train(tiny_preset):
    network = build("mobilenet_v3_large", [CategorySpec("box")])
    network.is_pretrained = True

    network.train()

    norms = [m for m in network.modules() if isinstance(m, torch.nn.BatchNorm2d)]
    assert norms
    assert not any(norm.training for norm in norms)


def test_bytes_and_numbers_from_0_to_1_are_the_same_image(tiny, sample):
    fill(tiny)
    image = torch.from_numpy(sample(0).read(96)).permute(2, 0, 1)

    numbers, octets = (tiny.eval().detect([i], floor=0.05)[0] for i in (image.float() / 255, image))

    assert torch.allclose(numbers.kept.boxes, octets.kept.boxes, atol=1e-3)
    assert torch.allclose(numbers.masks, octets.masks, atol=1e-4)


def test_at_half_precision_the_network_finds_the_same(tiny, sample):
    """As on a GPU: trunk and pyramid in bfloat16, everything after them in float32."""
    fill(tiny)
    images = [torch.from_numpy(sample(n).read(96)).permute(2, 0, 1) for n in range(2)]

    full = tiny.eval().detect(images, floor=0.05)
    tiny.precision = torch.bfloat16
    features, _ = tiny._features(batched(images, tiny.device)[0])
    half = tiny.detect(images, floor=0.05)

    assert all(level.dtype == torch.float32 for level in features.values())
    for one, other in zip(full, half, strict=True):
        assert other.kept.boxes.dtype == other.masks.dtype == torch.float32
        assert other.kept.scores[0].item() == pytest.approx(one.kept.scores[0].item(), abs=0.02)
        assert not torch.equal(one.kept.scores[:3], other.kept.scores[:3])


def test_training_at_half_precision_gives_nearly_the_same_losses(tiny, sample):
    full = losses_of(tiny, [sample(0), sample(1, "mask")])
    tiny.precision = torch.bfloat16

    half = losses_of(tiny, [sample(0), sample(1, "mask")])

    sum(half.values()).backward()
    assert {k: float(v.detach()) for k, v in half.items()} == pytest.approx(
        {k: float(v.detach()) for k, v in full.items()}, rel=0.05, abs=0.02
    )


def test_heads_are_asked_only_for_categories_that_have_such_a_part(tiny, sample, monkeypatch):
    """Boxes have no joints here, and faces no masks."""
    fill(tiny)
    tiny.mask_channel.copy_(torch.tensor([0, 1, -1]))
    asked = {}

    def spy(name):
        real = getattr(mask_rcnn, name)

        def call(heads, pooled, *more):
            asked[name] = len(pooled)
            return real(heads, pooled, *more)

        monkeypatch.setattr(mask_rcnn, name, call)

    spy("mask_outputs")
    spy("joint_outputs")
    image = torch.from_numpy(sample(0).read(96)).permute(2, 0, 1)

    (raw,) = tiny.eval().detect([image], floor=0.05)

    boxes, faces = (int((raw.kept.labels == label).sum()) for label in (1, 2))
    assert boxes
    assert faces
    assert asked == {"mask_outputs": boxes, "joint_outputs": faces}
    assert not raw.masks[raw.kept.labels == 2].any()
    assert not raw.joint_maps[raw.kept.labels == 1].any()


def test_gradients_reach_the_pyramid_also_beside_an_incomplete_image(tiny, sample):
    """Whoever looks first at the regions of a batch does so without gradients."""
    incomplete = replace(sample(0), is_complete=False)

    sum(losses_of(tiny, [incomplete, sample(1)]).values()).backward()

    gradient = tiny.backbone.fpn.layer_blocks[0][0].weight.grad
    assert gradient is not None
    assert gradient.abs().sum() > 0


def test_a_fresh_residual_network_can_learn_and_a_pretrained_one_stays_as_its_weights_were(sample):
    """COCO's weights are of batch norms with eps 0, which torch refuses to train."""
    fresh = build("resnet50", [CategorySpec("box")])
    norms = [m for m in fresh.modules() if isinstance(m, torch.nn.BatchNorm2d)]

    losses = losses_of(fresh, [sample(0, "none")])

    assert math.isfinite(float(losses["objectness"].detach()))
    pretrained = Network(fresh.preset, fresh.categories)
    pretrained.is_pretrained = True
    pretrained.train()
    kept = [m for m in pretrained.modules() if isinstance(m, torch.nn.BatchNorm2d)]
    assert {m.eps for m in norms} == {1e-5}
    assert {m.eps for m in kept} == {0.0}
