"""The command line: its commands, and how they end. Heavy imports stand inside the commands."""

from __future__ import annotations

from collections.abc import Sequence
from importlib.metadata import version as version_of
from typing import Annotated, Any

import typer
from typer.core import TyperGroup

from annotator.commands import backups, bulk, checking, learning, machine, project
from annotator.commands.console import complain, say
from annotator.domain.errors import KnownError
from annotator.learning.threads import wait_asleep

_WINDOW = "(window)"


class _Commands(TyperGroup):
    """Sub-commands, or the folder of a project in place of one: ``annotator PROJECT``.

    A folder that has the name of a command is written ``./train``.
    """

    def parse_args(self, ctx: Any, args: list[str]) -> list[str]:
        """Put the window's command before what is no command."""
        if not args or (not args[0].startswith("-") and args[0] not in self.commands):
            args = [_WINDOW, *args]
        return super().parse_args(ctx, args)


app = typer.Typer(
    cls=_Commands,
    help="Draw boxes, masks and joints on images, and let one network do most of it.\n\n"
    "annotator [PROJECT] opens the window.",
    subcommand_metavar="[PROJECT | COMMAND [ARGS]...]",
    rich_markup_mode=None,
    pretty_exceptions_enable=False,
    add_completion=False,
)
app.command(_WINDOW, hidden=True)(machine.window)
app.command(hidden=True)(bulk.bulk)
app.command()(machine.demo)
app.command()(project.create)
app.command("import")(project.import_)
app.command()(project.export)
app.command()(learning.train)
app.command()(learning.resume)
app.command()(learning.predict)
app.command()(learning.rank)
app.command()(checking.check)
app.command()(learning.evaluate)
app.command()(project.info)
app.command()(backups.restore)
app.command()(machine.doctor)


def run(arguments: Sequence[str] | None = None) -> int:
    """Run one command line, by default that of this process.

    Returns:
        0, 1 after a failure told in one line on stderr, 2 after wrong usage.
    """
    wait_asleep()
    try:
        app(args=None if arguments is None else list(arguments), prog_name="annotator")
    except SystemExit as leaving:
        return leaving.code if isinstance(leaving.code, int) else 0
    except KnownError as error:
        complain(str(error))
        return 1
    except OSError as error:  # a disk that is full, a folder that is not ours
        complain(f"{error.filename or 'The command'}: {error.strerror or error}.")
        return 1
    return 0


def _print_version(wanted: bool) -> None:
    if wanted:
        say(version_of("annotator"))
        raise typer.Exit


@app.callback()
def _options(
    version: Annotated[
        bool,
        typer.Option(
            "--version", callback=_print_version, is_eager=True, help="Print the version."
        ),
    ] = False,
) -> None:
    pass
