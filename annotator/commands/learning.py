"""Commands of the model: train, predict, rank, evaluate."""

from __future__ import annotations

import json as json_text
from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from annotator.commands.console import Reporter, Style, metrics_table, plural, say, say_json, table
from annotator.commands.interrupting import interruptible
from annotator.commands.options import (
    BEST,
    AsJson,
    Device,
    Preset,
    Project,
    Told,
    Version,
    Weights,
    edited,
    person,
    weights_of,
)
from annotator.domain.errors import RefusedError

if TYPE_CHECKING:
    from annotator.domain.model import ModelVersion
    from annotator.learning.protocol import Keep, Resume, Train
    from annotator.store.store import Store

LearningRate = Annotated[
    float | None, typer.Option(min=1e-6, max=1.0, help="The usual one if left out.")
]

_FEW_HELD_OUT = 5


def train(
    project: Project,
    preset: Preset = None,
    weights: Weights = BEST,
    steps: Annotated[
        int | None, typer.Option(min=1, help="By the number of images if left out.")
    ] = None,
    learning_rate: LearningRate = None,
    device: Device = None,
    seed: Annotated[int, typer.Option(help="Of everything random.")] = 0,
    any_direction: Annotated[
        bool | None,
        typer.Option(help="Objects lie in any direction; kept, as before if left out."),
    ] = None,
    progress: Told = Style.BAR,
) -> None:
    """Train a model version on the reviewed images. Ctrl+C stops it and keeps what it has."""
    from annotator.learning.protocol import Train
    from annotator.store.settings import ANY_DIRECTION

    request = Train(
        preset=preset,
        weights=weights_of(weights),
        steps=steps,
        device=device,
        seed=seed,
        person=person(),
        learning_rate=learning_rate,
    )
    with edited(project) as store:
        if any_direction is not None:
            store.settings.set(ANY_DIRECTION, any_direction)
        turns = bool(store.settings.get(ANY_DIRECTION, False))
        _train(store, replace(request, turns=turns), progress)


def resume(
    project: Project,
    keep: Annotated[
        bool, typer.Option("--keep", help="Make a version of it as it stands instead.")
    ] = False,
    discard: Annotated[bool, typer.Option("--discard", help="Throw it away instead.")] = False,
    steps: Annotated[
        int | None, typer.Option(min=1, help="End there; as before if left out.")
    ] = None,
    learning_rate: LearningRate = None,
    device: Device = None,
    progress: Told = Style.BAR,
) -> None:
    """Go on with a training that was paused or interrupted, from its last snapshot."""
    from annotator.learning.protocol import Keep, Resume
    from annotator.learning.record import Record, held

    if keep and discard:
        raise typer.BadParameter("give either --keep or --discard")
    with edited(project) as store:
        if discard:
            with held(store.checkpoints):
                left = Record.open(store.checkpoints)
                if left is not None:
                    left.remove()
            say("The training was thrown away." if left else "There was no training to go on with.")
        elif keep:
            _train(store, Keep(device=device, person=person()), progress)
        else:
            request = Resume(
                steps=steps, learning_rate=learning_rate, device=device, person=person()
            )
            _train(store, request, progress)


def _train(store: Store, request: Train | Resume | Keep, progress: Style) -> None:
    from annotator.learning import jobs
    from annotator.learning.protocol import Ending

    with (
        Reporter("train", progress, "Training") as reporter,
        interruptible() as should_stop,
    ):
        version = jobs.train(
            store, request, reporter.emit, lambda: Ending.KEEP if should_stop() else None
        )
        if version is None:
            reporter.end("Training was stopped before its first step; nothing changed.")
            return
        reporter.end(_trained(version), version_id=version.id)


