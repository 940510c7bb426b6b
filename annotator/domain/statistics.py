"""What there is in a project, counted: tables for people to read and for files."""

from __future__ import annotations

from dataclasses import dataclass

Cell = str | int | float


@dataclass(frozen=True, slots=True)
class Table:
    """One table.

    Attributes:
        title: what it counts.
        head: what stands in each column.
        rows: as many cells each.
    """

    title: str
    head: tuple[str, ...]
    rows: tuple[tuple[Cell, ...], ...]


@dataclass(frozen=True, slots=True)
class Statistics:
    """All of them.

    Attributes:
        positions: how many objects have their middle in each cell of a grid over the image, row by
            row from the top; images of every size count as one.
    """

    tables: tuple[Table, ...]
    positions: tuple[tuple[int, ...], ...]
