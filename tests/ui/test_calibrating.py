"""Corrections teach the window what an expected IoU is worth."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
from PySide6.QtCore import Qt
from PySide6.QtWidgets import QLabel
from pytestqt.qtbot import QtBot

from annotator.domain.calibration import Calibration, Curve
from annotator.domain.errors import UnreadableFileError
from annotator.domain.model import Box, Doubt, Part, Polygons, Prediction
from annotator.services import calibrating as fitting
from annotator.ui import calibrating
from annotator.ui.main_window import MainWindow
from tests.ui.hands import press_key
from tests.ui.project_hand import BALL, Hand
from tests.ui.windows import close_dialogs, open_window


def square(x: float, side: float = 8.0) -> Polygons:
    return Polygons((Part((x, 4.0, x + side, 4.0, x + side, 4.0 + side, x, 4.0 + side)),))


def said(place: int, expected: float) -> Prediction:
    x = 4.0 + 11 * place
    doubt = Doubt(mask=1 - expected)
    return Prediction(0, 0, BALL.id, 0, 0.9, Box(x, 4, 8, 8), square(x), doubt=doubt)


@pytest.fixture
def window(qtbot: QtBot, project: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[MainWindow]:
    """Eight corrections are enough here, and three are news."""
    for module in ("annotator.domain.calibration", "annotator.ui.panels.facts"):
        monkeypatch.setattr(f"{module}.FEWEST_PAIRS", 8)
    monkeypatch.setattr(calibrating, "ENOUGH_NEWS", 3)
    yield open_window(qtbot, project)
    close_dialogs()


def shown(window: MainWindow) -> str:
    label = window.findChild(QLabel, "inspector_prediction_expected")
    assert label is not None
    return label.text()


def masks(window: MainWindow) -> list[bool]:
    return [p.mask is not None for p in window.workspace.predictions]


def accept_and_review(window: MainWindow, hand: Hand, row: int) -> None:
    """Four predictions that expect 0.6, accepted as they are, on an image marked reviewed."""
    hand.show(row)
    hand.predict(*[said(n, 0.6) for n in range(4)])
    window.settings.change(mask_from=0.5)
    window.workspace.accept_above(0.0)
    window.workspace.mark_reviewed()
    window.settings.change(mask_from=0.75)


def test_corrections_change_what_is_shown_and_the_window_says_from_how_many(
    window: MainWindow, qtbot: QtBot
) -> None:
    hand = Hand(window.workspace)
    hand.show(4)
    hand.predict(said(0, 0.6))
    assert masks(window) == [False]
    press_key(window.canvas, Qt.Key.Key_Tab)
    assert shown(window) == (
        "Expected IoU 0.60 (the model's own word; 0 of 8 corrections). "
        "Below 0.75 the box stands alone."
    )
    accept_and_review(window, hand, 0)
    accept_and_review(window, hand, 1)
    hand.show(4)
    qtbot.waitUntil(lambda: window.workspace.calibration.whole is not None)
    assert masks(window) == [True]
    assert window.notices.text.startswith("What the model expects of its masks is measured by 8")
    press_key(window.canvas, Qt.Key.Key_Tab)
    assert shown(window) == "Expected IoU 0.90 (from 8 of your corrections)"
    assert "Unsure about" in window.findChild(QLabel, "inspector_prediction_doubt").text()


def test_what_is_known_is_known_again_after_a_restart_and_not_told_twice(
    window: MainWindow, qtbot: QtBot
) -> None:
    hand = Hand(window.workspace)
    accept_and_review(window, hand, 0)
    accept_and_review(window, hand, 1)
    hand.reopen()
    said_before = window.notices.text
    qtbot.waitUntil(lambda: window.workspace.calibration.whole is not None)
    assert window.workspace.calibration.pairs == 8
    assert window.notices.text == said_before
    window.workspace.close()
    assert window.workspace.calibration == Calibration()


def test_accepting_everywhere_follows_the_calibration(window: MainWindow) -> None:
    hand = Hand(window.workspace)
    hand.predict(said(0, 0.6), said(1, 0.8))
    window.workspace.calibrate(Calibration(8, Curve(8, (0.6, 0.8), (0.8, 0.7))))
    window.workspace.accept_above(0.0, everywhere=True)
    assert [a.mask is not None for a in window.workspace.annotations] == [True, False]


def test_a_damaged_row_is_told_and_nothing_is_calibrated(
    window: MainWindow, qtbot: QtBot, monkeypatch: pytest.MonkeyPatch
) -> None:
    def broken(_self: object) -> Calibration:
        raise UnreadableFileError("The project is damaged.")

    monkeypatch.setattr(fitting.Calibrator, "fit", broken)
    Hand(window.workspace).reopen()
    qtbot.waitUntil(lambda: window.notices.text == "The project is damaged.")
    assert window.workspace.calibration.whole is None
