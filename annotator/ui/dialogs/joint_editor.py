"""List, text and picture of a category's joints side by side."""

from __future__ import annotations

from functools import partial

from PySide6.QtCore import Signal
from PySide6.QtGui import QImage, QShowEvent
from PySide6.QtWidgets import QComboBox, QHBoxLayout, QLabel, QTabWidget, QVBoxLayout, QWidget

from annotator.domain.errors import KnownError
from annotator.domain.joint_plan import JointPlan, normalised
from annotator.domain.model import Category
from annotator.domain.poses import Place, mean_layout
from annotator.ui import background
from annotator.ui.dialogs.joint_board import JointBoard
from annotator.ui.dialogs.joint_list import JointList
from annotator.ui.dialogs.joint_model import JointModel
from annotator.ui.dialogs.joint_picture import Backdrop, backdrops, load
from annotator.ui.dialogs.joint_text import JointText
from annotator.ui.look import GAP, PAD, as_role, caption
from annotator.ui.workspace import Workspace

_BLANK = "Empty frame"
_MARGIN = 0.04
"""Share of an object's box between its outermost joints and its edge, where no box was drawn on."""


class JointEditor(QWidget):
    """Everything about joints in the category's dialog.

    Signals:
        problem_changed: something is wrong with what is typed, or nothing is any more.
    """

    problem_changed = Signal()

    def __init__(
        self, workspace: Workspace, category: Category | None, model: JointModel, aspect: float
    ) -> None:
        super().__init__()
        self._model = model
        self._blank_aspect = aspect
        self._first = model.plan
        self._backdrops = backdrops(workspace, category)
        self._backdrop: Backdrop | None = None
        self._list = JointList(model)
        self._text = JointText(model)
        self._board = JointBoard(model)
        self._choice = QComboBox()
        self._choice.setObjectName("joint_picture")
        self._choice.addItems([_BLANK, *(b.title for b in self._backdrops)])
        self._hint = caption("", "joint_hint")
        self._lay_out()
        self._choice.activated.connect(self._on_picture_chosen)
        self._board.hint_changed.connect(self._hint.setText)
        self._text.problem_changed.connect(lambda _text: self.problem_changed.emit())
        self._hint.setText(self._board.hint())
        self._board.show_picture(None, aspect)
        self._wants_picture = bool(self._backdrops) and not model.plan.places()

    @property
    def problem(self) -> str:
        """What is wrong; empty when nothing is."""
        return self._text.problem

    @property
    def aspect(self) -> float:
        """Width by height of what the joints were drawn on."""
        return self._blank_aspect if self._backdrop is None else self._backdrop.aspect

    def drawn(self) -> dict[str, Place] | None:
        """Where the joints are in an object's box, by name; None when that is as it was.

        On the whole image nobody drew a box: there the joints fill one.
        """
        plan = self._model.plan
        if not plan.places() or plan.joints == self._first.joints:
            return None
        if self._backdrop is not None and not self._backdrop.is_object:
            return normalised(plan.places(), margin=_MARGIN)
        return plan.places()

    def take_set(self, plan: JointPlan, aspect: float) -> None:
        """Take the joints of a set people know, on an empty frame of its proportions."""
        self._model.set_plan(plan)
        if plan.joints:
            self._blank_aspect = aspect
            self._choice.setCurrentIndex(0)
            self._on_picture_chosen(0)

    def _lay_out(self) -> None:
        tabs = QTabWidget()
        tabs.setObjectName("joint_tabs")
        tabs.setDocumentMode(True)
        tabs.addTab(self._list, "List")
        tabs.addTab(self._text, "Text")
        pictures = QHBoxLayout()
        pictures.setSpacing(PAD)
        words = QLabel("Picture")
        as_role(words, "muted")
        pictures.addWidget(words)
        pictures.addWidget(self._choice, 1)
        right = QVBoxLayout()
        right.setSpacing(GAP)
        right.addLayout(pictures)
        right.addWidget(self._board, 1)
        right.addWidget(self._hint)
        layout = QHBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.setSpacing(2 * PAD)
        layout.addWidget(tabs, 4)
        layout.addLayout(right, 5)

    def _on_picture_chosen(self, row: int) -> None:
        self._backdrop = None if row == 0 else self._backdrops[row - 1]
        self._board.show_picture(None, self.aspect)
        if self._backdrop is None:
            return
        self._take_joints(self._backdrop)
        background.run(
            load,
            self._backdrop,
            done=partial(self._on_picture_loaded, self._backdrop),
            failed=partial(self._on_picture_failed, self._backdrop),
            owner=self,
            priority=1,
        )

    def _take_joints(self, backdrop: Backdrop) -> None:
        """Joints that were never drawn are where they are on the object itself."""
        plan = self._model.plan
        if backdrop.box is None or not backdrop.joints:
            return
        own = mean_layout([(backdrop.box, backdrop.joints)], len(backdrop.joints)).places
        for n in plan.unplaced:
            origin = plan.joints[n].origin
            place = own[origin] if origin is not None and origin < len(own) else None
            if place is not None:
                plan = plan.put(n, place)
        self._model.set_plan(plan)

    def _on_picture_loaded(self, backdrop: Backdrop, picture: QImage) -> None:
        if backdrop is self._backdrop:
            self._board.show_picture(picture, backdrop.aspect)

    def _on_picture_failed(self, backdrop: Backdrop, error: Exception) -> None:
        if not isinstance(error, KnownError):
            raise error
        if backdrop is self._backdrop:
            self._hint.setText(f"{backdrop.title} cannot be read. Choose another picture.")

    # --- Qt --------------------------------------------------------------------------------

    def showEvent(self, event: QShowEvent) -> None:
        """Joints that nobody drew yet are best drawn on an object."""
        super().showEvent(event)
        if self._wants_picture:
            self._wants_picture = False
            self._choice.setCurrentIndex(1)
            self._on_picture_chosen(1)
