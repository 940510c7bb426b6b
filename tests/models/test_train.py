"""Training: a generator that may be left at any time."""

import math
from types import SimpleNamespace

import pytest
import torch

from models import judge
from models.coco_metrics import Metrics, Scores
from models.errors import OutOfMemory, TrainingDiverged
from models.mask_channels import choose_mask_channels
from models.predict import predict
from models.presets import PRESETS
from models.schedule import (
    default_rate,
    default_steps,
    learning_factor,
    make_optimizer,
    set_trunk_training,
)
from models.train import Trainer, train
from models.train_events import (
    BatchHalved,
    Evaluated,
    Evaluating,
    StepDone,
    TrainingDone,
    TrainSettings,
)
from models.zoo import build
from tests.models.drawn import BOX, FACE

CATEGORIES = [BOX, FACE]


def steps(count, **more):
    return TrainSettings(steps=count, **more)


def test_training_yields_its_steps_and_ends_with_what_it_reached(tiny, sample):
    events = list(train(tiny, [sample(0), sample(1)], [sample(2)], steps(3)))

    kinds = [StepDone] * 3 + [Evaluating, Evaluated, TrainingDone]
    assert [type(event) for event in events] == kinds
    assert [event.step for event in events[:3]] == [1, 2, 3]
    assert events[0].steps == 3
    assert events[2].seconds_left == 0
    assert all(math.isfinite(value) for value in events[0].losses.values())
    assert events[-1].metrics == events[-2].metrics
    assert not events[-1].stopped_early
    assert not tiny.training


def test_training_on_unlabelled_images_is_possible(tiny, sample):
    events = list(train(tiny, [sample(0, "none")], [], steps(1)))

    assert isinstance(events[-1], TrainingDone)
    assert events[-1].metrics is None


def test_training_on_nothing_is_refused(tiny):
    with pytest.raises(ValueError, match="nothing to train on"):
        next(train(tiny, []))


def test_left_midway_the_network_holds_the_averaged_weights_and_predicts(tiny, sample):
    before = {name: value.clone() for name, value in tiny.state_dict().items()}
    run = train(tiny, [sample(0)], [], steps(50))
    for _ in range(2):
        next(run)
    live = {name: value.clone() for name, value in tiny.state_dict().items()}

    run.close()

    name = "roi_heads.box_predictor.cls_score.weight"
    served = tiny.state_dict()[name]
    assert not torch.equal(served, before[name])
    assert not torch.equal(served, live[name])
    assert not tiny.training
    assert len(list(predict(tiny, [sample(1)]))) == 1


def test_a_long_evaluation_may_be_left_after_any_image(tiny, sample):
    run = train(tiny, [sample(0)], [sample(1), sample(2)], steps(1))

    seen = [next(run), next(run)]
    run.close()

    assert seen[1] == Evaluating(1, done=1, total=2)
    assert not tiny.training


def test_the_time_left_counts_the_evaluations_to_come(tiny, sample, monkeypatch):
    monkeypatch.setattr(judge.time, "monotonic", iter(range(10_000)).__next__)

    events = list(train(tiny, [sample(0)], [sample(1)], steps(3, evaluate_every=1)))

    left = [event.seconds_left for event in events if isinstance(event, StepDone)]
    assert left == [2, 2, 0]


def test_the_same_seed_gives_the_same_losses(tiny_preset, sample):
    def losses(seed):
        network = build(tiny_preset, CATEGORIES)
        run = train(network, [sample(0), sample(1)], [], steps(2, seed=seed))
        return [event.losses for event in run if isinstance(event, StepDone)]

    assert losses(4) == losses(4)
    assert losses(4) != losses(5)


def test_training_leaves_the_global_random_numbers_alone(tiny, sample):
    torch.manual_seed(3)
    expected = torch.rand(1)
    torch.manual_seed(3)

    list(train(tiny, [sample(0)], [], steps(1)))

    assert torch.equal(torch.rand(1), expected)


def test_out_of_memory_halves_the_batch_and_goes_on(tiny, sample, monkeypatch):
    forward = type(tiny).forward

    def cramped(self, images, targets, generator):
        if len(images) > 1:
            raise torch.OutOfMemoryError("CUDA out of memory")
        return forward(self, images, targets, generator)

    monkeypatch.setattr(type(tiny), "forward", cramped)

    events = list(train(tiny, [sample(0)], [], steps(2, batch_size=4)))

    assert events[:2] == [BatchHalved(1, 2), BatchHalved(1, 1)]
    assert [type(event) for event in events[2:]] == [StepDone, StepDone, TrainingDone]


