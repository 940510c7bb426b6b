"""All categories: their order (number keys follow it), their joints, how many objects they have."""

from __future__ import annotations

from PySide6.QtCore import QSize, Qt
from PySide6.QtWidgets import (
    QHBoxLayout,
    QHeaderView,
    QTreeWidget,
    QTreeWidgetItem,
    QVBoxLayout,
    QWidget,
)

from annotator.domain.model import Category
from annotator.ui.dialogs.category import CategoryDialog
from annotator.ui.dialogs.frame import Frame
from annotator.ui.dialogs.merge import MergeDialog
from annotator.ui.look import PAD, as_role, button, caption, swatch
from annotator.ui.words import counted
from annotator.ui.workspace import Workspace

_ID = int(Qt.ItemDataRole.UserRole)


class CategoriesDialog(Frame):
    """A list to add, edit, move and delete categories; each change is made at once, undoable."""

    def __init__(self, workspace: Workspace, parent: QWidget | None = None) -> None:
        super().__init__("categories_dialog", "Categories", parent)
        self._workspace = workspace
        self._tree = _tree()
        self._buttons = {
            name: button(words, f"categories_{name}", icon_name=sign)
            for name, words, sign in (
                ("add", "Add…", "plus"),
                ("edit", "Edit…", "pencil-simple"),
                ("up", "Move up", "arrow-up"),
                ("down", "Move down", "arrow-down"),
                ("merge", "Merge…", "git-merge"),
                ("delete", "Delete…", "trash"),
            )
        }
        self._lay_out()
        done = button("Close", "categories_close")
        done.clicked.connect(self.accept)
        self.buttons.addWidget(done)
        self._connect()
        self._reload()
        self.resize(560, 420)

    def _lay_out(self) -> None:
        side = QVBoxLayout()
        side.setSpacing(PAD)
        for made in self._buttons.values():
            made.setStyleSheet("text-align: left;")
            side.addWidget(made)
        side.addStretch(1)
        row = QHBoxLayout()
        row.setSpacing(2 * PAD)
        row.addWidget(self._tree, 1)
        row.addLayout(side)
        self.body.addLayout(row)
        self.body.addWidget(
            caption("The first nine categories have the number keys 1 to 9, in this order.")
        )

    def _connect(self) -> None:
        buttons = self._buttons
        buttons["add"].clicked.connect(self._on_add_clicked)
        buttons["edit"].clicked.connect(self._on_edit_clicked)
        buttons["up"].clicked.connect(lambda: self._move(-1))
        buttons["down"].clicked.connect(lambda: self._move(1))
        buttons["merge"].clicked.connect(self._on_merge_clicked)
        buttons["delete"].clicked.connect(self._on_delete_clicked)
        self._tree.itemDoubleClicked.connect(lambda _item, _column: self._on_edit_clicked())
        self._tree.currentItemChanged.connect(lambda _now, _before: self._enable())
        self._workspace.categories_changed.connect(self._reload)

    def _reload(self) -> None:
        chosen = self._chosen()
        store = self._workspace.store
        counts = {} if store is None else store.annotations.count_by_category()
        self._tree.clear()
        for number, category in enumerate(self._workspace.categories, start=1):
            key = str(number) if number <= 9 else ""
            joints = str(len(category.joints) or "")
            item = QTreeWidgetItem([key, category.name, joints, f"{counts.get(category.id, 0):,}"])
            for column in (2, 3):
                end = Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter
                item.setTextAlignment(column, end)
            item.setIcon(1, swatch(category.colour))
            item.setData(0, _ID, category.id)
            self._tree.addTopLevelItem(item)
            if chosen is not None and category.id == chosen.id:
                self._tree.setCurrentItem(item)
        self._enable()

    def _enable(self) -> None:
        can = not self._workspace.is_read_only
        chosen = self._chosen()
        order = [c.id for c in self._workspace.categories]
        place = order.index(chosen.id) if chosen is not None else -1
        self._buttons["add"].setEnabled(can)
        self._buttons["edit"].setEnabled(can and chosen is not None)
        self._buttons["delete"].setEnabled(can and chosen is not None)
        self._buttons["merge"].setEnabled(can and len(order) > 1)
        self._buttons["up"].setEnabled(can and place > 0)
        self._buttons["down"].setEnabled(can and 0 <= place < len(order) - 1)

    def _chosen(self) -> Category | None:
        item = self._tree.currentItem()
        key = None if item is None else item.data(0, _ID)
        return next((c for c in self._workspace.categories if c.id == key), None)

    def _move(self, step: int) -> None:
        chosen = self._chosen()
        if chosen is not None:
            self._workspace.move_category(chosen.id, step)

    def _on_add_clicked(self) -> None:
        CategoryDialog(self._workspace, None, self).open()

    def _on_edit_clicked(self) -> None:
        chosen = self._chosen()
        if chosen is not None and not self._workspace.is_read_only:
            CategoryDialog(self._workspace, chosen, self).open()

    def _on_merge_clicked(self) -> None:
        chosen = self._chosen()
        MergeDialog(self._workspace, () if chosen is None else (chosen.id,), self).open()

    def _on_delete_clicked(self) -> None:
        chosen = self._chosen()
        if chosen is not None:
            DeleteCategoryDialog(self._workspace, chosen, self).open()


class DeleteCategoryDialog(Frame):
    """Says what goes with a category, and that it comes back with Undo."""

    def __init__(
        self, workspace: Workspace, category: Category, parent: QWidget | None = None
    ) -> None:
        super().__init__("delete_category_dialog", f"Delete {category.name}", parent)
        self._workspace = workspace
        self._category = category
        store = workspace.store
        count = 0 if store is None else store.annotations.count_by_category().get(category.id, 0)
        objects = counted(count, "object")
        words = f"{category.name} has no objects."
        if count:
            words = f"{objects} of the category {category.name} will be deleted with it."
        self.body.addWidget(caption(words, "delete_category_words", role="body"))
        undo = "This can be undone from the notice that follows, or in Edit > History."
        self.body.addWidget(caption(undo, role="muted"))
        verb = f"Delete category and {objects}" if count else "Delete category"
        main = self.add_buttons(verb, self._on_accept_pressed)
        as_role(main, "")
        self.setMinimumWidth(380)

    def _on_accept_pressed(self) -> None:
        self._workspace.delete_category(self._category.id)
        self.accept()


def _tree() -> QTreeWidget:
    tree = QTreeWidget()
    tree.setObjectName("categories_tree")
    tree.setColumnCount(4)
    tree.setHeaderLabels(["Key", "Category", "Joints", "Objects"])
    tree.setRootIsDecorated(False)
    as_role(tree, "framed")
    tree.setUniformRowHeights(True)
    tree.setIconSize(QSize(12, 12))
    header = tree.header()
    header.setStretchLastSection(False)
    header.setMinimumSectionSize(32)
    for column, mode in enumerate(
        (
            QHeaderView.ResizeMode.ResizeToContents,
            QHeaderView.ResizeMode.Stretch,
            QHeaderView.ResizeMode.ResizeToContents,
            QHeaderView.ResizeMode.ResizeToContents,
        )
    ):
        header.setSectionResizeMode(column, mode)
    return tree
