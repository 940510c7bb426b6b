"""Labels at the left, predictions at the right: two views of one image that move together."""

from __future__ import annotations

from pathlib import Path

import pytest
from PySide6.QtCore import QPoint, QPointF, Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QFrame, QLabel, QSplitter, QToolButton
from pytestqt.qtbot import QtBot

from annotator.ui.canvas.pane import PredictionsPane
from annotator.ui.canvas.view import Canvas
from annotator.ui.main_window import MainWindow
from annotator.ui.settings import UserSettings
from tests.ui import hands
from tests.ui.project_hand import BALL, SIDE, Hand, prediction
from tests.ui.shots import bare_pixels_of
from tests.ui.windows import WAIT_MS, open_window

LEFT = Qt.MouseButton.LeftButton


@pytest.fixture
def window(qtbot: QtBot, project: Path) -> MainWindow:
    made = open_window(qtbot, project)
    made.resize(1500, 850)
    return made


@pytest.fixture
def hand(window: MainWindow) -> Hand:
    return Hand(window.workspace)


@pytest.fixture
def pane(window: MainWindow) -> PredictionsPane:
    """Opened from the menu."""
    window.actions_.by_id["side_by_side"].trigger()
    window.grab()  # lays it out
    return window.desk.column.pane


def shown(window: MainWindow, name: str) -> str:
    return window.findChild(QLabel, f"{name}_title_facts").text()


def words(window: MainWindow) -> list[str]:
    card = window.findChild(QFrame, "predictions_words")
    return [label.text() for label in card.findChildren(QLabel)] if card.isVisible() else []


def place_of(widget: Canvas | PredictionsPane, x: float, y: float) -> QPointF:
    """Where a place of the image stands, from the middle of a view."""
    return widget.to_screen(x, y) - QPointF(widget.width() / 2, widget.height() / 2)


def look_alike(window: MainWindow, pane: PredictionsPane) -> bool:
    """Whether both views show the same place in their middle, and as large."""
    one, other = window.canvas.board.view, pane.view
    middle = (place_of(window.canvas, 20, 30) - place_of(pane, 20, 30)).manhattanLength()
    return (one.zoom, one.image_size) == (other.zoom, other.image_size) and middle <= 1


def click(pane: PredictionsPane, x: float, y: float) -> None:
    QTest.mouseClick(pane, LEFT, pos=pane.to_screen(x, y).toPoint())


def test_the_switch_splits_the_canvas_and_joins_it_again(
    window: MainWindow, pane: PredictionsPane
) -> None:
    assert pane.isVisible()
    assert abs(pane.width() - window.canvas.width()) < 12
    assert pane.mapTo(window, pane.rect().topLeft()).y() == (
        window.canvas.mapTo(window, window.canvas.rect().topLeft()).y()
    )
    assert UserSettings().value.side_by_side
    window.findChild(QToolButton, "side_by_side_close").click()
    assert not pane.isVisible()
    assert not window.actions_.by_id["side_by_side"].isChecked()


def test_labels_stand_at_the_left_and_predictions_at_the_right(
    window: MainWindow, hand: Hand, pane: PredictionsPane
) -> None:
    empty = bare_pixels_of(window.canvas), bare_pixels_of(pane)
    hand.predict(prediction(50, category=BALL))
    assert (bare_pixels_of(window.canvas) == empty[0]).all()
    with_prediction = bare_pixels_of(pane)
    assert (with_prediction != empty[1]).any()
    hand.draw(5, BALL)
    window.workspace.select()
    assert (bare_pixels_of(window.canvas) != empty[0]).any()
    assert (bare_pixels_of(pane) == with_prediction).all()
    window.settings.change(side_by_side=False)
    window.grab()
    alone = bare_pixels_of(window.canvas)
    hand.workspace.set_threshold(0.99)
    assert (bare_pixels_of(window.canvas) != alone).any()  # predictions are among the labels again


