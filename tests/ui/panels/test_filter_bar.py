"""The filter over all images: typed, completed, explained, sorted, and acted on as a whole."""

from __future__ import annotations

import pytest
from PySide6.QtCore import Qt
from PySide6.QtWidgets import QLabel, QListView, QToolButton

from annotator.domain.model import Box, ImageState
from annotator.ui.panels.images import ImagesPanel


@pytest.fixture
def panel(workspace, qtbot) -> ImagesPanel:
    made = ImagesPanel(workspace)
    qtbot.addWidget(made)
    made.resize(320, 500)
    made.show()
    qtbot.waitExposed(made)
    return made


def rows(panel: ImagesPanel) -> list[int]:
    return [panel.model.image_at(n).id for n in range(panel.model.rowCount())]


def said(panel: ImagesPanel) -> str:
    label = panel.findChild(QLabel, "images_found")
    return label.text() if label.isVisibleTo(panel) else ""


def pick(button: QToolButton, text: str) -> None:
    next(a for a in button.menu().actions() if a.text() == text).trigger()


def test_a_query_shows_what_it_finds_and_how_many(panel, workspace, qtbot):
    workspace.add_object(box=Box(1, 1, 9, 9), text="Draw box")
    name = workspace.categories[0].name
    qtbot.keyClicks(panel.bar.field, f"category:{name} reviewed:no")
    here = workspace.image.id
    qtbot.waitUntil(lambda: rows(panel) == [here])
    assert said(panel) == "1 image"
    panel.bar.field.clear()
    assert len(rows(panel)) == len(workspace.images)
    assert said(panel) == ""


def test_a_term_that_makes_no_sense_is_told_and_the_rows_stay(panel, workspace, qtbot):
    before = rows(panel)
    qtbot.keyClicks(panel.bar.field, "score<high")
    assert "“high” is no number" in said(panel)
    assert rows(panel) == before


def test_what_is_found_follows_the_work(panel, workspace, qtbot):
    qtbot.keyClicks(panel.bar.field, "reviewed:yes")
    qtbot.waitUntil(lambda: rows(panel) == [])
    workspace.mark_reviewed()
    here = workspace.images[0].id
    qtbot.waitUntil(lambda: rows(panel) == [here])
    workspace.undo()
    qtbot.waitUntil(lambda: rows(panel) == [])


def test_the_term_at_the_cursor_is_completed_from_the_list(panel, workspace, qtbot):
    panel.activateWindow()
    panel.bar.field.setFocus()
    qtbot.waitUntil(panel.bar.field.hasFocus)
    qtbot.keyClicks(panel.bar.field, "revi")
    popup = panel.bar.field._completer.popup()
    assert isinstance(popup, QListView)
    qtbot.waitUntil(popup.isVisible)
    shown = [popup.model().index(n, 0).data() for n in range(popup.model().rowCount())]
    assert shown == ["reviewed:", "reviewed:no", "reviewed:yes"]
    for key in (Qt.Key.Key_Down, Qt.Key.Key_Down, Qt.Key.Key_Return):
        qtbot.keyClick(popup, key)
    assert panel.bar.field.text() == "reviewed:no "
    assert not popup.isVisible()
    qtbot.waitUntil(lambda: said(panel) != "")


def test_the_help_types_what_is_clicked(panel, qtbot):
    button = panel.findChild(QToolButton, "filter_help_button")
    qtbot.mouseClick(button, Qt.MouseButton.LeftButton)
    pop_up = panel.bar._help
    assert pop_up.isVisible()
    term = next(b for b in pop_up.findChildren(QToolButton) if b.text() == "objects>5")
    qtbot.mouseClick(term, Qt.MouseButton.LeftButton)
    assert not pop_up.isVisible()
    assert panel.bar.field.text() == "objects>5"
    qtbot.waitUntil(lambda: rows(panel) == [])


def test_an_order_takes_the_place_of_another(panel, workspace, qtbot):
    button = panel.findChild(QToolButton, "filter_order_button")
    pick(button, "Newest first")
    backwards = [image.id for image in workspace.images][::-1]
    qtbot.waitUntil(lambda: rows(panel) == backwards)
    pick(button, "Name")
    assert panel.bar.field.text() == "sort:name"
    qtbot.waitUntil(lambda: rows(panel) == backwards[::-1])
    pick(button, "In their order")
    assert panel.bar.field.text() == ""


def test_all_that_was_found_is_marked_as_one_step_that_can_be_undone(panel, workspace, qtbot):
    qtbot.keyClicks(panel.bar.field, "-name:*1.png")
    qtbot.waitUntil(lambda: len(rows(panel)) == len(workspace.images) - 1)
    notices: list = []
    workspace.said.connect(notices.append)
    pick(panel.findChild(QToolButton, "filter_all_button"), "Mark reviewed")
    qtbot.waitUntil(lambda: bool(notices))
    count = len(workspace.images) - 1
    assert [i.state for i in workspace.images].count(ImageState.REVIEWED) == count
    assert notices[-1].text == f"Marked {count} images reviewed."
    entries = workspace.store.history.entries()
    assert (entries[0].text, entries[0].is_bulk) == (f"Mark {count} images reviewed", True)
    workspace.undo_step(notices[-1].undo_step)
    assert {i.state for i in workspace.images} == {ImageState.NEW}


def test_predictions_on_all_that_was_found_are_accepted_as_one_step(
    panel, workspace, predict, qtbot
):
    for image in workspace.images[:2]:
        predict(image.id, (workspace.categories[1], 0.9))
    qtbot.keyClicks(panel.bar.field, "predictions>0 name:*2.png")
    second = workspace.images[1].id
    qtbot.waitUntil(lambda: rows(panel) == [second])
    pick(
        panel.findChild(QToolButton, "filter_all_button"),
        "Accept predictions above the threshold",
    )
    assert [i.object_count for i in workspace.images][:2] == [0, 1]


def test_objects_on_all_that_was_found_are_deleted_as_one_step_that_can_be_undone(
    panel, workspace, qtbot
):
    drawn = [workspace.add_object(box=Box(1, 1, 9, 9), text="Draw box")]
    drawn.append(workspace.add_object(box=Box(20, 1, 9, 9), text="Draw box"))
    workspace.set_locked([drawn[0].id], True)
    qtbot.keyClicks(panel.bar.field, "objects>0")
    qtbot.waitUntil(lambda: rows(panel) == [workspace.image.id])
    notices: list = []
    workspace.said.connect(notices.append)
    pick(panel.findChild(QToolButton, "filter_all_button"), "Delete their objects")
    assert notices[-1].text == "Deleted 1 object on 1 image. 1 locked object stayed."
    assert workspace.annotations == (drawn[0],)
    workspace.undo_step(notices[-1].undo_step)
    assert len(workspace.annotations) == 2


def test_all_that_was_found_can_be_pre_labelled(panel, workspace, qtbot):
    asked: list = []
    panel.prelabel_these_requested.connect(asked.append)
    qtbot.keyClicks(panel.bar.field, "name:*2.png")
    qtbot.waitUntil(lambda: len(rows(panel)) == 1)
    pick(panel.findChild(QToolButton, "filter_all_button"), "Pre-label")
    assert asked == [(workspace.images[1].id,)]


def test_a_project_that_is_closed_meanwhile_is_not_answered(panel, workspace, qtbot):
    panel.bar.field.setText("objects:0")
    workspace.close()
    assert panel.bar.field.text() == ""
    qtbot.waitUntil(lambda: not panel.bar._is_searching)
    assert rows(panel) == []
