"""Zoom, pan, loading, and what is said when there is no image."""

from __future__ import annotations

from pathlib import Path

import pytest
from PySide6.QtCore import QPointF, Qt
from PySide6.QtTest import QTest
from pytestqt.qtbot import QtBot

from annotator.services.folder import add_folder
from annotator.store.store import Store
from annotator.ui.canvas.view import Canvas
from annotator.ui.workspace import Workspace
from tests.ui import hands
from tests.ui.canvas.conftest import SIZE, draw_picture


def test_a_new_image_is_fitted(canvas: Canvas, workspace: Workspace) -> None:
    workspace.go(1)
    left_top, right_bottom = canvas.to_screen(0, 0), canvas.to_screen(*SIZE)
    assert left_top.x() >= 0
    assert left_top.y() >= 0
    assert right_bottom.x() <= canvas.width()
    assert right_bottom.y() <= canvas.height()
    assert (right_bottom.x() - left_top.x()) > 0.9 * canvas.width()


def test_a_fitted_image_follows_the_size_of_the_widget(canvas: Canvas) -> None:
    canvas.fit()
    before = canvas.zoom
    canvas.resize(500, 400)
    assert canvas.zoom < before
    canvas.actual_size()
    canvas.resize(900, 700)
    assert canvas.zoom == 1.0


def test_ctrl_wheel_zooms_to_the_cursor(canvas: Canvas) -> None:
    before = canvas.to_screen(250, 120)
    zoom = canvas.zoom
    hands.wheel(canvas, 250, 120, notches=1, keys=hands.CTRL)
    after = canvas.to_screen(250, 120)
    assert canvas.zoom == pytest.approx(zoom * 1.25)
    assert (after - before).manhattanLength() < 3


def test_zoom_stays_between_2_and_6400_percent(canvas: Canvas) -> None:
    canvas.zoom_by(1e6)
    assert canvas.zoom == 64
    canvas.zoom_by(1e-9)
    assert canvas.zoom == 0.02


def test_the_wheel_scrolls_and_with_shift_sideways(canvas: Canvas) -> None:
    canvas.zoom_by(4)
    start = canvas.to_screen(200, 150)
    hands.wheel(canvas, 200, 150, notches=-1)
    down = canvas.to_screen(200, 150)
    assert down.y() < start.y()
    assert down.x() == start.x()
    hands.wheel(canvas, 200, 150, notches=-1, keys=hands.SHIFT)
    side = canvas.to_screen(200, 150)
    assert side.x() < down.x()
    assert side.y() == down.y()


def test_middle_drag_pans(canvas: Canvas) -> None:
    canvas.zoom_by(4)
    hands.drag(canvas, (200, 150), (210, 145), button=hands.MIDDLE)
    grabbed = canvas.to_screen(200, 150) - QPointF(canvas.rect().center())
    assert grabbed.x() == pytest.approx(80, abs=2)
    assert grabbed.y() == pytest.approx(-40, abs=2)


def test_space_drag_pans_and_is_no_tap(qtbot: QtBot, canvas: Canvas) -> None:
    canvas.zoom_by(4)
    before = canvas.to_screen(200, 150)
    with qtbot.assertNotEmitted(canvas.space_tapped):
        QTest.keyPress(canvas, Qt.Key.Key_Space)
        hands.drag(canvas, (200, 150), (210, 150))
        QTest.keyRelease(canvas, Qt.Key.Key_Space)
    assert canvas.to_screen(200, 150).x() > before.x() + 50


def test_a_tap_on_space_is_told(qtbot: QtBot, canvas: Canvas) -> None:
    with qtbot.waitSignal(canvas.space_tapped):
        QTest.keyClick(canvas, Qt.Key.Key_Space)


def test_the_view_is_restored_where_it_was_left(canvas: Canvas) -> None:
    canvas.zoom_by(3, QPointF(100, 100))
    state, place = canvas.view_state(), canvas.to_screen(50, 60)
    canvas.fit()
    canvas.restore_view(state)
    assert canvas.to_screen(50, 60) == place
    canvas.restore_view({"fit": True})
    assert canvas.view_state()["fit"]


