"""What a training wrote down of itself: its plan at the start, its receipt at the end."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any

from annotator.domain.model import ModelVersion
from annotator.learning.material import Material
from annotator.learning.protocol import Resume, Train
from annotator.learning.record import Record, SnapshotFile

if TYPE_CHECKING:
    import torch

    from models.train import Trainer
    from models.train_events import TrainSettings

Json = dict[str, Any]

_OF_THE_PLAN = (
    *("preset", "weights", "person", "began", "parent", "resumes", "stopped_early"),
    *("categories", "category_ids", "joints", "train", "held_out"),
)


def plan_of(
    request: Train,
    trainer: Trainer,
    material: Material,
    parent: ModelVersion | None,
    weights: str | None,
) -> Json:
    """What is to be learned, from what.

    Args:
        request: what was asked for.
        trainer: with everything set.
        material: the images and objects.
        parent: the version in use when it begins.
        weights: those it begins with: "hub", "starter", a file, or None.
    """
    return {
        "preset": trainer.network.preset.name,
        "weights": weights,
        "person": request.person,
        "began": _now(),
        "parent": parent.name if parent is not None else None,
        **material.listed(),
    }


def resume_entry(request: Resume, origin: SnapshotFile, record: Record, material: Material) -> Json:
    """One line about going on: from where, by whom, and which images are not as they were."""
    former = record.plan["train"] | record.plan["held_out"]
    listed = material.listed()
    now = listed["train"] | listed["held_out"]
    return {
        "when": _now(),
        "person": request.person,
        "from_attempt": origin.attempt,
        "from_step": origin.step,
        "left_out": [int(key) for key in former if key not in now],
        "changed": {key: ids for key, ids in former.items() if key in now and now[key] != ids},
    }


def receipt_of(
    record: Record, settings: TrainSettings, steps: int, seconds: float, device: torch.device
) -> Json:
    """Exactly what went in, and how: images and objects by id, settings, attempts, resumes."""
    plan = record.plan
    on_path = record.path(plan.get("attempt"))
    return {
        **{name: plan[name] for name in _OF_THE_PLAN if name in plan},
        "steps": steps,
        "steps_asked": settings.steps,
        "batch_size": settings.batch_size,
        "learning_rate": settings.learning_rate,
        "loss_weights": dict(settings.loss_weights),
        "seed": settings.seed,
        "settings": settings.to_json(),
        "attempts": [
            {"from_step": a.start, "learning_rate": a.learning_rate, "steps": a.steps}
            for a in record.attempts
            if a.number in on_path
        ],
        "device": str(device),
        "seconds": round(seconds, 1),
    }


def _now() -> str:
    return datetime.now(UTC).isoformat(timespec="seconds")
