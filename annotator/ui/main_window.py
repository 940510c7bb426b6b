"""The main window: puts panels in their places and keeps its geometry. No behaviour."""

from __future__ import annotations

from functools import partial
from pathlib import Path

from PySide6.QtCore import QSize, Qt
from PySide6.QtGui import QCloseEvent, QDragEnterEvent, QDropEvent
from PySide6.QtWidgets import (
    QDockWidget,
    QMainWindow,
    QMenu,
    QStackedWidget,
    QToolBar,
    QVBoxLayout,
    QWidget,
)

from annotator.ui.actions import Actions
from annotator.ui.canvas.view import Canvas
from annotator.ui.commands.assisting import AssistCommands
from annotator.ui.commands.backups import BackupCommands
from annotator.ui.commands.joining import JoiningCommands
from annotator.ui.commands.joints import JointCommands
from annotator.ui.commands.labelling import LabellingCommands
from annotator.ui.commands.learning import LearningCommands
from annotator.ui.commands.masks import MaskCommands
from annotator.ui.commands.objects import ObjectCommands
from annotator.ui.commands.outlines import OutlineCommands
from annotator.ui.commands.project import ProjectCommands
from annotator.ui.commands.reviewing import ReviewCommands
from annotator.ui.commands.versions import VersionCommands
from annotator.ui.commands.viewing import ViewingCommands
from annotator.ui.course import Course
from annotator.ui.dialogs.about import show_about
from annotator.ui.dialogs.reports import ReportsDialog
from annotator.ui.dialogs.settings import SettingsDialog
from annotator.ui.dialogs.shortcuts import ShortcutsDialog
from annotator.ui.learner import Learner
from annotator.ui.menus.spec import Commands
from annotator.ui.notices import NoticeBar
from annotator.ui.panels.categories import CategoryBar
from annotator.ui.panels.desk import Desk
from annotator.ui.panels.dock import Dock
from annotator.ui.panels.history import HistoryPanel
from annotator.ui.panels.images import ImagesPanel
from annotator.ui.panels.inspector import InspectorPanel
from annotator.ui.panels.model import ModelPanel
from annotator.ui.panels.objects import ObjectsPanel
from annotator.ui.panels.status import StatusBar
from annotator.ui.panels.suspects import SuspectsPanel
from annotator.ui.panels.threshold import ThresholdSlider
from annotator.ui.panels.welcome import WelcomePage
from annotator.ui.progress import ProgressStrip
from annotator.ui.settings import UserSettings
from annotator.ui.workspace import Workspace

TITLE = "Annotator"
_FIRST_SIZE = QSize(1440, 900)


