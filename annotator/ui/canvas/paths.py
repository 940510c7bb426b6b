"""Rings as painter paths, built from whole arrays: a Python call a vertex would cost seconds."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray
from PySide6.QtCore import QByteArray, QDataStream
from PySide6.QtGui import QPainterPath

Rings = Sequence[NDArray[np.float64]]

_ELEMENT = np.dtype([("kind", ">i4"), ("x", ">f8"), ("y", ">f8")])
_MOVE, _LINE = 0, 1
_ODD_EVEN = (0).to_bytes(4, "big")


def path_of(rings: Rings) -> QPainterPath:
    """A closed path around rings, each float64 [N, 2]; odd-even fill, so inner rings are holes."""
    return paths_of([rings])[0]


def paths_of(shapes: Sequence[Rings]) -> list[QPainterPath]:
    """The closed path of each shape's rings; thousands are written in one go.

    Uses the layout in which QDataStream writes a QPainterPath: the number of elements, each as
    (int32 kind, double x, double y) big-endian, then the last subpath's start and the fill rule.
    """
    drawn = [[ring for ring in rings if len(ring) > 1] for rings in shapes]
    lengths = np.array([len(ring) for rings in drawn for ring in rings], dtype=np.int64)
    ends = np.cumsum(lengths + 1)
    data = _elements([ring for rings in drawn for ring in rings], lengths, ends)
    starts = [0, *ends.tolist()]
    paths, ring = [], 0
    for rings in drawn:
        path = QPainterPath()
        if rings:
            first, last = starts[ring], starts[ring + len(rings)]
            size = _ELEMENT.itemsize
            _read(
                path,
                (last - first).to_bytes(4, "big")
                + data[first * size : last * size]
                + (starts[ring + len(rings) - 1] - first).to_bytes(4, "big")
                + _ODD_EVEN,
            )
        ring += len(rings)
        paths.append(path)
    return paths


def _elements(
    rings: list[NDArray[np.float64]], lengths: NDArray[np.int64], ends: NDArray[np.int64]
) -> bytes:
    """Every ring's elements and, after them, one that goes back to its start."""
    if not rings:
        return b""
    points = np.concatenate(rings)
    place = np.arange(len(points)) + np.repeat(np.arange(len(rings)), lengths)
    elements = np.empty(len(points) + len(rings), dtype=_ELEMENT)
    elements["kind"] = _LINE
    elements["x"][place], elements["y"][place] = points[:, 0], points[:, 1]
    starts = ends - lengths - 1
    elements["kind"][starts] = _MOVE
    elements[ends - 1] = elements[starts]
    elements["kind"][ends - 1] = _LINE
    return elements.tobytes()


def _read(path: QPainterPath, data: bytes) -> None:
    stream = QDataStream(QByteArray(data))
    stream >> path
