"""The outlines of a bitmap: along the edges of its pixels, so that drawing them gives it back."""

from __future__ import annotations

from collections import defaultdict

import numpy as np
import shapely
from numpy.typing import NDArray

from annotator.domain.model import Part, Polygons, Ring

Corner = tuple[int, int]
_Edges = dict[Corner, list[Corner]]


def from_bitmap(bitmap: NDArray[np.bool_]) -> Polygons:
    """Polygons with holes around the pixels that are set; corners lie on whole numbers.

    Pixels that touch at a corner only are parts of their own; every ring is simple.

    Args:
        bitmap: ``bool [height, width]``.

    Returns:
        No parts for an empty bitmap.
    """
    rings = _rings(_edges(np.pad(np.asarray(bitmap, bool), 1)))
    outers = [ring for ring in rings if _signed_area(ring) > 0]
    holes = [ring for ring in rings if _signed_area(ring) < 0]
    owned = _owners(outers, holes)
    return Polygons(
        tuple(
            Part(_flat(outer), tuple(_flat(holes[h]) for h in owned[place]))
            for place, outer in enumerate(outers)
        )
    )


def _edges(padded: NDArray[np.bool_]) -> _Edges:
    """Straight boundary edges by where they start, the inside to the right of their direction."""
    edges: _Edges = defaultdict(list)
    row, column = np.divmod(_changes(padded[:-1], padded[1:]), padded.shape[1])
    for line, start, stop, enters in _straight(row, column - 1, padded[row + 1, column]):
        ends = (start, line), (stop, line)
        edges[ends[0] if enters else ends[1]].append(ends[1] if enters else ends[0])
    row, column = np.divmod(_changes(padded[:, :-1], padded[:, 1:]), padded.shape[1] - 1)
    order = np.lexsort((row, column))
    row, column = row[order], column[order]
    for line, start, stop, enters in _straight(column, row - 1, padded[row, column + 1]):
        ends = (line, start), (line, stop)
        edges[ends[1] if enters else ends[0]].append(ends[0] if enters else ends[1])
    return edges


def _changes(before: NDArray[np.bool_], after: NDArray[np.bool_]) -> NDArray[np.int64]:
    """Where two bitmaps differ, counted row by row."""
    return np.flatnonzero(before ^ after)


def _straight(
    line: NDArray[np.int64], place: NDArray[np.int64], enters: NDArray[np.bool_]
) -> list[tuple[int, int, int, bool]]:
    """Unit edges, in order, as the longest straight ones: line, start, stop, and their side."""
    goes_on = (np.diff(line) == 0) & (np.diff(place) == 1) & (enters[1:] == enters[:-1])
    first = np.flatnonzero(np.append(True, ~goes_on)[: len(line)])
    last = np.append(first[1:], len(line))[: len(first)] - 1
    rows = line[first].tolist(), place[first].tolist(), (place[last] + 1).tolist()
    return list(zip(*rows, enters[first].tolist(), strict=True))


def _rings(edges: _Edges) -> list[list[Corner]]:
    rings = []
    while edges:
        here = next(iter(edges))
        path, places = [here], {here: 0}
        came: Corner | None = None
        while path:
            after = _leave(edges, came, here)
            came, here = here, after
            if here not in places:
                places[here] = len(path)
                path.append(here)
                continue
            cut = places[here]  # a ring is closed: all of it, or a loop hanging at one corner
            rings.append(path[cut:])
            for corner in path[cut + 1 :]:
                del places[corner]
            del path[cut + 1 :]
            if cut == 0 and here not in edges:
                path = []
    return rings


def _leave(edges: _Edges, came: Corner | None, here: Corner) -> Corner:
    """Take an edge that starts here; where two do, turn right, around the same pixel."""
    choices = edges[here]
    chosen = choices[0]
    if len(choices) == 2 and came is not None:
        along = (here[0] - came[0], here[1] - came[1])
        onward = (choices[0][0] - here[0], choices[0][1] - here[1])
        is_right = along[0] * onward[1] - along[1] * onward[0] > 0
        chosen = choices[0] if is_right else choices[1]
    choices.remove(chosen)
    if not choices:
        del edges[here]
    return chosen


def _signed_area(ring: list[Corner]) -> float:
    """Positive clockwise as seen with y down, which is how the inside lies to the right."""
    points = np.asarray(ring, np.int64)
    after = np.roll(points, -1, axis=0)
    return float((points[:, 0] * after[:, 1] - after[:, 0] * points[:, 1]).sum()) / 2


def _owners(outers: list[list[Corner]], holes: list[list[Corner]]) -> dict[int, list[int]]:
    """Which holes lie in which outer ring: the smallest that holds the pixel beside the hole."""
    owned: dict[int, list[int]] = defaultdict(list)
    if not holes:
        return owned
    shapes = [shapely.Polygon(ring) for ring in outers]
    tree = shapely.STRtree(shapes)
    for number, ring in enumerate(holes):
        around = tree.query(shapely.Point(_inside_of(ring)), predicate="within")
        owned[min(around.tolist(), key=lambda place: shapes[place].area)].append(number)
    return owned


def _inside_of(ring: list[Corner]) -> tuple[float, float]:
    """The centre of a set pixel to the right of the ring's first edge."""
    (x0, y0), (x1, y1) = ring[0], ring[1]
    step = ((x1 > x0) - (x1 < x0), (y1 > y0) - (y1 < y0))
    return x0 + step[0] / 2 - step[1] / 2, y0 + step[1] / 2 + step[0] / 2


def _flat(ring: list[Corner]) -> Ring:
    return tuple(float(value) for corner in ring for value in corner)
