"""The steps of a history as rows: read page by page, those of one gesture as one row."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from typing import Final

from PySide6.QtCore import Qt, Signal
from PySide6.QtGui import QKeyEvent
from PySide6.QtWidgets import QListWidget, QListWidgetItem

from annotator.store.steps import HistoryEntry
from annotator.ui.keys import OWN_KEYS
from annotator.ui.look import icon
from annotator.ui.panels.rows import KEY, dress_list, row
from annotator.ui.words import ago, counted

PAGE: Final = 50
START: Final = 0
"""The key of the row for the state before all steps."""
_ICONS: Final = {
    "accept": "check",
    "add": "plus",
    "bring": "arrow-line-up",
    "change category": "tag",
    "create": "plus",
    "cut": "scissors",
    "delete": "trash",
    "duplicate": "copy",
    "erase": "eraser",
    "group": "link-simple",
    "grow": "arrows-out",
    "import": "download-simple",
    "insert": "plus",
    "join": "intersect",
    "lower": "arrow-down",
    "mark": "check-circle",
    "merge": "git-merge",
    "move": "arrows-out-cardinal",
    "no": "check-circle",
    "nudge": "arrows-out-cardinal",
    "paint": "paint-brush",
    "paste": "copy",
    "place": "person-simple-run",
    "raise": "arrow-up",
    "reject": "x",
    "remove": "x",
    "resize": "bounding-box",
    "send": "arrow-line-down",
    "shrink": "arrows-in",
    "split": "scissors",
    "subtract": "scissors",
    "swap": "swap",
    "ungroup": "link-break",
}
"""By the first word or two of a step; any other step wears a pencil."""

Reader = Callable[[int, int | None], Sequence[HistoryEntry]]


@dataclass(frozen=True, slots=True)
class Line:
    """One row: a step, or the steps of a gesture.

    Attributes:
        entry: the newest of its steps.
        count: how many they are.
    """

    entry: HistoryEntry
    count: int = 1


class HistoryList(QListWidget):
    """Rows of steps, the newest first; older ones are read when the list is scrolled to its end.

    Signals:
        walked: a step to go to was clicked, or Enter was pressed on it; its key.
    """

    walked = Signal(object)

    def __init__(self, name: str) -> None:
        super().__init__()
        dress_list(self, name)
        self.setAccessibleName("History")
        self.setProperty(OWN_KEYS, "Return Enter")
        self._read: Reader = lambda _limit, _before: ()
        self._has_start = False
        self._lines: list[Line] = []
        self._oldest: int | None = None
        self._count = 0
        self._is_whole = True
        self.verticalScrollBar().valueChanged.connect(self._on_scrolled)
        self.itemClicked.connect(lambda item: self.walked.emit(item.data(KEY)))

    def show_steps(self, read: Reader, *, has_start: bool) -> None:
        """Read the newest steps anew; scrolled down, as many as there were.

        Args:
            read: gets how many steps to read, and the step they are older than.
            has_start: whether the state before all steps can be walked to.
        """
        key, scroll = self.key(), self.verticalScrollBar().value()
        wanted = max(PAGE, self._count) if scroll else PAGE
        self._read, self._has_start = read, has_start
        self._lines, self._oldest, self._count = [], None, 0
        self.blockSignals(True)
        self.clear()
        self._append(wanted)
        self.choose(key)
        self.blockSignals(False)
        if scroll:
            self.doItemsLayout()  # else there is nothing yet to scroll through
            self.verticalScrollBar().setValue(scroll)

    def line(self, key: object) -> Line | None:
        """The row of that step, as far as it was read."""
        return next((line for line in self._lines if line.entry.id == key), None)

    def key(self) -> int | None:
        """The step of the row that is chosen."""
        item = self.currentItem()
        return None if item is None else int(item.data(KEY))

    def choose(self, key: int | None) -> None:
        """Choose the row of a step; none where it is not here."""
        rows = (n for n in range(self.count()) if self.item(n).data(KEY) == key)
        self.setCurrentRow(next(rows, -1))

    def _append(self, limit: int) -> None:
        """Read more steps and show them."""
        entries = self._read(limit, self._oldest)
        self._is_whole = len(entries) < limit
        self._count += len(entries)
        for entry in entries:
            self._oldest = entry.id
            last = self._lines[-1] if self._lines else None
            if last is not None and _are_one(last.entry, entry):
                self._lines[-1] = replace(last, count=last.count + 1)
                self.takeItem(self.count() - 1)
            else:
                self._lines.append(Line(entry))
            self.addItem(self._item(self._lines[-1]))
        if self._is_whole and self._has_start and self._lines:
            self.addItem(self._start())

    def _item(self, line: Line) -> QListWidgetItem:
        entry = line.entry
        is_now = self._has_start and self._now() is entry
        words = [entry.person, ago(entry.when)]
        words += [counted(line.count, "step")] if line.count > 1 else []
        is_over = entry.is_undone and not entry.can_redo
        trailing = "now" if is_now else "undone" if is_over else "bulk" if entry.is_bulk else ""
        made = row(
            entry.id,
            ", ".join(part for part in (entry.text, entry.about) if part),
            ", ".join(part for part in words if part),
            trailing=trailing,
            faded=entry.is_undone,
            struck=is_over and not entry.is_bulk,  # its button makes it again
            strong=is_now,
        )
        made.setIcon(icon(_icon_of(entry.text), role="muted"))
        return made

    def _start(self) -> QListWidgetItem:
        is_now = self._now() is None
        made = row(
            START,
            "Before the first step",
            "As it was when it came into the project",
            trailing="now" if is_now else "",
            strong=is_now,
        )
        made.setIcon(icon("flag", role="muted"))
        return made

    def _now(self) -> HistoryEntry | None:
        """The newest step that stands: the present state is the one after it."""
        return next((line.entry for line in self._lines if not line.entry.is_undone), None)

    def _on_scrolled(self, value: int) -> None:
        bar = self.verticalScrollBar()
        if not self._is_whole and value > bar.maximum() - bar.pageStep():
            self._append(PAGE)

    # --- Qt --------------------------------------------------------------------------------

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Enter goes to the chosen state."""
        if event.key() in (Qt.Key.Key_Return, Qt.Key.Key_Enter):
            if self.currentItem() is not None:
                self.walked.emit(self.key())
        else:
            super().keyPressEvent(event)


def _icon_of(text: str) -> str:
    words = text.casefold().split()
    found = _ICONS.get(" ".join(words[:2])) or _ICONS.get(" ".join(words[:1]))
    return found or "pencil-simple"


def _are_one(newer: HistoryEntry, older: HistoryEntry) -> bool:
    """Whether two steps that follow each other are undone and made again together."""
    state = newer.is_undone, newer.can_redo
    return (
        bool(newer.gesture)
        and newer.gesture == older.gesture
        and state
        == (
            older.is_undone,
            older.can_redo,
        )
    )
