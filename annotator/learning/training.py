"""One training: the reviewed images in, a model version with its receipt out; or a pause between.

While it goes on it leaves snapshots beside the checkpoints (``record``), from which it is gone on
with after a pause, a crash or the end of the window, or made a version of as it stands.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from typing import TYPE_CHECKING, Any

from annotator.domain.errors import KnownError, RefusedError
from annotator.domain.model import ModelVersion
from annotator.learning.building import build_network
from annotator.learning.following import follow
from annotator.learning.material import Material, gather, recall
from annotator.learning.promotion import Interrupted, Promotion
from annotator.learning.protocol import (
    Ending,
    Event,
    Finished,
    Keep,
    Paused,
    Progress,
    Resume,
    Told,
    Train,
)
from annotator.learning.receipts import plan_of, receipt_of, resume_entry
from annotator.learning.record import Record, SnapshotFile
from annotator.store.store import Store

if TYPE_CHECKING:
    import torch

    from models.coco_metrics import Metrics
    from models.mask_rcnn import Network
    from models.snapshot import TrainState
    from models.train import Trainer
    from models.train_events import TrainSettings

_NOTHING_LEFT = "There is no training to go on with; start one with Model > Retrain."


class Training:
    """Trains one model version, goes on with a training, or makes a version of a snapshot."""

    def __init__(
        self,
        store: Store,
        emit: Callable[[Event], None],
        device: torch.device,
        ending: Callable[[], Ending | None],
    ) -> None:
        self._store, self._emit, self._device, self._ending = store, emit, device, ending
        self._promotion = Promotion(store, emit, device, ending)

    def begin(self, request: Train) -> ModelVersion | None:
        """Train from base weights on what is reviewed; None when it did not come to a version.

        Raises:
            RefusedError: nothing to learn from, an unknown preset, or a training was left that the
                request does not replace.
        """
        from models.train import Trainer  # noqa: PLC0415

        left = Record.open(self._store.checkpoints)
        latest = left.latest() if left is not None else None
        if left is not None and latest is not None and not request.replaces:
            raise RefusedError(
                f"A training was interrupted at step {latest.step:,} of {left.attempt.steps:,}. "
                "Go on with it, keep what it learned, or throw it away first: in the window's "
                "model panel, or with annotator resume."
            )
        categories = self._store.categories.all()
        material = gather(self._store, categories)
        network, weights = build_network(request, categories, self._device, self._emit)
        learn, judge = material.samples(self._store)
        trainer = Trainer(network, learn, judge, settings_of(request))
        plan = plan_of(request, trainer, material, self._store.versions.active(), weights)
        try:
            record = Record.begin(
                self._store.checkpoints,
                plan,
                steps=trainer.steps,
                learning_rate=trainer.learning_rate,
            )
        except OSError as error:
            raise RefusedError(f"The training cannot be written down: {error}.") from error
        return self._run(trainer, record, material)

    def resume(self, request: Resume) -> ModelVersion | None:
        """Go on with the training that was left; None when it did not come to a version.

        Raises:
            RefusedError: there is none, not that snapshot, or nothing to learn from any more.
        """
        from models.train import Trainer  # noqa: PLC0415

        record, origin = self._left(request)
        network, state, origin = self._read(record, origin)
        material = recall(self._store, record.plan)
        learn, judge = material.samples(self._store)
        if not learn:
            raise RefusedError(
                "None of the images this training learned from is still there and reviewed. "
                "Keep what it learned, or throw it away."
            )
        entry = resume_entry(request, origin, record, material)
        state = _set_out(request, record, origin, state)
        record.plan |= material.listed()
        record.plan["resumes"] = [*record.plan.get("resumes", ()), entry]
        record.plan.pop("ended", None)
        trainer = Trainer(network.to(self._device), learn, judge, state=state)
        return self._run(trainer, record, material)

    def keep(self, request: Keep) -> ModelVersion | None:
        """Make a version of a snapshot, and end its training; None when that was broken off.

        Raises:
            RefusedError: there is no training that was left, or not that snapshot.
        """
        from models import snapshot  # noqa: PLC0415

        record, origin = self._left(request)
        network, state, origin = self._read(record, origin)
        snapshot.install(network, state)
        network.to(self._device)
        material = recall(self._store, record.plan)
        record.plan["attempt"] = origin.attempt
        standing = state.standing
        known = standing.metrics if standing.evaluated == state.step else None
        receipt = receipt_of(record, state.settings, state.step, state.seconds, self._device)
        try:
            return self._promote(network, known, material, receipt, record)
        except Interrupted as left:
            self._leave(record, left.ending)
            return None

    # --- the way there ---------------------------------------------------------------------

    def _left(self, request: Resume | Keep) -> tuple[Record, SnapshotFile]:
        record = Record.open(self._store.checkpoints)
        origin = record.find(request.attempt, request.step) if record is not None else None
        if record is None or (origin is None and request.step is None):
            raise RefusedError(_NOTHING_LEFT)
        if origin is None:
            raise RefusedError(f"The snapshot of step {request.step} is not there any more.")
        return record, origin

    def _read(
        self, record: Record, origin: SnapshotFile
    ) -> tuple[Network, TrainState, SnapshotFile]:
        """A snapshot; where it is damaged, the one before it."""
        from models import snapshot  # noqa: PLC0415
        from models.errors import CheckpointError  # noqa: PLC0415

        self._emit(Progress("train", 0, 0, text=f"Reading the snapshot of step {origin.step:,}"))
        while True:
            try:
                return *snapshot.read(record.place(origin.attempt, origin.step)), origin
            except CheckpointError as error:
                record.forget(origin)
                before = record.latest()
                if before is None:
                    raise
                self._emit(Told("train", f"{error} Going on from step {before.step:,} instead."))
                origin = before

    def _run(self, trainer: Trainer, record: Record, material: Material) -> ModelVersion | None:
        from models.errors import ModelError  # noqa: PLC0415

        try:
            ending, metrics = follow(trainer, record, self._emit, self._ending)
            if ending and (ending != Ending.KEEP or not trainer.step):
                self._leave(record, ending)
                return None
            record.plan["stopped_early"] = ending is None and trainer.step < trainer.steps
            receipt = receipt_of(
                record, trainer.settings, trainer.step, trainer.seconds, self._device
            )
            return self._promote(trainer.network, metrics, material, receipt, record)
        except Interrupted as left:
            self._leave(record, left.ending)
            return None
        except (ModelError, KnownError) as error:
            record.note_end("failed", str(error))
            raise
        finally:
            if record.latest() is None:
                record.remove()

    # --- how it ends -----------------------------------------------------------------------

    def _promote(
        self,
        network: Network,
        metrics: Metrics | None,
        material: Material,
        receipt: dict[str, Any],
        record: Record,
    ) -> ModelVersion:
        _, judge = material.samples(self._store)
        if metrics is None and judge:
            metrics = self._promotion.test(network, judge, "Testing what was learned")
        version = self._promotion.make(network, metrics, judge, receipt, record)
        record.remove()
        return version

    def _leave(self, record: Record, ending: Ending) -> None:
        """Go without a version: for now, or for good."""
        latest = record.latest()
        if ending == Ending.DISCARD:
            record.remove()
            self._emit(Finished("train", "The training was thrown away; nothing else changed."))
        elif latest is None:
            record.remove()
            text = "Training was stopped before its first step; nothing changed."
            self._emit(Finished("train", text))
        else:
            record.note_end(ending, "")
            steps = record.attempt.steps
            text = f"Training is paused at step {latest.step:,} of {steps:,}."
            self._emit(Paused(latest.step, steps, text))


def settings_of(request: Train) -> TrainSettings:
    """What a request asks for, as the training wants it."""
    from models.augment import Augmentation  # noqa: PLC0415
    from models.train_events import TrainSettings  # noqa: PLC0415

    return TrainSettings(
        steps=request.steps,
        learning_rate=request.learning_rate,
        seed=request.seed,
        evaluate_every=request.evaluate_every,
        augmentation=Augmentation(turns=request.turns),
        loss_weights=dict(request.loss_weights),
    )


def _set_out(
    request: Resume, record: Record, origin: SnapshotFile, state: TrainState
) -> TrainState:
    """The state to go on with: where it goes back or changes, a new attempt begins."""
    here, settings = record.attempt, state.settings
    rate, steps = request.learning_rate, request.steps
    is_latest = origin == record.latest()
    if is_latest and rate in (None, here.learning_rate) and steps in (None, here.steps):
        record.rewind(origin.step)
        settings = replace(settings, learning_rate=here.learning_rate, steps=here.steps)
        return replace(state, settings=settings)
    branch = record.branch(
        origin,
        steps=max(steps or settings.steps or 0, origin.step + 1),
        learning_rate=rate or settings.learning_rate or here.learning_rate,
    )
    settings = replace(settings, learning_rate=branch.learning_rate, steps=branch.steps)
    return replace(state, settings=settings, standing=replace(state.standing, stale=0))
