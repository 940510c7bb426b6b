"""Small widgets that several panels share."""

from __future__ import annotations

from collections.abc import Iterable, Mapping

from PySide6.QtCore import QSize, Qt, QTimer, Signal
from PySide6.QtGui import QFontMetrics, QIcon, QPainter, QPaintEvent, QResizeEvent
from PySide6.QtWidgets import (
    QButtonGroup,
    QFormLayout,
    QFrame,
    QHBoxLayout,
    QLabel,
    QSizePolicy,
    QToolButton,
    QTreeWidgetItem,
    QVBoxLayout,
    QWidget,
)

from annotator.domain.model import Annotation, Category, Prediction
from annotator.ui.look import GAP, PAD, as_role, button, caption, icon, swatch

UNKNOWN_COLOUR = "#888888"
"""Of what belongs to no category that is known."""


class EmptyState(QWidget):
    """Says why there is nothing here and offers the next step.

    Signals:
        pressed: the person took the next step.
    """

    pressed = Signal()

    def __init__(self, name: str, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setObjectName(name)
        self._words = caption("", f"{name}_words", role="muted")
        self._words.setAlignment(Qt.AlignmentFlag.AlignCenter)
        self._button = button("", f"{name}_button")
        self._button.clicked.connect(self.pressed)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(2 * PAD, 2 * PAD, 2 * PAD, 2 * PAD)
        layout.setSpacing(PAD)
        layout.addStretch(1)
        layout.addWidget(self._words)
        layout.addWidget(self._button, 0, Qt.AlignmentFlag.AlignHCenter)
        layout.addStretch(2)

    @property
    def words(self) -> str:
        """What it says."""
        return self._words.text()

    def say(self, words: str, action: str = "") -> None:
        """Show words, and a button when there is something to do about it."""
        self._words.setText(words)
        self._button.setText(action)
        self._button.setVisible(bool(action))


class Segments(QWidget):
    """A row of exclusive flat buttons, for views of one list.

    Signals:
        chosen: the key of the view the person picked.
    """

    chosen = Signal(str)

    def __init__(self, name: str, choices: tuple[tuple[str, str], ...]) -> None:
        super().__init__()
        self.setObjectName(name)
        self._texts = dict(choices)
        self._buttons: dict[str, QToolButton] = {}
        group = QButtonGroup(self)
        layout = QHBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.setSpacing(GAP // 2)
        for key, text in choices:
            made = QToolButton()
            made.setObjectName(f"{name}_{key}")
            made.setText(text)
            made.setCheckable(True)
            made.setFocusPolicy(Qt.FocusPolicy.TabFocus)
            as_role(made, "segment")
            made.clicked.connect(lambda _checked=False, key=key: self.chosen.emit(key))
            group.addButton(made)
            layout.addWidget(made)
            self._buttons[key] = made
        layout.addStretch(1)
        self._buttons[choices[0][0]].setChecked(True)

    def set_count(self, key: str, count: int) -> None:
        """Show a number behind a view's word; none for zero."""
        self._buttons[key].setText(f"{self._texts[key]} {count:,}" if count else self._texts[key])

    def set_chosen(self, key: str) -> None:
        """Check a view without telling anybody."""
        self._buttons[key].setChecked(True)


class ElidedLabel(QLabel):
    """A one-line label that gives up its middle when space is short; the tooltip has all of it."""

    def __init__(self, text: str = "", name: str = "") -> None:
        super().__init__(text)
        self.setObjectName(name)
        self.setSizePolicy(QSizePolicy.Policy.Ignored, QSizePolicy.Policy.Fixed)

    def minimumSizeHint(self) -> QSize:
        """It can become very narrow."""
        return QSize(24, super().minimumSizeHint().height())

    def resizeEvent(self, event: QResizeEvent) -> None:
        """Keep the whole text in the tooltip while it is elided."""
        super().resizeEvent(event)
        metrics = QFontMetrics(self.font())
        is_short = metrics.horizontalAdvance(self.text()) <= self.width()
        self.setToolTip("" if is_short else self.text())

    def paintEvent(self, event: QPaintEvent) -> None:
        """Draw what fits."""
        painter = QPainter(self)
        painter.setPen(self.palette().color(self.foregroundRole()))
        shown = QFontMetrics(self.font()).elidedText(
            self.text(), Qt.TextElideMode.ElideMiddle, self.width()
        )
        painter.drawText(self.rect(), int(self.alignment()), shown)


def line() -> QFrame:
    """A hairline across."""
    made = QFrame()
    made.setFixedHeight(1)
    as_role(made, "line")
    return made


def mark_group(item: QTreeWidgetItem, column: int, group_id: int | None) -> None:
    """Show the group of an object before what its row says in a column; nothing without one."""
    is_grouped = group_id is not None
    item.setIcon(column, icon("link-simple", role="muted") if is_grouped else QIcon())
    item.setToolTip(column, f"Group {group_id}. U takes it apart." if is_grouped else "")
    if is_grouped:
        item.setText(column, f"{group_id} · {item.text(column)}")


def swatches(
    shown: Iterable[Annotation | Prediction], categories: Mapping[int, Category]
) -> dict[int, QIcon]:
    """One swatch a category, by its id, however many rows show it."""
    keys = {one.category_id for one in shown}
    return {k: swatch(categories[k].colour if k in categories else UNKNOWN_COLOUR) for k in keys}


def make_room(form: QFormLayout, panel: QWidget) -> None:
    """Lay the rows of a form out once more, when words in them may have grown.

    A form that grows gives its rows the heights they had; asked again afterwards, those they need.
    """
    QTimer.singleShot(0, panel, form.invalidate)
