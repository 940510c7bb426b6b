"""Holds a drawn object until its category is known, and asks for that beside it."""

from __future__ import annotations

from PySide6.QtCore import QObject, QPointF
from PySide6.QtWidgets import QWidget

from annotator.ui.canvas.authoring import Draft
from annotator.ui.canvas.board import Board
from annotator.ui.canvas.category_prompt import CategoryPrompt
from annotator.ui.canvas.screen import Screen

_BESIDE = QPointF(10, 0)


class Asking(QObject):
    """One question at a time; without an answer nothing is drawn."""

    def __init__(self, board: Board, screen: Screen, canvas: QWidget) -> None:
        super().__init__(canvas)
        self._board = board
        self._screen = screen
        self._canvas = canvas
        self._prompt = CategoryPrompt(canvas)
        self._prompt.chosen.connect(self._on_category_chosen)
        self._prompt.dropped.connect(self.drop)
        board.author.ask = self.ask

    @property
    def is_open(self) -> bool:
        """Whether an answer is waited for."""
        return self._screen.draft is not None

    def ask(self, draft: Draft) -> None:
        """Ask for the category of a draft beside it."""
        self._screen.draft = draft
        box, view = draft.box, self._board.view
        at = view.to_screen_box(box).topRight() if box is not None else QPointF(16, 16)
        self._prompt.ask(self._board.workspace.categories, (at + _BESIDE).toPoint())
        self._canvas.update()

    def insist(self) -> None:
        """Give the keyboard back to the question."""
        self._prompt.take_focus()

    def drop(self) -> None:
        """Forget the draft."""
        if self._screen.draft is None:
            return
        self._screen.draft = None
        had_focus = self._prompt.isAncestorOf(self._canvas.window().focusWidget() or self._canvas)
        self._prompt.hide()
        if had_focus:
            self._canvas.setFocus()
        self._canvas.update()

    def _on_category_chosen(self, name: str) -> None:
        draft = self._screen.draft
        self.drop()
        if draft is not None and self._board.author.category_named(name) is not None:
            self._board.author.write(draft)
