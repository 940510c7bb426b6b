"""One training: the reviewed images in, a model version with its receipt out."""

from __future__ import annotations

import json
import time
from collections import Counter
from collections.abc import Callable, Sequence
from contextlib import closing
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING, Any, Literal

from annotator.domain.errors import RefusedError
from annotator.domain.model import Annotation, Category, Image, ImageState, ModelVersion, Split
from annotator.learning.protocol import Evaluated, Event, Progress, Told, Train, TrainStep
from annotator.learning.samples import category_specs, make_sample
from annotator.learning.splits import choose_held_out
from annotator.store.store import Store

if TYPE_CHECKING:
    import torch

    from models.coco_metrics import Metrics
    from models.mask_rcnn import Network
    from models.types import Sample

FEWEST_TO_JUDGE = 5
"""Held-out images from which on a new version must not be worse than the one in use."""


class Training:
    """Trains one model version on the project's reviewed images."""

    def __init__(
        self,
        store: Store,
        request: Train,
        emit: Callable[[Event], None],
        device: torch.device,
    ) -> None:
        self._store, self._request, self._emit, self._device = store, request, emit, device
        self._categories: tuple[Category, ...] = store.categories.all()
        self._began = time.monotonic()

    def run(self, should_stop: Callable[[], bool]) -> ModelVersion | None:
        """Train until done or stopped; what was learned until a stop is kept.

        Raises:
            RefusedError: nothing to learn from, or an unknown preset.
        """
        images, objects = self._reviewed()
        held_out = self._split(images, objects)
        labels = {c.id: n + 1 for n, c in enumerate(self._categories)}
        samples = {i.id: make_sample(self._store, i, objects.get(i.id, ()), labels) for i in images}
        learn = [s for key, s in samples.items() if key not in held_out]
        judge = [samples[key] for key in sorted(held_out)]
        network = self._build()
        self._emit(Progress("train", 0, 0, text="Taking the first step"))
        taken, metrics = self._train(network, learn, judge, should_stop)
        if taken == 0:
            return None
        receipt = self._receipt(images, objects, held_out, taken, network.preset.name)
        return self._keep(network, metrics, receipt, judge)

    def _reviewed(self) -> tuple[list[Image], dict[int, tuple[Annotation, ...]]]:
        images = [
            i
            for i in self._store.images.all()
            if i.state == ImageState.REVIEWED and not i.is_missing and i.width and i.height
        ]
        objects = self._store.annotations.of_images([i.id for i in images])
        if not any(objects.values()):
            raise RefusedError(
                "There is nothing to learn from yet: no reviewed image has a labelled object. "
                "Label about ten images and mark each reviewed (Ctrl+Enter), then retrain."
            )
        return images, objects

    def _split(
        self, images: Sequence[Image], objects: dict[int, tuple[Annotation, ...]]
    ) -> frozenset[int]:
        """The held-out images; the choice is written to the store, where it stays."""
        contents = {i.id: Counter(a.category_id for a in objects.get(i.id, ())) for i in images}
        held_out = choose_held_out(
            contents,
            held_out={i.id for i in images if i.split == Split.HELD_OUT},
            free={i.id for i in images if i.split == Split.NONE},
        )
        chosen = {i.id: Split.HELD_OUT if i.id in held_out else Split.TRAIN for i in images}
        self._store.images.set_split(chosen)
        return held_out

    def _build(self) -> Network:
        """The network with base weights; without them, with a word about it, when there are none.

        Raises:
            RefusedError: an unknown preset.
        """
        from models import zoo  # noqa: PLC0415
        from models.errors import WeightsUnavailable  # noqa: PLC0415

        given = self._request.weights
        preset = self._request.preset or zoo.default_preset(self._device)
        specs = category_specs(self._categories)
        weights: Path | Literal["hub"] | None = None
        if given:
            weights = "hub" if given == "hub" else Path(given)
        self._emit(Progress("train", 0, 0, text=f"Loading weights for {preset}"))
        try:
            network = zoo.build(preset, specs, weights, seed=self._request.seed)
        except WeightsUnavailable as error:
            if given != "hub":
                raise
            self._emit(Told("train", f"{error} Going on without them."))
            network = zoo.build(preset, specs, None, seed=self._request.seed)
        except ValueError as error:
            raise RefusedError(str(error)) from error
        return network.to(self._device)

    def _train(
        self,
        network: Network,
        learn: Sequence[Sample],
        judge: Sequence[Sample],
        should_stop: Callable[[], bool],
    ) -> tuple[int, Metrics | None]:
        """Train in place; how many steps were taken, and the scores of what came out."""
        from models import train  # noqa: PLC0415
        from models.evaluate import evaluate  # noqa: PLC0415

        settings = train.TrainSettings(steps=self._request.steps, seed=self._request.seed)
        taken, metrics = 0, None
        with closing(train.train(network, learn, judge, settings)) as events:
            for event in events:
                match event:
                    case train.StepDone():
                        taken = event.step
                        self._emit(
                            TrainStep(event.step, event.steps, event.losses, event.seconds_left)
                        )
                    case train.Evaluated():
                        self._emit(Evaluated(event.step, event.metrics.to_json()))
                    case train.BatchHalved():
                        self._emit(
                            Told(
                                "train",
                                f"Memory ran out; going on with {event.batch_size} at once.",
                            )
                        )
                    case train.TrainingDone():
                        metrics = event.metrics
                if should_stop():
                    break
            else:
                return taken, metrics
        if taken and judge:
            self._emit(Progress("train", taken, taken, text="Testing what was learned"))
            metrics = evaluate(network, judge)
        return taken, metrics

    def _receipt(
        self,
        images: Sequence[Image],
        objects: dict[int, tuple[Annotation, ...]],
        held_out: frozenset[int],
        steps: int,
        preset: str,
    ) -> dict[str, Any]:
        """Exactly what went in: images, objects by id, and the settings."""
        return {
            "preset": preset,
            "weights": self._request.weights,
            "steps": steps,
            "seed": self._request.seed,
            "device": str(self._device),
            "person": self._request.person,
            "seconds": round(time.monotonic() - self._began, 1),
            "categories": [c.name for c in self._categories],
            "category_ids": [c.id for c in self._categories],
            "train": {
                str(i.id): [a.id for a in objects.get(i.id, ())]
                for i in images
                if i.id not in held_out
            },
            "held_out": {
                str(i.id): [a.id for a in objects.get(i.id, ())] for i in images if i.id in held_out
            },
        }

    def _keep(
        self,
        network: Network,
        metrics: Metrics | None,
        receipt: dict[str, Any],
        judge: Sequence[Sample],
    ) -> ModelVersion:
        """Write checkpoint and version; put it in use unless it is worse than the present one."""
        from models import checkpoint  # noqa: PLC0415

        former = self._store.versions.active()
        number = 1 + max((int(v.name[1:]) for v in self._store.versions.all()), default=0)
        created = datetime.now(UTC)
        file = f"v{number}-{created:%Y%m%dT%H%M%S}.safetensors"
        found = metrics.to_json() if metrics is not None else {}
        extra = {k: receipt[k] for k in ("category_ids", "seed", "steps", "weights")}
        checkpoint.save(
            network,
            self._store.checkpoints / file,
            {**extra, "metrics": found, "parent": former.name if former else None},
        )
        worse = self._why_worse(former, metrics, judge)
        version = ModelVersion(
            id=0,
            name=f"v{number}",
            preset=receipt["preset"],
            checkpoint=file,
            metrics=json.dumps(found),
            receipt=json.dumps(receipt),
            created=created.isoformat(timespec="seconds"),
            train_images=len(receipt["train"]),
            held_out_images=len(receipt["held_out"]),
            note=worse,
        )
        version_id = self._store.versions.add(version)
        if not worse:
            self._store.versions.activate(version_id)
        return self._store.versions.get(version_id)

    def _why_worse(
        self, former: ModelVersion | None, metrics: Metrics | None, judge: Sequence[Sample]
    ) -> str:
        """Why the version in use should stay, in words; empty when the new one is not worse."""
        from models import checkpoint  # noqa: PLC0415
        from models.errors import CheckpointError  # noqa: PLC0415
        from models.evaluate import evaluate  # noqa: PLC0415

        if former is None or metrics is None or len(judge) < FEWEST_TO_JUDGE:
            return ""
        try:
            known = checkpoint.load(self._store.checkpoints / former.checkpoint)
        except CheckpointError:
            self._emit(Told("train", f"{former.name} cannot be read any more; it is replaced."))
            return ""
        if [c.name for c in known.categories] != [c.name for c in self._categories]:
            return ""
        self._emit(Progress("train", 0, 0, text=f"Comparing with {former.name}"))
        before = evaluate(known.to(self._device), judge).mean_ap50()
        now = metrics.mean_ap50()
        if now >= before:
            return ""
        return f"Mean AP50 {now:.3f} against {before:.3f} of {former.name} on the same images."
