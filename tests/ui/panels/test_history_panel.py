"""The history list: who did what, and bulk steps undone from it."""

import pytest
from PySide6.QtWidgets import QListWidget, QPushButton, QToolButton

from annotator.ui.panels.history import HistoryPanel


@pytest.fixture
def panel(workspace, qtbot) -> HistoryPanel:
    made = HistoryPanel(workspace)
    qtbot.addWidget(made)
    made.resize(300, 400)
    made.show()
    return made


def rows(panel) -> list[str]:
    view = panel.findChild(QListWidget, "history_list")
    return [view.item(n).text() for n in range(view.count())]


def test_steps_on_the_image_the_newest_first(panel, workspace, draw, person):
    drawn = draw(person)
    workspace.delete([drawn.id])
    assert rows(panel) == ["Delete object", "Draw box"]
    tip = panel.findChild(QListWidget, "history_list").item(0).toolTip()
    assert "Ada, just now" in tip
    workspace.go(1)
    assert rows(panel) == []


def test_an_undone_step_stays_and_is_marked(panel, workspace, draw, person):
    draw(person)
    workspace.undo()
    assert rows(panel) == ["Draw box"]
    assert not panel.grab().isNull()


def test_a_bulk_step_is_undone_from_the_list(panel, workspace, predict, ball):
    for image in list(workspace.images)[:2]:
        predict(image.id, (ball, 0.9))
    workspace.accept_above(0.5, everywhere=True)
    panel.findChild(QToolButton, "history_view_all").click()
    view = panel.findChild(QListWidget, "history_list")
    undo = panel.findChild(QPushButton, "history_undo")
    assert not undo.isVisible()
    view.setCurrentRow(0)
    assert rows(panel)[0].startswith("Accept 2 predictions")
    assert undo.isVisible()
    undo.click()
    assert workspace.annotations == ()
    assert not undo.isVisible()


def test_a_hidden_list_reads_nothing_until_it_is_seen(workspace, draw, person, qtbot):
    panel = HistoryPanel(workspace)
    qtbot.addWidget(panel)
    draw(person)
    assert rows(panel) == []
    panel.show()
    assert rows(panel) == ["Draw box"]