def predict(
    project: Project,
    ids: Annotated[list[int] | None, typer.Argument(hidden=True)] = None,
    images: Annotated[
        str, typer.Option(metavar="all|unreviewed|ID...", help="Which images.")
    ] = "all",
    model: Version = None,
    tiles: Annotated[
        bool, typer.Option("--tiles", help="Look closely, in tiles, for small objects; slower.")
    ] = False,
    device: Device = None,
    progress: Told = Style.BAR,
) -> None:
    """Store predictions of images, and rank them."""
    from annotator.learning import jobs
    from annotator.learning.protocol import Predict

    wanted = None if images in ("all", "unreviewed") else _numbers(images, ids or ())
    if wanted is None and ids:
        raise typer.BadParameter(f"give either {images} or numbers", param_hint="--images")
    with (
        edited(project) as store,
        Reporter("predict", progress, "Pre-labelling") as reporter,
        interruptible() as should_stop,
    ):
        request = Predict(
            image_ids=wanted,
            version_id=find_version(store, model),
            device=device,
            only_unreviewed=images == "unreviewed",
            tiles=tiles,
        )
        if wanted is not None:
            known = {image.id for image in store.images.many(wanted)}
            if lost := [str(number) for number in wanted if number not in known]:
                raise RefusedError(f"{project} has no image with the number {', '.join(lost)}.")
        done = jobs.predict(store, request, reporter.emit, should_stop)
        count = sum(image.prediction_count for image in store.images.many(done))
        reporter.end(f"Stored {plural(count, 'prediction')} of {plural(len(done), 'image')}.")


def rank(project: Project, json: AsJson = False) -> None:
    """List the predicted images in the order of the queue, with the reasons."""
    from annotator.learning import jobs

    with edited(project) as store:
        ranked = jobs.rank(store)
    if json:
        say_json(
            [
                {
                    "image_id": image.image_id,
                    "file_name": image.file_name,
                    "score": image.score,
                    "reasons": list(image.reasons),
                }
                for image in ranked
            ]
        )
    elif ranked:
        rows = [
            [str(image.image_id), f"{image.score:.3f}", image.file_name, "; ".join(image.reasons)]
            for image in ranked
        ]
        say(table(("image", "score", "file", "why"), rows))
    else:
        say(f"No image has predictions yet: annotator predict {project}")


def evaluate(
    project: Project,
    truth: Annotated[
        Path,
        typer.Option(metavar="FILE.json", help="A COCO file of what is true.", readable=False),
    ],
    model: Version = None,
    json: AsJson = False,
) -> None:
    """Compare the stored predictions with a COCO file, as COCOeval does."""
    from annotator.learning.evaluation import as_text, evaluate_predictions
    from annotator.store.store import Store

    with Store.open(project, writable=False) as store:
        metrics = evaluate_predictions(store, truth, version_id=find_version(store, model))
    if json:
        say_json(metrics)
    else:
        say(as_text(metrics))


def find_version(store: Store, given: str | None) -> int | None:
    """The id of the model version of that name or number; None when none was given.

    Raises:
        RefusedError: there is none such; the message lists those there are.
    """
    if given is None:
        return None
    versions = store.versions.all()
    for version in versions:
        if given == version.name:
            return version.id
    for version in versions:
        if given == str(version.id):
            return version.id
    names = ", ".join(version.name for version in versions) or "none yet"
    raise RefusedError(f"There is no model version {given}. There are: {names}.")


def _numbers(first: str, more: Sequence[int]) -> tuple[int, ...]:
    """Image ids of ``--images 3 5`` or ``--images 3,5``."""
    try:
        return (*(int(part) for part in first.split(",")), *more)
    except ValueError:
        message = f"{first!r} is not all, unreviewed, or the numbers of images"
        raise typer.BadParameter(message, param_hint="--images") from None


def _trained(version: ModelVersion) -> str:
    """A new model version in words, with its held-out numbers."""
    text = f"{version.name} is trained on {plural(version.train_images, 'image')}"
    text += " and in use." if version.is_active else "; the former version stays in use."
    if version.note:
        text += f" {version.note}"
    metrics = json_text.loads(version.metrics)
    if not version.held_out_images or not metrics:
        return f"{text}\nNo image was held out, so its AP is not known."
    rough = ", a rough number" if version.held_out_images < _FEW_HELD_OUT else ""
    held_out = plural(version.held_out_images, "image")
    return f"{text}\nHeld-out AP ({held_out}{rough}):\n{metrics_table(metrics)}"
