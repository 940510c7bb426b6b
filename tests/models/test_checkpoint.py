"""Networks survive the disk; what is not ours is refused with a clear word."""

import json
import pickle

import pytest
import torch
from safetensors.torch import save_file

from models import checkpoint
from models.checkpoint import card_path, load, read_card, save
from models.errors import CheckpointError


@pytest.fixture
def path(tiny, tmp_path):
    place = tmp_path / "one.safetensors"
    save(tiny, place, {"metrics": {"box": {"AP": 0.5}}, "seed": 3})
    return place


def change_card(path, **changes):
    card = json.loads(card_path(path).read_text())
    card.update(changes)
    card_path(path).write_text(json.dumps(card))


def test_a_network_comes_back_as_it_was(tiny, path, sample):
    tiny.mask_channel[1] = -1
    tiny.is_pretrained = True
    save(tiny, path)
    image = torch.from_numpy(sample(0).read(96)).permute(2, 0, 1).float() / 255

    again = load(path)

    assert again.preset == tiny.preset
    assert again.categories == tiny.categories
    assert again.is_pretrained
    assert not again.training
    assert all(torch.equal(v, again.state_dict()[k]) for k, v in tiny.state_dict().items())
    one, other = (n.detect([image], floor=0.0)[0] for n in (tiny, again))
    assert torch.equal(one.kept.boxes, other.kept.boxes)


def test_the_card_tells_what_was_remembered(path):
    card = read_card(path)

    assert card["extra"] == {"metrics": {"box": {"AP": 0.5}}, "seed": 3}
    assert card["versions"]["torch"] == torch.__version__
    assert [category["name"] for category in card["categories"]] == ["box", "face"]


def test_a_failed_save_keeps_the_old_files_and_leaves_nothing_behind(tiny, path, monkeypatch):
    before = {p.name: p.read_bytes() for p in path.parent.iterdir()}

    def full_disk(weights, place):
        place.write_bytes(b"half")
        raise OSError("no space left")

    monkeypatch.setattr(checkpoint, "save_file", full_disk)

    with pytest.raises(OSError, match="no space"):
        save(tiny, path)
    assert {p.name: p.read_bytes() for p in path.parent.iterdir()} == before


def test_another_ending_is_refused(tiny, tmp_path):
    with pytest.raises(ValueError, match=r"\.safetensors"):
        save(tiny, tmp_path / "one.pth")


def test_a_missing_checkpoint_is_a_clear_error(tmp_path, path):
    with pytest.raises(CheckpointError, match=r"none\.json"):
        load(tmp_path / "none.safetensors")
    path.unlink()
    with pytest.raises(CheckpointError, match="cannot be read"):
        load(path)


def test_a_truncated_checkpoint_is_refused(path):
    path.write_bytes(path.read_bytes()[:-1000])

    with pytest.raises(CheckpointError, match="not what was saved"):
        load(path)


class Evil:
    def __reduce__(self):
        return (exec, ("raise SystemExit('the checkpoint ran code')",))


def test_a_pickle_in_disguise_is_never_run(path):
    path.write_bytes(pickle.dumps(Evil()))
    with pytest.raises(CheckpointError, match="not what was saved"):
        load(path)

    change_card(path, sha256=checkpoint._digest(path))
    with pytest.raises(CheckpointError, match="does not fit"):
        load(path)


def test_tensors_of_another_network_are_refused(tiny, path):
    state = {k: v.contiguous() for k, v in tiny.state_dict().items()}
    state["roi_heads.box_predictor.cls_score.bias"] = torch.zeros(9)
    save_file(state, path)
    change_card(path, sha256=checkpoint._digest(path))

    with pytest.raises(CheckpointError, match="cls_score"):
        load(path)


@pytest.mark.parametrize(
    "changes",
    [
        {"preset": {"name": "x"}},
        {"preset": None},
        {"categories": []},
        {"categories": [{"name": "a"}]},
        {"categories": 7},
    ],
)
def test_a_card_that_describes_no_network_is_refused(path, changes):
    change_card(path, **changes)

    with pytest.raises(CheckpointError, match="describes no network"):
        load(path)


@pytest.mark.parametrize(
    ("field", "value"),
    [
        ("box_width", 10**9),
        ("levels", [["5", 10**9]]),
        ("anchors", [[8] * 10**5] * 3),
        ("proposal_levels", ["7", "8", "9"]),
        ("trunk", "alexnet"),
        ("channels", "many"),
    ],
)
def test_a_card_asking_for_the_whole_memory_is_refused(path, field, value):
    preset = read_card(path)["preset"]
    change_card(path, preset={**preset, field: value})

    with pytest.raises(CheckpointError, match="describes no network"):
        load(path)


def test_a_network_that_learned_before_dim_pictures_were_lit_goes_on_seeing_them_dim(path):
    assert load(path).preset.is_lit
    preset = read_card(path)["preset"]
    del preset["is_lit"]
    change_card(path, preset=preset)
    assert not load(path).preset.is_lit


@pytest.mark.parametrize("text", ["", "{", "[]", '{"format": "x"}', "\x00"])
def test_a_broken_card_is_refused(path, text):
    card_path(path).write_text(text)

    with pytest.raises(CheckpointError):
        load(path)


def test_a_newer_format_is_refused_with_advice(path):
    change_card(path, format=99)

    with pytest.raises(CheckpointError, match="newer version"):
        load(path)
