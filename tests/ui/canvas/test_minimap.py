"""The map of the image on the canvas: when it shows, what it shows, and how it moves the view."""

from __future__ import annotations

import numpy as np
import pytest
from PySide6.QtCore import QPoint, QPointF, Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication
from pytestqt.qtbot import QtBot

from annotator.ui.canvas.view import Canvas
from annotator.ui.panels.minimap import LONG_SIDE, Minimap
from annotator.ui.workspace import Workspace
from tests.ui import hands
from tests.ui.canvas.conftest import SIZE
from tests.ui.shots import pixels_of

LEFT = Qt.MouseButton.LeftButton


@pytest.fixture
def minimap(canvas: Canvas) -> Minimap:
    """The map while the view shows a part of the image."""
    made = Minimap(canvas)
    canvas.zoom_by(4)
    return made


def on_map(minimap: Minimap, x: float, y: float) -> QPoint:
    """Where a place of the image lies on the map."""
    return QPointF(x * minimap.width() / SIZE[0], y * minimap.height() / SIZE[1]).toPoint()


def middle(canvas: Canvas) -> tuple[float, float]:
    """The place of the image in the middle of the canvas."""
    return canvas.to_image(QPointF(canvas.width() / 2, canvas.height() / 2))


def near(x: float, y: float) -> tuple[object, object]:
    """A pixel of the map is some pixels of the image."""
    return pytest.approx(x, abs=3), pytest.approx(y, abs=3)


def test_it_shows_while_a_part_of_the_image_is_out_of_sight(
    canvas: Canvas, minimap: Minimap
) -> None:
    assert minimap.isVisible()
    canvas.fit()
    assert not minimap.isVisible()
    hands.wheel(canvas, 200, 150, notches=4, keys=hands.CTRL)
    assert minimap.isVisible()


def test_it_lies_in_the_lower_right_corner_in_the_shape_of_the_image(
    canvas: Canvas, minimap: Minimap
) -> None:
    canvas.resize(1000, 700)
    assert max(minimap.width(), minimap.height()) == LONG_SIDE
    assert minimap.width() / minimap.height() == pytest.approx(SIZE[0] / SIZE[1], rel=0.02)
    assert 0 < canvas.width() - minimap.geometry().right() < 20
    assert 0 < canvas.height() - minimap.geometry().bottom() < 20


def test_a_narrow_canvas_keeps_the_line_of_its_hint_free(canvas: Canvas, minimap: Minimap) -> None:
    canvas.resize(600, 500)
    assert canvas.height() - minimap.geometry().bottom() > 30
    canvas.resize(300, 200)
    assert not minimap.isVisible()


def test_it_is_switched_off_and_on_for_the_person(canvas: Canvas, minimap: Minimap) -> None:
    canvas.workspace.settings.change(minimap=False)
    assert not minimap.isVisible()
    canvas.workspace.settings.change(minimap=True)
    assert minimap.isVisible()


def test_it_shows_the_image_bright_where_the_view_is_and_dark_beside(
    canvas: Canvas, minimap: Minimap
) -> None:
    canvas.look(lambda view: view.look_at(120, 200, view.zoom))
    seen = canvas.view.visible()
    frame = minimap.frame
    assert frame.center().toPoint() == on_map(minimap, 120, 200)
    assert frame.width() == pytest.approx(seen.width * minimap.width() / SIZE[0], abs=1)
    shot = pixels_of(minimap).astype(int)
    inside, beside = on_map(minimap, 120, 200), on_map(minimap, 300, 50)
    assert shot[inside.y(), inside.x(), :2] == pytest.approx([120, 200], abs=6)
    assert shot[beside.y(), beside.x(), 1] == pytest.approx(50 * (1 - 120 / 255), abs=6)


def test_a_click_looks_there(canvas: Canvas, minimap: Minimap) -> None:
    zoom = canvas.zoom
    QTest.mouseClick(minimap, LEFT, pos=on_map(minimap, 300, 80))
    assert middle(canvas) == near(300, 80)
    assert canvas.zoom == zoom


