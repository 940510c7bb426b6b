"""Where a model version comes from, in words, and how it stands against the one before."""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import dataclass, field
from pathlib import PurePath
from typing import Any

from annotator.domain.model import ModelVersion
from annotator.ui.words import ap50, ap50_of, counted, duration, teachers

Json = dict[str, Any]

ROUGH_BELOW = 30
"""Reviewed images below which held-out numbers are rough."""


@dataclass(frozen=True, slots=True)
class Standing:
    """A version's numbers against another's on the same held-out images.

    Attributes:
        name: of the other; empty where there is none, or not the same images.
        changes: of the AP50 by kind.
    """

    name: str = ""
    changes: dict[str, float] = field(default_factory=dict)


def receipt_of(version: ModelVersion) -> Json:
    """The receipt; empty when it cannot be read."""
    try:
        body = json.loads(version.receipt)
    except json.JSONDecodeError:
        return {}
    return body if isinstance(body, dict) else {}


def standing(version: ModelVersion, before: ModelVersion | None) -> Standing:
    """Against the version that was in use, or else the one before, if the images are the same."""
    receipt = receipt_of(version)
    former = receipt.get("former")
    if isinstance(former, dict):
        return Standing(str(former["name"]), _changes(version, ap50_of(former.get("metrics"))))
    if before is None:
        return Standing()
    ours, theirs = receipt.get("held_out"), receipt_of(before).get("held_out")
    if not ours or not theirs or set(ours) != set(theirs):
        return Standing()
    return Standing(before.name, _changes(version, ap50(before)))


def _changes(version: ModelVersion, before: dict[str, float]) -> dict[str, float]:
    return {kind: v - before[kind] for kind, v in ap50(version).items() if kind in before}


def signed(change: float) -> str:
    """A change with its sign: "+0.03", "−0.10", "±0.00"."""
    words = f"{change:+.2f}".replace("-", "−")
    return "±0.00" if words[1:] == "0.00" else words


def is_rough(version: ModelVersion) -> bool:
    """Whether so few images were reviewed that its numbers say little."""
    return version.train_images + version.held_out_images < ROUGH_BELOW


def learned_words(version: ModelVersion) -> str:
    """From what it learned: "41 images, 213 objects; tested on 8 others, a rough number"."""
    train = receipt_of(version).get("train")
    words = teachers(version)
    if isinstance(train, dict):
        words += f", {counted(sum(len(ids) for ids in train.values()), 'object')}"
    if not version.held_out_images:
        return f"{words}; no image was held out to test it"
    rough = ", so its numbers are rough" if is_rough(version) else ""
    return f"{words}; tested on {counted(version.held_out_images, 'other')}{rough}"


def lineage_words(version: ModelVersion) -> str:
    """How it came to be: weights, steps, time, the version before, going back, interruptions."""
    receipt = receipt_of(version)
    facts = [f"{version.preset}, {_weights_words(receipt)}"]
    steps, asked = receipt.get("steps"), receipt.get("steps_asked")
    if isinstance(steps, int):
        of = f" of {asked:,}" if isinstance(asked, int) and asked != steps else ""
        took = receipt.get("seconds")
        time = f" in {duration(took)}" if isinstance(took, int | float) else ""
        facts.append(f"{steps:,}{of} {'step' if steps == 1 and not of else 'steps'}{time}")
    if receipt.get("stopped_early"):
        facts.append("stopped when its scores no longer rose")
    parent = receipt.get("parent")
    if parent:
        facts.append(f"made while {parent} was in use")
    return "; ".join([*facts, *_turns(receipt)])


def _weights_words(receipt: Json) -> str:
    weights = receipt.get("weights")
    if weights is None:
        return "from nothing"
    known = {"hub": "from pre-trained weights", "starter": "from the starter weights"}
    return known.get(str(weights)) or f"from {PurePath(str(weights)).name}"


def _turns(receipt: Json) -> Sequence[str]:
    attempts = receipt.get("attempts") or []
    turns = [
        f"gone back to step {a['from_step']:,} with learning rate {a['learning_rate']:g}"
        for a in attempts[1:]
    ]
    others = len(receipt.get("resumes") or []) - len(turns)
    if others > 0:
        times = "once" if others == 1 else counted(others, "time")
        turns.append(f"paused or interrupted {times}")
    return turns
