"""Arguments that several commands share, and the opening of a project to change it."""

from __future__ import annotations

import getpass
import signal
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from annotator.commands.console import Style
from annotator.domain.errors import ProjectLockedError, RefusedError, UnreadableFileError

if TYPE_CHECKING:
    from annotator.store.store import Store

Project = Annotated[
    Path, typer.Argument(metavar="PROJECT", help="The project's folder.", readable=False)
]
AsJson = Annotated[bool, typer.Option("--json", help="Print JSON.")]
Told = Annotated[Style, typer.Option("--progress", help="A bar, or one JSON object a line.")]
Device = Annotated[str | None, typer.Option(help="cuda, mps or cpu; found by itself if left out.")]
Version = Annotated[str | None, typer.Option("--model", help="A model version's name or number.")]

Preset = Annotated[
    str | None, typer.Option(help="The network's trunk; chosen by the device if left out.")
]
BEST = "best"
Weights = Annotated[
    str,
    typer.Option(
        metavar="FILE",
        help="Weights to start from: best (for the model), a file, hub (torchvision's), starter "
        "(come with the program, for the small model), or none.",
    ),
]


def weights_of(asked: str) -> str | None:
    """What a training begins with; None for nothing.

    Raises:
        RefusedError: it is a file, and not there.
    """
    if asked not in (BEST, "hub", "starter", "none") and not Path(asked).is_file():
        raise RefusedError(f"{asked}: there is no such file of weights.")
    return None if asked == "none" else asked


@contextmanager
def edited(project: Path) -> Iterator[Store]:
    """A project, open to be changed by nobody else meanwhile.

    Raises:
        ProjectLockedError: a window, or another command, edits it.
        UnreadableFileError: there is no project, or it is damaged.
    """
    from annotator.services.bulk import recover
    from annotator.store.lock import EditorLock
    from annotator.store.store import FILE_NAME, Store

    if not (project / FILE_NAME).is_file():
        raise UnreadableFileError(
            f"{project} holds no project. Make one: annotator create {project} --images FOLDER"
        )
    lock = EditorLock(project)
    try:
        lock.acquire(f"{person()}'s command line")
    except ProjectLockedError as error:
        raise ProjectLockedError(
            f"{project} is being edited by {lock.owner()}. Do this there, or close it first."
        ) from error
    except OSError as error:
        raise RefusedError(f"{project} cannot be written to: {error.strerror}.") from error
    try:
        with Store.open(project) as store:
            recover(store)
            yield store
    finally:
        lock.release()


def leave_tidily() -> None:
    """Have a request to stop end the command as an error would: what it began is taken back."""
    signal.signal(signal.SIGTERM, _leave)


def _leave(number: int, _frame: object) -> None:
    raise SystemExit(128 + number)


def person() -> str:
    """Who is at this machine."""
    try:
        return getpass.getuser()
    except (OSError, KeyError):  # a container's user may have no name
        return "somebody"
