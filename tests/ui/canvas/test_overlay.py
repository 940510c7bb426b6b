"""The cached picture of all shapes: sharp in the end, redrawn only where something changed."""

from __future__ import annotations

import pytest
from PySide6.QtCore import QPointF
from PySide6.QtGui import QColor, QImage
from pytestqt.qtbot import QtBot

from annotator.domain.model import Box, Category, Part, Polygons
from annotator.ui.canvas import overlay
from annotator.ui.canvas.view import Canvas
from annotator.ui.workspace import Workspace
from tests.ui import hands

SQUARE = Polygons((Part((100.0, 100.0, 200.0, 100.0, 200.0, 200.0, 100.0, 200.0)),))


@pytest.fixture(autouse=True)
def ball(workspace: Workspace) -> Category:
    return workspace.add_category("ball", colour="#ff00ff")


def shot(canvas: Canvas) -> QImage:
    return canvas.grab().toImage()


def colour_at(canvas: Canvas, x: float, y: float) -> QColor:
    return shot(canvas).pixelColor((canvas.to_screen(x, y) * canvas.devicePixelRatioF()).toPoint())


def test_an_object_is_painted_and_its_deletion_too(canvas: Canvas, workspace: Workspace) -> None:
    bare = shot(canvas)
    made = workspace.add_object(mask=SQUARE, text="Add")
    workspace.select()
    assert shot(canvas) != bare
    workspace.delete([made.id])
    assert shot(canvas) == bare


def test_a_hole_shows_the_image(canvas: Canvas, workspace: Workspace) -> None:
    bare = colour_at(canvas, 150, 150)
    hole = (130.0, 130.0, 170.0, 130.0, 170.0, 170.0, 130.0, 170.0)
    workspace.add_object(mask=Polygons((Part(SQUARE.parts[0].outer, (hole,)),)), text="Add")
    workspace.select()
    assert colour_at(canvas, 150, 150) == bare
    assert colour_at(canvas, 115, 150) != bare


def test_a_redrawn_part_looks_like_a_fresh_drawing(canvas: Canvas, workspace: Workspace) -> None:
    first = workspace.add_object(mask=SQUARE, text="Add")
    workspace.add_object(box=Box(150, 150, 100, 100), text="Add")
    workspace.select()
    canvas.grab()
    workspace.select([first.id])
    hands.drag(canvas, (120, 170), (110, 160))
    workspace.select()
    hands.hover(canvas, 390, 290)
    partly = shot(canvas)
    canvas._overlay.forget()
    assert shot(canvas) == partly


@pytest.mark.parametrize("zoom", [0.5, 3.0])
def test_many_shapes_become_sharp_after_a_gesture(
    qtbot: QtBot,
    canvas: Canvas,
    workspace: Workspace,
    monkeypatch: pytest.MonkeyPatch,
    zoom: float,
) -> None:
    for number in range(20):
        workspace.add_object(box=Box(15.0 * number, 10.0 * number, 60, 60), text="Add")
    workspace.select()
    canvas.grab()
    sharp_zoom = canvas.zoom * zoom
    monkeypatch.setattr(overlay, "AT_ONCE", 0)
    monkeypatch.setattr(overlay, "SLICE_SECONDS", 0.0)
    canvas.zoom_by(zoom, QPointF(300, 200))
    scaled = shot(canvas)
    assert not canvas._overlay.is_sharp
    qtbot.waitUntil(lambda: canvas._overlay.is_sharp)
    sliced = shot(canvas)
    assert sliced != scaled
    monkeypatch.setattr(overlay, "AT_ONCE", 10_000)
    canvas._overlay.forget()
    assert shot(canvas) == sliced
    assert canvas.zoom == pytest.approx(sharp_zoom)


def test_hidden_categories_and_objects_are_not_painted(
    canvas: Canvas, workspace: Workspace, ball: Category
) -> None:
    bare = shot(canvas)
    made = workspace.add_object(mask=SQUARE, text="Add")
    workspace.select()
    workspace.set_hidden([made.id], True)
    assert shot(canvas) == bare
    workspace.set_hidden([made.id], False)
    workspace.set_category_hidden(ball.id, True)
    assert shot(canvas) == bare


def test_hovered_and_selected_look_different(canvas: Canvas, workspace: Workspace) -> None:
    made = workspace.add_object(mask=SQUARE, text="Add")
    workspace.select()
    plain = colour_at(canvas, 150, 180)
    hands.hover(canvas, 120, 150)
    hovered = colour_at(canvas, 150, 180)
    assert hovered.green() < plain.green()
    workspace.select([made.id])
    handle = colour_at(canvas, 100, 100)
    assert min(handle.red(), handle.green(), handle.blue()) > 200
