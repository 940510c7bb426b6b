"""The tree of objects and the selection."""

import pytest
from PySide6.QtCore import QPoint, Qt
from PySide6.QtWidgets import QTreeWidget, QTreeWidgetItem

from annotator.ui.panels.objects import ObjectsPanel


@pytest.fixture
def panel(workspace, qtbot) -> ObjectsPanel:
    made = ObjectsPanel(workspace)
    qtbot.addWidget(made)
    made.resize(300, 400)
    made.show()
    return made


@pytest.fixture
def tree(panel) -> QTreeWidget:
    return panel.findChild(QTreeWidget, "objects_tree")


def rows(tree: QTreeWidget) -> list[tuple[str, str]]:
    items = [tree.topLevelItem(n) for n in range(tree.topLevelItemCount())]
    return [(item.text(0), item.text(1)) for item in items]


def click(tree: QTreeWidget, item: QTreeWidgetItem, column: int, qtbot) -> None:
    area = tree.visualItemRect(item)
    x = tree.columnViewportPosition(column) + tree.columnWidth(column) // 2
    place = QPoint(x, area.center().y())
    qtbot.mouseClick(tree.viewport(), Qt.MouseButton.LeftButton, pos=place)


def test_objects_are_numbered_by_category(panel, tree, draw, person, ball):
    draw(person, joints=True)
    draw(ball, 30)
    draw(person, 50)
    assert rows(tree) == [("person 1", "box mask 2/3"), ("ball 1", "box mask"),
                          ("person 2", "box mask")]  # fmt: skip


def test_a_row_selects_its_object_and_back(panel, tree, draw, person, workspace, qtbot):
    first, second = draw(person), draw(person, 30)
    click(tree, tree.topLevelItem(0), 0, qtbot)
    assert [a.id for a in workspace.selected] == [first.id]
    workspace.select([second.id])
    assert tree.selectedItems() == [tree.topLevelItem(1)]
    workspace.select()
    assert tree.selectedItems() == []


def test_the_keyboard_walks_and_deletes(panel, tree, draw, person, workspace, qtbot):
    first, second = draw(person), draw(person, 30)
    workspace.select([first.id])
    qtbot.keyClick(tree, Qt.Key.Key_Down)
    assert [a.id for a in workspace.selected] == [second.id]
    qtbot.keyClick(tree, Qt.Key.Key_Delete)
    assert [a.id for a in workspace.annotations] == [first.id]
    assert rows(tree) == [("person 1", "box mask")]


def test_eye_and_lock(panel, tree, draw, person, workspace, qtbot):
    drawn = draw(person)
    click(tree, tree.topLevelItem(0), 2, qtbot)
    assert workspace.hidden == {drawn.id}
    click(tree, tree.topLevelItem(0), 3, qtbot)
    assert workspace.locked == {drawn.id}
    click(tree, tree.topLevelItem(0), 2, qtbot)
    assert workspace.hidden == frozenset()


def test_an_open_object_shows_its_parts_and_stays_open(panel, tree, draw, person, workspace):
    drawn = draw(person, joints=True)
    tree.topLevelItem(0).setExpanded(True)
    item = tree.topLevelItem(0)
    lines = [item.child(n).text(0) for n in range(item.childCount())]
    assert lines == ["Box 10 × 20 at 10, 5", "Mask of 1 part, 4 points", "Joints: 2 of 3 placed"]
    workspace.set_locked([drawn.id], True)
    assert tree.topLevelItem(0).isExpanded()


def test_predictions_stand_apart_with_their_score(panel, tree, workspace, predict, person, ball):
    predict(workspace.image.id, (ball, 0.91), (person, 0.62), (person, 0.2))
    group = tree.topLevelItem(0)
    assert group.text(0) == "2 predictions"
    assert [(group.child(n).text(0), group.child(n).text(1)) for n in range(2)] == [
        ("ball", "0.91"),
        ("person", "0.62"),
    ]
    tree.setCurrentItem(group.child(1))
    assert workspace.selected_prediction.score == pytest.approx(0.62)
    workspace.set_threshold(0.95)
    assert workspace.selected_prediction is None


def test_an_empty_image_says_the_next_step(panel):
    words = panel.findChild(type(panel._empty), "objects_empty").words
    assert words.startswith("No objects yet. Press R")


def test_filling_the_tree_anew_does_not_walk_through_its_rows(panel, tree, draw, person, workspace):
    made = [draw(person, n) for n in range(30)]
    workspace.select([made[-1].id])
    walked = []
    tree.currentItemChanged.connect(lambda: walked.append(1))
    workspace.delete([made[-1].id])
    assert len(walked) < 5
