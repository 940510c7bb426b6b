"""Counts over a whole project, worked out by SQLite, which lets other threads go on meanwhile."""

from __future__ import annotations

from typing import Any, Final

from sqlalchemy.engine import Connection, Row

from annotator.store.database import Database

GRID: Final = 24
"""Cells of the grid of positions, each way."""
_SMALL, _MEDIUM = 32**2, 96**2  # COCO's bounds of areas, square pixels

_CATEGORIES: Final = f"""
    SELECT c.name, count(a.id), count(DISTINCT a.image_id),
        coalesce(sum(a.width * a.height < {_SMALL}), 0),
        coalesce(sum(a.width * a.height >= {_SMALL} AND a.width * a.height < {_MEDIUM}), 0),
        coalesce(sum(a.width * a.height >= {_MEDIUM}), 0),
        coalesce(sum(i.state = 'reviewed'), 0),
        coalesce(sum(a.version_id IS NULL AND a.made_by <> 'file'), 0),
        coalesce(sum(a.version_id IS NULL AND a.made_by = 'file'), 0),
        coalesce(sum(a.version_id IS NOT NULL), 0),
        coalesce(sum(a.corrected_by <> ''), 0)
    FROM category c LEFT JOIN annotation a ON a.category_id = c.id
    LEFT JOIN image i ON i.id = a.image_id
    GROUP BY c.id ORDER BY c.ordinal, c.id
"""
_STATES: Final = """
    SELECT CASE state WHEN 'in_progress' THEN 'in progress' ELSE state END, count(*),
        sum(flag <> ''), sum(is_missing), sum(split = 'held_out')
    FROM image GROUP BY state ORDER BY min(CASE state WHEN 'new' THEN 0 WHEN 'reviewed' THEN 2
        ELSE 1 END)
"""
_JOINTS: Final = """
    SELECT c.name, j.value, n.visible, n.occluded, n.absent FROM category c,
        json_each(c.joints) j JOIN (
            SELECT a.category_id AS category_id, k.key / 3 AS place, sum(k.value = 2) AS visible,
                sum(k.value = 1) AS occluded, sum(k.value = 0) AS absent
            FROM annotation a JOIN annotation_geometry g ON g.annotation_id = a.id,
                json_each(g.source, '$.keypoints') k
            WHERE a.has_keypoints AND g.geometry IS NULL AND k.key % 3 = 2
            GROUP BY 1, 2
        ) n ON n.category_id = c.id AND n.place = j.key
    ORDER BY c.ordinal, c.id, j.key
"""
_EDITED_JOINTS: Final = """
    SELECT c.name, j.value, sum(json_extract(k.value, '$[2]') = 2),
        sum(json_extract(k.value, '$[2]') = 1), sum(json_extract(k.value, '$[2]') = 0)
    FROM annotation a JOIN annotation_geometry g ON g.annotation_id = a.id
        JOIN category c ON c.id = a.category_id,
        json_each(g.geometry, '$.keypoints') k JOIN json_each(c.joints) j ON j.key = k.key
    WHERE a.has_keypoints AND g.geometry IS NOT NULL
    GROUP BY c.id, j.key ORDER BY c.ordinal, c.id, j.key
"""
_POSITIONS: Final = f"""
    SELECT min({GRID - 1}, max(0, CAST((a.y + a.height / 2) * {GRID} / i.height AS INTEGER))),
        min({GRID - 1}, max(0, CAST((a.x + a.width / 2) * {GRID} / i.width AS INTEGER))), count(*)
    FROM annotation a JOIN image i ON i.id = a.image_id
    WHERE a.x IS NOT NULL AND i.width > 0 AND i.height > 0 GROUP BY 1, 2
"""
_DAYS: Final = """
    SELECT substr(s.created, 1, 10), sum(json_extract(t.after, '$.state') = 'reviewed')
        - sum(json_extract(t.before, '$.state') = 'reviewed')
    FROM step_item t JOIN step s ON s.id = t.step_id
    WHERE t.kind = 'review' AND t.before IS NOT NULL AND t.after IS NOT NULL
    GROUP BY 1 ORDER BY 1
"""


class Counts:
    """Every method is one transaction; on a large project some take seconds."""

    def __init__(self, database: Database) -> None:
        self._database = database

    def categories(self) -> list[tuple[Any, ...]]:
        """Name, objects, images, small, medium, large, reviewed, by people, files, models,
        corrected; of each category. Sizes are those of boxes, with COCO's bounds.
        """  # noqa: D205 - a list of columns
        return self._rows(_CATEGORIES)

    def states(self) -> list[tuple[Any, ...]]:
        """State, images, flagged, missing, held out."""
        return self._rows(_STATES)

    def joints(self) -> list[tuple[Any, ...]]:
        """Category, joint, and how often it is visible, occluded, absent."""
        found: dict[tuple[str, str], list[int]] = {}
        for name, joint, *counts in [*self._rows(_JOINTS), *self._rows(_EDITED_JOINTS)]:
            known = found.setdefault((name, joint), [0, 0, 0])
            found[name, joint] = [a + b for a, b in zip(known, counts, strict=True)]
        return [(*key, *counts) for key, counts in found.items()]

    def positions(self) -> list[list[int]]:
        """How many objects have their middle in each cell, row by row from the top."""
        grid = [[0] * GRID for _ in range(GRID)]
        for row, column, count in self._rows(_POSITIONS):
            grid[row][column] = count
        return grid

    def reviewed_by_day(self) -> list[tuple[Any, ...]]:
        """Day (UTC) and how many more images were reviewed at its end than at its beginning.

        What an import brought as reviewed is in none of them.
        """
        return self._rows(_DAYS)

    def _rows(self, query: str) -> list[tuple[Any, ...]]:
        with self._database.read() as connection:
            return [tuple(row) for row in _all(connection, query)]


def _all(connection: Connection, query: str) -> list[Row[Any]]:
    return list(connection.exec_driver_sql(query).all())
