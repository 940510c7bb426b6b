"""Numbers, times and facts in words, the same everywhere in the window."""

from __future__ import annotations

import json
from datetime import UTC, datetime

from annotator.domain.model import Box, ModelVersion

_KINDS = (("box", "box"), ("mask", "mask"), ("keypoints", "joints"))


def counted(number: int, noun: str, plural: str = "") -> str:
    """A number with its noun: "1 image", "1,204 images"."""
    return f"{number:,} {noun if number == 1 else plural or noun + 's'}"


def teachers(version: ModelVersion) -> str:
    """What a version learned from: "41 images", or "other images" than the project's."""
    return counted(version.train_images, "image") if version.train_images else "other images"


def duration(seconds: float) -> str:
    """A length of time in its two largest units: "40 s", "3 min", "2 h 10 min"."""
    if seconds < 60:
        return f"{max(0, round(seconds))} s"
    minutes = round(seconds / 60)
    if minutes < 60:
        return f"{minutes} min"
    hours, minutes = divmod(minutes, 60)
    return f"{hours} h {minutes} min" if minutes else f"{hours} h"


def saved_words(seconds: float) -> str:
    """A length of time that may be below zero: "5 min", "−20 s"."""
    return f"−{duration(-seconds)}" if seconds < 0 else duration(seconds)


def ago(moment: str, now: datetime | None = None) -> str:
    """How long ago an ISO 8601 moment was: "just now", "5 min ago", "yesterday", "12 Mar 2026"."""
    try:
        then = datetime.fromisoformat(moment)
    except ValueError:
        return moment
    if then.tzinfo is None:
        then = then.replace(tzinfo=UTC)
    passed = ((now or datetime.now(UTC)) - then).total_seconds()
    if passed < 60:
        return "just now"
    if passed < 86_400:
        return f"{duration(passed)} ago" if passed < 3_600 else f"{passed / 3_600:.0f} h ago"
    days = int(passed // 86_400)
    if days == 1:
        return "yesterday"
    return f"{days} days ago" if days < 14 else f"{then.day} {then:%b %Y}"


def box_words(box: Box) -> str:
    """Size and place: "214 × 388 at 102, 77"."""
    return f"{box.width:.0f} × {box.height:.0f} at {box.x:.0f}, {box.y:.0f}"


def ap50(version: ModelVersion) -> dict[str, float]:
    """The held-out AP50 of a version by kind ("box", "mask", "joints"), defined ones only."""
    try:
        metrics = json.loads(version.metrics)
    except json.JSONDecodeError:
        return {}
    return ap50_of(metrics)


def ap50_of(metrics: object) -> dict[str, float]:
    """The AP50 by kind in the metrics of an evaluation; undefined kinds are left out."""
    return ap_of(metrics, "AP50")


def ap_of(metrics: object, measure: str) -> dict[str, float]:
    """A number ("AP", "AP50") by kind in metrics; undefined kinds are left out."""
    if not isinstance(metrics, dict):
        return {}
    found: dict[str, float] = {}
    for key, word in _KINDS:
        scores = metrics.get(key)
        value = scores.get(measure) if isinstance(scores, dict) else None
        if isinstance(value, int | float) and value >= 0:
            found[word] = float(value)
    return found


def size_words(count: int) -> str:
    """A number of bytes: "372 MB", "1.4 GB"."""
    if count < 1_000_000_000:
        return f"{count / 1_000_000:.0f} MB" if count >= 1_000_000 else f"{count / 1000:.0f} kB"
    return f"{count / 1_000_000_000:.1f} GB"


def quality(version: ModelVersion) -> str:
    """The numbers of a version: "box AP50 0.94, mask AP50 0.97 on 6 held-out images"."""
    numbers = ap50(version)
    if not numbers:
        return "No held-out numbers: too few reviewed images to keep some back"
    parts = ", ".join(f"{kind} AP50 {value:.2f}" for kind, value in numbers.items())
    held_out = counted(version.held_out_images, "held-out image")
    return f"{parts} on {held_out if version.held_out_images else 'other images'}"
