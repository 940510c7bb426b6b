"""Commands on a project's images and labels."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from annotator.commands.console import Reporter, Style, plural, say, say_json, table
from annotator.commands.options import AsJson, Project, Told, edited, leave_tidily, person
from annotator.domain.errors import RefusedError

if TYPE_CHECKING:
    from annotator.services.exchange import ImportReport


def create(
    project: Project,
    images: Annotated[
        Path,
        typer.Option(help="A folder of images; they stay where they are.", readable=False),
    ],
    progress: Told = Style.BAR,
) -> None:
    """Make a project of a folder of images."""
    from annotator.services.folder import add_folder, list_images
    from annotator.store.store import Store

    if not images.is_dir():
        raise RefusedError(f"{images}: there is no such folder of images.")
    list_images(images)  # a folder that may not be read is refused before anything is made
    with Store.create(project) as store, Reporter("create", progress, "Reading sizes") as reporter:
        report = add_folder(store, images, reporter.count)
        for line in report.unreadable:
            reporter.tell(line)
        reporter.end(f"{project} has {plural(report.added, 'image')}.")


def import_(
    project: Project,
    file: Annotated[Path, typer.Argument(metavar="FILE.json", help="A COCO file.", readable=False)],
    images: Annotated[
        Path | None, typer.Option(help="The folder its file names start from.", readable=False)
    ] = None,
    progress: Told = Style.BAR,
) -> None:
    """Take in a COCO file; a second one of the same images is united with the first."""
    from annotator.services.exchange import import_coco

    leave_tidily()
    with edited(project) as store, Reporter("import", progress, "Importing") as reporter:
        report = import_coco(store, file, images=images, person=person(), progress=reporter.count)
        for line in report.warnings:
            reporter.tell(line)
        reporter.end(_imported(report, file))


def export(
    project: Project,
    file: Annotated[
        Path, typer.Argument(metavar="FILE.json", help="Where to write.", readable=False)
    ],
    reviewed_only: Annotated[
        bool, typer.Option("--reviewed-only", help="Only reviewed images.")
    ] = False,
    predictions_above: Annotated[
        float | None,
        typer.Option(min=0, max=1, help="Undecided predictions of at least this score, too."),
    ] = None,
    all_images: Annotated[
        bool, typer.Option("--all-images", help="Images nobody has worked on, too.")
    ] = False,
    fill: Annotated[
        bool, typer.Option("--fill", help="Add area, bbox and iscrowd where they are missing.")
    ] = False,
    progress: Told = Style.BAR,
) -> None:
    """Write a COCO file."""
    from annotator.services.exchange import ExportOptions, export_coco
    from annotator.store.store import Store

    leave_tidily()
    options = ExportOptions(
        reviewed_only=reviewed_only,
        predictions_above=predictions_above,
        all_images=all_images,
        fill=fill,
    )
    with (
        Store.open(project, writable=False) as store,
        Reporter("export", progress, "Exporting") as reporter,
    ):
        report = export_coco(store, file, options, progress=reporter.count)
        counts = f"{plural(report.images, 'image')} and {plural(report.annotations, 'object')}"
        reporter.end(f"Exported {counts} to {report.path}.")


def info(project: Project, json: AsJson = False) -> None:
    """Count images, categories, annotations, predictions and versions."""
    from annotator.domain.model import ImageState
    from annotator.store.store import Store

    with Store.open(project, writable=False) as store:
        images = store.images.all()
        versions = store.versions.all()
        active = store.versions.active()
        counts = {
            "images": len(images),
            "reviewed": sum(image.state is ImageState.REVIEWED for image in images),
            "missing": sum(image.is_missing for image in images),
            "categories": len(store.categories.all()),
            "annotations": store.annotations.count(),
            "predictions": sum(image.prediction_count for image in images),
            "versions": len(versions),
        }
    if json:
        say_json({**counts, "active_version": active.name if active else None})
        return
    say(table(("", ""), [[name, f"{count:,}"] for name, count in counts.items()]).lstrip("\n"))
    if active is not None:
        say(f"The model in use is {active.name}.")


def _imported(report: ImportReport, file: Path) -> str:
    """What an import brought, in words."""
    counts = ", ".join(
        (
            plural(report.images, "image"),
            plural(report.annotations, "object"),
            plural(report.categories, "category", "categories"),
        )
    )
    text = f"Imported {counts} from {file.name}."
    if report.united:
        text += f" {plural(report.united, 'object')} united with what was there."
    if report.missing:
        text += f" {plural(report.missing, 'image')} missing in the folder."
    if report.opaque:
        text += f" {plural(report.opaque, 'entry', 'entries')} kept as they are, not shown."
    if report.warnings:
        text += f" {plural(len(report.warnings), 'warning')}."
    return text
