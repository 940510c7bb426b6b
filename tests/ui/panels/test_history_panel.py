"""The history list: who did what; states are walked to, bulk steps undone from it."""

from dataclasses import replace

import pytest
from PySide6.QtCore import Qt
from PySide6.QtWidgets import QListWidget, QPushButton, QToolButton

from annotator.domain.model import Box
from annotator.ui.panels import history_list
from annotator.ui.panels.history import HistoryPanel
from annotator.ui.panels.rows import KEY

START = "Before the first step"


@pytest.fixture(autouse=True)
def in_one_go(monkeypatch: pytest.MonkeyPatch) -> None:
    """A busy machine would go even a short way in slices."""
    monkeypatch.setattr("annotator.ui.past.SLICE_SECONDS", 60.0)


@pytest.fixture
def panel(workspace, qtbot) -> HistoryPanel:
    made = HistoryPanel(workspace)
    qtbot.addWidget(made)
    made.resize(300, 400)
    made.show()
    return made


@pytest.fixture
def view(panel) -> QListWidget:
    return panel.findChild(QListWidget, "history_list")


def rows(panel) -> list[str]:
    view = panel.findChild(QListWidget, "history_list")
    return [view.item(n).text() for n in range(view.count())]


def trailing(view) -> list[str]:
    return [view.item(n).data(KEY + 2) for n in range(view.count())]


def click(view, row: int, qtbot) -> None:
    place = view.visualItemRect(view.item(row)).center()
    qtbot.mouseClick(view.viewport(), Qt.MouseButton.LeftButton, pos=place)


def move(workspace, x: float, gesture: str | None = None) -> None:
    value = workspace.annotations[0]
    workspace.change(replace(value, box=Box(x, 5, 10, 20)), text="Move object", gesture=gesture)


@pytest.fixture
def moves(workspace, draw, person):
    """A box drawn at 10 and moved to 20, 30 and 40."""
    draw(person)
    for x in (20, 30, 40):
        move(workspace, x)


def place(workspace) -> float | None:
    return workspace.annotations[0].box.x if workspace.annotations else None


def test_steps_on_the_image_the_newest_first(panel, workspace, draw, person, view):
    drawn = draw(person)
    workspace.delete([drawn.id])
    assert rows(panel) == ["Delete object, person 1", "Draw box, person 1", START]
    assert "Ada, just now" in view.item(0).toolTip()
    workspace.go(1)
    assert rows(panel) == []


def test_an_undone_step_stays_and_the_present_is_marked(panel, workspace, draw, person, view):
    draw(person)
    assert trailing(view) == ["now", ""]
    workspace.undo()
    assert rows(panel) == ["Draw box, person 1", START]
    assert trailing(view) == ["", "now"]
    assert not panel.grab().isNull()


def test_a_click_walks_back_and_forth(panel, workspace, moves, view, qtbot):
    click(view, 2, qtbot)
    assert place(workspace) == 20
    assert trailing(view) == ["", "", "now", "", ""]
    assert view.currentRow() == 2
    click(view, 0, qtbot)
    assert place(workspace) == 40
    click(view, 4, qtbot)
    assert place(workspace) is None
    click(view, 3, qtbot)
    assert place(workspace) == 10
    click(view, 3, qtbot)
    assert place(workspace) == 10


def test_up_down_and_enter_walk(panel, workspace, moves, view, qtbot):
    view.setFocus()
    view.setCurrentRow(0)
    for key in (Qt.Key.Key_Down, Qt.Key.Key_Down):
        qtbot.keyClick(view, key)
    assert place(workspace) == 40
    qtbot.keyClick(view, Qt.Key.Key_Return)
    assert place(workspace) == 20
    qtbot.keyClick(view, Qt.Key.Key_Up)
    qtbot.keyClick(view, Qt.Key.Key_Enter)
    assert place(workspace) == 30


def test_each_step_of_a_walk_is_an_undo_that_can_be_redone(panel, workspace, moves, view, qtbot):
    click(view, 3, qtbot)
    assert workspace.history_texts() == ("Draw box, person 1", "Move object, person 1")
    for x in (20, 30, 40):
        workspace.redo()
        assert place(workspace) == x


def test_work_after_a_walk_replaces_what_was_undone(panel, workspace, moves, view, qtbot, heard):
    click(view, 3, qtbot)
    move(workspace, 50)
    assert trailing(view) == ["now", "undone", "undone", "undone", "", ""]
    click(view, 1, qtbot)
    assert place(workspace) == 50
    assert "others were made in its place" in heard[-1]


@pytest.fixture
def heard(workspace) -> list[str]:
    told: list[str] = []
    workspace.said.connect(lambda notice: told.append(notice.text))
    return told


