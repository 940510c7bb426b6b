"""The weights that come with the program, and what a new network takes over from them."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pytest
import torch

from models import checkpoint, zoo
from models.errors import WeightsUnavailable
from models.mask_rcnn import Network
from models.rows import matching_rows
from models.starting import source_of
from models.types import CategorySpec
from models.zoo import build

LEFT = CategorySpec("Person", ("Left_Wrist", "nose"))
KNOWN = (CategorySpec("ball"), CategorySpec("person", ("neck", "left wrist")))


@pytest.fixture
def starter(tmp_path: Path, tiny_preset, monkeypatch: pytest.MonkeyPatch) -> Network:
    """A starter of the tiny preset in half precision, in the place of the shipped one."""
    network = build(tiny_preset, KNOWN, seed=3)
    network.mask_channel.fill_(-1)
    checkpoint.save(network.half(), tmp_path / "starter.safetensors")
    monkeypatch.setattr(zoo, "starter_of", lambda _: tmp_path / "starter.safetensors")
    return checkpoint.load(tmp_path / "starter.safetensors")


def test_a_new_network_starts_where_the_starter_is(tiny_preset, starter: Network) -> None:
    network = build(tiny_preset, [LEFT, CategorySpec("tree")], "starter", seed=9)
    ours, theirs = network.state_dict(), starter.state_dict()
    for key in ("backbone.fpn.layer_blocks.0.0.weight", "roi_heads.box_head.fc6.weight"):
        assert ours[key].dtype == torch.float32
        assert torch.equal(ours[key], theirs[key])
    scores = "roi_heads.box_predictor.cls_score.weight"
    assert torch.equal(ours[scores][:2], theirs[scores][[0, 2]])
    fresh = build(tiny_preset, [LEFT, CategorySpec("tree")], seed=9).state_dict()
    assert torch.equal(ours[scores][2], fresh[scores][2])
    assert ours["mask_channel"].tolist() == [0, 1, 2]
    assert network.is_pretrained


def test_joints_are_taken_over_by_name(tiny_preset, starter: Network) -> None:
    network = build(tiny_preset, [CategorySpec("dog"), LEFT], "starter", seed=9)
    key = "roi_heads.keypoint_predictor.kps_score_lowres.weight"
    ours, theirs = network.state_dict()[key], starter.state_dict()[key]
    fresh = build(tiny_preset, [CategorySpec("dog"), LEFT], seed=9).state_dict()[key]
    assert torch.equal(ours[:, 0], theirs[:, 1])
    assert torch.equal(ours[:, 1], fresh[:, 1])


def test_nothing_in_common_leaves_all_but_the_background(tiny_preset) -> None:
    own = build(tiny_preset, [CategorySpec("tree")], seed=1).state_dict()
    given = build(tiny_preset, KNOWN, seed=2).state_dict()
    found = matching_rows(own, given, [CategorySpec("tree")], KNOWN)
    key = "roi_heads.box_predictor.bbox_pred.weight"
    assert torch.equal(found[key][:4], given[key][:4])
    assert torch.equal(found[key][4:], own[key][4:])
    assert not any("keypoint" in name for name in found)


def test_heads_of_another_width_are_left_alone(tiny_preset) -> None:
    own = build(tiny_preset, [LEFT], seed=1).state_dict()
    wide = replace(tiny_preset, box_width=tiny_preset.box_width * 2)
    given = build(wide, KNOWN, seed=2).state_dict()
    found = matching_rows(own, given, [LEFT], KNOWN)
    assert not any("cls_score.weight" in name for name in found)


def test_a_preset_without_a_starter_says_so(tiny_preset, monkeypatch) -> None:
    monkeypatch.setattr(zoo, "starter_of", lambda _: None)
    with pytest.raises(WeightsUnavailable, match="no starter for"):
        build(tiny_preset, [LEFT], "starter")


def test_a_damaged_starter_says_so(tiny_preset, starter: Network, tmp_path: Path) -> None:
    (tmp_path / "starter.safetensors").write_bytes(b"half a file")
    with pytest.raises(WeightsUnavailable, match="starter is damaged"):
        build(tiny_preset, [LEFT], "starter")


def test_the_best_beginning_is_the_starter_where_there_is_one():
    assert source_of("best", "squeezenet1_0") == "starter"
    assert source_of("best", "resnet50") == "hub"
    assert source_of("hub", "squeezenet1_0") == "hub"
    assert source_of("a/file.safetensors", "resnet50") == Path("a/file.safetensors")
    assert source_of(None, "squeezenet1_0") is None
