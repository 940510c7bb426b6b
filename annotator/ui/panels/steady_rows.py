"""Top rows of a tree in step with a list: what did not change is not touched, what is unseen waits.

An empty row takes a microsecond, one that is dressed some 40: five thousand of them would hold up
the image that they belong to. The first ones are dressed at once, others when they are looked at or
asked for, and the rest a few at a time.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from time import perf_counter

from PySide6.QtCore import QObject, QPoint, Qt
from PySide6.QtWidgets import QTreeWidget, QTreeWidgetItem

from annotator.ui.timers import once

AT_ONCE = 200
"""Rows dressed at once: more than are in view."""
SLICE_SECONDS = 0.004
"""Rows are dressed for so long ..."""
REST_MS = 20
"""... then the window has so long for what matters more."""
FIRST_REST_MS = 300
"""The image with its objects comes before the rest of its list."""
FEW = 50
"""Rows to take out one by one; beyond, all are made anew."""
_WORN = (
    Qt.ItemDataRole.DecorationRole,
    Qt.ItemDataRole.ToolTipRole,
    Qt.ItemDataRole.ForegroundRole,
    Qt.ItemDataRole.BackgroundRole,
    Qt.ItemDataRole.FontRole,
)
"""Roles that only some rows have."""


class SteadyRows(QObject):
    """The rows of keys, before any other top row of the tree.

    Args:
        tree: where they stand.
        dress: makes the row of a key look as it shall, a new one or one that changed.
        parent: what it lives as long as.
    """

    def __init__(
        self,
        tree: QTreeWidget,
        dress: Callable[[QTreeWidgetItem, int], None],
        parent: QObject,
    ) -> None:
        super().__init__(parent)
        self._tree = tree
        self._dress = dress
        self._items: dict[int, QTreeWidgetItem] = {}
        self._wanted: Mapping[int, object] = {}
        self._shown: dict[int, object] = {}
        self._waiting: list[int] = []
        self._order: list[int] = []
        self._timer = once(self, self._on_timer_fired)

    def clear(self) -> None:
        """Take all rows out."""
        self._timer.stop()
        # Rows go one by one, and the view would scroll to the next current one each time.
        self._tree.selectionModel().clearCurrentIndex()
        if self._tree.topLevelItemCount() == len(self._items):
            self._tree.clear()
        for item in self._items.values() if self._tree.topLevelItemCount() else ():
            self._tree.takeTopLevelItem(self._tree.indexOfTopLevelItem(item))
        self._items.clear()
        self._shown.clear()
        self._waiting = []
        self._order = []

    def show(self, wanted: Mapping[int, object]) -> None:
        """Have a row for each key, in this order.

        Args:
            wanted: keys, and all that their rows show: a row is dressed anew when that differs.
        """
        gone = [key for key in self._items if key not in wanted]
        if len(gone) > FEW:
            self.clear()
        else:
            for key in gone:
                self._take_out(key)
        keys = list(wanted)
        if list(self._items) != keys[: len(self._items)]:
            self.clear()
        self._wanted, self._order = wanted, keys
        for key, shown in list(self._shown.items()):
            if wanted[key] != shown:
                _undress(self._items[key])
                self._put_on(key)
        fresh = keys[len(self._items) :]
        made = [QTreeWidgetItem() for _ in fresh]
        self._tree.insertTopLevelItems(len(self._items), made)
        self._items.update(zip(fresh, made, strict=True))
        self._waiting = [key for key in reversed(keys) if key not in self._shown]
        self._dress_some(most=max(1, AT_ONCE - len(self._shown)))
        if self._waiting:
            self._timer.start(FIRST_REST_MS)

    def item(self, key: int) -> QTreeWidgetItem | None:
        """The row of a key, dressed."""
        if key in self._items and key not in self._shown:
            self._put_on(key)
        return self._items.get(key)

    def dress_seen(self) -> None:
        """Dress the rows that are about to be painted."""
        if not self._waiting:
            return
        index = self._tree.indexAt(QPoint(0, 0))
        bottom = self._tree.viewport().height()
        while index.isValid() and self._tree.visualRect(index).top() <= bottom:
            if not index.parent().isValid() and index.row() < len(self._order):
                self.item(self._order[index.row()])
            index = self._tree.indexBelow(index)

    def _take_out(self, key: int) -> None:
        item = self._items.pop(key)
        self._shown.pop(key, None)
        self._tree.takeTopLevelItem(self._tree.indexOfTopLevelItem(item))

    def _put_on(self, key: int) -> None:
        self._dress(self._items[key], key)
        self._shown[key] = self._wanted[key]

    def _dress_some(self, most: int, seconds: float = float("inf")) -> None:
        """Dress waiting rows, up to a number and for about so long."""
        stop = perf_counter() + seconds
        while self._waiting and most > 0 and perf_counter() < stop:
            key = self._waiting.pop()
            if key not in self._shown:
                self._put_on(key)
                most -= 1
        if not self._waiting:
            self._timer.stop()

    def _on_timer_fired(self) -> None:
        self._dress_some(most=len(self._waiting), seconds=SLICE_SECONDS)
        if self._waiting:
            self._timer.start(REST_MS)


def _undress(item: QTreeWidgetItem) -> None:
    """Take off what the next look may not have."""
    for column in range(item.columnCount()):
        for role in _WORN:
            item.setData(column, role, None)
