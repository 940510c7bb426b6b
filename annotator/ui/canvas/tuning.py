"""A slider over the canvas that changes masks while one looks; nothing is written until then."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Protocol

from PySide6.QtCore import QEvent, QObject, Qt
from PySide6.QtGui import QKeyEvent
from PySide6.QtWidgets import QHBoxLayout, QLabel, QSlider, QVBoxLayout, QWidget

from annotator.domain.model import Annotation
from annotator.ui.canvas.board import Board
from annotator.ui.canvas.shapes import Shape
from annotator.ui.floating import Floating
from annotator.ui.look import GAP, PAD, as_role, button, caption, tabular
from annotator.ui.timers import once

_SLIDER_WIDTH = 220
_WIDTH = 520
"""Pixels; the longest facts have room, so that nothing moves with the slider."""


class Tuning(Protocol):
    """What the slider is asked for.

    Attributes:
        title: what is being done: "Simplify".
        text: of the step.
        start: where the slider stands at first.
        last: its last position; the first is 0.
    """

    title: str
    text: str
    start: int
    last: int

    def setting(self, position: int) -> str:
        """What a position stands for: "0.7 px"."""

    def preview(self, position: int) -> Sequence[Annotation]:
        """Each object as it would look, in the order of the shapes."""

    def facts(self, position: int) -> str:
        """What would become of the masks, in numbers."""

    def outcome(self, position: int) -> Sequence[Annotation]:
        """Each object as it would be stored."""


class TuningBar(Floating):
    """Asks once and goes away; a change of selection, image, tool or object ends it unanswered."""

    def __init__(
        self, board: Board, canvas: QWidget, shapes: Sequence[Shape], tuning: Tuning
    ) -> None:
        super().__init__(canvas, at_top=False)
        self.setObjectName("tuning")
        as_role(self, "card")
        self._board = board
        self._canvas = canvas
        self._shapes = list(shapes)
        self._tuning = tuning
        self._soon = once(self, self._show_preview)
        self._setting = QLabel()
        self._setting.setObjectName("tuning_setting")
        self._setting.setFont(tabular(self.font()))
        metrics = self._setting.fontMetrics()
        longest = [metrics.horizontalAdvance(tuning.setting(n)) for n in range(tuning.last + 1)]
        self._setting.setMinimumWidth(max(longest))
        self._slider = self._make_slider()
        self._facts = caption("", "tuning_facts", wrap=False)
        self._facts.setFont(tabular(self.font(), pixels=11))
        self._lay_out()
        workspace = board.workspace
        for signal in (
            workspace.selection_changed,
            workspace.image_changed,
            workspace.tool_changed,
            workspace.edited,
        ):
            signal.connect(self.drop)
        self._slider.valueChanged.connect(self._on_slider_moved)
        self._show_preview()
        self.show()
        self._slider.setFocus(Qt.FocusReason.OtherFocusReason)

    def _make_slider(self) -> QSlider:
        made = QSlider(Qt.Orientation.Horizontal)
        made.setObjectName("tuning_slider")
        made.setRange(0, self._tuning.last)
        made.setValue(self._tuning.start)
        made.setMinimumWidth(_SLIDER_WIDTH)
        made.setPageStep(5)
        made.setAccessibleName(self._tuning.title)
        return made

    def _lay_out(self) -> None:
        title = QLabel(self._tuning.title)
        as_role(title, "heading")
        away = button("Cancel", "tuning_cancel")
        away.clicked.connect(self.drop)
        accept = button(self._tuning.title, "tuning_accept", primary=True)
        accept.clicked.connect(self.accept)
        away.setFixedHeight(accept.sizeHint().height())
        rows = QVBoxLayout(self)
        rows.setContentsMargins(3 * GAP, PAD, PAD, PAD)
        rows.setSpacing(PAD)
        for parts in ((title, self._slider, self._setting), (self._facts, away, accept)):
            row = QHBoxLayout()
            row.setSpacing(PAD)
            for part in parts:
                row.addWidget(part)
            row.setStretchFactor(parts[0 if parts[0] is self._facts else 1], 1)
            rows.addLayout(row)

    def natural_width(self) -> int:
        """Wide enough for the longest facts, pixels."""
        return max(_WIDTH, self.sizeHint().width())

    def accept(self) -> None:
        """Write what is seen, as one step."""
        shapes, position = self._shapes, self._slider.value()
        self.drop()
        afters = self._tuning.outcome(position)
        changed = [(s, a) for s, a in zip(shapes, afters, strict=True) if a != s.value]
        author = self._board.author
        if len(changed) == 1:
            author.change(*changed[0], self._board.size, text=self._tuning.text)
        elif changed:
            author.change_many([after for _, after in changed], text=self._tuning.text)

    def drop(self) -> None:
        """Leave everything as it is."""
        if not self._shapes:
            return
        self._shapes = []
        self._soon.stop()
        self._board.settle()
        had_focus = self.isAncestorOf(self.window().focusWidget() or self.window())
        self.hide()
        if had_focus:
            self._canvas.setFocus()
        self.deleteLater()

    def _on_slider_moved(self) -> None:
        self._soon.start()

    def _show_preview(self) -> None:
        position = self._slider.value()
        self._setting.setText(self._tuning.setting(position))
        self._facts.setText(self._tuning.facts(position))
        afters = self._tuning.preview(position)
        shapes = zip(self._shapes, afters, strict=True)
        self._board.show_live(shape.with_value(after) for shape, after in shapes)

    # --- Qt --------------------------------------------------------------------------------

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        """Enter and Esc mean this also while the canvas has the keyboard."""
        if isinstance(event, QKeyEvent) and event.type() == QEvent.Type.KeyPress and self._shapes:
            return self._answer(event)
        return super().eventFilter(watched, event)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Enter takes it, Esc leaves it."""
        if not self._answer(event):
            super().keyPressEvent(event)

    def _answer(self, event: QKeyEvent) -> bool:
        if event.key() in {Qt.Key.Key_Return, Qt.Key.Key_Enter}:
            self.accept()
        elif event.key() == Qt.Key.Key_Escape:
            self.drop()
        else:
            return False
        return True
