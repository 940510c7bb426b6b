"""Predictors taken over from another network, row by row, where names are the same."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import torch
from torch import Tensor

from models.types import CategorySpec

_BY_CATEGORY = {
    "roi_heads.box_predictor.cls_score": 1,
    "roi_heads.box_predictor.bbox_pred": 4,
    "roi_heads.mask_predictor.mask_fcn_logits": 1,
}
"""Rows a category has in each layer."""

_BY_JOINT = "roi_heads.keypoint_predictor.kps_score_lowres"


def matching_rows(
    own: Mapping[str, Tensor],
    given: Mapping[str, Tensor],
    categories: Sequence[CategorySpec],
    known: Sequence[CategorySpec],
) -> dict[str, Tensor]:
    """A network's own predictors with the rows replaced that another one has by the same name.

    Background is background. Case does not matter. A joint is the same in every category.

    Args:
        own: state of the network.
        given: state of the other.
        categories: of the network, in label order.
        known: of the other, in label order.

    Returns:
        The layers that changed, whole.
    """
    labels = _pairs([c.name for c in categories], [c.name for c in known])
    result: dict[str, Tensor] = {}
    for layer, width in _BY_CATEGORY.items():
        count = (len(known) + 1) * width
        pairs = {0: 0} | {mine + 1: theirs + 1 for mine, theirs in labels.items()}
        rows = [(m * width + n, t * width + n) for m, t in pairs.items() for n in range(width)]
        for key in (f"{layer}.weight", f"{layer}.bias"):
            if key in own and key in given and len(given[key]) == count:
                result |= _taken_over(key, own[key], given[key], rows, axis=0)
    joints = _pairs(_joints(categories), _joints(known))
    for key, axis in ((f"{_BY_JOINT}.weight", 1), (f"{_BY_JOINT}.bias", 0)):
        if key in own and key in given and given[key].shape[axis] == len(_joints(known)):
            result |= _taken_over(key, own[key], given[key], list(joints.items()), axis=axis)
    return result


def _joints(categories: Sequence[CategorySpec]) -> list[str]:
    return [joint for category in categories for joint in category.joints]


def _pairs(mine: Sequence[str], theirs: Sequence[str]) -> dict[int, int]:
    """For each name of mine that they have too, its place there."""
    places = {_plain(name): place for place, name in reversed(list(enumerate(theirs)))}
    return {n: places[_plain(name)] for n, name in enumerate(mine) if _plain(name) in places}


def _plain(name: str) -> str:
    return name.strip().lower().replace("_", " ").replace("-", " ")


def _taken_over(
    key: str, own: Tensor, given: Tensor, rows: Sequence[tuple[int, int]], *, axis: int
) -> dict[str, Tensor]:
    if not rows or own.select(axis, 0).shape != given.select(axis, 0).shape:
        return {}
    made = own.clone()
    mine, theirs = (torch.tensor(side, device=own.device) for side in zip(*rows, strict=True))
    made.index_copy_(axis, mine, given.index_select(axis, theirs.to(given.device)).to(made))
    return {key: made}
