"""A large image as it is seen from near: sharp pieces over the small picture of the whole."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from time import perf_counter

from PySide6.QtCore import QRect, QRectF
from PySide6.QtGui import QPainter

from annotator.domain.model import Box
from annotator.ui.canvas.adjustment import Tone
from annotator.ui.canvas.developing import SLICE_SECONDS, Developer
from annotator.ui.canvas.mosaic import Mosaic, Place
from annotator.ui.canvas.picture import SMOOTH_UP_TO, Picture
from annotator.ui.canvas.pieces import SIDE, Key, Pieces
from annotator.ui.canvas.viewport import Viewport

AHEAD = 1
"""Pieces around what is seen that are fetched before a hand pans there."""


class Closeup:
    """Paints what the pieces are at hand for.

    Attributes:
        is_behind: some of what is seen is not sharp yet.
        goes_on: painted again, it gets on.
        pieces: where it has them from.
    """

    def __init__(self, pieces: Pieces) -> None:
        self.is_behind = self.goes_on = False
        self.pieces = pieces
        self._mosaic: Mosaic | None = None

    def prepare(self, picture: Picture, view: Viewport, developer: Developer) -> bool:
        """Lay what is seen, and ask for what is missing.

        Returns:
            Whether nothing else needs to be painted below.
        """
        self.is_behind = self.goes_on = False
        step = _step_for(picture, view.zoom)
        part = None if step is None else _seen(picture, view, step)
        if step is None or part is None:
            self._mosaic = None
            self.pieces.want(())
            return False
        tone = developer.tone_of(picture.levels, view.turn)
        mosaic = self._mosaic_for(picture, step, view.turn, tone)
        mosaic.cover(part)
        until = perf_counter() + SLICE_SECONDS
        wanted = _in_order(picture, view, step, mosaic.places(part))
        missing = [key for key in wanted if not self._lay(mosaic, key, until)]
        self.is_behind = bool(missing)
        self.goes_on = any(self.pieces.piece(key) is not None for key in missing)
        beside = missing or _in_order(picture, view, step, _beside(part))
        self.pieces.want(beside)
        return not missing

    def paint(self, painter: QPainter, picture: Picture, view: Viewport) -> None:
        """Paint what was laid; the painter is in screen coordinates."""
        mosaic = self._mosaic
        step = _step_for(picture, view.zoom)
        part = None if step is None else _seen(picture, view, step)
        if mosaic is None or step is None or part is None:
            return
        is_smooth = view.zoom <= SMOOTH_UP_TO and view.zoom * step != 1.0
        painter.setRenderHint(QPainter.RenderHint.SmoothPixmapTransform, is_smooth)
        for area in mosaic.ready(part):
            x, y, width, height = area.x(), area.y(), area.width(), area.height()
            box = Box(x * step, y * step, width * step, height * step)
            painter.drawImage(view.to_screen_box(box), mosaic.image, mosaic.place(QRectF(area)))

    def _mosaic_for(self, picture: Picture, step: int, turn: int, tone: Tone | None) -> Mosaic:
        key = (step, _level_size(picture, step), turn, tone)
        if self._mosaic is None or self._mosaic.key != key:
            self._mosaic = Mosaic(*key)
        return self._mosaic

    def _lay(self, mosaic: Mosaic, key: Key, until: float) -> bool:
        """Whether a piece is laid; it is now, if it is at hand and there is time."""
        place, pixels = key[1:], self.pieces.piece(key)
        if place not in mosaic.laid and pixels is not None and perf_counter() < until:
            mosaic.lay(place, pixels)
        return place in mosaic.laid


def _in_order(picture: Picture, view: Viewport, step: int, places: Iterable[Place]) -> list[Key]:
    """Those on the image, from the middle of the view."""
    width, height = _level_size(picture, step)
    x, y = view.centre.x / step / SIDE - 0.5, view.centre.y / step / SIDE - 0.5
    inside = [
        (row, column)
        for row, column in places
        if 0 <= row * SIDE < height and 0 <= column * SIDE < width
    ]
    inside.sort(key=lambda place: (place[0] - y) ** 2 + (place[1] - x) ** 2)
    return [(step, *place) for place in inside]


def _beside(part: QRect) -> Iterator[Place]:
    """The pieces around a part of a level, and under it."""
    rows = range(part.top() // SIDE - AHEAD, part.bottom() // SIDE + 1 + AHEAD)
    columns = range(part.left() // SIDE - AHEAD, part.right() // SIDE + 1 + AHEAD)
    return ((row, column) for row in rows for column in columns)


def _step_for(picture: Picture, zoom: float) -> int | None:
    """Of the level that has a pixel for each device pixel; None where the picture itself has."""
    if picture.large is None or picture.levels[0].width() >= zoom * picture.width:
        return None
    step = 1
    while 2 * step * zoom <= 1 and 2 * step < picture.large.step:
        step *= 2
    return step


def _level_size(picture: Picture, step: int) -> tuple[int, int]:
    return -(-picture.width // step), -(-picture.height // step)


def _seen(picture: Picture, view: Viewport, step: int) -> QRect | None:
    """The part of a level that the view shows; None where it shows nothing of the image."""
    seen = view.visible()
    area = QRectF(seen.x / step, seen.y / step, seen.width / step, seen.height / step)
    level = QRect(0, 0, *_level_size(picture, step))
    part = area.toAlignedRect().adjusted(-1, -1, 1, 1) & level
    return None if part.isEmpty() else part
