"""Rings as painter paths, built from whole arrays: a Python call a vertex would cost seconds."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray
from PySide6.QtCore import QByteArray, QDataStream
from PySide6.QtGui import QPainterPath

_ELEMENT = np.dtype([("kind", ">i4"), ("x", ">f8"), ("y", ">f8")])
_MOVE, _LINE = 0, 1


def path_of(rings: Sequence[NDArray[np.float64]]) -> QPainterPath:
    """A closed path around rings, each float64 [N, 2]; odd-even fill, so inner rings are holes.

    Uses the layout in which QDataStream writes a QPainterPath: the number of elements, each as
    (int32 kind, double x, double y) big-endian, then the last subpath's start and the fill rule.
    """
    drawn = [ring for ring in rings if len(ring) > 1]
    path = QPainterPath()
    if not drawn:
        return path
    elements = b"".join(_elements(ring).tobytes() for ring in drawn)
    count = len(elements) // _ELEMENT.itemsize
    last_start = count - len(drawn[-1]) - 1
    data = b"".join(
        (
            count.to_bytes(4, "big"),
            elements,
            last_start.to_bytes(4, "big"),
            (0).to_bytes(4, "big"),
        )
    )
    stream = QDataStream(QByteArray(data))
    stream >> path
    return path


def _elements(ring: NDArray[np.float64]) -> NDArray[np.void]:
    elements = np.empty(len(ring) + 1, dtype=_ELEMENT)
    elements["kind"] = _LINE
    elements["kind"][0] = _MOVE
    elements["x"][:-1], elements["y"][:-1] = ring[:, 0], ring[:, 1]
    elements["x"][-1], elements["y"][-1] = ring[0]
    return elements
