"""The statistics page: what there is in the project, as tables and a map of positions."""

from __future__ import annotations

from pathlib import Path

from PySide6.QtCore import QEvent, QRectF, QSize, Qt
from PySide6.QtGui import QColor, QHelpEvent, QPainter, QPaintEvent
from PySide6.QtWidgets import (
    QAbstractItemView,
    QFileDialog,
    QHeaderView,
    QLabel,
    QTableWidget,
    QTableWidgetItem,
    QTabWidget,
    QToolTip,
    QVBoxLayout,
    QWidget,
)

from annotator.domain.errors import KnownError
from annotator.domain.statistics import Cell, Statistics, Table
from annotator.services.statistics import gather, write_csv
from annotator.ui import background
from annotator.ui.dialogs.frame import Frame, muted
from annotator.ui.look import PAD, caption, colours
from annotator.ui.notices import Notice
from annotator.ui.words import counted
from annotator.ui.workspace import Workspace

_EMPTY = {
    "Categories": "There are no categories yet.",
    "Images": "There are no images yet.",
    "Joints": "No object has joints.",
    "Over time": "Nobody has marked an image reviewed yet.",
    "Model versions": "There is no model yet.",
}


class StatisticsDialog(Frame):
    """Counts on the thread pool; the window can be used meanwhile, and while it is open."""

    def __init__(self, workspace: Workspace, parent: QWidget | None = None) -> None:
        super().__init__("statistics_dialog", "Statistics", parent)
        self._workspace = workspace
        self._statistics: Statistics | None = None
        self._waiting = muted("Counting…")
        self._tabs = QTabWidget()
        self._tabs.setObjectName("statistics_tabs")
        self._tabs.setDocumentMode(True)
        self._tabs.hide()
        self.body.addWidget(self._waiting)
        self.body.addWidget(self._tabs, 1)
        self._main = self.add_buttons("Export CSV…", self._ask_file, leave="Close")
        self._main.setEnabled(False)
        self.resize(900, 560)
        workspace.project_changed.connect(self.close)
        if workspace.store is not None:
            background.run(
                gather, workspace.store, done=self._show, failed=self._on_failed, owner=self
            )

    def export(self, file: Path) -> None:
        """Write all tables into one file."""
        if self._statistics is None:
            return
        try:
            write_csv(self._statistics, file)
        except KnownError as error:
            self.say_problem(str(error))
            return
        self.say_problem("")
        self._workspace.said.emit(Notice(f"Statistics written to {file.name}."))

    def _show(self, statistics: Statistics) -> None:
        self._statistics = statistics
        self._waiting.hide()
        for table in statistics.tables:
            self._tabs.addTab(_page(table), table.title)
        self._tabs.insertTab(3, _positions(statistics), "Positions")
        self._tabs.show()
        self._main.setEnabled(True)

    def _on_failed(self, error: Exception) -> None:
        if not isinstance(error, KnownError):
            raise error
        self._waiting.hide()
        self.say_problem(str(error))

    def _ask_file(self) -> None:
        dialog = QFileDialog(self, "Export CSV", "statistics.csv", "CSV (*.csv)")
        dialog.setAcceptMode(QFileDialog.AcceptMode.AcceptSave)
        dialog.setDefaultSuffix("csv")
        dialog.setLabelText(QFileDialog.DialogLabel.Accept, "Export")
        dialog.fileSelected.connect(lambda chosen: self.export(Path(chosen)))
        dialog.open()


class HeatMap(QWidget):
    """A grid of cells, the fuller the stronger; each tells its count."""

    def __init__(self, rows: tuple[tuple[int, ...], ...]) -> None:
        super().__init__()
        self.setObjectName("statistics_positions")
        self.setAccessibleName("Where objects lie")
        self._rows = rows
        self._most = max(max(row) for row in rows)

    def words_at(self, x: float, y: float) -> str:
        """What the cell at a place of the widget says; empty outside."""
        area, side = self._area(), len(self._rows)
        column = int((x - area.left()) / area.width() * side)
        row = int((y - area.top()) / area.height() * side)
        if not (area.contains(x, y) and 0 <= row < side and 0 <= column < side):
            return ""
        return counted(self._rows[row][column], "object")

    def _area(self) -> QRectF:
        side = min(self.width(), self.height())
        return QRectF((self.width() - side) / 2, (self.height() - side) / 2, side, side)

    # --- Qt --------------------------------------------------------------------------------

    def sizeHint(self) -> QSize:
        """A square."""
        return QSize(360, 360)

    def event(self, event: QEvent) -> bool:
        """Tell the count of the cell under the mouse."""
        if isinstance(event, QHelpEvent):
            QToolTip.showText(event.globalPos(), self.words_at(event.pos().x(), event.pos().y()))
            return True
        return super().event(event)

    def paintEvent(self, event: QPaintEvent) -> None:
        """Paint the cells; the square root keeps sparse ones visible beside full ones."""
        painter = QPainter(self)
        area, scheme = self._area(), colours()
        painter.fillRect(area, QColor(scheme.surround))
        step = area.width() / len(self._rows)
        for y, row in enumerate(self._rows):
            for x, count in enumerate(row):
                if count:
                    colour = QColor(scheme.accent)
                    colour.setAlphaF(0.08 + 0.92 * (count / self._most) ** 0.5)
                    left, top = area.left() + x * step, area.top() + y * step
                    painter.fillRect(QRectF(left, top, step, step), colour)


def _page(table: Table) -> QWidget:
    if not table.rows:
        empty = QLabel(_EMPTY.get(table.title, "There is nothing to count."))
        empty.setAlignment(Qt.AlignmentFlag.AlignCenter)
        return empty
    made = QTableWidget(len(table.rows), len(table.head))
    made.setObjectName(f"statistics_{table.title.lower().replace(' ', '_')}")
    made.verticalHeader().hide()
    made.setShowGrid(False)
    made.setEditTriggers(QAbstractItemView.EditTrigger.NoEditTriggers)
    made.setSelectionBehavior(QAbstractItemView.SelectionBehavior.SelectRows)
    for row, cells in enumerate(table.rows):
        for column, cell in enumerate(cells):
            made.setItem(row, column, _item(cell))
    header = made.horizontalHeader()
    header.setSectionResizeMode(QHeaderView.ResizeMode.ResizeToContents)
    for column, name in enumerate(table.head):
        head = QTableWidgetItem(name)
        head.setTextAlignment(_side(table.rows[0][column]))
        made.setHorizontalHeaderItem(column, head)
    header.setSortIndicator(-1, Qt.SortOrder.AscendingOrder)  # as they come, until one is clicked
    made.setSortingEnabled(True)
    return made


def _item(cell: Cell) -> QTableWidgetItem:
    """A number keeps its kind, so that a column of them sorts by value."""
    made = QTableWidgetItem()
    made.setData(Qt.ItemDataRole.DisplayRole, cell)
    made.setTextAlignment(_side(cell))
    return made


def _side(cell: Cell) -> Qt.AlignmentFlag:
    is_text = isinstance(cell, str)
    side = Qt.AlignmentFlag.AlignLeft if is_text else Qt.AlignmentFlag.AlignRight
    return side | Qt.AlignmentFlag.AlignVCenter


def _positions(statistics: Statistics) -> QWidget:
    if not any(map(any, statistics.positions)):
        return _page(Table("Positions", (), ()))
    made = QWidget()
    layout = QVBoxLayout(made)
    layout.setSpacing(PAD)
    words = "Where the middles of objects lie; images of every size count as one."
    layout.addWidget(caption(words, role="muted"))
    layout.addWidget(HeatMap(statistics.positions), 1)
    return made
