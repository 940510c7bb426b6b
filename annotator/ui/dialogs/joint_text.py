"""The joints and bones of a category as lines of text, for those who would rather type."""

from __future__ import annotations

from dataclasses import replace

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QGridLayout, QPlainTextEdit, QWidget

from annotator.domain.errors import RefusedError
from annotator.ui.dialogs.joint_model import JointModel
from annotator.ui.dialogs.joints import (
    bones_to_text,
    joints_to_text,
    read_bones,
    read_joints,
)
from annotator.ui.look import GAP, PAD, caption


class JointText(QWidget):
    """Two fields in sync with the model, as long as what stands there makes sense.

    Names are compared with those of before the typing, so that a joint whose name is half deleted
    is the same joint when the new name stands there.

    Signals:
        problem_changed: what is wrong, empty when nothing is.
    """

    problem_changed = Signal(str)

    def __init__(self, model: JointModel) -> None:
        super().__init__()
        self._model = model
        self._is_telling = False
        self.problem = ""
        self._joints = _field("category_dialog_joints")
        self._bones = _field("category_dialog_bones")
        grid = QGridLayout(self)
        grid.setContentsMargins(0, PAD, 0, 0)
        grid.setHorizontalSpacing(PAD)
        grid.setVerticalSpacing(GAP)
        grid.addWidget(caption("Joints, one a line, in order"), 0, 0)
        grid.addWidget(caption("Bones: left_knee - left_ankle"), 0, 1)
        grid.addWidget(self._joints, 1, 0)
        grid.addWidget(self._bones, 1, 1)
        self._fill()
        self._joints.textChanged.connect(self._on_joints_typed)
        self._bones.textChanged.connect(self._on_bones_typed)
        model.changed.connect(self._on_model_changed)

    def _fill(self) -> None:
        """What stands in the model is the ground that typing is compared with."""
        self._ground = plan = self._model.plan
        self._is_telling = True
        self._joints.setPlainText(joints_to_text(plan.names))
        self._bones.setPlainText(bones_to_text(plan.names, plan.bones))
        self._is_telling = False
        self._set_problem(_problem_of(plan.names))

    def _on_model_changed(self) -> None:
        if not self._is_telling:
            self._fill()

    def _on_joints_typed(self) -> None:
        """Bones go along with the names of their joints."""
        if self._is_telling:
            return
        try:
            plan = self._ground.retold(read_joints(self._joints.toPlainText()))
        except RefusedError as error:
            self._set_problem(str(error))
            return
        self._is_telling = True
        self._bones.setPlainText(bones_to_text(plan.names, plan.bones))
        self._model.set_plan(plan)
        self._is_telling = False
        self._set_problem("")

    def _on_bones_typed(self) -> None:
        if self._is_telling:
            return
        try:
            names = read_joints(self._joints.toPlainText())
            bones = read_bones(self._bones.toPlainText(), names)
        except RefusedError as error:
            self._set_problem(str(error))
            return
        self._ground = replace(self._model.plan, bones=bones)
        self._is_telling = True
        self._model.set_plan(self._ground)
        self._is_telling = False
        self._set_problem("")

    def _set_problem(self, text: str) -> None:
        self.problem = text
        self.problem_changed.emit(text)


def _problem_of(names: tuple[str, ...]) -> str:
    """What is wrong with names that were given on the picture or in the list."""
    try:
        read_joints(joints_to_text(names))
    except RefusedError as error:
        return str(error)
    return ""


def _field(name: str) -> QPlainTextEdit:
    made = QPlainTextEdit()
    made.setObjectName(name)
    made.setTabChangesFocus(True)
    made.setLineWrapMode(QPlainTextEdit.LineWrapMode.NoWrap)
    return made
