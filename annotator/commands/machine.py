"""Commands around projects: the window, the demo, and the state of the machine."""

from __future__ import annotations

import gc
import os
from pathlib import Path
from typing import Annotated

import typer

from annotator.commands.console import Reporter, Style, say
from annotator.domain.errors import RefusedError


def window(
    project: Annotated[
        Path | None, typer.Argument(metavar="PROJECT", show_default=False, readable=False)
    ] = None,
) -> None:
    """Open the window."""
    from annotator.services.doctor import display_problem

    if project is not None and not project.is_dir():
        raise RefusedError(
            f"{project} is neither a folder nor a command; annotator --help lists the commands."
        )
    if problem := display_problem(os.environ):
        raise RefusedError(problem)
    gc.disable()  # nothing that starts is garbage; the window sets the collector going again
    from annotator.app import run

    if code := run(project):
        raise typer.Exit(code)


def demo(
    folder: Annotated[
        Path | None,
        typer.Argument(help="Where to make it; your data folder if left out.", readable=False),
    ] = None,
    no_window: Annotated[bool, typer.Option("--no-window", help="Only make it.")] = False,
) -> None:
    """Make a sample project of drawn scenes, and open it."""
    from annotator import paths
    from annotator.services.doctor import display_problem
    from annotator.services.sample import make_sample

    if not no_window and (problem := display_problem(os.environ)):
        raise RefusedError(problem)
    place = folder or paths.demo()
    if (place / "project.sqlite").is_file():
        say(f"The demo is in {place} already.")
    else:
        with Reporter("demo", Style.BAR, "Drawing the demo") as reporter:
            make_sample(place, progress=reporter.count)
            reporter.end(f"The demo is in {place}.")
    if not no_window:
        window(place)


def doctor() -> None:
    """Tell versions, device, display and weights, and what to do about what is missing."""
    from annotator.services.doctor import examine

    def device() -> str:
        from annotator.learning.jobs import device_in_words

        return device_in_words()

    findings = examine(device, os.environ)
    width = max(len(finding.name) for finding in findings)
    for finding in findings:
        mark = "ok     " if finding.is_fine else "MISSING"
        say(f"{mark}  {finding.name.ljust(width)}  {finding.text}")
        if finding.advice:
            say(f"{' ' * (width + 11)}{finding.advice}")
