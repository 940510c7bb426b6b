"""The facts of one object, and the fields to change them."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

from PySide6.QtCore import QSize, Qt, QTimer
from PySide6.QtGui import QColor
from PySide6.QtWidgets import (
    QAbstractItemView,
    QCheckBox,
    QComboBox,
    QDoubleSpinBox,
    QFormLayout,
    QFrame,
    QGridLayout,
    QHeaderView,
    QLabel,
    QTableWidget,
    QTableWidgetItem,
    QVBoxLayout,
    QWidget,
)

from annotator.domain.model import Annotation, Box, Category, Visibility
from annotator.ui.look import GAP, PAD, as_role, button, caption, colours, swatch, tabular
from annotator.ui.panels.attributes import WordsFields
from annotator.ui.panels.facts import (
    VISIBILITY_WORDS,
    area_of,
    group_words,
    lock_words,
    mask_words,
    origin_words,
    placed,
)
from annotator.ui.panels.parts import make_room
from annotator.ui.workspace import Workspace

_SMALLEST = 1.0
"""Pixels of a side that can be typed."""
_FIELDS = (("x", "x"), ("y", "y"), ("width", "w"), ("height", "h"))


class ObjectFacts(QWidget):
    """One object: each change of a field is one step; a run on one field is undone together."""

    def __init__(self, workspace: Workspace) -> None:
        super().__init__()
        self.setObjectName("inspector_object")
        self._workspace = workspace
        self._shown: Annotation | None = None
        self._is_filling = False
        self._category = QComboBox()
        self._category.setObjectName("inspector_category")
        self._category.setIconSize(QSize(12, 12))
        self._category.setMinimumContentsLength(6)
        self._box = {field: _spin_box(f"inspector_{field}") for field, _ in _FIELDS}
        self._box_row = self._make_box_row()
        self._mask = caption("", "inspector_mask", role="body")
        self._area = caption("", "inspector_area", role="body")
        self._crowd = QCheckBox("Crowd")
        self._crowd.setObjectName("inspector_crowd")
        self._crowd.setToolTip("A region of many: neither learned nor judged")
        self._origin = caption("", "inspector_origin", role="body")
        self._form = QFormLayout()
        self._listed: Sequence[Category] = ()
        self._group = caption("", "inspector_group", role="body")
        self._locked = caption("", "inspector_locked", role="muted")
        self._words = WordsFields(workspace, "inspector")
        self._alike = button("Find look-alikes", "inspector_alike", icon_name="circles-three-plus")
        self._alike.setToolTip("Propose what looks like it, here and on the images after (T)")
        self._joints_title = QLabel()
        as_role(self._joints_title, "group")
        self._joints = _joints_table()
        self._lay_out()
        self._connect()

    def show_object(self, annotation: Annotation) -> None:
        """Show an object."""
        self._is_filling = True
        self._shown = annotation
        self._fill_categories(annotation.category_id)
        box = annotation.box
        self._box_row.setVisible(box is not None)
        self._alike.setVisible(box is not None)
        for field, spin in self._box.items():
            spin.setValue(getattr(box, field) if box is not None else 0.0)
        self._mask.setText(mask_words(annotation) or "none")
        area = area_of(annotation)
        self._area.setText("" if area is None else f"{area:,.0f} px²")
        self._crowd.setChecked(annotation.is_crowd)
        self._origin.setText(origin_words(annotation, self._workspace.versions_ever))
        self._group.setText(group_words([annotation], self._workspace.annotations))
        self._form.setRowVisible(self._group, annotation.group_id is not None)
        is_locked = annotation.id in self._workspace.locked
        self._locked.setText(lock_words(int(is_locked), 1))
        self._locked.setVisible(is_locked)
        self._words.show_objects([annotation])
        self._fill_joints(annotation)
        self.setEnabled(not self._workspace.is_read_only and not is_locked)
        make_room(self._form, self)
        self._is_filling = False

    def _make_box_row(self) -> QWidget:
        row = QWidget()
        grid = QGridLayout(row)
        grid.setContentsMargins(0, 0, 0, 0)
        grid.setSpacing(GAP)
        for number, (field, letter) in enumerate(_FIELDS):
            label = QLabel(letter)
            as_role(label, "muted")
            label.setBuddy(self._box[field])
            line, column = divmod(number, 2)
            grid.addWidget(label, line, 2 * column)
            grid.addWidget(self._box[field], line, 2 * column + 1)
        grid.setColumnStretch(1, 1)
        grid.setColumnStretch(3, 1)
        return row

    def _lay_out(self) -> None:
        form = self._form
        form.setHorizontalSpacing(PAD)
        form.setVerticalSpacing(PAD)
        form.setFieldGrowthPolicy(QFormLayout.FieldGrowthPolicy.AllNonFixedFieldsGrow)
        for words, field in (
            ("Category", self._category),
            ("Box", self._box_row),
            ("Mask", self._mask),
            ("Area", self._area),
            ("Origin", self._origin),
            ("Group", self._group),
        ):
            label = QLabel(words)
            as_role(label, "muted")
            form.addRow(label, field)
        form.addRow("", self._crowd)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(PAD, PAD, PAD, PAD)
        layout.setSpacing(PAD)
        layout.addWidget(self._locked)
        layout.addLayout(form)
        layout.addWidget(self._alike)
        layout.addWidget(self._words)
        layout.addWidget(self._joints_title)
        layout.addWidget(self._joints)
        layout.addStretch(1)

    def _connect(self) -> None:
        self._category.activated.connect(self._on_category_chosen)
        self._alike.clicked.connect(self._workspace.alikes_requested)
        self._crowd.toggled.connect(self._on_crowd_toggled)
        self._joints.cellClicked.connect(self._on_joint_clicked)
        for field, spin in self._box.items():
            spin.valueChanged.connect(lambda value, field=field: self._on_box_typed(field, value))

    # --- filling ---------------------------------------------------------------------------

    def _fill_categories(self, category_id: int) -> None:
        categories = self._workspace.categories
        if categories != self._listed:
            self._listed = categories
            self._category.clear()
            for category in categories:
                self._category.addItem(swatch(category.colour), category.name, category.id)
        self._category.setCurrentIndex(self._category.findData(category_id))

    def _fill_joints(self, annotation: Annotation) -> None:
        names = self._workspace.category(annotation.category_id).joints
        points = annotation.keypoints
        self._joints_title.setVisible(bool(points))
        self._joints.setVisible(bool(points))
        self._joints_title.setText(f"Joints, {placed(annotation)} of {len(points)} placed")
        self._joints.setRowCount(len(points))
        for row, point in enumerate(points):
            name = QTableWidgetItem(names[row] if row < len(names) else f"joint {row + 1}")
            seen = QTableWidgetItem(VISIBILITY_WORDS[Visibility(point.visibility)])
            if point.visibility == Visibility.ABSENT:
                name.setForeground(QColor(colours().muted))
                seen.setForeground(QColor(colours().muted))
            else:
                seen.setToolTip("Click to switch between visible and occluded")
            self._joints.setItem(row, 0, name)
            self._joints.setItem(row, 1, seen)
        height = sum(self._joints.rowHeight(n) for n in range(len(points)))
        self._joints.setFixedHeight(height + 2)

    # --- changing --------------------------------------------------------------------------

    def _on_category_chosen(self, row: int) -> None:
        category_id = self._category.itemData(row)
        if self._shown is not None and category_id != self._shown.category_id:
            self._workspace.recategorise(int(category_id))

    def _on_box_typed(self, field: str, value: float) -> None:
        shown = self._shown
        if self._is_filling or shown is None or shown.box is None:
            return
        box: Box = shown.box._replace(**{field: self._inside(field, value, shown.box)})
        gesture = f"inspector-{shown.id}-{field}"
        self._workspace.change(replace(shown, box=box), text="Change box", gesture=gesture)

    def _inside(self, field: str, value: float, box: Box) -> float:
        """The number as near as it can be to what was typed, with the box inside the image."""
        is_place = field in ("x", "y")
        least = 0.0 if is_place else _SMALLEST
        limits = self._workspace.limits
        if limits is None:
            return value if is_place else max(value, least)
        end = limits[0] if field in ("x", "width") else limits[1]
        taken = {"x": box.width, "y": box.height, "width": box.x, "height": box.y}[field]
        return max(min(value, end - taken), least)

    def _on_crowd_toggled(self, checked: bool) -> None:
        if not self._is_filling and self._shown is not None:
            text = "Mark as crowd" if checked else "Mark as one object"
            self._workspace.change(replace(self._shown, is_crowd=checked), text=text)

    def _on_joint_clicked(self, row: int, column: int) -> None:
        shown = self._shown
        if column != 1 or shown is None or row >= len(shown.keypoints):
            return
        point = shown.keypoints[row]
        if point.visibility == Visibility.ABSENT:
            return
        is_seen = point.visibility == Visibility.VISIBLE
        other = Visibility.OCCLUDED if is_seen else Visibility.VISIBLE
        points = list(shown.keypoints)
        points[row] = point._replace(visibility=int(other))
        after = replace(shown, keypoints=tuple(points))
        text = f"Mark joint {VISIBILITY_WORDS[other].lower()}"
        # The click is still being handled by the table, which the change fills anew.
        QTimer.singleShot(0, self, lambda: self._workspace.change(after, text=text))


def _spin_box(name: str) -> QDoubleSpinBox:
    made = QDoubleSpinBox()
    made.setObjectName(name)
    made.setRange(-1_000_000, 1_000_000)
    made.setDecimals(1)
    made.setKeyboardTracking(False)
    made.setFont(tabular(made.font()))
    made.setMinimumWidth(56)
    return made


def _joints_table() -> QTableWidget:
    table = QTableWidget(0, 2)
    table.setObjectName("inspector_joints")
    table.horizontalHeader().hide()
    table.verticalHeader().hide()
    table.setShowGrid(False)
    table.setFrameShape(QFrame.Shape.NoFrame)
    table.setEditTriggers(QAbstractItemView.EditTrigger.NoEditTriggers)
    table.setSelectionBehavior(QAbstractItemView.SelectionBehavior.SelectRows)
    table.setVerticalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
    table.verticalHeader().setDefaultSectionSize(22)
    header = table.horizontalHeader()
    header.setSectionResizeMode(0, QHeaderView.ResizeMode.Stretch)
    header.setSectionResizeMode(1, QHeaderView.ResizeMode.ResizeToContents)
    table.setAccessibleName("Joints")
    return table
