"""Asks for a category by typing: of a drawn object that waits for it, or of what is selected."""

from __future__ import annotations

from PySide6.QtCore import QObject, QPointF
from PySide6.QtWidgets import QWidget

from annotator.ui.canvas.authoring import Draft
from annotator.ui.canvas.board import Board
from annotator.ui.canvas.category_prompt import CategoryPrompt
from annotator.ui.canvas.screen import Screen

_BESIDE = QPointF(10, 0)
_CORNER = QPointF(16, 16)


class Asking(QObject):
    """One question at a time; without an answer nothing is drawn or changed."""

    def __init__(self, board: Board, screen: Screen, canvas: QWidget) -> None:
        super().__init__(canvas)
        self._board = board
        self._screen = screen
        self._canvas = canvas
        self._is_choosing = False
        self._prompt = CategoryPrompt(canvas)
        self._prompt.chosen.connect(self._on_category_chosen)
        self._prompt.dropped.connect(self.drop)
        board.author.ask = self.ask
        board.workspace.selection_changed.connect(self._on_selection_changed)

    @property
    def is_open(self) -> bool:
        """Whether an answer is waited for."""
        return self._screen.draft is not None or self._is_choosing

    def ask(self, draft: Draft) -> None:
        """Ask for the category of a draft beside it."""
        self._screen.draft = draft
        box, view = draft.box, self._board.view
        at = view.to_screen_box(box).topRight() if box is not None else _CORNER
        self._prompt.ask(self._board.workspace.categories, (at + _BESIDE).toPoint())
        self._canvas.update()

    def choose(self) -> None:
        """Ask which category what is selected shall have, else new objects, beside it."""
        if self.is_open:
            self.insist()
            return
        self._is_choosing = True
        view = self._board.view
        boxes = [view.to_screen_box(shape.bounds) for shape in self._board.selected]
        at = _CORNER
        if boxes:
            at = QPointF(max(b.right() for b in boxes), min(b.top() for b in boxes))
        self._prompt.ask(
            self._board.workspace.categories,
            (at + _BESIDE).toPoint(),
            wish="What is it?" if boxes else "What will new objects be?",
            hint="Enter takes it · Esc leaves it",
        )

    def insist(self) -> None:
        """Give the keyboard back to the question; one that only changes something is dropped."""
        if self._is_choosing:
            self.drop()
        else:
            self._prompt.take_focus()

    def drop(self) -> None:
        """Forget the question, and the draft."""
        if not self.is_open:
            return
        self._screen.draft = None
        self._is_choosing = False
        had_focus = self._prompt.isAncestorOf(self._canvas.window().focusWidget() or self._canvas)
        self._prompt.hide()
        if had_focus:
            self._canvas.setFocus()
        self._canvas.update()

    def _on_selection_changed(self) -> None:
        if self._is_choosing:
            self.drop()

    def _on_category_chosen(self, name: str) -> None:
        draft, workspace = self._screen.draft, self._board.workspace
        self.drop()
        category = self._board.author.category_named(name)
        if category is None:
            return
        if draft is not None:
            self._board.author.write(draft)
        else:
            workspace.recategorise(category.id)
