"""Which part of the image is seen, and how large: the only place where the two frames meet.

Image frame: pixels of the image, floats. Screen frame: logical pixels of the canvas widget. The
zoom is in device pixels an image pixel, so that 100 % is exact on every display. The view may be
turned by quarters; then x of the image runs down, left or up on the screen. Coordinates of the
image never change by it.
"""

from __future__ import annotations

from PySide6.QtCore import QPointF, QRectF
from PySide6.QtGui import QTransform

from annotator.domain.geometry import Point, box_between, clip_point
from annotator.domain.model import Box

SMALLEST_ZOOM = 0.02
LARGEST_ZOOM = 64.0
FIT_MARGIN = 12
"""Logical pixels left free around a fitted image."""
BOX_SHARE = 0.7
"""Share of the widget that a box takes when it is looked at: its surroundings tell what it is."""
CLOSEST_LOOK = 16.0
"""Zoom beyond which looking at a small box would show nothing around it."""
_TURNS = ((1, 0), (0, 1), (-1, 0), (0, -1))
"""Cosine and sine of the quarter turns, clockwise on the screen."""


class Viewport:
    """Zoom, centre and turn of the view.

    Keeps the centre inside the image and the image on whole pixels.

    Attributes:
        is_fit: the image follows the size of the widget until somebody zooms or pans.
    """

    def __init__(self) -> None:
        self._zoom = 1.0
        self._centre = (0.0, 0.0)
        self._size = (1.0, 1.0)
        self._image_size = (0.0, 0.0)
        self._ratio = 1.0
        self._turn = 0
        self.is_fit = True

    # What it is -----------------------------------------------------------------------------------

    @property
    def zoom(self) -> float:
        """Device pixels an image pixel; 1 is 100 %."""
        return self._zoom

    @property
    def scale(self) -> float:
        """Logical pixels an image pixel."""
        return self._zoom / self._ratio

    @property
    def ratio(self) -> float:
        """Device pixels a logical pixel."""
        return self._ratio

    @property
    def turn(self) -> int:
        """Quarter turns clockwise, 0 to 3."""
        return self._turn

    @property
    def centre(self) -> Point:
        """The place of the image in the middle of the widget."""
        return Point(*self._centre)

    @property
    def image_size(self) -> tuple[float, float]:
        """Width and height of the image, pixels; zeros without one."""
        return self._image_size

    @property
    def turned_size(self) -> tuple[float, float]:
        """Width and height of the image as it lies on the screen, image pixels."""
        return self._turned(*self._image_size)

    @property
    def size(self) -> tuple[float, float]:
        """Width and height of the widget, logical pixels."""
        return self._size

    @property
    def origin(self) -> tuple[float, float]:
        """Where the image's first corner stands on the screen, on a whole device pixel."""
        turned = self.direction_to_screen(*self._centre)
        x, y = (
            round((side / 2 - middle * self.scale) * self._ratio) / self._ratio
            for side, middle in zip(self._size, turned, strict=True)
        )
        return x, y

    @property
    def key(self) -> tuple[float, ...]:
        """Equal for two views that show the same; for caches."""
        return (self._zoom, *self.origin, *self._size, self._ratio, self._turn)

    @property
    def shows_all(self) -> bool:
        """Whether the whole image is seen."""
        frame = self.to_screen_box(Box(0, 0, *self._image_size))
        return QRectF(0, 0, *self._size).adjusted(-1, -1, 1, 1).contains(frame)

    def transform(self) -> QTransform:
        """Image to screen."""
        cos, sin = (self.scale * share for share in _TURNS[self._turn])
        return QTransform(cos, sin, -sin, cos, *self.origin)

    def direction_to_screen(self, dx: float, dy: float) -> tuple[float, float]:
        """A way on the image as it runs on the screen; its length stays."""
        cos, sin = _TURNS[self._turn]
        return dx * cos - dy * sin, dx * sin + dy * cos

    def direction_to_image(self, dx: float, dy: float) -> tuple[float, float]:
        """A way on the screen as it runs on the image; its length stays."""
        cos, sin = _TURNS[self._turn]
        return dx * cos + dy * sin, dy * cos - dx * sin

    def to_image(self, at: QPointF) -> Point:
        """The place of the image under a place of the screen; it may lie outside the image."""
        x, y = self.origin
        way = self.direction_to_image(at.x() - x, at.y() - y)
        return Point(way[0] / self.scale, way[1] / self.scale)

    def to_screen(self, x: float, y: float) -> QPointF:
        """Where a place of the image stands on the screen."""
        left, top = self.origin
        dx, dy = self.direction_to_screen(x, y)
        return QPointF(left + dx * self.scale, top + dy * self.scale)

    def to_screen_box(self, box: Box) -> QRectF:
        """A box of the image on the screen, upright."""
        corner, other = self.to_screen(box.x, box.y), self.to_screen(box.right, box.bottom)
        return QRectF(corner, other).normalized()

    def to_image_box(self, area: QRectF) -> Box:
        """The part of the image plane under an area of the screen."""
        return box_between(self.to_image(area.topLeft()), self.to_image(area.bottomRight()))

    def clip(self, at: QPointF) -> Point:
        """The place of the image nearest to a place of the screen."""
        width, height = self._image_size
        return clip_point(*self.to_image(at), width=width, height=height)

    def visible(self) -> Box:
        """The part of the image plane the widget covers."""
        return self.to_image_box(QRectF(0, 0, *self._size))

    # What changes it ------------------------------------------------------------------------------

    def resize(self, width: float, height: float, ratio: float) -> None:
        """The widget has another size; the centre stays, a fitted image is fitted again."""
        self._size = (max(1.0, width), max(1.0, height))
        if ratio != self._ratio:
            self._ratio = ratio
        self._settle()

    def set_image_size(self, width: float, height: float) -> None:
        """Another image, or its true size is known now."""
        self._image_size = (float(width), float(height))
        self._settle()

    def fit(self) -> None:
        """Show the whole image."""
        self.is_fit = True
        self._settle()

    def set_turn(self, turn: int) -> None:
        """Turn the view to a number of quarters, clockwise; what is in the middle stays there."""
        self._turn = turn % 4
        self._settle()

    def set_zoom(self, zoom: float, at: QPointF | None = None) -> None:
        """Zoom so that what is under ``at`` (the middle by default) stays there."""
        anchor = at if at is not None else QPointF(self._size[0] / 2, self._size[1] / 2)
        place = self.to_image(anchor)
        self.is_fit = False
        self._zoom = min(max(zoom, min(SMALLEST_ZOOM, self._fit_zoom())), LARGEST_ZOOM)
        dx, dy = self.direction_to_image(
            self._size[0] / 2 - anchor.x(), self._size[1] / 2 - anchor.y()
        )
        self._centre = (place.x + dx / self.scale, place.y + dy / self.scale)
        self._settle()

    def pan(self, dx: float, dy: float) -> None:
        """Shift the image by logical pixels of the screen."""
        self.is_fit = False
        dx, dy = self.direction_to_image(dx, dy)
        self._centre = (self._centre[0] - dx / self.scale, self._centre[1] - dy / self.scale)
        self._settle()

    def look_at(self, x: float, y: float, zoom: float) -> None:
        """Put a place of the image in the middle at a zoom."""
        self.is_fit = False
        self._zoom = min(max(zoom, SMALLEST_ZOOM), LARGEST_ZOOM)
        self._centre = (x, y)
        self._settle()

    def look_at_box(self, box: Box) -> None:
        """Put a box of the image in the middle, as large as fits with room around it."""
        width, height = self._turned(box.width, box.height)
        room = [side * BOX_SHARE * self._ratio for side in self._size]
        zoom = min(room[0] / max(width, 1.0), room[1] / max(height, 1.0))
        middle = box.x + box.width / 2, box.y + box.height / 2
        self.look_at(*middle, min(zoom, max(CLOSEST_LOOK, self._fit_zoom())))

    def follow(self, other: Viewport) -> None:
        """Look where another view looks: the same place in the middle, as large, turned as it."""
        self.is_fit = False
        self._image_size, self._centre = other._image_size, other._centre
        self._zoom, self._turn = other._zoom, other._turn

    def _settle(self) -> None:
        width, height = self._image_size
        if self.is_fit:
            self._zoom = self._fit_zoom()
            self._centre = (width / 2, height / 2)
        self._centre = clip_point(*self._centre, width=width, height=height)

    def _turned(self, width: float, height: float) -> tuple[float, float]:
        """Sides of the image as they lie on the screen."""
        return (height, width) if self._turn % 2 else (width, height)

    def _fit_zoom(self) -> float:
        width, height = self.turned_size
        if width <= 0 or height <= 0:
            return 1.0
        room = [max(side - 2 * FIT_MARGIN, 1.0) for side in self._size]
        return min(min(room[0] / width, room[1] / height) * self._ratio, LARGEST_ZOOM)


def turned_rect(part: QRectF, width: float, height: float, turn: int) -> QRectF:
    """Where a part of an image lies after the image was turned by quarters, clockwise.

    Args:
        part: pixels of the image.
        width: of the image, before it is turned.
        height: likewise.
        turn: quarters; negative ones turn back.
    """
    x, y, across, down = part.x(), part.y(), part.width(), part.height()
    match turn % 4:
        case 1:
            return QRectF(height - y - down, x, down, across)
        case 2:
            return QRectF(width - x - across, height - y - down, across, down)
        case 3:
            return QRectF(y, width - x - across, down, across)
        case _:
            return QRectF(part)
