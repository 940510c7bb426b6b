"""The categories as chips over the canvas: the current one, its number key, its colour."""

from __future__ import annotations

from dataclasses import replace
from functools import partial

from PySide6.QtCore import QPoint, QSize, Qt, Signal
from PySide6.QtGui import QResizeEvent
from PySide6.QtWidgets import QHBoxLayout, QLabel, QMenu, QToolButton, QWidget

from annotator.domain.model import Category
from annotator.ui.look import GAP, PAD, as_role, button, flat_button, icon, swatch
from annotator.ui.panels.chip_menu import ChipMenu
from annotator.ui.panels.name_field import NameField
from annotator.ui.workspace import Workspace

_MOST_CHIPS = 40
"""More categories than that stand in the menu at the end only."""


class CategoryBar(QWidget):
    """A click re-labels the selection, else chooses the category of new objects.

    Signals:
        edit_requested: id of the category whose dialog is wanted.
        merge_requested: id of the category to merge into another.
        delete_requested: id of the category to delete.
        manage_requested: the list of all categories is wanted.
    """

    edit_requested = Signal(object)
    merge_requested = Signal(object)
    delete_requested = Signal(object)
    manage_requested = Signal()

    def __init__(self, workspace: Workspace, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setObjectName("category_bar")
        self.setMinimumWidth(240)  # chips that do not fit stand in the menu
        self._workspace = workspace
        self._renaming: Category | None = None
        self._chips: dict[int, QToolButton] = {}
        self._words = QLabel("No categories yet. Create one, or press R and draw.")
        self._words.setObjectName("category_words")
        as_role(self._words, "muted")
        self._create = button("Create a category", "category_create", icon_name="plus")
        self._field = NameField("category_name")
        self._add = flat_button("plus", "category_add", "Add a category")
        self._more = self._make_more()
        self._row = QHBoxLayout()
        self._row.setSpacing(GAP)
        layout = QHBoxLayout(self)
        layout.setContentsMargins(PAD, GAP, PAD, GAP)
        layout.setSpacing(GAP)
        layout.addLayout(self._row)
        for part in (self._words, self._create, self._field, self._add):
            layout.addWidget(part)
        layout.addStretch(1)
        layout.addWidget(self._more)
        self._field.hide()
        self._connect()
        self._reload()

    def _make_more(self) -> QToolButton:
        made = flat_button("dots-three", "category_more", "All categories")
        made.setPopupMode(QToolButton.ToolButtonPopupMode.InstantPopup)
        menu = QMenu(made)
        menu.setObjectName("category_more_menu")
        menu.aboutToShow.connect(self._on_more_opened)
        made.setMenu(menu)
        return made

    def _connect(self) -> None:
        self._add.clicked.connect(self.start_adding)
        self._create.clicked.connect(self.start_adding)
        self._field.entered.connect(self._on_name_entered)
        self._field.left.connect(self._on_name_left)
        self._workspace.categories_changed.connect(self._reload)
        self._workspace.project_changed.connect(self._reload)
        self._workspace.current_category_changed.connect(self._show_current)

    # --- adding and renaming in place ------------------------------------------------------

    def start_adding(self) -> None:
        """Open the field for a new category's name."""
        self._renaming = None
        self._open_field("", "Name of the category")

    def start_renaming(self, category_id: int) -> None:
        """Open the field with a category's name."""
        self._renaming = self._workspace.category(category_id)
        self._open_field(self._renaming.name, "New name")

    def _open_field(self, text: str, hint: str) -> None:
        self._words.hide()
        self._create.hide()
        self._field.open(text, hint)

    def _on_name_entered(self, name: str) -> None:
        former = self._renaming
        self._renaming = None
        if former is None:
            self._workspace.add_category(name)
        elif name != former.name:
            self._workspace.change_category(replace(former, name=name))
        self._reload()

    def _on_name_left(self) -> None:
        self._renaming = None
        self._reload()

    # --- chips -----------------------------------------------------------------------------

    def _reload(self) -> None:
        for chip in self._chips.values():
            self._row.removeWidget(chip)
            chip.hide()
            chip.deleteLater()
        self._chips.clear()
        for number, category in enumerate(self._workspace.categories[:_MOST_CHIPS], start=1):
            chip = self._make_chip(number, category)
            self._chips[category.id] = chip
            self._row.addWidget(chip)
        has_project = self._workspace.store is not None
        is_empty = has_project and not self._workspace.categories
        can_add = has_project and not self._workspace.is_read_only
        is_typing = self._field.is_open
        self._words.setVisible(is_empty and not is_typing)
        self._create.setVisible(is_empty and can_add and not is_typing)
        self._add.setVisible(can_add and not is_empty)
        self._more.setVisible(bool(self._workspace.categories))
        self._show_current()

    def _make_chip(self, number: int, category: Category) -> QToolButton:
        is_hidden = category.id in self._workspace.hidden_categories
        chip = QToolButton(self)
        chip.setObjectName(f"category_{category.id}")
        chip.setText(f"{number} {category.name}" if number <= 9 else category.name)
        chip.setIcon(icon("eye-slash", role="muted") if is_hidden else swatch(category.colour))
        chip.setIconSize(QSize(12, 12))
        chip.setToolButtonStyle(Qt.ToolButtonStyle.ToolButtonTextBesideIcon)
        chip.setCheckable(True)
        chip.setFocusPolicy(Qt.FocusPolicy.TabFocus)
        key = f" ({number})" if number <= 9 else ""
        chip.setToolTip(f"Draw as {category.name}, or re-label the selection{key}")
        chip.setContextMenuPolicy(Qt.ContextMenuPolicy.CustomContextMenu)
        chip.customContextMenuRequested.connect(partial(self._on_menu_requested, category.id))
        chip.clicked.connect(partial(self._on_chip_clicked, category.id))
        as_role(chip, "chip")
        return chip

    def _show_current(self) -> None:
        current = self._workspace.current_category
        for category_id, chip in self._chips.items():
            chip.setChecked(current is not None and current.id == category_id)
        self._fit()

    def _fit(self) -> None:
        """Show the chips there is room for; the current one always."""
        room = self.width() - 2 * PAD - 80 - (self._field.width() if self._field.is_open else 0)
        current = self._workspace.current_category
        kept = self._chips.get(current.id) if current is not None else None
        room -= kept.sizeHint().width() + GAP if kept is not None else 0
        is_full = False
        for chip in self._chips.values():
            if chip is kept:
                chip.show()
                continue
            room -= chip.sizeHint().width() + GAP
            is_full = is_full or room < 0
            chip.setVisible(not is_full)

    def _on_chip_clicked(self, category_id: int, _checked: bool = False) -> None:
        self._workspace.recategorise(category_id)
        self._show_current()

    # --- menus -----------------------------------------------------------------------------

    def menu_for(self, category_id: int) -> ChipMenu:
        """The menu of one chip."""
        menu = ChipMenu(self._workspace, category_id, self)
        menu.rename_chosen.connect(partial(self.start_renaming, category_id))
        menu.edit_chosen.connect(partial(self.edit_requested.emit, category_id))
        menu.merge_chosen.connect(partial(self.merge_requested.emit, category_id))
        menu.delete_chosen.connect(partial(self.delete_requested.emit, category_id))
        return menu

    def _on_menu_requested(self, category_id: int, place: QPoint) -> None:
        menu = self.menu_for(category_id)
        menu.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        menu.popup(self._chips[category_id].mapToGlobal(place))

    def _on_more_opened(self) -> None:
        menu = self._more.menu()
        menu.clear()
        for category in self._workspace.categories:
            action = menu.addAction(swatch(category.colour), category.name)
            action.triggered.connect(partial(self._on_chip_clicked, category.id))
        menu.addSeparator()
        menu.addAction(icon("sliders-horizontal"), "Categories…", self.manage_requested.emit)

    def resizeEvent(self, event: QResizeEvent) -> None:
        """Show as many chips as fit."""
        super().resizeEvent(event)
        self._fit()
