"""How many steps, how fast, and which weights learn."""

from __future__ import annotations

import math

import torch
from torch import nn

from models.mask_rcnn import Network

Optimizer = torch.optim.Optimizer

_FEWEST, _MOST = 400, 4000
_RATE, _TRAINED_RATE = 1e-3, 1e-4
_WARM_UP = 100
_TRUNK = 0.1
_DECAY = 0.01


def default_steps(images: int) -> int:
    """Fifteen steps an image, at least 400 and at most 4000.

    On the few fruit images 300 steps reach a box AP of 0.56 and 450 one of 0.65; 400 leave room
    within ten minutes on two slow cores.
    """
    return min(max(15 * images, _FEWEST), _MOST)


def default_rate(network: Network) -> float:
    """The full learning rate: high where heads begin from nothing, low where they come trained.

    Heads and pyramid of the small presets begin from nothing. torchvision's own detectors come with
    heads trained on COCO, which learn at the rate of DETR (Carion et al., ECCV 2020).
    """
    return _RATE if network.preset.levels else _TRAINED_RATE


def learning_factor(step: int, steps: int) -> float:
    """Share of the full learning rate at a step counted from 0: linear warm-up, then a cosine.

    The warm-up takes 100 steps, or a fifth of a shorter training.
    """
    warm = max(1, min(_WARM_UP, steps // 5))
    if step < warm:
        return (step + 1) / warm
    return 0.5 * (1 + math.cos(math.pi * (step - warm) / max(1, steps - warm)))


def make_optimizer(network: Network, rate: float) -> Optimizer:
    """AdamW; a pretrained trunk learns at a tenth of the rate, its stem not at all.

    Each group carries its full rate under "full". Fused, a step is one pass over each weight. Why
    it is not SGD with momentum, as is usual for detectors: ``docs/decisions/0015-adamw.md``.
    """
    frozen = _frozen(network)
    trunk: list[nn.Parameter] = []
    rest: list[nn.Parameter] = []
    for name, parameter in network.named_parameters():
        if name.startswith(frozen):
            continue
        (trunk if name.startswith("backbone.body.") else rest).append(parameter)
    slow = rate * _TRUNK if network.is_pretrained else rate
    groups = [
        {"params": trunk, "lr": slow, "full": slow},
        {"params": rest, "lr": rate, "full": rate},
    ]
    return torch.optim.AdamW(groups, lr=rate, weight_decay=_DECAY, fused=True)


def set_trunk_training(network: Network, is_training: bool) -> None:
    """Let the trunk learn, or rest; the frozen stages of a pretrained one always rest."""
    frozen = _frozen(network)
    for name, parameter in network.named_parameters():
        if name.startswith("backbone.body."):
            parameter.requires_grad_(is_training and not name.startswith(frozen))


def _frozen(network: Network) -> tuple[str, ...]:
    """Beginnings of the names of weights that never learn."""
    if not network.is_pretrained:
        return ()
    return tuple(f"backbone.body.{child}." for child in network.preset.frozen)
