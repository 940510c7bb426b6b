"""The filter over all images: a field, how many were found, their order, what to do with them."""

from __future__ import annotations

from collections.abc import Callable

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QHBoxLayout, QMenu, QToolButton, QVBoxLayout, QWidget

from annotator.domain.errors import KnownError
from annotator.domain.query import Query
from annotator.services.query import Vocabulary, parse
from annotator.ui import background
from annotator.ui.look import GAP, as_role, caption, icon
from annotator.ui.panels.filter_field import FilterField, FilterHelp
from annotator.ui.words import counted

Search = Callable[[Query], list[int]]

_ORDERS = {
    "In their order": "",
    "Name": "sort:name",
    "Most objects first": "sort:-objects",
    "Fewest objects first": "sort:objects",
    "Least sure first": "sort:-unsure",
    "Lowest score first": "sort:score",
    "Most predictions first": "sort:-predictions",
    "State": "sort:state",
    "Widest first": "sort:-width",
    "Tallest first": "sort:-height",
    "Newest first": "sort:-added",
}


class FilterBar(QWidget):
    """Asks on the thread pool; while an answer is on its way, only the newest question waits.

    Signals:
        found: (image ids or None, is_sorted): what is to be shown; None is everything.
        review_requested: True marks all that was found reviewed, False not reviewed.
        accept_requested: accept the waiting predictions on all that was found.
        prelabel_requested, delete_requested: pre-label all that was found; delete its objects.
    """

    found = Signal(object, bool)
    review_requested = Signal(bool)
    accept_requested = Signal()
    prelabel_requested = Signal()
    delete_requested = Signal()

    def __init__(self, words: Callable[[], Vocabulary], parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._search: Search | None = None
        self._asked = Query()
        self._is_searching = self._is_stale = False
        self._answer, self._has_rows = "", False
        self.field = FilterField(words)
        self._help = FilterHelp(self)
        self._said = caption("", "images_found")
        self._more = self._make_more()
        row = QHBoxLayout()
        row.setSpacing(0)
        row.addWidget(self._said, 1)
        row.addWidget(self._more)
        row.addWidget(self._make_order())
        row.addWidget(self._make_help())
        layout = QVBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.setSpacing(GAP)
        layout.addWidget(self.field)
        layout.addLayout(row)
        self._say("")
        self.field.textChanged.connect(self._on_text_changed)
        self._help.chosen.connect(self.field.add_term)

    @property
    def is_asking(self) -> bool:
        """Whether something is asked for."""
        return bool(self._asked)

    def attach(self, search: Search | None) -> None:
        """Ask another project, or none."""
        self._search = search
        self._is_stale = self._is_searching
        self.field.clear()

    def ask_again(self) -> None:
        """What is true of images has changed."""
        if not self._asked or self._search is None:
            return
        if self._is_searching:
            self._is_stale = True
            return
        self._is_searching, self._is_stale = True, False
        background.run(
            *(self._search, self._asked),
            done=self._on_answered,
            failed=self._on_failed,
            owner=self,
            priority=2,
        )

    # --- how it is done --------------------------------------------------------------------

    def _on_text_changed(self, text: str) -> None:
        try:
            asked = parse(text)
        except KnownError as error:  # the rows stay as they are while a term is being typed
            self._say(str(error))
            return
        if asked == self._asked:
            self._say(self._answer if asked else "", has_rows=self._has_rows)
            return
        self._asked = asked
        if asked:
            self.ask_again()
            return
        self._is_stale = self._is_searching
        self._say("")
        self.found.emit(None, False)

    def _on_answered(self, image_ids: list[int]) -> None:
        self._is_searching = False
        if self._is_stale:
            self.ask_again()
            return
        if not self._asked:
            return
        self._answer, self._has_rows = counted(len(image_ids), "image"), bool(image_ids)
        self._say(self._answer, has_rows=self._has_rows)
        self.found.emit(image_ids, self._asked.order is not None)

    def _on_failed(self, error: Exception) -> None:
        self._is_searching = False
        if self._is_stale:
            self.ask_again()
            return
        if not isinstance(error, KnownError):
            raise error
        self._say(str(error))

    def _say(self, words: str, *, has_rows: bool = False) -> None:
        self._said.setText(words)
        self._more.setVisible(has_rows)

    def _make_help(self) -> QToolButton:
        made = QToolButton()
        made.setObjectName("filter_help_button")
        made.setIcon(icon("question", role="muted"))
        made.setToolTip("What can be asked for")
        made.setAccessibleName("What can be asked for")
        as_role(made, "flat")
        made.clicked.connect(lambda: self._help.show_below(self.field))
        return made

    def _make_order(self) -> QToolButton:
        made = QToolButton()
        made.setObjectName("filter_order_button")
        made.setIcon(icon("sort-ascending", role="muted"))
        made.setToolTip("Sort the images")
        made.setAccessibleName("Sort the images")
        as_role(made, "flat")
        made.setPopupMode(QToolButton.ToolButtonPopupMode.InstantPopup)
        menu = QMenu(made)
        for text, term in _ORDERS.items():
            action = menu.addAction(text)
            action.triggered.connect(lambda _checked=False, term=term: self._sort(term))
        made.setMenu(menu)
        return made

    def _make_more(self) -> QToolButton:
        made = QToolButton()
        made.setObjectName("filter_all_button")
        made.setText("With all…")
        made.setToolTip("Do something with all images that were found, as one step")
        as_role(made, "flat")
        made.setPopupMode(QToolButton.ToolButtonPopupMode.InstantPopup)
        menu = QMenu(made)
        menu.addAction("Mark reviewed", lambda: self.review_requested.emit(True))
        menu.addAction("Mark not reviewed", lambda: self.review_requested.emit(False))
        menu.addSeparator()
        menu.addAction("Pre-label", self.prelabel_requested.emit)
        menu.addAction("Accept predictions above the threshold", self.accept_requested.emit)
        menu.addSeparator()
        menu.addAction("Delete their objects", self.delete_requested.emit)
        made.setMenu(menu)
        return made

    def _sort(self, term: str) -> None:
        """Put the order in the place of another one."""
        kept = [word for word in self.field.text().split() if not word.startswith("sort:")]
        self.field.setText(" ".join([*kept, term] if term else kept))
