"""torchvision's own detector around our weights finds what our network finds."""

from dataclasses import replace

import numpy as np
import pytest
import torch

from benchmarks.stock import predict_stock, stock_of
from benchmarks.train import our_steps, plain_steps
from models.describe import weigh
from models.levels import lit
from models.predict import predict
from models.train import TrainSettings, train
from models.zoo import build
from tests.models.drawn import BOX, make_sample


@pytest.fixture
def taught(tiny):
    """A network that says different things in different places."""
    settings = TrainSettings(steps=60, learning_rate=0.003)
    list(train(tiny, [make_sample(n) for n in range(4)], [], settings))
    tiny.mask_channel.copy_(torch.tensor([0, 1, 0]))
    return tiny


def test_boxes_and_scores_are_the_same_and_most_joints_within_a_pixel(taught):
    sample = make_sample(7)  # of the size the network sees, so that nobody resizes it
    pixels = lit(sample.read(96))

    (theirs,) = predict_stock(stock_of(taught, floor=0.1), [pixels])
    image = torch.from_numpy(pixels).permute(2, 0, 1)
    (raw,) = taught.detect([image], floor=0.1)
    ours = weigh(taught, raw, sample.size)

    assert len(raw.kept.scores) > 3
    assert torch.allclose(raw.kept.boxes, theirs["boxes"], atol=0.01)
    assert torch.allclose(raw.kept.scores, theirs["scores"], atol=1e-4)
    assert torch.equal(raw.kept.labels, theirs["labels"])
    faces = torch.where(ours.labels == 2)[0]
    assert len(faces)
    same = torch.cdist(ours.boxes[faces], theirs["boxes"]).argmin(1)
    away = (ours.joints[faces, :, :2] - theirs["keypoints"][same, :, :2]).abs()
    assert away.median() < 1  # flat maps of a network this little taught have several peaks


def test_outlines_are_the_border_of_the_masks_that_torchvision_pastes(taught):
    sample = make_sample(7)

    (theirs,) = predict_stock(stock_of(taught, floor=0.1), [lit(sample.read(96))])
    (ours,) = predict(taught, [sample], floor=0.1)

    shares = []
    for detection in ours.detections:
        box = detection.box
        same = torch.cdist(torch.tensor([box]), theirs["boxes"]).argmin()
        area = float((theirs["masks"][same, 0] >= 0.5).sum())
        if area > 100:
            drawn = sum(
                _area(region.outer) - sum(map(_area, region.holes)) for region in detection.regions
            )
            shares.append(abs(drawn - area) / ((box[2] - box[0]) * (box[3] - box[1])))
    assert shares
    assert np.median(shares) < 0.1


def _area(ring):
    x, y = np.reshape(ring, (-1, 2)).T
    return abs(np.dot(x, np.roll(y, -1)) - np.dot(y, np.roll(x, -1))) / 2


def test_both_loops_of_the_training_benchmark_take_steps():
    network = build("squeezenet1_0", [BOX])
    samples = [make_sample(n) for n in range(2)]
    samples = [replace(s, objects=tuple(o for o in s.objects if o.label == 1)) for s in samples]
    weight = network.roi_heads.box_predictor.cls_score.weight
    before = weight.detach().clone()

    plain_steps(network, samples)()
    assert torch.equal(weight, before)
    our_steps(network, samples)()
    assert not torch.equal(weight, before)
