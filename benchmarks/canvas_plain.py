"""The reference: one plain QGraphicsPolygonItem per polygon over one pixmap. Run by ``canvas.py``.

What anybody would write in an afternoon with Qt's own graphics view: it hovers, pans, zooms and
drags a vertex. It has no panels, no store and no undo.
"""

from __future__ import annotations

import argparse
import json
import os
import sys
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

os.environ.setdefault("QT_QPA_PLATFORM", "offscreen")
sys.path.insert(0, str(Path(__file__).resolve().parent.parent))

from PySide6.QtCore import QCoreApplication, QEvent, QPoint, QPointF, QRectF, Qt
from PySide6.QtGui import QBrush, QColor, QImage, QMouseEvent, QPen, QPixmap, QPolygonF
from PySide6.QtWidgets import (
    QApplication,
    QGraphicsPolygonItem,
    QGraphicsScene,
    QGraphicsSceneHoverEvent,
    QGraphicsView,
)

from benchmarks.canvas_figures import memory_mb, opening, summary

SIZE = (967, 885)
"""Logical pixels: what the canvas has in a window of 1600 x 1000."""
ZOOMS = {"fit": None, "100 %": 1.0, "800 %": 8.0}


class Item(QGraphicsPolygonItem):
    """A polygon that has a stronger fill under the mouse."""

    def __init__(self, ring: list[list[float]]) -> None:
        super().__init__(QPolygonF([QPointF(x, y) for x, y in ring]))
        pen = QPen(QColor("#44cc88"), 2)
        pen.setCosmetic(True)
        self.setPen(pen)
        self.setBrush(QBrush(QColor(68, 204, 136, 46)))
        self.setAcceptHoverEvents(True)

    def hoverEnterEvent(self, event: QGraphicsSceneHoverEvent) -> None:
        """Fill it more."""
        self.setBrush(QBrush(QColor(68, 204, 136, 77)))

    def hoverLeaveEvent(self, event: QGraphicsSceneHoverEvent) -> None:
        """Fill it less."""
        self.setBrush(QBrush(QColor(68, 204, 136, 46)))


def shown(image: Path, rings: list[list[list[float]]]) -> tuple[QGraphicsView, list[Item]]:
    """A view on an image and its polygons, painted."""
    scene = QGraphicsScene()
    pixmap = QPixmap.fromImage(QImage(str(image)))
    scene.addPixmap(pixmap)
    whole = QRectF(pixmap.rect())
    room = whole.width()
    scene.setSceneRect(whole.adjusted(-room, -room, room, room))  # to pan when all is seen, too
    items = [Item(ring) for ring in rings]
    for item in items:
        scene.addItem(item)
    view = QGraphicsView(scene)
    scene.setParent(view)
    view.setMouseTracking(True)
    view.setTransformationAnchor(QGraphicsView.ViewportAnchor.AnchorUnderMouse)
    view.resize(*SIZE)
    view.show()
    look(view, items, None)
    return view, items


def look(view: QGraphicsView, items: list[Item], zoom: float | None) -> None:
    """Fit, or the smallest item at a zoom."""
    view.resetTransform()
    if zoom is None:
        image = view.sceneRect().width() / 3
        room = view.sceneRect().adjusted(image, image, -image, -image)
        view.fitInView(room, Qt.AspectRatioMode.KeepAspectRatio)
    else:
        view.scale(zoom, zoom)
        view.centerOn(middle(min(items, key=lambda item: item.boundingRect().width())))
    flush()


def flush() -> None:
    """Deliver and paint all that waits."""
    QApplication.processEvents()
    QCoreApplication.sendPostedEvents()


def timed(view: QGraphicsView, acts: Iterator[Callable[[], None]]) -> dict[str, float | int]:
    """Time acts with their paint; half of them at least must change the screen."""
    seconds, unchanged = [], 0
    before = screen(view)
    for act in acts:
        start = time.perf_counter()
        act()
        flush()
        seconds.append(time.perf_counter() - start)
        after = screen(view)
        unchanged += after == before
        before = after
    assert unchanged <= len(seconds) // 2, f"{unchanged} of {len(seconds)} changed nothing"
    return summary(seconds)


def screen(view: QGraphicsView) -> QImage:
    """What stands on the screen."""
    return view.screen().grabWindow(view.winId()).toImage()


def gestures(view: QGraphicsView, items: list[Item], count: int) -> dict[str, Any]:
    """Hover, pan, zoom step and vertex drag, at every zoom."""
    found: dict[str, Any] = {}
    for name, zoom in ZOOMS.items():
        look(view, items, zoom)
        area = view.viewport().rect().adjusted(40, 40, -40, -40)
        seen = [i for i in items if area.contains(view.mapFromScene(middle(i)))]
        places = [view.mapFromScene(middle(i)) for i in seen[:: max(1, len(seen) // count)]]
        places = [at for place in places for at in (place, QPoint(1, 1))] * count
        found[name] = {"hover": timed(view, (hover(view, at) for at in places[:count]))}
        found[name]["pan"] = timed(view, (pan(view, n) for n in range(count)))
        found[name]["zoom"] = timed(view, (turn(view, n) for n in range(count)))
        look(view, items, zoom)
        found[name]["vertex"] = timed(view, (pull(seen[0], n) for n in range(count)))
    return found


def middle(item: Item) -> QPointF:
    """The middle of its box."""
    return item.boundingRect().center()


def hover(view: QGraphicsView, at: QPoint) -> Callable[[], None]:
    """Move the mouse."""
    place = QPointF(at)
    none, plain = Qt.MouseButton.NoButton, Qt.KeyboardModifier.NoModifier
    move = QMouseEvent(QEvent.Type.MouseMove, place, place, none, none, plain)
    return lambda: QApplication.sendEvent(view.viewport(), move) and None  # type: ignore[func-returns-value]


def pan(view: QGraphicsView, number: int) -> Callable[[], None]:
    """Scroll there and back."""
    way = 1 if (number // 15) % 2 == 0 else -1
    bar = view.horizontalScrollBar()
    return lambda: bar.setValue(bar.value() + 27 * way)


def turn(view: QGraphicsView, number: int) -> Callable[[], None]:
    """A notch of the wheel."""
    factor = 1.25 if number % 4 in (0, 3) else 0.8
    return lambda: view.scale(factor, factor)


def pull(item: Item, number: int) -> Callable[[], None]:
    """Put the first vertex elsewhere."""
    polygon = item.polygon()
    polygon[0] = item.boundingRect().center() + QPointF(4.0 * number, 40 + 2.0 * number)
    return lambda: item.setPolygon(polygon)


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("image", type=Path)
    parser.add_argument("rings", type=Path)
    parser.add_argument("--events", type=int, default=30)
    options = parser.parse_args()
    app = QApplication(sys.argv[:1])
    every = json.loads(options.rings.read_text(encoding="utf-8"))
    found: dict[str, Any] = {"opening": {}, "memory_mb": {}, "gestures": {}}
    for count, rings in sorted(every.items(), key=lambda pair: int(pair[0])):
        start = time.perf_counter()
        view, items = shown(options.image, rings)
        found["opening"][count] = opening([time.perf_counter() - start])
        found["gestures"][count] = gestures(view, items, options.events)
        found["memory_mb"][count] = memory_mb()
        view.close()
        view.deleteLater()
        del view, items
        flush()
    assert app is not None
    print(json.dumps(found))


if __name__ == "__main__":
    main()
