"""The command that looks for labels that may be wrong."""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated, Any

import typer

from annotator.commands.console import Reporter, Style, plural, say, say_json, table
from annotator.commands.interrupting import interruptible
from annotator.commands.options import (
    BEST,
    AsJson,
    Device,
    Preset,
    Project,
    Told,
    Weights,
    edited,
    weights_of,
)

if TYPE_CHECKING:
    from annotator.domain.suspects import Suspect
    from annotator.store.store import Store

LISTED = 60
"""Suspects that are listed: the worst."""


def check(
    project: Project,
    folds: Annotated[
        int,
        typer.Option(
            min=0, help="Parts to train without in turn; 0: only images the model never saw."
        ),
    ] = 3,
    preset: Preset = None,
    weights: Weights = BEST,
    steps: Annotated[
        int | None, typer.Option(min=1, help="Of each training; by the images if left out.")
    ] = None,
    device: Device = None,
    json: AsJson = False,
    progress: Told = Style.BAR,
) -> None:
    """List labels that may be wrong, worst first. Ctrl+C stops it and keeps what it has."""
    from annotator.learning import checking
    from annotator.learning.protocol import Check

    begin_with = weights_of(weights)
    if folds == 1:
        raise typer.BadParameter("one part cannot be judged by others", param_hint="--folds")
    request = Check(folds, preset, begin_with, steps, device)
    with edited(project) as store:
        with Reporter("check", progress, "Checking labels") as reporter, interruptible() as stop:
            checking.check(store, request, reporter.emit, stop)
            waiting = store.suspects.undecided()
            if not json:
                reporter.end(f"{plural(len(waiting), 'label')} may be wrong.")
        rows = _rows(store, waiting[:LISTED])
    if json:
        say_json(rows)
    elif rows and progress is Style.BAR:
        cells = [[str(r["badness"]), r["file_name"], r["fault"], r["reason"]] for r in rows]
        say(table(("suspicion", "file", "what", "why"), cells))


def _rows(store: Store, suspects: list[Suspect]) -> list[dict[str, Any]]:
    names = {i.id: i.file_name for i in store.images.many([s.image_id for s in suspects])}
    return [
        {
            "badness": round(one.badness, 3),
            "image_id": one.image_id,
            "file_name": names[one.image_id],
            "fault": one.fault.value,
            "annotation_id": one.annotation_id,
            "box": None if one.box is None else [round(value, 1) for value in one.box],
            "reason": one.words,
        }
        for one in suspects
    ]