def test_the_titles_count(window: MainWindow, hand: Hand, pane: PredictionsPane) -> None:
    assert (shown(window, "labels"), shown(window, "predictions")) == ("0", "none yet")
    hand.draw(5, BALL)
    hand.predict(*(prediction(x, 0.9 - x / 100, BALL) for x in (5, 30, 60)))
    window.workspace.versions_stored()
    assert shown(window, "labels") == "1"
    assert shown(window, "predictions") == "2 by v1 · 1 labelled already"
    window.workspace.set_threshold(0.2)
    assert shown(window, "predictions") == "3 by v1 · 1 labelled already"
    hand.show(1)
    assert (shown(window, "labels"), shown(window, "predictions")) == ("0", "none yet")


def test_both_views_move_together_whichever_is_moved(
    window: MainWindow, pane: PredictionsPane
) -> None:
    canvas = window.canvas
    assert look_alike(window, pane)
    hands.wheel(canvas, 30, 60, notches=3, keys=hands.CTRL)
    assert look_alike(window, pane)
    before = canvas.view_state()
    hands.wheel(pane, 70, 20, notches=2, keys=hands.CTRL)
    assert canvas.zoom > before["zoom"]
    assert look_alike(window, pane)
    hands.wheel(pane, 70, 20, notches=-1)
    assert look_alike(window, pane)
    place = canvas.to_screen(50, 50)
    hands.drag(pane, (50, 50), (60, 45))
    assert look_alike(window, pane)
    assert canvas.to_screen(50, 50).x() > place.x() + 20
    place = canvas.to_screen(50, 50)
    hands.drag(pane, (50, 50), (45, 50), button=hands.MIDDLE)
    assert look_alike(window, pane)
    assert canvas.to_screen(50, 50).x() < place.x() - 10
    canvas.fit()
    assert look_alike(window, pane)


def test_the_divider_can_be_moved_and_stays_where_it_was_put(
    qtbot: QtBot, window: MainWindow, pane: PredictionsPane, project: Path
) -> None:
    splitter = window.findChild(QSplitter, "side_by_side")
    handle = splitter.handle(1)
    QTest.mousePress(handle, LEFT, pos=handle.rect().center())
    QTest.mouseMove(handle, handle.rect().center() - QPoint(120, 0))
    QTest.mouseRelease(handle, LEFT)
    window.grab()
    assert pane.width() > window.canvas.width() + 150
    assert look_alike(window, pane)
    share = pane.width() / window.canvas.width()
    window.close()
    again = open_window(qtbot, project)
    again.resize(1500, 850)
    again.grab()
    column = again.desk.column.pane
    assert column.isVisible()
    assert column.width() / again.canvas.width() == pytest.approx(share, rel=0.1)


def test_a_click_selects_a_prediction_that_enter_accepts(
    window: MainWindow, hand: Hand, pane: PredictionsPane
) -> None:
    hand.predict(prediction(10, 0.9, BALL), prediction(60, 0.8, BALL))
    click(pane, 70, 20)
    chosen = window.workspace.selected_prediction
    assert chosen is not None
    assert chosen.box.x == 60
    assert window.canvas.hasFocus()
    QTest.keyClick(window.canvas, Qt.Key.Key_Return)
    assert [a.box.x for a in window.workspace.annotations] == [60]
    assert hand.steps() == ["Accept ball 0.80"]
    window.workspace.undo()
    assert window.workspace.annotations == ()


def test_escape_rejects_the_prediction_that_was_clicked(
    window: MainWindow, hand: Hand, pane: PredictionsPane
) -> None:
    hand.predict(prediction(10, 0.9, BALL), prediction(60, 0.8, BALL))
    click(pane, 20, 20)
    QTest.keyClick(window.canvas, Qt.Key.Key_Escape)
    assert [p.box.x for p in window.workspace.predictions] == [60]
    click(pane, 50, 80)
    assert window.workspace.selected_prediction is None


