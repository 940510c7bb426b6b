"""Networks on disk: weights in one file, and beside it a card in JSON that says what they are.

Neither file can run anything when it is read.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping
from dataclasses import asdict, fields
from pathlib import Path
from typing import Any

import torch
import torchvision
from safetensors import SafetensorError, safe_open
from safetensors.torch import load_file, save_file
from torch import Tensor

from models.errors import CheckpointError
from models.mask_rcnn import Network
from models.presets import Preset
from models.types import CategorySpec

FORMAT = 1
_MAX_CATEGORIES = 10_000
_MAX_CARD = 64 * 2**20
_EXTRA = "extra"


def card_path(path: Path) -> Path:
    """Where the JSON of a checkpoint lies."""
    return path.with_suffix(".json")


def save(network: Network, path: Path, extra: Mapping[str, Any] | None = None) -> None:
    """Write a network; an older one at the same place survives every failure.

    Args:
        network: on any device.
        path: of the weights, ending in `.safetensors`; the card lies beside it with `.json`.
        extra: whatever the caller wants to remember with it (metrics, seed, parent), as JSON.

    Raises:
        ValueError: when the path has another ending, or `extra` is not JSON.
        OSError: when it cannot be written.
    """
    weights = {
        name: value.detach().cpu().contiguous() for name, value in network.state_dict().items()
    }
    write(path, weights, {**describe(network), _EXTRA: dict(extra or {})})


def write(path: Path, tensors: Mapping[str, Tensor], card: Mapping[str, Any]) -> None:
    """Write tensors and their card beside the older ones, and then in their place.

    Args:
        path: as for `save`.
        tensors: contiguous, on the CPU.
        card: JSON; the file's hash is added.

    Raises:
        ValueError: when the path has another ending, or the card is not JSON.
        OSError: when it cannot be written.
    """
    if path.suffix != ".safetensors":
        raise ValueError(f"a checkpoint ends in .safetensors, not {path.suffix!r}")
    part = path.with_name(path.name + ".part")
    card_part = card_path(path).with_name(card_path(path).name + ".part")
    try:
        save_file(dict(tensors), part)
        text = json.dumps({**card, "sha256": _digest(part)}, indent=1, allow_nan=False)
        card_part.write_text(text, encoding="utf-8")
        part.replace(path)
        card_part.replace(card_path(path))
    except SafetensorError as error:  # what it makes of a full disk
        raise OSError(str(error)) from error
    finally:
        part.unlink(missing_ok=True)
        card_part.unlink(missing_ok=True)


def describe(network: Network) -> dict[str, Any]:
    """The beginning of a card: all that a network of the same shape is built from."""
    return {
        "format": FORMAT,
        "preset": asdict(network.preset),
        "categories": [asdict(category) for category in network.categories],
        "is_pretrained": network.is_pretrained,
        "versions": {"torch": torch.__version__, "torchvision": torchvision.__version__},
    }


def read_card(path: Path) -> dict[str, Any]:
    """What is known of a checkpoint without loading it; the caller's own part under "extra".

    Raises:
        CheckpointError: when there is none, or it is none of ours.
    """
    place = card_path(path)
    try:
        if place.stat().st_size > _MAX_CARD:
            raise CheckpointError(f"{place.name} is far too large to describe a checkpoint.")
        card = json.loads(place.read_text(encoding="utf-8"))
    except (OSError, ValueError, RecursionError) as error:
        raise CheckpointError(
            f"{place.name}, which describes the checkpoint, cannot be read: {error}"
        ) from error
    if not isinstance(card, dict) or not isinstance(card.get("format"), int):
        raise CheckpointError(f"{place.name} does not describe a checkpoint.")
    if card["format"] > FORMAT:
        raise CheckpointError(
            f"{path.name} was written by a newer version of the program; update to use it."
        )
    return card


def load(path: Path) -> Network:
    """Read a network: on the CPU, in evaluation mode.

    Sizes are checked before memory is taken for them, and every tensor against the network's own.

    Raises:
        CheckpointError: when the files are missing, truncated, altered or foreign.
    """
    card = read_card(path)
    network, tensors = read(path, card, prefix="")
    try:
        network.load_state_dict(tensors)
    except (RuntimeError, ValueError) as error:
        raise CheckpointError(f"{path.name} does not fit its description: {error}") from error
    return network


def read(path: Path, card: Mapping[str, Any], *, prefix: str) -> tuple[Network, dict[str, Tensor]]:
    """The network a card describes, still with fresh weights, and all tensors of its file.

    Args:
        path: of the tensors.
        card: what `read_card` gave.
        prefix: of the names of the network's own tensors in the file; their shapes are compared
            before any tensor is read.

    Raises:
        CheckpointError: when the file is truncated, altered or foreign.
    """
    preset, categories = _configuration(card, path)
    _check_weights(path, card)
    try:
        network = Network(preset, categories)
        _check_shapes(network, path, prefix)
        tensors = load_file(path)
    except (SafetensorError, RuntimeError, ValueError, OSError, LookupError) as error:
        raise CheckpointError(f"{path.name} does not fit its description: {error}") from error
    network.is_pretrained = bool(card.get("is_pretrained"))
    network.to(memory_format=torch.channels_last)
    return network.eval(), tensors


def _configuration(card: Mapping[str, Any], path: Path) -> tuple[Preset, list[CategorySpec]]:
    try:
        given = {"is_lit": False, **card["preset"]}  # older networks learned without light
        preset = Preset(
            **{f.name: _tuples(given[f.name]) for f in fields(Preset) if f.name in given}
        )
        preset.check()
        rows = card["categories"]
        if not 1 <= len(rows) <= _MAX_CATEGORIES:
            raise ValueError(f"{len(rows)} categories")
        categories = [
            CategorySpec(**{f.name: _tuples(row[f.name]) for f in fields(CategorySpec)})
            for row in rows
        ]
        if sum(len(category.joints) for category in categories) > _MAX_CATEGORIES:
            raise ValueError("too many joints")
    except (KeyError, TypeError, ValueError, AttributeError) as error:
        raise CheckpointError(f"{card_path(path).name} describes no network: {error}") from error
    return preset, categories


def _tuples(value: Any) -> Any:
    return tuple(_tuples(item) for item in value) if isinstance(value, list) else value


def _check_weights(path: Path, card: Mapping[str, Any]) -> None:
    try:
        digest = _digest(path)
    except OSError as error:
        raise CheckpointError(f"{path.name} cannot be read: {error.strerror}") from error
    if digest != card.get("sha256"):
        raise CheckpointError(
            f"{path.name} is not what was saved (truncated, altered or another file); "
            "use another model version, or train again."
        )


def _check_shapes(network: Network, path: Path, prefix: str) -> None:
    """Compare the file's header with the network before any tensor is read."""
    own = {prefix + name: tuple(value.shape) for name, value in network.state_dict().items()}
    with safe_open(path, framework="pt") as file:
        names = [name for name in file.keys() if name.startswith(prefix)]  # noqa: SIM118
        given = {name: tuple(file.get_slice(name).get_shape()) for name in names}
    if given != own:
        odd = sorted(name for name in own.keys() | given.keys() if own.get(name) != given.get(name))
        raise ValueError(f"{len(odd)} tensors differ, the first is {odd[0]}")


def _digest(path: Path) -> str:
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()
