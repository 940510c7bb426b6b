"""What labelling took in this project, what the model spared, and what is left."""

from __future__ import annotations

from collections.abc import Mapping

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QGridLayout, QHBoxLayout, QVBoxLayout, QWidget

from annotator.services.ledger import CAP_S, FEW_IMAGES, FEW_OBJECTS, Totals
from annotator.ui.dialogs.frame import Frame
from annotator.ui.look import GAP, PAD, as_role, button, caption, tabular
from annotator.ui.timekeeper import Timekeeper
from annotator.ui.words import counted, duration, saved_words

_ABOUT = (
    "Active time: a gap in which nothing is done counts up to "
    f"{CAP_S:.0f} seconds. Saved: what the model's objects would have cost at the pace at which "
    "objects of their kind were drawn by hand here, less what they cost all the same."
)
_NUMBER_PX = 24
_WIDTH = 560


class TimesDialog(Frame):
    """Follows the ledger while it is open."""

    def __init__(self, keeper: Timekeeper, parent: QWidget | None = None) -> None:
        super().__init__("times", "Time", parent)
        self._keeper = keeper
        self.setMinimumWidth(_WIDTH)
        row = QHBoxLayout()
        row.setSpacing(4 * PAD)
        self._figures = {}
        for name in ("spent", "saved", "left"):
            column = QVBoxLayout()
            column.setSpacing(GAP)
            number = caption("", f"times_{name}", role="body", wrap=False)
            number.setFont(tabular(number.font(), pixels=_NUMBER_PX))
            number.setStyleSheet(f"font-size: {_NUMBER_PX}px")
            words = caption("", f"times_{name}_words", role="muted")
            words.setAlignment(Qt.AlignmentFlag.AlignTop)
            words.setMinimumHeight(3 * words.fontMetrics().lineSpacing() + GAP)
            column.addWidget(number)
            column.addWidget(words)
            row.addLayout(column, 1)
            self._figures[name] = number, words
        self.body.addLayout(row)
        self._lists = QHBoxLayout()
        self._lists.setSpacing(4 * PAD)
        self.body.addSpacing(PAD)
        self.body.addLayout(self._lists)
        self.body.addStretch(1)
        self.body.addWidget(caption(_ABOUT, "times_about"))
        close = button("Close", "times_close")
        close.clicked.connect(self.reject)
        self.buttons.addWidget(close)
        keeper.totals_changed.connect(self._follow)
        self._follow()

    def _follow(self) -> None:
        totals = self._keeper.totals
        told = {"spent": _spent(totals), "saved": _saved(totals), "left": _left(totals)}
        for name, (number, words) in told.items():
            self._figures[name][0].setText(number)
            self._figures[name][1].setText(words)
        while (item := self._lists.takeAt(0)) is not None:
            gone = item.widget()
            if gone is not None:
                gone.hide()
                gone.deleteLater()
        self._lists.addWidget(_list("times_ways", "By origin", totals.by_way), 1)
        self._lists.addWidget(_list("times_tools", "By tool", totals.by_tool), 1)


def _spent(totals: Totals) -> tuple[str, str]:
    return duration(totals.spent), "spent on this project"


def _saved(totals: Totals) -> tuple[str, str]:
    saved = totals.saved
    if saved is None:
        lacking = FEW_OBJECTS - totals.drawn
        noun = counted(lacking, "more object")
        return "–", f"saved: known when {noun} are drawn by hand"
    pace = totals.pace()
    by = "the model" if saved >= 0 else "the model has cost more than it spared so far"
    words = f"saved by {by}" if saved >= 0 else by
    base = f"; by hand an object takes {duration(pace)}" if pace else ", by published times"
    return saved_words(saved), words + base


def _left(totals: Totals) -> tuple[str, str]:
    each, left = totals.an_image, totals.left
    waiting = counted(totals.waiting, "image")
    if not totals.waiting:
        return "–", "left: every image is reviewed"
    if each is None or left is None:
        return "–", f"left for {waiting}: review {FEW_IMAGES}, so that the pace is known"
    return duration(left), f"left for {waiting}, at {duration(each)} an image"


def _list(name: str, title: str, seconds: Mapping[str, float]) -> QWidget:
    """Names and their times, the longest first."""
    made = QWidget()
    made.setObjectName(name)
    grid = QGridLayout(made)
    grid.setContentsMargins(0, 0, 0, 0)
    grid.setVerticalSpacing(GAP)
    grid.setColumnStretch(0, 1)
    grid.addWidget(caption(title, role="muted"), 0, 0)
    rows = sorted(seconds.items(), key=lambda row: -row[1])
    for n, (label, value) in enumerate(rows, start=1):
        number = caption(duration(value), role="body", wrap=False)
        number.setFont(tabular(number.font()))
        number.setAlignment(Qt.AlignmentFlag.AlignRight)
        grid.addWidget(caption(label.capitalize(), role="body", wrap=False), n, 0)
        grid.addWidget(number, n, 1)
    if not rows:
        grid.addWidget(caption("Nothing measured yet"), 1, 0)
    grid.setRowStretch(len(rows) + 2, 1)
    as_role(made, "plain")
    return made
