"""The statistics page in the real window."""

from __future__ import annotations

from pathlib import Path

import pytest
from PySide6.QtCore import QPoint, Qt
from PySide6.QtWidgets import QTableWidget, QTabWidget
from pytestqt.qtbot import QtBot

from annotator.domain.model import Box
from annotator.ui.dialogs.statistics import HeatMap, StatisticsDialog
from annotator.ui.main_window import MainWindow
from tests.learning.squares import make_squares
from tests.ui.windows import open_window


@pytest.fixture
def window(qtbot: QtBot, tmp_path: Path) -> MainWindow:
    made = open_window(qtbot, make_squares(tmp_path))
    made.workspace.add_category("ball")
    return made


@pytest.fixture
def page(window: MainWindow, qtbot: QtBot) -> StatisticsDialog:
    window.actions_.by_id["statistics"].trigger()
    made = window.findChild(StatisticsDialog)
    qtbot.waitUntil(lambda: made.findChild(QTabWidget).count() == 6)
    return made


def test_it_shows_a_tab_for_each_table_and_sorts_by_a_click(
    page: StatisticsDialog, qtbot: QtBot
) -> None:
    tabs = page.findChild(QTabWidget)
    names = [tabs.tabText(n) for n in range(tabs.count())]
    assert names == [
        "Categories", "Images", "Joints", "Positions", "Over time", "Model versions",
    ]  # fmt: skip
    table = page.findChild(QTableWidget, "statistics_categories")
    header = table.horizontalHeader()
    place = header.sectionViewportPosition(1) + 8
    qtbot.mouseClick(header.viewport(), Qt.MouseButton.LeftButton, pos=QPoint(place, 8))
    assert header.sortIndicatorSection() == 1
    rows = range(table.rowCount())
    counts = [table.item(row, 1).data(Qt.ItemDataRole.DisplayRole) for row in rows]
    assert len(counts) == 2
    assert counts == sorted(counts)
    page.close()


def test_the_map_tells_how_many_lie_in_a_cell(qtbot: QtBot) -> None:
    grid = HeatMap(((0, 3), (1, 0)))
    qtbot.addWidget(grid)
    grid.resize(200, 100)
    grid.show()
    assert not grid.grab().isNull()
    assert grid.words_at(120, 20) == "3 objects"
    assert grid.words_at(60, 80) == "1 object"
    assert grid.words_at(10, 50) == ""


def test_it_is_written_as_csv_and_a_refusal_is_told(page: StatisticsDialog, tmp_path: Path) -> None:
    page.export(tmp_path / "out.csv")
    assert (tmp_path / "out.csv").read_text().startswith("Categories")
    page.export(tmp_path / "nowhere" / "out.csv")
    assert "could not be written" in page.problem
    page.close()


def test_one_goes_on_working_and_it_goes_with_the_project(
    window: MainWindow, page: StatisticsDialog, qtbot: QtBot
) -> None:
    window.workspace.add_object(box=Box(1, 1, 9, 9), text="Draw box")
    assert page.isVisible()
    window.workspace.close()
    qtbot.waitUntil(lambda: window.findChild(StatisticsDialog) is None)
