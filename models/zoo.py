"""Networks by name, with weights from torchvision's hub, from a file, or fresh ones."""

from __future__ import annotations

import pickle
import re
import socket
from collections.abc import Mapping, Sequence
from http.client import HTTPException
from pathlib import Path
from typing import Literal

import torch
from safetensors.torch import load_file
from torch import Tensor, nn
from torchvision.models import get_weight

from models import checkpoint
from models.errors import CheckpointError, WeightsUnavailable
from models.mask_rcnn import Network
from models.presets import PRESETS, Preset
from models.rows import matching_rows
from models.starting import STARTER, starter_of
from models.types import CategorySpec

_ENOUGH = 0.9  # share of the trunk's weights a file must hold to count as weights for it
_PATIENCE_S = 20.0
_RENAMED = (
    (re.compile(r"(backbone\.fpn\.(?:inner|layer)_blocks\.\d+)\.(weight|bias)"), r"\1.0.\2"),
    (re.compile(r"(rpn\.head\.conv)\.(weight|bias)"), r"\1.0.0.\2"),
)
"""What torchvision's older detector files, COCO_V1 among them, call by another name today."""

_OLD_MASK_LAYER = re.compile(r"roi_heads\.mask_head\.mask_fcn(\d+)\.(weight|bias)")


def find_device(name: str | None = None) -> torch.device:
    """The device of that name, or the best there is: CUDA, then MPS, then the CPU.

    Raises:
        ValueError: when the name is no device, or one that is not there.
    """
    if name is None:
        if torch.cuda.is_available():
            return torch.device("cuda")
        return torch.device("mps" if torch.backends.mps.is_available() else "cpu")
    try:
        device = torch.device(name)
        torch.zeros(1, device=device)
    except (RuntimeError, AssertionError, NotImplementedError) as error:
        raise ValueError(f"device {name!r} cannot be used here: {_first_line(error)}") from error
    return device


def default_preset(device: torch.device) -> str:
    """The preset that suits a device: the small one on a CPU, the usual one on a GPU."""
    return "squeezenet1_0" if device.type == "cpu" else "resnet50"


def build(
    preset: str | Preset,
    categories: Sequence[CategorySpec],
    weights: Path | Literal["hub", "starter"] | None = None,
    *,
    seed: int = 0,
) -> Network:
    """A network on the CPU, in evaluation mode.

    Args:
        preset: a name in `PRESETS`.
        categories: in label order.
        weights: "hub" for torchvision's own, fetched once with progress and checked against their
            hash; "starter" for those that come with the program; a file in torchvision's layout
            (safetensors, or .pth read without unpickling code), of the trunk or of a whole
            detector; None for fresh weights.
        seed: of the fresh weights.

    Raises:
        ValueError: for an unknown preset or no categories.
        WeightsUnavailable: when weights were asked for and cannot be had.
    """
    if isinstance(preset, str):
        if preset not in PRESETS:
            raise ValueError(f"no preset {preset!r}; there are {', '.join(PRESETS)}")
        preset = PRESETS[preset]
    with torch.random.fork_rng(devices=[]):
        torch.manual_seed(seed)
        network = Network(preset, categories)
    if weights == STARTER:
        adopt(network, *_starter(preset), source="the starter")
    elif weights == "hub":
        adopt(network, _fetch(preset), source="torchvision")
    elif weights is not None:
        adopt(network, read_weights(Path(weights)), source=Path(weights).name)
    network.to(memory_format=torch.channels_last)
    return network.eval()


def _starter(preset: Preset) -> tuple[Mapping[str, Tensor], Sequence[CategorySpec]]:
    """The weights that come with the program, and what they know."""
    place = starter_of(preset.name)
    if place is None:
        raise WeightsUnavailable(
            f"There is no starter for {preset.name}, only for the small model; choose that, "
            "fetched weights, or a file."
        )
    try:
        network = checkpoint.load(place)
    except CheckpointError as error:
        raise WeightsUnavailable(f"The starter is damaged: {error} Install again.") from error
    state = {k: v for k, v in network.state_dict().items() if k != "mask_channel"}
    return state, network.categories


