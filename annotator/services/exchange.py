"""COCO files into a project and out of it, as "The COCO contract" of the guide says.

One project may hold several files (train then val, instances then person_keypoints): they are
exported as one. Its top level is the first file's, with the keys that only later ones have behind
it; licences are gathered; images, annotations and categories stand in the order they came, what was
made here last. Rows that are no objects (captions, panoptic segments) then get an ``id`` and an
empty ``category_id`` where they lack one, since pycocotools reads no file otherwise.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

from annotator.services import exporting
from annotator.services.importing import file as importing
from annotator.store.store import Store

Progress = Callable[[int, int], None]


@dataclass(frozen=True, slots=True)
class ImportReport:
    """What a file brought.

    Attributes:
        images, annotations, categories: how many the file has that a canvas can show.
        missing: images whose file was not found; they are kept.
        united: annotations that joined an object of an earlier file.
        warnings: what is odd about the file; everything is kept as it is.
        opaque: rows newly kept aside, since they have no place on a canvas.
    """

    images: int
    annotations: int
    categories: int
    missing: int
    united: int
    warnings: tuple[str, ...]
    opaque: int


@dataclass(frozen=True, slots=True)
class ExportOptions:
    """What to write.

    Attributes:
        reviewed_only: images that a person has reviewed, and nothing else.
        predictions_above: also undecided predictions of at least this score, with their "score".
        all_images: also images that no file named and nobody annotated or reviewed.
        fill: give objects the ``area``, ``bbox`` and ``iscrowd`` they lack.
    """

    reviewed_only: bool = False
    predictions_above: float | None = None
    all_images: bool = False
    fill: bool = False


@dataclass(frozen=True, slots=True)
class ExportReport:
    """What was written, and where."""

    images: int
    annotations: int
    path: Path


def import_coco(
    store: Store,
    file: Path,
    *,
    images: Path | None = None,
    person: str = "",
    progress: Progress | None = None,
) -> ImportReport:
    """Take in a COCO file; images that arrive with annotations count as reviewed.

    Args:
        store: the project.
        file: the annotation file.
        images: where its images lie; looked for around the file when it is not given.
        person: who imports, for the history.
        progress: called with how many rows are done, of how many.

    Raises:
        UnreadableFileError: the file cannot be read; nothing was changed.
    """
    came = importing.receive(store, Path(file), images=images, person=person, progress=progress)
    return ImportReport(
        images=came.images,
        annotations=came.annotations,
        categories=came.categories,
        missing=came.missing,
        united=came.united,
        warnings=came.warnings,
        opaque=came.opaque,
    )


def export_coco(
    store: Store,
    file: Path,
    options: ExportOptions = ExportOptions(),
    *,
    progress: Progress | None = None,
) -> ExportReport:
    """Write the project as one COCO file, beside the old one, which it then replaces.

    Args:
        store: the project.
        file: what to write.
        options: what goes into it.
        progress: called with how many annotations are done, of how many.

    Raises:
        RefusedError: it cannot be written; an older file is still there.
    """
    export = exporting.Export(
        store,
        is_reviewed_only=options.reviewed_only,
        predictions_above=options.predictions_above,
        is_all_images=options.all_images,
        is_filled=options.fill,
    )
    written = export.write(Path(file), progress)
    return ExportReport(len(export.images), written, Path(file))
