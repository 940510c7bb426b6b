"""Short messages over the canvas: what happened, to what, what next. Never modal."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from PySide6.QtCore import Qt
from PySide6.QtWidgets import (
    QHBoxLayout,
    QLabel,
    QPushButton,
    QSizePolicy,
    QToolButton,
    QWidget,
)

from annotator.ui.floating import Floating
from annotator.ui.timers import once

_LINGER_MS = {"info": 6_000, "warning": 10_000}


@dataclass(frozen=True, slots=True)
class Notice:
    """One message.

    Attributes:
        text: sentence case, what happened and what next.
        kind: "info", "warning" (look here) or "error" (something is wrong; stays until closed).
        undo_step, redo_step: a history step that the notice offers to undo, or to make again.
        action_text, action: another button.
    """

    text: str
    kind: str = "info"
    undo_step: int | None = None
    action_text: str = ""
    action: Callable[[], None] | None = None
    redo_step: int | None = None


class NoticeBar(Floating):
    """Shows the latest notice with its button, and hides after a while."""

    def __init__(
        self, undo: Callable[[int], None], redo: Callable[[int], None], parent: QWidget
    ) -> None:
        super().__init__(parent, at_top=True)
        self.setObjectName("notice")
        self._undo, self._redo = undo, redo
        self._press: Callable[[], None] | None = None
        self._label = QLabel(self)
        self._label.setObjectName("notice_text")
        self._label.setWordWrap(True)
        self._label.setTextInteractionFlags(Qt.TextInteractionFlag.TextSelectableByMouse)
        self._label.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Preferred)
        self._button = QPushButton(self)
        self._button.setObjectName("notice_action")
        self._button.clicked.connect(self._on_button_clicked)
        self._close = QToolButton(self)
        self._close.setText("×")
        self._close.setToolTip("Close this message")
        self._close.setAutoRaise(True)
        self._close.clicked.connect(self.hide)
        layout = QHBoxLayout(self)
        layout.setContentsMargins(12, 8, 8, 8)
        layout.setSpacing(8)
        layout.addWidget(self._label, 1)
        layout.addWidget(self._button)
        layout.addWidget(self._close)
        self._timer = once(self, self.hide)
        self.hide()

    @property
    def text(self) -> str:
        """The message on display, for tests and screen readers."""
        return self._label.text()

    def show_notice(self, notice: Notice) -> None:
        """Show a message in place of the one before."""
        self._label.setText(notice.text)
        self.setProperty("kind", notice.kind)
        self.style().unpolish(self)
        self.style().polish(self)
        self._press = notice.action
        self._button.setText(notice.action_text)
        self._offer("Undo", self._undo, notice.undo_step)
        self._offer("Redo", self._redo, notice.redo_step)
        self._button.setVisible(self._press is not None)
        self.show()
        self.place()
        self._timer.stop()
        if notice.kind in _LINGER_MS:
            self._timer.start(_LINGER_MS[notice.kind])

    def _offer(self, text: str, turn: Callable[[int], None], step: int | None) -> None:
        if step is not None:
            self._press = lambda: turn(step)
            self._button.setText(text)

    def natural_width(self) -> int:
        """Wide enough for the words on one line; longer ones are wrapped."""
        words = self._label.fontMetrics().horizontalAdvance(self._label.text())
        return self.sizeHint().width() - self._label.sizeHint().width() + words + 4

    def _on_button_clicked(self) -> None:
        self.hide()
        if self._press is not None:
            self._press()
