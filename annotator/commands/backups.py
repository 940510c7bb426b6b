"""Commands on a project's backups."""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated

import typer

from annotator.commands.console import plural, say, say_json, table
from annotator.commands.options import AsJson, Project, person

if TYPE_CHECKING:
    from annotator.services.backup import Backup, Contents


def restore(
    project: Project,
    number: Annotated[
        int | None,
        typer.Option("--backup", help="Which, as --list shows it; the newest if left out."),
    ] = None,
    only_list: Annotated[bool, typer.Option("--list", help="Only show the backups.")] = False,
    json: AsJson = False,
) -> None:
    """Put a backup in the place of a project's present state, which is set aside."""
    from annotator.services import backup

    if only_list:
        _show(backup.listed(project), json)
        return
    chosen, aside = backup.restore(project, f"{person()}'s command line", number)
    found = backup.look_into(chosen)
    text = (
        f"Restored backup {chosen.number} of {_when(chosen)}: {plural(found.images, 'image')} and "
        f"{plural(found.objects, 'object')}."
    )
    if aside is not None:
        text += f" What was there is kept: restore --backup {aside.number} takes this back."
    if json:
        say_json({"restored": chosen.number, "aside": aside.number if aside else None})
    else:
        say(text)


def _show(found: list[tuple[Backup, Contents]], json: bool) -> None:
    if json:
        say_json(
            [
                {
                    "number": backup.number,
                    "made": backup.made,
                    "images": inside.images,
                    "objects": inside.objects,
                    "is_aside": backup.is_aside,
                    "problem": inside.problem,
                    "path": str(backup.path),
                }
                for backup, inside in found
            ]
        )
        return
    if not found:
        say("There is no backup yet. The window makes them while it is used.")
        return
    rows = []
    for backup, inside in found:
        remark = inside.problem or ("set aside by a restoring" if backup.is_aside else "")
        counts = f"{inside.images:,}", f"{inside.objects:,}"
        rows.append([str(backup.number), _when(backup), *counts, remark])
    say(table(("Number", "Made", "Images", "Objects", ""), rows))


def _when(backup: Backup) -> str:
    from datetime import datetime

    return f"{datetime.fromisoformat(backup.made).astimezone():%Y-%m-%d %H:%M}"
