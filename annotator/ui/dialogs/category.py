"""One category: its name, colour, group and joints."""

from __future__ import annotations

from dataclasses import replace

from PySide6.QtCore import QSize
from PySide6.QtGui import QColor
from PySide6.QtWidgets import QColorDialog, QComboBox, QGridLayout, QLineEdit, QWidget

from annotator.domain.errors import KnownError
from annotator.domain.joint_plan import JointPlan, plan_of
from annotator.domain.joint_sets import TEMPLATES
from annotator.domain.model import Category
from annotator.formats.coco.sides import pairs_of
from annotator.services import layouts
from annotator.services.merging import placed_counts
from annotator.services.steps import is_reordered
from annotator.ui import background
from annotator.ui.dialogs.frame import Frame, muted
from annotator.ui.dialogs.joint_editor import JointEditor
from annotator.ui.dialogs.joint_model import JointModel
from annotator.ui.look import PAD, as_role, button, caption, category_colour, swatch
from annotator.ui.words import counted
from annotator.ui.workspace import Workspace

_NO_JOINTS = "No joints"
_OWN = "Own joints"
_WIDE, _HIGH = 860, 640
_NARROW = 540
_BLANK_ASPECT = 1.0


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
        self._template = QComboBox()
        self._template.setObjectName("category_dialog_template")
        self._template.addItems([_NO_JOINTS, *(t.title for t in TEMPLATES), _OWN])
        self._make_editor()
        self._summary = caption("", "category_dialog_summary")
        self._points: tuple[int, ...] | None = None
        self._lay_out()
        self._main = self.add_buttons(
            "Create category" if category is None else "Keep changes", self._on_accept_pressed
        )
        self._connect()
        self._show_template()
        self._show_colour()
        self._check()
        self._count_points()

    def _make_editor(self) -> None:
        category, store = self._category, self._workspace.store
        known = category is not None and store is not None
        layout = layouts.for_showing(store, category) if known and store and category else None
        self._model = JointModel(plan_of(category, layout, pairs_of), self)
        aspect = _BLANK_ASPECT if layout is None else layout.aspect
        self._editor = JointEditor(self._workspace, category, self._model, aspect)

    def _lay_out(self) -> None:
        grid = QGridLayout()
        grid.setHorizontalSpacing(2 * PAD)
        grid.setVerticalSpacing(PAD)
        for row, column, words, field in (
            (0, 0, "Name", self._name),
            (0, 2, "Colour", self._swatch),
            (1, 0, "Group", self._kind),
            (1, 2, "Joints", self._template),
        ):
            label = muted(words)
            label.setBuddy(field)
            grid.addWidget(label, row, column)
            grid.addWidget(field, row, column + 1)
        grid.setColumnStretch(1, 3)
        grid.setColumnStretch(3, 2)
        self.body.addLayout(grid)
        self.body.addWidget(self._editor, 1)
        self.body.addWidget(self._summary)
        self.setMinimumWidth(_NARROW)

    def _connect(self) -> None:
        self._swatch.clicked.connect(self._on_colour_clicked)
        self._template.activated.connect(self._on_template_chosen)
        self._name.textChanged.connect(self._check)
        self._model.changed.connect(self._on_joints_changed)
        self._editor.problem_changed.connect(self._check)

    def _count_points(self) -> None:
        """Find out, beside the window, on how many objects each joint stands."""
        category, store = self._category, self._workspace.store
        if category is not None and category.joints and store is not None:
            background.run(
                placed_counts,
                store,
                category,
                done=self._on_points_counted,
                failed=self._on_count_failed,
                owner=self,
            )

    # --- what is shown ---------------------------------------------------------------------

    def _show_template(self) -> None:
        """Which set of joints these are, and room to edit them."""
        names, current = self._model.plan.names, self._template.currentText()
        known = next((t.title for t in TEMPLATES if t.joints == names), "")
        if known or names or current != _OWN:
            self._template.setCurrentText(known or (_OWN if names else _NO_JOINTS))
        self._show_editor()

    def _show_editor(self) -> None:
        is_wanted = self._template.currentText() != _NO_JOINTS
        if is_wanted != self._editor.isVisibleTo(self) or not self.isVisible():
            self._editor.setVisible(is_wanted)
            self.ensurePolished()
            narrow = QSize(_NARROW, self.minimumSizeHint().height())
            self.resize(QSize(_WIDE, _HIGH) if is_wanted else narrow)

    def _show_colour(self) -> None:
        self._swatch.setIcon(swatch(self._colour, 16))
        self._swatch.setIconSize(QSize(16, 16))

    def _check(self) -> None:
        """Say what is wrong while it is typed; the button waits until nothing is."""
        problem = self._find_problem()
        self.say_problem(problem)
        self._main.setEnabled(not problem and bool(self._name.text().strip()))
        loss = "" if problem else self._loss()
        words = (self._facts(), self._renames(), loss)
        self._summary.setText("" if problem else " ".join(filter(None, words)))
        as_role(self._summary, "warning" if loss else "caption")

    def _find_problem(self) -> str:
        name = self._name.text().strip().casefold()
        own = None if self._category is None else self._category.id
        if any(c.name.casefold() == name and c.id != own for c in self._workspace.categories):
            return f"There is a category {self._name.text().strip()} already."
        return self._editor.problem

    def _facts(self) -> str:
        plan = self._model.plan
        if not plan.joints:
            return ""
        return (
            f"{counted(len(plan.joints), 'joint')}, {counted(len(plan.bones), 'bone')}, "
            f"{counted(len(self._model.pairs), 'left and right pair')}."
        )

    def _renames(self) -> str:
        """Which joints are the same under another name."""
        before = () if self._category is None else self._category.joints
        joints = self._model.plan.joints
        new = [
            f"{before[joint.origin]} is {joint.name} now"
            for joint in joints
            if joint.origin is not None and joint.name != before[joint.origin]
        ]
        return f"{', '.join(new)}; points stay." if new else ""

    def _loss(self) -> str:
        """What of the objects goes with the change."""
        category, plan = self._category, self._model.plan
        if category is None:
            return ""
        gone = [n for n in range(len(category.joints)) if n not in plan.origins]
        if gone:
            points = None if self._points is None else [self._points[n] for n in gone]
            names = ", ".join(category.joints[n] for n in gone)
            many = "" if points is None else f"{counted(sum(points), 'point')} of "
            return f"Removing {names} drops {many or 'the points of '}labelled objects."
        after = replace(category, joints=plan.names)
        if is_reordered(category, after, plan.origins):
            return "Another order clears this category's predictions; objects keep their points."
        return ""

    # --- what happens ----------------------------------------------------------------------

    def _on_joints_changed(self) -> None:
        self._show_template()
        self._check()

    def _on_points_counted(self, points: tuple[int, ...]) -> None:
        self._points = points
        self._check()

    def _on_count_failed(self, error: Exception) -> None:
        """Without a count the words do without one."""
        if not isinstance(error, KnownError):
            raise error

    def _on_template_chosen(self, number: int) -> None:
        if self._template.currentText() == _OWN:
            self._show_editor()
            self._editor.setFocus()
        elif number == 0:
            self._editor.take_set(JointPlan(), _BLANK_ASPECT)
            self._show_editor()
        else:
            template = TEMPLATES[number - 1]
            self._editor.take_set(self._model.plan.from_set(template), template.layout.aspect)

    def _on_colour_clicked(self) -> None:
        dialog = QColorDialog(QColor(self._colour), self)
        dialog.setObjectName("category_dialog_colours")
        dialog.colorSelected.connect(self._on_colour_chosen)
        dialog.open()

    def _on_colour_chosen(self, colour: QColor) -> None:
        self._colour = colour.name()
        self._show_colour()

    def _on_accept_pressed(self) -> None:
        plan, places = self._model.plan, self._editor.drawn()
        after = replace(
            self._category or Category(0, ""),
            name=self._name.text().strip(),
            supercategory=self._kind.text().strip(),
            colour=self._colour,
            joints=plan.names,
            skeleton=plan.bones,
            pairs=self._model.pairs,
        )
        key: int | None = after.id
        if self._category is None:
            key = self._create(after)
        else:
            self._workspace.change_category(after, origins=plan.origins)
        if places is not None and key is not None:
            self._workspace.keep_layout(key, places, aspect=self._editor.aspect)
        self.accept()

    def _create(self, wanted: Category) -> int | None:
        made = self._workspace.add_category(
            wanted.name,
            colour=wanted.colour,
            joints=wanted.joints,
            skeleton=wanted.skeleton,
            pairs=wanted.pairs,
            supercategory=wanted.supercategory,
        )
        return None if made is None else made.id