def test_image_and_screen_coordinates_are_inverse(canvas: Canvas) -> None:
    x, y = canvas.to_image(canvas.to_screen(123.25, 45.5))
    assert (x, y) == (pytest.approx(123.25), pytest.approx(45.5))


def test_pixels_are_squares_past_400_percent(qtbot: QtBot, canvas: Canvas) -> None:
    canvas.zoom_by(16 / canvas.zoom, canvas.to_screen(100, 80))
    at = canvas.to_screen(100, 80)
    shot = canvas.grab().toImage()
    x, y = round(at.x()), round(at.y())
    inside = {shot.pixelColor(x + dx, y + dy).rgb() for dx in (1, 8, 14) for dy in (1, 8, 14)}
    assert len(inside) == 1
    colour = shot.pixelColor(x + 8, y + 8)
    assert (colour.red(), colour.green()) == (100, 80)


def test_the_cursor_is_told_and_none_outside(qtbot: QtBot, canvas: Canvas) -> None:
    heard: list[object] = []
    canvas.cursor_moved.connect(heard.append)
    hands.hover(canvas, 100, 50)
    assert heard[-1] == (pytest.approx(100, abs=0.5), pytest.approx(50, abs=0.5))
    canvas.zoom_by(0.1)
    hands.move_screen(canvas, QPointF(1, 1))
    assert heard[-1] is None


def test_a_missing_file_is_said_with_its_name(
    qtbot: QtBot, workspace: Workspace, pictures: Path
) -> None:
    (pictures / "0.png").unlink()
    canvas = Canvas(workspace)
    qtbot.addWidget(canvas)
    qtbot.waitUntil(lambda: bool(canvas.message))
    assert "0.png is missing" in canvas.message
    assert str(pictures) in canvas.message
    hands.click_image(canvas, 10, 10)
    canvas.grab()


def test_an_unreadable_file_is_said_and_the_next_image_shows(
    qtbot: QtBot, workspace: Workspace, pictures: Path
) -> None:
    (pictures / "0.png").write_bytes(b"no image")
    canvas = Canvas(workspace)
    qtbot.addWidget(canvas)
    qtbot.waitUntil(lambda: bool(canvas.message))
    assert "0.png" in canvas.message
    with qtbot.waitSignal(canvas.loaded):
        workspace.go(1)
    assert not canvas.message


def test_without_images_the_canvas_says_what_to_do(
    qtbot: QtBot, empty_workspace: Workspace, tmp_path: Path
) -> None:
    canvas = Canvas(empty_workspace)
    qtbot.addWidget(canvas)
    assert "No project" in canvas.message
    Store.create(tmp_path / "empty").close()
    empty_workspace.open(tmp_path / "empty")
    assert "Add a folder" in canvas.message
    canvas.grab()


def test_a_large_image_is_shown_reduced_first_and_then_whole(
    qtbot: QtBot, empty_workspace: Workspace, tmp_path: Path
) -> None:
    folder = tmp_path / "large"
    folder.mkdir()
    draw_picture(folder / "large.jpg", size=(3000, 2000))
    with Store.create(tmp_path / "project") as store:
        add_folder(store, folder)
    canvas = Canvas(empty_workspace)
    qtbot.addWidget(canvas)
    firsts: list[bool] = []
    canvas.loaded.connect(lambda: firsts.append(canvas.picture.is_whole))
    empty_workspace.open(tmp_path / "project")
    qtbot.waitUntil(lambda: canvas.picture is not None and canvas.picture.is_whole)
    assert firsts == [False]
    assert (canvas.picture.width, canvas.picture.height) == (3000, 2000)


def test_leaving_an_image_quickly_shows_only_the_last(qtbot: QtBot, canvas: Canvas) -> None:
    workspace = canvas.workspace
    workspace.go(1)
    workspace.go(-1)
    workspace.go(1)
    qtbot.waitUntil(lambda: canvas.picture is not None)
    colour = canvas.picture.levels[0].pixelColor(0, 0)
    assert colour.blue() == 40


def test_the_canvas_has_a_name_for_screen_readers(canvas: Canvas) -> None:
    assert canvas.accessibleName() == "Canvas"
    assert "0.png" in canvas.accessibleDescription()