class MainWindow(QMainWindow):
    """Everything a person sees."""

    def __init__(
        self,
        workspace: Workspace,
        learner: Learner,
        settings: UserSettings,
        *,
        demo_folder: Path,
        about: str,
        reports: Path,
    ) -> None:
        super().__init__()
        self.setObjectName("main_window")
        self.setAcceptDrops(True)
        self.workspace, self.learner, self.settings = workspace, learner, settings
        self._about, self._reports = about, reports
        self.canvas = Canvas(workspace)
        self._pages = QStackedWidget()
        self.notices = NoticeBar(workspace.undo_step, workspace.redo_step, self._pages)
        self.progress = ProgressStrip(self._pages)
        self.project = ProjectCommands(workspace, self.progress, self, demo_folder)
        self.course = Course(workspace, learner, self)
        self.learning = LearningCommands(workspace, learner, self.course, self.progress, self)
        self.versions = VersionCommands(workspace, learner, self.course, self.progress, self)
        self.labelling = LabellingCommands(workspace, self.canvas, self)
        self.reviewing = ReviewCommands(workspace, learner, self.canvas, self.progress, self)
        self.desk = Desk(self.canvas)
        self.viewing = ViewingCommands(workspace, self.desk, self)
        self.welcome = WelcomePage()
        self._pages.addWidget(self.welcome)
        self._pages.addWidget(self._make_editor())
        self.setCentralWidget(self._pages)
        self._status = self._make_status()
        self._docks = self._make_docks()
        self.actions_ = Actions(self, self._commands(), profile=settings.value.keys)
        self._tools = self._make_tool_bar()
        self._fill_menu_bar()
        self._connect()
        self.resize(_FIRST_SIZE)
        self.restoreGeometry(settings.geometry("window"))
        self._on_project_changed()

    def _commands(self) -> Commands:
        self.backups = BackupCommands(self.workspace, self.learner, self.progress, self)
        return Commands(
            self.workspace,
            self.canvas,
            self.project,
            self.labelling,
            self.learning,
            self.viewing,
            JointCommands(self.workspace, self.canvas),
            MaskCommands(self.workspace, self.canvas, self),
            JoiningCommands(self.workspace, self.canvas, self),
            ObjectCommands(self.workspace, self),
            OutlineCommands(self.workspace, self.canvas),
            self.versions,
            AssistCommands(self.workspace, self.canvas, self.learner),
            self.reviewing,
            self.backups,
            {
                "settings": lambda: SettingsDialog(self.settings, self).open(),
                "shortcuts": lambda: ShortcutsDialog(
                    list(self.actions_.by_id.values()), self
                ).open(),
                "reports": self.show_reports,
                "about": lambda: show_about(self, self._about),
                "history": lambda: self._show_dock("history"),
                "quit": self.close,
            },
        )

    def _make_editor(self) -> QWidget:
        page = QWidget()
        layout = QVBoxLayout(page)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.setSpacing(0)
        self.categories = CategoryBar(self.workspace)
        layout.addWidget(self.categories)
        layout.addWidget(self.desk, 1)
        layout.addWidget(ThresholdSlider(self.workspace))
        return page

    def _make_status(self) -> StatusBar:
        bar = StatusBar(self.workspace, self.learner)
        times = self.reviewing.times
        times.totals_changed.connect(lambda: bar.set_times(times.totals))
        bar.times_requested.connect(self.reviewing.show_times)
        self.setStatusBar(bar)
        return bar

    def _make_docks(self) -> list[QDockWidget]:
        left, right = Qt.DockWidgetArea.LeftDockWidgetArea, Qt.DockWidgetArea.RightDockWidgetArea
        self.images = ImagesPanel(self.workspace, hours=self.reviewing.hours_until)
        self.model = ModelPanel(self.workspace, self.learner, self.course)
        objects = self._dock("Objects", ObjectsPanel(self.workspace), right)
        inspector = self._dock("Inspector", InspectorPanel(self.workspace), right)
        history = self._dock("History", HistoryPanel(self.workspace), right)
        model = self._dock("Model", self.model, right)
        suspects = self._dock("Check", self._make_suspects(), right)
        images = self._dock("Images", self.images, left)
        for other in (history, model, suspects):
            self.tabifyDockWidget(inspector, other)
        inspector.raise_()
        self.resizeDocks([images, objects], [280, 300], Qt.Orientation.Horizontal)
        self.resizeDocks([objects, inspector], [360, 420], Qt.Orientation.Vertical)
        return [images, objects, inspector, history, suspects, model]

    def _make_suspects(self) -> SuspectsPanel:
        panel = SuspectsPanel(self.workspace, self.learner)
        panel.check_requested.connect(self.reviewing.check_labels)
        panel.looked_into.connect(self.reviewing.look_into)
        self.reviewing.suspects_requested.connect(lambda: self._show_dock("check"))
        return panel

    def _dock(self, title: str, panel: QWidget, area: Qt.DockWidgetArea) -> QDockWidget:
        dock = Dock(title, panel, self)
        self.addDockWidget(area, dock)
        return dock

    def _make_tool_bar(self) -> QToolBar:
        bar = QToolBar("Tools", self)
        bar.setObjectName("tools")
        bar.setMovable(False)
        bar.setIconSize(QSize(20, 20))
        for action in self.actions_.tools():
            bar.addAction(action)
        for section in (("undo", "redo"), ("fit",), ("prelabel_here", "review_next")):
            bar.addSeparator()
            for name in section:
                bar.addAction(self.actions_.by_id[name])
        self.addToolBar(Qt.ToolBarArea.LeftToolBarArea, bar)
        return bar

    def _fill_menu_bar(self) -> None:
        for menu in self.actions_.menus():
            self.menuBar().addMenu(menu)
            if menu.title() == "View":
                self._add_panel_toggles(menu)

    def _add_panel_toggles(self, view: QMenu) -> None:
        view.addSeparator()
        for dock in self._docks:
            view.addAction(dock.toggleViewAction())

    def _connect(self) -> None:
        workspace = self.workspace
        workspace.project_changed.connect(self._on_project_changed)
        workspace.image_changed.connect(self._on_image_changed)
        workspace.said.connect(self.notices.show_notice)
        self.canvas.zoom_changed.connect(self._status.set_zoom)
        self.canvas.cursor_moved.connect(self._status.set_cursor)
        self.canvas.space_tapped.connect(partial(workspace.go_queue, 1))
        self.settings.changed.connect(lambda: self.actions_.set_profile(self.settings.value.keys))
        self.project.refused.connect(self.backups.tell_refusal)
        self.welcome.new_requested.connect(self.project.new)
        self.welcome.open_requested.connect(self.project.open_path)
        self.welcome.demo_requested.connect(self.project.demo)
        self.welcome.import_requested.connect(self.project.import_coco)
        self.welcome.folder_dropped.connect(self.project.open_path)
        self.welcome.file_dropped.connect(self.project.import_coco)
        self._connect_panels()

    def _connect_panels(self) -> None:
        self.categories.edit_requested.connect(self.labelling.edit_category)
        self.categories.merge_requested.connect(self.labelling.merge_category)
        self.categories.delete_requested.connect(self.labelling.delete_category)
        self.categories.manage_requested.connect(self.labelling.edit_categories)
        self.images.add_folder_requested.connect(self.project.add_folder)
        self.images.export_requested.connect(self.project.export_coco)
        self.images.prelabel_requested.connect(self.learning.prelabel_all)
        self.images.prelabel_these_requested.connect(self.learning.prelabel)
        self.images.suggestion_requested.connect(self.learning.suggest)
        self.learning.training_started.connect(self._docks[-1].raise_)
        self.model.retrain_requested.connect(self.learning.retrain)
        self.model.training_page_requested.connect(self.versions.show_training)
        self.model.versions_page_requested.connect(self.versions.show_versions)
        self.model.delete_requested.connect(self.versions.delete)
        self.versions.retrain_requested.connect(self.learning.retrain)
        self.model.prelabel_image_requested.connect(self.learning.prelabel_here)
        self.model.prelabel_all_requested.connect(self.learning.prelabel_all)

    def _on_project_changed(self) -> None:
        is_open = self.workspace.store is not None
        self._pages.setCurrentIndex(1 if is_open else 0)
        self._status.setVisible(is_open)
        for widget in (*self._docks, self._tools):
            widget.setVisible(is_open)
        if is_open:
            state = self.settings.geometry("docks")
            if not state.isEmpty():
                self.restoreState(state)
            self.canvas.setFocus()
        else:
            self.welcome.set_recent(self.settings.recent())
        self._on_image_changed()

    def _on_image_changed(self) -> None:
        store, image = self.workspace.store, self.workspace.image
        if store is None:
            self.setWindowTitle(TITLE)
            return
        name = f"{image.file_name} - " if image else ""
        self.setWindowTitle(f"{name}{store.folder.name} - {TITLE}")

    def _show_dock(self, name: str) -> None:
        dock = next(d for d in self._docks if d.objectName() == f"dock_{name}")
        dock.show()
        dock.raise_()

    def show_reports(self) -> None:
        """Show what went wrong so far."""
        ReportsDialog(self._reports, self).open()

    # --- Qt --------------------------------------------------------------------------------

    def dragEnterEvent(self, event: QDragEnterEvent) -> None:
        """A folder may be dropped anywhere."""
        if any(Path(u.toLocalFile()).is_dir() for u in event.mimeData().urls()):
            event.acceptProposedAction()

    def dropEvent(self, event: QDropEvent) -> None:
        """Open the dropped folder."""
        folders = [Path(u.toLocalFile()) for u in event.mimeData().urls()]
        self.project.open_path(next(f for f in folders if f.is_dir()))

    def closeEvent(self, event: QCloseEvent) -> None:
        """Everything is saved already; keep the geometry and end the learner."""
        self.settings.keep_geometry("window", self.saveGeometry())
        if self.workspace.store is not None:
            self.workspace.keep("view", self.canvas.view_state())
            self.settings.keep_geometry("docks", self.saveState())
        self.project.stop()
        self.workspace.close()
        self.learner.close()
        super().closeEvent(event)
