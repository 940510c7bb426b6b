"""The QActions of the window, made from the tables of ``menus``: nothing else knows keys."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial

from PySide6.QtGui import QAction, QKeySequence
from PySide6.QtWidgets import QMainWindow, QMenu

from annotator.ui.keys import KeyFilter, is_bare
from annotator.ui.look import icon
from annotator.ui.menus import (
    assisting,
    edit,
    files,
    helping,
    joints,
    masks,
    model,
    objects,
    outlines,
    review,
    view,
)
from annotator.ui.menus.spec import Commands, Spec

SPECS: tuple[Spec, ...] = (
    *files.SPECS,
    *edit.SPECS,
    *view.SPECS,
    *objects.SPECS,
    *joints.SPECS,
    *masks.SPECS,
    *outlines.SPECS,
    *model.SPECS,
    *assisting.SPECS,
    *review.SPECS,
    *helping.SPECS,
)

MENUS = ("File", "Edit", "View", "Object", "Model", "Review", "Help")
CVAT_KEYS = {"next_image": ("F",), "previous_image": ("D",)}
"""The other key profile, where it differs."""


class Actions:
    """The QActions of one window."""

    def __init__(self, window: QMainWindow, commands: Commands, *, profile: str) -> None:
        self._window = window
        self._commands = commands
        self._specs = {spec.id: spec for spec in SPECS}
        self.by_id = {spec.id: self._make(spec) for spec in SPECS}
        self._filter = KeyFilter(window)
        self.set_profile(profile)
        workspace = commands.workspace
        for signal in (
            workspace.project_changed,
            workspace.image_changed,
            workspace.selection_changed,
            workspace.predictions_changed,
            workspace.categories_changed,
            workspace.settings.changed,
            commands.learning.busy_changed,
        ):
            signal.connect(self.refresh)
        workspace.tool_changed.connect(self._on_tool_changed)
        self._on_tool_changed(workspace.tool)
        self.refresh()

    def menus(self) -> list[QMenu]:
        """The menus of the table, filled, in order."""
        made: dict[str, QMenu] = {name: QMenu(name, self._window) for name in MENUS}
        made["Edit"].aboutToShow.connect(self._on_edit_menu_opened)
        for spec in SPECS:
            place, _, sub = spec.menu.partition("/")
            menu = made[place]
            if sub:
                if spec.menu not in made:
                    made[spec.menu] = menu.addMenu(sub)
                menu = made[spec.menu]
            if spec.starts_section:
                menu.addSeparator()
            menu.addAction(self.by_id[spec.id])
        return [made[name] for name in MENUS]

    def tools(self) -> list[QAction]:
        """The actions that take up a tool."""
        return [self.by_id[spec.id] for spec in SPECS if spec.tool]

    def set_profile(self, profile: str) -> None:
        """Use a profile of keys: "default" or "cvat".

        Tab is taken by the canvas alone: elsewhere it leads from field to field.
        """
        changed = CVAT_KEYS if profile == "cvat" else {}
        bare: dict[str, Callable[[], bool]] = {}
        for spec in SPECS:
            keys = changed.get(spec.id, spec.keys)
            action = self.by_id[spec.id]
            action.setProperty("keys", ", ".join(keys))
            action.setShortcuts([QKeySequence(k) for k in keys if not is_bare(k)])
            shown = f"\t{keys[0]}" if keys and is_bare(keys[0]) else ""
            action.setText(spec.text + shown)
            action.setToolTip(f"{spec.text} ({keys[0]})" if keys else spec.text)
            bare |= {k: partial(self._press, action) for k in keys if is_bare(k) and k != "Tab"}
        self._filter.bind(bare)

    def refresh(self) -> None:
        """Enable what makes sense now, and show which switches are on."""
        for spec in SPECS:
            action = self.by_id[spec.id]
            action.setEnabled(spec.enabled(self._commands))
            if spec.checked is not None:
                action.setChecked(spec.checked(self._commands))

    def _make(self, spec: Spec) -> QAction:
        action = QAction(spec.text, self._window)
        action.setObjectName(spec.id)
        action.setProperty("menu", spec.menu.partition("/")[0])
        if spec.icon:
            action.setIcon(icon(spec.icon))
        action.setCheckable(bool(spec.tool) or spec.checked is not None)
        action.triggered.connect(lambda: spec.handler(self._commands))
        if spec.checked is not None:
            action.triggered.connect(self.refresh)
        self._window.addAction(action)
        return action

    def _press(self, action: QAction) -> bool:
        """A bare key was pressed; whether it meant anything now."""
        if action.isEnabled():
            action.trigger()
        return action.isEnabled()

    def _on_edit_menu_opened(self) -> None:
        """Undo and redo say what they would do."""
        undo, redo = self._commands.workspace.history_texts()
        self.by_id["undo"].setText(f"Undo: {undo}" if undo else "Undo")
        self.by_id["redo"].setText(f"Redo: {redo}" if redo else "Redo")

    def _on_tool_changed(self, tool: str) -> None:
        for spec in SPECS:
            if spec.tool:
                self.by_id[spec.id].setChecked(spec.tool == tool)
