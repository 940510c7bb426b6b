"""One table of everything the menus can do, and the QActions made from it.

A spec names what it does, its keys and when it makes sense; nothing else in the window knows keys.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from functools import partial

from PySide6.QtGui import QAction, QKeySequence
from PySide6.QtWidgets import QMainWindow, QMenu

from annotator.ui.canvas.view import Canvas
from annotator.ui.commands.labelling import LabellingCommands
from annotator.ui.commands.learning import LearningCommands
from annotator.ui.commands.project import ProjectCommands
from annotator.ui.keys import KeyFilter, is_bare
from annotator.ui.look import icon
from annotator.ui.workspace import Workspace


@dataclass(frozen=True, slots=True)
class Commands:
    """Everything an action may call."""

    workspace: Workspace
    canvas: Canvas
    project: ProjectCommands
    labelling: LabellingCommands
    learning: LearningCommands
    window: Mapping[str, Callable[[], object]] = field(default_factory=dict)


Handler = Callable[[Commands], object]
Condition = Callable[[Commands], bool]


def _always(_: Commands) -> bool:
    return True


def _is_open(c: Commands) -> bool:
    return c.workspace.store is not None


def _has_image(c: Commands) -> bool:
    return c.workspace.image is not None


def _has_selection(c: Commands) -> bool:
    return bool(c.workspace.selected)


def _has_any_selection(c: Commands) -> bool:
    return bool(c.workspace.selected) or c.workspace.selected_prediction is not None


def _is_training(c: Commands) -> bool:
    return c.learning.is_training


def _has_predictions(c: Commands) -> bool:
    return bool(c.workspace.predictions)


@dataclass(frozen=True, slots=True)
class Spec:
    """One action.

    Attributes:
        id: name of the QAction, for tests and settings.
        menu: "File", "Edit", ...; an id ending in "|" starts a new section before it.
        text: with an ellipsis when it asks before it acts.
        keys: in Qt's portable text; the first is shown.
        handler: what it does.
        enabled: when it makes sense.
        icon: name in the icon family.
        tool: for a tool's action, the tool it takes up.
    """

    id: str
    menu: str
    text: str
    keys: tuple[str, ...] = ()
    handler: Handler = _always
    enabled: Condition = _always
    icon: str = ""
    tool: str = ""
    starts_section: bool = False


def _tool(name: str, text: str, key: str, picture: str) -> Spec:
    return Spec(
        f"tool_{name}",
        "Object",
        text,
        (key,),
        lambda c: c.workspace.set_tool(name),
        _has_image,
        picture,
        name,
    )


def _category(number: int) -> Spec:
    return Spec(
        f"category_{number}",
        "Object/Category by number",
        f"Category {number}",
        (str(number),),
        lambda c: c.labelling.pick_category(number),
        lambda c: len(c.workspace.categories) >= number,
    )


# fmt: off
SPECS: tuple[Spec, ...] = (
    Spec("new", "File", "Open a folder of images...", ("Ctrl+N",), lambda c: c.project.new(), icon="folder-open"),
    Spec("open", "File", "Open project...", ("Ctrl+O",), lambda c: c.project.open(), icon="folder"),
    Spec("demo", "File", "Try the demo", (), lambda c: c.project.demo()),
    Spec("add_folder", "File", "Add a folder of images...", (), lambda c: c.project.add_folder(), _is_open, starts_section=True),
    Spec("rescan", "File", "Look through the folders again", ("F5",), lambda c: c.project.rescan(), _is_open),
    Spec("relink", "File", "Find moved images...", (), lambda c: c.project.relink(), _has_image),
    Spec("take_out", "File", "Take image out of the project...", (), lambda c: c.labelling.take_out_image(), _has_image),
    Spec("import", "File", "Import COCO...", ("Ctrl+Shift+I",), lambda c: c.project.import_coco(), icon="download-simple", starts_section=True),
    Spec("export", "File", "Export COCO...", ("Ctrl+E",), lambda c: c.project.export_coco(), _is_open, "export"),
    Spec("settings", "File", "Settings...", ("Ctrl+,",), lambda c: c.window["settings"](), icon="gear", starts_section=True),
    Spec("close", "File", "Close project", ("Ctrl+W",), lambda c: c.project.close(), _is_open),
    Spec("quit", "File", "Quit", ("Ctrl+Q",), lambda c: c.window["quit"]()),

    Spec("undo", "Edit", "Undo", ("Ctrl+Z",), lambda c: c.workspace.undo(), _has_image, "arrow-u-up-left"),
    Spec("redo", "Edit", "Redo", ("Ctrl+Shift+Z", "Ctrl+Y"), lambda c: c.workspace.redo(), _has_image, "arrow-u-up-right"),
    Spec("copy", "Edit", "Copy", ("Ctrl+C",), lambda c: c.labelling.copy(), _has_selection, starts_section=True),
    Spec("paste", "Edit", "Paste", ("Ctrl+V",), lambda c: c.labelling.paste(), _has_image),
    Spec("duplicate", "Edit", "Duplicate", ("Ctrl+D",), lambda c: c.labelling.duplicate(), _has_selection),
    Spec("select_all", "Edit", "Select all", ("Ctrl+A",), lambda c: c.labelling.select_all(), _has_image),
    Spec("delete", "Edit", "Delete", ("Delete",), lambda c: c.labelling.delete(), _has_any_selection, "trash"),

    Spec("history", "Edit", "History", ("Ctrl+H",), lambda c: c.window["history"](), _is_open, "clock-counter-clockwise", starts_section=True),

    Spec("fit", "View", "Fit image", ("Ctrl+F",), lambda c: c.canvas.fit(), _has_image, "corners-out"),
    Spec("actual_size", "View", "Actual size", ("Ctrl+0",), lambda c: c.canvas.actual_size(), _has_image),
    Spec("zoom_in", "View", "Zoom in", ("Ctrl++", "Ctrl+="), lambda c: c.canvas.zoom_by(1.25, None), _has_image),
    Spec("zoom_out", "View", "Zoom out", ("Ctrl+-",), lambda c: c.canvas.zoom_by(0.8, None), _has_image),
    Spec("next_image", "View", "Next image", ("D",), lambda c: c.workspace.go(1), _has_image, "caret-right", starts_section=True),
    Spec("previous_image", "View", "Previous image", ("A",), lambda c: c.workspace.go(-1), _has_image, "caret-left"),
    Spec("next_unreviewed", "View", "Next image not reviewed", ("Ctrl+Shift+D",), lambda c: c.workspace.go_unreviewed(1), _has_image),
    Spec("previous_unreviewed", "View", "Previous image not reviewed", ("Ctrl+Shift+A",), lambda c: c.workspace.go_unreviewed(-1), _has_image),
    Spec("next_in_queue", "View", "Next in the queue", ("Space",), lambda c: c.workspace.go_queue(1), _has_image),
    Spec("previous_in_queue", "View", "Previous in the queue", ("Shift+Space",), lambda c: c.workspace.go_queue(-1), _has_image),

    _tool("select", "Select", "V", "cursor"),
    _tool("box", "Box", "R", "bounding-box"),
    _tool("polygon", "Polygon", "P", "polygon"),
    _tool("keypoints", "Keypoints", "K", "person-simple-run"),
    Spec("categories", "Object", "Categories...", ("Ctrl+K",), lambda c: c.labelling.edit_categories(), _is_open, "tag", starts_section=True),
    *(_category(n) for n in range(1, 10)),
    Spec("finish", "Object", "Finish the shape, or accept the prediction", ("Return", "Enter"), lambda c: c.canvas.finish(), _has_image, starts_section=True),
    Spec("cancel", "Object", "Cancel the shape, or reject the prediction", ("Esc",), lambda c: c.canvas.cancel(), _has_image),
    Spec("next_object", "Object", "Next object under the cursor, or prediction", ("Tab",), lambda c: c.canvas.commands.next_object(), _has_image),
    Spec("delete_vertex", "Object", "Remove the last point", ("Backspace",), lambda c: c.canvas.commands.step_back(), _has_image),
    Spec("visibility", "Object", "Joint visible, occluded, absent", ("Q",), lambda c: c.canvas.commands.cycle_visibility(), _has_image),
    Spec("next_joint", "Object", "Next joint", ("S",), lambda c: c.canvas.commands.skip_joint(1), _has_image),
    Spec("previous_joint", "Object", "Previous joint", ("W",), lambda c: c.canvas.commands.skip_joint(-1), _has_image),
    Spec("hide", "Object", "Hide, or show all again", ("H",), lambda c: c.labelling.toggle_hidden(), _has_image, "eye-slash", starts_section=True),
    Spec("lock", "Object", "Lock or unlock", ("L",), lambda c: c.labelling.toggle_locked(), _has_selection, "lock-simple"),
    Spec("crowd", "Object", "Crowd region on or off", (), lambda c: c.labelling.toggle_crowd(), _has_selection),

    Spec("prelabel_here", "Model", "Pre-label this image", ("I",), lambda c: c.learning.prelabel_here(), _has_image, "magic-wand"),
    Spec("prelabel_all", "Model", "Pre-label all not reviewed", ("Ctrl+B",), lambda c: c.learning.prelabel_all(), _has_image),
    Spec("prelabel_everything", "Model", "Pre-label all, reviewed ones too", (), lambda c: c.learning.prelabel_everything(), _has_image),
    Spec("retrain", "Model", "Retrain...", ("Ctrl+L",), lambda c: c.learning.retrain(), _is_open, "graduation-cap", starts_section=True),
    Spec("stop_training", "Model", "Stop training", (), lambda c: c.learning.stop_training(), _is_training),
    Spec("clear_here", "Model", "Clear predictions here", (), lambda c: c.workspace.clear_predictions(everywhere=False), _has_image, starts_section=True),
    Spec("clear_all", "Model", "Clear predictions everywhere", (), lambda c: c.workspace.clear_predictions(everywhere=True), _is_open),

    Spec("review_next", "Review", "Mark reviewed and go on", ("Ctrl+Return", "Ctrl+Enter"), lambda c: c.workspace.mark_reviewed(go_on=True), _has_image, "check-circle"),
    Spec("review", "Review", "Mark reviewed: everything here is labelled", (), lambda c: c.workspace.mark_reviewed(), _has_image),
    Spec("review_partly", "Review", "Mark reviewed, but not everything is labelled", (), lambda c: c.workspace.mark_reviewed(complete=False), _has_image),
    Spec("no_objects", "Review", "No objects here", ("Ctrl+Shift+N",), lambda c: c.workspace.mark_no_objects(), _has_image),
    Spec("unreview", "Review", "Mark not reviewed", (), lambda c: c.workspace.mark_unreviewed(), _has_image),
    Spec("accept_here", "Review", "Accept all shown predictions", ("Ctrl+Shift+Return",), lambda c: c.workspace.accept_above(c.workspace.threshold), _has_predictions, "checks", starts_section=True),
    Spec("reject_here", "Review", "Reject all shown predictions", (), lambda c: c.workspace.reject([p.id for p in c.workspace.predictions]), _has_predictions),
    Spec("accept_everywhere", "Review", "Accept all above the line, on all images", (), lambda c: c.workspace.accept_above(c.workspace.threshold, everywhere=True), _is_open),

    Spec("shortcuts", "Help", "Keys", ("F1",), lambda c: c.window["shortcuts"](), icon="keyboard"),
    Spec("about", "Help", "About Annotator", (), lambda c: c.window["about"]()),
)
# fmt: on

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
        """Enable what makes sense now."""
        for spec in SPECS:
            self.by_id[spec.id].setEnabled(spec.enabled(self._commands))

    def _make(self, spec: Spec) -> QAction:
        action = QAction(spec.text, self._window)
        action.setObjectName(spec.id)
        action.setProperty("menu", spec.menu.partition("/")[0])
        if spec.icon:
            action.setIcon(icon(spec.icon))
        if spec.tool:
            action.setCheckable(True)
        action.triggered.connect(lambda: spec.handler(self._commands))
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
