"""Zoom from end to end, pixel by pixel, to the selection, and from image to image."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest
from numpy.typing import NDArray
from PIL import Image as Pillow
from PySide6.QtCore import QPointF
from pytestqt.qtbot import QtBot

from annotator.domain.model import Box
from annotator.services.folder import add_folder
from annotator.services.pixels import read_pixels
from annotator.store.store import Store
from annotator.ui.canvas.view import Canvas
from annotator.ui.workspace import Workspace
from tests.ui import hands
from tests.ui.canvas.conftest import SIZE, draw_picture
from tests.ui.shots import pixels_of


def image_pixels(canvas: Canvas) -> NDArray[np.uint8]:
    path = canvas.workspace.image_path
    assert path is not None
    return read_pixels(path)


def test_ctrl_wheel_reaches_2_and_6400_percent_and_stops_there(canvas: Canvas) -> None:
    for _ in range(60):
        hands.wheel(canvas, 200, 150, notches=1, keys=hands.CTRL)
    assert canvas.zoom == 64
    for _ in range(60):
        hands.wheel(canvas, 200, 150, notches=-1, keys=hands.CTRL)
    assert canvas.zoom == 0.02
    hands.wheel(canvas, 200, 150, notches=1, keys=hands.CTRL)
    assert canvas.zoom == pytest.approx(0.025)


def test_every_image_pixel_is_a_sharp_square_at_800_percent(canvas: Canvas) -> None:
    hands.wheel(canvas, 200, 150, notches=1, keys=hands.CTRL)
    canvas.zoom_by(8 / canvas.zoom, QPointF(300, 200))
    first = canvas.to_image(QPointF(0, 0))
    row, column = int(first.y) + 2, int(first.x) + 2
    corner = canvas.to_screen(column, row)
    x, y = round(corner.x()), round(corner.y())
    wanted = image_pixels(canvas)[row : row + 80, column : column + 100]
    seen = pixels_of(canvas)[y : y + 8 * 80, x : x + 8 * 100]
    assert (seen == wanted.repeat(8, axis=0).repeat(8, axis=1)).all()


def test_at_100_percent_a_screen_pixel_is_an_image_pixel(canvas: Canvas) -> None:
    canvas.resize(881, 643)
    canvas.actual_size()
    corner = canvas.to_screen(0, 0)
    x, y = round(corner.x()), round(corner.y())
    seen = pixels_of(canvas)[y : y + SIZE[1], x : x + SIZE[0]]
    assert (seen == image_pixels(canvas)).all()


def test_up_to_400_percent_what_is_between_pixels_is_smooth(
    qtbot: QtBot, canvas: Canvas, pictures: Path
) -> None:
    stripes = np.zeros((SIZE[1], SIZE[0], 3), np.uint8)
    stripes[:, ::2] = 255
    Pillow.fromarray(stripes).save(pictures / "1.png")
    with qtbot.waitSignal(canvas.loaded):
        canvas.workspace.go(1)
    canvas.zoom_by(3.9 / canvas.zoom, QPointF(300, 200))
    assert len(np.unique(pixels_of(canvas)[200, 100:300, 0])) > 5
    canvas.zoom_by(4.1 / canvas.zoom, QPointF(300, 200))
    assert np.unique(pixels_of(canvas)[200, 100:300, 0]).tolist() == [0, 255]


def test_a_speck_is_not_looked_at_closer_than_its_surroundings_show(canvas: Canvas) -> None:
    canvas.look(lambda view: view.look_at_box(Box(100, 50, 0, 0)))
    assert canvas.zoom == 16


def test_the_next_image_is_fitted_after_a_zoom(qtbot: QtBot, canvas: Canvas) -> None:
    hands.wheel(canvas, 100, 100, notches=3, keys=hands.CTRL)
    with qtbot.waitSignal(canvas.loaded):
        canvas.workspace.go(1)
    assert canvas.view_state()["fit"]


def test_the_zoom_goes_along_to_the_next_image_when_that_is_wished(
    qtbot: QtBot, canvas: Canvas
) -> None:
    canvas.workspace.settings.change(keep_zoom=True)
    hands.wheel(canvas, 100, 100, notches=3, keys=hands.CTRL)
    before, place = canvas.view_state(), canvas.to_screen(100, 100)
    with qtbot.waitSignal(canvas.loaded):
        canvas.workspace.go(1)
    assert canvas.view_state() == before
    assert canvas.to_screen(100, 100) == place


def test_a_fitted_view_stays_fitted_also_when_zoom_is_kept(
    qtbot: QtBot, canvas: Canvas, workspace: Workspace
) -> None:
    workspace.settings.change(keep_zoom=True)
    canvas.fit()
    with qtbot.waitSignal(canvas.loaded):
        workspace.go(1)
    assert canvas.view_state()["fit"]


def test_a_kept_zoom_waits_for_the_size_of_an_image_nobody_measured(
    qtbot: QtBot, canvas: Canvas, workspace: Workspace
) -> None:
    workspace.settings.change(keep_zoom=True)
    canvas.zoom_by(4, QPointF(800, 600))
    before = canvas.view_state()
    store, image = workspace.store, workspace.images[1]
    assert store is not None
    store.images.set_size(image.id, width=0, height=0)
    workspace.refresh_rows([image.id])
    with qtbot.waitSignal(canvas.loaded):
        workspace.go(1)
    assert canvas.view_state() == before


def test_a_kept_zoom_is_not_taken_to_another_project(
    qtbot: QtBot, canvas: Canvas, workspace: Workspace, tmp_path: Path
) -> None:
    workspace.settings.change(keep_zoom=True)
    canvas.zoom_by(4)
    folder = tmp_path / "other"
    folder.mkdir()
    draw_picture(folder / "a.png")
    with Store.create(tmp_path / "other_project") as store:
        add_folder(store, folder)
    with qtbot.waitSignal(canvas.loaded):
        workspace.open(tmp_path / "other_project")
    assert canvas.view_state()["fit"]
