"""The View menu of the real window: where it looks and what it remembers."""

from __future__ import annotations

from pathlib import Path

import pytest
from PySide6.QtCore import QPointF, Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QToolButton
from pytestqt.qtbot import QtBot

from annotator.ui.main_window import MainWindow
from annotator.ui.settings import UserSettings
from tests.ui.project_hand import BALL, SIDE, Hand, box_at, prediction
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


def test_ctrl_r_turns_clockwise_and_back_and_upright(window: MainWindow, hand: Hand) -> None:
    made = hand.draw(60, BALL)
    canvas, view = window.canvas, window.canvas.view
    mark = window.findChild(QToolButton, "turn_mark")
    assert not mark.isVisible()
    QTest.keyClick(canvas, Qt.Key.Key_R, Qt.KeyboardModifier.ControlModifier)
    assert view.turn == 1
    assert canvas.to_screen(0, 0).x() > canvas.to_screen(0, SIDE).x()
    assert mark.isVisible()
    assert mark.text() == "Turned 90°"
    for action, turn in (("turn_right", 2), ("turn_left", 1), ("turn_left", 0), ("turn_left", 3)):
        window.actions_.by_id[action].trigger()
        assert view.turn == turn
    window.actions_.by_id["turn_upright"].trigger()
    assert view.turn == 0
    window.actions_.by_id["turn_left"].trigger()
    QTest.mouseClick(mark, Qt.MouseButton.LeftButton)
    assert view.turn == 0
    assert not mark.isVisible()
    assert hand.stored() == (made,)


def test_another_window_on_the_project_is_upright(
    qtbot: QtBot, window: MainWindow, project: Path
) -> None:
    window.actions_.by_id["turn_right"].trigger()
    window.close()
    again = open_window(qtbot, project)
    assert again.canvas.view.turn == 0


def test_predictions_beside_the_labels_are_turned_with_them(window: MainWindow) -> None:
    window.actions_.by_id["side_by_side"].trigger()
    window.actions_.by_id["turn_right"].trigger()
    assert window.desk.column.pane.view.turn == 1
    window.actions_.by_id["turn_upright"].trigger()
    assert window.desk.column.pane.view.turn == 0
