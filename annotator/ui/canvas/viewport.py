"""Which part of the image is seen, and how large: the only place where the two frames meet.

Image frame: pixels of the image, floats. Screen frame: logical pixels of the canvas widget. The
zoom is in device pixels an image pixel, so that 100 % is exact on every display.
"""

from __future__ import annotations

from PySide6.QtCore import QPointF, QRectF
from PySide6.QtGui import QTransform

from annotator.domain.geometry import Point, clip_point
from annotator.domain.model import Box

SMALLEST_ZOOM = 0.02
LARGEST_ZOOM = 64.0
FIT_MARGIN = 12
"""Logical pixels left free around a fitted image."""


class Viewport:
    """Zoom and centre of the view; keeps the centre inside the image and the image on whole pixels.

    Attributes:
        is_fit: the image follows the size of the widget until somebody zooms or pans.
    """

    def __init__(self) -> None:
        self._zoom = 1.0
        self._centre = (0.0, 0.0)
        self._size = (1.0, 1.0)
        self._image_size = (0.0, 0.0)
        self._ratio = 1.0
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
    def centre(self) -> Point:
        """The place of the image in the middle of the widget."""
        return Point(*self._centre)

    @property
    def image_size(self) -> tuple[float, float]:
        """Width and height of the image, pixels; zeros without one."""
        return self._image_size

    @property
    def size(self) -> tuple[float, float]:
        """Width and height of the widget, logical pixels."""
        return self._size

    @property
    def origin(self) -> tuple[float, float]:
        """Where the image's corner stands on the screen, on a whole device pixel."""
        x, y = (
            round((side / 2 - middle * self.scale) * self._ratio) / self._ratio
            for side, middle in zip(self._size, self._centre, strict=True)
        )
        return x, y

    @property
    def key(self) -> tuple[float, ...]:
        """Equal for two views that show the same; for caches."""
        return (self._zoom, *self.origin, *self._size, self._ratio)

    def transform(self) -> QTransform:
        """Image to screen."""
        x, y = self.origin
        return QTransform(self.scale, 0, 0, self.scale, x, y)

    def to_image(self, at: QPointF) -> Point:
        """The place of the image under a place of the screen; it may lie outside the image."""
        x, y = self.origin
        return Point((at.x() - x) / self.scale, (at.y() - y) / self.scale)

    def to_screen(self, x: float, y: float) -> QPointF:
        """Where a place of the image stands on the screen."""
        left, top = self.origin
        return QPointF(left + x * self.scale, top + y * self.scale)

    def to_screen_box(self, box: Box) -> QRectF:
        """A box of the image on the screen."""
        return QRectF(self.to_screen(box.x, box.y), self.to_screen(box.right, box.bottom))

    def clip(self, at: QPointF) -> Point:
        """The place of the image nearest to a place of the screen."""
        width, height = self._image_size
        return clip_point(*self.to_image(at), width=width, height=height)

    def visible(self) -> Box:
        """The part of the image plane the widget covers."""
        left, top = self.to_image(QPointF(0, 0))
        return Box(left, top, self._size[0] / self.scale, self._size[1] / self.scale)

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

    def set_zoom(self, zoom: float, at: QPointF | None = None) -> None:
        """Zoom so that what is under ``at`` (the middle by default) stays there."""
        anchor = at if at is not None else QPointF(self._size[0] / 2, self._size[1] / 2)
        place = self.to_image(anchor)
        self.is_fit = False
        self._zoom = min(max(zoom, min(SMALLEST_ZOOM, self._fit_zoom())), LARGEST_ZOOM)
        self._centre = (
            place.x + (self._size[0] / 2 - anchor.x()) / self.scale,
            place.y + (self._size[1] / 2 - anchor.y()) / self.scale,
        )
        self._settle()

    def pan(self, dx: float, dy: float) -> None:
        """Shift the image by logical pixels."""
        self.is_fit = False
        self._centre = (self._centre[0] - dx / self.scale, self._centre[1] - dy / self.scale)
        self._settle()

    def look_at(self, x: float, y: float, zoom: float) -> None:
        """Put a place of the image in the middle at a zoom."""
        self.is_fit = False
        self._zoom = min(max(zoom, SMALLEST_ZOOM), LARGEST_ZOOM)
        self._centre = (x, y)
        self._settle()

    def _settle(self) -> None:
        width, height = self._image_size
        if self.is_fit:
            self._zoom = self._fit_zoom()
            self._centre = (width / 2, height / 2)
        self._centre = clip_point(*self._centre, width=width, height=height)

    def _fit_zoom(self) -> float:
        width, height = self._image_size
        if width <= 0 or height <= 0:
            return 1.0
        room = [max(side - 2 * FIT_MARGIN, 1.0) for side in self._size]
        return min(min(room[0] / width, room[1] / height) * self._ratio, LARGEST_ZOOM)
