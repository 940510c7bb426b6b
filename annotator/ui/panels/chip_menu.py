"""The menu of a category's chip."""

from __future__ import annotations

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QMenu, QWidget

from annotator.ui.look import icon
from annotator.ui.workspace import Workspace


class ChipMenu(QMenu):
    """What can be done with one category.

    Signals:
        rename_chosen: rename it in place.
        edit_chosen: open its dialog.
        merge_chosen: merge it into another.
        delete_chosen: delete it.
    """

    rename_chosen = Signal()
    edit_chosen = Signal()
    merge_chosen = Signal()
    delete_chosen = Signal()

    def __init__(self, workspace: Workspace, category_id: int, parent: QWidget) -> None:
        super().__init__(parent)
        self.setObjectName("category_menu")
        order = [c.id for c in workspace.categories]
        place = order.index(category_id)
        is_hidden = category_id in workspace.hidden_categories
        can_change = not workspace.is_read_only
        self.addAction(icon("pencil-simple"), "Rename", self.rename_chosen.emit)
        self.addAction(icon("sliders-horizontal"), "Edit colour and joints…", self.edit_chosen.emit)
        show = self.addAction(
            icon("eye" if is_hidden else "eye-slash"),
            "Show objects" if is_hidden else "Hide objects",
        )
        show.triggered.connect(lambda: workspace.set_category_hidden(category_id, not is_hidden))
        self.addSeparator()
        left = self.addAction(icon("arrow-left"), "Move left")
        left.setEnabled(can_change and place > 0)
        left.triggered.connect(lambda: workspace.move_category(category_id, -1))
        right = self.addAction(icon("arrow-right"), "Move right")
        right.setEnabled(can_change and place < len(order) - 1)
        right.triggered.connect(lambda: workspace.move_category(category_id, 1))
        self.addSeparator()
        merge = self.addAction(icon("git-merge"), "Merge into…", self.merge_chosen.emit)
        merge.setEnabled(can_change and len(order) > 1)
        delete = self.addAction(icon("trash"), "Delete…", self.delete_chosen.emit)
        delete.setEnabled(can_change)
