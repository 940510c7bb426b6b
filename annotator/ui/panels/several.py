"""What several selected objects share; a change of one field changes all of them in one step."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

from PySide6.QtCore import QSize, Qt
from PySide6.QtWidgets import QCheckBox, QComboBox, QFormLayout, QLabel, QVBoxLayout, QWidget

from annotator.domain.model import Annotation
from annotator.ui.look import PAD, as_role, button, caption, swatch
from annotator.ui.panels.attribute_row import MIXED
from annotator.ui.panels.attributes import WordsFields
from annotator.ui.panels.facts import group_words, lock_words
from annotator.ui.words import counted
from annotator.ui.workspace import Workspace


class SeveralFacts(QWidget):
    """Two or more objects; where they differ it says so."""

    def __init__(self, workspace: Workspace) -> None:
        super().__init__()
        self.setObjectName("inspector_several")
        self._workspace = workspace
        self._title = caption("", "inspector_several_words", role="heading")
        self._locked = caption("", "inspector_several_locked", role="muted")
        self._category = QComboBox()
        self._category.setObjectName("inspector_several_category")
        self._category.setIconSize(QSize(12, 12))
        self._category.setMinimumContentsLength(6)
        self._category.setPlaceholderText(MIXED)
        self._crowd = QCheckBox("Crowd")
        self._crowd.setObjectName("inspector_several_crowd")
        self._crowd.setToolTip("Regions of many: neither learned nor judged")
        self._form = QFormLayout()
        self._group = caption("", "inspector_several_group", role="body")
        self._words = WordsFields(workspace, "several")
        self._delete = button("Delete them", "inspector_several_button", icon_name="trash")
        self._lay_out()
        self._category.activated.connect(self._on_category_chosen)
        self._crowd.clicked.connect(self._on_crowd_clicked)
        self._delete.clicked.connect(self._on_delete_clicked)

    def show_objects(self, objects: Sequence[Annotation]) -> None:
        """Show what they share."""
        workspace = self._workspace
        self._title.setText(f"{counted(len(objects), 'object')} selected")
        locked = sum(a.id in workspace.locked for a in objects)
        self._locked.setText(lock_words(locked, len(objects)))
        self._locked.setVisible(bool(locked))
        self._fill_categories({a.category_id for a in objects})
        crowds = {a.is_crowd for a in objects}
        self._crowd.setTristate(len(crowds) > 1)
        if len(crowds) > 1:
            self._crowd.setCheckState(Qt.CheckState.PartiallyChecked)
        else:
            self._crowd.setChecked(True in crowds)
        self._group.setText(group_words(objects, workspace.annotations))
        is_grouped = any(a.group_id is not None for a in objects)
        self._form.setRowVisible(self._group, is_grouped)
        self._words.show_objects(objects)
        self.setEnabled(not workspace.is_read_only and locked < len(objects))

    def _lay_out(self) -> None:
        form = self._form
        form.setHorizontalSpacing(PAD)
        form.setVerticalSpacing(PAD)
        form.setFieldGrowthPolicy(QFormLayout.FieldGrowthPolicy.AllNonFixedFieldsGrow)
        for words, field in (("Category", self._category), ("Group", self._group)):
            label = QLabel(words)
            as_role(label, "muted")
            form.addRow(label, field)
        form.addRow("", self._crowd)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(PAD, PAD, PAD, PAD)
        layout.setSpacing(PAD)
        layout.addWidget(self._title)
        layout.addWidget(self._locked)
        layout.addLayout(form)
        layout.addWidget(self._words)
        layout.addWidget(self._delete)
        layout.addStretch(1)

    def _fill_categories(self, shown: set[int]) -> None:
        self._category.clear()
        for category in self._workspace.categories:
            self._category.addItem(swatch(category.colour), category.name, category.id)
        one = next(iter(shown)) if len(shown) == 1 else None
        self._category.setCurrentIndex(-1 if one is None else self._category.findData(one))

    def _on_category_chosen(self, row: int) -> None:
        self._workspace.recategorise(int(self._category.itemData(row)))

    def _on_crowd_clicked(self) -> None:
        crowd = self._crowd.isChecked()
        afters = [replace(a, is_crowd=crowd) for a in self._workspace.selected]
        text = "Mark as crowd" if crowd else "Mark as single object"
        self._workspace.change_many(afters, text=text)

    def _on_delete_clicked(self) -> None:
        self._workspace.delete([a.id for a in self._workspace.selected])
