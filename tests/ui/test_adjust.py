"""Adjusting the image in the corner of the real canvas."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest
from numpy.typing import NDArray
from PIL import Image as Pillow
from PySide6.QtCore import QPoint, Qt, QThreadPool
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QLabel, QPushButton, QSlider, QToolButton
from pytestqt.qtbot import QtBot

from annotator.ui.canvas.adjusting import KEY
from annotator.ui.canvas.adjustment import Adjustment, Channel, table_of
from annotator.ui.main_window import MainWindow
from annotator.ui.panels.adjust import AdjustPanel
from tests.ui.project_hand import SIDE, Hand, make_project
from tests.ui.shots import bare_pixels_of, pixels_of
from tests.ui.windows import WAIT_MS, open_window

LEFT, NONE = Qt.MouseButton.LeftButton, Qt.KeyboardModifier.NoModifier


@pytest.fixture
def window(qtbot: QtBot, project: Path) -> MainWindow:
    """The first image has colours, the second is dull: greys from 100 to 140."""
    across, down = np.meshgrid(np.arange(SIDE), np.arange(SIDE))
    colours = np.stack([across * 2, down * 2, (across + down)], axis=2).astype(np.uint8)
    Pillow.fromarray(colours).save(project.parent / "pictures" / "0.png")
    dull = (100 + 40 * across / (SIDE - 1)).astype(np.uint8)
    Pillow.fromarray(dull).save(project.parent / "pictures" / "1.png")
    made = open_window(qtbot, project)
    made.canvas.actual_size()
    return made


@pytest.fixture
def panel(window: MainWindow) -> AdjustPanel:
    """Opened by its button."""
    window.findChild(QToolButton, "adjust_open").click()
    found = window.findChild(AdjustPanel, "adjust")
    assert isinstance(found, AdjustPanel)
    assert found.isVisible()
    return found


def slider(panel: AdjustPanel, name: str) -> QSlider:
    found = panel.findChild(QSlider, f"adjust_{name}")
    assert isinstance(found, QSlider)
    return found


def drag(of: QSlider, share: float) -> None:
    """Drag the handle from the middle to a share of the way."""
    middle = of.rect().center()
    QTest.mousePress(of, LEFT, NONE, middle)
    end = QPoint(round(of.width() * share), middle.y())
    for step in (0.3, 0.7, 1.0):
        QTest.mouseMove(of, middle + (end - middle) * step)
    QTest.mouseRelease(of, LEFT, NONE, end)


def press(panel: AdjustPanel, name: str) -> None:
    found = panel.findChild(QToolButton, f"adjust_{name}") or panel.findChild(
        QPushButton, f"adjust_{name}"
    )
    QTest.mouseClick(found, LEFT)


def seen(window: MainWindow) -> NDArray[np.uint8]:
    """The image as it stands on the canvas at 100 %, under what lies on it."""
    shot = bare_pixels_of(window.canvas)
    corner = window.canvas.to_screen(0, 0).toPoint()
    return shot[corner.y() : corner.y() + SIDE, corner.x() : corner.x() + SIDE]


def test_dragging_a_slider_changes_the_image_at_once_and_only_the_image(
    window: MainWindow, panel: AdjustPanel
) -> None:
    plain, ground = seen(window).copy(), pixels_of(window.canvas)[-5, 5]
    one = slider(panel, "brightness")
    middle = one.rect().center()
    QTest.mousePress(one, LEFT, NONE, middle)
    QTest.mouseMove(one, QPoint(one.width() * 3 // 4, middle.y()))
    while_dragged = seen(window).copy()
    assert (while_dragged >= plain).all()
    assert while_dragged.mean() > plain.mean() + 20
    QTest.mouseRelease(one, LEFT, NONE, QPoint(one.width() * 3 // 4, middle.y()))
    value = window.canvas.adjusting.value
    assert value.brightness > 20
    assert (seen(window) == table_of(value)[plain]).all()
    assert (pixels_of(window.canvas)[-5, 5] == ground).all()
    shown = panel.findChild(QLabel, "adjust_brightness_value")
    assert shown.text() == f"+{value.brightness}"


@pytest.mark.parametrize("name", ["brightness", "contrast", "gamma"])
def test_a_double_click_puts_a_slider_back(
    window: MainWindow, panel: AdjustPanel, name: str
) -> None:
    drag(slider(panel, name), 0.8)
    assert not window.canvas.adjusting.value.is_neutral
    QTest.mouseDClick(slider(panel, name), LEFT)
    assert window.canvas.adjusting.value.is_neutral


def test_a_channel_is_shown_as_grey_and_as_a_negative(
    window: MainWindow, panel: AdjustPanel
) -> None:
    plain = seen(window).copy()
    press(panel, "channel_green")
    assert (seen(window) == plain[..., 1:2]).all()
    press(panel, "invert")
    assert (seen(window) == 255 - plain[..., 1:2]).all()
    press(panel, "channel_all")
    assert (seen(window) == 255 - plain).all()


def test_auto_contrast_stretches_every_image_by_its_own_pixels(
    qtbot: QtBot, window: MainWindow, panel: AdjustPanel
) -> None:
    press(panel, "auto")
    Hand(window.workspace).show(1)
    qtbot.waitUntil(lambda: window.canvas.picture is not None, timeout=WAIT_MS)
    window.canvas.actual_size()
    assert (seen(window).min(), seen(window).max()) == (0, 255)
    Hand(window.workspace).show(2)
    qtbot.waitUntil(lambda: window.canvas.picture is not None, timeout=WAIT_MS)
    window.canvas.actual_size()
    assert (seen(window) == 80).all()  # an even image stays as it is


def test_a_mark_reminds_of_the_adjustment_and_takes_it_back(
    window: MainWindow, panel: AdjustPanel
) -> None:
    mark = window.findChild(QToolButton, "adjust_mark")
    plain = seen(window).copy()
    assert not mark.isVisible()
    drag(slider(panel, "contrast"), 0.9)
    press(panel, "close")
    assert not panel.isVisible()
    assert mark.isVisible()
    QTest.mouseClick(mark, LEFT)
    assert not mark.isVisible()
    assert window.canvas.adjusting.value.is_neutral
    assert (seen(window) == plain).all()


def test_reset_takes_everything_back(window: MainWindow, panel: AdjustPanel) -> None:
    reset = panel.findChild(QPushButton, "adjust_reset")
    assert not reset.isEnabled()
    for name in ("brightness", "contrast", "gamma"):
        drag(slider(panel, name), 0.3)
    for name in ("channel_red", "invert", "auto"):
        press(panel, name)
    press(panel, "reset")
    assert window.canvas.adjusting.value == Adjustment()
    assert slider(panel, "gamma").value() == 0
    assert not panel.findChild(QToolButton, "adjust_invert").isChecked()


def test_the_project_remembers_it_and_another_one_does_not_know_it(
    qtbot: QtBot, window: MainWindow, panel: AdjustPanel, project: Path, tmp_path: Path
) -> None:
    drag(slider(panel, "gamma"), 0.7)
    press(panel, "channel_blue")
    before = window.canvas.adjusting.value
    window.workspace.open(make_project(tmp_path / "other"))
    assert window.canvas.adjusting.value.is_neutral
    window.workspace.open(project)
    assert window.canvas.adjusting.value == before
    assert before.channel is Channel.BLUE
    window.canvas.adjusting.reset()
    assert window.workspace.setting(KEY, None) == Adjustment().to_json()


def test_a_drag_is_remembered_when_it_ends(window: MainWindow, panel: AdjustPanel) -> None:
    one = slider(panel, "brightness")
    QTest.mousePress(one, LEFT, NONE, one.rect().center())
    QTest.mouseMove(one, QPoint(one.width() - 20, one.height() // 2))
    assert window.canvas.adjusting.value.brightness > 0
    assert window.workspace.setting(KEY, None) is None
    QTest.mouseRelease(one, LEFT, NONE, QPoint(one.width() - 20, one.height() // 2))
    kept = window.workspace.setting(KEY, None)
    assert kept["brightness"] == window.canvas.adjusting.value.brightness


def test_files_and_data_stay_as_they_are(
    window: MainWindow, panel: AdjustPanel, project: Path
) -> None:
    files = {f: f.read_bytes() for f in (project.parent / "pictures").iterdir()}
    drag(slider(panel, "brightness"), 0.9)
    press(panel, "invert")
    assert {f: f.read_bytes() for f in files} == files
    assert Hand(window.workspace).steps() == []


def test_what_is_done_in_the_panel_does_not_reach_the_canvas_below(
    window: MainWindow, panel: AdjustPanel
) -> None:
    window.workspace.set_tool("box")
    QTest.mouseClick(panel, LEFT, NONE, QPoint(3, 3))
    assert not window.canvas.is_drawing


def test_escape_closes_the_panel_and_gives_the_keyboard_back(
    qtbot: QtBot, window: MainWindow, panel: AdjustPanel
) -> None:
    slider(panel, "gamma").setFocus()
    QTest.keyClick(slider(panel, "gamma"), Qt.Key.Key_Escape)
    assert not panel.isVisible()
    assert window.canvas.hasFocus()


def test_without_an_image_there_is_nothing_to_adjust(
    window: MainWindow, panel: AdjustPanel
) -> None:
    window.workspace.close()
    assert not panel.isVisible()
    assert not window.findChild(QToolButton, "adjust_open").isVisible()
    assert not window.actions_.by_id["adjust"].isEnabled()


def test_the_menu_opens_and_closes_it(window: MainWindow) -> None:
    panel = window.findChild(AdjustPanel, "adjust")
    window.actions_.by_id["adjust"].trigger()
    assert panel.isVisible()
    window.actions_.by_id["adjust"].trigger()
    assert not panel.isVisible()


def test_it_stays_in_the_corner_of_the_canvas(window: MainWindow, panel: AdjustPanel) -> None:
    window.resize(1500, 900)
    window.grab()
    right = window.canvas.width() - panel.geometry().right()
    assert 0 < right < 20
    assert panel.geometry().top() < 60


@pytest.fixture
def deep(window: MainWindow, project: Path) -> NDArray[np.int64]:
    """The fourth image has 16 bits, 40 steps of grey in its dark, and hot pixels; those steps."""
    steps = np.repeat(np.arange(SIDE)[None] * 40 // SIDE, SIDE, axis=0)
    values = (1000 + 2 * steps).astype(np.uint16)
    values[0, :5] = 65_535
    Pillow.fromarray(values).save(project.parent / "pictures" / "3.png")
    return steps


def test_auto_contrast_finds_what_16_bits_hold_beside_a_hot_pixel(
    qtbot: QtBot, window: MainWindow, panel: AdjustPanel, deep: NDArray[np.int64]
) -> None:
    Hand(window.workspace).show(3)
    qtbot.waitUntil(lambda: window.canvas.picture is not None, timeout=WAIT_MS)
    window.canvas.actual_size()
    assert len(np.unique(seen(window)[1:])) == 1  # nothing to see beside the hot pixels
    press(panel, "auto")
    qtbot.waitUntil(lambda: len(np.unique(seen(window)[1:])) > 30, timeout=WAIT_MS)
    grey = seen(window)[50, :, 0].astype(int)
    assert (grey.min(), grey.max()) == (0, 255)
    assert (np.diff(grey) >= 0).all()
    pane = window.desk.column.pane
    window.settings.change(side_by_side=True)
    window.grab()
    assert len(np.unique(bare_pixels_of(pane)[..., 0])) > 30
    press(panel, "auto")
    assert len(np.unique(seen(window)[1:])) == 1


def test_the_deeper_picture_of_one_image_is_not_shown_for_the_next(
    qtbot: QtBot, window: MainWindow, panel: AdjustPanel, deep: NDArray[np.int64]
) -> None:
    press(panel, "auto")
    hand = Hand(window.workspace)
    hand.show(3)
    hand.show(1)
    qtbot.waitUntil(lambda: window.canvas.picture is not None, timeout=WAIT_MS)
    window.canvas.actual_size()
    assert (seen(window).min(), seen(window).max()) == (0, 255)
    hand.show(3)
    qtbot.waitUntil(lambda: window.canvas.picture is not None, timeout=WAIT_MS)
    window.canvas.actual_size()
    qtbot.waitUntil(lambda: len(np.unique(seen(window)[1:])) > 30, timeout=WAIT_MS)


def test_a_file_that_went_away_keeps_what_was_read_of_it(
    qtbot: QtBot, window: MainWindow, panel: AdjustPanel, project: Path
) -> None:
    with qtbot.captureExceptions() as errors:
        (project.parent / "pictures" / "0.png").unlink()
        press(panel, "auto")
        QThreadPool.globalInstance().waitForDone()
        qtbot.wait(0)
    assert errors == []
    assert seen(window).max() == 255
