"""A training that was left goes on as if it had not been."""

import json
import pickle
from dataclasses import replace

import pytest
import torch
from safetensors import SafetensorError

from models import checkpoint, snapshot
from models.averaging import Average
from models.errors import CheckpointError
from models.evaluate import evaluate
from models.schedule import default_rate
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
from tests.models.drawn import BOX, FACE, TINY

CATEGORIES = [BOX, FACE]
SETTINGS = TrainSettings(steps=10, seed=3, evaluate_every=3, loss_weights={"mask": 0.5})


@pytest.fixture
def network():
    """As with pretrained weights: the trunk rests for the first three of ten steps."""
    made = build(TINY, CATEGORIES, seed=1)
    made.is_pretrained = True
    return made


@pytest.fixture
def learned(sample):
    return [sample(n) for n in range(4)]


@pytest.fixture
def held_out(sample):
    return [sample(n) for n in range(5, 10)]


@pytest.fixture
def place(tmp_path):
    return tmp_path / "moment.safetensors"


def told(events):
    """What was told, without the times."""
    kinds = {StepDone: {"seconds_left": 0.0}, TrainingDone: {"seconds": 0.0}}
    return [replace(e, **kinds.get(type(e), {})) for e in events]


def leave(trainer, is_there, place):
    """Train until an event, write a snapshot, and leave; what was told."""
    events = trainer.events()
    seen = []
    for event in events:
        seen.append(event)
        if is_there(event):
            break
    snapshot.write(place, trainer.network, trainer.state())
    events.close()
    return seen


def go_on(place, learned, held_out, **changes):
    """A fresh network with what is on disk."""
    network, state = snapshot.read(place)
    settings = replace(state.settings, **changes) if changes else None
    return Trainer(network, learned, held_out, settings, state=state)


@pytest.mark.parametrize(
    "is_there",
    [
        lambda e: isinstance(e, StepDone) and e.step == 2,
        lambda e: isinstance(e, StepDone) and e.step == 3,  # an evaluation is due
        lambda e: isinstance(e, Evaluated) and e.step == 6,
        lambda e: isinstance(e, StepDone) and e.step == 10,
    ],
    ids=["while the trunk rests", "before an evaluation", "after one", "before the last one"],
)
def test_two_halves_of_a_training_are_one_whole(network, learned, held_out, place, is_there):
    whole = list(train(build_again(network), learned, held_out, SETTINGS))

    first = leave(Trainer(network, learned, held_out, SETTINGS), is_there, place)
    rest = go_on(place, learned, held_out)
    second = list(rest.events())

    assert told(first + second) == told(whole)
    assert isinstance(second[-1], TrainingDone)


def build_again(network):
    """The same network once more, with weights of its own."""
    made = build(TINY, CATEGORIES, seed=1)
    made.is_pretrained = network.is_pretrained
    return made


def test_both_end_with_the_same_weights(network, learned, held_out, place):
    whole = build_again(network)
    list(train(whole, learned, held_out, SETTINGS))

    leave(Trainer(network, learned, held_out, SETTINGS), lambda e: e.step == 4, place)
    rest = go_on(place, learned, held_out)
    list(rest.events())

    state = rest.network.state_dict()
    assert all(torch.equal(value, state[name]) for name, value in whole.state_dict().items())


def test_left_in_an_evaluation_it_goes_on_before_it(network, learned, held_out, place):
    whole = list(train(build_again(network), learned, held_out, SETTINGS))
    trainer = Trainer(network, learned, held_out, SETTINGS)

    first = leave(trainer, lambda e: isinstance(e, Evaluating) and e.done == 2, place)
    second = list(go_on(place, learned, held_out).events())

    kept = [event for event in first if isinstance(event, StepDone)]
    assert told(kept + second) == told(whole)


def test_the_best_so_far_is_remembered(network, learned, held_out, place, monkeypatch):
    trainer = Trainer(network, learned, held_out, SETTINGS)
    leave(trainer, lambda e: isinstance(e, Evaluated) and e.step == 6, place)

    _, state = snapshot.read(place)

    ours, theirs = trainer.state().standing, state.standing
    assert (theirs.evaluated, theirs.metrics, theirs.stale) == (6, ours.metrics, ours.stale)
    assert theirs.best.value == ours.best.value
    assert theirs.best.metrics == ours.best.metrics
    assert all(torch.equal(v, theirs.best.mean[k]) for k, v in ours.best.mean.items())


def test_a_halved_batch_stays_halved(network, learned, place):
    trainer = Trainer(network, learned, (), replace(SETTINGS, batch_size=4))
    trainer.batch_size = 1
    leave(trainer, lambda e: e.step == 1, place)

    assert go_on(place, learned, ()).batch_size == 1


def test_one_may_go_on_with_another_rate_and_other_steps(network, learned, place):
    leave(Trainer(network, learned, (), SETTINGS), lambda e: e.step == 5, place)

    plain = [e for e in go_on(place, learned, ()).events() if isinstance(e, StepDone)]
    slow = go_on(place, learned, (), learning_rate=0.1 * default_rate(network), steps=8)
    slower = [e for e in slow.events() if isinstance(e, StepDone)]

    assert [e.step for e in plain] == [6, 7, 8, 9, 10]
    assert [(e.step, e.steps) for e in slower] == [(6, 8), (7, 8), (8, 8)]
    assert slower[0].losses == plain[0].losses, "the first step is from the same weights"
    assert slower[1].losses != plain[1].losses
    assert slower[0].learning_rate < 0.2 * plain[0].learning_rate