def test_one_image_too_many_is_a_clear_error(tiny, sample, monkeypatch):
    def cramped(*_):
        raise RuntimeError("DefaultCPUAllocator: not enough memory: you tried to allocate 9 bytes")

    monkeypatch.setattr(type(tiny), "forward", cramped)

    with pytest.raises(OutOfMemory, match="smaller preset"):
        list(train(tiny, [sample(0)], [], steps(2, batch_size=1)))


def test_other_errors_are_not_taken_for_a_lack_of_memory(tiny, sample, monkeypatch):
    def broken(*_):
        raise RuntimeError("shapes do not fit")

    monkeypatch.setattr(type(tiny), "forward", broken)

    with pytest.raises(RuntimeError, match="shapes do not fit"):
        list(train(tiny, [sample(0)], [], steps(2)))


def test_a_loss_that_is_no_number_stops_training_and_keeps_the_weights(tiny, sample, monkeypatch):
    before = {name: value.clone() for name, value in tiny.state_dict().items()}
    forward = type(tiny).forward

    def diverging(self, images, targets, generator):
        losses = forward(self, images, targets, generator)
        return {**losses, "box": losses["box"] * float("nan")}

    monkeypatch.setattr(type(tiny), "forward", diverging)

    with pytest.raises(TrainingDiverged, match="box is no finite number at step 1"):
        list(train(tiny, [sample(0)], [], steps(2)))
    after = tiny.state_dict()
    assert all(torch.equal(after[k], v) for k, v in before.items() if k != "mask_channel")


def scores(*values):
    queue = list(values)

    def evaluating(_network, samples):
        for done, _ in enumerate(samples, start=1):
            yield done
        return Metrics(box=Scores(AP50=queue.pop(0)))

    return evaluating


def test_training_stops_early_and_goes_back_to_its_best(tiny, sample, monkeypatch):
    monkeypatch.setattr(judge, "evaluating", scores(0.5, *[0.4] * 5))
    held_out = [sample(i) for i in range(2, 7)]

    events = list(train(tiny, [sample(0)], held_out, steps(9, evaluate_every=1)))

    assert events[-1].stopped_early
    assert events[-1].step == 6
    assert events[-1].metrics.box.AP50 == 0.5


def test_few_held_out_images_never_stop_training(tiny, sample, monkeypatch):
    monkeypatch.setattr(judge, "evaluating", scores(0.5, *[0.4] * 6))

    events = list(train(tiny, [sample(0)], [sample(1)], steps(7, evaluate_every=1)))

    assert not events[-1].stopped_early
    assert events[-1].step == 7


def test_loss_weights_are_applied(tiny_preset, sample):
    def after(weights):
        network = build(tiny_preset, CATEGORIES)
        list(train(network, [sample(0)], [], steps(1, loss_weights=weights)))
        return network.state_dict()["roi_heads.mask_predictor.mask_fcn_logits.bias"]

    assert after({"mask": 0.0}).abs().sum() == 0
    assert after({}).abs().sum() > 0


def test_steps_follow_the_number_of_images():
    assert [default_steps(n) for n in (1, 12, 40, 1000)] == [400, 400, 600, 4000]


def test_fresh_heads_learn_at_a_high_rate_and_trained_ones_at_a_low_one(tiny, sample):
    of_torchvision = SimpleNamespace(preset=PRESETS["resnet50"])

    assert default_rate(tiny) == 1e-3
    assert default_rate(of_torchvision) == 1e-4
    assert Trainer(tiny, [sample(0)], (), steps(1)).settings.learning_rate == 1e-3
    assert Trainer(tiny, [sample(0)], (), steps(1, learning_rate=0.1)).learning_rate == 0.1


def test_the_rate_warms_up_and_falls():
    assert learning_factor(0, 1000) == pytest.approx(0.01)
    assert learning_factor(99, 1000) == 1
    assert learning_factor(100, 1000) == 1
    assert learning_factor(999, 1000) < 1e-5
    assert learning_factor(0, 1) == 1


def test_a_pretrained_trunk_learns_slowly_and_its_stem_not_at_all(tiny):
    tiny.is_pretrained = True

    trunk, rest = make_optimizer(tiny, 1.0).param_groups
    set_trunk_training(tiny, True)

    assert trunk["full"] == pytest.approx(0.1)
    assert rest["full"] == 1.0
    body = tiny.backbone.body
    assert not body["0"].weight.requires_grad
    assert body["12"].squeeze.weight.requires_grad
    set_trunk_training(tiny, False)
    assert not any(parameter.requires_grad for parameter in body.parameters())


def test_few_masks_share_a_channel_and_none_means_no_outlines(tiny, sample):
    choose_mask_channels(tiny, [sample(i) for i in range(3)])
    assert tiny.mask_channel.tolist() == [0, 0, -1]

    choose_mask_channels(tiny, [sample(i, "mask") for i in range(20)])
    assert tiny.mask_channel.tolist() == [0, 1, 2]
