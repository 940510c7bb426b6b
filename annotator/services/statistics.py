"""What there is in a project, for the statistics page and as CSV."""

from __future__ import annotations

import csv
import json
from pathlib import Path

from annotator.domain.errors import RefusedError
from annotator.domain.model import ImageState
from annotator.domain.statistics import Cell, Statistics, Table
from annotator.store.store import Store

_HEADS = ("box", "mask", "keypoints")


def gather(store: Store) -> Statistics:
    """Count everything; on a large project this takes seconds."""
    counts = store.counts
    head = ("Category", "Objects", "Images", "Small", "Medium", "Large", "On reviewed images")
    origins = ("By people", "From files", "From models", "Corrected")
    tables = (
        Table("Categories", (*head, *origins), tuple(counts.categories())),
        Table("Images", ("State", "Images", "Flagged", "Missing", "Held out"), _states(store)),
        Table(
            "Joints", ("Category", "Joint", "Visible", "Occluded", "Absent"), tuple(counts.joints())
        ),
        Table("Over time", ("Day", "Reviewed that day", "Reviewed by then"), _days(store)),
        Table(
            "Model versions",
            ("Version", "Images", "Box AP", "Box AP50", "Mask AP", "Mask AP50", "Joint AP"),
            _versions(store),
        ),
    )
    return Statistics(tables, tuple(map(tuple, counts.positions())))


def write_csv(statistics: Statistics, file: Path) -> None:
    """All tables in one file, each under its title, an empty line between them.

    Raises:
        RefusedError: it cannot be written; what was there before is still there.
    """
    part = file.with_name(f".{file.name}.part")
    try:
        with part.open("w", encoding="utf-8", newline="") as stream:
            writer = csv.writer(stream)
            for table in (*statistics.tables, _grid(statistics)):
                writer.writerow([table.title])
                writer.writerow(table.head)
                writer.writerows([[_safe(cell) for cell in row] for row in table.rows])
                writer.writerow([])
        part.replace(file)
    except OSError as error:
        raise RefusedError(f"{file} could not be written: {error.strerror or error}.") from error
    finally:
        part.unlink(missing_ok=True)


def _safe(cell: Cell) -> Cell:
    """A name that a spreadsheet would take for a formula is marked as text."""
    is_formula = isinstance(cell, str) and cell[:1] in ("=", "+", "-", "@", "\t", "\r")
    return f"'{cell}" if is_formula else cell


def _grid(statistics: Statistics) -> Table:
    side = len(statistics.positions)
    head = ("Positions: row from the top", *(f"column {n + 1}" for n in range(side)))
    rows = tuple((n + 1, *row) for n, row in enumerate(statistics.positions))
    return Table("Positions of objects", head, rows)


def _states(store: Store) -> tuple[tuple[Cell, ...], ...]:
    rows = store.counts.states()
    totals = [sum(row[n] for row in rows) for n in range(1, 5)]
    return (*rows, ("all", *totals)) if rows else ()


def _days(store: Store) -> tuple[tuple[Cell, ...], ...]:
    """Counted back from now, so that what came as reviewed with a file is in every line."""
    now = sum(row[1] for row in store.counts.states() if row[0] == ImageState.REVIEWED.value)
    rows: list[tuple[Cell, ...]] = []
    for day, more in reversed(store.counts.reviewed_by_day()):
        rows.append((day, more, now))
        now -= more
    return tuple(reversed(rows))


def _versions(store: Store) -> tuple[tuple[Cell, ...], ...]:
    rows: list[tuple[Cell, ...]] = []
    for version in store.versions.all():
        told = json.loads(version.metrics)
        box, mask, joints = (told.get(head) or {} for head in _HEADS)
        numbers = (box.get("AP"), box.get("AP50"), mask.get("AP"), mask.get("AP50"))
        cells = [_number(number) for number in (*numbers, joints.get("AP"))]
        rows.append((version.name, version.train_images, *cells))
    return tuple(rows)


def _number(value: float | None) -> Cell:
    return "" if value is None or value < 0 else round(value, 3)
