"""Before a training: what it learns from; under "More" how large the model is, and all the rest."""

from __future__ import annotations

from PySide6.QtCore import Qt, Signal
from PySide6.QtGui import QShowEvent
from PySide6.QtWidgets import QCheckBox, QFrame, QScrollArea, QToolButton, QWidget

from annotator.learning.protocol import Train
from annotator.learning.splits import held_out_target
from annotator.store.settings import ANY_DIRECTION
from annotator.ui.dialogs.frame import Frame
from annotator.ui.dialogs.retrain_settings import PRESETS, RetrainSettings
from annotator.ui.learner import Learner
from annotator.ui.look import as_role, caption
from annotator.ui.words import counted
from annotator.ui.workspace import Workspace

__all__ = ["PRESETS", "RetrainDialog"]

_WIDTH = 580
_MORE_HEIGHT = 400


class RetrainDialog(Frame):
    """Offers to mark labelled images reviewed first, since only reviewed ones teach.

    Signals:
        accepted_settings: protocol.Train; start it.
    """

    accepted_settings = Signal(object)

    def __init__(
        self,
        workspace: Workspace,
        learner: Learner,
        parent: QWidget | None = None,
        *,
        left: str = "",
    ) -> None:
        """Make the dialog; ``left`` names a training that was left and would be thrown away."""
        super().__init__("retrain_dialog", "Retrain", parent)
        self._workspace = workspace
        self._left = left
        self._facts = caption("", "retrain_facts", role="body")
        self._hint = caption(
            "You can label on meanwhile, and pause or stop it at any time. It becomes a version of "
            "its own, and is used when it is not worse than the present one.",
            "retrain_hint",
        )
        self._lost = caption("", "retrain_lost", role="warning")
        self._mark = QCheckBox()
        self._mark.setObjectName("retrain_mark_reviewed")
        self._mark.setToolTip("Reviewed says: every object here is labelled, and labelled right")
        self._more = _disclosure("retrain_show_more", "More")
        self._settings = RetrainSettings(learner.device)
        self._area = _scrolled("retrain_more_area", self._settings)
        for part in (self._facts, self._hint, self._lost, self._mark, self._more):
            self.body.addWidget(part)
        self.body.addWidget(self._area, 1)
        self._main = self.add_buttons("Retrain", self._on_accept_pressed)
        self._settings.changed.connect(self._check)
        self._mark.toggled.connect(lambda _checked: self._check())
        self._more.toggled.connect(self._on_more_toggled)
        self.setMinimumWidth(_WIDTH)
        self._fill()
        self._on_more_toggled(False)

    def _fill(self) -> None:
        waiting = len(self._workspace.album.waiting_rows)
        self._mark.setText(
            f"Mark {counted(waiting, 'labelled image')} reviewed and learn from them"
        )
        self._mark.setVisible(waiting > 0)
        self._mark.setChecked(waiting > 0 and self._reviewed() == 0)
        self._lost.setText(f"{self._left}. Starting anew throws that training away.")
        self._lost.setVisible(bool(self._left))
        self._settings.set_device(self._workspace.settings.value.device)
        self._settings.set_turns(bool(self._workspace.setting(ANY_DIRECTION, False)))
        self._check()

    def _reviewed(self) -> int:
        return self._workspace.album.reviewed

    def _check(self) -> None:
        marks = self._mark.isChecked() and not self._mark.isHidden()
        added = len(self._workspace.album.waiting_rows) if marks else 0
        count = self._reviewed() + added
        self._facts.setText(self._describe(count))
        problem = self._settings.problem
        self.say_problem(problem)
        self._main.setEnabled(count > 0 and not problem and self._settings.is_complete)
        self._main.setText(f"Retrain on {counted(count, 'image')}" if count else "Retrain")

    def _describe(self, count: int) -> str:
        if not count:
            return "No image is reviewed yet, and only reviewed images teach the model."
        words = f"{counted(count, 'reviewed image')}: "
        held = max(self._workspace.album.held_out, held_out_target(count))
        if held:
            return f"{words}the model learns from {count - held:,} and is tested on {held:,}."
        return f"{words}with five or more, some are kept back to test the model."

    def _on_more_toggled(self, is_open: bool) -> None:
        arrow = Qt.ArrowType.DownArrow if is_open else Qt.ArrowType.RightArrow
        self._more.setArrowType(arrow)
        self._more.setToolTip("Hide the settings" if is_open else "Settings; the usual ones do")
        self._area.setVisible(is_open)
        wanted = self._settings.sizeHint().height()
        self._area.setMinimumHeight(min(_MORE_HEIGHT, wanted) if is_open else 0)
        self._fit()

    def _fit(self) -> None:
        """As high as its words, wrapped at its width, ask for."""
        layout = self.layout()
        assert layout is not None
        layout.activate()
        self.resize(_WIDTH, layout.totalHeightForWidth(_WIDTH))

    def _on_accept_pressed(self) -> None:
        if self._mark.isChecked() and not self._mark.isHidden():
            self._main.setEnabled(False)  # a training that began before would leave them out
            self._workspace.mark_labelled_reviewed(then=self._start)
        else:
            self._start()

    def _start(self) -> None:
        if not self.isVisible():
            return  # closed while images were being marked
        chosen = self._settings
        self._workspace.keep(ANY_DIRECTION, chosen.turns)
        request = Train(
            preset=chosen.preset,
            weights=chosen.weights,
            steps=chosen.steps,
            device=chosen.device,
            seed=chosen.seed,
            person=self._workspace.person,
            learning_rate=chosen.learning_rate,
            loss_weights=chosen.loss_weights,
            evaluate_every=chosen.evaluate_every,
            replaces=bool(self._left),
            turns=chosen.turns,
        )
        self.accepted_settings.emit(request)
        self.accept()

    def showEvent(self, event: QShowEvent) -> None:
        """Only now it knows its font."""
        super().showEvent(event)
        self._fit()


def _disclosure(name: str, text: str) -> QToolButton:
    """A button that shows and hides what stands below it."""
    made = QToolButton()
    made.setObjectName(name)
    made.setText(text)
    made.setCheckable(True)
    made.setToolButtonStyle(Qt.ToolButtonStyle.ToolButtonTextBesideIcon)
    as_role(made, "flat")
    return made


def _scrolled(name: str, inside: QWidget) -> QScrollArea:
    area = QScrollArea()
    area.setObjectName(name)
    area.setFrameShape(QFrame.Shape.NoFrame)
    area.setWidgetResizable(True)
    area.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
    area.setWidget(inside)
    as_role(area, "plain")
    return area
