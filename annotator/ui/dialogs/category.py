"""One category: its name, colour and joints."""

from __future__ import annotations

from dataclasses import replace

from PySide6.QtCore import QSize, Qt
from PySide6.QtGui import QColor
from PySide6.QtWidgets import (
    QColorDialog,
    QComboBox,
    QGridLayout,
    QLineEdit,
    QPlainTextEdit,
    QSizePolicy,
    QWidget,
)

from annotator.domain.errors import RefusedError
from annotator.domain.joint_sets import TEMPLATES, Bone
from annotator.domain.model import Category
from annotator.formats.coco.sides import pairs_of
from annotator.ui.dialogs.frame import Frame, form, muted
from annotator.ui.dialogs.joints import (
    bones_to_text,
    joints_to_text,
    read_bones,
    read_joints,
)
from annotator.ui.look import GAP, PAD, button, caption, category_colour, swatch
from annotator.ui.words import counted
from annotator.ui.workspace import Workspace

_NO_JOINTS = "No joints"
_OWN = "Own joints"


class CategoryDialog(Frame):
    """Creates a category, or changes one."""

    def __init__(
        self, workspace: Workspace, category: Category | None = None, parent: QWidget | None = None
    ) -> None:
        title = "New category" if category is None else f"Category {category.name}"
        super().__init__("category_dialog", title, parent)
        self._workspace = workspace
        self._category = category
        fresh = category_colour(len(workspace.categories))
        self._colour = fresh if category is None else category.colour
        self._name = QLineEdit("" if category is None else category.name)
        self._name.setObjectName("category_dialog_name")
        self._name.setPlaceholderText("person, ball, crate…")
        self._kind = QLineEdit("" if category is None else category.supercategory)
        self._kind.setObjectName("category_dialog_supercategory")
        self._kind.setPlaceholderText("Optional: animal, vehicle…")
        self._swatch = button("Choose…", "category_dialog_colour")
        self._swatch.setSizePolicy(QSizePolicy.Policy.Fixed, QSizePolicy.Policy.Fixed)
        self._template = QComboBox()
        self._template.setObjectName("category_dialog_template")
        self._template.addItems([_NO_JOINTS, *(t.title for t in TEMPLATES), _OWN])
        self._joints, self._bones = _text("category_dialog_joints"), _text("category_dialog_bones")
        self._summary = caption("", "category_dialog_summary")
        self._lay_out()
        self._main = self.add_buttons(
            "Create category" if category is None else "Keep changes", self._on_accept_pressed
        )
        self._connect()
        self._fill()

    def _lay_out(self) -> None:
        fields = form()
        fields.addRow(muted("Name"), self._name)
        fields.addRow(muted("Colour"), self._swatch)
        fields.addRow(muted("Group"), self._kind)
        fields.addRow(muted("Joints"), self._template)
        self._texts = QWidget()
        grid = QGridLayout(self._texts)
        grid.setContentsMargins(0, 0, 0, 0)
        grid.setHorizontalSpacing(2 * PAD)
        grid.setVerticalSpacing(GAP)
        grid.addWidget(caption("Joints, one a line, in order"), 0, 0)
        grid.addWidget(caption("Bones, one a line: left_knee - left_ankle"), 0, 1)
        grid.addWidget(self._joints, 1, 0)
        grid.addWidget(self._bones, 1, 1)
        self.body.addLayout(fields)
        self.body.addWidget(self._texts, 1)
        self.body.addWidget(self._summary)
        self.setMinimumWidth(540)

    def _connect(self) -> None:
        self._swatch.clicked.connect(self._on_colour_clicked)
        self._template.activated.connect(self._on_template_chosen)
        self._joints.textChanged.connect(self._check)
        self._bones.textChanged.connect(self._check)
        self._name.textChanged.connect(self._check)

    def _fill(self) -> None:
        joints: tuple[str, ...] = () if self._category is None else self._category.joints
        bones: tuple[Bone, ...] = () if self._category is None else self._category.skeleton
        known = next((t.title for t in TEMPLATES if t.joints == joints), _OWN)
        self._template.setCurrentText(known if joints else _NO_JOINTS)
        self._show_joints(joints, bones)
        self._show_colour()

    def _show_joints(self, joints: tuple[str, ...], bones: tuple[Bone, ...]) -> None:
        self._joints.setPlainText(joints_to_text(joints))
        self._bones.setPlainText(bones_to_text(joints, bones))
        has_joints = self._template.currentText() != _NO_JOINTS
        self._texts.setVisible(has_joints)
        self._check()
        self.resize(self.width(), 560 if has_joints else self.minimumSizeHint().height())

    def _show_colour(self) -> None:
        self._swatch.setIcon(swatch(self._colour, 16))
        self._swatch.setIconSize(QSize(16, 16))

    def _on_template_chosen(self, number: int) -> None:
        if self._template.currentText() == _OWN:
            self._texts.show()
            self.resize(self.width(), 560)
            self._joints.setFocus()
        elif number == 0:
            self._show_joints((), ())
        else:
            template = TEMPLATES[number - 1]
            self._show_joints(template.joints, template.bones)

    def _on_colour_clicked(self) -> None:
        dialog = QColorDialog(QColor(self._colour), self)
        dialog.setObjectName("category_dialog_colours")
        dialog.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        dialog.colorSelected.connect(self._on_colour_chosen)
        dialog.open()

    def _on_colour_chosen(self, colour: QColor) -> None:
        self._colour = colour.name()
        self._show_colour()

    def _check(self) -> None:
        """Say what is wrong while it is typed; the button waits until nothing is."""
        problem = self._find_problem()
        self.say_problem(problem)
        self._main.setEnabled(not problem and bool(self._name.text().strip()))
        self._summary.setText("" if problem else self._summarise())

    def _find_problem(self) -> str:
        name = self._name.text().strip().casefold()
        own = None if self._category is None else self._category.id
        if any(c.name.casefold() == name and c.id != own for c in self._workspace.categories):
            return f"There is a category {self._name.text().strip()} already."
        try:
            read_bones(self._bones.toPlainText(), read_joints(self._joints.toPlainText()))
        except RefusedError as error:
            return str(error)
        return ""

    def _summarise(self) -> str:
        joints = read_joints(self._joints.toPlainText())
        if not joints:
            return ""
        bones = read_bones(self._bones.toPlainText(), joints)
        pairs = pairs_of(joints)
        facts = (
            f"{counted(len(joints), 'joint')}, {counted(len(bones), 'bone')}, "
            f"{counted(len(pairs), 'left and right pair')}."
        )
        if self._category is not None and self._category.joints not in ((), joints):
            return f"{facts} Objects keep the joints whose names stay."
        return facts

    def _on_accept_pressed(self) -> None:
        joints = read_joints(self._joints.toPlainText())
        bones = read_bones(self._bones.toPlainText(), joints)
        name, group = self._name.text().strip(), self._kind.text().strip()
        if self._category is None:
            self._workspace.add_category(
                name,
                colour=self._colour,
                joints=joints,
                skeleton=bones,
                pairs=pairs_of(joints),
                supercategory=group,
            )
        else:
            has_new = joints != self._category.joints
            after = replace(
                self._category,
                name=name,
                supercategory=group,
                colour=self._colour,
                joints=joints,
                skeleton=bones,
                pairs=pairs_of(joints) if has_new else self._category.pairs,
            )
            self._workspace.change_category(after)
        self.accept()


def _text(name: str) -> QPlainTextEdit:
    made = QPlainTextEdit()
    made.setObjectName(name)
    made.setTabChangesFocus(True)
    made.setMinimumHeight(200)
    made.setLineWrapMode(QPlainTextEdit.LineWrapMode.NoWrap)
    return made
