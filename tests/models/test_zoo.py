"""Networks by name, and where their weights come from."""

import pickle
from urllib.error import URLError

import pytest
import torch
from torchvision.models import get_weight

from models import zoo
from models.errors import WeightsUnavailable
from models.predict import predict
from models.presets import PRESETS
from models.train import TrainingDone, TrainSettings, train
from models.types import CategorySpec
from models.zoo import adopt, build, default_preset, find_device, read_weights
from tests.models.drawn import BOX, FACE


@pytest.mark.parametrize("name", ["squeezenet1_0", "mobilenet_v3_large"])
def test_small_presets_train_and_predict(name, sample):
    network = build(name, [BOX, FACE])

    events = list(train(network, [sample(0)], [], TrainSettings(steps=1, batch_size=1)))

    assert isinstance(events[-1], TrainingDone)
    assert len(list(predict(network, [sample(1)]))) == 1


def test_the_small_preset_is_small():
    network = build("squeezenet1_0", [BOX])

    assert 5e6 < sum(parameter.numel() for parameter in network.parameters()) < 6e6


@pytest.mark.parametrize("name", ["resnet50", "resnet50_v2"])
def test_big_presets_carry_torchvisions_names(name):
    """So that COCO weights fit; built without memory."""
    with torch.device("meta"):
        network = zoo.Network(PRESETS[name], [BOX])

    names = network.state_dict().keys()
    assert "roi_heads.mask_predictor.mask_fcn_logits.weight" in names
    assert "backbone.fpn.inner_blocks.0.0.weight" in names
    assert get_weight(PRESETS[name].hub).url.startswith("https://")


def test_an_unknown_preset_names_those_there_are():
    with pytest.raises(ValueError, match="squeezenet1_0"):
        build("alexnet", [BOX])


def test_fresh_weights_follow_their_seed(tiny_preset):
    one, same, other = (build(tiny_preset, [BOX], seed=seed).state_dict() for seed in (1, 1, 2))

    key = "roi_heads.box_predictor.cls_score.weight"
    assert torch.equal(one[key], same[key])
    assert not torch.equal(one[key], other[key])


def test_trunk_weights_from_a_file(shared, tiny_preset):
    weights = shared / "weights" / "squeezenet1_0-imagenet.safetensors"

    network = build(tiny_preset, [BOX], weights)

    given = read_weights(weights)
    assert torch.equal(
        network.backbone.body["3"].squeeze.weight, given["features.3.squeeze.weight"]
    )
    assert network.is_pretrained
    assert not network.backbone.body["0"].weight.requires_grad


def test_weights_from_a_pth_file(tiny_preset, tmp_path):
    trunk = {k.replace("backbone.body", "features"): v for k, v in trunk_state(tiny_preset).items()}
    torch.save(trunk, tmp_path / "w.pth")
    torch.save({"model": trunk, "epoch": 3}, tmp_path / "reference.pth")

    for name in ("w.pth", "reference.pth"):
        network = build(tiny_preset, [BOX], tmp_path / name, seed=8)
        assert torch.equal(network.backbone.body["0"].weight, trunk["features.0.weight"])


def trunk_state(preset):
    state = build(preset, [BOX]).state_dict()
    return {k: v for k, v in state.items() if k.startswith("backbone.body.")}


class Evil:
    def __reduce__(self):
        return (exec, ("raise SystemExit('the weights ran code')",))


@pytest.mark.parametrize("protocol", [None, 2])
def test_a_malicious_file_is_refused_and_never_run(tiny_preset, tmp_path, protocol):
    path = tmp_path / "evil.pth"
    if protocol is None:
        torch.save({"a": Evil()}, path)
    else:
        path.write_bytes(pickle.dumps(Evil(), protocol=protocol))

    with pytest.raises(WeightsUnavailable, match=r"evil\.pth cannot be read"):
        build(tiny_preset, [BOX], path)


@pytest.mark.parametrize("name", ["none.pth", "none.safetensors"])
def test_a_missing_file_is_a_clear_error(tiny_preset, tmp_path, name):
    with pytest.raises(WeightsUnavailable, match=name):
        build(tiny_preset, [BOX], tmp_path / name)


