"""The grid: where its lines stand, and that they show on any image."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from numpy.typing import NDArray
from PySide6.QtCore import QPointF
from PySide6.QtGui import QImage, QPainter
from pytestqt.qtbot import QtBot

from annotator.ui.canvas.grid import APART, grid_step, paint_grid
from annotator.ui.canvas.view import Canvas
from annotator.ui.canvas.viewport import Viewport
from tests.ui.shots import pixels_of


@given(st.floats(0.005, 64))
def test_lines_stand_far_enough_apart_and_at_round_numbers(scale: float) -> None:
    step = grid_step(scale)
    assert step * scale >= APART or step == 1 <= scale / APART
    assert str(step).rstrip("0") in {"1", "2", "5"}
    assert step == 1 or step / 2.5 * scale < APART + 1e-6


def view_at(zoom: float) -> Viewport:
    made = Viewport()
    made.resize(300, 200, 1.0)
    made.set_image_size(100, 80)
    made.look_at(50, 40, zoom)
    return made


def ruled(ground: int, zoom: float) -> NDArray[np.int16]:
    """How much the grid changes each pixel of an even ground."""
    sheet = QImage(300, 200, QImage.Format.Format_RGB32)
    sheet.fill(0xFF000000 + 0x010101 * ground)
    painter = QPainter(sheet)
    paint_grid(painter, view_at(zoom))
    painter.end()
    return np.abs(pixels_of(sheet)[..., 0].astype(np.int16) - ground)


@pytest.mark.parametrize("ground", [0, 60, 128, 200, 255])
def test_lines_show_on_any_ground(qtbot: QtBot, ground: int) -> None:
    change = ruled(ground, 4)
    x = round(view_at(4).to_screen(40, 0).x())
    assert change[:, x].mean() > 40
    assert change[10, x + 5] == 0


def test_the_whole_grid_is_one_pixel_wide_lines_at_multiples_of_the_step(qtbot: QtBot) -> None:
    change = ruled(0, 4)
    step, view = grid_step(4), view_at(4)
    found = np.flatnonzero((change > 0).mean(axis=0) > 0.3)
    first, last = view.to_image(QPointF(0, 0)).x, view.to_image(QPointF(300, 0)).x
    wanted = [round(view.to_screen(n, 0).x()) for n in range(0, 101, step) if first <= n < last]
    assert found.tolist() == wanted


def test_from_800_percent_on_every_pixel_has_a_line(qtbot: QtBot) -> None:
    lines = [int(((ruled(0, z) > 0).mean(axis=0) > 0.3).sum()) for z in (7.9, 8.0)]
    assert lines[0] <= 300 / APART + 1
    assert lines[1] == pytest.approx(300 / 8, abs=1)


def test_the_grid_is_switched_on_and_off_and_ends_at_the_image(canvas: Canvas) -> None:
    canvas.fit()
    canvas.zoom_by(0.5)
    bare = pixels_of(canvas)
    canvas.workspace.settings.change(grid=True)
    changed = (pixels_of(canvas) != bare).any(axis=2)
    assert changed[-30:, :80].any()  # the words how far the lines stand apart
    changed[-30:, :80] = False
    rows, columns = np.nonzero(changed)
    corner, end = canvas.to_screen(0, 0), canvas.to_screen(400, 300)
    assert (columns.min(), rows.min()) == (round(corner.x()), round(corner.y()))
    assert columns.max() <= round(end.x()) + 1
    assert rows.max() <= round(end.y()) + 1
    canvas.workspace.settings.change(grid=False)
    assert (pixels_of(canvas) == bare).all()
