"""Short messages: what they say, their button, and how long they stay."""

from __future__ import annotations

import pytest
from PySide6.QtWidgets import QPushButton, QToolButton, QWidget
from pytestqt.qtbot import QtBot

from annotator.ui import notices
from annotator.ui.notices import Notice, NoticeBar


@pytest.fixture
def parent(qtbot: QtBot) -> QWidget:
    made = QWidget()
    made.resize(900, 500)
    qtbot.addWidget(made)
    with qtbot.waitExposed(made):
        made.show()
    return made


@pytest.fixture
def undone() -> list[int]:
    return []


@pytest.fixture
def redone() -> list[int]:
    return []


@pytest.fixture
def bar(parent: QWidget, undone: list[int], redone: list[int]) -> NoticeBar:
    return NoticeBar(undone.append, redone.append, parent)


def action(bar: NoticeBar) -> QPushButton:
    found = bar.findChild(QPushButton, "notice_action")
    assert isinstance(found, QPushButton)
    return found


def test_nothing_is_shown_until_something_is_said(bar: NoticeBar) -> None:
    assert not bar.isVisible()
    bar.show_notice(Notice("All is well."))
    assert bar.isVisible()
    assert bar.text == "All is well."
    assert not action(bar).isVisible()


def test_a_bulk_step_can_be_undone_from_its_notice(bar: NoticeBar, undone: list[int]) -> None:
    bar.show_notice(Notice("Accepted 3 predictions.", undo_step=2**40))
    assert action(bar).text() == "Undo"
    action(bar).click()
    assert undone == [2**40]
    assert not bar.isVisible()


def test_one_that_was_undone_can_be_made_again(
    bar: NoticeBar, undone: list[int], redone: list[int]
) -> None:
    bar.show_notice(Notice("Took back 3 predictions.", redo_step=2**40))
    assert action(bar).text() == "Redo"
    action(bar).click()
    assert (undone, redone) == ([], [2**40])


def test_another_action_is_offered_by_its_words(bar: NoticeBar, undone: list[int]) -> None:
    done: list[str] = []
    bar.show_notice(Notice("No model.", action_text="Retrain...", action=lambda: done.append("x")))
    assert action(bar).text() == "Retrain..."
    action(bar).click()
    assert (done, undone) == (["x"], [])


def test_an_action_may_say_something_itself(bar: NoticeBar) -> None:
    bar.show_notice(
        Notice("One.", action_text="Go", action=lambda: bar.show_notice(Notice("Two.")))
    )
    action(bar).click()
    assert (bar.isVisible(), bar.text) == (True, "Two.")


def test_a_newer_notice_takes_the_place_of_the_older_and_of_its_button(
    bar: NoticeBar, undone: list[int]
) -> None:
    bar.show_notice(Notice("One.", undo_step=1))
    bar.show_notice(Notice("Two."))
    assert bar.text == "Two."
    assert not action(bar).isVisible()
    action(bar).click()
    assert undone == []


@pytest.mark.parametrize("kind", ["info", "warning"])
def test_a_notice_goes_by_itself(
    qtbot: QtBot, bar: NoticeBar, kind: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setitem(notices._LINGER_MS, kind, 1)
    bar.show_notice(Notice("Soon gone.", kind))
    qtbot.waitUntil(lambda: not bar.isVisible())


def test_an_error_stays_until_it_is_closed(bar: NoticeBar) -> None:
    bar.show_notice(Notice("Soon gone."))
    bar.show_notice(Notice("It broke.", "error"))
    assert not bar._timer.isActive()
    close = bar.findChild(QToolButton)
    assert isinstance(close, QToolButton)
    close.click()
    assert not bar.isVisible()


def test_the_kind_is_there_for_the_style(bar: NoticeBar) -> None:
    for kind in ("info", "warning", "error"):
        bar.show_notice(Notice("x", kind))
        assert bar.property("kind") == kind


def test_it_floats_over_the_top_in_the_middle_and_follows(
    qtbot: QtBot, bar: NoticeBar, parent: QWidget
) -> None:
    bar.show_notice(Notice("All is well."))

    def is_centred() -> bool:
        rest = parent.width() - bar.width()
        return abs(bar.x() - rest / 2) <= 1 and 0 < bar.y() < 80

    assert is_centred()
    parent.resize(600, 300)
    qtbot.waitUntil(is_centred)


def test_a_long_notice_is_shown_whole(bar: NoticeBar, parent: QWidget) -> None:
    bar.show_notice(Notice("One line."))
    low = bar.height()
    bar.show_notice(Notice("A good many words that do not fit. " * 12))
    assert bar.height() > 2 * low
    assert bar.width() <= parent.width()
    label = bar._label
    assert label.height() >= label.heightForWidth(label.width())