def _fetch(preset: Preset) -> Mapping[str, Tensor]:
    """Weights of torchvision, from its cache or its server."""
    former = socket.getdefaulttimeout()
    socket.setdefaulttimeout(_PATIENCE_S)  # torch.hub itself would wait for ever
    try:
        state: Mapping[str, Tensor] = get_weight(preset.hub).get_state_dict(
            progress=True, check_hash=True, weights_only=True
        )
    except (OSError, HTTPException, RuntimeError, EOFError, pickle.UnpicklingError) as error:
        raise WeightsUnavailable(
            f"Weights for {preset.name} could not be fetched: {_first_line(error)}. Connect to "
            "the network once, give a weights file, or train without them (it then needs more "
            "images and time)."
        ) from error
    finally:
        socket.setdefaulttimeout(former)
    return state


def read_weights(path: Path) -> Mapping[str, Tensor]:
    """A state dictionary from a file; nothing in the file is ever run.

    Raises:
        WeightsUnavailable: when the file is missing, broken, or holds more than tensors.
    """
    try:
        if path.suffix == ".safetensors":
            return load_file(path)
        state = torch.load(path, map_location="cpu", weights_only=True)
    except Exception as error:  # a broken or hostile pickle may raise anything
        raise WeightsUnavailable(
            f"Weights file {path.name} cannot be read: {_first_line(error)}. Give a "
            ".safetensors or .pth file with the weights of a torchvision model."
        ) from error
    if isinstance(state, Mapping) and isinstance(state.get("model"), Mapping):
        state = state["model"]  # as torchvision's reference training saves it
    if not isinstance(state, Mapping) or not all(isinstance(v, Tensor) for v in state.values()):
        raise WeightsUnavailable(f"Weights file {path.name} is not a dictionary of tensors.")
    return state


def adopt(
    network: Network,
    state: Mapping[str, Tensor],
    known: Sequence[CategorySpec] | None = None,
    *,
    source: str,
) -> None:
    """Copy what fits of a trunk's or a detector's weights into a network.

    Rows of a detector's predictors are copied for categories and joints of the same name.

    Args:
        network: to copy into.
        state: the weights.
        known: the detector's categories; COCO's where None.
        source: where they are from, for the complaint.

    Raises:
        WeightsUnavailable: when the weights are not for this trunk.
    """
    own = network.state_dict()
    if any(key.startswith("backbone.") for key in state):
        given = {_present_name(key): value for key, value in state.items()}
        given = {k: v for k, v in given.items() if "_predictor." not in k or "conv5" in k}
        theirs = coco_categories() if known is None else known
        given |= matching_rows(own, state, network.categories, theirs)
    else:
        given = {f"backbone.body.{k.removeprefix('features.')}": v for k, v in state.items()}
    fitting = {k: v for k, v in given.items() if k in own and own[k].shape == v.shape}
    trunk = [k for k in own if k.startswith("backbone.body.") and not k.endswith("_tracked")]
    share = sum(key in fitting for key in trunk) / len(trunk)
    if share < _ENOUGH:
        raise WeightsUnavailable(
            f"The weights in {source} are not for {network.preset.trunk}: "
            f"{share:.0%} of its trunk is in them."
        )
    network.load_state_dict(fitting, strict=False)
    network.is_pretrained = True
    for name, child in network.backbone.body.named_children():
        _set_trainable(child, name not in network.preset.frozen)


def coco_categories() -> list[CategorySpec]:
    """What torchvision's detectors know, in the order of their labels, gaps included."""
    names = get_weight(PRESETS["resnet50"].hub).meta["categories"]
    return [CategorySpec(name) for name in names[1:]]


def _present_name(key: str) -> str:
    for pattern, name in _RENAMED:
        if pattern.fullmatch(key):
            return pattern.sub(name, key)
    old = _OLD_MASK_LAYER.fullmatch(key)
    return f"roi_heads.mask_head.{int(old[1]) - 1}.0.{old[2]}" if old else key


def _set_trainable(module: nn.Module, is_trainable: bool) -> None:
    for parameter in module.parameters():
        parameter.requires_grad_(is_trainable)


def _first_line(error: BaseException) -> str:
    return str(error).strip().split("\n")[0] or type(error).__name__