@pytest.mark.parametrize("name", ["broken.pth", "broken.safetensors"])
def test_a_truncated_file_is_a_clear_error(tiny_preset, tmp_path, name):
    (tmp_path / name).write_bytes(b"\x80\x02half a file")

    with pytest.raises(WeightsUnavailable, match=name):
        build(tiny_preset, [BOX], tmp_path / name)


def test_weights_of_another_trunk_are_refused(tiny_preset, tmp_path):
    torch.save({"conv1.weight": torch.zeros(64, 3, 7, 7)}, tmp_path / "resnet.pth")

    with pytest.raises(WeightsUnavailable, match="not for squeezenet1_0"):
        build(tiny_preset, [BOX], tmp_path / "resnet.pth")


@pytest.mark.parametrize(
    "error", [URLError("no route to host"), RuntimeError("invalid hash value")]
)
def test_a_failed_download_says_what_happened_and_what_to_do(tiny_preset, monkeypatch, error):
    def fail(self, **kwargs):
        assert kwargs == {"progress": True, "check_hash": True, "weights_only": True}
        raise error

    monkeypatch.setattr(type(get_weight(tiny_preset.hub)), "get_state_dict", fail)

    with pytest.raises(WeightsUnavailable, match="could not be fetched") as caught:
        build(tiny_preset, [BOX], "hub")
    assert str(error).strip("<>").split()[-1] in str(caught.value)
    assert "weights file" in str(caught.value)


def test_rows_of_cocos_predictors_are_copied_by_name(tiny_preset):
    network = build(tiny_preset, [CategorySpec("zebra"), CategorySpec("Person")])
    names = get_weight(PRESETS["resnet50"].hub).meta["categories"]
    count = len(names)
    given = {k: v for k, v in network.state_dict().items() if "predictor" not in k}
    scores = torch.arange(count).float()
    given["roi_heads.box_predictor.cls_score.weight"] = scores[:, None].expand(count, 32).clone()
    given["roi_heads.box_predictor.bbox_pred.bias"] = torch.arange(4 * count).float()

    adopt(network, given, source="a test")

    rows = network.roi_heads.box_predictor.cls_score.weight[:, 0].tolist()
    assert rows == [0, names.index("zebra"), names.index("person")]
    assert network.roi_heads.box_predictor.bbox_pred.bias[8:].tolist() == [4, 5, 6, 7]


def test_the_names_of_older_detector_files_are_known(tiny_preset):
    network, other = build(tiny_preset, [BOX], seed=1), build(tiny_preset, [BOX], seed=2)
    new = ("fpn.inner_blocks.0.0.weight", "rpn.head.conv.0.0.weight", "mask_head.0.0.weight")
    old = ("fpn.inner_blocks.0.weight", "rpn.head.conv.weight", "mask_head.mask_fcn1.weight")
    given = dict(other.state_dict())
    for to, name in zip(old, new, strict=True):
        (key,) = (k for k in given if k.endswith(name))
        given[key.replace(name, to)] = given.pop(key)

    adopt(network, given, source="a test")

    theirs, ours = other.state_dict(), network.state_dict()
    for name in new:
        (key,) = (k for k in ours if k.endswith(name))
        assert torch.equal(ours[key], theirs[key])


def test_the_device_is_found_or_refused(monkeypatch):
    assert find_device("cpu").type == "cpu"
    with pytest.raises(ValueError, match="tpu9000"):
        find_device("tpu9000")
    monkeypatch.setattr(torch.cuda, "is_available", lambda: False)
    monkeypatch.setattr(torch.backends.mps, "is_available", lambda: False)
    assert find_device().type == "cpu"
    monkeypatch.setattr(torch.backends.mps, "is_available", lambda: True)
    assert find_device().type == "mps"
    monkeypatch.setattr(torch.cuda, "is_available", lambda: True)
    assert find_device().type == "cuda"


def test_the_default_preset_suits_the_device():
    assert default_preset(torch.device("cpu")) == "squeezenet1_0"
    assert default_preset(torch.device("cuda")) == "resnet50"