def test_a_gesture_is_one_row(panel, workspace, draw, person, view, qtbot):
    draw(person)
    for x in (11, 12, 13):
        move(workspace, x, gesture="nudges")
    assert rows(panel) == ["Move object, person 1", "Draw box, person 1", START]
    assert "3 steps" in view.item(0).toolTip()
    click(view, 1, qtbot)
    assert place(workspace) == 10
    click(view, 0, qtbot)
    assert place(workspace) == 13


def test_a_long_walk_goes_in_slices_and_ends_at_the_right_state(
    panel, workspace, moves, view, qtbot, monkeypatch
):
    monkeypatch.setattr("annotator.ui.past.SLICE_SECONDS", 0)
    click(view, 4, qtbot)
    assert place(workspace) == 30
    qtbot.waitUntil(lambda: place(workspace) is None)


def test_a_walk_ends_where_a_person_goes_on(panel, workspace, moves, view, qtbot, monkeypatch):
    monkeypatch.setattr("annotator.ui.past.SLICE_SECONDS", 0)
    click(view, 4, qtbot)
    move(workspace, 70)
    qtbot.wait(20)
    assert place(workspace) == 70
    click(view, len(rows(panel)) - 1, qtbot)
    workspace.go(1)
    qtbot.wait(20)
    workspace.go(-1)
    assert place(workspace) == 30


def test_the_later_of_two_walks_wins(panel, workspace, moves, view, qtbot, monkeypatch):
    monkeypatch.setattr("annotator.ui.past.SLICE_SECONDS", 0)
    click(view, 4, qtbot)
    click(view, 0, qtbot)
    qtbot.waitUntil(lambda: place(workspace) == 40)
    qtbot.wait(20)
    assert place(workspace) == 40


def test_a_read_only_project_is_not_walked(workspace, moves, qtbot, heard):
    workspace.is_read_only = True
    panel = HistoryPanel(workspace)
    qtbot.addWidget(panel)
    panel.show()
    click(panel.findChild(QListWidget, "history_list"), 3, qtbot)
    assert place(workspace) == 40
    assert "looking only" in heard[-1]


def test_a_bulk_step_is_undone_and_redone_from_the_list(panel, workspace, predict, ball, view):
    for image in list(workspace.images)[:2]:
        predict(image.id, (ball, 0.9))
    workspace.accept_above(0.5, everywhere=True)
    panel.findChild(QToolButton, "history_view_all").click()
    undo = panel.findChild(QPushButton, "history_undo")
    assert not undo.isVisible()
    view.setCurrentRow(0)
    assert rows(panel)[0].startswith("Accept 2 predictions")
    assert undo.isVisible()
    undo.click()
    assert workspace.annotations == ()
    assert undo.text() == "Redo this step"
    undo.click()
    assert len(workspace.annotations) == 1
    assert undo.text() == "Undo this step"


def test_a_bulk_step_in_the_way_stops_a_walk_before_it_begins(
    panel, workspace, predict, draw, person, ball, view, qtbot, heard
):
    draw(person)
    predict(workspace.image.id, (ball, 0.9))
    workspace.accept_above(0.5, everywhere=True)
    move(workspace, 50)
    click(view, 2, qtbot)
    assert place(workspace) == 50
    assert "Edit > History" in heard[-1]
    assert trailing(view)[1] == "bulk"
    click(view, 1, qtbot)
    assert place(workspace) == 10
    assert panel.findChild(QPushButton, "history_undo").isVisible()


def test_the_whole_project_is_not_walked(panel, workspace, moves, view, qtbot):
    panel.findChild(QToolButton, "history_view_all").click()
    assert START not in rows(panel)
    click(view, 2, qtbot)
    assert place(workspace) == 40


def test_older_steps_are_read_when_the_list_is_scrolled_to_its_end(
    panel, workspace, draw, person, view, monkeypatch
):
    monkeypatch.setattr(history_list, "PAGE", 10)
    draw(person)
    for x in range(35):
        move(workspace, 11 + x)
    assert len(rows(panel)) == 10
    bar = view.verticalScrollBar()
    for count in (20, 30, 37):
        view.doItemsLayout()
        bar.setValue(bar.maximum())
        assert len(rows(panel)) == count
    assert rows(panel)[-1] == START
    bar.setValue(bar.maximum() // 2)
    half = bar.value()
    move(workspace, 5)
    assert len(rows(panel)) == 36
    assert bar.value() == half
    bar.setValue(0)
    move(workspace, 6)
    assert len(rows(panel)) == 10


def test_a_hidden_list_reads_nothing_until_it_is_seen(workspace, draw, person, qtbot):
    panel = HistoryPanel(workspace)
    qtbot.addWidget(panel)
    draw(person)
    assert rows(panel) == []
    panel.show()
    assert rows(panel) == ["Draw box, person 1", START]
