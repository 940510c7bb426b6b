"""How objects and predictions look when nobody touches them, with no more detail than is seen.

Below ``SPECK`` an object is a dot. Below ``THIN`` it is its outline, simplified for the zoom, in a
line of one pixel: Qt strokes that ten times faster than two, and two would hide what is inside.
From there on it wears all it has. Thousands can be seen at once only while they are small.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import lru_cache

from PySide6.QtCore import QPointF, QRectF, Qt
from PySide6.QtGui import QBrush, QColor, QPainter, QPainterPath, QPen

from annotator.domain.geometry import are_close
from annotator.domain.model import Box
from annotator.ui.canvas.detail import level_of
from annotator.ui.canvas.draw import EDGE, cosmetic, ink, paint_chip, with_alpha
from annotator.ui.canvas.shapes import Shape
from annotator.ui.canvas.skeleton import paint_skeleton, sides_of
from annotator.ui.canvas.tops import top_of
from annotator.ui.canvas.viewport import Viewport

OUTLINE = 2.0
FILL = 0.18
PREDICTED_OUTLINE = 1.5
HATCH = 0.35
"""Of lines that cover a quarter of the ground: 8 % of ink."""
SPECK = 4.0
"""Screen pixels below which an object is a dot."""
THIN = 24.0
"""Screen pixels below which an object is a thin outline."""
CHIP_FROM = 36.0
"""Screen pixels a prediction must be wide for its score to be written on it."""
CHIP_GAP = 4.0
"""Screen pixels between an object's highest vertex and its chip."""


@dataclass(frozen=True, slots=True)
class Inks:
    """The pens and brushes of one category: making them anew for each object costs more than it."""

    dot: QColor
    fill: QBrush
    hatch: QBrush
    thin: QPen
    line: QPen
    dashed: QPen
    thin_dashed: QPen
    box: QPen
    box_dashed: QPen


@lru_cache(maxsize=512)
def inks_of(colour: str) -> Inks:
    """The inks of a category's colour."""
    base = ink(colour)
    soft = with_alpha(base, 0.7)
    return Inks(
        dot=with_alpha(base, 0.8),
        fill=QBrush(with_alpha(base, FILL)),
        hatch=QBrush(with_alpha(base, HATCH), Qt.BrushStyle.BDiagPattern),
        thin=cosmetic(base, 1.0),
        line=cosmetic(base, OUTLINE),
        dashed=cosmetic(base, PREDICTED_OUTLINE, dashed=True),
        thin_dashed=cosmetic(base, 1.0, dashed=True),
        box=cosmetic(soft, 1.0),
        box_dashed=cosmetic(soft, 1.0, dashed=True),
    )


class IdlePainter:
    """Paints shapes of one view; what is the same for all of them is worked out once.

    The painter is antialiased and in screen coordinates; it may be shifted, by whole device pixels.
    """

    def __init__(self, painter: QPainter, view: Viewport) -> None:
        self._painter = painter
        self._view = view
        self._transform = view.transform()
        self._scale = view.scale
        self._edge = cosmetic(EDGE, OUTLINE + 1.5)
        self.level = level_of(view.zoom)
        self._pin_hatches()

    def _pin_hatches(self) -> None:
        """Have hatches stick to the image.

        Qt counts the origin of a pattern in device pixels, and adds the painter's shift to it in
        logical ones.
        """
        device = self._painter.deviceTransform()
        shift = QPointF(device.dx() / device.m11(), device.dy() / device.m22())
        self._painter.setBrushOrigin(device.map(self._transform.map(QPointF(0, 0))) - shift)

    def is_speck(self, shape: Shape) -> bool:
        """Whether it is a dot, so that nobody needs its outline."""
        return shape.side * self._scale < SPECK

    def paint(self, shape: Shape) -> None:
        """Paint one object or prediction."""
        side = shape.side * self._scale
        inks = inks_of(shape.category.colour)
        if side < SPECK:
            self._painter.fillRect(self._area(shape.bounds).adjusted(-1, -1, 1, 1), inks.dot)
        elif side < THIN:
            self._paint_thin(shape, inks)
        else:
            self._paint_whole(shape, inks)

    def _paint_thin(self, shape: Shape, inks: Inks) -> None:
        painter = self._painter
        is_predicted = shape.prediction is not None
        painter.setPen(inks.thin_dashed if is_predicted else inks.thin)
        painter.setBrush(inks.hatch if is_predicted else inks.fill)
        painter.drawPath(self._outline(shape))
        if shape.value.keypoints:
            hues = sides_of(shape.category)
            for number, joint in enumerate(shape.value.keypoints):
                if joint.visibility:
                    at = self._transform.map(QPointF(joint.x, joint.y))
                    dot = QRectF(at.x() - 1.5, at.y() - 1.5, 3, 3)
                    painter.fillRect(dot, hues.get(number, inks.dot))

    def _paint_whole(self, shape: Shape, inks: Inks) -> None:
        painter = self._painter
        is_predicted = shape.prediction is not None
        outline = self._outline(shape)
        painter.fillPath(outline, inks.hatch if is_predicted else inks.fill)
        if is_predicted:
            painter.setPen(inks.dashed)
        else:
            painter.strokePath(outline, self._edge)
            painter.setPen(inks.line)
        painter.setBrush(Qt.BrushStyle.NoBrush)
        painter.drawPath(outline)
        box = shape.value.box
        if box is not None and shape.outline is not None and not is_box_derived(shape):
            painter.setPen(inks.box_dashed if is_predicted else inks.box)
            painter.drawRect(self._area(box))
        if shape.value.keypoints:
            paint_skeleton(
                painter, shape.value.keypoints, shape.category, self._view, is_faint=is_predicted
            )
        if shape.prediction is not None and self._area(shape.bounds).width() >= CHIP_FROM:
            top = QPointF(*top_of(shape, self._view.turn))
            at = self._transform.map(top) - QPointF(0, CHIP_GAP)
            paint_chip(painter, at, f"{shape.prediction.score:.2f}", is_held=False)

    def _outline(self, shape: Shape) -> QPainterPath:
        """The mask or, without one, the box, on the screen; empty for joints alone."""
        if shape.outline is not None:
            return self._transform.map(shape.path_at(self.level))
        path = QPainterPath()
        if shape.value.box is not None:
            path.addRect(self._area(shape.value.box))
        return path

    def _area(self, box: Box) -> QRectF:
        return self._transform.mapRect(QRectF(*box))


def is_box_derived(shape: Shape) -> bool:
    """Whether its box says nothing that the mask does not show."""
    return are_close(shape.value.box, shape.mask_box, tolerance=1.5)
