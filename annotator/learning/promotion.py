"""From a trained network to a model version: its numbers, its receipt, and whether it is used."""

from __future__ import annotations

import json
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any

from annotator.domain.errors import KnownError
from annotator.domain.model import ModelVersion
from annotator.learning.protocol import Ending, Event, Progress, Told
from annotator.learning.record import Record
from annotator.store.store import Store

if TYPE_CHECKING:
    import torch

    from models.coco_metrics import Metrics
    from models.mask_rcnn import Network
    from models.types import Sample

Json = dict[str, Any]

FEWEST_TO_JUDGE = 5
"""Held-out images from which on a new version must not be worse than the one in use."""


class Interrupted(Exception):  # noqa: N818 - says what happened
    """The person, or the end of the window, asked to end while the network was tested."""

    def __init__(self, ending: Ending) -> None:
        super().__init__(ending)
        self.ending = ending


@dataclass(frozen=True, slots=True)
class Promotion:
    """Makes versions for one project on one device."""

    store: Store
    emit: Callable[[Event], None]
    device: torch.device
    ending: Callable[[], Ending | None]

    def test(self, network: Network, judge: Sequence[Sample], text: str) -> Metrics:
        """Score a network on held-out images.

        Raises:
            Interrupted: the job is to end, and not to keep what was learned.
        """
        from models.evaluate import evaluating  # noqa: PLC0415

        steps = evaluating(network, judge)
        self.emit(Progress("train", 0, len(judge), text=text))
        while True:
            ending = self.ending()
            if ending and ending != Ending.KEEP:
                raise Interrupted(ending)
            try:
                done = next(steps)
            except StopIteration as end:
                metrics: Metrics = end.value
                return metrics
            self.emit(Progress("train", done, len(judge), text=text))

    def make(
        self,
        network: Network,
        metrics: Metrics | None,
        judge: Sequence[Sample],
        receipt: Json,
        record: Record,
    ) -> ModelVersion:
        """Write checkpoint and version; put it in use unless it is worse than the present one.

        Raises:
            Interrupted: the job is to end, and not to keep what was learned.
            KnownError: the checkpoint cannot be written.
        """
        former = self.store.versions.active()
        before = self._former(former, receipt["categories"], judge)
        if former is not None and before is not None:
            receipt = {**receipt, "former": {"name": former.name, "metrics": before.to_json()}}
        worse = _why_worse(former, before, metrics, len(judge))
        name, created = self.store.versions.next_name(), datetime.now(UTC)
        file = f"{name}-{created:%Y%m%dT%H%M%S}.safetensors"
        found = metrics.to_json() if metrics is not None else {}
        extra = {k: receipt[k] for k in ("category_ids", "seed", "steps", "weights")}
        extra |= {"metrics": found, "parent": former.name if former else None}
        self._write(network, file, extra, record)
        version = ModelVersion(
            id=0,
            name=name,
            preset=receipt["preset"],
            checkpoint=file,
            metrics=json.dumps(found),
            receipt=json.dumps(receipt),
            created=created.isoformat(timespec="seconds"),
            train_images=len(receipt["train"]),
            held_out_images=len(receipt["held_out"]),
            note=worse,
        )
        version_id = self.store.versions.add(version)
        if not worse:
            self.store.versions.activate(version_id)
        return self.store.versions.get(version_id)

    def _write(self, network: Network, file: str, extra: Json, record: Record) -> None:
        """Write the checkpoint; when the disk is full, in the room of the older snapshots."""
        from models import checkpoint  # noqa: PLC0415

        place = self.store.checkpoints / file
        try:
            checkpoint.save(network, place, extra)
            return
        except OSError:
            latest = record.latest()
            for one in record.snapshots():
                if one != latest:
                    record.forget(one)
        try:
            checkpoint.save(network, place, extra)
        except OSError as error:
            raise KnownError(
                f"What was learned could not be written ({error.strerror or error}). Free some "
                "space on the disk, then choose Keep what it learned."
            ) from error

    def _former(
        self, former: ModelVersion | None, names: Sequence[str], judge: Sequence[Sample]
    ) -> Metrics | None:
        """The version in use on the same images; None where it cannot be compared."""
        from models import checkpoint  # noqa: PLC0415
        from models.errors import CheckpointError  # noqa: PLC0415

        if former is None or not judge:
            return None
        try:
            known = checkpoint.load(self.store.checkpoints / former.checkpoint)
        except CheckpointError:
            self.emit(Told("train", f"{former.name} cannot be read any more; it is replaced."))
            return None
        if [c.name for c in known.categories] != list(names):
            return None
        return self.test(known.to(self.device), judge, f"Comparing with {former.name}")


def _why_worse(
    former: ModelVersion | None, before: Metrics | None, metrics: Metrics | None, judged_by: int
) -> str:
    """Why the version in use should stay, in words; empty when the new one is not worse."""
    if former is None or before is None or metrics is None or judged_by < FEWEST_TO_JUDGE:
        return ""
    then, now = before.mean_ap50(), metrics.mean_ap50()
    if now >= then:
        return ""
    return (
        f"Worse on the same images: mean AP50 {now:.3f} against {then:.3f} of {former.name}; "
        "put it to use by hand if you like."
    )