def test_tab_walks_the_predictions_at_the_right(
    window: MainWindow, hand: Hand, pane: PredictionsPane
) -> None:
    hand.predict(prediction(10, 0.9, BALL), prediction(60, 0.8, BALL))
    window.canvas.setFocus()
    seen = []
    for _ in range(3):
        QTest.keyClick(window.canvas, Qt.Key.Key_Tab)
        chosen = window.workspace.selected_prediction
        assert chosen is not None
        seen.append(chosen.box.x)
    assert seen == [10, 60, 10]


def test_what_an_object_says_already_is_not_accepted_twice(
    window: MainWindow, hand: Hand, pane: PredictionsPane
) -> None:
    hand.draw(10, BALL)
    hand.predict(prediction(10, 0.9, BALL))
    click(pane, 20, 20)
    assert window.workspace.selected_prediction is not None
    QTest.keyClick(window.canvas, Qt.Key.Key_Return)
    assert len(window.workspace.annotations) == 1
    assert "says this already" in window.notices.text
    QTest.keyClick(window.canvas, Qt.Key.Key_Escape)
    assert window.workspace.sure_predictions == ()


def test_nothing_is_drawn_or_moved_at_the_right(
    window: MainWindow, hand: Hand, pane: PredictionsPane
) -> None:
    hand.predict(prediction(40, 0.9, BALL))
    for tool in ("box", "polygon", "select"):
        window.workspace.set_tool(tool)
        hands.drag(pane, (45, 20), (70, 60))
        QTest.mouseDClick(pane, LEFT, pos=pane.to_screen(45, 20).toPoint())
    assert window.workspace.annotations == ()
    assert hand.steps() == []


def test_without_predictions_it_says_what_to_do(
    window: MainWindow, hand: Hand, pane: PredictionsPane
) -> None:
    assert words(window)[0] == "No model yet"
    assert "retrain" in words(window)[1]
    hand.predict(prediction(40, 0.3, BALL))
    version = hand.store.versions.all()[0].id
    hand.store.versions.activate(version)
    window.workspace.versions_stored()
    assert words(window) == ["None from 0.50 on", "1 less sure: move the slider below to the left."]
    window.workspace.set_threshold(0.1)
    assert words(window) == []
    click(pane, 50, 20)
    QTest.keyClick(window.canvas, Qt.Key.Key_Escape)
    assert words(window)[0] == "Nothing to decide here"
    hand.show(1)
    assert words(window) == ["No predictions yet", "Press I to pre-label this image."]
    window.workspace.close()
    assert words(window) == []


def test_the_right_view_shows_the_same_image_in_the_same_way(
    qtbot: QtBot, window: MainWindow, hand: Hand, pane: PredictionsPane
) -> None:
    window.canvas.adjusting.change(is_inverted=True)
    hand.show(2)
    qtbot.waitUntil(lambda: window.canvas.picture is not None, timeout=WAIT_MS)
    at = pane.to_screen(SIDE / 2, SIDE / 2).toPoint()
    assert bare_pixels_of(pane)[at.y(), at.x()].tolist() == [255 - 80] * 3
    (window.workspace.image_path or Path()).unlink()
    hand.show(1)
    hand.show(2)
    qtbot.waitUntil(lambda: bool(window.canvas.message), timeout=WAIT_MS)
    assert (bare_pixels_of(pane)[at.y(), at.x()] != 255 - 80).any()


def test_a_read_only_project_can_be_compared(
    qtbot: QtBot, window: MainWindow, hand: Hand, pane: PredictionsPane, project: Path
) -> None:
    hand.predict(prediction(40, 0.9, BALL))
    second = open_window(qtbot, project)
    assert second.workspace.is_read_only
    second.grab()
    click(second.desk.column.pane, 50, 20)
    assert second.workspace.selected_prediction is not None
    QTest.keyClick(second.canvas, Qt.Key.Key_Return)
    assert second.workspace.annotations == ()
