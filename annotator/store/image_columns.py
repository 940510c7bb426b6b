"""Reads the facts of every image that lists and walks need, as columns.

SQLite hands each column over as one text of numbers: a row for each image would be made into as
many tuples and numbers only to be taken apart again, which takes twice as long.
"""

from __future__ import annotations

from typing import Final

import numpy as np
from numpy.typing import NDArray
from sqlalchemy.engine import Connection

from annotator.domain.columns import ImageColumns, Mark
from annotator.store.foreign import stored

_FACTS: Final = f"""
    SELECT group_concat(id), group_concat(ordinal),
        group_concat(CASE state WHEN 'reviewed' THEN 2 WHEN 'in_progress' THEN 1 ELSE 0 END),
        group_concat({Mark.MISSING:d} * is_missing + {Mark.FLAGGED:d} * (flag <> '')
            + {Mark.PREDICTED:d} * (version_id IS NOT NULL)
            + {Mark.HELD_OUT:d} * (split = 'held_out'))
    FROM image
"""
_DOUBTS: Final = "SELECT id, uncertainty FROM image WHERE uncertainty IS NOT NULL"
_PLACES: Final = "SELECT id, place FROM image WHERE place IS NOT NULL"
_COUNTS: Final = """
    SELECT group_concat(key), group_concat(value)
    FROM (SELECT image_id AS key, count(*) AS value FROM annotation GROUP BY image_id)
"""

Numbers = NDArray[np.int64]


@stored
def read(connection: Connection) -> ImageColumns:
    """The columns of all images, in the project's order."""
    facts = connection.exec_driver_sql(_FACTS).one()
    ids, ordinals, states, marks = (_numbers(text) for text in facts)
    order = np.lexsort((ids, ordinals))
    ids = ids[order]
    objects = np.zeros(len(ids), np.int32)
    keys, counts = (_numbers(text) for text in connection.exec_driver_sql(_COUNTS).one())
    objects[_places(ids, keys)] = counts
    doubts, places = (_of_some(connection, ids, query) for query in (_DOUBTS, _PLACES))
    state, mark = states[order].astype(np.int8), marks[order].astype(np.uint8)
    return ImageColumns(ids, state, mark, doubts, objects, places)


def _of_some(connection: Connection, ids: Numbers, query: str) -> NDArray[np.float64]:
    """A number of some images, of the others NaN."""
    made = np.full(len(ids), np.nan)
    told = connection.exec_driver_sql(query).all()
    made[_places(ids, np.array([row[0] for row in told], np.int64))] = [row[1] for row in told]
    return made


def _numbers(text: str | None) -> Numbers:
    return np.fromstring(text, np.int64, sep=",") if text else np.zeros(0, np.int64)


def _places(ids: Numbers, keys: Numbers) -> Numbers:
    """Where ids that are all there stand."""
    by_id = np.argsort(ids)
    found: Numbers = by_id[np.searchsorted(ids, keys, sorter=by_id)]
    return found
