"""What the menus do to objects, images and the view."""

from __future__ import annotations

from dataclasses import replace

from PySide6.QtCore import QObject
from PySide6.QtWidgets import QMessageBox, QWidget

from annotator.domain.model import Annotation
from annotator.ui.canvas.reshape import moved
from annotator.ui.canvas.shapes import Shape
from annotator.ui.canvas.view import Canvas
from annotator.ui.dialogs.categories import CategoriesDialog, DeleteCategoryDialog
from annotator.ui.dialogs.category import CategoryDialog
from annotator.ui.dialogs.merge import MergeDialog
from annotator.ui.workspace import Workspace

_PASTE_OFFSET = 12.0
"""Pixels of the image by which a duplicate is moved, so that it can be seen."""


class LabellingCommands(QObject):
    """Clipboard, selection, categories and review."""

    def __init__(self, workspace: Workspace, canvas: Canvas, window: QWidget) -> None:
        super().__init__(window)
        self._workspace, self._canvas, self._window = workspace, canvas, window
        self._clipboard: tuple[Annotation, ...] = ()
        workspace.project_changed.connect(self._on_project_changed)

    def copy(self) -> None:
        """Remember the selected objects."""
        self._clipboard = self._workspace.selected
        if self._clipboard:
            count = len(self._clipboard)
            noun = "object" if count == 1 else "objects"
            self._workspace.say(f"Copied {count} {noun}. Ctrl+V pastes on any image.")

    def paste(self) -> None:
        """Add copies of the remembered objects, at the same place on the image in view."""
        known = {c.id for c in self._workspace.categories}
        self._workspace.paste([a for a in self._clipboard if a.category_id in known])

    def duplicate(self) -> None:
        """Copy the selected objects a little beside themselves."""
        workspace, image = self._workspace, self._workspace.image
        if image is None:
            return
        shapes = [Shape(a, workspace.category(a.category_id)) for a in workspace.selected]
        offset = _PASTE_OFFSET
        workspace.paste([moved(s, offset, offset, workspace.limits) for s in shapes])

    def delete(self) -> None:
        """Delete what is selected: vertices, objects, or reject the prediction."""
        if self._canvas.commands.tool.delete():
            return
        chosen = self._workspace.selected_prediction
        if chosen is not None:
            self._workspace.reject([chosen.id])
        else:
            self._workspace.delete([a.id for a in self._workspace.selected])

    def select_all(self) -> None:
        """Select every object that is shown."""
        workspace = self._workspace
        workspace.select(
            a.id
            for a in workspace.annotations
            if a.id not in workspace.hidden and a.category_id not in workspace.hidden_categories
        )

    def toggle_hidden(self) -> None:
        """Hide the selected objects, or show all again when nothing is selected."""
        workspace = self._workspace
        if workspace.selected:
            workspace.set_hidden([a.id for a in workspace.selected], True)
            workspace.select()
        else:
            workspace.set_hidden(workspace.hidden, False)

    def toggle_locked(self) -> None:
        """Lock the selected objects against every change, or unlock them."""
        ids = [a.id for a in self._workspace.selected]
        self._workspace.set_locked(ids, not set(ids) <= self._workspace.locked)

    def toggle_crowd(self) -> None:
        """Mark the selected objects as regions of many, or as single again."""
        chosen = self._workspace.selected
        crowd = not all(a.is_crowd for a in chosen)
        text = "Mark as crowd" if crowd else "Mark as single object"
        self._workspace.change_many([replace(a, is_crowd=crowd) for a in chosen], text=text)

    def pick_category(self, number: int) -> bool:
        """The category of a number key; whether there is one."""
        if not 1 <= number <= len(self._workspace.categories):
            return False
        self._workspace.recategorise(self._workspace.categories[number - 1].id)
        return True

    def edit_categories(self) -> None:
        """Open the category editor."""
        CategoriesDialog(self._workspace, self._window).open()

    def edit_category(self, category_id: int) -> None:
        """Open one category's dialog."""
        CategoryDialog(self._workspace, self._workspace.category(category_id), self._window).open()

    def merge_category(self, category_id: int) -> None:
        """Ask into which category to merge one, telling what is lost by it."""
        MergeDialog(self._workspace, (category_id,), self._window).open()

    def delete_category(self, category_id: int) -> None:
        """Ask, telling what goes with it, and delete a category."""
        DeleteCategoryDialog(
            self._workspace, self._workspace.category(category_id), self._window
        ).open()

    def take_out_image(self) -> None:
        """Take the image in view out of the project, after asking; its file stays."""
        image = self._workspace.image
        if image is None:
            return
        count = image.object_count
        noun = "object" if count == 1 else "objects"
        box = QMessageBox(
            QMessageBox.Icon.Question,
            "Take image out",
            f"Take {image.file_name} and its {count} {noun} out of the project?",
            QMessageBox.StandardButton.Cancel,
            self._window,
        )
        box.setInformativeText("The file stays where it is. This cannot be undone.")
        take = box.addButton("Take out", QMessageBox.ButtonRole.DestructiveRole)
        take.clicked.connect(lambda: self._workspace.take_out([image.id]))
        box.open()

    def _on_project_changed(self) -> None:
        """Another project has other categories under the same ids."""
        self._clipboard = ()
