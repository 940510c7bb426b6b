"""Rows that change only where the list did, and come late where it is long."""

from __future__ import annotations

import pytest
from PySide6.QtCore import Qt
from PySide6.QtGui import QColor
from PySide6.QtWidgets import QTreeWidget, QTreeWidgetItem
from pytestqt.qtbot import QtBot

from annotator.domain.edits import Edit, Step
from annotator.domain.model import Annotation, Box
from annotator.ui.panels import steady_rows
from annotator.ui.panels.objects import ObjectsPanel
from annotator.ui.panels.steady_rows import SteadyRows


class Sheet:
    """A tree of rows, and which of them were dressed."""

    def __init__(self) -> None:
        self.tree = QTreeWidget()
        self.tree.setColumnCount(2)
        self.dressed: list[int] = []
        self.wanted: dict[int, str] = {}
        self.rows = SteadyRows(self.tree, self._dress, self.tree)

    def _dress(self, item: QTreeWidgetItem, key: int) -> None:
        self.dressed.append(key)
        item.setText(0, self.wanted[key])

    def show(self, wanted: dict[int, str]) -> list[int]:
        """Show these; the keys whose rows were dressed for it."""
        self.wanted, self.dressed = wanted, []
        self.rows.show(wanted)
        return self.dressed

    @property
    def texts(self) -> list[str]:
        items = (self.tree.topLevelItem(n) for n in range(self.tree.topLevelItemCount()))
        return [item.text(0) for item in items if item is not None]


@pytest.fixture
def sheet(qtbot: QtBot) -> Sheet:
    made = Sheet()
    qtbot.addWidget(made.tree)
    return made


def test_only_rows_that_differ_are_dressed(sheet: Sheet) -> None:
    assert sheet.show({1: "a", 2: "b", 3: "c"}) == [1, 2, 3]
    assert sheet.show({1: "a", 2: "B", 3: "c"}) == [2]
    assert sheet.texts == ["a", "B", "c"]
    assert sheet.show({1: "a", 2: "B", 3: "c", 4: "d"}) == [4]
    assert sheet.show({1: "a", 3: "c", 4: "d"}) == []
    assert sheet.texts == ["a", "c", "d"]


def test_another_order_is_shown(sheet: Sheet) -> None:
    sheet.show({1: "a", 2: "b", 3: "c"})
    sheet.show({3: "c", 1: "a", 2: "b"})
    assert sheet.texts == ["c", "a", "b"]
    sheet.show({})
    assert sheet.texts == []


def test_a_row_that_changes_takes_off_what_it_wore(sheet: Sheet) -> None:
    sheet.show({1: "a"})
    sheet.rows.item(1).setForeground(0, QColor("red"))
    sheet.rows.item(1).setToolTip(1, "tip")
    sheet.show({1: "b"})
    assert sheet.rows.item(1).data(0, Qt.ItemDataRole.ForegroundRole) is None
    assert not sheet.rows.item(1).toolTip(1)


def test_other_top_rows_stay_below(sheet: Sheet) -> None:
    sheet.show({1: "a"})
    sheet.tree.addTopLevelItem(QTreeWidgetItem(["group"]))
    sheet.show({1: "a", 2: "b"})
    assert sheet.texts == ["a", "b", "group"]
    sheet.show({2: "b", 1: "a"})
    assert sheet.texts == ["b", "a", "group"]


def test_a_long_list_comes_a_few_rows_at_a_time(
    qtbot: QtBot, sheet: Sheet, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(steady_rows, "AT_ONCE", 5)
    monkeypatch.setattr(steady_rows, "FIRST_REST_MS", 0)
    monkeypatch.setattr(steady_rows, "REST_MS", 0)
    wanted = {n: f"row {n}" for n in range(40)}
    assert sheet.show(wanted) == [0, 1, 2, 3, 4]
    assert sheet.texts[5:] == [""] * 35, "the others are there, and empty"
    qtbot.waitUntil(lambda: all(sheet.texts))
    assert sheet.texts == list(wanted.values())


def test_a_row_asked_for_is_there_at_once(sheet: Sheet, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(steady_rows, "AT_ONCE", 5)
    sheet.show({n: f"row {n}" for n in range(40)})
    assert sheet.rows.item(33).text(0) == "row 33"
    assert sheet.dressed == [0, 1, 2, 3, 4, 33], "and it alone"
    assert sheet.texts[33] == "row 33"
    assert sheet.rows.item(99) is None


def test_a_change_while_rows_wait_loses_none(
    qtbot: QtBot, sheet: Sheet, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(steady_rows, "AT_ONCE", 5)
    monkeypatch.setattr(steady_rows, "FIRST_REST_MS", 0)
    monkeypatch.setattr(steady_rows, "REST_MS", 0)
    sheet.show({n: f"row {n}" for n in range(40)})
    sheet.show({n: f"row {n}" for n in range(2, 50)})
    qtbot.waitUntil(lambda: all(sheet.texts))
    assert sheet.texts == [f"row {n}" for n in range(2, 50)]


def test_an_object_far_down_a_long_list_is_found_when_it_is_selected(
    qtbot: QtBot, workspace, person, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(steady_rows, "AT_ONCE", 5)
    ids = workspace.store.take_ids("annotation", 30)
    made = [Annotation(n, workspace.image.id, person.id, box=Box(1, 1, 9, 9)) for n in ids]
    step = Step("Add many", tuple(Edit(None, a) for a in made), workspace.image.id)
    workspace.store.history.apply(step, person="Ada")
    workspace.reload_image()
    panel = ObjectsPanel(workspace)
    qtbot.addWidget(panel)
    tree = panel.findChild(QTreeWidget, "objects_tree")
    assert [tree.topLevelItem(n).text(0) for n in (4, 29)] == ["person 5", ""]
    workspace.select([made[-1].id])
    assert [item.text(0) for item in tree.selectedItems()] == ["person 30"]


def test_rows_that_are_scrolled_to_are_never_seen_empty(
    qtbot: QtBot, workspace, person, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(steady_rows, "AT_ONCE", 5)
    monkeypatch.setattr(steady_rows, "FIRST_REST_MS", 10_000)
    ids = workspace.store.take_ids("annotation", 300)
    made = [Annotation(n, workspace.image.id, person.id, box=Box(1, 1, 9, 9)) for n in ids]
    step = Step("Add many", tuple(Edit(None, a) for a in made), workspace.image.id)
    workspace.store.history.apply(step, person="Ada")
    workspace.reload_image()
    panel = ObjectsPanel(workspace)
    qtbot.addWidget(panel)
    panel.resize(300, 400)
    panel.show()
    tree = panel.findChild(QTreeWidget, "objects_tree")
    bar = tree.verticalScrollBar()
    for value in (bar.maximum() // 2, bar.maximum(), bar.maximum() // 3):
        bar.setValue(value)
        panel.grab()
        heights = range(2, tree.viewport().height() - 2, 12)
        seen = [tree.itemAt(40, y).text(0) for y in heights]
        assert all(seen), seen
    texts = [tree.topLevelItem(n).text(0) for n in range(300)]
    assert sum(map(bool, texts)) < 120, "what nobody looks at waits"