def test_dragging_the_frame_moves_the_view_along_without_a_jump(
    canvas: Canvas, minimap: Minimap
) -> None:
    canvas.look(lambda view: view.look_at(200, 150, view.zoom))
    start = on_map(minimap, 210, 160)
    QTest.mousePress(minimap, LEFT, pos=start)
    assert middle(canvas) == near(200, 150)
    QTest.mouseMove(minimap, on_map(minimap, 260, 100))
    assert middle(canvas) == near(250, 90)
    QTest.mouseMove(minimap, on_map(minimap, 110, 160))
    QTest.mouseRelease(minimap, LEFT, pos=on_map(minimap, 110, 160))
    assert middle(canvas) == near(100, 150)
    QTest.mouseMove(minimap, on_map(minimap, 300, 200))
    assert middle(canvas) == near(100, 150)


def test_the_frame_follows_the_wheel(canvas: Canvas, minimap: Minimap) -> None:
    before = minimap.frame
    hands.wheel(canvas, 200, 150, notches=-2)
    assert minimap.frame.top() > before.top()
    hands.wheel(canvas, 200, 150, notches=1, keys=hands.CTRL)
    assert minimap.frame.width() < before.width()


def test_the_map_follows_the_image_and_its_adjustment(
    qtbot: QtBot, canvas: Canvas, minimap: Minimap, workspace: Workspace
) -> None:
    before = pixels_of(minimap).astype(int)
    canvas.adjusting.change(is_inverted=True)
    inverted = pixels_of(minimap).astype(int)
    assert inverted[5:40, 5:20].mean() > before[5:40, 5:20].mean() + 20
    canvas.adjusting.reset()
    canvas.workspace.settings.change(keep_zoom=True)
    with qtbot.waitSignal(canvas.loaded):
        workspace.go(1)
    other = pixels_of(minimap).astype(int)
    assert np.abs(other - before)[..., 2].mean() > 5


def test_it_gives_way_to_what_is_drawn_and_comes_back(canvas: Canvas, minimap: Minimap) -> None:
    home = minimap.geometry()
    canvas.workspace.set_tool("polygon")
    middle = canvas.rect().center()
    QTest.mouseClick(canvas, LEFT, pos=middle)
    hands.move_screen(canvas, QPointF(home.topLeft() - QPoint(20, 20)))
    assert minimap.isVisible()
    assert not minimap.geometry().intersects(home)
    assert minimap.geometry().bottom() < home.top() - 48
    hands.press_key(canvas, Qt.Key.Key_Escape)
    hands.move_screen(canvas, QPointF(middle))
    assert minimap.geometry() == home


def test_on_a_low_canvas_it_hides_from_what_is_drawn(canvas: Canvas, minimap: Minimap) -> None:
    canvas.resize(500, 320)
    home = minimap.geometry()
    assert minimap.isVisible()
    canvas.workspace.set_tool("polygon")
    QTest.mouseClick(canvas, LEFT, pos=QPoint(60, 60))
    hands.move_screen(canvas, QPointF(home.topLeft()))
    assert not minimap.isVisible()
    hands.press_key(canvas, Qt.Key.Key_Escape)
    hands.move_screen(canvas, QPointF(60, 60))
    assert minimap.isVisible()
    assert minimap.geometry() == home


def test_a_corner_can_be_set_where_the_map_was_even_by_a_sudden_click(
    canvas: Canvas, minimap: Minimap
) -> None:
    canvas.workspace.set_tool("polygon")
    whole = canvas.windowHandle()  # events go to whatever lies under the mouse
    for at in (QPoint(300, 300), QPoint(500, 300)):
        QTest.mouseClick(whole, LEFT, pos=at)
    under = minimap.geometry().center()
    wanted = canvas.to_image(QPointF(under))
    QTest.mouseClick(whole, LEFT, pos=under)
    assert not minimap.geometry().contains(under)
    hands.press_key(canvas, Qt.Key.Key_Return)
    hands.name_category(canvas, "ball")
    (made,) = canvas.workspace.annotations
    ring = made.mask.parts[0].outer
    assert ring[4:6] == (pytest.approx(wanted.x, abs=1), pytest.approx(wanted.y, abs=1))


def test_it_hides_with_the_image(canvas: Canvas, minimap: Minimap) -> None:
    canvas.workspace.close()
    QApplication.sendPostedEvents()
    assert not minimap.isVisible()
