"""The View menu of the real window: where it looks and what it remembers."""

from __future__ import annotations

from pathlib import Path

import pytest
from PySide6.QtCore import QPointF, Qt
from PySide6.QtTest import QTest
from pytestqt.qtbot import QtBot

from annotator.ui.main_window import MainWindow
from annotator.ui.settings import UserSettings
from tests.ui.project_hand import BALL, Hand, box_at, prediction
from tests.ui.windows import open_window


@pytest.fixture
def window(qtbot: QtBot, project: Path) -> MainWindow:
    return open_window(qtbot, project)


@pytest.fixture
def hand(window: MainWindow) -> Hand:
    return Hand(window.workspace)


def middle(window: MainWindow) -> tuple[float, float]:
    """The place of the image in the middle of the canvas."""
    return window.canvas.to_image(QPointF(window.canvas.rect().center()))


def near(x: float, y: float) -> tuple[object, object]:
    return pytest.approx(x, abs=1), pytest.approx(y, abs=1)


def test_z_looks_at_the_selection(window: MainWindow, hand: Hand) -> None:
    action = window.actions_.by_id["zoom_to_selection"]
    assert not action.isEnabled()
    hand.draw(60, BALL)
    QTest.keyClick(window.canvas, Qt.Key.Key_Z)
    box = box_at(60)
    assert middle(window) == near(box.x + box.width / 2, box.y + box.height / 2)
    shown = (
        window.canvas.to_screen(box.x, box.bottom).y() - window.canvas.to_screen(box.x, box.y).y()
    )
    assert 0.5 * window.canvas.height() < shown < window.canvas.height()


def test_zooming_to_several_objects_shows_them_all(window: MainWindow, hand: Hand) -> None:
    one, other = hand.draw(5, BALL), hand.draw(70, BALL)
    window.workspace.select([one.id, other.id])
    window.actions_.by_id["zoom_to_selection"].trigger()
    assert middle(window) == near((5 + 90) / 2, 25)
    assert window.canvas.to_screen(5, 10).x() > 0
    assert window.canvas.to_screen(90, 10).x() < window.canvas.width()


def test_zooming_to_a_selected_prediction(window: MainWindow, hand: Hand) -> None:
    hand.predict(prediction(40))
    window.workspace.select(prediction_id=window.workspace.predictions[0].id)
    window.actions_.by_id["zoom_to_selection"].trigger()
    assert middle(window) == near(50, 25)


def test_a_switch_of_the_view_is_remembered_for_the_person(window: MainWindow) -> None:
    action = window.actions_.by_id["keep_zoom"]
    assert not action.isChecked()
    action.trigger()
    assert action.isChecked()
    assert UserSettings().value.keep_zoom
    window.settings.change(keep_zoom=False)
    assert not action.isChecked()