def test_it_serves_what_was_learned_by_then(network, learned, held_out, place):
    trainer = Trainer(network, learned, (), SETTINGS)
    leave(trainer, lambda e: e.step == 4, place)  # leaves the mean in the network

    served, state = snapshot.read(place)
    snapshot.install(served, state)

    own = network.state_dict()
    assert all(torch.equal(value, own[name]) for name, value in served.state_dict().items())
    assert not served.training
    assert evaluate(served, held_out) == evaluate(network, held_out)


def test_images_that_went_leave_their_order_behind(network, learned, place):
    leave(Trainer(network, learned, (), SETTINGS), lambda e: e.step == 1, place)

    fewer = list(go_on(place, learned[:2], ()).events())

    assert [type(e) for e in fewer[-2:]] == [StepDone, TrainingDone]


def test_settings_survive_and_unknown_ones_are_left_out():
    body = json.loads(json.dumps(SETTINGS.to_json()))

    assert TrainSettings.from_json(body) == SETTINGS
    body["augmentation"]["magic"] = body["magic"] = 1
    assert TrainSettings.from_json(body) == SETTINGS
    assert TrainSettings.from_json({}) == TrainSettings()


def test_a_failed_write_keeps_the_old_snapshot(network, learned, place, monkeypatch):
    trainer = Trainer(network, learned, (), SETTINGS)
    leave(trainer, lambda e: e.step == 1, place)
    before = {p.name: p.read_bytes() for p in place.parent.iterdir()}

    def full_disk(_tensors, path):
        path.write_bytes(b"half")
        raise SafetensorError("I/O error: No space left on device (os error 28)")

    monkeypatch.setattr(checkpoint, "save_file", full_disk)

    with pytest.raises(OSError, match="No space left"):
        snapshot.write(place, network, trainer.state())
    assert {p.name: p.read_bytes() for p in place.parent.iterdir()} == before


def test_what_is_no_snapshot_is_refused(network, place):
    checkpoint.save(network, place)

    with pytest.raises(CheckpointError, match="no snapshot of a training"):
        snapshot.read(place)
    with pytest.raises(CheckpointError, match=r"nothing\.json"):
        snapshot.read(place.with_name("nothing.safetensors"))


@pytest.fixture
def written(network, learned, place):
    leave(Trainer(network, learned, (), SETTINGS), lambda e: e.step == 1, place)
    return place


def change_state(place, **changes):
    card = json.loads(checkpoint.card_path(place).read_text())
    card["state"].update(changes)
    checkpoint.card_path(place).write_text(json.dumps(card))


def test_a_truncated_snapshot_is_refused(written):
    written.write_bytes(written.read_bytes()[:-9])

    with pytest.raises(CheckpointError, match="not what was saved"):
        snapshot.read(written)


class Evil:
    def __reduce__(self):
        return (exec, ("raise SystemExit('the snapshot ran code')",))


def test_a_pickle_in_disguise_is_never_run(written):
    written.write_bytes(pickle.dumps(Evil()))
    card = json.loads(checkpoint.card_path(written).read_text())
    card["sha256"] = checkpoint._digest(written)
    checkpoint.card_path(written).write_text(json.dumps(card))

    with pytest.raises(CheckpointError, match="does not fit"):
        snapshot.read(written)


@pytest.mark.parametrize(
    "changes",
    [
        {"step": None},
        {"settings": {"augmentation": {"scale": 3}, "steps": 2}, "numbers": 3},
        {"best": {"value": 1}},
        {"metrics": {"nose": {"AP": 1}}},
        {"batches": 7},
    ],
)
def test_a_card_that_says_odd_things_is_refused(written, changes):
    change_state(written, **changes)

    with pytest.raises(CheckpointError, match="does not fit"):
        snapshot.read(written)


@pytest.mark.parametrize(
    "changes",
    [
        {"batches": {}},
        {"batches": {"images": 4, "order": [99], "random": None}},
        {"numbers": {"nowhere/momentum": 1}},
    ],
)
def test_a_state_that_is_of_another_training_is_refused(written, learned, changes):
    change_state(written, **changes)

    with pytest.raises(CheckpointError, match="does not fit this training"):
        go_on(written, learned, ())


def test_a_snapshot_of_another_kind_of_optimizer_is_refused(network, written, learned):
    weight, _ = next(network.named_parameters())
    change_state(written, numbers={f"{weight}/momentum_buffer": 1})

    with pytest.raises(CheckpointError, match="does not know 'momentum_buffer'"):
        go_on(written, learned, ())


def test_a_snapshot_of_another_network_is_refused(written, learned):
    other = build(TINY, [BOX])
    _, state = snapshot.read(written)

    with pytest.raises(CheckpointError, match="does not fit this training"):
        Trainer(other, learned, state=state)
    with pytest.raises(CheckpointError, match="another network"):
        snapshot.install(other, state)
    with pytest.raises(ValueError, match="another network"):
        Average(other).resume({}, 1)


def test_memory_that_ran_out_is_told_and_the_training_can_be_left_there(
    network, learned, place, monkeypatch
):
    forward = type(network).forward

    def cramped(self, images, targets, generator):
        if len(images) > 1:
            raise torch.OutOfMemoryError("CUDA out of memory")
        return forward(self, images, targets, generator)

    monkeypatch.setattr(type(network), "forward", cramped)
    trainer = Trainer(network, learned, (), SETTINGS)
    seen = leave(trainer, lambda e: isinstance(e, BatchHalved), place)

    assert seen == [BatchHalved(1, 1)]
    rest = list(go_on(place, learned, ()).events())
    assert [e.step for e in rest if isinstance(e, StepDone)] == list(range(1, 11))
